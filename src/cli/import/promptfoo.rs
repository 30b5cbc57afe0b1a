//! promptfoo result JSON (version 3, as `promptfoo eval -o FILE.json` writes it).

use super::row::{Row, Source, at, content_hash, known_scorer, plain, words};
use crate::cli::failure::Failure;
use crate::model::Outcome;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Longer labels of prompts are not names but the prompts themselves.
const LONGEST_LABEL: usize = 40;

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
pub fn rows(
    source: &Source<'_>,
    document: &Value,
    notes: &mut Vec<String>,
    each: &mut dyn FnMut(Row),
) -> Result<(), Failure> {
    let named = at(document, "config.description").and_then(Value::as_str);
    let stem = source.file.file_stem().unwrap_or("promptfoo");
    let task: Arc<str> = named.unwrap_or(stem).into();
    let tests = Tests::of(list(document).into_iter().flatten());
    let mut prompts = Prompts::default();
    let mut known = BTreeSet::new();
    let (mut found, mut repeated) = (false, false);
    for (number, row) in list(document).into_iter().flatten().enumerate() {
        let place = format!("result {}", number + 1);
        let own = source.case_id(
            row,
            &place,
            &["metadata.id", "testCase.metadata.id", "vars.id", "testIdx"],
        )?;
        let numbered = source.options.case_id.is_none() && !has_id(row);
        let case = match tests.number(row).filter(|_| numbered) {
            Some(number) => {
                repeated = true;
                number.to_string()
            }
            None => own,
        };
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
        let scores = row.get("namedScores").and_then(Value::as_object);
        for name in scores.into_iter().flat_map(|scores| scores.keys()) {
            if !known.contains(name) {
                known.insert(name.clone());
            }
        }
        let score = match &source.options.scorer {
            Some(name) => scores.and_then(|scores| scores.get(name)),
            None => row.get("score"),
        };
        found |= score.is_some();
        let score = score.and_then(Value::as_f64);
        // `success` is of all assertions together; a score that was asked for passes by itself.
        let pass = match &source.options.scorer {
            Some(_) => score.map(|score| source.options.scale.map(score) >= 1.0),
            None => row.get("success").and_then(Value::as_bool),
        };
        let vars = row.get("vars");
        each(Row {
            task: task.clone(),
            case,
            model,
            prompt: prompts.name(row),
            cluster: None,
            outcome: match (scored, score) {
                (false, _) => Outcome::ProviderError,
                (true, Some(_)) => Outcome::Scored,
                (true, None) => Outcome::ScorerError,
            },
            score: score.filter(|_| scored),
            pass: pass.filter(|_| scored),
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
    if repeated {
        notes.push(format!(
            "{}: {} tests with the variables of others are repeats (`--repeat`): epochs of {} cases, which are numbered anew",
            source.file, tests.all, tests.distinct
        ));
    }
    for (label, name) in prompts.long {
        notes.push(format!("{}: {name} begins with `{label}`", source.file));
    }
    known_scorer(source, found, &known)
}

fn has_id(row: &Value) -> bool {
    ["metadata.id", "testCase.metadata.id", "vars.id"]
        .iter()
        .any(|path| at(row, path).and_then(plain).is_some())
}

/// What a test asks and how it is graded; `None` where the row does not tell.
fn asked(row: &Value) -> Option<u64> {
    let vars = row
        .get("vars")
        .filter(|vars| vars.as_object().is_some_and(|vars| !vars.is_empty()));
    let graded = row
        .get("testCase")
        .map(|test| (test.get("assert"), test.get("description")));
    if vars.is_none() && graded.is_none() {
        return None;
    }
    let (assert, description) = graded.unwrap_or_default();
    Some(content_hash(&[vars, assert, description]))
}

/// Tests that were repeated. promptfoo numbers each repeat of a test like a test of its own.
#[derive(Default)]
struct Tests {
    /// The number of each test among those that differ; empty where none is repeated.
    numbers: HashMap<u64, usize>,
    all: usize,
    distinct: usize,
}

impl Tests {
    fn of<'v>(rows: impl Iterator<Item = &'v Value>) -> Self {
        let mut first: HashMap<u64, u64> = HashMap::new();
        let mut indices: BTreeSet<u64> = BTreeSet::new();
        for row in rows {
            let (Some(key), Some(index)) = (asked(row), row.get("testIdx").and_then(Value::as_u64)) else {
                return Self::default();
            };
            indices.insert(index);
            let known = first.entry(key).or_insert(index);
            *known = index.min(*known);
        }
        let (all, distinct) = (indices.len(), first.len());
        if distinct >= all {
            return Self::default();
        }
        let mut order: Vec<(u64, u64)> = first.into_iter().map(|(key, index)| (index, key)).collect();
        order.sort_unstable();
        let numbers = order
            .into_iter()
            .enumerate()
            .map(|(number, (_, key))| (key, number))
            .collect();
        Self {
            numbers,
            all,
            distinct,
        }
    }

    fn number(&self, row: &Value) -> Option<usize> {
        self.numbers.get(&asked(row)?).copied()
    }
}

/// Names of prompts. Without a label of its own a prompt is labelled with its whole text.
#[derive(Default)]
struct Prompts {
    /// Long labels: how they begin, and the names that stand for them.
    long: Vec<(String, String)>,
    names: HashMap<String, String>,
}

impl Prompts {
    fn name(&mut self, row: &Value) -> String {
        let label = at(row, "prompt.label").and_then(plain).unwrap_or_default();
        if label.chars().count() <= LONGEST_LABEL && !label.contains('\n') {
            return label;
        }
        if let Some(name) = self.names.get(&label) {
            return name.clone();
        }
        let number = row
            .get("promptIdx")
            .and_then(Value::as_u64)
            .unwrap_or(self.names.len() as u64);
        let name = format!("prompt {}", number + 1);
        let words: Vec<&str> = label.split_whitespace().collect();
        let begun: String = words.join(" ").chars().take(LONGEST_LABEL).collect();
        self.long.push((format!("{begun}.."), name.clone()));
        self.names.insert(label, name.clone());
        name
    }
}
