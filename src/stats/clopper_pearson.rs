//! The exact interval of a proportion, for absolute gates.

use super::distribution::beta_quantile;

/// Which bounds are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Both, each at alpha / 2.
    Two,
    /// The lower one alone, at alpha; the upper one is 1.
    Lower,
    /// The upper one alone, at alpha; the lower one is 0.
    Upper,
}

/// The interval of Clopper and Pearson 1934 of `k` in `n` trials with confidence 1 - `alpha`; both may be fractions, for
/// effective numbers. `None` where n is not above 0 or k is not in 0..=n. For no and for all successes in closed form:
/// the quantile of the beta distribution loses digits there.
pub fn clopper_pearson(k: f64, n: f64, alpha: f64, side: Side) -> Option<(f64, f64)> {
    if !(n > 0.0 && n.is_finite() && (0.0..=n).contains(&k)) {
        return None;
    }
    let tail = if side == Side::Two { alpha / 2.0 } else { alpha };
    let low = match side {
        Side::Upper => 0.0,
        _ if k == 0.0 => 0.0,
        _ if k == n => tail.powf(1.0 / n),
        _ => beta_quantile(tail, k, n - k + 1.0),
    };
    let high = match side {
        Side::Lower => 1.0,
        _ if k == n => 1.0,
        _ if k == 0.0 => 1.0 - tail.powf(1.0 / n),
        _ => beta_quantile(1.0 - tail, k + 1.0, n - k),
    };
    Some((low, high))
}
