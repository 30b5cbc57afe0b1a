//! Means of samples that were drawn with unequal chances.

use super::spread::MeanSpread;
use super::wilson::settled;
use super::{normal_quantile, t_quantile, wilson};
use std::collections::BTreeMap;

/// A sampled case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampled {
    /// Its value in 0..=1.
    pub value: f64,
    /// The chance that it had to be drawn, above 0.
    pub probability: f64,
    /// Its cluster.
    pub cluster: u32,
}

/// A mean that is corrected for the sampling.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightedMean {
    /// The mean over all cases, sampled or not.
    pub mean: f64,
    /// Lower bound; `None` where the data give none.
    pub low: Option<f64>,
    /// Upper bound.
    pub high: Option<f64>,
    /// Cases in the sample.
    pub sampled: u64,
    /// Cases that the sample stands for: the sum of the weights.
    pub stands_for: f64,
}

/// The mean of Hájek 1971: values weighted by one over their chance to be drawn, divided by the sum of the weights; with
/// an effective-n Wilson interval from the linearised values. Cases that were certain to be drawn stand for themselves
/// alone and others for as many as their chance says, so that a sample which prefers the best does not flatter the mean.
///
/// Degrees of freedom, and the effective number where nothing varies, are those of the weights: (sum of w)^2 / sum of w^2,
/// clusters taken together, for a case that stands for many tells no more than one that stands for itself. The chances must
/// be those that the cases were drawn with, and no case may have had none. Cases with a value that is not finite, or a
/// chance outside of 0 (excluded) to 1, are left out; `sampled` counts the others. `None` without cases; no interval with
/// one cluster.
pub fn weighted_mean(cases: &[Sampled], clustered: bool, alpha: f64) -> Option<WeightedMean> {
    let sound = |case: &&Sampled| case.value.is_finite() && case.probability > 0.0 && case.probability <= 1.0;
    let cases: Vec<&Sampled> = cases.iter().filter(sound).collect();
    let weights: f64 = cases.iter().map(|case| 1.0 / case.probability).sum();
    if cases.is_empty() {
        return None;
    }
    let total: f64 = cases.iter().map(|case| case.value / case.probability).sum();
    let mean = settled(total / weights);
    let n = cases.len() as f64;
    let linear: Vec<f64> = cases
        .iter()
        .map(|case| n / case.probability * (case.value - mean) / weights)
        .collect();
    let clusters: Vec<u32> = cases.iter().map(|case| case.cluster).collect();
    let spread = MeanSpread::of(&linear, clustered.then_some(clusters.as_slice()))?;
    let variance = spread.conservative();
    let z = normal_quantile(1.0 - alpha / 2.0);
    let enough = spread.clusters >= 2.0;
    let effective = effective(&cases, clustered);
    let df = (effective - 1.0).max(1.0);
    let n_eff = if variance > 0.0 && mean > 0.0 && mean < 1.0 {
        mean * (1.0 - mean) / variance * (z / t_quantile(1.0 - alpha / 2.0, df)).powi(2)
    } else {
        effective
    };
    let (low, high) = if enough {
        wilson(mean, n_eff, z).unzip()
    } else {
        (None, None)
    };
    Some(WeightedMean {
        mean,
        low,
        high,
        sampled: cases.len() as u64,
        stands_for: weights,
    })
}

/// Cases, or clusters, of equal weight that would hold as much information (Kish 1965).
fn effective(cases: &[&Sampled], clustered: bool) -> f64 {
    let mut groups: BTreeMap<u32, f64> = BTreeMap::new();
    let mut squares = 0.0;
    for case in cases {
        let weight = 1.0 / case.probability;
        *groups.entry(case.cluster).or_default() += weight;
        squares += weight * weight;
    }
    let sum: f64 = groups.values().sum();
    if clustered {
        squares = groups.values().map(|weight| weight * weight).sum();
    }
    sum * sum / squares
}
