//! Rules about single cases: what each did is known, so that nothing is estimated.

use super::{Check, GateArm, Open, Rule};
use crate::model::EachCase;
use crate::stats::Decision;
use globset::{Glob, GlobSet, GlobSetBuilder};
use std::sync::Arc;

/// Cases that are named.
const NAMED: usize = 10;

/// What a case did.
struct Passes {
    id: Arc<str>,
    passed: u32,
    /// Epochs that were planned.
    epochs: u32,
    /// Epochs of which nothing is known: errors, and trials that were never recorded.
    unknown: u32,
}

fn passes(task: &GateArm<'_>) -> impl Iterator<Item = Passes> {
    let grid = task.arm.grid;
    grid.cases.iter().enumerate().map(|(row, case)| {
        let cell = grid.cell(row, task.arm.column);
        let epochs = grid.epochs.max(cell.trials);
        Passes {
            id: case.id.clone(),
            passed: cell.passed,
            epochs,
            unknown: task.trials.errors_of(row) + (epochs - cell.trials.min(epochs)),
        }
    })
}

/// Sorts cases by whether they pass often enough; `needed` says how often that is.
fn decide(
    rule: Rule,
    cases: impl Iterator<Item = Passes>,
    never: u64,
    needed: impl Fn(&Passes) -> u32,
) -> Check {
    let (mut broken, mut open) = (Vec::new(), Vec::new());
    let mut n = 0;
    for case in cases {
        n += 1;
        let needed = needed(&case);
        if case.passed >= needed {
            continue;
        }
        if case.passed + case.unknown < needed {
            broken.push(case.id);
        } else {
            open.push(case.id);
        }
    }
    let (decision, cases, why) = if !broken.is_empty() {
        (Decision::Fail, broken, None)
    } else if !open.is_empty() || never > 0 {
        let missing = open.len() as u64 + never;
        (Decision::Inconclusive, open, Some(Open::Missing(missing)))
    } else {
        (Decision::Pass, Vec::new(), None)
    };
    let count = cases.len() as u64;
    Check {
        open: why,
        n,
        cases: cases.into_iter().take(NAMED).collect(),
        cases_count: count,
        ..Check::new(rule, decision)
    }
}

/// Every case passes at least that share of its epochs.
pub fn each(each: EachCase, tasks: &[GateArm<'_>]) -> Check {
    let rule = Rule::EachCase(each.pass, each.of);
    let fewest = tasks.iter().map(|task| task.arm.grid.epochs).min().unwrap_or(0);
    if fewest < each.of {
        return Check::open(rule, Open::Epochs(fewest));
    }
    let never = tasks.iter().map(GateArm::never).sum();
    decide(rule, tasks.iter().flat_map(passes), never, |case| {
        // With more epochs than the rule speaks of, the same share.
        let needed = (u64::from(each.pass) * u64::from(case.epochs)).div_ceil(u64::from(each.of));
        u32::try_from(needed).unwrap_or(u32::MAX)
    })
}

/// These cases pass in every epoch.
pub fn must_pass(patterns: &[String], tasks: &[GateArm<'_>]) -> Check {
    let rule = Rule::MustPass;
    let mut unmatched = patterns.len();
    let mut never = vec![0; tasks.len()];
    for pattern in patterns {
        if let Some(one) = globs(std::slice::from_ref(pattern)) {
            let mut found = false;
            for (task, never) in tasks.iter().zip(&mut never) {
                let fits = task.arm.grid.cases.iter().any(|case| one.is_match(&*case.id));
                found |= fits;
                // The ids of cases that were never recorded are unknown. An id that is there is not among them.
                if !(fits && is_id(pattern)) {
                    *never = task.never();
                }
            }
            unmatched -= usize::from(found);
        }
    }
    let never: u64 = never.into_iter().sum();
    let Some(set) = globs(patterns) else {
        return Check::open(rule, Open::NoCase);
    };
    let wanted = tasks
        .iter()
        .flat_map(passes)
        .filter(|case| set.is_match(&*case.id));
    let check = decide(rule, wanted, never, |case| case.epochs);
    if unmatched > 0 && never == 0 && check.decision != Decision::Fail {
        return Check {
            decision: Decision::Inconclusive,
            open: Some(Open::NoCase),
            ..check
        };
    }
    check
}

/// Whether a pattern is the id of one case.
fn is_id(pattern: &str) -> bool {
    !pattern.contains(['*', '?', '[', '{', '\\', '!'])
}

/// The globs as one; `None` where one of them is none, which loading has told.
fn globs(patterns: &[String]) -> Option<GlobSet> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(Glob::new(pattern).ok()?);
    }
    set.build().ok()
}
