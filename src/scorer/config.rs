//! Which scorer, with its options.

use super::budget::LimitOptions;
use super::choice::ChoiceOptions;
use super::code::CodeOptions;
use super::count::{CountOptions, CountUnit};
use super::json::{JsonOptions, SchemaOptions};
use super::json_match::JsonMatchOptions;
use super::judge::{Asks, Judging};
use super::keys::{FAMILIES, Family};
use super::layers::LayersOptions;
use super::matching::{MatchOptions, MatchRule};
use super::numeric::NumericOptions;
use super::program::Program;
use super::refusal::RefusalOptions;
use super::regex::RegexOptions;
use super::set_match::SetMatchOptions;
use super::similarity::{Measure, SimilarityOptions};
use serde::Serialize;

/// Which scorer, with its options: plain data, whose JSON is part of the task's hash.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScorerConfig {
    /// Texts as they stand: `equals`, `contains` and their relatives.
    Match {
        /// Which comparison.
        rule: MatchRule,
        /// Its options.
        options: MatchOptions,
    },
    /// A regular expression.
    Regex {
        /// True for `not-regex`.
        not: bool,
        /// Its options.
        options: RegexOptions,
    },
    /// The letter of a multiple-choice answer.
    Choice(ChoiceOptions),
    /// A number.
    Numeric(NumericOptions),
    /// Whether the output is JSON.
    Json(JsonOptions),
    /// Whether the output meets a JSON Schema.
    JsonSchema(SchemaOptions),
    /// The share of right fields.
    JsonMatch(JsonMatchOptions),
    /// The items of a list.
    SetMatch(SetMatchOptions),
    /// Likeness to reference texts.
    Similarity {
        /// Which measure.
        measure: Measure,
        /// Its options.
        options: SimilarityOptions,
    },
    /// How long the output is.
    Count {
        /// What is counted.
        unit: CountUnit,
        /// Its options.
        options: CountOptions,
    },
    /// Whether the model declined.
    Refusal(RefusalOptions),
    /// How long the answer took.
    Latency(LimitOptions),
    /// What the answer cost.
    Cost(LimitOptions),
    /// Code in the sandbox.
    Program(Program),
    /// A program that the model wrote, and its tests.
    Code(CodeOptions),
    /// A question to a judge.
    Judge(Box<Judging>),
    /// The weighted mean of other scorers and of numbers that cases bring.
    Layers(LayersOptions),
}

impl ScorerConfig {
    fn family(&self) -> Family {
        match self {
            Self::Match { rule, .. } => Family::Match(*rule),
            Self::Regex { not, .. } => Family::Regex { not: *not },
            Self::Choice(_) => Family::Choice,
            Self::Numeric(_) => Family::Numeric,
            Self::Json(_) => Family::Json,
            Self::JsonSchema(_) => Family::JsonSchema,
            Self::JsonMatch(_) => Family::JsonMatch,
            Self::SetMatch(_) => Family::SetMatch,
            Self::Similarity { measure, .. } => Family::Similarity(*measure),
            Self::Count { unit, .. } => Family::Count(*unit),
            Self::Refusal(_) => Family::Refusal,
            Self::Latency(_) => Family::Latency,
            Self::Cost(_) => Family::Cost,
            Self::Program(program) => Family::Program(program.language),
            Self::Code(_) => Family::Code,
            Self::Judge(judging) => match &judging.asks {
                Asks::Rubric(_) => Family::Judge,
                Asks::Factuality(_) => Family::Factuality,
                Asks::ClosedQa(_) => Family::ClosedQa,
                Asks::Grounded(grounding, _) => Family::Grounded(*grounding),
                Asks::Pairwise(_) => Family::Pairwise,
            },
            Self::Layers(_) => Family::Layers,
        }
    }

    /// Whether it grades an output by itself, at once: it asks no judge, and combines no others.
    pub fn grades_alone(&self) -> bool {
        !matches!(self, Self::Judge(_) | Self::Layers(_))
    }

    /// What it asks a judge, where it does.
    pub fn judging(&self) -> Option<&Judging> {
        match self {
            Self::Judge(judging) => Some(judging),
            _ => None,
        }
    }

    /// The file that its code was read from, relative to the workspace where it lies inside.
    pub fn code_file(&self) -> Option<&str> {
        match self {
            Self::Program(program) => Some(&program.supplied.as_ref()?.file),
            _ => None,
        }
    }

    /// The key that a task file names the scorer by: `equals`, `not-contains`, `rouge-l`.
    pub fn key(&self) -> &'static str {
        let family = self.family();
        let known = FAMILIES.iter().find(|(_, known)| *known == family);
        known.map_or("scorer", |(key, _)| key)
    }
}
