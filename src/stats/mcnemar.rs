//! Exact tests of paired yes/no outcomes.

use super::distribution::{binomial_cdf, binomial_pmf};
use super::two_sided_p;

/// The p of McNemar's test in three forms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct McNemar {
    /// Exact, conditional on the discordant cases.
    pub exact: f64,
    /// Exact with mid-p, which keeps the level and is less conservative (Fagerland, Lydersen and Laake 2013, BMC Medical
    /// Research Methodology 13:91).
    pub mid: f64,
    /// Asymptotic, without continuity correction.
    pub asymptotic: f64,
}

/// Tests whether two candidates pass equally often (McNemar 1947), from the cases that only the first and that only the
/// second passes. Without discordant cases every p is 1.
pub fn mcnemar(only_first: u64, only_second: u64) -> McNemar {
    let n = only_first + only_second;
    if n == 0 {
        return McNemar {
            exact: 1.0,
            mid: 1.0,
            asymptotic: 1.0,
        };
    }
    let fewer = only_first.min(only_second);
    let tail = 2.0 * binomial_cdf(fewer, n, 0.5);
    let difference = only_first as f64 - only_second as f64;
    McNemar {
        exact: tail.min(1.0),
        mid: (tail - binomial_pmf(fewer, n, 0.5)).min(1.0),
        asymptotic: two_sided_p(difference / (n as f64).sqrt(), f64::INFINITY),
    }
}
