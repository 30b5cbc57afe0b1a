//! Rules about a level: a mean score, a pass rate, a share of errors.

use super::difference::rests_on;
use super::{Check, GateArm, Open, Rule};
use crate::stats::{
    Decision, LevelDecision, Limit, MacroEstimate, MeanAccumulator, Side, Stratum, cases_for_limit,
    clopper_pearson, decide_level, macro_average,
};
use std::sync::Arc;

/// Cases that are named.
const NAMED: usize = 5;

/// The values of a task, case by case.
struct Values {
    known: Vec<Option<f64>>,
    lowest: Vec<Option<f64>>,
    highest: Vec<Option<f64>>,
    clusters: Option<Vec<u32>>,
    repeated: bool,
    /// Cases whose value is unknown, whole or in part.
    missing: u64,
    /// Cases that broke the rule, in their order.
    broken: Vec<Arc<str>>,
}

impl Values {
    /// Cases with a value, at least 1.
    fn size(&self) -> f64 {
        self.known.iter().flatten().count().max(1) as f64
    }
}

fn limit(rule: Rule) -> Limit {
    match rule {
        Rule::MinScore(limit) | Rule::MinPassRate(limit) => Limit::AtLeast(limit),
        Rule::MaxErrorRate(limit) => Limit::AtMost(limit),
        _ => Limit::AtLeast(0.0),
    }
}

fn values(rule: Rule, task: &GateArm<'_>) -> Values {
    let grid = task.arm.grid;
    let mut values = Values {
        known: Vec::with_capacity(grid.cases.len()),
        lowest: Vec::with_capacity(grid.cases.len()),
        highest: Vec::with_capacity(grid.cases.len()),
        clusters: grid.dense_clusters(),
        repeated: grid.epochs > 1,
        missing: 0,
        broken: Vec::new(),
    };
    for (row, case) in grid.cases.iter().enumerate() {
        let cell = grid.cell(row, task.arm.column);
        let planned = f64::from(grid.epochs.max(cell.trials).max(1));
        let errors = f64::from(task.trials.errors_of(row));
        // What is summed, over how many trials it is known, and how many are unknown.
        let (sum, known, unknown) = match rule {
            Rule::MinScore(_) => (cell.sum, f64::from(cell.scored), planned - f64::from(cell.scored)),
            Rule::MinPassRate(_) => {
                // An answer that is no error and has no score does not pass.
                let known = f64::from(cell.trials) - errors;
                (f64::from(cell.passed), known, planned - known)
            }
            _ => (errors, f64::from(cell.trials), planned - f64::from(cell.trials)),
        };
        values.known.push((known > 0.0).then(|| sum / known));
        values.lowest.push(Some(sum / planned));
        values.highest.push(Some((sum + unknown) / planned));
        values.missing += u64::from(unknown > 0.0);
        let broken = match rule {
            Rule::MaxErrorRate(_) => sum > 0.0,
            _ => sum < known,
        };
        if broken {
            values.broken.push(case.id.clone());
        }
    }
    let never = task.never();
    for at in 0..never {
        values.known.push(None);
        values.lowest.push(Some(0.0));
        values.highest.push(Some(1.0));
        if let Some(clusters) = &mut values.clusters {
            clusters.push((grid.cases.len() as u64 + at) as u32);
        }
    }
    values.missing += never;
    values
}

/// Checks such a rule over one task, or over several by their average.
pub fn check(rule: Rule, tasks: &[GateArm<'_>], alpha: f64) -> Check {
    let of_tasks: Vec<Values> = tasks.iter().map(|task| values(rule, task)).collect();
    let missing: u64 = of_tasks.iter().map(|values| values.missing).sum();
    let broken: Vec<Arc<str>> = of_tasks
        .iter()
        .flat_map(|values| values.broken.iter().cloned())
        .collect();
    let mut check = match of_tasks.as_slice() {
        [one] => of_one(rule, one, alpha),
        several => of_several(rule, several, tasks, alpha),
    };
    if matches!(check.open, Some(Open::Missing(_))) {
        check.open = Some(Open::Missing(missing));
    }
    let count = broken.len() as u64;
    Check {
        cases: broken.into_iter().take(NAMED).collect(),
        cases_count: count,
        ..check
    }
}

fn of_one(rule: Rule, values: &Values, alpha: f64) -> Check {
    let decide = |list: &[Option<f64>]| -> LevelDecision {
        decide_level(
            list,
            values.clusters.as_deref(),
            values.repeated,
            limit(rule),
            alpha,
        )
    };
    let decided = decide(&values.known);
    let flips = |list: &[Option<f64>]| decide(list).decision != decided.decision;
    let missing = decided.missing_matters
        || (values.missing > 0
            && decided.decision != Decision::Inconclusive
            && (flips(&values.lowest) || flips(&values.highest)));
    let decision = if missing {
        Decision::Inconclusive
    } else {
        decided.decision
    };
    Check {
        open: why(decision, missing, decided.low),
        seen: decided.estimate.mean,
        low: decided.low,
        high: decided.high,
        n: decided.estimate.n,
        cases_as_observed: decided.cases_as_observed,
        cases_at_best: decided.cases_if_perfect,
        ..Check::new(rule, decision)
    }
}

fn why(decision: Decision, missing: bool, low: Option<f64>) -> Option<Open> {
    match decision {
        Decision::Inconclusive if missing => Some(Open::Missing(0)),
        Decision::Inconclusive if low.is_none() => Some(Open::NoInterval),
        Decision::Inconclusive => Some(Open::TooFewCases),
        _ => None,
    }
}

fn average(
    tasks: &[Values],
    list: fn(&Values) -> &Vec<Option<f64>>,
    alpha: f64,
) -> Option<(MacroEstimate, u64)> {
    let mut cases = 0;
    let mut strata: Vec<Stratum> = Vec::with_capacity(tasks.len());
    for task in tasks {
        let mut sums = MeanAccumulator::new(task.clusters.is_some());
        for (at, value) in list(task).iter().enumerate() {
            if let Some(value) = value {
                let cluster = task
                    .clusters
                    .as_ref()
                    .and_then(|clusters| clusters.get(at).copied());
                sums.add(*value, cluster, task.repeated);
            }
        }
        cases += sums.cases();
        strata.push(sums.stratum(1.0)?);
    }
    Some((macro_average(&strata, 2.0 * alpha)?, cases))
}

/// The one-sided bounds of an average at its effective number of cases.
fn bounds(estimate: &MacroEstimate, alpha: f64) -> (Option<f64>, Option<f64>) {
    let successes = (estimate.mean * estimate.n_eff).min(estimate.n_eff);
    let bound = |side| clopper_pearson(successes, estimate.n_eff, alpha, side);
    (
        bound(Side::Lower).map(|(low, _)| low),
        bound(Side::Upper).map(|(_, high)| high),
    )
}

fn of_several(rule: Rule, tasks: &[Values], names: &[GateArm<'_>], alpha: f64) -> Check {
    let Some((estimate, n)) = average(tasks, |values| &values.known, alpha) else {
        return Check::open(rule, Open::NoInterval);
    };
    let (low, high) = bounds(&estimate, alpha);
    let seen = limit(rule).judge(low, high);
    let flips = |list: fn(&Values) -> &Vec<Option<f64>>| {
        let Some((filled, _)) = average(tasks, list, alpha) else {
            return true;
        };
        let (low, high) = bounds(&filled, alpha);
        limit(rule).judge(low, high) != seen
    };
    let missing = tasks.iter().any(|values| values.missing > 0)
        && seen != Decision::Inconclusive
        && (flips(|values| &values.lowest) || flips(|values| &values.highest));
    let decision = if missing { Decision::Inconclusive } else { seen };
    // Cases in the same proportions. Without variation an average rests on 1 / sum of w^2 / n of them.
    let weight = 1.0 / tasks.len() as f64;
    let independent = 1.0
        / tasks
            .iter()
            .map(|task| weight * weight / task.size())
            .sum::<f64>();
    let needed = |mean: f64, own: f64| cases_for_limit(mean, limit(rule), n as f64 / own, alpha);
    let plans = estimate.plans();
    Check {
        open: why(decision, missing, low),
        seen: Some(estimate.mean),
        low,
        high,
        n,
        cases_as_observed: needed(estimate.mean, estimate.n_eff).filter(|_| plans),
        cases_at_best: needed(limit(rule).best(), independent),
        rests_on: rests_on(&estimate, names),
        ..Check::new(rule, decision)
    }
}
