//! Inspect eval logs in their JSON form.

use super::row::{Row, Source, at, content_hash, known_scorer, plain, words};
use crate::cli::failure::Failure;
use crate::model::Outcome;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Calls `each` with every sample.
pub fn rows(
    source: &Source<'_>,
    document: &Value,
    notes: &mut Vec<String>,
    each: &mut dyn FnMut(Row),
) -> Result<(), Failure> {
    let text = |path: &str| at(document, path).and_then(plain);
    let task: Arc<str> = text("eval.task")
        .unwrap_or_else(|| source.file.file_stem().unwrap_or("inspect").to_owned())
        .into();
    let model = text("eval.model").unwrap_or_default();
    let samples = document.get("samples").and_then(Value::as_array);
    let scorer = scorer(source, document, notes);
    notes.extend(ending(source, document));
    let mut known = BTreeSet::new();
    let mut found = false;
    for (number, sample) in samples.into_iter().flatten().enumerate() {
        let place = format!("sample {}", number + 1);
        let case = source.case_id(sample, &place, &["id"])?;
        let failed = sample.get("error").is_some_and(|error| !error.is_null());
        let value = scorer.as_ref().and_then(|name| score_value(sample, name));
        found |= value.is_some();
        let own = sample.get("scores").and_then(Value::as_object);
        for name in own.into_iter().flat_map(|scores| scores.keys()) {
            if !known.contains(name) {
                known.insert(name.clone());
            }
        }
        let score = match value {
            None | Some(Value::Null) => None,
            Some(value) => Some(number_of(value).ok_or_else(|| {
                Failure::Usage(format!(
                    "{}: {place} (id {case}) has the value {value}, which is no score; name one of its parts with --scorer \
                     SCORER.PART",
                    source.file
                ))
            })?),
        };
        let score = score.filter(|_| !failed);
        each(Row {
            task: task.clone(),
            case,
            model: model.clone(),
            prompt: String::new(),
            cluster: None,
            outcome: match (failed, score) {
                (true, _) => Outcome::ProviderError,
                (false, Some(_)) => Outcome::Scored,
                (false, None) => Outcome::ScorerError,
            },
            score,
            pass: score.map(|score| source.options.scale.map(score) >= 1.0),
            dollars: cost(sample),
            seconds: ["output.time", "working_time", "total_time"]
                .iter()
                .find_map(|path| at(sample, path).and_then(Value::as_f64)),
            hash: content_hash(&[sample.get("input"), sample.get("target")]),
            output: at(sample, "output.completion")
                .or_else(|| at(sample, "output.choices.0.message.content"))
                .and_then(words),
            golden: sample.get("target").and_then(words),
        });
    }
    known_scorer(source, found, &known)
}

/// What to know of a log that did not end well.
fn ending(source: &Source<'_>, document: &Value) -> Option<String> {
    let status = document.get("status").and_then(plain)?;
    if status == "success" {
        return None;
    }
    let samples = document
        .get("samples")
        .and_then(Value::as_array)
        .map_or(0, Vec::len);
    let number = |path: &str| at(document, path).and_then(Value::as_u64);
    let planned = number("eval.dataset.samples")
        .map(|samples| samples * number("eval.config.epochs").unwrap_or(1).max(1))
        .filter(|planned| *planned > samples as u64)
        .map_or_else(String::new, |planned| format!(" of {planned}"));
    let why = at(document, "error.message").and_then(plain);
    let why = why.map_or_else(String::new, |why| {
        let line = why.lines().next().unwrap_or_default();
        let mut short: String = line.chars().take(120).collect();
        if short.len() < why.len() {
            short.push_str("..");
        }
        format!(" ({short})")
    });
    Some(format!(
        "{}: the eval did not end well: its status is {status}{why}; the log has {samples}{planned} samples, and those that \
         it lacks are not counted as missing",
        source.file
    ))
}

/// The scorer that is taken: the one asked for, else the first of the log.
fn scorer(source: &Source<'_>, document: &Value, notes: &mut Vec<String>) -> Option<String> {
    if let Some(name) = &source.options.scorer {
        return Some(name.clone());
    }
    let declared = at(document, "results.scores").and_then(Value::as_array);
    let mut names: Vec<String> = declared
        .into_iter()
        .flatten()
        .filter_map(|score| score.get("scorer").or_else(|| score.get("name")).and_then(plain))
        .collect();
    if names.is_empty() {
        let samples = document.get("samples").and_then(Value::as_array);
        let scores = samples
            .into_iter()
            .flatten()
            .find_map(|sample| sample.get("scores")?.as_object());
        names.extend(scores.into_iter().flat_map(|scores| scores.keys().cloned()));
    }
    names.dedup();
    if names.len() > 1 {
        notes.push(format!(
            "{}: scores of {}, the first of {} scorers (--scorer names another: {})",
            source.file,
            names.first().map_or("", String::as_str),
            names.len(),
            names.join(", ")
        ));
    }
    names.into_iter().next()
}

/// The value of a scorer, or of a part of it (`SCORER.PART`).
fn score_value<'v>(sample: &'v Value, name: &str) -> Option<&'v Value> {
    let scores = sample.get("scores")?;
    if let Some(score) = scores.get(name) {
        return score.get("value");
    }
    let (scorer, part) = name.rsplit_once('.')?;
    scores.get(scorer)?.get("value")?.get(part)
}

/// Inspect's own reading of values: C, P and I for correct, partly correct and incorrect, N for no answer.
fn number_of(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::Bool(yes) => Some(f64::from(u8::from(*yes))),
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "c" | "yes" | "true" => Some(1.0),
            "p" => Some(0.5),
            "i" | "n" | "no" | "false" => Some(0.0),
            other => other.parse().ok().filter(|number: &f64| number.is_finite()),
        },
        _ => None,
    }
}

fn cost(sample: &Value) -> Option<f64> {
    let usage = sample.get("model_usage")?.as_object()?;
    let costs: Option<Vec<f64>> = usage
        .values()
        .map(|model| model.get("total_cost")?.as_f64())
        .collect();
    costs
        .filter(|costs| !costs.is_empty())
        .map(|costs| costs.iter().sum())
}
