//! `json-match`: the share of the golden output's fields that the output has right.

use super::compile::{Grade, ScoreInput};
use super::json_diff::{DiffRules, PathPattern, diff};
use super::options::OneOrMany;
use super::pick::{Path, golden};
use super::visitor::{Plain, Shorthand, shorthand};
use crate::model::{Score, ScorerError};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use std::borrow::Cow;

/// Options of `json-match`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct JsonMatchOptions {
    /// The expected JSON, in place of the case's golden output.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// Dotted path into the JSON of the output and of the golden output; the whole of both by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Largest difference of numbers that still match; 0 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tolerance: Option<f64>,
    /// Largest difference of numbers, as a share of the expected one; 0 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relative: Option<f64>,
    /// `true` where the order of no list matters, or the paths of those lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unordered: Option<Unordered>,
    /// Paths of fields that do not count; `*` stands for any field or index.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignore: Option<OneOrMany>,
    /// Whether upper and lower case are the same in texts; false by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignore_case: Option<bool>,
    /// Fields that the golden output has not: `count` as wrong (the default) or `allow`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra: Option<Extra>,
    /// Passes from this share on; 1 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
}

/// What fields count that the golden output has not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Extra {
    /// As wrong fields.
    #[default]
    Count,
    /// Not at all.
    Allow,
}

/// Lists whose order does not matter.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Unordered {
    /// All of them, or none.
    All(bool),
    /// Those at these paths.
    Paths(Vec<String>),
}

struct UnorderedForm(Unordered);

impl<'de> Deserialize<'de> for UnorderedForm {
    /// Reached for a mapping only, which has no meaning here.
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(D::Error::invalid_type(Unexpected::Map, &Self::EXPECTS))
    }
}

impl Shorthand for UnorderedForm {
    const EXPECTS: &'static str = "`true`, or the path or paths of lists";
    fn from_plain(plain: Plain) -> Result<Self, String> {
        let path = |value: Value| match value {
            Value::String(path) => Ok(path),
            _ => Err("a path of `unordered` must be a text such as `items`".to_owned()),
        };
        Ok(Self(match plain {
            Plain::Bool(all) => Unordered::All(all),
            Plain::Text(path) => Unordered::Paths(vec![path]),
            Plain::List(paths) => Unordered::Paths(paths.into_iter().map(path).collect::<Result<_, _>>()?),
            _ => return Err(String::new()),
        }))
    }
}

impl<'de> Deserialize<'de> for Unordered {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        shorthand::<UnorderedForm, D>(deserializer).map(|form| form.0)
    }
}

impl JsonSchema for Unordered {
    fn schema_name() -> Cow<'static, str> {
        "Unordered".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [{"type": ["boolean", "string"]}, {"type": "array", "items": {"type": "string"}}]
        })
    }
}

impl Shorthand for JsonMatchOptions {
    const EXPECTS: &'static str = "`true` (the golden output) or a mapping of options";
    fn from_plain(plain: Plain) -> Result<Self, String> {
        match plain {
            Plain::Null | Plain::Bool(true) => Ok(Self::default()),
            _ => Err(String::new()),
        }
    }
}

struct JsonMatch {
    value: Option<Value>,
    path: Option<Path>,
    rules: DiffRules,
    min: f64,
}

/// A threshold in 0..=1.
pub(super) fn threshold(min: Option<f64>) -> Result<f64, String> {
    match min {
        None => Ok(1.0),
        Some(min) if (0.0..=1.0).contains(&min) => Ok(min),
        Some(min) => Err(format!("`min: {min}` must lie between 0 and 1")),
    }
}

pub(super) fn compile(options: &JsonMatchOptions) -> Result<Box<dyn Grade>, String> {
    let size = |name: &str, value: Option<f64>| match value {
        Some(value) if !value.is_finite() || value < 0.0 => {
            Err(format!("`{name}` must be a number of 0 or more"))
        }
        value => Ok(value.unwrap_or(0.0)),
    };
    let patterns = |paths: &[String]| {
        paths
            .iter()
            .map(|path| PathPattern::parse(path))
            .collect::<Result<Vec<_>, _>>()
    };
    let (all_unordered, unordered) = match &options.unordered {
        None => (false, Vec::new()),
        Some(Unordered::All(all)) => (*all, Vec::new()),
        Some(Unordered::Paths(paths)) => (false, patterns(paths)?),
    };
    Ok(Box::new(JsonMatch {
        value: options.value.clone(),
        path: options.path.as_deref().map(Path::parse).transpose()?,
        rules: DiffRules {
            tolerance: size("tolerance", options.tolerance)?,
            relative: size("relative", options.relative)?,
            ignore_case: options.ignore_case.unwrap_or(false),
            extra_allowed: options.extra == Some(Extra::Allow),
            all_unordered,
            unordered,
            ignore: options
                .ignore
                .as_ref()
                .map(|paths| patterns(&paths.0))
                .transpose()?
                .unwrap_or_default(),
        },
        min: threshold(options.min)?,
    }))
}

impl Grade for JsonMatch {
    fn score(&self, input: &ScoreInput<'_>) -> Result<Score, ScorerError> {
        let wanted = match &self.value {
            Some(value) => value,
            None => golden(input.case, self.path.as_ref())?,
        };
        // A golden output written as JSON in a text (a CSV cell) is read.
        let parsed;
        let wanted = match wanted {
            Value::String(text) if text.trim_start().starts_with(['{', '[']) => {
                parsed = serde_json::from_str(text).unwrap_or_else(|_| wanted.clone());
                &parsed
            }
            other => other,
        };
        let Some(json) = input.output.json() else {
            return Ok(Score::binary(false, "no JSON found in the output"));
        };
        let found = match &self.path {
            None => json,
            Some(path) => match path.follow(json) {
                Some(found) => found,
                None => {
                    return Ok(Score::binary(
                        false,
                        super::pick::Absent::NoField.explain(Some(path)),
                    ));
                }
            },
        };
        let (tally, notes) = diff(wanted, found, &self.rules);
        if tally.total == 0 {
            return Err(ScorerError::failed(format!(
                "case `{}`: every field of the golden output is ignored, so there is nothing to compare",
                input.case.id
            )));
        }
        let value = tally.matched as f64 / tally.total as f64;
        let pass = value >= self.min - 1e-9;
        if tally.matched == tally.total {
            return Ok(Score::graded(value, pass, "all fields match"));
        }
        let mut explanation = format!("{} of {} fields match: ", tally.matched, tally.total);
        explanation.push_str(&notes.lines.join("; "));
        if notes.more > 0 {
            explanation.push_str(&format!("; and {} more", notes.more));
        }
        Ok(Score::graded(value, pass, explanation))
    }
}
