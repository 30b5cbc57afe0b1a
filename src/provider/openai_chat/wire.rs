//! Replies of Chat Completions, whole and in chunks, with the fields that compatible hosts add.

use super::super::openai::CostDetails;
use super::super::wire::{Count, Text};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use std::fmt;

/// A reply, or a chunk of a stream.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Reply<'a> {
    pub id: Text,
    pub model: Text,
    pub choices: Option<Vec<Choice>>,
    #[serde(borrow)]
    pub usage: Option<Usage<'a>>,
    /// Groq's streams.
    #[serde(borrow)]
    pub x_groq: Option<Groq<'a>>,
    pub error: Option<Value>,
}

/// Groq's own part of a chunk.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Groq<'a> {
    #[serde(borrow)]
    pub usage: Option<Usage<'a>>,
}

/// One answer; bench asks for one only.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Choice {
    pub message: Option<Message>,
    pub delta: Option<Message>,
    pub finish_reason: Text,
    pub error: Option<Value>,
}

/// A message, or a piece of one.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Message {
    pub content: Content,
    /// DeepSeek, Alibaba, Moonshot, xAI, Z.ai, vLLM.
    pub reasoning_content: Text,
    /// OpenRouter, Groq, Cerebras, Together.
    pub reasoning: Text,
    /// OpenRouter: the same in parts.
    pub reasoning_details: Option<Vec<ReasoningDetail>>,
    pub refusal: Text,
    pub tool_calls: Option<Vec<ToolCall>>,
    /// The form before `tool_calls`.
    pub function_call: Option<Function>,
}

/// A part of OpenRouter's reasoning.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ReasoningDetail {
    pub text: Text,
    pub summary: Text,
}

/// A tool call, or a piece of one.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ToolCall {
    pub index: Option<u64>,
    pub id: Text,
    pub function: Function,
}

/// Name and arguments.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Function {
    pub name: Text,
    pub arguments: Arguments,
}

impl Function {
    /// True where there is something to call.
    pub fn is_call(&self) -> bool {
        !self.name.0.is_empty() || !self.arguments.0.is_empty()
    }
}

/// Arguments as JSON text; some hosts send them as an object.
#[derive(Debug, Default)]
pub(super) struct Arguments(pub String);

impl<'de> Deserialize<'de> for Arguments {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match Value::deserialize(deserializer)? {
            Value::String(text) => text,
            Value::Null => String::new(),
            other => other.to_string(),
        }))
    }
}

/// Content: text, or parts of text and (Mistral's) thinking.
#[derive(Debug, Default)]
pub(super) struct Content {
    pub text: String,
    pub thinking: String,
}

/// A part of a content list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Part {
    #[serde(rename = "type")]
    kind: Text,
    text: Text,
    refusal: Text,
    thinking: Option<Content>,
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyContent;
        impl<'de> Visitor<'de> for AnyContent {
            type Value = Content;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text or a list of parts")
            }
            fn visit_str<E>(self, text: &str) -> Result<Content, E> {
                Ok(Content {
                    text: text.to_owned(),
                    thinking: String::new(),
                })
            }
            fn visit_string<E>(self, text: String) -> Result<Content, E> {
                Ok(Content {
                    text,
                    thinking: String::new(),
                })
            }
            fn visit_unit<E>(self) -> Result<Content, E> {
                Ok(Content::default())
            }
            fn visit_none<E>(self) -> Result<Content, E> {
                Ok(Content::default())
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Content, A::Error> {
                let mut content = Content::default();
                while let Some(part) = list.next_element::<Part>()? {
                    if part.kind.0.is_empty() || part.kind.0.ends_with("text") {
                        content.text.push_str(&part.text.0);
                    }
                    content.text.push_str(&part.refusal.0);
                    if let Some(thinking) = part.thinking {
                        content.thinking.push_str(&thinking.text);
                    }
                }
                Ok(content)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Content, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Content::default())
            }
        }
        deserializer.deserialize_any(AnyContent)
    }
}

/// Usage as OpenAI and its imitators count it.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Usage<'a> {
    pub prompt_tokens: Count,
    pub completion_tokens: Count,
    pub total_tokens: Count,
    pub prompt_tokens_details: Option<PromptDetails>,
    pub completion_tokens_details: Option<CompletionDetails>,
    /// DeepSeek.
    pub prompt_cache_hit_tokens: Count,
    /// Moonshot.
    pub cached_tokens: Count,
    /// Mistral.
    pub num_cached_tokens: Count,
    /// Vercel, LiteLLM.
    pub cache_creation_input_tokens: Count,
    /// Azure's deployments of other vendors' models.
    pub audio_prompt_tokens: Count,
    #[serde(borrow)]
    pub cost: Option<&'a RawValue>,
    #[serde(borrow)]
    pub cost_details: Option<CostDetails<'a>>,
    pub is_byok: Option<bool>,
    #[serde(borrow)]
    pub cost_in_usd_ticks: Option<&'a RawValue>,
}

/// Parts of the prompt.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PromptDetails {
    pub cached_tokens: Count,
    pub cache_write_tokens: Count,
    pub audio_tokens: Count,
}

/// Parts of the answer.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct CompletionDetails {
    pub reasoning_tokens: Count,
    pub audio_tokens: Count,
}
