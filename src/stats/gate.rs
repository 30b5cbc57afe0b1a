//! The decision about a candidate against a baseline.

use super::power::Design;
use super::{Method, PairedAccumulator, PairedEstimate, paired_difference};

/// What the data say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Proven.
    Pass,
    /// The opposite is proven.
    Fail,
    /// Neither.
    Inconclusive,
}

impl Decision {
    /// The word used in documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Inconclusive => "inconclusive",
        }
    }
}

/// A rule about the difference candidate - baseline, higher is better.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DifferenceRule {
    /// Not worse by more than this margin, above 0. Without a margin nothing can be proven of two that are equal: such a
    /// rule decides nothing.
    NonInferior(f64),
    /// Better.
    Improve,
    /// Not proven to be worse. Passes also where little is known; the smallest difference that could have been seen
    /// stands beside it.
    NoRegression,
}

/// The differences with what is missing filled in.
#[derive(Clone, Copy, Debug)]
pub struct Filled<'a> {
    /// As bad for the candidate as it can be.
    pub worst: &'a [Option<f64>],
    /// As good as it can be.
    pub best: &'a [Option<f64>],
}

/// Why nothing is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undecided {
    /// The rule has no margin above 0.
    NoMargin,
    /// The data give no interval, for that reason.
    NoInterval(Method),
    /// The interval holds values of both kinds: more cases would tell.
    TooFewCases,
    /// What the missing cases could have been changes the decision.
    Missing,
}

impl Undecided {
    /// The word used in documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoMargin => "no-margin",
            Self::NoInterval(method) => method.name(),
            Self::TooFewCases => "too-few-cases",
            Self::Missing => "missing",
        }
    }
}

/// A decision with what it rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct GateDecision {
    /// The decision.
    pub decision: Decision,
    /// Why it is inconclusive, where it is.
    pub undecided: Option<Undecided>,
    /// The difference with its interval of confidence 1 - 2 alpha, so that each bound holds with 1 - alpha.
    pub estimate: PairedEstimate,
    /// Proven to be better.
    pub better: bool,
    /// Proven to be worse, though within the margin.
    pub worse_within_margin: bool,
    /// One-sided p of the opposite of a pass: at most alpha just where the interval passes. `None` for rules that pass
    /// without proof, and without an interval.
    pub p_pass: Option<f64>,
    /// One-sided p of the opposite of a fail. Several gates that fail are reported as a family by [`super::holm`].
    pub p_fail: Option<f64>,
    /// The mean difference with all missing scores as bad for the candidate as can be, and as good; `None` where none
    /// is missing.
    pub missing_bounds: Option<(f64, f64)>,
    /// Cases needed to prove non-inferiority if the two were equal; `None` for other rules.
    pub cases_if_equal: Option<u64>,
    /// Cases needed to pass if the difference is what was observed; `None` where no number would do.
    pub cases_as_observed: Option<u64>,
    /// The smallest difference that the design sees with a power of 80 %; not less than what so many cases prove where none
    /// differs.
    pub smallest_difference: Option<f64>,
}

/// Decides about paired differences, candidate - baseline, one value a case (`None`: a side has no score). `missing`
/// holds what each such value could be at worst and at best, where the decision is to hold whatever it was; a decision that
/// changes between the two is inconclusive.
///
/// With [L, U] the effective-n Tango interval of confidence 1 - 2 alpha: non-inferior where L >= -M, worse where U < -M;
/// better where L > 0; no regression unless U < 0. Each decision is wrong with a chance of at most alpha (as far as the
/// interval holds). Several gates that all have to pass are each held at alpha (intersection-union).
pub fn decide(
    differences: &[Option<f64>],
    clusters: Option<&[u32]>,
    repeated: bool,
    rule: DifferenceRule,
    alpha: f64,
    missing: Option<Filled<'_>>,
) -> GateDecision {
    let of = |values: &[Option<f64>]| paired_difference(values, clusters, repeated, 2.0 * alpha);
    let filled = missing.map(|Filled { worst, best }| (of(worst), of(best)));
    conclude(of(differences), filled, rule, alpha)
}

/// Decides about the scores of a candidate and of its baseline on each case, in 0..=1, where `None` is a missing one: it
/// could have been anything from 0 to 1, and a decision that depends on it is inconclusive. Otherwise [`decide`].
pub fn decide_scores(
    scores: &[(Option<f64>, Option<f64>)],
    clusters: Option<&[u32]>,
    repeated: bool,
    rule: DifferenceRule,
    alpha: f64,
) -> GateDecision {
    let [mut seen, mut worst, mut best] = std::array::from_fn(|_| PairedAccumulator::new(clusters.is_some()));
    for (position, (candidate, baseline)) in scores.iter().enumerate() {
        let cluster = clusters.and_then(|clusters| clusters.get(position).copied());
        if let (Some(candidate), Some(baseline)) = (candidate, baseline) {
            seen.add(candidate - baseline, cluster, repeated);
        }
        let low = candidate.unwrap_or(0.0) - baseline.unwrap_or(1.0);
        let high = candidate.unwrap_or(1.0) - baseline.unwrap_or(0.0);
        worst.add(low, cluster, repeated);
        best.add(high, cluster, repeated);
    }
    let missing = scores.len() as u64 - seen.cases();
    let filled = (missing > 0).then(|| (worst.estimate(2.0 * alpha, 0), best.estimate(2.0 * alpha, 0)));
    conclude(seen.estimate(2.0 * alpha, missing), filled, rule, alpha)
}

fn conclude(
    estimate: PairedEstimate,
    filled: Option<(PairedEstimate, PairedEstimate)>,
    rule: DifferenceRule,
    alpha: f64,
) -> GateDecision {
    let (mut decision, mut undecided) = judge(&estimate, rule);
    if let Some((worst, best)) = &filled
        && decision != Decision::Inconclusive
        && (judge(worst, rule).0 != decision || judge(best, rule).0 != decision)
    {
        (decision, undecided) = (Decision::Inconclusive, Some(Undecided::Missing));
    }
    let bounds = |(worst, best): (PairedEstimate, PairedEstimate)| worst.difference.zip(best.difference);
    let (p_pass, p_fail) = match rule {
        DifferenceRule::NonInferior(margin) => (estimate.p_above(-margin), estimate.p_below(-margin)),
        DifferenceRule::Improve => (estimate.p_above(0.0), estimate.p_below(0.0)),
        DifferenceRule::NoRegression => (None, estimate.p_below(0.0)),
    };
    let (cases_if_equal, cases_as_observed) = cases(&estimate, rule, alpha);
    let design = design(&estimate, alpha);
    GateDecision {
        better: estimate.low.is_some_and(|low| low > 0.0),
        worse_within_margin: decision == Decision::Pass && estimate.high.is_some_and(|high| high < 0.0),
        decision,
        undecided,
        p_pass,
        p_fail,
        missing_bounds: filled.and_then(bounds),
        cases_if_equal,
        cases_as_observed,
        smallest_difference: (estimate.n > 1).then(|| {
            // Where nothing varies, only the number of independent cases tells what they could have seen.
            let n = match estimate.degenerate {
                true => estimate.n_eff.unwrap_or(estimate.n as f64),
                false => estimate.n as f64,
            };
            design.smallest_margin(estimate.variance, n)
        }),
        estimate,
    }
}

fn design(estimate: &PairedEstimate, alpha: f64) -> Design {
    Design {
        alpha,
        sides: 1,
        design_effect: estimate.design_effect,
        ..Design::default()
    }
}

/// Cases needed to pass if the two are equal, and if they differ as observed.
fn cases(estimate: &PairedEstimate, rule: DifferenceRule, alpha: f64) -> (Option<u64>, Option<u64>) {
    let design = design(estimate, alpha);
    let whole = |cases: f64| (cases.is_finite() && cases >= 0.0).then(|| cases.ceil() as u64);
    let (variance, difference) = (estimate.variance, estimate.difference);
    match rule {
        DifferenceRule::NonInferior(margin) if margin > 0.0 => (
            whole(design.noninferiority_cases(variance, margin, 0.0)),
            difference
                .filter(|difference| margin + difference > 0.0)
                .and_then(|difference| whole(design.noninferiority_cases(variance, margin, difference))),
        ),
        DifferenceRule::Improve => (
            None,
            difference
                .filter(|difference| *difference > 0.0)
                .and_then(|difference| whole(design.cases(variance, difference))),
        ),
        DifferenceRule::NonInferior(_) | DifferenceRule::NoRegression => (None, None),
    }
}

fn judge(estimate: &PairedEstimate, rule: DifferenceRule) -> (Decision, Option<Undecided>) {
    let open = |why| (Decision::Inconclusive, Some(why));
    if matches!(rule, DifferenceRule::NonInferior(margin) if margin.is_nan() || margin <= 0.0) {
        return open(Undecided::NoMargin);
    }
    let Some((low, high)) = estimate.interval() else {
        return open(Undecided::NoInterval(estimate.method));
    };
    match rule {
        DifferenceRule::NonInferior(margin) if low >= -margin => (Decision::Pass, None),
        DifferenceRule::NonInferior(margin) if high < -margin => (Decision::Fail, None),
        DifferenceRule::Improve if low > 0.0 => (Decision::Pass, None),
        DifferenceRule::Improve if high <= 0.0 => (Decision::Fail, None),
        DifferenceRule::NoRegression if high < 0.0 => (Decision::Fail, None),
        DifferenceRule::NoRegression => (Decision::Pass, None),
        DifferenceRule::NonInferior(_) | DifferenceRule::Improve => open(Undecided::TooFewCases),
    }
}
