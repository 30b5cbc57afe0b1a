//! promptfoo result JSON (version 3, as `promptfoo eval -o FILE.json` writes it).

use super::row::{Row, Source, at, content_hash, plain, words};
use crate::cli::failure::Failure;
use crate::model::Outcome;
use serde_json::Value;
use std::sync::Arc;

/// Whether a document looks like one.
pub fn fits(document: &Value) -> bool {
    list(document).is_some_and(|rows| rows.iter().all(|row| row.get("provider").is_some()))
}

/// The rows: under `results.results`, or under `results` in older files.
fn list(document: &Value) -> Option<&Vec<Value>> {
    let results = document.get("results")?;
    results.get("results").unwrap_or(results).as_array()
}

/// Calls `each` with every row.
pub fn rows(source: &Source<'_>, document: &Value, each: &mut dyn FnMut(Row)) -> Result<(), Failure> {
    let named = at(document, "config.description").and_then(Value::as_str);
    let stem = source.file.file_stem().unwrap_or("promptfoo");
    let task: Arc<str> = named.unwrap_or(stem).into();
    for (number, row) in list(document).into_iter().flatten().enumerate() {
        let place = format!("result {}", number + 1);
        let case = source.case_id(
            row,
            &place,
            &["metadata.id", "testCase.metadata.id", "vars.id", "testIdx"],
        )?;
        let provider = row.get("provider").unwrap_or(&Value::Null);
        let label = provider
            .get("label")
            .and_then(Value::as_str)
            .filter(|label| !label.is_empty());
        let model = label
            .map(str::to_owned)
            .or_else(|| provider.get("id").and_then(plain))
            .or_else(|| plain(provider))
            .ok_or_else(|| Failure::Usage(format!("{}: {place} names no provider", source.file)))?;
        let error = row.get("failureReason").and_then(Value::as_u64) == Some(2)
            || (row.get("failureReason").is_none()
                && row.get("error").is_some_and(|error| !error.is_null())
                && at(row, "response.output").is_none());
        let scored = !error;
        let score = match &source.options.scorer {
            Some(name) => at(row, "namedScores").and_then(|scores| scores.get(name)),
            None => row.get("score"),
        };
        let vars = row.get("vars");
        each(Row {
            task: task.clone(),
            case,
            model,
            prompt: at(row, "prompt.label").and_then(plain).unwrap_or_default(),
            cluster: None,
            outcome: match (scored, score.and_then(Value::as_f64)) {
                (false, _) => Outcome::ProviderError,
                (true, Some(_)) => Outcome::Scored,
                (true, None) => Outcome::ScorerError,
            },
            score: score.and_then(Value::as_f64).filter(|_| scored),
            pass: row.get("success").and_then(Value::as_bool).filter(|_| scored),
            dollars: row
                .get("cost")
                .and_then(Value::as_f64)
                // Providers without prices are written with a cost of 0.
                .filter(|dollars| *dollars > 0.0),
            seconds: row
                .get("latencyMs")
                .and_then(Value::as_f64)
                .filter(|latency| *latency > 0.0)
                .map(|latency| latency / 1e3),
            hash: vars.map_or(0, |vars| content_hash(&[Some(vars)])),
            output: at(row, "response.output").and_then(words),
            golden: None,
        });
    }
    Ok(())
}
