//! Samples of lm-eval (`--log_samples`): `MODEL/samples_TASK_DATE.jsonl`.

use super::row::{Row, Source, content_hash, plain, words};
use crate::cli::failure::Failure;
use crate::model::Outcome;
use serde_json::Value;
use std::sync::Arc;

/// Metrics that are looked for where a sample does not list its own.
const KNOWN: [&str; 8] = [
    "exact_match",
    "acc",
    "acc_norm",
    "pass@1",
    "prompt_level_strict_acc",
    "em",
    "f1",
    "score",
];

/// Calls `each` with every sample of the chosen metric and filter.
pub fn rows(
    source: &Source<'_>,
    lines: &[(usize, Value)],
    notes: &mut Vec<String>,
    each: &mut dyn FnMut(Row),
) -> Result<(), Failure> {
    let (task, model) = names(source);
    let asked = source.options.scorer.as_deref();
    // lm-eval itself writes `exact_match,strict-match` for a metric behind a filter.
    let (metric, filter) = match asked.map(|asked| asked.split_once(',').unwrap_or((asked, ""))) {
        Some((metric, filter)) => (Some(metric.to_owned()), filter.to_owned()),
        None => (None, String::new()),
    };
    let first = lines.first().map(|(_, line)| line);
    let filter_of = |line: &Value| line.get("filter").and_then(plain).unwrap_or_default();
    let filter = if filter.is_empty() {
        first.map(filter_of).unwrap_or_default()
    } else {
        filter
    };
    let other = lines
        .iter()
        .map(|(_, line)| filter_of(line))
        .find(|name| *name != filter);
    if let Some(other) = other.filter(|_| asked.is_none()) {
        notes.push(format!(
            "{}: answers behind the filter {filter} (--scorer METRIC,FILTER names another, such as {other})",
            source.file
        ));
    }
    let metric = metric.or_else(|| first.and_then(own_metric)).ok_or_else(|| {
        Failure::Usage(format!(
            "{}: the samples name no metric; write --scorer METRIC",
            source.file
        ))
    })?;
    let mut known = false;
    for (number, line) in lines.iter().filter(|(_, line)| filter_of(line) == filter) {
        let place = format!("line {number}");
        let case = source.case_id(line, &place, &["doc_id"])?;
        let value = line.get(&metric);
        known |= value.is_some();
        let score = match value {
            Some(Value::Bool(yes)) => Some(f64::from(u8::from(*yes))),
            Some(value) => value.as_f64(),
            None => None,
        };
        let hash = match (line.get("doc_hash"), line.get("target_hash")) {
            (Some(doc), target) => content_hash(&[Some(doc), target]),
            (None, _) => content_hash(&[line.get("doc"), line.get("target")]),
        };
        each(Row {
            task: task.clone(),
            case,
            model: model.clone(),
            prompt: String::new(),
            cluster: None,
            outcome: if score.is_some() {
                Outcome::Scored
            } else {
                Outcome::ScorerError
            },
            score,
            pass: score.map(|score| source.options.scale.map(score) >= 1.0),
            dollars: None,
            seconds: None,
            hash,
            output: line
                .get("filtered_resps")
                .and_then(|list| list.get(0))
                .or_else(|| line.get("resps")?.get(0)?.get(0))
                .and_then(words),
            golden: line.get("target").and_then(words),
        });
    }
    if known {
        return Ok(());
    }
    let behind = if filter.is_empty() {
        String::new()
    } else {
        format!(" behind the filter `{filter}`")
    };
    let listed = first
        .and_then(|line| line.get("metrics"))
        .and_then(Value::as_array);
    let names: Vec<String> = listed.into_iter().flatten().filter_map(plain).collect();
    let has = if names.is_empty() {
        String::new()
    } else {
        format!("; they have `{}`", names.join("`, `"))
    };
    Err(Failure::Usage(format!(
        "{}: no sample has the metric `{metric}`{behind}{has}",
        source.file
    )))
}

/// The first metric that a sample lists, else the first of those known that it has.
fn own_metric(line: &Value) -> Option<String> {
    let listed = line.get("metrics").and_then(Value::as_array);
    let listed = listed.and_then(|list| list.first()).and_then(plain);
    let known = || KNOWN.iter().find(|name| line.get(**name).is_some());
    listed.or_else(|| known().map(|name| (*name).to_owned()))
}

/// Task and model, from the names of the file and its folder.
fn names(source: &Source<'_>) -> (Arc<str>, String) {
    let stem = source.file.file_stem().unwrap_or("samples");
    let task = stem.strip_prefix("samples_").unwrap_or(stem);
    let task = match task.rsplit_once('_') {
        Some((task, date)) if date.starts_with(|c: char| c.is_ascii_digit()) && date.contains('T') => task,
        _ => task,
    };
    let folder = source.file.parent().and_then(|folder| folder.file_name());
    let model = match folder {
        Some(folder) if stem.starts_with("samples_") => folder.replace("__", "/"),
        _ => stem.to_owned(),
    };
    (task.into(), model)
}
