//! results.jsonl of a run of bench, from elsewhere.

use super::row::{Row, Source, known_scorer, plain, words};
use crate::cli::failure::Failure;
use crate::model::{Manifest, Outcome};
use camino::Utf8Path;
use serde_json::Value;
use std::collections::BTreeSet;

/// The manifest that a run of bench writes beside its results; `None` where there is none that can be read.
pub fn manifest(results: &Utf8Path) -> Option<Manifest> {
    let bytes = std::fs::read(results.with_file_name("manifest.json")).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// Calls `each` with every trial.
pub fn rows(source: &Source<'_>, lines: &[(usize, Value)], each: &mut dyn FnMut(Row)) -> Result<(), Failure> {
    let mut known = BTreeSet::new();
    let mut found = false;
    for (number, line) in lines {
        let text = |field: &str| line.get(field).and_then(plain);
        let wrong = |what: &str| Failure::Usage(format!("{}, line {number}: {what}", source.file));
        let outcome = text("outcome")
            .and_then(|name| Outcome::parse(&name))
            .ok_or_else(|| wrong("no known `outcome`"))?;
        let model = text("model").ok_or_else(|| wrong("no `model`"))?;
        let model = match text("label") {
            Some(label) => format!("{model} ({label})"),
            None => model,
        };
        let (score, pass) = match &source.options.scorer {
            None => (line.get("score"), line.get("pass")),
            Some(name) => {
                let scores = line.get("scores").and_then(Value::as_array);
                let mut entry = None;
                for one in scores.into_iter().flatten() {
                    match one.get("scorer").and_then(Value::as_str) {
                        Some(own) if own == name => entry = Some(one),
                        Some(own) if !known.contains(own) => {
                            known.insert(own.to_owned());
                        }
                        _ => {}
                    }
                }
                found |= entry.is_some();
                entry.map_or((None, None), |entry| (entry.get("score"), entry.get("pass")))
            }
        };
        each(Row {
            task: text("task").ok_or_else(|| wrong("no `task`"))?.into(),
            case: source.case_id(line, &format!("line {number}"), &["case"])?,
            model,
            prompt: text("prompt").unwrap_or_default(),
            cluster: text("cluster"),
            outcome,
            score: score.and_then(Value::as_f64),
            pass: pass.and_then(Value::as_bool),
            dollars: text("cost_usd").and_then(|dollars| dollars.parse().ok()),
            seconds: line.get("latency_ms").and_then(Value::as_f64).map(|ms| ms / 1e3),
            hash: 0,
            output: line.get("output").and_then(words),
            golden: None,
        });
    }
    known_scorer(source, found, &known)
}
