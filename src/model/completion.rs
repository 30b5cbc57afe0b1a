//! What a model answered.

use super::{Money, Usage};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why the model stopped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StopReason {
    /// A natural end, or a stop text.
    Stop,
    /// The token limit.
    Length,
    /// The model wants tools called.
    ToolCalls,
    /// The vendor's content filter.
    ContentFilter,
    /// The model declined.
    Refusal,
    /// The API did not say, or said something unknown.
    #[default]
    Unknown,
}

/// A tool call that the model asked for; kept, not executed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolCall {
    /// The vendor's id of the call, empty where it has none.
    #[serde(default)]
    pub id: String,
    /// The tool's name.
    pub name: String,
    /// The arguments as the model wrote them: JSON text, perhaps invalid.
    pub arguments: String,
}

/// What the vendor's headers said of the limits. Never stored: it steers the engine only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RateLimits {
    /// Requests that may still be sent in the current window.
    pub requests_remaining: Option<u64>,
    /// Requests per window.
    pub requests_limit: Option<u64>,
    /// Tokens that may still be used in the current window.
    pub tokens_remaining: Option<u64>,
    /// Tokens per window.
    pub tokens_limit: Option<u64>,
}

/// What a model answered, as every adapter maps it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Completion {
    /// The answer.
    pub text: String,
    /// The model's reasoning, where the API shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<String>,
    /// Tool calls that the model asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tool_calls: Vec<ToolCall>,
    /// Why the model stopped.
    pub stop: StopReason,
    /// The vendor's own word for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_raw: Option<String>,
    /// Token counts; `None` where the API gave none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// The cost that the API itself reported (OpenRouter does).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reported_cost: Option<Money>,
    /// The model that answered, as the API names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub served_model: Option<String>,
    /// The vendor's id of the request or response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// From the send to the last byte, in microseconds; of the successful attempt only.
    pub latency_us: u64,
    /// From the send to the first token, in microseconds; only where the reply was streamed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_token_us: Option<u64>,
    /// Log-probabilities of the likeliest first tokens, where the API was asked for them (`logprobs`): what a judge's
    /// weighted verdict is read from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub first_logprobs: Vec<(String, f64)>,
    /// What the reply's headers said of the limits.
    #[serde(skip)]
    pub rate_limits: RateLimits,
}
