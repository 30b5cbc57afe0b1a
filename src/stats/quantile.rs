//! Quantiles of the normal and of Student's t distribution.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// The value below which a standard normal variable falls with probability `p`; infinite at 0 and 1, not a number
/// outside of them.
pub fn normal_quantile(p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    Normal::standard().inverse_cdf(p)
}

/// Degrees of freedom from which the series below is better than the inversion of the beta function: at 10^4 it is
/// off by less than 1e-13, while the inversion loses digits from 10^5 on and does not return at 10^8.
const SERIES_FROM: f64 = 1e4;

/// The value below which Student's t with `df` degrees of freedom falls with probability `p`. `df` is at least 1
/// (smaller values count as 1) and may be infinite, which is the normal distribution.
///
/// Above 10^4 degrees: the Cornish-Fisher series (Abramowitz and Stegun 26.7.5).
pub fn t_quantile(p: f64, df: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) || df.is_nan() {
        return f64::NAN;
    }
    let df = df.max(1.0);
    let z = normal_quantile(p);
    if !z.is_finite() || df.is_infinite() {
        return z;
    }
    if df > SERIES_FROM {
        let (z3, z5, z7) = (z.powi(3), z.powi(5), z.powi(7));
        return z
            + (z3 + z) / (4.0 * df)
            + (5.0 * z5 + 16.0 * z3 + 3.0 * z) / (96.0 * df.powi(2))
            + (3.0 * z7 + 19.0 * z5 + 17.0 * z3 - 15.0 * z) / (384.0 * df.powi(3));
    }
    if p == 0.5 {
        return 0.0;
    }
    StudentsT::new(0.0, 1.0, df).map_or(f64::NAN, |t| t.inverse_cdf(p))
}
