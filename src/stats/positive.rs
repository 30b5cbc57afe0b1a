//! Means of unbounded, positive quantities: latency and cost.

use super::spread::MeanSpread;
use super::{t_quantile, two_sided_p};

/// A number with an interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranged {
    /// The number.
    pub value: f64,
    /// Lower bound; `None` where the data give no interval.
    pub low: Option<f64>,
    /// Upper bound.
    pub high: Option<f64>,
    /// Cases.
    pub n: u64,
    /// Cases that were left out, since a value is missing, not a number or, for a ratio of logarithms, not above 0.
    pub left_out: u64,
}

/// Values that are fit for use, each with its cluster.
fn kept<T: Copy>(
    values: &[T],
    clusters: Option<&[u32]>,
    sound: impl Fn(&T) -> bool,
) -> (Vec<T>, Option<Vec<u32>>) {
    let positions: Vec<usize> = (0..values.len())
        .filter(|at| values.get(*at).is_some_and(&sound))
        .collect();
    let groups = clusters.map(|clusters| {
        let cluster = |at: &usize| clusters.get(*at).copied().unwrap_or(u32::MAX - *at as u32);
        positions.iter().map(cluster).collect()
    });
    let values = positions.iter().filter_map(|at| values.get(*at).copied());
    (values.collect(), groups)
}

/// The mean m of positive values with the interval m * exp(± t * SE / m) (delta method on the logarithm), in the unit of the
/// values: never below 0, longer above. The standard error is cluster-robust (CR1), t has effective clusters - 1 degrees
/// of freedom. `None` without a value; no interval for one value or cluster, or where the mean is not above 0. Measurements
/// that are all equal (a fixed price) are known as they are. For skewed values (lognormal, sigma 1, n = 30) it covers 90 %
/// where 95 % are meant: percentiles by [`super::quantile_interval`] are the headline.
pub fn positive_mean(values: &[f64], clusters: Option<&[u32]>, alpha: f64) -> Option<Ranged> {
    let (kept, groups) = kept(values, clusters, |value| value.is_finite());
    let spread = MeanSpread::of(&kept, groups.as_deref())?;
    let se = spread.conservative().sqrt();
    let half = t_quantile(1.0 - alpha / 2.0, spread.df()) * se / spread.mean;
    let bounded = spread.clusters >= 2.0 && spread.mean > 0.0;
    Some(Ranged {
        value: spread.mean,
        low: bounded.then(|| spread.mean * (-half).exp()),
        high: bounded.then(|| spread.mean * half.exp()),
        n: kept.len() as u64,
        left_out: (values.len() - kept.len()) as u64,
    })
}

/// The average of the means of several tasks, each of which counts the same however many values it has: M = mean of m with
/// the variance sum of V / S^2, degrees of freedom by Satterthwaite, and the interval of [`positive_mean`]. Each part holds the
/// values of a task, in the unit that all share, and the cluster of each. `None` where a part has no value; no interval where
/// one has one cluster only.
pub fn positive_average(parts: &[(&[f64], Option<&[u32]>)], alpha: f64) -> Option<Ranged> {
    let (mut mean, mut variance, mut denominator) = (0.0, 0.0, 0.0);
    let (mut n, mut left_out, mut bounded) = (0, 0, !parts.is_empty());
    let strata = parts.len() as f64;
    for (values, clusters) in parts {
        let (kept, groups) = kept(values, *clusters, |value| value.is_finite());
        let spread = MeanSpread::of(&kept, groups.as_deref())?;
        let part = spread.conservative() / (strata * strata);
        mean += spread.mean / strata;
        variance += part;
        denominator += part * part / spread.df();
        bounded &= spread.clusters >= 2.0;
        n += kept.len() as u64;
        left_out += (values.len() - kept.len()) as u64;
    }
    let df = if denominator > 0.0 {
        variance * variance / denominator
    } else {
        f64::INFINITY
    };
    let half = t_quantile(1.0 - alpha / 2.0, df) * variance.sqrt() / mean;
    bounded &= mean > 0.0;
    (!parts.is_empty()).then(|| Ranged {
        value: mean,
        low: bounded.then(|| mean * (-half).exp()),
        high: bounded.then(|| mean * half.exp()),
        n,
        left_out,
    })
}

/// The ratio of two arms on the same cases: geometric mean of a / b with its interval, by the paired t of log-ratios with
/// cluster-robust variance. Every case weighs the same: "how much slower is it, typically". `None` without a case where both
/// are above 0.
pub fn paired_ratio(pairs: &[(f64, f64)], clusters: Option<&[u32]>, alpha: f64) -> Option<Ranged> {
    let (kept, groups) = kept(pairs, clusters, |(a, b)| {
        *a > 0.0 && *b > 0.0 && a.is_finite() && b.is_finite()
    });
    let logs: Vec<f64> = kept.iter().map(|(a, b)| (a / b).ln()).collect();
    let spread = MeanSpread::of(&logs, groups.as_deref())?;
    let half = t_quantile(1.0 - alpha / 2.0, spread.df()) * spread.conservative().sqrt();
    let bounded = spread.clusters >= 2.0;
    Some(Ranged {
        value: spread.mean.exp(),
        low: bounded.then(|| (spread.mean - half).exp()),
        high: bounded.then(|| (spread.mean + half).exp()),
        n: kept.len() as u64,
        left_out: (pairs.len() - kept.len()) as u64,
    })
}

/// The ratio of totals R = sum(a) / sum(b) with its interval by the residuals a - R b (Cochran 1977, "Sampling Techniques",
/// section 6.4) on the logarithm. Every dollar or second weighs the same: "what would the bill be". `None` where a total is
/// not above 0.
pub fn ratio_of_totals(pairs: &[(f64, f64)], clusters: Option<&[u32]>, alpha: f64) -> Option<Ranged> {
    let (kept, groups) = kept(pairs, clusters, |(a, b)| a.is_finite() && b.is_finite());
    let total_b: f64 = kept.iter().map(|(_, b)| b).sum();
    let ratio = kept.iter().map(|(a, _)| a).sum::<f64>() / total_b;
    if !(ratio.is_finite() && ratio > 0.0) {
        return None;
    }
    let residuals: Vec<f64> = kept.iter().map(|(a, b)| a - ratio * b).collect();
    let spread = MeanSpread::of(&residuals, groups.as_deref())?;
    let relative = spread.conservative().sqrt() / (total_b / spread.n) / ratio;
    let half = t_quantile(1.0 - alpha / 2.0, spread.df()) * relative;
    let bounded = spread.clusters >= 2.0;
    Some(Ranged {
        value: ratio,
        low: bounded.then(|| ratio * (-half).exp()),
        high: bounded.then(|| ratio * half.exp()),
        n: kept.len() as u64,
        left_out: (pairs.len() - kept.len()) as u64,
    })
}

/// A paired t test of unbounded values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairedT {
    /// Mean of a - b.
    pub difference: f64,
    /// The statistic.
    pub t: f64,
    /// Its degrees of freedom.
    pub df: f64,
    /// Two-sided p.
    pub p: f64,
    /// Lower bound of the two-sided interval.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
    /// Lower bound alone, at alpha.
    pub low_one_sided: f64,
    /// p of the two one-sided tests that the difference is inside the margin (Schuirmann 1987), where one is given.
    pub equivalence_p: Option<f64>,
    /// Cases with both values.
    pub n: u64,
}

/// Student's paired t with cluster-robust variance (CR1) and effective clusters - 1 degrees of freedom, for unbounded
/// differences such as seconds (scores take [`super::paired_difference`]). Assumes that the mean difference is close to
/// normal. `margin`, in the unit of the differences, asks also for the two one-sided tests. `None` with fewer than two cases
/// or clusters, or where the differences do not vary.
pub fn paired_t(
    differences: &[f64],
    clusters: Option<&[u32]>,
    alpha: f64,
    margin: Option<f64>,
) -> Option<PairedT> {
    let spread = MeanSpread::of(differences, clusters)?;
    let se = spread.conservative().sqrt();
    if spread.clusters < 2.0 || se <= 0.0 {
        return None;
    }
    let df = spread.df();
    let t = spread.mean / se;
    let half = t_quantile(1.0 - alpha / 2.0, df) * se;
    let one_sided = t_quantile(1.0 - alpha, df) * se;
    let equivalence_p = margin.map(|margin| {
        let above = super::t_survival((spread.mean + margin) / se, df);
        let below = super::t_survival((margin - spread.mean) / se, df);
        above.max(below)
    });
    Some(PairedT {
        difference: spread.mean,
        t,
        df,
        p: two_sided_p(t, df),
        low: spread.mean - half,
        high: spread.mean + half,
        low_one_sided: spread.mean - one_sided,
        equivalence_p,
        n: differences.len() as u64,
    })
}
