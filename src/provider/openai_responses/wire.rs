//! Replies and stream events of Responses.

use super::super::openai::CostDetails;
use super::super::wire::{Count, Text};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// A response.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Response<'a> {
    pub id: Text,
    pub object: Text,
    pub model: Text,
    pub status: Text,
    pub output: Option<Vec<Item>>,
    pub incomplete_details: Option<Incomplete>,
    #[serde(borrow)]
    pub usage: Option<Usage<'a>>,
    pub error: Option<Value>,
}

/// Why a response is incomplete.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Incomplete {
    pub reason: Text,
}

/// An output item: a message, reasoning, a tool call, or the record of a tool that the server ran itself.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Item {
    #[serde(rename = "type")]
    pub kind: Text,
    pub content: Option<Vec<Part>>,
    pub summary: Option<Vec<Part>>,
    pub call_id: Text,
    pub name: Text,
    pub arguments: Text,
    pub input: Text,
}

/// A part of a message or of reasoning.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Part {
    #[serde(rename = "type")]
    pub kind: Text,
    pub text: Text,
    pub refusal: Text,
}

/// Usage.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Usage<'a> {
    pub input_tokens: Count,
    pub input_tokens_details: Option<InputDetails>,
    pub output_tokens: Count,
    pub output_tokens_details: Option<OutputDetails>,
    #[serde(borrow)]
    pub cost: Option<&'a RawValue>,
    #[serde(borrow)]
    pub cost_details: Option<CostDetails<'a>>,
    pub is_byok: Option<bool>,
    #[serde(borrow)]
    pub cost_in_usd_ticks: Option<&'a RawValue>,
}

/// Parts of the input.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct InputDetails {
    pub cached_tokens: Count,
    pub cache_write_tokens: Count,
    pub audio_tokens: Count,
}

/// Parts of the output.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct OutputDetails {
    pub reasoning_tokens: Count,
    pub audio_tokens: Count,
}

/// A stream event. Which fields it has depends on its type.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Event<'a> {
    #[serde(rename = "type")]
    pub kind: Text,
    /// `response.completed` and its like.
    #[serde(borrow)]
    pub response: Option<&'a RawValue>,
    /// `response.output_item.done`.
    #[serde(borrow)]
    pub item: Option<&'a RawValue>,
    /// `*.delta`.
    pub delta: Text,
}
