//! JSON of `generateContent`. <https://ai.google.dev/api/generate-content>

use crate::provider::wire::Count;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

/// A request.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_instruction: Option<System<'a>>,
    pub contents: Vec<Turn<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generation_config: Option<GenerationConfig<'a>>,
}

/// The system instruction.
#[derive(Serialize)]
pub(super) struct System<'a> {
    pub parts: Vec<TextPart<'a>>,
}

/// A turn of the conversation.
#[derive(Serialize)]
pub(super) struct Turn<'a> {
    pub role: &'static str,
    pub parts: Vec<TextPart<'a>>,
}

/// A piece of text.
#[derive(Serialize)]
pub(super) struct TextPart<'a> {
    pub text: &'a str,
}

/// Sampling parameters.
#[derive(Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GenerationConfig<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_p: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_output_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_sequences: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frequency_penalty: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub presence_penalty: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_mime_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_json_schema: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thinking_config: Option<ThinkingConfig<'a>>,
}

/// How much the model may think: a budget (2.5) or a level (3 and later).
#[derive(PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ThinkingConfig<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thinking_budget: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thinking_level: Option<&'a str>,
}

/// A whole reply, and every chunk of a streamed one.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Reply {
    #[serde(default)]
    pub candidates: Vec<Candidate>,
    pub prompt_feedback: Option<PromptFeedback>,
    pub usage_metadata: Option<Tokens>,
    pub model_version: Option<String>,
    pub response_id: Option<String>,
    pub error: Option<FailureDetail>,
}

/// An answer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Candidate {
    pub content: Option<Content>,
    pub finish_reason: Option<String>,
    #[serde(default)]
    pub index: u64,
}

/// What the model said.
#[derive(Deserialize)]
pub(super) struct Content {
    #[serde(default)]
    pub parts: Vec<Part>,
}

/// A piece of what the model said: the fields of those kinds that are read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Part {
    pub text: Option<String>,
    #[serde(default)]
    pub thought: bool,
    pub function_call: Option<FunctionCall>,
}

/// A tool call, whole or (where the caller asked for streamed arguments) in pieces.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FunctionCall {
    pub id: Option<String>,
    pub name: Option<String>,
    pub args: Option<Box<RawValue>>,
    #[serde(default)]
    pub partial_args: Vec<PartialArg>,
    #[serde(default)]
    pub will_continue: bool,
}

/// A piece of one argument. <https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/function-calling>
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PartialArg {
    #[serde(default)]
    pub json_path: String,
    pub string_value: Option<String>,
    pub number_value: Option<serde_json::Number>,
    pub bool_value: Option<bool>,
}

/// Why the prompt was refused.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PromptFeedback {
    pub block_reason: Option<String>,
    pub block_reason_message: Option<String>,
}

/// Token counts: `candidatesTokenCount` leaves out thoughts, `promptTokenCount` leaves out tool results.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Tokens {
    pub prompt_token_count: Option<Count>,
    pub cached_content_token_count: Option<Count>,
    pub candidates_token_count: Option<Count>,
    pub thoughts_token_count: Option<Count>,
    pub tool_use_prompt_token_count: Option<Count>,
    pub prompt_tokens_details: Option<Vec<Modality>>,
    pub tool_use_prompt_tokens_details: Option<Vec<Modality>>,
    pub candidates_tokens_details: Option<Vec<Modality>>,
}

/// Tokens of one modality.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Modality {
    #[serde(default)]
    pub modality: String,
    #[serde(default)]
    pub token_count: Count,
}

/// An error reply. <https://google.aip.dev/193>
#[derive(Deserialize)]
pub(super) struct Failure {
    pub error: Option<FailureDetail>,
}

/// What failed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct FailureDetail {
    pub code: Option<i64>,
    pub message: String,
    pub status: String,
    pub details: Vec<ErrorInfo>,
}

/// Details of any kind: the fields of `ErrorInfo` and `RetryInfo`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ErrorInfo {
    pub reason: Option<String>,
    pub retry_delay: Option<String>,
}

/// A page of the model list. <https://ai.google.dev/api/models>
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Models {
    #[serde(default)]
    pub models: Vec<Model>,
    pub next_page_token: Option<String>,
}

/// A listed model.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Model {
    pub name: String,
    pub input_token_limit: Option<u64>,
    pub output_token_limit: Option<u64>,
    #[serde(default)]
    pub supported_generation_methods: Vec<String>,
}
