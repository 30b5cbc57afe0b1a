//! The decision about a number that has to stay on one side of a limit.

use super::{Decision, Estimate, MeanAccumulator, Side, clopper_pearson};

/// A limit for a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Limit {
    /// Not lower than this: a pass rate, a mean score.
    AtLeast(f64),
    /// Not higher than this: a latency, a cost, a ratio of two, an error rate.
    AtMost(f64),
}

impl Limit {
    /// The mean in 0..=1 that keeps the limit best.
    pub fn best(self) -> f64 {
        match self {
            Self::AtLeast(_) => 1.0,
            Self::AtMost(_) => 0.0,
        }
    }

    /// What an interval says of the limit: a pass where all of it keeps the limit, a fail where all of it breaks it. With
    /// bounds that each hold with confidence 1 - alpha (an interval of 1 - 2 alpha), a decision is wrong with a chance of at
    /// most alpha. A bound that the data do not give decides nothing.
    pub fn judge(self, low: Option<f64>, high: Option<f64>) -> Decision {
        let (keeps, breaks) = match self {
            Self::AtLeast(limit) => (
                low.is_some_and(|low| low >= limit),
                high.is_some_and(|high| high < limit),
            ),
            Self::AtMost(limit) => (
                high.is_some_and(|high| high <= limit),
                low.is_some_and(|low| low > limit),
            ),
        };
        match (keeps, breaks) {
            (true, _) => Decision::Pass,
            (false, true) => Decision::Fail,
            (false, false) => Decision::Inconclusive,
        }
    }
}

/// Cases after which a mean in 0..=1 that is seen to be `mean` proves the limit, where `effect` cases tell as much as one
/// independent yes/no case; `None` where no number would do.
pub fn cases_for_limit(mean: f64, limit: Limit, effect: f64, alpha: f64) -> Option<u64> {
    let (success, target) = match limit {
        Limit::AtLeast(target) => (mean, target),
        Limit::AtMost(target) => (1.0 - mean, 1.0 - target),
    };
    let cases = effect * cases_for_level(success, target, alpha)?;
    (cases.is_finite() && cases >= 0.0).then(|| cases.ceil() as u64)
}

/// A decision about a mean of scores, with what it rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct LevelDecision {
    /// The decision.
    pub decision: Decision,
    /// The mean, and the effective number of cases at confidence 1 - 2 alpha.
    pub estimate: Estimate,
    /// Lower bound of Clopper and Pearson, which holds with confidence 1 - alpha.
    pub low: Option<f64>,
    /// Upper bound, likewise.
    pub high: Option<f64>,
    /// Cases needed to prove the limit if the mean is what was observed; `None` where no number would do.
    pub cases_as_observed: Option<u64>,
    /// Cases needed to prove the limit if none of them failed (none succeeded, for an upper limit).
    pub cases_if_perfect: Option<u64>,
    /// Whether what the missing cases could have scored changes the decision.
    pub missing_matters: bool,
}

/// Decides whether a mean of scores keeps an absolute limit, by one-sided bounds of Clopper and Pearson 1934 at the
/// effective number of cases: exact for independent yes/no cases. `values` holds one score in 0..=1 a case (`None`: no
/// score), `clusters` the cluster of each, `repeated` says whether scores are averages over epochs. A decision that changes
/// if all missing scores are 0, or all are 1, is inconclusive.
pub fn decide_level(
    values: &[Option<f64>],
    clusters: Option<&[u32]>,
    repeated: bool,
    limit: Limit,
    alpha: f64,
) -> LevelDecision {
    let with = |missing: Option<f64>| {
        let mut accumulator = MeanAccumulator::new(clusters.is_some());
        for (position, value) in values.iter().enumerate() {
            if let Some(value) = value.or(missing) {
                let cluster = clusters.and_then(|clusters| clusters.get(position).copied());
                accumulator.add(value, cluster, repeated);
            }
        }
        accumulator
    };
    let seen = with(None);
    let missing = values.len() as u64 - seen.cases();
    let estimate = seen.estimate(2.0 * alpha, missing);
    let (low, high) = exact_bounds(&estimate, alpha);
    let observed = limit.judge(low, high);
    let missing_matters = missing > 0
        && [0.0, 1.0].into_iter().any(|filled| {
            let (low, high) = exact_bounds(&with(Some(filled)).estimate(2.0 * alpha, 0), alpha);
            limit.judge(low, high) != observed
        });
    let effect = estimate
        .n_eff
        .map_or(1.0, |n_eff| (estimate.n as f64 / n_eff).max(1.0));
    let needed = |mean, effect| cases_for_limit(mean, limit, effect, alpha);
    LevelDecision {
        decision: if missing_matters {
            Decision::Inconclusive
        } else {
            observed
        },
        low,
        high,
        cases_as_observed: estimate.mean.and_then(|mean| needed(mean, effect)),
        cases_if_perfect: needed(limit.best(), 1.0),
        missing_matters,
        estimate,
    }
}

/// The one-sided bounds of a mean, each at `alpha`.
fn exact_bounds(estimate: &Estimate, alpha: f64) -> (Option<f64>, Option<f64>) {
    let bound = |side| {
        let (mean, n) = (estimate.mean?, estimate.n_eff?);
        clopper_pearson(mean * n, n, alpha, side)
    };
    (
        bound(Side::Lower).map(|(low, _)| low),
        bound(Side::Upper).map(|(_, high)| high),
    )
}

/// The most cases that a plan is computed for.
const MOST_CASES: f64 = 1e9;

/// Independent cases after which the lower bound of a rate that is seen to be `rate` reaches `target`; `None` where none
/// would do. Without failures in closed form, ln(alpha) / ln(target): 59 for .95 and 299 for .99.
fn cases_for_level(rate: f64, target: f64, alpha: f64) -> Option<f64> {
    if target <= 0.0 {
        return Some(0.0);
    }
    if rate <= target || target >= 1.0 {
        return None;
    }
    if rate >= 1.0 {
        return Some((alpha.ln() / target.ln()).ceil());
    }
    let proven =
        |n: f64| clopper_pearson(rate * n, n, alpha, Side::Lower).is_some_and(|(low, _)| low >= target);
    let mut high = 1.0;
    while !proven(high) {
        high *= 2.0;
        if high > MOST_CASES {
            return None;
        }
    }
    let mut low = high / 2.0;
    while high - low > 0.5 {
        let middle = f64::midpoint(low, high);
        if proven(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(high.ceil())
}
