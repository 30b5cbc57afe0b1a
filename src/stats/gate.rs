//! The decision about a candidate against a baseline.

use super::power::Design;
use super::{PairedEstimate, paired_difference};

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
    /// Not worse by more than this margin, above 0.
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

/// A decision with what it rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct GateDecision {
    /// The decision.
    pub decision: Decision,
    /// The difference with its interval of confidence 1 - 2 alpha, so that each bound holds with 1 - alpha.
    pub estimate: PairedEstimate,
    /// Proven to be worse, though within the margin.
    pub worse_within_margin: bool,
    /// Cases needed to prove non-inferiority if the two were equal; `None` for other rules.
    pub cases_if_equal: Option<u64>,
    /// Cases needed if the difference is what was observed; `None` where no number would do.
    pub cases_as_observed: Option<u64>,
    /// The smallest difference that the design sees with a power of 80 %.
    pub smallest_difference: Option<f64>,
}

/// Decides about paired differences, candidate - baseline, one value a case (`None`: a side has no score). `missing`
/// holds what each such value could be at worst and at best, where the decision is to hold whatever it was; a decision that
/// changes between the two is inconclusive.
pub fn decide(
    differences: &[Option<f64>],
    clusters: Option<&[u32]>,
    repeated: bool,
    rule: DifferenceRule,
    alpha: f64,
    missing: Option<Filled<'_>>,
) -> GateDecision {
    let estimate = paired_difference(differences, clusters, repeated, 2.0 * alpha);
    let mut decision = judge(&estimate, rule);
    if let Some(Filled { worst, best }) = missing {
        let at =
            |filled: &[Option<f64>]| judge(&paired_difference(filled, clusters, repeated, 2.0 * alpha), rule);
        if at(worst) != decision || at(best) != decision {
            decision = Decision::Inconclusive;
        }
    }
    let design = Design {
        alpha,
        sides: 1,
        design_effect: estimate.design_effect,
        ..Design::default()
    };
    let whole = |cases: f64| (cases.is_finite() && cases >= 0.0).then(|| cases.ceil() as u64);
    let (mut cases_if_equal, mut cases_as_observed) = (None, None);
    if let DifferenceRule::NonInferior(margin) = rule {
        cases_if_equal = whole(design.noninferiority_cases(estimate.variance, margin, 0.0));
        cases_as_observed = estimate
            .difference
            .filter(|difference| margin + difference > 0.0)
            .and_then(|difference| whole(design.noninferiority_cases(estimate.variance, margin, difference)));
    }
    let smallest_difference =
        (estimate.n > 1).then(|| design.smallest_difference(estimate.variance, estimate.n as f64));
    let worse = estimate.high.is_some_and(|high| high < 0.0);
    GateDecision {
        worse_within_margin: decision == Decision::Pass && worse,
        decision,
        estimate,
        cases_if_equal,
        cases_as_observed,
        smallest_difference,
    }
}

fn judge(estimate: &PairedEstimate, rule: DifferenceRule) -> Decision {
    let Some((low, high)) = estimate.interval() else {
        return Decision::Inconclusive;
    };
    match rule {
        DifferenceRule::NonInferior(margin) if low >= -margin => Decision::Pass,
        DifferenceRule::NonInferior(margin) if high < -margin => Decision::Fail,
        DifferenceRule::Improve if low > 0.0 => Decision::Pass,
        DifferenceRule::Improve if high <= 0.0 => Decision::Fail,
        DifferenceRule::NoRegression if high < 0.0 => Decision::Fail,
        DifferenceRule::NoRegression => Decision::Pass,
        DifferenceRule::NonInferior(_) | DifferenceRule::Improve => Decision::Inconclusive,
    }
}
