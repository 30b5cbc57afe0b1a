//! The variance of a mean with and without clusters: what all effective-n methods share.

use std::collections::BTreeMap;

/// Whether values differ by more than rounding; true where one is not a number, which no result may hide.
fn varies(values: &[f64]) -> bool {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let noise = 1e-12 * low.abs().max(high.abs()) + 1e-14;
    values.iter().any(|value| value.is_nan()) || high - low > noise
}

/// Spread of the mean of some values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanSpread {
    /// Values.
    pub n: f64,
    /// Their mean.
    pub mean: f64,
    /// Sample variance of the values (divisor n - 1).
    pub variance: f64,
    /// Variance of the mean for independent values.
    pub independent: f64,
    /// Variance of the mean, cluster-robust (CR1, factor G/(G-1)); that for independent values without clusters.
    pub robust: f64,
    /// Clusters.
    pub clusters: f64,
    /// Clusters of equal size that would hold as much information: n^2 / sum of w^2 (Kish).
    pub effective: f64,
    /// Share of the largest cluster; 0 without clusters.
    pub largest: f64,
}

impl MeanSpread {
    /// The spread of `values`; `clusters` names the cluster of each. `None` without any value. Values that differ by no
    /// more than rounding (1e-12 of the largest, or 1e-14) do not vary: an interval made of noise would have no width.
    pub fn of(values: &[f64], clusters: Option<&[u32]>) -> Option<Self> {
        if values.is_empty() {
            return None;
        }
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = if varies(values) {
            values.iter().map(|value| (value - mean).powi(2)).sum()
        } else {
            0.0
        };
        let variance = if n > 1.0 { squares / (n - 1.0) } else { 0.0 };
        let independent = variance / n;
        let Some(clusters) = clusters else {
            return Some(Self {
                n,
                mean,
                variance,
                independent,
                robust: independent,
                clusters: n,
                effective: n,
                largest: 0.0,
            });
        };
        // By number, so that the order of the sum is that of the clusters on every machine.
        let mut groups: BTreeMap<u32, (f64, f64)> = BTreeMap::new();
        for (value, cluster) in values.iter().zip(clusters) {
            let group = groups.entry(*cluster).or_default();
            group.0 += 1.0;
            group.1 += value - mean;
        }
        let count = groups.len() as f64;
        let residuals: f64 = groups.values().map(|(_, sum)| sum * sum).sum();
        let sizes: f64 = groups.values().map(|(size, _)| size * size).sum();
        let largest = groups.values().fold(0.0, |largest, (size, _)| size.max(largest));
        // Values that do not vary have no residuals but rounding.
        let robust = if count > 1.0 && squares > 0.0 {
            count / (count - 1.0) * residuals / (n * n)
        } else {
            0.0
        };
        Some(Self {
            n,
            mean,
            variance,
            independent,
            robust,
            clusters: count,
            effective: n * n / sizes,
            largest: largest / n,
        })
    }

    /// The larger of the two variances: a negative correlation within clusters is taken for chance.
    pub fn conservative(&self) -> f64 {
        self.independent.max(self.robust)
    }

    /// The design effect: how many times the variance of independent values; at least 1.
    pub fn design_effect(&self) -> f64 {
        if self.independent > 0.0 {
            (self.robust / self.independent).max(1.0)
        } else {
            1.0
        }
    }

    /// Degrees of freedom that the clusters leave: effective clusters - 1, at least 1.
    pub fn df(&self) -> f64 {
        (self.effective - 1.0).max(1.0)
    }
}
