//! `json` and `json-schema`: whether the output is JSON, and of the right shape.

use super::compile::{Grade, ScoreInput};
use super::quote::{quote, visible};
use super::visitor::{Plain, Shorthand};
use crate::model::{OutputSpec, Score, ScorerError};
use jsonschema::Validator;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Options of `json`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct JsonOptions {
    /// Whether the output must be JSON and nothing else, without fences and chatter; false by default.
    pub strict: bool,
}

impl Shorthand for JsonOptions {
    const EXPECTS: &'static str = "`true` or a mapping of options";
    fn from_plain(plain: Plain) -> Result<Self, String> {
        match plain {
            Plain::Null | Plain::Bool(true) => Ok(Self::default()),
            _ => Err(String::new()),
        }
    }
}

/// The schema of `json-schema`: its own, or the task's `output.schema`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SchemaOptions {
    /// A JSON Schema; `None` is the task's.
    pub schema: Option<Value>,
}

struct Json {
    strict: bool,
}

pub(super) fn compile_json(options: &JsonOptions) -> Result<Box<dyn Grade>, String> {
    Ok(Box::new(Json {
        strict: options.strict,
    }))
}

impl Grade for Json {
    fn score(&self, input: &ScoreInput<'_>) -> Result<Score, ScorerError> {
        if !self.strict {
            return Ok(match input.output.json() {
                Some(_) => Score::binary(true, "holds valid JSON"),
                None => Score::binary(false, "no JSON found in the output"),
            });
        }
        // Checks the syntax without building the value.
        Ok(
            match serde_json::from_str::<serde::de::IgnoredAny>(input.output.raw().trim()) {
                Ok(_) => Score::binary(true, "is valid JSON"),
                Err(error) => Score::binary(false, format!("is not JSON: {error}")),
            },
        )
    }
}

struct SchemaCheck {
    validator: Validator,
}

/// Builds the validator of a schema.
pub(super) fn validator(schema: &Value) -> Result<Validator, String> {
    jsonschema::validator_for(schema).map_err(|error| {
        let place = error.instance_path().to_string();
        let at = if place.is_empty() {
            String::new()
        } else {
            format!(" at `{place}`")
        };
        format!(
            "the JSON Schema cannot be used{at}: {}",
            one_line(&error.to_string())
        )
    })
}

/// Whether a JSON Schema can be used; the error says why not.
pub fn check_schema(schema: &Value) -> Result<(), String> {
    validator(schema).map(drop)
}

pub(super) fn compile_schema(options: &SchemaOptions, output: &OutputSpec) -> Result<Box<dyn Grade>, String> {
    let schema = match (&options.schema, &output.schema) {
        (Some(own), _) => own,
        (None, Some(task)) => &**task,
        (None, None) => {
            return Err(
                "`json-schema: true` checks against the task's `output.schema`, which is missing; add it, or write \
                 the schema here"
                    .to_owned(),
            );
        }
    };
    Ok(Box::new(SchemaCheck {
        validator: validator(schema)?,
    }))
}

impl Grade for SchemaCheck {
    fn score(&self, input: &ScoreInput<'_>) -> Result<Score, ScorerError> {
        let Some(json) = input.output.json() else {
            return Ok(Score::binary(false, "no JSON found in the output"));
        };
        Ok(match mismatch(&self.validator, json) {
            None => Score::binary(true, "meets the schema"),
            Some(message) => Score::binary(false, message),
        })
    }
}

/// How a value does not meet a schema, in one line; `None` where it does.
pub(super) fn mismatch(validator: &Validator, json: &Value) -> Option<String> {
    let mut errors = validator.iter_errors(json);
    let first = errors.next()?;
    let place = first.instance_path().to_string();
    let at = if place.is_empty() {
        String::new()
    } else {
        format!(" at {}", quote(&place))
    };
    let more = match errors.take(MOST_ERRORS).count() {
        0 => String::new(),
        MOST_ERRORS => format!(" (and {MOST_ERRORS} or more further problems)"),
        count => format!(" (and {count} more)"),
    };
    // The message quotes the value, which may be long and hostile.
    Some(format!(
        "does not meet the schema{at}: {}{more}",
        visible(&first.masked_with("the value").to_string(), 160)
    ))
}

/// Further problems that are counted.
const MOST_ERRORS: usize = 20;

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
