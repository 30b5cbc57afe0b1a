//! `set-match`: the items of a list against the expected items, in any order.

use super::compile::{Grade, ScoreInput};
use super::json_match::threshold;
use super::options::options;
use super::pick::{Expected, Found, Picker, golden, text_of};
use super::quote::{answer, quote};
use super::similarity::Metric;
use super::visitor::{Plain, Shorthand};
use crate::model::{Score, ScorerError};
use crate::text::{Prf, split_items};
use serde_json::Value;
use std::collections::BTreeSet;

/// Items that an explanation names of each kind.
const NAMED: usize = 3;

options! {
    /// Options of `set-match`.
    SetMatchOptions {
        /// Which figure is the score: `f1` (the default), `precision` or `recall`.
        score: Metric,
        /// Passes from this figure on; 1 by default.
        min: f64,
    }
}

impl Shorthand for SetMatchOptions {
    const EXPECTS: &'static str = "`f1`, `precision`, `recall`, a list of items or a mapping of options";
    fn from_plain(plain: Plain) -> Result<Self, String> {
        match plain {
            Plain::Null | Plain::Bool(true) => Ok(Self::default()),
            Plain::Text(name) => Ok(Self {
                score: Some(Metric::parse(&name)?),
                ..Self::default()
            }),
            Plain::List(items) => Ok(Self {
                values: Some(items),
                ..Self::default()
            }),
            _ => Err(String::new()),
        }
    }
}

struct SetMatch {
    metric: Metric,
    min: f64,
    /// The expected items, where the task names them.
    fixed: Option<BTreeSet<String>>,
    picker: Picker,
}

pub(super) fn compile(options: &SetMatchOptions) -> Result<Box<dyn Grade>, String> {
    let common = options.common();
    let picker = Picker::new(common)?;
    let items = Expected::new(common)?;
    let fixed = items.fixed().map(|values| match values {
        [Value::String(text)] if common.values.is_none() => set(split_items(text), &picker),
        values => set(texts(values), &picker),
    });
    Ok(Box::new(SetMatch {
        metric: options.score.unwrap_or_default(),
        min: threshold(options.min)?,
        fixed,
        picker,
    }))
}

fn texts(values: &[Value]) -> Vec<String> {
    values.iter().map(|value| text_of(value).into_owned()).collect()
}

/// The items as a set: cleaned, in lower case where case does not matter, without empty ones.
fn set(items: Vec<String>, picker: &Picker) -> BTreeSet<String> {
    let cleaned = items.into_iter().map(|item| {
        let item = picker.clean(&item);
        if picker.ignore_case {
            item.to_lowercase()
        } else {
            item.to_owned()
        }
    });
    cleaned.filter(|item| !item.is_empty()).collect()
}

impl Grade for SetMatch {
    fn score(&self, input: &ScoreInput<'_>) -> Result<Score, ScorerError> {
        let from_golden;
        let wanted = match &self.fixed {
            Some(fixed) => fixed,
            None => {
                let items = match golden(input.case, self.picker.path.as_ref())? {
                    Value::Array(values) => texts(values),
                    Value::Null => Vec::new(),
                    Value::String(text) => split_items(text),
                    other => vec![other.to_string()],
                };
                from_golden = set(items, &self.picker);
                &from_golden
            }
        };
        let found = match self.picker.find(input.output) {
            Found::Nothing(absent) => {
                return Ok(Score::binary(false, absent.explain(self.picker.path.as_ref())));
            }
            Found::Text(text) => split_items(text),
            Found::Json(Value::Array(values)) => texts(values),
            Found::Json(Value::Null) => Vec::new(),
            Found::Json(other) => vec![other.to_string()],
        };
        let found = set(found, &self.picker);
        let shared = found.intersection(wanted).count();
        let prf = if found.is_empty() && wanted.is_empty() {
            Prf::PERFECT
        } else {
            Prf::of(shared as u64, found.len() as u64, wanted.len() as u64)
        };
        let value = self.metric.of(&prf);
        let mut explanation = format!(
            "{shared} of {} expected items found, {} extra",
            wanted.len(),
            found.len() - shared
        );
        name_some(&mut explanation, "missing", wanted.difference(&found));
        name_some(&mut explanation, "extra", found.difference(wanted));
        let read: Vec<&str> = found.iter().map(String::as_str).collect();
        Ok(Score::graded(value, value >= self.min - 1e-9, explanation)
            .with_answer(answer(&read.join(", ")))
            .with_named("precision", prf.precision)
            .with_named("recall", prf.recall)
            .with_named("f1", prf.f1))
    }
}

fn name_some<'a>(explanation: &mut String, what: &str, items: impl Iterator<Item = &'a String>) {
    let mut items = items.peekable();
    if items.peek().is_none() {
        return;
    }
    let named: Vec<String> = items.by_ref().take(NAMED).map(|item| quote(item)).collect();
    let more = if items.next().is_some() { ", …" } else { "" };
    explanation.push_str(&format!("; {what}: {}{more}", named.join(", ")));
}
