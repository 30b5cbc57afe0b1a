//! A gate as a JSON document.

use super::{Gated, advice};
use crate::analyse::gate::{Check, GateVerdict, Open};
use schemars::JsonSchema;
use serde::Serialize;

/// Version of the document; it rises when a field is renamed, removed or changes its meaning.
const SCHEMA_VERSION: u32 = 1;

/// The verdict of a gate. Numbers that there are not are null.
#[derive(Debug, Serialize, JsonSchema)]
pub struct GateDocument<'a> {
    /// Version of this document.
    schema_version: u32,
    /// Id of the run that was gated.
    run: &'a str,
    /// What it was held against; null where no rule asks.
    baseline: Option<&'a str>,
    /// `pass`, `fail`, `inconclusive`.
    decision: &'static str,
    /// Confidence of each decision.
    confidence: f64,
    /// What changed against the baseline, in words.
    changes: &'a [String],
    /// Those over all tasks first.
    checks: Vec<CheckEntry<'a>>,
}

/// One rule about one candidate.
#[derive(Debug, Serialize, JsonSchema)]
struct CheckEntry<'a> {
    /// The task; null: all tasks together.
    task: Option<&'a str>,
    candidate: &'a str,
    /// The rule's key in the files.
    rule: &'static str,
    /// The number that is not to be passed; null where it is none.
    limit: Option<f64>,
    /// `pass`, `fail`, `inconclusive`.
    decision: &'static str,
    /// Why it is inconclusive: `too-few-cases`, `no-interval`, `missing`, `unknown`, `epochs`, `no-case`, `no-baseline`.
    open: Option<&'static str>,
    /// What was seen: a difference (candidate minus baseline), a mean, a ratio, seconds, a share.
    seen: Option<f64>,
    /// Its lower bound, which holds with the confidence above.
    low: Option<f64>,
    /// Its upper bound, likewise.
    high: Option<f64>,
    /// Cases that it rests on; answers, for latency.
    n: u64,
    /// One-sided p of a failure, for differences.
    p_fail: Option<f64>,
    /// The same, adjusted for all differences that are checked (Holm).
    p_holm: Option<f64>,
    /// Cases that would decide it, if all is as observed.
    cases_as_observed: Option<u64>,
    /// Cases that would decide it at best: without difference, without failure.
    cases_at_best: Option<u64>,
    /// The smallest difference that would have been seen with a power of 80 %.
    smallest_difference: Option<f64>,
    /// Cases of the baseline that this run was not to have.
    cases_absent: u64,
    /// The task that an average rests on above all, where too little is known to say how many cases it takes.
    rests_on: Option<&'a str>,
    /// The first cases that broke the rule, or could have.
    cases: Vec<&'a str>,
    /// How many there are.
    cases_count: u64,
    /// Why it did not pass, and what to do.
    advice: Option<String>,
    /// The file with the rule.
    file: Option<&'a str>,
    /// Its line there.
    line: Option<usize>,
}

/// The document of a gate.
pub fn gate_document<'a>(verdict: &'a GateVerdict, gated: &Gated<'a>) -> GateDocument<'a> {
    GateDocument {
        schema_version: SCHEMA_VERSION,
        run: gated.run_id,
        baseline: gated.baseline,
        decision: verdict.decision().name(),
        confidence: verdict.confidence,
        changes: gated.changes,
        checks: verdict.checks.iter().map(entry).collect(),
    }
}

fn entry(check: &Check) -> CheckEntry<'_> {
    CheckEntry {
        task: check.task.as_deref(),
        candidate: &check.candidate,
        rule: check.rule.name(),
        limit: check.rule.limit(),
        decision: check.decision.name(),
        open: check.open.as_ref().map(why),
        seen: check.seen,
        low: check.low,
        high: check.high.filter(|high| high.is_finite()),
        n: check.n,
        p_fail: check.p_fail,
        p_holm: check.p_holm,
        cases_as_observed: check.cases_as_observed,
        cases_at_best: check.cases_at_best,
        smallest_difference: check.smallest_difference,
        cases_absent: check.absent.map_or(0, |(absent, _)| absent),
        rests_on: check.rests_on.as_ref().map(|(task, _)| &**task),
        cases: check.cases.iter().map(|id| &**id).collect(),
        cases_count: check.cases_count,
        advice: advice(check, &str::to_owned),
        file: check.place.as_ref().map(|place| place.file.as_str()),
        line: check.place.as_ref().map(|place| place.line),
    }
}

fn why(open: &Open) -> &'static str {
    match open {
        Open::TooFewCases => "too-few-cases",
        Open::NoInterval => "no-interval",
        Open::Missing(_) => "missing",
        Open::Unknown(_) => "unknown",
        Open::Epochs(_) => "epochs",
        Open::NoCase => "no-case",
        Open::NoBaseline(_) => "no-baseline",
    }
}
