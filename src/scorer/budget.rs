//! `latency` and `cost`: bounds on what an answer took.

use super::compile::{Grade, ScoreInput};
use super::visitor::{Plain, Shorthand};
use crate::model::{Money, Score, ScorerError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Options of `latency` and `cost`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct LimitOptions {
    /// The most that passes: seconds of `latency`, US dollars of `cost`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
}

impl Shorthand for LimitOptions {
    const EXPECTS: &'static str = "a number (seconds of `latency`, US dollars of `cost`) or `{max: ..}`";
    fn from_plain(plain: Plain) -> Result<Self, String> {
        match plain {
            Plain::Number(number) => Ok(Self { max: number.as_f64() }),
            _ => Err(String::new()),
        }
    }
}

struct Latency {
    max_us: f64,
    max: f64,
}

pub(super) fn compile_latency(options: &LimitOptions) -> Result<Box<dyn Grade>, String> {
    match options.max {
        Some(max) if max.is_finite() && max > 0.0 => Ok(Box::new(Latency {
            max_us: max * 1e6,
            max,
        })),
        _ => Err("needs a bound in seconds above 0; write `{max: 2.5}`".to_owned()),
    }
}

impl Grade for Latency {
    fn score(&self, input: &ScoreInput<'_>) -> Result<Score, ScorerError> {
        let taken = input.completion.latency_us as f64;
        let pass = taken <= self.max_us;
        let relation = if pass { "at most" } else { "more than" };
        Ok(Score::binary(
            pass,
            format!("took {:.3} s, {relation} {} s", taken / 1e6, self.max),
        ))
    }
}

struct Cost {
    max: Money,
}

pub(super) fn compile_cost(options: &LimitOptions) -> Result<Box<dyn Grade>, String> {
    let max = options
        .max
        .ok_or("needs a bound in US dollars; write `{max: 0.01}`")?;
    match Money::from_dollars(max) {
        Ok(max) => Ok(Box::new(Cost { max })),
        Err(error) => Err(format!("`max: {max}` cannot be used: {error}")),
    }
}

impl Grade for Cost {
    fn score(&self, input: &ScoreInput<'_>) -> Result<Score, ScorerError> {
        let Some(cost) = input.cost else {
            return Err(ScorerError::failed(
                "the cost of this completion is unknown: the model has no price or the API gave no token counts; \
                 add prices to the provider's file, or leave the model out with `cases`",
            ));
        };
        let pass = cost <= self.max;
        let relation = if pass { "at most" } else { "more than" };
        Ok(Score::binary(
            pass,
            format!("cost {cost}, {relation} {}", self.max),
        ))
    }
}
