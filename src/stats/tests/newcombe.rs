//! Newcombe's interval, which bench does not report: a check on Tango's.

use crate::stats::{normal_quantile, wilson};

/// The interval of a paired difference p_a - p_b by Newcombe 1998 (method 10: square-and-add of two Wilson intervals with
/// the correlation of the pairs), from a table of outcomes: both pass, only the first, only the second, neither. `None` for
/// an empty table.
pub fn newcombe_paired(both: u64, only_a: u64, only_b: u64, neither: u64, alpha: f64) -> Option<(f64, f64)> {
    let [both, only_a, only_b, neither] = [both, only_a, only_b, neither].map(|count| count as f64);
    let n = both + only_a + only_b + neither;
    let z = normal_quantile(1.0 - alpha / 2.0);
    let (p_a, p_b) = ((both + only_a) / n, (both + only_b) / n);
    let (low_a, high_a) = wilson(p_a, n, z)?;
    let (low_b, high_b) = wilson(p_b, n, z)?;
    let product = (both + only_a) * (only_b + neither) * (both + only_b) * (only_a + neither);
    let correlation = if product > 0.0 {
        let raw = both * neither - only_a * only_b;
        // Continuity correction of the correlation where it is positive.
        let corrected = if raw > n / 2.0 {
            raw - n / 2.0
        } else if raw >= 0.0 {
            0.0
        } else {
            raw
        };
        corrected / product.sqrt()
    } else {
        0.0
    };
    let (down_a, up_a, down_b, up_b) = (p_a - low_a, high_a - p_a, p_b - low_b, high_b - p_b);
    let delta = p_a - p_b;
    let low = delta
        - (down_a * down_a - 2.0 * correlation * down_a * up_b + up_b * up_b)
            .max(0.0)
            .sqrt();
    let high = delta
        + (down_b * down_b - 2.0 * correlation * down_b * up_a + up_a * up_a)
            .max(0.0)
            .sqrt();
    Some((low, high))
}
