//! `word-count` and `length`: bounds on how long the output is.

use super::compile::{Grade, ScoreInput};
use super::pick::{Found, Path, text_of};
use super::visitor::{Plain, Shorthand};
use crate::model::{Score, ScorerError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CountUnit {
    /// Words: what stands between white space.
    Words,
    /// Characters (Unicode scalar values), white space at both ends aside.
    Characters,
}

/// Options of `word-count` and `length`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct CountOptions {
    /// The fewest that pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<u64>,
    /// The most that pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<u64>,
    /// Dotted path to a text in the JSON of the output.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

impl Shorthand for CountOptions {
    const EXPECTS: &'static str = "a mapping with `min`, `max` or both, or the exact number";
    fn from_plain(plain: Plain) -> Result<Self, String> {
        match plain {
            Plain::Number(number) => {
                let exact = number.as_u64();
                if exact.is_none() {
                    return Err(format!("`{number}` must be a whole number of 0 or more"));
                }
                Ok(Self {
                    min: exact,
                    max: exact,
                    path: None,
                })
            }
            _ => Err(String::new()),
        }
    }
}

struct Count {
    unit: CountUnit,
    min: u64,
    max: u64,
    path: Option<Path>,
}

pub(super) fn compile(unit: CountUnit, options: &CountOptions) -> Result<Box<dyn Grade>, String> {
    let (min, max) = (options.min.unwrap_or(0), options.max.unwrap_or(u64::MAX));
    if options.min.is_none() && options.max.is_none() {
        return Err("needs a bound; write `{max: 40}`, `{min: 5}` or both".to_owned());
    }
    if min > max {
        return Err(format!("`min: {min}` is above `max: {max}`, so nothing can pass"));
    }
    let path = options.path.as_deref().map(Path::parse).transpose()?;
    Ok(Box::new(Count { unit, min, max, path }))
}

impl Grade for Count {
    fn score(&self, input: &ScoreInput<'_>) -> Result<Score, ScorerError> {
        let text: Cow<'_, str> = match super::pick::at(self.path.as_ref(), input.output) {
            Found::Nothing(absent) => return Ok(Score::binary(false, absent.explain(self.path.as_ref()))),
            Found::Text(text) => text.into(),
            Found::Json(value) => text_of(value),
        };
        let (count, noun) = match self.unit {
            CountUnit::Words => (text.split_whitespace().count() as u64, "words"),
            CountUnit::Characters => (text.trim().chars().count() as u64, "characters"),
        };
        Ok(if count < self.min {
            Score::binary(false, format!("{count} {noun}, fewer than {}", self.min))
        } else if count > self.max {
            Score::binary(false, format!("{count} {noun}, more than {}", self.max))
        } else {
            Score::binary(true, format!("{count} {noun}"))
        })
    }
}
