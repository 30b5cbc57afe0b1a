//! JSON of the Messages API. <https://docs.anthropic.com/en/api/messages>

use crate::provider::wire::Count;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

/// A request.
#[derive(Serialize)]
pub(super) struct Body<'a> {
    pub model: &'a str,
    pub max_tokens: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    pub messages: Vec<Turn<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_p: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_sequences: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thinking: Option<Thinking>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_config: Option<OutputConfig<'a>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub stream: bool,
}

/// A turn of the conversation.
#[derive(Serialize)]
pub(super) struct Turn<'a> {
    pub role: &'static str,
    pub content: Vec<TextBlock<'a>>,
}

/// A piece of text in a turn.
#[derive(Serialize)]
pub(super) struct TextBlock<'a> {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub text: &'a str,
}

/// How much the model may think.
#[derive(Serialize)]
pub(super) struct Thinking {
    #[serde(rename = "type")]
    pub kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget_tokens: Option<u32>,
}

/// Effort and form of the answer.
#[derive(Serialize)]
pub(super) struct OutputConfig<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effort: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<Format<'a>>,
}

/// A schema that the answer is constrained to.
#[derive(Serialize)]
pub(super) struct Format<'a> {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub schema: &'a Value,
}

/// A whole reply, and the `message` of a `message_start` event.
#[derive(Deserialize)]
pub(super) struct Reply {
    pub id: Option<String>,
    pub model: Option<String>,
    #[serde(default)]
    pub content: Vec<Block>,
    pub stop_reason: Option<String>,
    pub usage: Option<Tokens>,
}

/// A content block of any kind: the fields of those kinds that are read.
#[derive(Deserialize)]
pub(super) struct Block {
    #[serde(rename = "type", default)]
    pub kind: String,
    pub text: Option<String>,
    pub thinking: Option<String>,
    pub id: Option<String>,
    pub name: Option<String>,
    pub input: Option<Box<RawValue>>,
    pub to: Option<Fallback>,
}

/// The model that took over from the one asked for.
#[derive(Deserialize)]
pub(super) struct Fallback {
    pub model: Option<String>,
}

/// Token counts: `input_tokens` leaves out what was read from or written to the cache.
#[derive(Deserialize)]
pub(super) struct Tokens {
    pub input_tokens: Option<Count>,
    pub cache_creation_input_tokens: Option<Count>,
    pub cache_read_input_tokens: Option<Count>,
    pub cache_creation: Option<CacheCreation>,
    pub output_tokens: Option<Count>,
    pub output_tokens_details: Option<OutputDetails>,
}

/// Cache writes by lifetime.
#[derive(Clone, Copy, Deserialize)]
pub(super) struct CacheCreation {
    pub ephemeral_5m_input_tokens: Option<Count>,
    pub ephemeral_1h_input_tokens: Option<Count>,
}

/// Parts of the output tokens.
#[derive(Clone, Copy, Deserialize)]
pub(super) struct OutputDetails {
    pub thinking_tokens: Option<Count>,
}

/// A stream event of any kind.
#[derive(Deserialize)]
pub(super) struct Event {
    #[serde(rename = "type", default)]
    pub kind: String,
    #[serde(default)]
    pub index: u64,
    pub message: Option<Reply>,
    pub content_block: Option<Block>,
    pub delta: Option<Delta>,
    pub usage: Option<Tokens>,
}

/// What a stream event adds.
#[derive(Deserialize)]
pub(super) struct Delta {
    pub text: Option<String>,
    pub thinking: Option<String>,
    pub partial_json: Option<String>,
    pub stop_reason: Option<String>,
}

/// An error reply, and the data of an `error` event.
#[derive(Deserialize)]
pub(super) struct Failure {
    pub error: Option<FailureDetail>,
    pub request_id: Option<String>,
}

/// What failed.
#[derive(Deserialize)]
pub(super) struct FailureDetail {
    #[serde(rename = "type", default)]
    pub kind: String,
    #[serde(default)]
    pub message: String,
}

/// A page of the model list. <https://docs.anthropic.com/en/api/models-list>
#[derive(Deserialize)]
pub(super) struct Models {
    #[serde(default)]
    pub data: Vec<Model>,
    #[serde(default)]
    pub has_more: bool,
    pub last_id: Option<String>,
}

/// A listed model.
#[derive(Deserialize)]
pub(super) struct Model {
    pub id: String,
    pub max_input_tokens: Option<u64>,
    pub max_tokens: Option<u64>,
}
