//! Intervals of percentiles from order statistics.

use super::MeanAccumulator;
use super::distribution::binomial_quantile;

/// Ranks, from 1 on, of the two values among `n` that bound the `p` quantile with confidence of at least 1 - `alpha`; `None`
/// where no value bounds it.
pub(super) fn quantile_ranks(n: u64, p: f64, alpha: f64) -> (Option<u64>, Option<u64>) {
    if n == 0 || !(0.0..=1.0).contains(&p) {
        return (None, None);
    }
    let low = binomial_quantile(alpha / 2.0, n, p);
    let high = binomial_quantile(1.0 - alpha / 2.0, n, p) + 1;
    ((low >= 1).then_some(low), (high <= n).then_some(high))
}

/// The interval of the `p` quantile of values with confidence of at least 1 - `alpha`, from two of the values themselves
/// (Conover 1999, "Practical Nonparametric Statistics", section 3.2): the ranks are quantiles of the binomial distribution
/// of values below it, so it is exact for any distribution of independent values, in their unit. A bound is `None` where the
/// data do not bound it. `sorted` is in ascending order.
pub fn quantile_interval(sorted: &[f64], p: f64, alpha: f64) -> (Option<f64>, Option<f64>) {
    let (low, high) = quantile_ranks(sorted.len() as u64, p, alpha);
    let at = |rank: Option<u64>| {
        let place = usize::try_from(rank?.checked_sub(1)?).ok()?;
        sorted.get(place).copied()
    };
    (at(low), at(high))
}

/// The same for values that depend on each other within clusters, each with the number of its cluster: the ranks are those
/// among as many independent values as would tell the share below the quantile equally well (Woodruff 1952, "Confidence
/// intervals for medians and other position measures", with the effective number of Korn and Graubard 1998). Assumes
/// that clusters are independent.
pub fn clustered_quantile_interval(sorted: &[(f64, u32)], p: f64, alpha: f64) -> (Option<f64>, Option<f64>) {
    let n = sorted.len() as f64;
    let rank = ((p * n).ceil() as usize).max(1) - 1;
    let Some((quantile, _)) = sorted.get(rank) else {
        return (None, None);
    };
    let mut below = MeanAccumulator::new(true);
    for (value, cluster) in sorted {
        below.add(f64::from(u8::from(value <= quantile)), Some(*cluster), true);
    }
    let own = below
        .estimate(alpha, 0)
        .n_eff
        .map_or(0.0, |own| own.min(n).floor());
    let (low, high) = quantile_ranks(own as u64, p, alpha);
    // The place among all values, outwards.
    let low = low.map(|rank| (rank as f64 / own * n).floor());
    let high = high.map(|rank| (rank as f64 / own * n).ceil());
    let at = |rank: Option<f64>| {
        sorted
            .get((rank? as usize).checked_sub(1)?)
            .map(|(value, _)| *value)
    };
    (at(low), at(high))
}
