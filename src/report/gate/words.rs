//! The words of a gate, the same everywhere.

use crate::analyse::gate::{Check, GateVerdict, Lacking, Open, Rule};
use crate::report::compare::{difference, p_value};
use crate::stats::Decision;
use std::sync::Arc;

/// `not worse by 0.03`.
pub fn rule_words(rule: Rule) -> String {
    match rule {
        Rule::NotWorseBy(margin) => format!("not worse by {margin}"),
        Rule::Improve => "better".to_owned(),
        Rule::NoRegression => "no regression".to_owned(),
        Rule::MinScore(limit) => format!("score >= {limit}"),
        Rule::MinPassRate(limit) => format!("pass rate >= {limit}"),
        Rule::MaxCostRatio(limit) => format!("cost <= {limit}x"),
        Rule::MaxLatency(percent, limit) => format!("p{percent} <= {}", time(limit)),
        Rule::MaxErrorRate(limit) => format!("errors <= {}", share(limit)),
        Rule::EachCase(pass, of) => format!("{pass} of {of} epochs"),
        Rule::MustPass => "must pass".to_owned(),
    }
}

/// `80 ms`, `3 s`, `3.25 s`.
fn time(seconds: f64) -> String {
    if seconds < 1.0 {
        format!("{} ms", trimmed(seconds * 1e3))
    } else {
        format!("{} s", trimmed(seconds))
    }
}

fn trimmed(value: f64) -> String {
    let text = if value >= 100.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.2}")
    };
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

fn share(value: f64) -> String {
    format!("{} %", trimmed(value * 100.0))
}

/// The task, or `all tasks`.
pub fn scope(check: &Check) -> &str {
    check.task.as_deref().unwrap_or("all tasks")
}

/// What was seen, with its bounds: `-0.012 [-0.05, +0.02]`.
pub fn seen(check: &Check) -> String {
    let bounded = |digits: &dyn Fn(f64) -> String| {
        let Some(seen) = check.seen else {
            return "-".to_owned();
        };
        let bound = |bound: Option<f64>| bound.map_or_else(|| "?".to_owned(), digits);
        if check.low.is_none() && check.high.is_none() {
            return digits(seen);
        }
        format!("{} [{}, {}]", digits(seen), bound(check.low), bound(check.high))
    };
    match check.rule {
        Rule::NotWorseBy(_) | Rule::Improve | Rule::NoRegression => {
            difference(check.seen, check.low.zip(check.high))
        }
        Rule::MinScore(_) | Rule::MinPassRate(_) => bounded(&|value| format!("{value:.3}")),
        Rule::MaxCostRatio(_) => bounded(&|value| format!("{value:.2}")),
        Rule::MaxLatency(..) => bounded(&time),
        Rule::MaxErrorRate(_) => bounded(&share),
        Rule::EachCase(..) | Rule::MustPass => match check.cases_count {
            0 => counted(check.n, "case"),
            count => format!("{count} of {}", counted(check.n, "case")),
        },
    }
}

fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// The verdict in one sentence.
pub fn gate_headline(verdict: &GateVerdict) -> String {
    let all = verdict.checks.len();
    let (failed, open) = (
        verdict.count(Decision::Fail),
        verdict.count(Decision::Inconclusive),
    );
    let checks = if all == 1 { "check" } else { "checks" };
    match verdict.decision() {
        // That no drop is proven proves nothing.
        Decision::Pass
            if verdict
                .checks
                .iter()
                .any(|check| check.rule == Rule::NoRegression) =>
        {
            format!("PASS: {all} {checks}, all hold")
        }
        Decision::Pass => format!("PASS: {all} {checks}, all proven"),
        Decision::Fail if open > 0 => format!("FAIL: {failed} of {all} {checks} failed, {open} inconclusive"),
        Decision::Fail => format!("FAIL: {failed} of {all} {checks} failed"),
        Decision::Inconclusive => {
            format!("INCONCLUSIVE: {open} of {all} {checks} could not be decided, none failed")
        }
    }
}

fn named(cases: &[Arc<str>], count: u64, name: &dyn Fn(&str) -> String) -> String {
    let shown: Vec<String> = cases.iter().map(|id| name(id)).collect();
    let more = if count > cases.len() as u64 { ", .." } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// Why a check did not pass, and what to do; `None` for one that passed without a remark.
pub fn advice(check: &Check, name: &dyn Fn(&str) -> String) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    match (check.decision, &check.open) {
        (Decision::Pass, _) => parts.extend(passed(check)),
        (Decision::Fail, _) => parts.push(failure(check)),
        (Decision::Inconclusive, Some(why)) => parts.push(open(check, why)),
        (Decision::Inconclusive, None) => parts.push("nothing was decided".to_owned()),
    }
    if let Some((absent, all)) = check.absent {
        parts.push(format!(
            "{absent} of {} of the baseline {} not in this run",
            counted(all, "case"),
            if absent == 1 { "is" } else { "are" }
        ));
    }
    if check.decision != Decision::Pass && !check.cases.is_empty() {
        let one = check.cases_count == 1;
        let (noun, is, scores, fails) = match one {
            true => ("case", "is", "scores", "fails"),
            false => ("cases", "are", "score", "fail"),
        };
        let what = match (check.rule, check.decision) {
            (Rule::NotWorseBy(_) | Rule::Improve | Rule::NoRegression, _) => {
                format!("{noun} that {scores} lower")
            }
            (Rule::MinScore(_) | Rule::MinPassRate(_), _) => format!("{noun} with less than all"),
            (Rule::MaxErrorRate(_), _) => format!("{noun} with errors"),
            (_, Decision::Fail) => format!("{noun} that {fails}"),
            _ => format!("{noun} that {is} open"),
        };
        let cases = named(&check.cases, check.cases_count, name);
        let count = if check.cases_count > check.cases.len() as u64 {
            format!("{} ", check.cases_count)
        } else {
            String::new()
        };
        parts.push(format!("{count}{what}: {cases}"));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// What there is to know of a check that passed.
fn passed(check: &Check) -> Option<String> {
    match (check.remark, check.rule, check.smallest_difference) {
        (Some(remark), ..) => Some(remark.to_owned()),
        (None, Rule::NoRegression, Some(smallest)) => Some(format!(
            "no drop is proven; {} {} one of {smallest:.3} or more (power 80 %)",
            counted(check.n, "case"),
            if check.n == 1 { "sees" } else { "see" }
        )),
        _ => None,
    }
}

fn failure(check: &Check) -> String {
    let p = || {
        let holm = check.p_holm.filter(|holm| Some(*holm) != check.p_fail);
        match (check.p_fail, holm) {
            (Some(p), Some(holm)) => {
                format!(
                    " (p {}, {} among all differences that are checked)",
                    p_value(Some(p)),
                    p_value(Some(holm))
                )
            }
            (Some(p), None) => format!(" (p {})", p_value(Some(p))),
            _ => String::new(),
        }
    };
    match check.rule {
        Rule::NotWorseBy(margin) => format!("proven to be worse by more than {margin}{}", p()),
        Rule::Improve => format!("proven not to be better{}", p()),
        Rule::NoRegression => format!("proven to be worse{}", p()),
        Rule::MinScore(limit) | Rule::MinPassRate(limit) => format!("proven to be below {limit}"),
        Rule::MaxCostRatio(limit) => format!("proven to cost more than {limit} times the baseline"),
        Rule::MaxLatency(percent, limit) => format!("p{percent} is proven to be above {}", time(limit)),
        Rule::MaxErrorRate(limit) => format!("proven to be above {}", share(limit)),
        Rule::EachCase(pass, of) => format!(
            "{} {} less than {pass} of {of} epochs",
            counted(check.cases_count, "case"),
            if check.cases_count == 1 { "passes" } else { "pass" }
        ),
        Rule::MustPass => format!("{} that must pass did not", counted(check.cases_count, "case")),
    }
}

fn open(check: &Check, why: &Open) -> String {
    match why {
        Open::Missing(count) => {
            let absent = check.absent.map_or(0, |(absent, _)| absent);
            let mut text = match count.saturating_sub(absent) {
                0 => String::new(),
                own => format!("{} without a score or answer could flip it", counted(own, "case")),
            };
            for what in missing(check.lacking) {
                text.push_str(if text.is_empty() { "" } else { "; " });
                text.push_str(what);
            }
            if absent > 0 {
                text.push_str(if text.is_empty() { "" } else { "; " });
                text.push_str("cases that are not in this run could flip it: run them, or leave them out by --despite-fewer-cases");
            }
            text
        }
        Open::Unknown(count) => match check.rule {
            Rule::MaxLatency(..) => format!(
                "the latency of {} is unknown: those without an answer count as slow as can be",
                counted(*count, "trial")
            ),
            _ => format!(
                "the cost of {} is unknown: no answer (`bench resume`), or no price (providers/)",
                counted(*count, "case")
            ),
        },
        Open::Epochs(epochs) => format!(
            "the run has {}; run it with --epochs",
            counted(u64::from(*epochs), "epoch")
        ),
        Open::NoCase => "no case of this run fits one of the ids".to_owned(),
        Open::NoBaseline(task) => {
            format!("the baseline has no scores of task {task} to hold it against")
        }
        Open::NoInterval => "too little data for an interval".to_owned(),
        Open::TooFewCases => too_few(check),
    }
}

/// What is to be done about what is missing.
fn missing(lacking: Lacking) -> impl Iterator<Item = &'static str> {
    [
        (lacking.unsent, "`bench resume` sends what has no answer"),
        (
            lacking.unscored,
            "answers without a score are graded again by `bench score`, and counted as `treat` of the task says",
        ),
        (lacking.baseline, "the baseline lacks scores: resume or score that run"),
    ]
    .into_iter()
    .filter_map(|(holds, what)| holds.then_some(what))
}

fn too_few(check: &Check) -> String {
    let noun = match check.rule {
        Rule::MaxLatency(..) => "answer",
        _ => "case",
    };
    let mut text = format!(
        "{} {} not tell",
        counted(check.n, noun),
        if check.n == 1 { "does" } else { "do" }
    );
    let mut needed: Vec<(u64, &str)> = [
        (check.cases_as_observed, "if all is as observed"),
        (check.cases_at_best, at_best(check.rule)),
    ]
    .into_iter()
    .filter_map(|(cases, when)| Some((cases.filter(|cases| *cases > check.n)?, when)))
    .collect();
    needed.dedup_by_key(|(cases, _)| *cases);
    if beyond(check) {
        text.push_str("; as observed, more cases would not prove it either");
    } else if !needed.is_empty() {
        let needed: Vec<String> = needed
            .into_iter()
            .map(|(cases, when)| format!("about {cases} {when}"))
            .collect();
        text.push_str(&format!("; it takes {}", needed.join(", ")));
    }
    if let Some((task, share)) = &check.rests_on {
        text.push_str(&format!(
            "; the interval rests on task {task} above all ({:.0} % of its variance): more cases there narrow it",
            share * 100.0
        ));
    }
    text
}

/// Whether what was seen is itself beyond the limit, so that more of the same would prove the opposite.
fn beyond(check: &Check) -> bool {
    let Some(seen) = check.seen else {
        return false;
    };
    match check.rule {
        Rule::NotWorseBy(margin) => seen <= -margin,
        Rule::Improve => seen <= 0.0,
        Rule::MinScore(limit) | Rule::MinPassRate(limit) => seen <= limit,
        Rule::MaxErrorRate(limit) => seen >= limit,
        _ => false,
    }
}

fn at_best(rule: Rule) -> &'static str {
    match rule {
        Rule::NotWorseBy(_) => "if the two are equal",
        Rule::MaxErrorRate(_) => "without an error",
        Rule::MaxLatency(..) => "if all are fast enough",
        _ => "without a failure",
    }
}
