//! Intervals of percentiles from order statistics.

use super::distribution::binomial_quantile;

/// The interval of the `p` quantile of values with confidence of at least 1 - `alpha`, from two of the values themselves
/// (Conover 1999, "Practical Nonparametric Statistics", section 3.2): exact for any distribution. A bound is `None` where
/// the data do not bound it. `sorted` is in ascending order.
pub fn quantile_interval(sorted: &[f64], p: f64, alpha: f64) -> (Option<f64>, Option<f64>) {
    let n = sorted.len() as u64;
    if n == 0 || !(0.0..=1.0).contains(&p) {
        return (None, None);
    }
    let low = binomial_quantile(alpha / 2.0, n, p);
    let high = binomial_quantile(1.0 - alpha / 2.0, n, p);
    let at = |index: u64| {
        usize::try_from(index)
            .ok()
            .and_then(|index| sorted.get(index))
            .copied()
    };
    (low.checked_sub(1).and_then(at), at(high))
}
