//! p-values adjusted for the number of pairs.

use super::PairComparison;
use crate::stats::holm;
use std::collections::BTreeMap;

/// Adjusts the p-values by Holm: those of one task over all pairs, and those of the averages over all pairs. A single
/// pair is left as it is.
pub fn adjust(pairs: &mut [PairComparison]) {
    let mut families: BTreeMap<String, Vec<(usize, f64)>> = BTreeMap::new();
    let mut averages = Vec::new();
    for (at, pair) in pairs.iter().enumerate() {
        for task in &pair.tasks {
            if let Some(p) = task.estimate.p {
                families.entry(task.task.to_string()).or_default().push((at, p));
            }
        }
        if let Some(p) = pair.overall.as_ref().and_then(|overall| overall.average.p) {
            averages.push((at, p));
        }
    }
    for (name, family) in families.iter().filter(|(_, family)| family.len() > 1) {
        for ((at, _), adjusted) in family.iter().zip(adjusted(family)) {
            let tasks = pairs.get_mut(*at).map(|pair| pair.tasks.iter_mut());
            for task in tasks.into_iter().flatten().filter(|task| *task.task == **name) {
                task.p_holm = Some(adjusted);
            }
        }
    }
    if averages.len() > 1 {
        for ((at, _), adjusted) in averages.iter().zip(adjusted(&averages)) {
            if let Some(overall) = pairs.get_mut(*at).and_then(|pair| pair.overall.as_mut()) {
                overall.p_holm = Some(adjusted);
            }
        }
    }
}

fn adjusted(family: &[(usize, f64)]) -> Vec<f64> {
    holm(&family.iter().map(|(_, p)| *p).collect::<Vec<f64>>())
}
