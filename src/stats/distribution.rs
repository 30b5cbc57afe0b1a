//! Distribution functions, with what each is exact to.

use statrs::distribution::{Beta, Binomial, ContinuousCDF, Discrete, DiscreteCDF, Normal, StudentsT};

/// The share of the standard normal distribution below `z`.
pub fn normal_cdf(z: f64) -> f64 {
    Normal::standard().cdf(z)
}

/// The chance of a value of at least `t` (one side) under Student's t with `df` degrees of freedom; the normal one
/// where these are infinite or more than 1e7, where the two agree to 1e-8.
pub fn t_survival(t: f64, df: f64) -> f64 {
    if t.is_nan() {
        return f64::NAN;
    }
    let df = df.max(1.0);
    if !df.is_finite() || df > 1e7 {
        return normal_cdf(-t);
    }
    StudentsT::new(0.0, 1.0, df).map_or(f64::NAN, |distribution| distribution.sf(t))
}

/// The two-sided p of a statistic.
pub fn two_sided_p(t: f64, df: f64) -> f64 {
    (2.0 * t_survival(t.abs(), df)).min(1.0)
}

/// The point with the share `p` of a Beta(`a`, `b`) distribution below it (absolute error below 1e-9 for a + b up to
/// 1e6); NaN where `a` or `b` is not above 0.
pub fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    Beta::new(a, b).map_or(f64::NAN, |distribution| {
        distribution.inverse_cdf(p.clamp(0.0, 1.0))
    })
}

/// The share of a Beta(`a`, `b`) distribution below `x`.
pub fn beta_cdf(x: f64, a: f64, b: f64) -> f64 {
    Beta::new(a, b).map_or(f64::NAN, |distribution| distribution.cdf(x.clamp(0.0, 1.0)))
}

/// The chance of at most `k` of `n` at chance `p` each.
pub fn binomial_cdf(k: u64, n: u64, p: f64) -> f64 {
    Binomial::new(p, n).map_or(f64::NAN, |distribution| distribution.cdf(k))
}

/// The chance of exactly `k` of `n` at chance `p` each.
pub fn binomial_pmf(k: u64, n: u64, p: f64) -> f64 {
    Binomial::new(p, n).map_or(f64::NAN, |distribution| distribution.pmf(k))
}

/// The smallest k for which the chance of at most k of `n` is at least `q`.
pub fn binomial_quantile(q: f64, n: u64, p: f64) -> u64 {
    let (mut low, mut high) = (0, n);
    while low < high {
        let middle = low + (high - low) / 2;
        if binomial_cdf(middle, n, p) >= q {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}
