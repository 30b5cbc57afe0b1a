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
}

/// The mean of positive values with the interval m * exp(± t * SE / m) (delta method on the logarithm): never below 0,
/// longer above. `clusters` as everywhere. `None` without a value; no interval for one value, or where the mean is not
/// above 0. Measurements that are all equal (a fixed price) are known as they are.
pub fn positive_mean(values: &[f64], clusters: Option<&[u32]>, alpha: f64) -> Option<Ranged> {
    let spread = MeanSpread::of(values, clusters)?;
    let se = spread.conservative().sqrt();
    let half = t_quantile(1.0 - alpha / 2.0, spread.df()) * se / spread.mean;
    let bounded = spread.clusters >= 2.0 && spread.mean > 0.0;
    Some(Ranged {
        value: spread.mean,
        low: bounded.then(|| spread.mean * (-half).exp()),
        high: bounded.then(|| spread.mean * half.exp()),
        n: values.len() as u64,
    })
}

/// The ratio of two arms on the same cases: geometric mean of a / b with its interval, by the paired t of log-ratios.
/// Cases where one is not above 0 are left out.
pub fn paired_ratio(pairs: &[(f64, f64)], clusters: Option<&[u32]>, alpha: f64) -> Option<Ranged> {
    let mut logs = Vec::with_capacity(pairs.len());
    let mut groups = Vec::new();
    for (position, (a, b)) in pairs.iter().enumerate() {
        if *a > 0.0 && *b > 0.0 && a.is_finite() && b.is_finite() {
            logs.push((a / b).ln());
            groups.extend(clusters.and_then(|clusters| clusters.get(position).copied()));
        }
    }
    let spread = MeanSpread::of(&logs, clusters.map(|_| groups.as_slice()))?;
    let half = t_quantile(1.0 - alpha / 2.0, spread.df()) * spread.conservative().sqrt();
    let bounded = spread.clusters >= 2.0;
    Some(Ranged {
        value: spread.mean.exp(),
        low: bounded.then(|| (spread.mean - half).exp()),
        high: bounded.then(|| (spread.mean + half).exp()),
        n: logs.len() as u64,
    })
}

/// The ratio of totals, sum(a) / sum(b), with its interval by the residuals a - R b (Cochran 1977, ratio estimator) on
/// the logarithm.
pub fn ratio_of_totals(pairs: &[(f64, f64)], clusters: Option<&[u32]>, alpha: f64) -> Option<Ranged> {
    let total_b: f64 = pairs.iter().map(|(_, b)| b).sum();
    let ratio = pairs.iter().map(|(a, _)| a).sum::<f64>() / total_b;
    if !(ratio.is_finite() && ratio > 0.0) {
        return None;
    }
    let residuals: Vec<f64> = pairs.iter().map(|(a, b)| a - ratio * b).collect();
    let spread = MeanSpread::of(&residuals, clusters)?;
    let relative = spread.conservative().sqrt() / (total_b / spread.n) / ratio;
    let half = t_quantile(1.0 - alpha / 2.0, spread.df()) * relative;
    let bounded = spread.clusters >= 2.0;
    Some(Ranged {
        value: ratio,
        low: bounded.then(|| ratio * (-half).exp()),
        high: bounded.then(|| ratio * half.exp()),
        n: pairs.len() as u64,
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

/// Student's paired t with cluster-robust variance (CR1), for unbounded differences such as seconds. `None` with fewer
/// than two cases or clusters, or where the differences do not vary.
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
