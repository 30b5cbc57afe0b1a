//! Rules of a gate: numbers that make sense, and at least one.

use crate::load::files::Source;
use crate::load::problem::Problem;
use crate::load::raw::{RawDuration, RawGate, RawGateRules};
use crate::load::workspace::Loader;
use crate::model::{Baseline, EachCase, Gate, GatePlace, GateRules};
use crate::yaml::{Span, Spanned};
use std::collections::BTreeMap;

/// Lowers `gate:` of `bench.yaml`.
pub fn gate(loader: &mut Loader<'_>, source: &Source, raw: Spanned<RawGate>) -> Gate {
    let value = raw.value;
    if value.all_tasks.is_none()
        && value.each_task.is_none()
        && value.candidates.is_empty()
        && value.baseline.is_none()
    {
        loader.problems.push(
            Problem::at(source, raw.span, "bad-value", "the gate has no rule")
                .help("add `all_tasks:` or `each_task:`, for example `each_task: {not_worse_by: 0.03}`"),
        );
    }
    let confidence = value.confidence.map(|confidence| {
        if !(confidence.value > 0.5 && confidence.value < 1.0) {
            loader.problems.push(Problem::at(
                source,
                confidence.span,
                "bad-value",
                "a confidence is above 0.5 and below 1",
            ));
        }
        confidence.value
    });
    let baseline = value.baseline.unwrap_or_default().0;
    Gate {
        baseline: Baseline {
            run: baseline.run,
            candidate: baseline.candidate,
        },
        candidates: value.candidates,
        confidence,
        all_tasks: value.all_tasks.map(|rules| gate_rules(loader, source, rules)),
        each_task: value.each_task.map(|rules| gate_rules(loader, source, rules)),
    }
}

/// Lowers rules.
pub fn gate_rules(loader: &mut Loader<'_>, source: &Source, raw: Spanned<RawGateRules>) -> GateRules {
    let value = raw.value;
    let places = places(source, &value);
    let mut number = |given: Option<Spanned<f64>>, fits: fn(f64) -> bool, wrong: &str| {
        given.map(|given| {
            if !fits(given.value) {
                loader
                    .problems
                    .push(Problem::at(source, given.span, "bad-value", wrong));
            }
            given.value
        })
    };
    // Like an error rate of 0.
    let share = |value: f64| (0.0..1.0).contains(&value);
    let mut rules = GateRules {
        not_worse_by: number(
            value.not_worse_by,
            |margin| margin > 0.0 && margin < 1.0,
            "a margin is above 0 and below 1: that two are equal cannot be proven; `no_regression: true` fails only where a \
             candidate is proven to be worse",
        ),
        improve: value.improve.value,
        no_regression: value.no_regression.value,
        min_score: number(
            value.min_score,
            share,
            "a score is 0 to less than 1: that no case ever scores less than 1 cannot be proven; `must_pass` and `each_case` hold \
             the cases that were run",
        ),
        min_pass_rate: number(
            value.min_pass_rate,
            share,
            "a pass rate is 0 to less than 1: that no case ever fails cannot be proven; `must_pass` and `each_case` hold the \
             cases that were run",
        ),
        max_cost_ratio: number(
            value.max_cost_ratio,
            |ratio| ratio > 0.0 && ratio.is_finite(),
            "a ratio is above 0: 1.2 allows 20 % more than the baseline costs",
        ),
        max_latency: Vec::new(),
        max_error_rate: number(
            value.max_error_rate,
            |rate| rate > 0.0 && rate < 1.0,
            "an error rate is above 0 and below 1: that errors never happen cannot be proven",
        ),
        each_case: None,
        must_pass: value
            .must_pass
            .iter()
            .map(|pattern| pattern.value.clone())
            .collect(),
        places,
    };
    let latency = value.max_latency;
    let mut percentile = |percent: u32, given: Option<Spanned<RawDuration>>| {
        if let Some(given) = given {
            if given.value.0.is_nan() || given.value.0 <= 0.0 {
                let message = "a latency is a time above 0";
                loader
                    .problems
                    .push(Problem::at(source, given.span, "bad-value", message));
            }
            rules.max_latency.push((percent, given.value.0));
        }
    };
    percentile(50, latency.p50);
    percentile(90, latency.p90);
    percentile(95, latency.p95);
    percentile(99, latency.p99);
    if let Some(each) = value.each_case {
        let EachCase { pass, of } = EachCase {
            pass: each.value.pass,
            of: each.value.of,
        };
        if pass == 0 || pass > of {
            let message = format!("{pass} of {of} epochs: `pass` is at least 1 and at most `of`");
            loader
                .problems
                .push(Problem::at(source, each.span, "bad-value", message));
        }
        rules.each_case = Some(EachCase { pass, of });
    }
    for Spanned { value: pattern, span } in &value.must_pass {
        if let Err(error) = globset::Glob::new(pattern) {
            let message = format!("`{pattern}` is not a valid glob: {}", error.kind());
            loader
                .problems
                .push(Problem::at(source, *span, "bad-value", message));
        }
    }
    if rules.is_empty() {
        loader.problems.push(
            Problem::at(source, raw.span, "bad-value", "the gate has no rule")
                .help("write at least one, for example `not_worse_by: 0.03` or `min_score: 0.8`"),
        );
    }
    rules
}

/// Where each rule is written.
fn places(source: &Source, raw: &RawGateRules) -> BTreeMap<String, GatePlace> {
    let number = |given: &Option<Spanned<f64>>| given.as_ref().map(|given| given.span);
    let time = |given: &Option<Spanned<RawDuration>>| given.as_ref().map(|given| given.span);
    let flag = |given: &Spanned<bool>| given.value.then_some(given.span);
    let latency = &raw.max_latency;
    let spans: [(&str, Option<Span>); 13] = [
        ("not_worse_by", number(&raw.not_worse_by)),
        ("improve", flag(&raw.improve)),
        ("no_regression", flag(&raw.no_regression)),
        ("min_score", number(&raw.min_score)),
        ("min_pass_rate", number(&raw.min_pass_rate)),
        ("max_cost_ratio", number(&raw.max_cost_ratio)),
        ("max_latency.p50", time(&latency.p50)),
        ("max_latency.p90", time(&latency.p90)),
        ("max_latency.p95", time(&latency.p95)),
        ("max_latency.p99", time(&latency.p99)),
        ("max_error_rate", number(&raw.max_error_rate)),
        ("each_case", raw.each_case.as_ref().map(|each| each.span)),
        ("must_pass", raw.must_pass.first().map(|first| first.span)),
    ];
    let place = |(key, span): (&str, Option<Span>)| {
        let line = source.line_column(span?.start).0;
        let file = source.file.clone();
        Some((key.to_owned(), GatePlace { file, line }))
    };
    spans.into_iter().filter_map(place).collect()
}
