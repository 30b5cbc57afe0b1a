//! The difference of two candidates on the same cases: effective-n Tango.

use super::macro_average::Stratum;
use super::spread::MeanSpread;
use super::sums::Sums;
use super::tango::{tango, tango_statistic};
use super::{Method, Warning, normal_quantile, t_quantile, t_survival, two_sided_p};

/// A mean of paired differences in -1..=1 with its interval.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PairedEstimate {
    /// Mean of the differences; `None` where no case has both scores.
    pub difference: Option<f64>,
    /// Lower bound; `None` where the data give no interval (never a zero-width one).
    pub low: Option<f64>,
    /// Upper bound.
    pub high: Option<f64>,
    /// Two-sided p of "no difference", from the same statistic as the interval.
    pub p: Option<f64>,
    /// Cases with both scores.
    pub n: u64,
    /// Cases without one of the scores.
    pub missing: u64,
    /// Independent cases that would give an interval of this width.
    pub n_eff: Option<f64>,
    /// The same before it is shrunk for the degrees of freedom: what p rests on.
    pub n_score: Option<f64>,
    /// Degrees of freedom; infinite for independent yes/no cases.
    pub df: f64,
    /// Mean of the positive parts: how much the first is better where it is.
    pub better: f64,
    /// Mean of the negative parts.
    pub worse: f64,
    /// Sample variance of the differences (divisor n - 1).
    pub variance: f64,
    /// Standard error of the mean difference, cluster-robust; 0 where the differences do not vary.
    pub se: f64,
    /// Design effect of the clusters, at least 1.
    pub design_effect: f64,
    /// Clusters; the cases themselves without any.
    pub clusters: u64,
    /// Clusters of equal size that would hold as much information; the number of cases without clusters.
    pub effective_clusters: f64,
    /// Whether all differences are -1, 0 or 1 and nothing was repeated: then McNemar's exact test applies.
    pub binary: bool,
    /// How the interval was made, or why there is none.
    pub method: Method,
    /// True where the differences do not vary, so that the interval comes from the number of cases alone.
    pub degenerate: bool,
    /// What to know before trusting the interval.
    pub warnings: Vec<Warning>,
}

impl PairedEstimate {
    /// Both bounds, where there is an interval.
    pub fn interval(&self) -> Option<(f64, f64)> {
        self.low.zip(self.high)
    }

    /// The same of second - first.
    pub fn reversed(self) -> Self {
        Self {
            difference: self.difference.map(|difference| -difference),
            low: self.high.map(|high| -high),
            high: self.low.map(|low| -low),
            better: self.worse,
            worse: self.better,
            ..self
        }
    }

    /// One-sided p of "the difference is at most `bound`": small where it is above. It is at most alpha just where the
    /// lower bound of an interval of confidence 1 - 2 alpha is above `bound`.
    pub fn p_above(&self, bound: f64) -> Option<f64> {
        self.statistic(bound)
            .map(|statistic| t_survival(statistic, self.score_df()))
    }

    /// One-sided p of "the difference is at least `bound`": small where it is below.
    pub fn p_below(&self, bound: f64) -> Option<f64> {
        self.statistic(bound)
            .map(|statistic| t_survival(-statistic, self.score_df()))
    }

    fn statistic(&self, bound: f64) -> Option<f64> {
        let n = self.n_score?;
        Some(tango_statistic(
            self.better,
            self.worse,
            n,
            bound.clamp(-1.0, 1.0),
        ))
    }

    /// Without variation there is no spread to take degrees of freedom from.
    fn score_df(&self) -> f64 {
        if self.degenerate { f64::INFINITY } else { self.df }
    }
}

/// Sums of one paired difference. Constant memory, plus 16 bytes for each cluster: nothing is kept per case.
#[derive(Clone, Debug)]
pub struct PairedAccumulator {
    sums: Sums,
    better: f64,
    worse: f64,
    /// Every difference is -1, 0 or 1, and no case was repeated.
    binary: bool,
}

impl PairedAccumulator {
    /// No differences yet. `clustered`: the task names a cluster field.
    pub fn new(clustered: bool) -> Self {
        Self {
            sums: Sums::new(clustered),
            better: 0.0,
            worse: 0.0,
            binary: true,
        }
    }

    /// Adds the difference first - second of one case, of scores that are averages over its epochs (`repeated`: a side has
    /// more than one). Differences are clipped to -1..=1; one that is not a number is left out. `cluster` is a number of a
    /// [`super::ClusterIndex`]; a case without one is its own cluster.
    pub fn add(&mut self, difference: f64, cluster: Option<u32>, repeated: bool) {
        if difference.is_nan() {
            return;
        }
        let difference = difference.clamp(-1.0, 1.0);
        self.sums.add(difference, cluster);
        self.better += difference.max(0.0);
        self.worse += (-difference).max(0.0);
        self.binary &= !repeated && (difference == 0.0 || difference.abs() == 1.0);
    }

    /// Cases with a difference so far.
    pub fn cases(&self) -> u64 {
        self.sums.count()
    }

    /// The estimate with a two-sided interval of confidence 1 - `alpha`. `missing`: cases without one of the scores.
    ///
    /// The variance V of the mean difference, the larger of the independent and the cluster-robust one (CR1), becomes an
    /// effective number of cases, n/(n-1) * (better + worse - difference^2) / V, shrunk by (z/t)^2 for the degrees of
    /// freedom that the clusters leave, and that number goes into the score interval of Tango 1998 ("Equivalence test and
    /// confidence interval for the difference in proportions for the paired-sample design", Statistics in Medicine 17).
    /// For independent yes/no cases this is Tango's interval itself, and p is McNemar's. Assumes that clusters are
    /// independent; without variation the effective number is that of the clusters.
    pub fn estimate(&self, alpha: f64, missing: u64) -> PairedEstimate {
        let Some(spread) = self.sums.spread() else {
            return PairedEstimate {
                missing,
                df: f64::INFINITY,
                design_effect: 1.0,
                ..PairedEstimate::default()
            };
        };
        let n = spread.n;
        let clustered = self.sums.clustered();
        let plain = self.binary && !clustered;
        let (better, worse) = (self.better / n, self.worse / n);
        let mut estimate = PairedEstimate {
            difference: Some(better - worse),
            n: self.cases(),
            missing,
            df: if plain { f64::INFINITY } else { spread.df() },
            better,
            worse,
            variance: spread.variance,
            se: spread.robust.sqrt(),
            design_effect: spread.design_effect(),
            clusters: spread.clusters as u64,
            effective_clusters: spread.effective,
            binary: self.binary,
            ..PairedEstimate::default()
        };
        if clustered && spread.clusters < 2.0 {
            estimate.method = Method::OneCluster;
        } else if self.cases() < 2 && !self.binary {
            estimate.method = Method::OneUnit;
        } else {
            estimate.method = Method::EffectiveNTango;
            self.bound(&mut estimate, &spread, plain, alpha);
        }
        estimate.warnings = warnings(&estimate, &spread, clustered);
        estimate
    }

    /// Effective numbers, bounds and p.
    fn bound(&self, estimate: &mut PairedEstimate, spread: &MeanSpread, plain: bool, alpha: f64) {
        let (n, better, worse) = (spread.n, estimate.better, estimate.worse);
        let delta = better - worse;
        let raw = n / (n - 1.0) * (better + worse - delta * delta) / spread.conservative();
        estimate.degenerate = !(spread.variance > 0.0 && raw.is_finite() && raw > 0.0);
        let z = normal_quantile(1.0 - alpha / 2.0);
        let (n_score, n_eff) = if plain {
            (n, n)
        } else if estimate.degenerate {
            (spread.effective, spread.effective)
        } else {
            (
                raw,
                raw * (z / t_quantile(1.0 - alpha / 2.0, estimate.df)).powi(2),
            )
        };
        estimate.n_score = Some(n_score);
        estimate.n_eff = Some(n_eff);
        (estimate.low, estimate.high) = tango(better, worse, n_eff, z).unzip();
        let p = two_sided_p(tango_statistic(better, worse, n_score, 0.0), estimate.score_df());
        estimate.p = Some(p);
    }

    /// The part that these cases are of an average over tasks, with that weight; `None` without cases.
    pub fn stratum(&self, weight: f64) -> Option<Stratum> {
        let spread = self.sums.spread()?;
        let (better, worse) = (self.better / spread.n, self.worse / spread.n);
        Some(Stratum {
            weight,
            mean: better - worse,
            variance: spread.conservative(),
            n: spread.effective,
            df: spread.df(),
            better,
            worse,
        })
    }
}

fn warnings(estimate: &PairedEstimate, spread: &MeanSpread, clustered: bool) -> Vec<Warning> {
    let share = estimate.missing as f64 / (estimate.missing + estimate.n).max(1) as f64;
    [
        (estimate.n < 30, Warning::SmallSample(estimate.n)),
        (
            clustered && spread.effective < 10.0,
            Warning::FewClusters(spread.effective),
        ),
        (
            clustered && spread.largest > 0.2,
            Warning::DominantCluster(spread.largest),
        ),
        (estimate.degenerate, Warning::Degenerate),
        (share > 0.02, Warning::Missing(share)),
    ]
    .into_iter()
    .filter_map(|(holds, warning)| holds.then_some(warning))
    .collect()
}

/// The mean of paired differences, one value in -1..=1 for each case (averages over epochs; `None` where a side has no
/// score), with its interval of confidence 1 - `alpha`, two-sided: [`PairedAccumulator::estimate`]. `clusters`, where given,
/// names the cluster of each case, `repeated` says whether values are averages over epochs.
pub fn paired_difference(
    differences: &[Option<f64>],
    clusters: Option<&[u32]>,
    repeated: bool,
    alpha: f64,
) -> PairedEstimate {
    let mut accumulator = PairedAccumulator::new(clusters.is_some());
    for (position, value) in differences.iter().enumerate() {
        if let Some(value) = value {
            let cluster = clusters.and_then(|clusters| clusters.get(position).copied());
            accumulator.add(*value, cluster, repeated);
        }
    }
    let missing = differences.len() as u64 - accumulator.cases();
    accumulator.estimate(alpha, missing)
}
