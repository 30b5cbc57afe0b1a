//! Rules about the difference to a baseline.

use super::{Check, GateArm, Open, Rule};
use crate::analyse::compare::Differences;
use crate::stats::{
    Decision, Design, DifferenceRule, Filled, GateDecision, Limit, MacroEstimate, PairedAccumulator, Stratum,
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
    /// Cases of the baseline that this run was not to have, and all of the baseline.
    absent: (u64, u64),
}

fn paired(task: &GateArm<'_>) -> Option<Paired> {
    let held = task.held()?;
    let aligned = &held.aligned;
    let differences = Differences::of(&held.baseline, &held.arm, aligned);
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
        absent: (held.absent, held.baseline.grid.cases.len() as u64),
        lost: lost.into_iter().map(|(_, id)| id).collect(),
    })
}

/// Checks such a rule over one task, or over several by their average.
pub fn check(rule: Rule, tasks: &[GateArm<'_>], alpha: f64) -> Check {
    let mut paired = Vec::with_capacity(tasks.len());
    for task in tasks {
        match self::paired(task) {
            Some(one) => paired.push(one),
            None => return Check::open(rule, Open::NoBaseline(task.task.clone())),
        }
    }
    let lost: Vec<Arc<str>> = paired
        .iter()
        .flat_map(|paired| paired.lost.iter().cloned())
        .collect();
    let check = match paired.as_slice() {
        [one] => of_one(rule, &one.differences, alpha),
        several => of_several(rule, several, tasks, alpha),
    };
    let absent = paired.iter().fold((0, 0), |sum, paired| {
        (sum.0 + paired.absent.0, sum.1 + paired.absent.1)
    });
    let count = lost.len() as u64;
    Check {
        cases: lost.into_iter().take(NAMED).collect(),
        cases_count: count,
        absent: (absent.0 > 0).then_some(absent),
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

fn of_several(rule: Rule, tasks: &[Paired], names: &[GateArm<'_>], alpha: f64) -> Check {
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
    let design = Design {
        alpha,
        sides: 1,
        df: estimate.df,
        ..Design::default()
    };
    // The variance of the average as that of one mean over all cases, for what more of the same would show. Where nothing
    // varies, what so many cases prove.
    let (variance, base) = match estimate.df.is_finite() {
        true => (estimate.variance * n as f64, n as f64),
        false => (0.0, estimate.n_eff),
    };
    let scale = n as f64 / base;
    let whole = |cases: f64| (cases.is_finite() && cases >= 0.0).then(|| (cases * scale).ceil() as u64);
    let cases = |difference: f64| match rule {
        Rule::NotWorseBy(margin) => whole(design.noninferiority_cases(variance, margin, difference)),
        Rule::Improve if difference > 0.0 => whole(design.cases(variance, difference)),
        _ => None,
    };
    let plans = estimate.plans();
    Check {
        open,
        seen: Some(estimate.mean),
        low: estimate.low,
        high: estimate.high,
        n,
        remark: remark(decision, estimate.low, estimate.high, rule),
        cases_as_observed: cases(estimate.mean).filter(|_| plans),
        cases_at_best: matches!(rule, Rule::NotWorseBy(_))
            .then(|| cases(0.0))
            .flatten()
            .filter(|_| plans),
        smallest_difference: plans.then(|| design.smallest_margin(variance, base)),
        rests_on: rests_on(&estimate, names),
        ..Check::new(rule, decision)
    }
}

/// The task that an average rests on above all.
pub(super) fn rests_on(estimate: &MacroEstimate, tasks: &[GateArm<'_>]) -> Option<(Arc<str>, f64)> {
    let (at, share) = estimate.rests_on()?;
    Some((tasks.get(at)?.task.clone(), share))
}
