//! results.jsonl of a run of bench, from elsewhere.

use super::row::{Row, Source, plain, words};
use crate::cli::failure::Failure;
use crate::model::Outcome;
use serde_json::Value;

/// Calls `each` with every trial.
pub fn rows(source: &Source<'_>, lines: &[(usize, Value)], each: &mut dyn FnMut(Row)) -> Result<(), Failure> {
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
        let score = match &source.options.scorer {
            None => line.get("score"),
            Some(name) => {
                let scores = line.get("scores").and_then(Value::as_array);
                let named =
                    |entry: &&Value| entry.get("scorer").and_then(Value::as_str) == Some(name.as_str());
                scores.and_then(|scores| scores.iter().find(named)?.get("score"))
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
            pass: line.get("pass").and_then(Value::as_bool),
            dollars: text("cost_usd").and_then(|dollars| dollars.parse().ok()),
            seconds: line.get("latency_ms").and_then(Value::as_f64).map(|ms| ms / 1e3),
            hash: 0,
            output: line.get("output").and_then(words),
            golden: None,
        });
    }
    Ok(())
}
