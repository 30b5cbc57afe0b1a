//! Rules about the difference to a baseline.

use super::{Check, GateArm, Open, Rule};
use crate::analyse::compare::{Differences, align};
use crate::stats::{
    Decision, DifferenceRule, Filled, GateDecision, Limit, MacroEstimate, PairedAccumulator, Stratum,
    Undecided, decide, macro_difference,
};
use std::sync::Arc;

/// Cases that are named.
const NAMED: usize = 5;

fn statistic(rule: Rule) -> DifferenceRule {
    match rule {
        Rule::NotWorseBy(margin) => DifferenceRule::NonInferior(margin),
        Rule::Improve => DifferenceRule::Improve,
        _ => DifferenceRule::NoRegression,
    }
}

/// One task with its paired differences, candidate minus baseline.
struct Paired {
    differences: Differences,
    lost: Vec<Arc<str>>,
}

fn paired(task: &GateArm<'_>) -> Option<Paired> {
    let baseline = task.baseline.as_ref()?;
    let aligned = align(baseline, &task.arm);
    let differences = Differences::of(baseline, &task.arm, &aligned);
    let mut lost: Vec<(f64, Arc<str>)> = Vec::new();
    for (case, difference) in aligned.cases.iter().zip(&differences.known) {
        let id = case.b.and_then(|row| task.arm.grid.cases.get(row));
        if let (Some(difference), Some(id)) = (difference, id)
            && *difference < 0.0
        {
            lost.push((*difference, id.id.clone()));
        }
    }
    lost.sort_by(|x, y| x.0.total_cmp(&y.0));
    Some(Paired {
        differences,
        lost: lost.into_iter().map(|(_, id)| id).collect(),
    })
}

/// Checks such a rule over one task, or over several by their average.
pub fn check(rule: Rule, tasks: &[GateArm<'_>], alpha: f64) -> Check {
    let paired: Option<Vec<Paired>> = tasks.iter().map(self::paired).collect();
    let Some(paired) = paired.filter(|paired| !paired.is_empty()) else {
        return Check::open(rule, Open::NoBaseline);
    };
    let lost: Vec<Arc<str>> = paired
        .iter()
        .flat_map(|paired| paired.lost.iter().cloned())
        .collect();
    let check = match paired.as_slice() {
        [one] => of_one(rule, &one.differences, alpha),
        several => of_several(rule, several, alpha),
    };
    let count = lost.len() as u64;
    Check {
        cases: lost.into_iter().take(NAMED).collect(),
        cases_count: count,
        ..check
    }
}

fn of_one(rule: Rule, differences: &Differences, alpha: f64) -> Check {
    let filled = Filled {
        worst: &differences.worst,
        best: &differences.best,
    };
    let decided: GateDecision = decide(
        &differences.known,
        differences.clusters.as_deref(),
        differences.repeated,
        statistic(rule),
        alpha,
        differences.missing.then_some(filled),
    );
    let estimate = &decided.estimate;
    let missing = differences.incomplete();
    Check {
        open: decided.undecided.map(|why| match why {
            Undecided::Missing => Open::Missing(missing),
            Undecided::TooFewCases => Open::TooFewCases,
            Undecided::NoMargin | Undecided::NoInterval(_) => Open::NoInterval,
        }),
        seen: estimate.difference,
        low: estimate.low,
        high: estimate.high,
        n: estimate.n,
        remark: remark(decided.decision, estimate.low, estimate.high, rule),
        p_fail: decided.p_fail,
        cases_as_observed: decided.cases_as_observed,
        cases_at_best: decided.cases_if_equal,
        smallest_difference: decided.smallest_difference,
        ..Check::new(rule, decided.decision)
    }
}

fn remark(decision: Decision, low: Option<f64>, high: Option<f64>, rule: Rule) -> Option<&'static str> {
    if decision != Decision::Pass || rule == Rule::Improve {
        None
    } else if low.is_some_and(|low| low > 0.0) {
        Some("better")
    } else if high.is_some_and(|high| high < 0.0) {
        Some("worse within the margin")
    } else {
        None
    }
}

/// What an interval says of a rule, as [`decide`] judges that of one task.
fn judge(rule: Rule, low: Option<f64>, high: Option<f64>) -> Decision {
    let (Some(low), Some(high)) = (low, high) else {
        return Decision::Inconclusive;
    };
    match rule {
        Rule::NotWorseBy(margin) => Limit::AtLeast(-margin).judge(Some(low), Some(high)),
        Rule::Improve if low > 0.0 => Decision::Pass,
        Rule::Improve if high <= 0.0 => Decision::Fail,
        Rule::Improve => Decision::Inconclusive,
        _ if high < 0.0 => Decision::Fail,
        _ => Decision::Pass,
    }
}

fn average(parts: &[PairedAccumulator], alpha: f64) -> Option<MacroEstimate> {
    let strata: Option<Vec<Stratum>> = parts.iter().map(|part| part.stratum(1.0)).collect();
    macro_difference(&strata?, 2.0 * alpha)
}

fn of_several(rule: Rule, tasks: &[Paired], alpha: f64) -> Check {
    let known: Vec<PairedAccumulator> = tasks.iter().map(|task| task.differences.known()).collect();
    let Some(estimate) = average(&known, alpha) else {
        return Check::open(rule, Open::NoInterval);
    };
    let mut decision = judge(rule, estimate.low, estimate.high);
    let mut open = match decision {
        Decision::Inconclusive if estimate.low.is_none() => Some(Open::NoInterval),
        Decision::Inconclusive => Some(Open::TooFewCases),
        _ => None,
    };
    let missing: u64 = tasks.iter().map(|task| task.differences.incomplete()).sum();
    if missing > 0 && decision != Decision::Inconclusive {
        let (worst, best): (Vec<_>, Vec<_>) = tasks.iter().map(|task| task.differences.filled()).unzip();
        let holds = [worst, best].iter().all(|filled| {
            average(filled, alpha).is_some_and(|filled| judge(rule, filled.low, filled.high) == decision)
        });
        if !holds {
            (decision, open) = (Decision::Inconclusive, Some(Open::Missing(missing)));
        }
    }
    let n: u64 = known.iter().map(PairedAccumulator::cases).sum();
    // The variance of the average as that of one mean over all cases, for what more of the same would show.
    let variance = known
        .iter()
        .filter_map(|part| part.stratum(1.0))
        .map(|stratum| stratum.variance)
        .sum::<f64>()
        / (tasks.len() * tasks.len()) as f64
        * n as f64;
    let design = crate::stats::Design {
        alpha,
        sides: 1,
        ..crate::stats::Design::default()
    };
    let cases = |difference: f64| match rule {
        Rule::NotWorseBy(margin) if margin + difference > 0.0 => {
            Some(design.noninferiority_cases(variance, margin, difference).ceil() as u64)
        }
        Rule::Improve if difference > 0.0 => Some(design.cases(variance, difference).ceil() as u64),
        _ => None,
    };
    Check {
        open,
        seen: Some(estimate.mean),
        low: estimate.low,
        high: estimate.high,
        n,
        remark: remark(decision, estimate.low, estimate.high, rule),
        cases_as_observed: cases(estimate.mean),
        cases_at_best: matches!(rule, Rule::NotWorseBy(_)).then(|| cases(0.0)).flatten(),
        smallest_difference: (variance > 0.0).then(|| design.smallest_difference(variance, n as f64)),
        ..Check::new(rule, decision)
    }
}
