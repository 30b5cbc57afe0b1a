//! The mean of scores with its effective-n Wilson interval, from values that come one case at a time.

use super::{Estimate, Method, Warning, normal_quantile, t_quantile, wilson};

/// Sums of one mean. Constant memory, plus 16 bytes for each cluster: nothing is kept per case.
#[derive(Clone, Debug)]
pub struct MeanAccumulator {
    clustered: bool,
    all: Moments,
    /// Every value is 0 or 1 and no case was repeated.
    binary: bool,
    zeros: u64,
    ones: u64,
    /// Cases of a clustered task that name no cluster: each is its own.
    alone: Moments,
    groups: Vec<Group>,
}

/// Count, sum and squared deviations (Welford 1962: exact zero for equal values, stable for millions).
#[derive(Clone, Copy, Debug, Default)]
struct Moments {
    n: u64,
    sum: f64,
    mean: f64,
    squares: f64,
}

impl Moments {
    fn add(&mut self, value: f64) {
        self.n += 1;
        self.sum += value;
        let before = value - self.mean;
        self.mean += before / self.n as f64;
        self.squares += before * (value - self.mean);
    }

    /// Sum of squared deviations from `centre`.
    fn squares_around(&self, centre: f64) -> f64 {
        self.squares + self.n as f64 * (self.mean - centre).powi(2)
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Group {
    n: u64,
    sum: f64,
}

impl MeanAccumulator {
    /// No values yet. `clustered`: the task names a cluster field.
    pub fn new(clustered: bool) -> Self {
        Self {
            clustered,
            all: Moments::default(),
            binary: true,
            zeros: 0,
            ones: 0,
            alone: Moments::default(),
            groups: Vec::new(),
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
        self.all.add(value);
        self.zeros += u64::from(value == 0.0);
        self.ones += u64::from(value == 1.0);
        self.binary &= !repeated && (value == 0.0 || value == 1.0);
        if !self.clustered {
            return;
        }
        let Some(cluster) = cluster else {
            self.alone.add(value);
            return;
        };
        let position = cluster as usize;
        if position >= self.groups.len() {
            self.groups.resize(position + 1, Group::default());
        }
        if let Some(group) = self.groups.get_mut(position) {
            group.n += 1;
            group.sum += value;
        }
    }

    /// Cases with a value so far.
    pub fn cases(&self) -> u64 {
        self.all.n
    }

    /// The mean of the values so far.
    pub fn mean(&self) -> Option<f64> {
        (self.all.n > 0).then(|| self.all.sum / self.all.n as f64)
    }

    /// The estimate with a two-sided interval of confidence 1 - `alpha`. `missing`: cases that have no value.
    ///
    /// The variance is that of the mean over cases, or the cluster-robust one (CR1, factor G/(G-1)) where that is
    /// larger; it becomes an effective number of yes/no cases, shrunk by (z/t)^2 for the degrees of freedom that the
    /// clusters leave, and that number goes into the Wilson interval (Korn and Graubard 1998; Franco, Little, Louis
    /// and Slud 2019). Without variation the effective number is that of the clusters.
    pub fn estimate(&self, alpha: f64, missing: u64) -> Estimate {
        let Some(mean) = self.mean() else {
            return Estimate {
                missing,
                ..Estimate::default()
            };
        };
        let n = self.all.n as f64;
        let spread = self.spread(mean);
        let plain = self.binary && !self.clustered;
        let df = if plain {
            f64::INFINITY
        } else {
            (spread.effective - 1.0).max(1.0)
        };
        let mut estimate = Estimate {
            mean: Some(mean),
            n: self.all.n,
            missing,
            clusters: self.clustered.then_some(spread.clusters),
            effective_clusters: spread.effective,
            ..Estimate::default()
        };
        if self.clustered && spread.clusters < 2 {
            estimate.method = Method::OneCluster;
        } else if self.all.n < 2 && !self.binary {
            estimate.method = Method::OneUnit;
        } else {
            let z = normal_quantile(1.0 - alpha / 2.0);
            let varied = if spread.variance > 0.0 {
                let shrink = (z / t_quantile(1.0 - alpha / 2.0, df)).powi(2);
                Some(n / (n - 1.0) * mean * (1.0 - mean) / spread.variance * shrink)
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
            estimate.se = spread.standard_error;
            (estimate.low, estimate.high) = wilson(mean, n_eff, z).unzip();
        }
        estimate.warnings = self.warnings(&estimate, &spread);
        estimate
    }

    fn spread(&self, mean: f64) -> Spread {
        let n = self.all.n as f64;
        let independent = if self.all.n > 1 {
            self.all.squares / (n - 1.0) / n
        } else {
            0.0
        };
        if !self.clustered {
            return Spread {
                variance: independent,
                standard_error: positive_root(independent),
                clusters: self.all.n,
                effective: n,
                largest: 0.0,
            };
        }
        let mut residuals = self.alone.squares_around(mean);
        let mut sizes = self.alone.n as f64;
        let mut clusters = self.alone.n;
        let mut largest = self.alone.n.min(1);
        for group in self.groups.iter().filter(|group| group.n > 0) {
            let size = group.n as f64;
            residuals += (group.sum - size * mean).powi(2);
            sizes += size * size;
            clusters += 1;
            largest = largest.max(group.n);
        }
        let count = clusters as f64;
        let robust = if clusters > 1 && self.all.squares > 0.0 {
            count / (count - 1.0) * residuals / (n * n)
        } else {
            0.0
        };
        Spread {
            variance: independent.max(robust),
            standard_error: positive_root(robust),
            clusters,
            effective: n * n / sizes,
            largest: largest as f64 / n,
        }
    }

    fn warnings(&self, estimate: &Estimate, spread: &Spread) -> Vec<Warning> {
        let n = self.all.n as f64;
        let planned = n + estimate.missing as f64;
        let missing = estimate.missing as f64 / planned;
        let end = self.zeros.max(self.ones) as f64 / n;
        [
            (self.all.n < 30, Warning::SmallSample(self.all.n)),
            (
                self.clustered && spread.effective < 10.0,
                Warning::FewClusters(spread.effective),
            ),
            (
                self.clustered && spread.largest > 0.2,
                Warning::DominantCluster(spread.largest),
            ),
            (estimate.degenerate, Warning::Degenerate),
            (missing > 0.02, Warning::Missing(missing)),
            (end > 0.95 && self.all.n < 100, Warning::RareFailures),
        ]
        .into_iter()
        .filter_map(|(holds, warning)| holds.then_some(warning))
        .collect()
    }
}

/// What the interval is made of.
struct Spread {
    variance: f64,
    standard_error: Option<f64>,
    clusters: u64,
    effective: f64,
    largest: f64,
}

fn positive_root(variance: f64) -> Option<f64> {
    (variance > 0.0).then(|| variance.sqrt())
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
