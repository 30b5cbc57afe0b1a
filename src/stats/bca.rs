//! The bootstrap interval of any statistic.

use super::distribution::normal_cdf;
use super::{Rng, normal_quantile};
use rayon::prelude::*;

/// Replicates that intervals in reports rest on.
pub const REPLICATES: u64 = 9999;

/// The bias-corrected and accelerated interval (Efron 1987) of a statistic, by resampling clusters.
///
/// `clusters` is how many there are; `statistic` gets the numbers of the drawn clusters (with repeats) and gives its value,
/// `None` where it is undefined for that draw (left out). `estimate` is its value for all clusters once. Replicate b uses
/// its own random stream, so that threads do not change the result. `None` with fewer than two clusters, where the
/// statistic does not vary enough for two different bounds, where all draws lie on one side of the estimate, or where it is
/// undefined for more than one draw in ten.
///
/// Bounds are the quantiles of the draws at Phi(b + (b + z) / (1 - a (b + z))): b is the normal quantile of the share of
/// draws below the estimate (equal ones count half), a is a sixth of the skewness of the statistic with each cluster left
/// out in turn. They have the statistic's unit. Not for means of scores: near 0 and 1 it covers too little, effective-n
/// Wilson does not.
pub fn bca<F>(
    clusters: usize,
    estimate: f64,
    statistic: F,
    alpha: f64,
    replicates: u64,
    seed: u64,
) -> Option<(f64, f64)>
where
    F: Fn(&[usize]) -> Option<f64> + Sync,
{
    if clusters < 2 || replicates < 2 {
        return None;
    }
    let mut drawn: Vec<f64> = (0..replicates)
        .into_par_iter()
        .map_init(
            || vec![0_usize; clusters],
            |indices, replicate| {
                let mut rng = Rng::stream(seed, replicate);
                indices.iter_mut().for_each(|index| *index = rng.index(clusters));
                statistic(indices).filter(|value| value.is_finite())
            },
        )
        .flatten()
        .collect();
    if (drawn.len() as u64) < replicates - replicates / 10 {
        return None;
    }
    drawn.sort_by(f64::total_cmp);
    let (first, last) = (*drawn.first()?, *drawn.last()?);
    // What is equal up to rounding is equal, also around 0.
    let slack = 1e-12 * estimate.abs().max(last - first);
    let below = drawn.iter().filter(|value| **value < estimate - slack).count() as f64;
    let equal = drawn
        .iter()
        .filter(|value| (**value - estimate).abs() <= slack)
        .count() as f64;
    let bias = normal_quantile((below + equal / 2.0) / drawn.len() as f64);
    if !bias.is_finite() {
        return None;
    }
    let acceleration = acceleration(clusters, &statistic);
    let bound = |share: f64| {
        let z = normal_quantile(share);
        // Beyond its pole the correction turns the order of the bounds round.
        let room = 1.0 - acceleration * (bias + z);
        (room > 0.0).then(|| interpolated(&drawn, normal_cdf(bias + (bias + z) / room)))
    };
    let (low, high) = (bound(alpha / 2.0)?, bound(1.0 - alpha / 2.0)?);
    (high - low > slack).then_some((low, high))
}

/// Skewness of the jackknife values over six.
fn acceleration<F>(clusters: usize, statistic: &F) -> f64
where
    F: Fn(&[usize]) -> Option<f64> + Sync,
{
    let left_out: Vec<f64> = (0..clusters)
        .into_par_iter()
        .map(|without| {
            let rest: Vec<usize> = (0..clusters).filter(|at| *at != without).collect();
            statistic(&rest)
        })
        .flatten()
        .collect();
    let mean = left_out.iter().sum::<f64>() / left_out.len().max(1) as f64;
    let (mut squares, mut cubes) = (0.0, 0.0);
    for value in left_out {
        let off = mean - value;
        squares += off * off;
        cubes += off.powi(3);
    }
    let acceleration = cubes / (6.0 * f64::powf(squares, 1.5));
    if acceleration.is_finite() {
        acceleration
    } else {
        0.0
    }
}

/// The value at that share of a sorted list, between two of them.
fn interpolated(sorted: &[f64], share: f64) -> f64 {
    let position = share.clamp(0.0, 1.0) * (sorted.len() - 1) as f64;
    let below = position.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    let part = position - below as f64;
    sorted[below] * (1.0 - part) + sorted[above] * part
}
