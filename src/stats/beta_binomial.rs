//! How sure is it that a pass rate is at least so high?

use super::distribution::{beta_cdf, beta_quantile};

/// A posterior of a pass rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Posterior {
    /// Its mean.
    pub mean: f64,
    /// Lower end of the equal-tailed interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Chance that the rate is at least the threshold.
    pub at_least: f64,
}

/// The posterior of a pass rate after `k` passes in `n` trials under a Beta prior (1, 1 is the uniform one), with its
/// equal-tailed interval of 1 - `alpha`. `None` where k is not in 0..=n.
pub fn beta_binomial(k: f64, n: f64, prior: (f64, f64), alpha: f64, threshold: f64) -> Option<Posterior> {
    if !(n >= 0.0 && (0.0..=n).contains(&k)) {
        return None;
    }
    let (a, b) = (prior.0 + k, prior.1 + n - k);
    Some(Posterior {
        mean: a / (a + b),
        low: beta_quantile(alpha / 2.0, a, b),
        high: beta_quantile(1.0 - alpha / 2.0, a, b),
        at_least: 1.0 - beta_cdf(threshold, a, b),
    })
}
