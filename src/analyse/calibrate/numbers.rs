//! The statistics of `stats` as a calibration asks for them.

use super::figure::{ALPHA, Figure};
use super::{Kind, Resampling};
use crate::stats::{AlphaMetric, AlphaUnit, Coincidences, Confusion, KappaWeights, bca};
use std::collections::BTreeMap;

/// The weights of kappa that suit a scale, the best first.
pub(super) fn weights(kind: Kind, by_threshold: bool) -> &'static [KappaWeights] {
    match kind {
        Kind::Ordinal if !by_threshold => {
            &[KappaWeights::Quadratic, KappaWeights::Linear, KappaWeights::None]
        }
        _ => &[KappaWeights::None],
    }
}

/// The word for weights that documents use.
pub fn weights_name(weights: KappaWeights) -> &'static str {
    match weights {
        KappaWeights::None => "no",
        KappaWeights::Linear => "linear",
        KappaWeights::Quadratic => "quadratic",
    }
}

/// The distance of verdicts for alpha that suits a scale.
pub(super) fn metric(kind: Kind) -> AlphaMetric {
    match kind {
        Kind::PassFail | Kind::Nominal | Kind::Pair => AlphaMetric::Nominal,
        Kind::Ordinal => AlphaMetric::Ordinal,
        Kind::Graded => AlphaMetric::Interval,
    }
}

/// The word for a distance that documents use.
pub fn metric_name(metric: AlphaMetric) -> &'static str {
    match metric {
        AlphaMetric::Nominal => "nominal",
        AlphaMetric::Ordinal => "ordinal",
        AlphaMetric::Interval => "interval",
    }
}

/// Kappa of pairs of categories.
pub(super) fn kappa(
    categories: usize,
    pairs: impl Iterator<Item = (usize, usize)>,
    weights: KappaWeights,
) -> Option<f64> {
    let mut table = Confusion::new(categories);
    pairs.for_each(|(first, second)| table.add(first, second));
    table.kappa(weights)
}

/// A statistic of units with its cluster BCa interval. `statistic` gets the numbers of units, with repeats; `why` says
/// why it may be undefined.
pub(super) fn resampled(
    clusters: &[u32],
    resampling: &Resampling,
    why: &'static str,
    statistic: impl Fn(&[usize]) -> Option<f64> + Sync,
) -> Figure {
    let n = clusters.len() as u64;
    let all: Vec<usize> = (0..clusters.len()).collect();
    let Some(value) = statistic(&all).filter(|value| value.is_finite()) else {
        return Figure::none(n, why);
    };
    let groups = groups(clusters);
    let drawn = |chosen: &[usize]| {
        let units: Vec<usize> = chosen
            .iter()
            .filter_map(|group| groups.get(*group))
            .flatten()
            .copied()
            .collect();
        statistic(&units)
    };
    with_interval(
        value,
        n,
        bca(
            groups.len(),
            value,
            drawn,
            ALPHA,
            resampling.replicates,
            resampling.seed,
        ),
    )
}

/// Alpha of verdicts that are positions on a scale, or numbers; with its cluster BCa interval.
pub(super) fn alpha(
    units: &[(u32, Vec<f64>)],
    metric: AlphaMetric,
    categories: usize,
    resampling: &Resampling,
) -> Figure {
    const WHY: &str = "all verdicts are the same";
    let n = units.len() as u64;
    let clusters: Vec<u32> = units.iter().map(|(cluster, _)| *cluster).collect();
    let groups = groups(&clusters);
    let values = |group: &Vec<usize>| -> Vec<&Vec<f64>> {
        let units = group.iter().filter_map(|at| units.get(*at));
        units.map(|(_, values)| values).collect()
    };
    let all: Vec<usize> = (0..groups.len()).collect();
    let interval = |value: f64, statistic: &(dyn Fn(&[usize]) -> Option<f64> + Sync)| {
        bca(
            groups.len(),
            value,
            statistic,
            ALPHA,
            resampling.replicates,
            resampling.seed,
        )
    };
    if metric == AlphaMetric::Interval {
        // Alpha does not depend on where the scale begins; from one of its values on, the sums keep their digits.
        let start = units.iter().flat_map(|(_, values)| values).next().copied();
        let start = start.unwrap_or(0.0);
        let sums: Vec<AlphaUnit> = groups
            .iter()
            .map(|group| {
                let units = values(group).into_iter().map(|values| {
                    let shifted: Vec<f64> = values.iter().map(|value| value - start).collect();
                    AlphaUnit::of(&shifted)
                });
                units.fold(AlphaUnit::default(), AlphaUnit::plus)
            })
            .collect();
        let statistic = |chosen: &[usize]| {
            let units = chosen.iter().filter_map(|at| sums.get(*at).copied());
            units.fold(AlphaUnit::default(), AlphaUnit::plus).alpha()
        };
        return match statistic(&all) {
            Some(value) => with_interval(value, n, interval(value, &statistic)),
            None => Figure::none(n, WHY),
        };
    }
    let tables: Vec<Coincidences> = groups
        .iter()
        .map(|group| {
            let mut table = Coincidences::new(categories);
            for values in values(group) {
                table.add(&values.iter().map(|value| *value as usize).collect::<Vec<usize>>());
            }
            table
        })
        .collect();
    let statistic = |chosen: &[usize]| {
        let mut sum = Coincidences::new(categories);
        chosen
            .iter()
            .filter_map(|at| tables.get(*at))
            .for_each(|table| sum.merge(table));
        sum.alpha(metric == AlphaMetric::Ordinal)
    };
    match statistic(&all) {
        Some(value) => with_interval(value, n, interval(value, &statistic)),
        None => Figure::none(n, WHY),
    }
}

/// The units of each cluster.
fn groups(clusters: &[u32]) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (unit, cluster) in clusters.iter().enumerate() {
        groups.entry(*cluster).or_default().push(unit);
    }
    groups.into_values().collect()
}

fn with_interval(value: f64, n: u64, interval: Option<(f64, f64)>) -> Figure {
    let (low, high) = interval.unzip();
    Figure {
        value: Some(value),
        low,
        high,
        n,
        why: interval
            .is_none()
            .then_some("no interval: too few independent units, or no variation"),
    }
}
