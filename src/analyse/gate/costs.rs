//! Rules about cost and latency.

use super::{Check, GateArm, Open, Rule};
use crate::analyse::compare::align;
use crate::stats::{Decision, Limit, quantile_interval, ratio_of_totals, zero_failure_cases};

/// The cost in terms of the baseline's: the ratio of what all cases cost together.
pub fn ratio(limit: f64, tasks: &[GateArm<'_>], alpha: f64) -> Check {
    let rule = Rule::MaxCostRatio(limit);
    let (mut pairs, mut clusters) = (Vec::new(), Vec::new());
    let mut clustered = false;
    let mut unknown = 0;
    for task in tasks {
        let Some(baseline) = &task.baseline else {
            return Check::open(rule, Open::NoBaseline);
        };
        let aligned = align(baseline, &task.arm);
        clustered |= aligned.clustered;
        let offset = clusters.iter().max().map_or(0, |largest: &u32| largest + 1);
        for case in &aligned.cases {
            let (Some(row_a), Some(row_b)) = (case.a, case.b) else {
                continue;
            };
            let before = baseline.grid.cell(row_a, baseline.column);
            let after = task.arm.grid.cell(row_b, task.arm.column);
            match after.mean_dollars().zip(before.mean_dollars()) {
                Some(pair) if after.priced >= after.scored && before.priced >= before.scored => {
                    pairs.push(pair);
                    clusters.push(offset + case.cluster);
                }
                // A trial without an answer has no cost.
                _ if after.scored == 0 || before.scored == 0 => {}
                _ => unknown += 1,
            }
        }
    }
    let found = ratio_of_totals(&pairs, clustered.then_some(clusters.as_slice()), 2.0 * alpha);
    let Some(found) = found else {
        let why = if unknown > 0 {
            Open::Unknown(unknown)
        } else {
            Open::NoInterval
        };
        return Check::open(rule, why);
    };
    let seen = Limit::AtMost(limit).judge(found.low, found.high);
    let (decision, open) = match seen {
        // An unknown cost may be anything.
        _ if unknown > 0 => (Decision::Inconclusive, Some(Open::Unknown(unknown))),
        Decision::Inconclusive if found.low.is_none() => (seen, Some(Open::NoInterval)),
        Decision::Inconclusive => (seen, Some(Open::TooFewCases)),
        decided => (decided, None),
    };
    Check {
        open,
        seen: Some(found.value),
        low: found.low,
        high: found.high,
        n: found.n,
        ..Check::new(rule, decision)
    }
}

/// A percentile of the latency of answers, by order statistics.
pub fn latency(percent: u32, limit: f64, tasks: &[GateArm<'_>], alpha: f64) -> Check {
    let rule = Rule::MaxLatency(percent, limit);
    let untimed: u64 = tasks.iter().map(|task| task.trials.untimed).sum();
    let mut seconds: Vec<f64> = tasks
        .iter()
        .flat_map(|task| task.trials.seconds.iter().map(|seconds| f64::from(*seconds)))
        .collect();
    seconds.sort_by(f64::total_cmp);
    let p = f64::from(percent) / 100.0;
    let decide = |sorted: &[f64]| {
        let (low, high) = quantile_interval(sorted, p, 2.0 * alpha);
        (Limit::AtMost(limit).judge(low, high), low, high)
    };
    let (mut decision, low, high) = decide(&seconds);
    let mut open = match decision {
        Decision::Inconclusive if seconds.is_empty() && untimed > 0 => Some(Open::Unknown(untimed)),
        Decision::Inconclusive if low.is_none() && high.is_none() => Some(Open::NoInterval),
        Decision::Inconclusive => Some(Open::TooFewCases),
        _ => None,
    };
    if untimed > 0 && decision != Decision::Inconclusive {
        let with = |value: f64| {
            let mut all = seconds.clone();
            all.extend(std::iter::repeat_n(value, untimed as usize));
            all.sort_by(f64::total_cmp);
            decide(&all).0
        };
        if with(0.0) != decision || with(f64::INFINITY) != decision {
            (decision, open) = (Decision::Inconclusive, Some(Open::Unknown(untimed)));
        }
    }
    let rank = ((p * seconds.len() as f64).ceil() as usize).max(1) - 1;
    Check {
        open,
        seen: seconds.get(rank).copied(),
        low,
        high,
        n: seconds.len() as u64,
        // Below this number the largest latency of all does not bound the percentile.
        cases_at_best: Some(zero_failure_cases(p, 1.0 - alpha) as u64),
        ..Check::new(rule, decision)
    }
}
