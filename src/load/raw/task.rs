//! `tasks/*.yaml`.

use super::case::RawCase;
use super::gate::RawGateRules;
use super::short::{Short, text_or, text_or_map};
use crate::model::{OutputFormat, Params, Role, Treatment};
use crate::scorer::RawScorer;
use crate::yaml::Spanned;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;

/// One job to be measured.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Task")]
pub struct RawTask {
    /// Name of the task, unique in the workspace.
    pub task: Spanned<String>,
    /// One line for people.
    #[serde(default)]
    pub description: String,
    /// Words to select and group tasks by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Where the cases are: a path or glob relative to this file, a list of them, or the cases themselves.
    pub cases: Spanned<RawCases>,
    /// Template variants, one or more. A plain text is a user message.
    pub prompts: Spanned<Vec<Spanned<RawPrompt>>>,
    /// Models to run: `provider/model` or a glob; those of `bench.yaml` where absent.
    #[serde(default)]
    pub models: Option<Spanned<Vec<Spanned<RawModel>>>>,
    /// Sampling parameters.
    #[serde(default)]
    pub params: Spanned<Params>,
    /// Repeats of each trial; 1 where absent.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub epochs: Option<Spanned<u32>>,
    /// What the output is; text where absent.
    #[serde(default)]
    pub output: RawOutput,
    /// How an answer is graded: one scorer key an item, beside it `name`, `weight` and `cases`.
    #[serde(default)]
    #[schemars(length(min = 1))]
    pub scorers: Option<Spanned<Vec<Spanned<RawScorer>>>>,
    /// When a trial passes; where absent, when every scorer passes.
    #[serde(default)]
    pub pass: Option<Spanned<RawPass>>,
    /// Variable or metadata field whose equal values mark cases that are not independent.
    #[serde(default)]
    pub cluster: Option<Spanned<String>>,
    /// What is done with outcomes other than `scored`; each is `exclude` (default), `zero` or `score`.
    #[serde(default)]
    pub treat: Treatment,
    /// What `bench gate` checks of this task, over `each_task` of `bench.yaml`.
    #[serde(default)]
    pub gate: Option<Spanned<RawGateRules>>,
}

/// What the output of a task is.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Output")]
pub struct RawOutput {
    /// The form of the answer; `json` and `code` see through code fences and chatter.
    pub format: OutputFormat,
    /// JSON Schema that a JSON answer is checked against.
    pub schema: Option<Spanned<Value>>,
    /// Language of the code block to take, for `format: code`.
    pub language: Option<Spanned<String>>,
}

/// When a trial passes: exactly one of the two.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Pass", extend("minProperties" = 1, "maxProperties" = 1))]
pub struct RawPass {
    /// The weighted mean is at least this, 0 to 1.
    #[schemars(range(min = 0, max = 1))]
    pub score: Option<Spanned<f64>>,
    /// Every scorer passes.
    pub all: Option<bool>,
}

/// A prompt: one of `user`, `messages` and `file`.
#[derive(Clone, Debug, Default)]
pub struct RawPrompt(pub RawPromptFields);

/// A prompt in its long form.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Prompt")]
pub struct RawPromptFields {
    /// Name of the prompt, unique in its task.
    pub id: Option<Spanned<String>>,
    /// System message (template).
    pub system: Option<Spanned<String>>,
    /// User message (template).
    pub user: Option<Spanned<String>>,
    /// All messages, in order.
    pub messages: Option<Spanned<Vec<Spanned<RawMessage>>>>,
    /// A file whose text is the user message; relative to this file.
    pub file: Option<Spanned<String>>,
    /// The whole prompt was written as a plain text.
    #[serde(skip)]
    pub plain: Option<String>,
}

/// A message template.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Message")]
pub struct RawMessage {
    /// Who says it.
    pub role: Role,
    /// What is said (template).
    pub content: Spanned<String>,
}

impl Short for RawPromptFields {
    const EXPECTS: &'static str = "a text, or a mapping with `user`, `messages` or `file`";
    fn from_text(text: &str) -> Self {
        Self {
            plain: Some(text.to_owned()),
            ..Self::default()
        }
    }
}

impl<'de> Deserialize<'de> for RawPrompt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text_or_map(deserializer).map(Self)
    }
}

impl JsonSchema for RawPrompt {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "PromptOrText".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        text_or::<RawPromptFields>(generator)
    }
}

/// A model to run, or a glob over models.
#[derive(Clone, Debug, Default)]
pub struct RawModel(pub RawModelFields);

/// A model in its long form.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Model")]
pub struct RawModelFields {
    /// `provider/model`, or a glob over configured and discovered models.
    pub model: String,
    /// Parameters on top of the task's.
    #[serde(default)]
    pub params: Params,
    /// A name to tell two entries of the same model apart.
    #[serde(default)]
    pub label: Option<String>,
    /// Keep models with at least this context window, in tokens (globs only).
    #[serde(default)]
    pub min_context: Option<u64>,
    /// Keep models whose input price is at most this, in US dollars per million tokens (globs only).
    #[serde(default)]
    #[schemars(range(min = 0))]
    pub max_input_price: Option<f64>,
    /// Keep models whose output price is at most this, in US dollars per million tokens (globs only).
    #[serde(default)]
    #[schemars(range(min = 0))]
    pub max_output_price: Option<f64>,
}

impl Short for RawModelFields {
    const EXPECTS: &'static str = "a text such as `openai/gpt-5-mini`, or a mapping with `model`";
    fn from_text(text: &str) -> Self {
        Self {
            model: text.to_owned(),
            ..Self::default()
        }
    }
}

impl<'de> Deserialize<'de> for RawModel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text_or_map(deserializer).map(Self)
    }
}

impl JsonSchema for RawModel {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "ModelOrText".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        text_or::<RawModelFields>(generator)
    }
}

/// Where cases come from: items in order.
#[derive(Clone, Debug, Default)]
pub struct RawCases(pub Vec<Spanned<RawCaseItem>>);

/// A path (or glob) of a case file, or a case.
#[derive(Clone, Debug)]
pub enum RawCaseItem {
    /// A path or glob; of a single path that is not in a list, without a place of its own.
    Path(String),
    /// A case written in the task.
    Case(Box<RawCase>),
}

impl<'de> Deserialize<'de> for RawCases {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Cases;
        impl<'de> Visitor<'de> for Cases {
            type Value = RawCases;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a path, a list of paths, or a list of cases")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<RawCases, E> {
                let value = RawCaseItem::Path(text.to_owned());
                Ok(RawCases(vec![Spanned {
                    value,
                    span: Default::default(),
                }]))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<RawCases, A::Error> {
                let mut all = Vec::new();
                while let Some(item) = items.next_element()? {
                    all.push(item);
                }
                Ok(RawCases(all))
            }
        }
        deserializer.deserialize_any(Cases)
    }
}

impl<'de> Deserialize<'de> for RawCaseItem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Item;
        impl<'de> Visitor<'de> for Item {
            type Value = RawCaseItem;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a path or a case")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<RawCaseItem, E> {
                Ok(RawCaseItem::Path(text.to_owned()))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawCaseItem, A::Error> {
                RawCase::deserialize(MapAccessDeserializer::new(map))
                    .map(|case| RawCaseItem::Case(Box::new(case)))
            }
        }
        deserializer.deserialize_any(Item)
    }
}

impl JsonSchema for RawCases {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "CaseSources".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let case = generator.subschema_for::<RawCase>();
        json_schema!({"anyOf": [
            {"type": "string"},
            {"type": "array", "items": {"anyOf": [{"type": "string"}, case]}}
        ]})
    }
}
