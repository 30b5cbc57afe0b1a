//! Rules about cost and latency.

use super::{Check, GateArm, Open, Rule};
use crate::analyse::compare::Arm;
use crate::stats::{
    Decision, Limit, clustered_quantile_interval, quantile_interval, ratio_of_totals, zero_failure_cases,
};

/// The cost in terms of the baseline's: the ratio of what all cases cost together, those of all tasks.
pub fn ratio(limit: f64, tasks: &[GateArm<'_>], alpha: f64) -> Check {
    let rule = Rule::MaxCostRatio(limit);
    let (mut pairs, mut clusters) = (Vec::new(), Vec::new());
    let mut clustered = false;
    let (mut unknown, mut absent) = (0, (0, 0));
    for task in tasks {
        let Some(held) = task.held() else {
            return Check::open(rule, Open::NoBaseline(task.task.clone()));
        };
        clustered |= held.aligned.clustered;
        let offset = clusters.iter().max().map_or(0, |largest: &u32| largest + 1);
        // A trial without an answer, or that was never sent, may have cost anything.
        let cost = |arm: &Arm<'_>, row: Option<usize>| {
            let cell = arm.grid.cell(row?, arm.column);
            let whole = cell.priced >= arm.grid.epochs.max(cell.trials);
            cell.mean_dollars().filter(|_| whole)
        };
        for case in &held.aligned.cases {
            match cost(&held.arm, case.b).zip(cost(&held.baseline, case.a)) {
                Some(pair) => {
                    pairs.push(pair);
                    clusters.push(offset + case.cluster);
                }
                None => unknown += 1,
            }
        }
        // So may what neither side recorded.
        unknown += task.never().saturating_sub(held.aligned.only_a);
        absent.0 += held.absent;
        absent.1 += held.baseline.grid.cases.len() as u64;
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
        absent: (absent.0 > 0).then_some(absent),
        ..Check::new(rule, decision)
    }
}

/// The latencies of trials, each with the number of its cluster.
#[derive(Default)]
struct Latencies {
    known: Vec<(f64, u32)>,
    /// Clusters of trials whose latency is unknown: no answer, never sent, or not told.
    unknown: Vec<u32>,
    /// Whether trials depend on each other: epochs of a case, or cases of a cluster.
    dependent: bool,
}

impl Latencies {
    /// Those of all trials of all tasks together.
    fn of(tasks: &[GateArm<'_>]) -> Self {
        let mut all = Self::default();
        let mut offset = 0;
        for task in tasks {
            let grid = task.arm.grid;
            let clusters = grid.dense_clusters();
            let cluster = |case: u32| {
                let own = clusters.as_ref().and_then(|clusters| clusters.get(case as usize));
                offset + own.copied().unwrap_or(case)
            };
            let seconds = &task.trials.seconds;
            all.known.extend(
                seconds
                    .iter()
                    .map(|(case, seconds)| (f64::from(*seconds), cluster(*case))),
            );
            all.unknown
                .extend(task.trials.untimed.iter().map(|case| cluster(*case)));
            let cases = task.planned.max(grid.cases.len() as u64);
            let recorded = seconds.len() + task.trials.untimed.len();
            let lacking = (cases * u64::from(grid.epochs)).saturating_sub(recorded as u64);
            offset += cases as u32;
            all.unknown.extend((0..lacking as u32).map(|at| offset + at));
            offset += lacking as u32;
            all.dependent |= grid.clustered || grid.epochs > 1;
        }
        all.known.sort_by(|(x, _), (y, _)| x.total_cmp(y));
        all
    }

    /// The bounds of the quantile, with all that is unknown taken to be of that size.
    fn bounds(&self, p: f64, alpha: f64, unknown: Option<f64>) -> (Option<f64>, Option<f64>) {
        let mut all = self.known.clone();
        if let Some(value) = unknown {
            all.extend(self.unknown.iter().map(|cluster| (value, *cluster)));
            all.sort_by(|(x, _), (y, _)| x.total_cmp(y));
        }
        if self.dependent {
            return clustered_quantile_interval(&all, p, 2.0 * alpha);
        }
        let values: Vec<f64> = all.into_iter().map(|(value, _)| value).collect();
        quantile_interval(&values, p, 2.0 * alpha)
    }
}

/// A percentile of the latency of all trials, by order statistics.
pub fn latency(percent: u32, limit: f64, tasks: &[GateArm<'_>], alpha: f64) -> Check {
    let rule = Rule::MaxLatency(percent, limit);
    let latencies = Latencies::of(tasks);
    let (known, untimed) = (&latencies.known, latencies.unknown.len() as u64);
    let p = f64::from(percent) / 100.0;
    let judge = |(low, high)| Limit::AtMost(limit).judge(low, high);
    let (low, high) = latencies.bounds(p, alpha, None);
    let mut decision = judge((low, high));
    let mut open = match decision {
        Decision::Inconclusive if known.is_empty() && untimed > 0 => Some(Open::Unknown(untimed)),
        Decision::Inconclusive if low.is_none() && high.is_none() => Some(Open::NoInterval),
        Decision::Inconclusive => Some(Open::TooFewCases),
        _ => None,
    };
    if untimed > 0 && decision != Decision::Inconclusive {
        let with = |value: f64| judge(latencies.bounds(p, alpha, Some(value)));
        if with(0.0) != decision || with(f64::INFINITY) != decision {
            (decision, open) = (Decision::Inconclusive, Some(Open::Unknown(untimed)));
        }
    }
    let rank = ((p * known.len() as f64).ceil() as usize).max(1) - 1;
    Check {
        open,
        seen: known.get(rank).map(|(seconds, _)| *seconds),
        low,
        high,
        n: known.len() as u64,
        // Below this number the largest latency of all does not bound the percentile.
        cases_at_best: Some(zero_failure_cases(p, 1.0 - alpha) as u64),
        ..Check::new(rule, decision)
    }
}
