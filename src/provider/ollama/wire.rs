//! JSON of `/api/chat`. <https://docs.ollama.com/api/chat>

use crate::provider::wire::Count;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

/// A request.
#[derive(Serialize)]
pub(super) struct Body<'a> {
    pub model: &'a str,
    pub messages: Vec<Message<'a>>,
    /// Always sent, because the API's default is to stream.
    pub stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<Format<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub think: Option<Think<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<Options<'a>>,
}

/// A message.
#[derive(Serialize)]
pub(super) struct Message<'a> {
    pub role: &'static str,
    pub content: &'a str,
}

/// `"json"` or a schema.
pub(super) enum Format<'a> {
    Json,
    Schema(&'a Value),
}

impl Serialize for Format<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Json => serializer.serialize_str("json"),
            Self::Schema(schema) => schema.serialize(serializer),
        }
    }
}

/// A level, or no thinking at all.
pub(super) enum Think<'a> {
    Off,
    Level(&'a str),
}

impl Serialize for Think<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Off => serializer.serialize_bool(false),
            Self::Level(level) => serializer.serialize_str(level),
        }
    }
}

/// Sampling parameters.
#[derive(Default, PartialEq, Serialize)]
pub(super) struct Options<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_p: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_predict: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frequency_penalty: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub presence_penalty: Option<f64>,
}

/// A whole reply, and every line of a streamed one.
#[derive(Deserialize)]
pub(super) struct Reply {
    pub model: Option<String>,
    pub message: Option<Answer>,
    #[serde(default)]
    pub done: bool,
    pub done_reason: Option<String>,
    pub prompt_eval_count: Option<Count>,
    pub eval_count: Option<Count>,
    pub error: Option<Value>,
}

/// What the model said.
#[derive(Deserialize)]
pub(super) struct Answer {
    pub content: Option<String>,
    pub thinking: Option<String>,
    pub tool_calls: Option<Vec<Call>>,
}

/// A tool call.
#[derive(Deserialize)]
pub(super) struct Call {
    pub id: Option<String>,
    pub function: Function,
}

/// What is called.
#[derive(Deserialize)]
pub(super) struct Function {
    #[serde(default)]
    pub name: String,
    pub arguments: Option<Box<RawValue>>,
}

/// An error reply: text, or an object with a message as the OpenAI-compatible paths have it.
#[derive(Deserialize)]
pub(super) struct Failure {
    pub error: Option<Value>,
}

/// The models on the machine. <https://docs.ollama.com/api/tags>
#[derive(Deserialize)]
pub(super) struct Models {
    #[serde(default)]
    pub models: Vec<Model>,
}

/// A model on the machine.
#[derive(Deserialize)]
pub(super) struct Model {
    pub name: String,
}
