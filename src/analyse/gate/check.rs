//! One check: a rule about one candidate, what was seen, and why it is open where it is.

use crate::model::GatePlace;
use crate::stats::Decision;
use std::sync::Arc;

/// Which rule a check is of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// Not worse than the baseline by more than this.
    NotWorseBy(f64),
    /// Better than the baseline.
    Improve,
    /// Not proven to be worse than the baseline.
    NoRegression,
    /// A mean score of at least this.
    MinScore(f64),
    /// A pass rate of at least this.
    MinPassRate(f64),
    /// At most this cost in terms of the baseline's.
    MaxCostRatio(f64),
    /// A percentile (in percent) of the latency of at most so many seconds.
    MaxLatency(u32, f64),
    /// An error rate of at most this.
    MaxErrorRate(f64),
    /// Every case passes so many epochs of so many.
    EachCase(u32, u32),
    /// Cases that pass in every epoch.
    MustPass,
}

impl Rule {
    /// The key in the files.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotWorseBy(_) => "not_worse_by",
            Self::Improve => "improve",
            Self::NoRegression => "no_regression",
            Self::MinScore(_) => "min_score",
            Self::MinPassRate(_) => "min_pass_rate",
            Self::MaxCostRatio(_) => "max_cost_ratio",
            Self::MaxLatency(..) => "max_latency",
            Self::MaxErrorRate(_) => "max_error_rate",
            Self::EachCase(..) => "each_case",
            Self::MustPass => "must_pass",
        }
    }

    /// Its key among the places of the rules: `max_latency.p95` tells percentiles apart.
    pub fn key(self) -> String {
        match self {
            Self::MaxLatency(percent, _) => format!("max_latency.p{percent}"),
            other => other.name().to_owned(),
        }
    }

    /// Whether it is about the difference to the baseline's scores.
    pub fn is_difference(self) -> bool {
        matches!(self, Self::NotWorseBy(_) | Self::Improve | Self::NoRegression)
    }

    /// Whether it is about scores, not about passes, errors, costs or latencies.
    pub fn is_about_scores(self) -> bool {
        self.is_difference() || matches!(self, Self::MinScore(_))
    }

    /// The number that is not to be passed, where it is one.
    pub fn limit(self) -> Option<f64> {
        match self {
            Self::NotWorseBy(limit)
            | Self::MinScore(limit)
            | Self::MinPassRate(limit)
            | Self::MaxCostRatio(limit)
            | Self::MaxLatency(_, limit)
            | Self::MaxErrorRate(limit) => Some(limit),
            Self::Improve | Self::NoRegression | Self::EachCase(..) | Self::MustPass => None,
        }
    }
}

/// Why a check is open.
#[derive(Clone, Debug, PartialEq)]
pub enum Open {
    /// The interval holds values of both kinds.
    TooFewCases,
    /// There is no interval.
    NoInterval,
    /// What is missing could flip the decision.
    Missing(u64),
    /// Costs of so many cases, or latencies of so many trials, are unknown.
    Unknown(u64),
    /// The run has so many epochs, not those that the rule speaks of.
    Epochs(u32),
    /// No case fits.
    NoCase,
    /// The baseline has no scores of that task.
    NoBaseline(Arc<str>),
}

/// What is missing where that leaves a check open, and so what is to be done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lacking {
    /// Trials without an answer: to be sent.
    pub unsent: bool,
    /// Answers without a score: to be graded, or treated otherwise.
    pub unscored: bool,
    /// Scores of the baseline.
    pub baseline: bool,
}

impl Lacking {
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            unsent: self.unsent || other.unsent,
            unscored: self.unscored || other.unscored,
            baseline: self.baseline || other.baseline,
        }
    }
}

/// One rule about one candidate in one task, or in all.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// The task; `None`: all together.
    pub task: Option<Arc<str>>,
    /// The candidate.
    pub candidate: String,
    /// The rule.
    pub rule: Rule,
    /// Where the rule is written.
    pub place: Option<GatePlace>,
    /// The decision.
    pub decision: Decision,
    /// Why it is open, where it is.
    pub open: Option<Open>,
    /// What was seen: a difference, a mean, a ratio, seconds, a share.
    pub seen: Option<f64>,
    /// Its lower bound, which holds with the gate's confidence.
    pub low: Option<f64>,
    /// Its upper bound, likewise.
    pub high: Option<f64>,
    /// Cases that it rests on (trials, for latency).
    pub n: u64,
    /// For differences: the two sides' means differ in this direction for certain, though within the rule.
    pub remark: Option<&'static str>,
    /// One-sided p of a failure, for differences.
    pub p_fail: Option<f64>,
    /// The same, adjusted for all differences that are checked (Holm).
    pub p_holm: Option<f64>,
    /// Cases that would decide it, if all is as observed.
    pub cases_as_observed: Option<u64>,
    /// Cases that would decide it at best: without difference, without failure.
    pub cases_at_best: Option<u64>,
    /// The smallest difference that would have been seen with a power of 80 %.
    pub smallest_difference: Option<f64>,
    /// For what is open because something is missing: what.
    pub lacking: Lacking,
    /// Cases of the baseline that this run was not to have, and all of the baseline.
    pub absent: Option<(u64, u64)>,
    /// For averages over tasks of which too little is known to plan with: the task that the interval rests on above all, and
    /// its share of the variance.
    pub rests_on: Option<(Arc<str>, f64)>,
    /// Cases that broke the rule, or could have.
    pub cases: Vec<Arc<str>>,
    /// How many there are.
    pub cases_count: u64,
}

impl Check {
    pub(super) fn new(rule: Rule, decision: Decision) -> Self {
        Self {
            task: None,
            candidate: String::new(),
            rule,
            place: None,
            decision,
            open: None,
            seen: None,
            low: None,
            high: None,
            n: 0,
            remark: None,
            p_fail: None,
            p_holm: None,
            cases_as_observed: None,
            cases_at_best: None,
            smallest_difference: None,
            lacking: Lacking::default(),
            absent: None,
            rests_on: None,
            cases: Vec::new(),
            cases_count: 0,
        }
    }

    pub(super) fn open(rule: Rule, why: Open) -> Self {
        Self {
            open: Some(why),
            ..Self::new(rule, Decision::Inconclusive)
        }
    }
}
