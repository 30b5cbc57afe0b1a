//! Averages over tasks, each with a weight of its own.

use super::tango::{tango, tango_statistic};
use super::wilson::settled;
use super::{normal_quantile, t_quantile, two_sided_p, wilson};

/// One part of an average: a task, or a tag.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stratum {
    /// Weight; weights are scaled to a sum of 1.
    pub weight: f64,
    /// Its mean, in 0..=1; of a difference, in -1..=1.
    pub mean: f64,
    /// Variance of that mean; 0 where its values do not vary.
    pub variance: f64,
    /// Its cases; effective clusters where it has clusters.
    pub n: f64,
    /// Degrees of freedom of the variance: cases (effective clusters) - 1, also for yes/no scores, since the variances of
    /// small strata are themselves uncertain.
    pub df: f64,
    /// Of a difference: mean of its positive parts. Ignored for plain means.
    pub better: f64,
    /// Of a difference: mean of its negative parts.
    pub worse: f64,
}

/// An average over strata.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MacroEstimate {
    /// The average.
    pub mean: f64,
    /// Lower bound.
    pub low: Option<f64>,
    /// Upper bound.
    pub high: Option<f64>,
    /// Two-sided p of 0, for differences.
    pub p: Option<f64>,
    /// Variance of the average, strata without variation counted by their Laplace variance.
    pub variance: f64,
    /// Degrees of freedom (Satterthwaite 1946).
    pub df: f64,
    /// The stratum that most of the variance comes from, and its share.
    pub largest: Option<(usize, f64)>,
    /// Effective number of cases.
    pub n_eff: f64,
    /// Strata.
    pub strata: u64,
}

impl MacroEstimate {
    /// Degrees of freedom below which the variance is too uncertain to plan with.
    pub const FEWEST_DF: f64 = 4.0;

    /// Whether the variance is known well enough to say what more of the same would show.
    pub fn plans(&self) -> bool {
        self.df >= Self::FEWEST_DF
    }

    /// The stratum that the interval rests on above all, with its share of the variance, where too little is known of the
    /// variance to plan with.
    pub fn rests_on(&self) -> Option<(usize, f64)> {
        self.largest.filter(|(_, share)| !self.plans() && *share > 0.5)
    }
}

/// The spread of an average.
struct Pooled {
    variance: f64,
    df: f64,
    largest: Option<(usize, f64)>,
}

/// Variance and degrees of freedom of the average. A stratum without variation takes the Laplace variance
/// p(1 - p)/n with p = (k + 1)/(n + 2), so that it does not count as known for certain.
fn pooled(strata: &[Stratum], total: f64, share: impl Fn(&Stratum) -> f64) -> Pooled {
    let (mut variance, mut denominator) = (0.0, 0.0);
    let mut largest: Option<(usize, f64)> = None;
    for (at, stratum) in strata.iter().enumerate() {
        let weight = stratum.weight / total;
        let n = stratum.n.max(1.0);
        let own = if stratum.variance > 0.0 {
            stratum.variance
        } else {
            let p = (share(stratum) * n + 1.0) / (n + 2.0);
            p * (1.0 - p) / n
        };
        let part = weight * weight * own;
        variance += part;
        if largest.is_none_or(|(_, most)| part > most) {
            largest = Some((at, part));
        }
        if stratum.df.is_finite() {
            denominator += part * part / stratum.df.max(1.0);
        }
    }
    let df = if denominator > 0.0 {
        variance * variance / denominator
    } else {
        f64::INFINITY
    };
    Pooled {
        variance,
        df,
        largest: largest
            .filter(|_| variance > 0.0)
            .map(|(at, part)| (at, part / variance)),
    }
}

fn total_weight(strata: &[Stratum]) -> Option<f64> {
    let total: f64 = strata.iter().map(|stratum| stratum.weight).sum();
    let sound = |stratum: &Stratum| stratum.weight >= 0.0 && stratum.mean.is_finite();
    (total > 0.0 && total.is_finite() && strata.iter().all(sound)).then_some(total)
}

/// Cases that the average rests on where nothing varies: 1 / sum of w^2 / n.
fn effective_cases(strata: &[Stratum], total: f64) -> f64 {
    let parts = strata
        .iter()
        .map(|stratum| (stratum.weight / total).powi(2) / stratum.n.max(1.0));
    1.0 / parts.sum::<f64>()
}

/// The weighted average of means in 0..=1 with its effective-n Wilson interval: M = sum of w m with the variance
/// sum of w^2 V, degrees of freedom by Satterthwaite, and n_eff = M(1 - M)/V * (z/t)^2. Assumes that strata are independent
/// and always part of the average. `None` without weight.
pub fn macro_average(strata: &[Stratum], alpha: f64) -> Option<MacroEstimate> {
    let total = total_weight(strata)?;
    let mean: f64 = strata
        .iter()
        .map(|stratum| stratum.weight / total * stratum.mean)
        .sum();
    let mean = settled(mean);
    let Pooled {
        variance,
        df,
        largest,
    } = pooled(strata, total, |stratum| stratum.mean);
    let z = normal_quantile(1.0 - alpha / 2.0);
    let n_eff = if mean == 0.0 || mean == 1.0 {
        effective_cases(strata, total)
    } else {
        mean * (1.0 - mean) / variance * (z / t_quantile(1.0 - alpha / 2.0, df)).powi(2)
    };
    let (low, high) = wilson(mean, n_eff, z).unzip();
    Some(MacroEstimate {
        mean,
        low,
        high,
        p: None,
        variance,
        df,
        largest,
        n_eff,
        strata: strata.len() as u64,
    })
}

/// The weighted average of paired differences with its effective-n Tango interval and the p of the same statistic, put
/// together like [`macro_average`].
pub fn macro_difference(strata: &[Stratum], alpha: f64) -> Option<MacroEstimate> {
    let total = total_weight(strata)?;
    let sum = |part: fn(&Stratum) -> f64| -> f64 {
        strata
            .iter()
            .map(|stratum| stratum.weight / total * part(stratum))
            .sum()
    };
    let (better, worse) = (sum(|stratum| stratum.better), sum(|stratum| stratum.worse));
    let Pooled {
        variance,
        df,
        largest,
    } = pooled(strata, total, |stratum| stratum.better + stratum.worse);
    let z = normal_quantile(1.0 - alpha / 2.0);
    let delta = better - worse;
    let spread = better + worse - delta * delta;
    // Rounding is no spread.
    let (raw, n_eff, df) = if spread > 1e-12 {
        let raw = spread / variance;
        (raw, raw * (z / t_quantile(1.0 - alpha / 2.0, df)).powi(2), df)
    } else {
        let known = effective_cases(strata, total);
        (known, known, f64::INFINITY)
    };
    let (low, high) = tango(better, worse, n_eff, z).unzip();
    let p = two_sided_p(tango_statistic(better, worse, raw, 0.0), df);
    Some(MacroEstimate {
        mean: delta,
        low,
        high,
        p: Some(p),
        variance,
        df,
        largest,
        n_eff,
        strata: strata.len() as u64,
    })
}
