//! Judge scores corrected by some human labels: PPI++.

use super::spread::MeanSpread;
use super::wilson::settled;
use super::{effective_n_wilson, normal_quantile, t_quantile, wilson};

/// Labels below which the judge is left out: the interval is that of the labels alone.
pub const FEWEST_LABELS: usize = 50;

/// A corrected mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Corrected {
    /// The mean.
    pub mean: f64,
    /// Lower bound; `None` where the data give no interval.
    pub low: Option<f64>,
    /// Upper bound.
    pub high: Option<f64>,
    /// How much the judge counts: 0 not at all, 1 fully.
    pub lambda: f64,
    /// Standard error; 0 where nothing varies, which is no certainty: the interval then rests on the number of labels.
    pub se: f64,
    /// Human labels that were used.
    pub labels: u64,
    /// Cases with a judge's score alone.
    pub judged: u64,
    /// True where there were too few labels to use the judge, or no case with its score alone.
    pub human_only: bool,
}

/// A labelled case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Labelled {
    /// The human score in 0..=1.
    pub human: f64,
    /// The judge's score in 0..=1.
    pub judge: f64,
    /// The case's cluster.
    pub cluster: u32,
}

/// PPI++ (Angelopoulos, Duchi and Zrnic 2023, arXiv:2311.01453) of a mean in 0..=1 with an effective-n Wilson interval:
/// lambda = clip(cov(Y, F) / ((1 + n/N) var(F)), 0, 1), theta = lambda mean(F of the unlabelled) + mean(Y - lambda F),
/// V = var(lambda F of the unlabelled)/N + var(Y - lambda F)/n, n_eff = theta (1 - theta)/V (z/t)^2 with the degrees of
/// freedom of the labels; without variation n_eff is the number of labels, or of their effective clusters.
///
/// The labelled cases must be a random subset of all, and no cluster should hold labelled and unlabelled cases, since the
/// two variances are added. `judged` holds the judge's score and the cluster of each unlabelled case; with `clustered`, each
/// variance is the cluster-robust one where that is larger, and there is no interval where a term rests on one cluster.
/// With fewer than `fewest` labels the result is that of the labels alone. What is not a finite number is left out. `None`
/// without labels.
pub fn ppi_mean(
    labelled: &[Labelled],
    judged: &[(f64, u32)],
    clustered: bool,
    alpha: f64,
    fewest: usize,
) -> Option<Corrected> {
    let sound = |case: &&Labelled| case.human.is_finite() && case.judge.is_finite();
    let labelled: Vec<&Labelled> = labelled.iter().filter(sound).collect();
    let judged: Vec<&(f64, u32)> = judged.iter().filter(|(score, _)| score.is_finite()).collect();
    if labelled.is_empty() {
        return None;
    }
    let (n, more) = (labelled.len() as f64, judged.len() as f64);
    let groups: Vec<u32> = labelled.iter().map(|case| case.cluster).collect();
    if labelled.len() < fewest || judged.is_empty() {
        let values: Vec<Option<f64>> = labelled.iter().map(|case| Some(case.human)).collect();
        let human = effective_n_wilson(&values, clustered.then_some(groups.as_slice()), alpha);
        return Some(Corrected {
            mean: human.mean?,
            low: human.low,
            high: human.high,
            lambda: 0.0,
            se: human.se.unwrap_or(0.0),
            labels: labelled.len() as u64,
            judged: judged.len() as u64,
            human_only: true,
        });
    }
    let mean = |sum: f64, count: f64| sum / count;
    let human = mean(labelled.iter().map(|case| case.human).sum(), n);
    let judge = mean(labelled.iter().map(|case| case.judge).sum(), n);
    let covariance = mean(
        labelled
            .iter()
            .map(|case| (case.human - human) * (case.judge - judge))
            .sum(),
        n,
    );
    let all: Vec<f64> = labelled
        .iter()
        .map(|case| case.judge)
        .chain(judged.iter().map(|(score, _)| *score))
        .collect();
    let variance = MeanSpread::of(&all, None)?.variance;
    let lambda = covariance / ((1.0 + n / more) * variance);
    let lambda = if lambda.is_finite() {
        lambda.clamp(0.0, 1.0)
    } else {
        0.0
    };
    let rest: Vec<f64> = labelled
        .iter()
        .map(|case| case.human - lambda * case.judge)
        .collect();
    let scaled: Vec<f64> = judged.iter().map(|(score, _)| lambda * score).collect();
    let others: Vec<u32> = judged.iter().map(|(_, cluster)| *cluster).collect();
    let rest = MeanSpread::of(&rest, clustered.then_some(groups.as_slice()))?;
    let scaled = MeanSpread::of(&scaled, clustered.then_some(others.as_slice()))?;
    let spread = rest.conservative() + scaled.conservative();
    let theta = settled(scaled.mean + rest.mean);
    let z = normal_quantile(1.0 - alpha / 2.0);
    let shrink = (z / t_quantile(1.0 - alpha / 2.0, rest.df())).powi(2);
    let n_eff = if spread > 0.0 && theta > 0.0 && theta < 1.0 {
        (theta * (1.0 - theta) / spread).max(1.0) * shrink
    } else {
        rest.effective
    };
    let told = !clustered || (rest.clusters >= 2.0 && (scaled.clusters >= 2.0 || lambda == 0.0));
    let (low, high) = wilson(theta, n_eff, z).filter(|_| told).unzip();
    Some(Corrected {
        mean: theta,
        low,
        high,
        lambda,
        se: spread.sqrt(),
        labels: labelled.len() as u64,
        judged: judged.len() as u64,
        human_only: false,
    })
}
