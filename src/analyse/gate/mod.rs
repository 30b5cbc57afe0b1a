//! The verdict of a quality gate: rules about scores, cost, latency, errors and single cases, each of which passes, fails
//! or stays open. What is missing and could flip a decision leaves it open.

mod cases;
mod costs;
mod difference;
mod level;

#[cfg(test)]
mod tests;

use super::compare::Arm;
use crate::model::{GatePlace, GateRules};
use crate::stats::{Decision, holm};
use std::sync::Arc;

/// One candidate in one task, as a gate looks at it.
#[derive(Clone, Debug)]
pub struct GateArm<'a> {
    /// The task's name.
    pub task: Arc<str>,
    /// The candidate's scores.
    pub arm: Arm<'a>,
    /// The baseline's, where there is one for this task.
    pub baseline: Option<Arm<'a>>,
    /// Errors and latencies of the candidate's trials.
    pub trials: &'a TrialIndex,
    /// Cases that were planned.
    pub planned: u64,
}

/// What a gate needs of single trials of one candidate in one task.
#[derive(Clone, Debug, Default)]
pub struct TrialIndex {
    /// Trials with an error of provider, scorer or judge, or not sent, by case.
    pub errors: Vec<u32>,
    /// Latencies in seconds that are known.
    pub seconds: Vec<f32>,
    /// Answers whose latency is unknown.
    pub untimed: u64,
}

impl TrialIndex {
    /// Adds a trial.
    pub fn add(&mut self, case: usize, error: bool, seconds: Option<f64>) {
        if case >= self.errors.len() {
            self.errors.resize(case + 1, 0);
        }
        match (error, seconds) {
            (true, _) => {
                if let Some(errors) = self.errors.get_mut(case) {
                    *errors += 1;
                }
            }
            (false, Some(seconds)) => self.seconds.push(seconds as f32),
            (false, None) => self.untimed += 1,
        }
    }

    fn errors_of(&self, case: usize) -> u32 {
        self.errors.get(case).copied().unwrap_or_default()
    }
}

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
    /// Costs or latencies of so many cases are unknown.
    Unknown(u64),
    /// The run has so many epochs, not those that the rule speaks of.
    Epochs(u32),
    /// No case fits.
    NoCase,
    /// The baseline has no scores for it.
    NoBaseline,
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
    /// Cases that broke the rule, or could have.
    pub cases: Vec<Arc<str>>,
    /// How many there are.
    pub cases_count: u64,
}

impl Check {
    fn new(rule: Rule, decision: Decision) -> Self {
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
            cases: Vec::new(),
            cases_count: 0,
        }
    }

    fn open(rule: Rule, why: Open) -> Self {
        Self {
            open: Some(why),
            ..Self::new(rule, Decision::Inconclusive)
        }
    }
}

/// A candidate with its tasks.
#[derive(Clone, Debug)]
pub struct GateCandidate<'a> {
    /// Its name.
    pub name: String,
    /// Its tasks.
    pub tasks: Vec<GateArm<'a>>,
}

/// What a gate checks: rules over all tasks, and those of each task by name.
pub struct GatePlan<'a> {
    /// Rules over all tasks together.
    pub all_tasks: Option<&'a GateRules>,
    /// Rules of a task.
    pub of_task: &'a dyn Fn(&str) -> Option<GateRules>,
    /// Each decision is wrong with at most this chance.
    pub alpha: f64,
}

/// The verdict of a gate.
#[derive(Clone, Debug, PartialEq)]
pub struct GateVerdict {
    /// All checks, those over all tasks first.
    pub checks: Vec<Check>,
    /// One minus the chance of a wrong decision of each.
    pub confidence: f64,
}

impl GateVerdict {
    /// Checks all rules for all candidates.
    pub fn of(candidates: &[GateCandidate<'_>], plan: &GatePlan<'_>) -> Self {
        let mut checks = Vec::new();
        if let Some(rules) = plan.all_tasks {
            for candidate in candidates {
                let found = rule_checks(rules, &candidate.tasks, plan.alpha);
                checks.extend(found.into_iter().map(|check| Check {
                    candidate: candidate.name.clone(),
                    ..check
                }));
            }
        }
        for candidate in candidates {
            for task in &candidate.tasks {
                let Some(rules) = (plan.of_task)(&task.task) else {
                    continue;
                };
                let found = rule_checks(&rules, std::slice::from_ref(task), plan.alpha);
                checks.extend(found.into_iter().map(|check| Check {
                    candidate: candidate.name.clone(),
                    task: Some(task.task.clone()),
                    ..check
                }));
            }
        }
        adjust(&mut checks);
        Self {
            checks,
            confidence: 1.0 - plan.alpha,
        }
    }

    /// Fails where one check does; else open where one is; a gate that checks nothing is open.
    pub fn decision(&self) -> Decision {
        let any = |decision| self.checks.iter().any(|check| check.decision == decision);
        if any(Decision::Fail) {
            Decision::Fail
        } else if any(Decision::Inconclusive) || self.checks.is_empty() {
            Decision::Inconclusive
        } else {
            Decision::Pass
        }
    }

    /// How many checks have that decision.
    pub fn count(&self, decision: Decision) -> usize {
        self.checks
            .iter()
            .filter(|check| check.decision == decision)
            .count()
    }
}

/// Adjusts the p of failures for all differences that are checked.
fn adjust(checks: &mut [Check]) {
    let family: Vec<(usize, f64)> = checks
        .iter()
        .enumerate()
        .filter_map(|(at, check)| Some((at, check.p_fail?)))
        .collect();
    let adjusted = holm(&family.iter().map(|(_, p)| *p).collect::<Vec<f64>>());
    for ((at, _), adjusted) in family.iter().zip(adjusted) {
        if let Some(check) = checks.get_mut(*at) {
            check.p_holm = Some(adjusted);
        }
    }
}

fn rule_checks(rules: &GateRules, tasks: &[GateArm<'_>], alpha: f64) -> Vec<Check> {
    let mut checks = Vec::new();
    if let Some(margin) = rules.not_worse_by {
        checks.push(difference::check(Rule::NotWorseBy(margin), tasks, alpha));
    }
    if rules.improve {
        checks.push(difference::check(Rule::Improve, tasks, alpha));
    }
    if rules.no_regression {
        checks.push(difference::check(Rule::NoRegression, tasks, alpha));
    }
    if let Some(limit) = rules.min_score {
        checks.push(level::check(Rule::MinScore(limit), tasks, alpha));
    }
    if let Some(limit) = rules.min_pass_rate {
        checks.push(level::check(Rule::MinPassRate(limit), tasks, alpha));
    }
    if let Some(limit) = rules.max_cost_ratio {
        checks.push(costs::ratio(limit, tasks, alpha));
    }
    for (percent, seconds) in &rules.max_latency {
        checks.push(costs::latency(*percent, *seconds, tasks, alpha));
    }
    if let Some(limit) = rules.max_error_rate {
        checks.push(level::check(Rule::MaxErrorRate(limit), tasks, alpha));
    }
    if let Some(each) = rules.each_case {
        checks.push(cases::each(each, tasks));
    }
    if !rules.must_pass.is_empty() {
        checks.push(cases::must_pass(&rules.must_pass, tasks));
    }
    for check in &mut checks {
        check.place.clone_from(&rules.place);
    }
    checks
}
