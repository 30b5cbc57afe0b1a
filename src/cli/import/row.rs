//! A row of results, whatever harness wrote it.

use super::ImportOptions;
use crate::cli::failure::Failure;
use crate::model::{Hasher, Outcome};
use crate::plan::known_names;
use camino::Utf8Path;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// One trial.
#[derive(Clone, Debug)]
pub struct Row {
    /// The task's name.
    pub task: Arc<str>,
    /// The case's id.
    pub case: String,
    /// The model, as the harness names it.
    pub model: String,
    /// The prompt's name; empty where the harness knows none.
    pub prompt: String,
    /// Value of the cluster field.
    pub cluster: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// Its score, as it was written.
    pub score: Option<f64>,
    /// Whether it passes.
    pub pass: Option<bool>,
    /// What it cost in dollars.
    pub dollars: Option<f64>,
    /// How long it took in seconds.
    pub seconds: Option<f64>,
    /// Hash of what was asked and of the golden output; 0 where the format tells neither.
    pub hash: u64,
    /// What came. Hostile text.
    pub output: Option<String>,
    /// What should have come.
    pub golden: Option<String>,
}

/// The range of scores.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    low: f64,
    high: f64,
}

impl Default for Scale {
    fn default() -> Self {
        Self { low: 0.0, high: 1.0 }
    }
}

impl Scale {
    /// Reads `LOW:HIGH`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || "a range is written LOW:HIGH, for example 1:5".to_owned();
        let (low, high) = text.split_once(':').ok_or_else(wrong)?;
        let (low, high): (f64, f64) = low
            .trim()
            .parse()
            .and_then(|low| Ok((low, high.trim().parse()?)))
            .map_err(|_: std::num::ParseFloatError| wrong())?;
        if low.is_finite() && high.is_finite() && low < high {
            Ok(Self { low, high })
        } else {
            Err("the low end of a range is below its high end".to_owned())
        }
    }

    /// The score in 0..=1.
    pub fn map(self, score: f64) -> f64 {
        (score - self.low) / (self.high - self.low)
    }
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.low, self.high)
    }
}

/// Where rows come from.
pub struct Source<'a> {
    /// The file.
    pub file: &'a Utf8Path,
    /// How it is read.
    pub options: &'a ImportOptions,
}

impl Source<'_> {
    /// The case's id: at the path that was asked for, else the first of `own` that is there.
    pub fn case_id(&self, row: &Value, place: &str, own: &[&str]) -> Result<String, Failure> {
        let found = match &self.options.case_id {
            Some(path) => at(row, path).and_then(plain),
            None => own.iter().find_map(|path| at(row, path).and_then(plain)),
        };
        let asked = match &self.options.case_id {
            Some(path) => format!("`{path}` (--case-id) with the id of its case"),
            None => format!("{} that names its case", own.join(" or ")),
        };
        found.ok_or_else(|| Failure::Usage(format!("{}: {place} has no text or number {asked}", self.file)))
    }
}

/// The value at a dotted path; a number is a position in a list.
pub fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    // A key may hold dots itself.
    if let Some(found) = value.get(path) {
        return Some(found);
    }
    let mut value = value;
    for part in path.split('.') {
        value = match value {
            Value::Array(list) => list.get(part.parse::<usize>().ok()?)?,
            other => other.get(part)?,
        };
    }
    Some(value)
}

/// A text or a number as text.
pub fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A text as it is, anything else but null as its JSON.
pub fn words(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// Fails where a scorer was asked for that the file does not have.
pub fn known_scorer(source: &Source<'_>, found: bool, known: &BTreeSet<String>) -> Result<(), Failure> {
    let Some(asked) = source.options.scorer.as_deref().filter(|_| !found) else {
        return Ok(());
    };
    let names: Vec<&str> = known.iter().map(String::as_str).collect();
    let has = match names.as_slice() {
        [] => "; its results name no scorer".to_owned(),
        names if names.len() <= 12 => format!("; it has `{}`", names.join("`, `")),
        names => known_names(asked, names.iter().copied()),
    };
    Err(Failure::Usage(format!(
        "{} has no scores of `{asked}` (--scorer){has}",
        source.file
    )))
}

/// A hash of what was asked and of the golden output.
pub fn content_hash(parts: &[Option<&Value>]) -> u64 {
    let mut hasher = Hasher::new("imported case");
    for part in parts {
        hasher.json(part);
    }
    hasher.digest().as_u64().max(1)
}
