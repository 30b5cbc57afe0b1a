//! The verdict of a quality gate: rules about scores, cost, latency, errors and single cases, each of which passes, fails
//! or stays open. What is missing and could flip a decision leaves it open.

mod cases;
mod check;
mod costs;
mod difference;
mod level;

#[cfg(test)]
mod tests;

pub use check::{Check, Lacking, Open, Rule};

use super::compare::{Aligned, Arm, align};
use crate::model::GateRules;
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
    /// Whether cases of the baseline that this run was not to have are left out; else they are missing.
    pub fewer_cases: bool,
}

/// A candidate and its baseline, case by case.
struct Held<'a> {
    baseline: Arm<'a>,
    arm: Arm<'a>,
    aligned: Aligned,
    /// Cases of the baseline that this run was not to have.
    absent: u64,
}

impl<'a> GateArm<'a> {
    /// Cases that were planned and never recorded.
    fn never(&self) -> u64 {
        self.planned.saturating_sub(self.arm.grid.cases.len() as u64)
    }

    /// The cases of both sides; `None` without a baseline.
    fn held(&self) -> Option<Held<'a>> {
        let baseline = self.baseline?;
        let arm = Arm {
            incomplete: self.arm.incomplete || !self.fewer_cases,
            ..self.arm
        };
        let aligned = align(&baseline, &arm);
        Some(Held {
            // What is planned and never recorded may be among them.
            absent: aligned.only_a.saturating_sub(self.never()),
            baseline,
            arm,
            aligned,
        })
    }

    /// What is missing, and so what is to be done.
    fn lacking(&self, rule: Rule) -> Lacking {
        let grid = self.arm.grid;
        let mut lacking = Lacking {
            unsent: self.never() > 0,
            ..Lacking::default()
        };
        let lacks = |arm: &Arm<'_>, row: usize| {
            let cell = arm.grid.cell(row, arm.column);
            cell.scored < arm.grid.epochs.max(cell.trials)
        };
        for row in 0..grid.cases.len() {
            let cell = grid.cell(row, self.arm.column);
            let unsent = cell.trials < grid.epochs || self.trials.unsent_of(row) > 0;
            lacking.unsent |= unsent;
            // Where only passes count, an answer that could not be graded for what it is has not passed.
            lacking.unscored |= !unsent
                && match rule.is_about_scores() {
                    true => lacks(&self.arm, row),
                    false => self.trials.errors_of(row) > 0,
                };
        }
        if rule.is_difference()
            && let Some(held) = self.held()
        {
            lacking.baseline = held.aligned.cases.iter().any(|case| match case.a {
                Some(row) => case.b.is_some() && lacks(&held.baseline, row),
                None => true,
            });
        }
        lacking
    }
}

/// What a gate needs of single trials of one candidate in one task.
#[derive(Clone, Debug, Default)]
pub struct TrialIndex {
    /// Trials with an error of provider, scorer or judge, or not sent, by case.
    errors: Vec<u32>,
    /// Those without an answer, by case.
    unsent: Vec<u32>,
    /// Latencies in seconds that are known, each with its case.
    seconds: Vec<(u32, f32)>,
    /// The case of each trial whose latency is unknown, also of those without an answer.
    untimed: Vec<u32>,
}

/// What became of a trial, as a gate looks at it.
#[derive(Clone, Copy, Debug)]
pub struct GateTrial {
    /// An error of provider, scorer or judge, or not sent.
    pub error: bool,
    /// There is no answer: an error of the provider, or not sent.
    pub unsent: bool,
    /// How long the answer took, where that is known.
    pub seconds: Option<f64>,
}

impl TrialIndex {
    /// Adds a trial.
    pub fn add(&mut self, case: usize, trial: GateTrial) {
        let count = |list: &mut Vec<u32>| {
            if case >= list.len() {
                list.resize(case + 1, 0);
            }
            if let Some(count) = list.get_mut(case) {
                *count += 1;
            }
        };
        if trial.error {
            count(&mut self.errors);
        }
        if trial.unsent {
            count(&mut self.unsent);
        }
        match trial.seconds.filter(|_| !trial.unsent) {
            Some(seconds) => self.seconds.push((case as u32, seconds as f32)),
            None => self.untimed.push(case as u32),
        }
    }

    fn errors_of(&self, case: usize) -> u32 {
        self.errors.get(case).copied().unwrap_or_default()
    }

    fn unsent_of(&self, case: usize) -> u32 {
        self.unsent.get(case).copied().unwrap_or_default()
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
        check.place = rules.places.get(&check.rule.key()).cloned();
        if matches!(check.open, Some(Open::Missing(_))) {
            check.lacking = tasks
                .iter()
                .map(|task| task.lacking(check.rule))
                .fold(Lacking::default(), Lacking::or);
        }
    }
    checks
}
