//! JSON of Converse and ConverseStream.
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html>

use crate::provider::wire::Count;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// A request.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Body<'a> {
    pub messages: Vec<Turn<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub system: Vec<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inference_config: Option<InferenceConfig<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_config: Option<OutputConfig<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional_model_request_fields: Option<ClaudeFields>,
}

/// A turn of the conversation.
#[derive(Serialize)]
pub(super) struct Turn<'a> {
    pub role: &'static str,
    pub content: Vec<Text<'a>>,
}

/// A piece of text.
#[derive(Serialize)]
pub(super) struct Text<'a> {
    pub text: &'a str,
}

/// Sampling parameters.
#[derive(Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct InferenceConfig<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_p: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_sequences: Option<&'a [String]>,
}

/// Effort and form of the answer.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OutputConfig<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effort: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text_format: Option<TextFormat>,
}

/// A schema that the answer is constrained to.
#[derive(Serialize)]
pub(super) struct TextFormat {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub structure: Structure,
}

/// The union of kinds of schemas, which has one member.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Structure {
    pub json_schema: Schema,
}

/// A schema, as JSON text.
#[derive(Serialize)]
pub(super) struct Schema {
    pub schema: String,
    pub name: &'static str,
}

/// What Anthropic's models take beside Bedrock's own parameters.
#[derive(Serialize)]
pub(super) struct ClaudeFields {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thinking: Option<Thinking>,
}

/// How much the model may think.
#[derive(Serialize)]
pub(super) struct Thinking {
    #[serde(rename = "type")]
    pub kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget_tokens: Option<u32>,
}

/// A whole reply.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Reply {
    pub output: Option<Output>,
    pub stop_reason: Option<String>,
    pub usage: Option<Tokens>,
    pub trace: Option<Trace>,
}

/// The union of outputs, which has one member.
#[derive(Deserialize)]
pub(super) struct Output {
    pub message: Option<Message>,
}

/// What the model said.
#[derive(Deserialize)]
pub(super) struct Message {
    #[serde(default)]
    pub content: Vec<Block>,
}

/// A content block of any kind: the fields of those kinds that are read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Block {
    pub text: Option<String>,
    pub tool_use: Option<ToolUse>,
    pub reasoning_content: Option<Reasoning>,
}

/// A tool call: whole, its start, or (only `input`, as text) a piece of its arguments.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ToolUse {
    pub tool_use_id: Option<String>,
    pub name: Option<String>,
    pub input: Option<Box<RawValue>>,
    /// `server_tool_use` where Bedrock itself runs the tool.
    #[serde(rename = "type")]
    pub kind: Option<String>,
}

/// Reasoning: `reasoningText` in a whole reply, `text` in a stream.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Reasoning {
    pub reasoning_text: Option<ReasoningText>,
    pub text: Option<String>,
}

/// Reasoning text.
#[derive(Deserialize)]
pub(super) struct ReasoningText {
    pub text: Option<String>,
}

/// Token counts: `inputTokens` leaves out what was read from or written to the cache.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Tokens {
    #[serde(default)]
    pub input_tokens: Count,
    #[serde(default)]
    pub output_tokens: Count,
    pub cache_read_input_tokens: Option<Count>,
    pub cache_write_input_tokens: Option<Count>,
    pub cache_details: Option<Vec<CacheDetail>>,
}

/// Cache writes of one lifetime.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CacheDetail {
    #[serde(default)]
    pub ttl: String,
    #[serde(default)]
    pub input_tokens: Count,
}

/// What a prompt router chose.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Trace {
    pub prompt_router: Option<PromptRouter>,
}

/// The model that a prompt router chose.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PromptRouter {
    pub invoked_model_id: Option<String>,
}

/// A stream event of any kind: which fields it has depends on its name.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Event {
    #[serde(default)]
    pub content_block_index: u64,
    pub start: Option<Start>,
    pub delta: Option<Block>,
    pub stop_reason: Option<String>,
    pub usage: Option<Tokens>,
    pub trace: Option<Trace>,
}

/// What a content block starts with.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Start {
    pub tool_use: Option<ToolUse>,
}

/// An error reply; the name is in a header, in older services in the body.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Failure {
    #[serde(alias = "Message")]
    pub message: Option<String>,
    #[serde(rename = "__type")]
    pub kind: Option<String>,
}
