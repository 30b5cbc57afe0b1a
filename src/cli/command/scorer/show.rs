//! What came of a try, for people and as a document.

use super::answer::Answer;
use super::fault::{printed, trace};
use super::tried::Tried;
use crate::cli::excerpt;
use crate::model::{Score, Task};
use crate::report::{escape_terminal, wrap};
use crate::scorer::Observed;
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use std::time::Duration;

/// Characters of the output that are shown.
const MOST_OUTPUT: usize = 400;
/// Width of the column of labels.
const LABELS: usize = 6;

/// The whole as text, in that width.
pub fn text(
    task: Option<&Task>,
    answer: &Answer,
    notes: &[String],
    results: &[Tried],
    width: usize,
) -> String {
    let mut out = String::new();
    paragraph(&headline(task, answer), 0, width, &mut out);
    let output = match answer.completion.text.as_str() {
        "" => "(empty)".to_owned(),
        text => excerpt::beginning(text, MOST_OUTPUT),
    };
    labelled("output", &output, width, &mut out);
    for note in notes {
        paragraph(&format!("Note: {}.", escape_terminal(note)), 0, width, &mut out);
    }
    for result in results {
        out.push('\n');
        scorer(result, width, &mut out);
    }
    out
}

fn headline(task: Option<&Task>, answer: &Answer) -> String {
    let mut parts = Vec::new();
    if let Some(task) = task {
        parts.push(format!("task {}", task.name));
    }
    if !answer.case.id.is_empty() {
        parts.push(format!("case {}", answer.case.id));
    }
    match &answer.from {
        Some(from) => {
            parts.push(from.model.clone());
            parts.push(format!("prompt {}", from.prompt));
            parts.push(format!("epoch {}", from.epoch));
            parts.push(format!("run {}", from.run));
            match from.others {
                0 => {}
                1 => parts.push("1 other completion fits as well".to_owned()),
                others => parts.push(format!("{others} other completions fit as well")),
            }
        }
        None => parts.push("a text that is not stored".to_owned()),
    }
    escape_terminal(&parts.join(", ")).into_owned()
}

fn scorer(tried: &Tried, width: usize, out: &mut String) {
    let spec = &tried.spec;
    let file = spec
        .config
        .code_file()
        .map_or_else(String::new, |file| format!(", {file}"));
    let name = format!("{} ({}{file})", spec.name, spec.config.key());
    paragraph(&escape_terminal(&name), 0, width, out);
    let Some(observed) = &tried.observed else {
        let _ = writeln!(out, "  its `cases` filter leaves this case out");
        return;
    };
    match &observed.result {
        Ok(score) => scored(score, width, out),
        Err(error) => {
            let what = if error.unparseable {
                "none: the output has not the form that it needs"
            } else {
                "none: the scorer failed"
            };
            labelled("score", what, width, out);
            if observed.fault.is_none() {
                labelled("error", &error.message, width, out);
            }
        }
    }
    labelled("time", &time(tried), width, out);
    if let Some(fuel) = observed.fuel {
        labelled("fuel", &format!("{} instructions", grouped(fuel)), width, out);
    }
    printed("stdout", &observed.stdout, width, out);
    printed("stderr", &observed.stderr, width, out);
    if let Some(fault) = &observed.fault {
        out.push('\n');
        out.push_str(&trace(spec, fault, width));
    }
}

fn scored(score: &Score, width: usize, out: &mut String) {
    let pass = if score.pass { "passes" } else { "fails" };
    labelled("score", &format!("{:.3}, {pass}", score.value), width, out);
    if !score.explanation.is_empty() {
        labelled("reason", &score.explanation, width, out);
    }
    if let Some(answer) = &score.answer {
        labelled("answer", answer, width, out);
    }
    if !score.named.is_empty() {
        let named: Vec<String> = score
            .named
            .iter()
            .map(|(name, value)| format!("{name} {value:.3}"))
            .collect();
        labelled("named", &named.join(", "), width, out);
    }
    for test in &score.tests {
        let said = match test.message.as_str() {
            "" => test.verdict.name().to_owned(),
            message => format!("{}: {message}", test.verdict.name()),
        };
        labelled("test", &format!("{} {said}", test.name), width, out);
    }
}

fn time(tried: &Tried) -> String {
    match tried.median {
        Some((median, calls)) => format!(
            "{} a call (median of {calls}; the first took {})",
            duration(median),
            duration(tried.first)
        ),
        None => duration(tried.first),
    }
}

fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        s if s < 1e-3 => format!("{:.1} us", s * 1e6),
        s if s < 1.0 => format!("{:.2} ms", s * 1e3),
        s => format!("{s:.2} s"),
    }
}

/// `1,234,567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A value behind its label.
fn labelled(label: &str, value: &str, width: usize, out: &mut String) {
    excerpt::labelled(label, LABELS, value, width, out);
}

fn paragraph(text: &str, indent: usize, width: usize, out: &mut String) {
    for line in wrap(text, width, indent + 2) {
        let _ = writeln!(out, "{line}");
    }
}

/// The whole as a document.
pub fn document(task: Option<&Task>, answer: &Answer, notes: &[String], results: &[Tried]) -> Value {
    let from = answer.from.as_ref();
    json!({
        "task": task.map(|task| &task.name),
        "case": Some(&answer.case.id).filter(|id| !id.is_empty()),
        "run": from.map(|from| &from.run),
        "model": from.map(|from| &from.model),
        "prompt": from.map(|from| &from.prompt),
        "epoch": from.map(|from| from.epoch),
        "outcome": from.map(|from| from.outcome),
        "others": from.map_or(0, |from| from.others),
        "output": answer.completion.text,
        "notes": notes,
        "scorers": results.iter().map(scorer_json).collect::<Vec<_>>(),
    })
}

fn scorer_json(tried: &Tried) -> Value {
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
    put("name", json!(tried.spec.name));
    put("scorer", json!(tried.spec.config.key()));
    put("file", json!(tried.spec.config.code_file()));
    put("applies", json!(tried.observed.is_some()));
    let score = tried
        .observed
        .as_ref()
        .and_then(|observed| observed.result.as_ref().ok());
    put("score", json!(score.map(|score| score.value)));
    put("pass", json!(score.map(|score| score.pass)));
    put("reason", json!(score.map(|score| &score.explanation)));
    put("answer", json!(score.and_then(|score| score.answer.as_ref())));
    let named: Map<String, Value> = score
        .iter()
        .flat_map(|score| &score.named)
        .map(|(name, value)| (name.to_string(), json!(value)))
        .collect();
    put("named", Value::Object(named));
    put("tests", json!(score.map_or(&[][..], |score| &score.tests)));
    let error = tried
        .observed
        .as_ref()
        .and_then(|observed| observed.result.as_ref().err());
    put(
        "error",
        json!(error.map(|error| if error.unparseable {
            "unparseable"
        } else {
            "failed"
        })),
    );
    put("message", json!(error.map(|error| &error.message)));
    let seen = |get: fn(&Observed) -> Value| tried.observed.as_ref().map_or(Value::Null, get);
    put("fault", seen(|observed| json!(observed.fault)));
    put("stdout", seen(|observed| json!(observed.stdout)));
    put("stderr", seen(|observed| json!(observed.stderr)));
    put("fuel", seen(|observed| json!(observed.fuel)));
    put("first_ms", json!(milliseconds(tried.first)));
    put(
        "median_ms",
        json!(tried.median.map(|(median, _)| milliseconds(median))),
    );
    put("calls", json!(tried.median.map_or(0, |(_, calls)| calls)));
    Value::Object(members)
}
