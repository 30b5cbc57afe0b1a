//! The difference of two candidates on the same cases: effective-n Tango.

use super::spread::MeanSpread;
use super::{Warning, normal_quantile, t_quantile, two_sided_p};

/// Steps of the bisection: the bounds are exact to 2^-70 of the scale.
const STEPS: usize = 72;

/// A mean of paired differences in -1..=1 with its interval.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PairedEstimate {
    /// Mean of the differences; `None` where no case has both scores.
    pub difference: Option<f64>,
    /// Lower bound; `None` where the data give no interval.
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
    /// Clusters.
    pub clusters: u64,
    /// Whether all differences are -1, 0 or 1 and nothing was repeated: then McNemar's exact test applies.
    pub binary: bool,
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
}

/// The mean of paired differences with its interval of confidence 1 - `alpha`, two-sided.
///
/// `differences` holds one value in -1..=1 for each case (averages over epochs; `None` where a side has no score),
/// `clusters` the cluster of each case, `repeated` whether values are averages over epochs. The variance of the mean, the
/// larger of the independent and the cluster-robust one (CR1), becomes an effective number of cases, shrunk by (z/t)^2,
/// and that number goes into the score interval of Tango 1998 ("Equivalence test and confidence interval for the
/// difference in proportions for the paired-sample design", Statistics in Medicine 17). For independent yes/no cases this is
/// Tango's interval itself, and p is McNemar's.
pub fn paired_difference(
    differences: &[Option<f64>],
    clusters: Option<&[u32]>,
    repeated: bool,
    alpha: f64,
) -> PairedEstimate {
    let mut values = Vec::with_capacity(differences.len());
    let mut groups = Vec::new();
    for (position, value) in differences.iter().enumerate() {
        let Some(value) = value.filter(|value| !value.is_nan()) else {
            continue;
        };
        values.push(value.clamp(-1.0, 1.0));
        if let Some(clusters) = clusters {
            // A case without a cluster is its own.
            groups.push(
                clusters
                    .get(position)
                    .copied()
                    .unwrap_or(u32::MAX - position as u32),
            );
        }
    }
    let missing = (differences.len() - values.len()) as u64;
    let grouped = clusters.map(|_| groups.as_slice());
    let Some(spread) = MeanSpread::of(&values, grouped) else {
        return PairedEstimate {
            missing,
            df: f64::INFINITY,
            design_effect: 1.0,
            ..PairedEstimate::default()
        };
    };
    let whole = values.iter().all(|value| *value == 0.0 || value.abs() == 1.0);
    let binary = whole && !repeated;
    let plain = binary && clusters.is_none();
    let n = spread.n;
    let better = values.iter().map(|value| value.max(0.0)).sum::<f64>() / n;
    let worse = values.iter().map(|value| (-value).max(0.0)).sum::<f64>() / n;
    let mut estimate = PairedEstimate {
        difference: Some(better - worse),
        n: values.len() as u64,
        missing,
        df: if plain { f64::INFINITY } else { spread.df() },
        better,
        worse,
        variance: spread.variance,
        se: spread.robust.sqrt(),
        design_effect: spread.design_effect(),
        clusters: spread.clusters as u64,
        binary,
        ..PairedEstimate::default()
    };
    let enough = spread.clusters >= 2.0 || (plain && n >= 1.0);
    if enough {
        let variance = spread.conservative();
        let z = normal_quantile(1.0 - alpha / 2.0);
        let shrink = (z / t_quantile(1.0 - alpha / 2.0, estimate.df)).powi(2);
        let delta = better - worse;
        let raw = n / (n - 1.0) * (better + worse - delta * delta) / variance;
        estimate.degenerate = !(variance > 0.0 && raw.is_finite() && raw > 0.0);
        let (raw, n_eff) = if estimate.degenerate {
            (spread.effective, spread.effective)
        } else {
            (raw, raw * shrink)
        };
        estimate.n_eff = Some(n_eff);
        (estimate.low, estimate.high) = tango(better, worse, n_eff, z).unzip();
        // Without variation there is no spread to take degrees of freedom from.
        let df = if estimate.degenerate {
            f64::INFINITY
        } else {
            estimate.df
        };
        estimate.p = Some(score_p(better * raw, worse * raw, df));
    }
    estimate.warnings = warnings(&estimate, &spread, clusters.is_some());
    estimate
}

fn warnings(estimate: &PairedEstimate, spread: &MeanSpread, clustered: bool) -> Vec<Warning> {
    let share = estimate.missing as f64 / (estimate.missing + estimate.n).max(1) as f64;
    [
        (estimate.n < 30, Warning::SmallSample(estimate.n)),
        (
            clustered && spread.effective < 10.0,
            Warning::FewClusters(spread.effective),
        ),
        (estimate.degenerate, Warning::Degenerate),
        (share > 0.02, Warning::Missing(share)),
    ]
    .into_iter()
    .filter_map(|(holds, warning)| holds.then_some(warning))
    .collect()
}

/// The two-sided p of b against c discordant cases (fractions allowed): McNemar's statistic without correction, by t
/// where the degrees of freedom are finite. 1 where nothing is discordant.
fn score_p(b: f64, c: f64, df: f64) -> f64 {
    if b + c > 0.0 {
        two_sided_p((b - c) / (b + c).sqrt(), df)
    } else {
        1.0
    }
}

/// Tango's interval of the difference `better - worse` (shares of discordant cases) among `n` cases at the normal
/// quantile `z`; `n` may be a fraction. `None` where `n` is not above 0.
pub fn tango(better: f64, worse: f64, n: f64, z: f64) -> Option<(f64, f64)> {
    if !(n.is_finite() && n > 0.0 && better.is_finite() && worse.is_finite()) {
        return None;
    }
    let (b, c) = (better * n, worse * n);
    let statistic = |delta: f64| {
        let (a2, a1) = (2.0 * n, -b - c + (2.0 * n - b + c) * delta);
        let a0 = -c * delta * (1.0 - delta);
        let q = ((a1 * a1 - 4.0 * a2 * a0).max(0.0).sqrt() - a1) / (2.0 * a2);
        let distance = b - c - n * delta;
        let variance = n * (2.0 * q + delta * (1.0 - delta));
        if variance > 0.0 {
            distance / variance.sqrt()
        } else if distance == 0.0 {
            0.0
        } else {
            distance * f64::INFINITY
        }
    };
    // The statistic falls as the difference grows.
    let solve = |target: f64| {
        let (mut low, mut high) = (-1.0_f64, 1.0_f64);
        for _ in 0..STEPS {
            let middle = low + (high - low) / 2.0;
            if statistic(middle) > target {
                low = middle;
            } else {
                high = middle;
            }
        }
        low + (high - low) / 2.0
    };
    Some((solve(z.abs()), solve(-z.abs())))
}
