//! The mean of scores with its effective-n Wilson interval, from values that come one case at a time.

use super::macro_average::Stratum;
use super::spread::MeanSpread;
use super::sums::Sums;
use super::{Estimate, Method, Warning, normal_quantile, t_quantile, wilson};

/// Sums of one mean. Constant memory, plus 16 bytes for each cluster: nothing is kept per case.
#[derive(Clone, Debug)]
pub struct MeanAccumulator {
    sums: Sums,
    /// Every value is 0 or 1 and no case was repeated.
    binary: bool,
    zeros: u64,
    ones: u64,
}

impl MeanAccumulator {
    /// No values yet. `clustered`: the task names a cluster field.
    pub fn new(clustered: bool) -> Self {
        Self {
            sums: Sums::new(clustered),
            binary: true,
            zeros: 0,
            ones: 0,
        }
    }

    /// Adds the value of one case: its score, or the average over its epochs (`repeated`: there was more than one).
    /// Values are clipped to 0..=1; one that is not a number is left out. `cluster` is a number of a
    /// [`super::ClusterIndex`]; a case without one is its own cluster.
    pub fn add(&mut self, value: f64, cluster: Option<u32>, repeated: bool) {
        if value.is_nan() {
            return;
        }
        let value = value.clamp(0.0, 1.0);
        self.sums.add(value, cluster);
        self.zeros += u64::from(value == 0.0);
        self.ones += u64::from(value == 1.0);
        self.binary &= !repeated && (value == 0.0 || value == 1.0);
    }

    /// Cases with a value so far.
    pub fn cases(&self) -> u64 {
        self.sums.count()
    }

    /// The mean of the values so far.
    pub fn mean(&self) -> Option<f64> {
        self.sums.mean()
    }

    /// The estimate with a two-sided interval of confidence 1 - `alpha`. `missing`: cases that have no value.
    ///
    /// The variance is that of the mean over cases, or the cluster-robust one (CR1, factor G/(G-1)) where that is
    /// larger; it becomes an effective number of yes/no cases, shrunk by (z/t)^2 for the degrees of freedom that the
    /// clusters leave, and that number goes into the Wilson interval (Korn and Graubard 1998; Franco, Little, Louis
    /// and Slud 2019). Without variation the effective number is that of the clusters.
    pub fn estimate(&self, alpha: f64, missing: u64) -> Estimate {
        let Some(spread) = self.sums.spread() else {
            return Estimate {
                missing,
                ..Estimate::default()
            };
        };
        let (n, mean) = (spread.n, spread.mean);
        let clustered = self.sums.clustered();
        let plain = self.binary && !clustered;
        let df = if plain { f64::INFINITY } else { spread.df() };
        let mut estimate = Estimate {
            mean: Some(mean),
            n: self.cases(),
            missing,
            clusters: clustered.then_some(spread.clusters as u64),
            effective_clusters: spread.effective,
            ..Estimate::default()
        };
        if clustered && spread.clusters < 2.0 {
            estimate.method = Method::OneCluster;
        } else if self.cases() < 2 && !self.binary {
            estimate.method = Method::OneUnit;
        } else {
            let variance = spread.conservative();
            let z = normal_quantile(1.0 - alpha / 2.0);
            let varied = if variance > 0.0 {
                let shrink = (z / t_quantile(1.0 - alpha / 2.0, df)).powi(2);
                Some(n / (n - 1.0) * mean * (1.0 - mean) / variance * shrink)
            } else {
                None
            };
            // A mean that rounds to 0 or 1 has no effective number either.
            let n_eff = varied.filter(|count| count.is_finite() && *count > 0.0);
            estimate.degenerate = n_eff.is_none();
            let n_eff = if plain {
                n
            } else {
                n_eff.unwrap_or(spread.effective)
            };
            estimate.method = Method::EffectiveNWilson;
            estimate.n_eff = Some(n_eff);
            estimate.df = Some(df);
            estimate.se = (spread.robust > 0.0).then(|| spread.robust.sqrt());
            (estimate.low, estimate.high) = wilson(mean, n_eff, z).unzip();
        }
        estimate.warnings = self.warnings(&estimate, &spread);
        estimate
    }

    /// The part that these cases are of an average over tasks, with that weight; `None` without cases.
    pub fn stratum(&self, weight: f64) -> Option<Stratum> {
        let spread = self.sums.spread()?;
        Some(Stratum {
            weight,
            mean: spread.mean,
            variance: spread.conservative(),
            n: spread.effective,
            df: spread.df(),
            better: 0.0,
            worse: 0.0,
        })
    }

    fn warnings(&self, estimate: &Estimate, spread: &MeanSpread) -> Vec<Warning> {
        let n = spread.n;
        let missing = estimate.missing as f64 / (n + estimate.missing as f64);
        let end = self.zeros.max(self.ones) as f64 / n;
        let clustered = self.sums.clustered();
        [
            (n < 30.0, Warning::SmallSample(estimate.n)),
            (
                clustered && spread.effective < 10.0,
                Warning::FewClusters(spread.effective),
            ),
            (
                clustered && spread.largest > 0.2,
                Warning::DominantCluster(spread.largest),
            ),
            (estimate.degenerate, Warning::Degenerate),
            (missing > 0.02, Warning::Missing(missing)),
            (end > 0.95 && n < 100.0, Warning::RareFailures),
        ]
        .into_iter()
        .filter_map(|(holds, warning)| holds.then_some(warning))
        .collect()
    }
}

/// The mean of one value per case with its interval; a case without a value is dropped and counted as missing.
/// `clusters`, where given, names the cluster of each case.
pub fn effective_n_wilson(values: &[Option<f64>], clusters: Option<&[u32]>, alpha: f64) -> Estimate {
    let mut accumulator = MeanAccumulator::new(clusters.is_some());
    for (position, value) in values.iter().enumerate() {
        if let Some(value) = value {
            let cluster = clusters.and_then(|clusters| clusters.get(position).copied());
            accumulator.add(*value, cluster, false);
        }
    }
    let missing = values.len() as u64 - accumulator.cases();
    accumulator.estimate(alpha, missing)
}
