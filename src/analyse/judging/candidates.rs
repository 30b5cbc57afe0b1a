//! What a judge said of each candidate.

use super::index::JudgedTrial;
use super::means::CaseMeans;
use super::result::{JudgedCandidate, Ranged, Weighted};
use super::units::Units;

/// What it said of each candidate, in the order of the manifest.
pub(super) fn candidates(units: &Units, scale: Option<(f64, f64)>) -> Vec<JudgedCandidate> {
    let mut order: Vec<u32> = units.trials.iter().map(|trial| trial.candidate).collect();
    order.sort_unstable();
    order.dedup();
    let mut found: Vec<(CaseMeans, Vec<JudgedTrial>)> = order
        .iter()
        .map(|_| (CaseMeans::new(units.clustered), Vec::new()))
        .collect();
    let sampled = |trial: &JudgedTrial| !trial.sampled || trial.probability.is_some();
    for trial in &units.trials {
        let Ok(position) = order.binary_search(&trial.candidate) else {
            continue;
        };
        let Some((means, sample)) = found.get_mut(position) else {
            continue;
        };
        if let Some(value) = trial.value {
            means.add(trial, value);
        }
        if sampled(trial) {
            sample.push(*trial);
        }
    }
    let found = order.into_iter().zip(found);
    found
        .map(|(candidate, (means, sample))| {
            let score = means.estimate();
            let raw = scale.and_then(|(low, high)| Ranged::of(&score, high - low, low).ok());
            JudgedCandidate {
                candidate,
                score,
                raw,
                weighted: (!sample.is_empty()).then(|| weighted(&sample, units.clustered)),
            }
        })
        .collect()
}

fn weighted(_sample: &[JudgedTrial], _clustered: bool) -> Weighted {
    Weighted {
        mean: None,
        interval: None,
        se: None,
        judged: 0,
        of: 0,
    }
}
