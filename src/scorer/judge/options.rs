//! What a task may say of a scorer that asks a judge.

use crate::model::Reads;
use crate::scorer::visitor::{Plain, Shorthand, shorthand};
use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use std::borrow::Cow;

/// Declares the options of a scorer that asks a judge: its own, then those that all of them share.
macro_rules! asking {
    ($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
        pub struct $name {
            /// Who judges: the name of a judge of `judges/`, or `provider/model`.
            pub by: String,
            $(
                $(#[$field_meta])*
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $field: Option<$type>,
            )*
            /// From which verdict on it passes, on the scale; its middle by default.
            #[serde(skip_serializing_if = "Option::is_none", alias = "at_least")]
            pub at_least: Option<f64>,
            /// How verdicts are read out of replies; as the judge's file says by default, else `json`.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub reads: Option<Reads>,
            /// How outputs stand in the prompt: behind a `fence` (default), or as a `json` text behind it.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub encode: Option<Encode>,
            /// Judge only the best outputs by automated score and a share of the rest; the scorer's weight is then 0.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub sample: Option<Sampling>,
            /// Labels of people (CSV or JSONL) that its scores are corrected by, relative to the task's file.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub labels: Option<String>,
        }

        impl $name {
            /// The options that all scorers share that ask a judge.
            pub(super) fn common(&self) -> Common<'_> {
                Common {
                    by: &self.by,
                    at_least: self.at_least,
                    reads: self.reads,
                    encode: self.encode.unwrap_or_default(),
                    sample: self.sample,
                    labels: self.labels.as_deref(),
                }
            }
        }

        impl Shorthand for $name {
            const EXPECTS: &'static str = "a mapping with `by`, or the name of a judge";
            fn from_plain(plain: Plain) -> Result<Self, String> {
                match plain {
                    Plain::Text(by) => Ok(Self { by, ..Self::default() }),
                    _ => Err(String::new()),
                }
            }
        }
    };
}

/// The options that all scorers share that ask a judge.
#[derive(Clone, Copy, Debug)]
pub(super) struct Common<'a> {
    pub by: &'a str,
    pub at_least: Option<f64>,
    pub reads: Option<Reads>,
    pub encode: Encode,
    pub sample: Option<Sampling>,
    pub labels: Option<&'a str>,
}

asking! {
    /// Options of `judge`.
    JudgeOptions {
        /// What is to be judged, in words.
        rubric: String,
        /// Lowest and highest verdict in place of the judge's, or `pass` for yes or no.
        scale: ScaleOption,
        /// Verdicts to choose from in place of a scale: by letter, the value of each from 0 to 1.
        choices: IndexMap<String, ChoiceOption>,
        /// Several criteria, judged in one reply, each with a score of its own: by name, what it asks for.
        criteria: IndexMap<String, CriterionOption>,
        /// Steps that the judge goes through before it decides.
        steps: Vec<String>,
    }
}

asking! {
    /// Options of `factuality`.
    FactualityOptions {
        /// Values of the verdicts: `A` less than the golden output says (0.4), `B` more (0.6), `C` the same (1), `D`
        /// contradicts it (0), `E` differs without weight (1).
        values: IndexMap<String, f64>,
    }
}

asking! {
    /// Options of `closed-qa`.
    ClosedQaOptions {
        /// What the output must meet; the judge says yes or no.
        criterion: String,
    }
}

asking! {
    /// Options of the scorers for retrieval tasks.
    GroundedOptions {
        /// Variable or metadata field with the retrieved texts; `context` by default.
        context: String,
    }
}

asking! {
    /// Options of `pairwise`.
    PairwiseOptions {
        /// By what the better of two outputs is told, in words.
        rubric: String,
        /// With what outputs are compared: `golden`, `all` for every other candidate, or a candidate with the same
        /// prompt (`provider/model`, or a glob).
        against: String,
        /// Whether each pair is shown in `both` orders (default), or with the judged output `first` only.
        orders: Orders,
        /// Most rounds of a tournament that each case plays, with `against: all`; in a round each candidate has one
        /// game.
        rounds: u32,
    }
}

/// How outputs stand in a prompt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Encode {
    /// As they are, behind a fence.
    #[default]
    Fence,
    /// As a JSON text, behind a fence.
    Json,
}

/// In which orders a pair is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Orders {
    /// Each output comes first once.
    #[default]
    Both,
    /// The judged output comes first.
    First,
}

/// Which outputs a judge is asked about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(inline)]
pub struct Sampling {
    /// Share of outputs that are judged for sure: those with the best automated scores.
    pub top: f64,
    /// Share of the others, drawn by the run's seed.
    pub rest: f64,
}

/// The scale of verdicts as a task writes it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ScaleOption {
    /// Lowest and highest.
    Range(f64, f64),
    /// Yes or no.
    Pass(Pass),
}

/// The word for a scale of yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pass {
    /// Yes or no.
    Pass,
}

impl<'de> Deserialize<'de> for ScaleOption {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let number = |value: &Value| value.as_f64();
        match &value {
            Value::String(word) if word == "pass" => Ok(Self::Pass(Pass::Pass)),
            Value::Array(ends) => match ends.iter().map(number).collect::<Option<Vec<_>>>().as_deref() {
                Some([low, high]) => Ok(Self::Range(*low, *high)),
                _ => Err(serde::de::Error::custom(
                    "a scale is `[lowest, highest]`, or `pass`",
                )),
            },
            _ => Err(serde::de::Error::custom(
                "a scale is `[lowest, highest]`, or `pass`",
            )),
        }
    }
}

impl JsonSchema for ScaleOption {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "JudgeScale".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"anyOf": [
            {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
            {"const": "pass"}
        ]})
    }
}

/// A verdict to choose; a plain number is its value.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ChoiceOption {
    /// From 0 to 1.
    pub value: f64,
    /// What it means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// The long form of [`ChoiceOption`].
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
struct ChoiceFields {
    /// From 0 to 1.
    value: f64,
    /// What it means, in words.
    #[serde(default)]
    text: Option<String>,
}

impl Shorthand for ChoiceFields {
    const EXPECTS: &'static str = "a value from 0 to 1, or a mapping with `value` and `text`";
    fn from_plain(plain: Plain) -> Result<Self, String> {
        match plain {
            Plain::Number(number) => Ok(Self {
                value: number.as_f64().unwrap_or(f64::NAN),
                text: None,
            }),
            _ => Err(String::new()),
        }
    }
}

/// A criterion; a plain text is what it asks for.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CriterionOption {
    /// Weight in the weighted mean of the criteria; 1 by default.
    pub weight: f64,
    /// What it asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// The long form of [`CriterionOption`].
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(inline)]
struct CriterionFields {
    /// Weight in the weighted mean of the criteria; 1 by default.
    weight: f64,
    /// What it asks for, in words.
    text: Option<String>,
}

impl Default for CriterionFields {
    fn default() -> Self {
        Self {
            weight: 1.0,
            text: None,
        }
    }
}

impl Shorthand for CriterionFields {
    const EXPECTS: &'static str = "what the criterion asks for, or a mapping with `weight` and `text`";
    fn from_plain(plain: Plain) -> Result<Self, String> {
        match plain {
            Plain::Text(text) => Ok(Self {
                weight: 1.0,
                text: Some(text),
            }),
            Plain::Null => Ok(Self::default()),
            _ => Err(String::new()),
        }
    }
}

/// Lets an option be written in the short form of its fields.
macro_rules! short_form {
    ($option:ident, $fields:ident { $($field:ident),* }, $kind:literal, $description:literal) => {
        impl<'de> Deserialize<'de> for $option {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let $fields { $($field),* } = shorthand(deserializer)?;
                Ok(Self { $($field),* })
            }
        }

        impl JsonSchema for $option {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> Cow<'static, str> {
                stringify!($option).into()
            }
            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                let fields = generator.subschema_for::<$fields>();
                json_schema!({"description": $description, "anyOf": [{"type": $kind}, fields]})
            }
        }
    };
}

short_form!(
    ChoiceOption,
    ChoiceFields { value, text },
    "number",
    "The value of a verdict."
);
short_form!(
    CriterionOption,
    CriterionFields { weight, text },
    "string",
    "What a criterion asks for."
);
