//! What a recorded line, or a program, answers.

use crate::model::{Completion, ErrorClass, Money, ProviderError, StopReason, ToolCall, Usage};
use crate::provider::error::without_lone_surrogates;
use crate::provider::wire::Count;
use indexmap::IndexMap;
use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// The answering keys of a line. Unknown ones are ignored.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::provider) struct Answer<'a> {
    #[serde(borrow, deserialize_with = "present")]
    output: Option<&'a RawValue>,
    #[serde(borrow, deserialize_with = "present")]
    text: Option<&'a RawValue>,
    #[serde(borrow)]
    reasoning: Option<Cow<'a, str>>,
    #[serde(borrow)]
    tool_calls: Option<Vec<Call<'a>>>,
    #[serde(borrow)]
    stop: Option<Cow<'a, str>>,
    usage: Option<Counts>,
    cost: Option<f64>,
    latency_ms: Option<f64>,
    #[serde(borrow)]
    served_model: Option<Cow<'a, str>>,
    /// Log-probabilities of the first token's likeliest choices.
    logprobs: Option<IndexMap<String, f64>>,
    #[serde(borrow, deserialize_with = "failure")]
    error: Option<Failure<'a>>,
}

#[derive(Debug, Deserialize)]
struct Call<'a> {
    #[serde(default)]
    id: Option<String>,
    name: String,
    #[serde(borrow, default)]
    arguments: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
struct Failure<'a> {
    #[serde(borrow)]
    class: Option<Cow<'a, str>>,
    #[serde(borrow)]
    message: Option<Cow<'a, str>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Counts {
    input: Option<Count>,
    input_tokens: Option<Count>,
    prompt_tokens: Option<Count>,
    cache_read: Option<Count>,
    cache_write: Option<Count>,
    cache_write_1h: Option<Count>,
    input_audio: Option<Count>,
    output: Option<Count>,
    output_tokens: Option<Count>,
    completion_tokens: Option<Count>,
    reasoning: Option<Count>,
    output_audio: Option<Count>,
}

/// Keeps `null` apart from an absent key: a recorded `null` is an empty answer.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

/// A failure with its class, or its message alone; `null`, `""` and `false` are none.
fn failure<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Failure<'de>>, D::Error> {
    let raw = <&RawValue>::deserialize(deserializer)?;
    match raw.get().as_bytes().first() {
        Some(b'{') => serde_json::from_str(raw.get())
            .map(Some)
            .map_err(de::Error::custom),
        _ if matches!(raw.get(), "null" | "false" | "\"\"") => Ok(None),
        _ => Ok(Some(Failure {
            class: None,
            message: Some(Cow::Owned(text_of(raw))),
        })),
    }
}

impl Answer<'_> {
    /// True where it has a key that answers.
    pub(in crate::provider) fn is_answer(&self) -> bool {
        self.output.is_some() || self.text.is_some() || self.tool_calls.is_some() || self.error.is_some()
    }

    /// Why the line answers nothing usable, if so.
    pub(in crate::provider) fn problem(&self) -> Option<String> {
        if !self.is_answer() {
            return Some("has none of `output`, `text`, `tool_calls`, `error`".to_owned());
        }
        if let Some(class) = self.error.as_ref().and_then(|error| error.class.as_deref())
            && ErrorClass::parse(class).is_none()
        {
            let known: Vec<&str> = ErrorClass::ALL.iter().map(|class| class.name()).collect();
            return Some(format!(
                "has the unknown error class `{class}`; known are {}",
                known.join(", ")
            ));
        }
        if self.latency_ms.is_some_and(|millis| millis < 0.0) {
            return Some("has a `latency_ms` below 0".to_owned());
        }
        None
    }

    /// True where the line gives the time it took.
    pub(in crate::provider) fn has_latency(&self) -> bool {
        self.latency_ms.is_some()
    }

    /// The completion, or the recorded failure.
    pub(in crate::provider) fn into_completion(self) -> Result<Completion, ProviderError> {
        if let Some(error) = self.error {
            let class = error.class.as_deref().and_then(ErrorClass::parse);
            let message = error
                .message
                .map_or_else(|| "recorded without a message".to_owned(), Cow::into_owned);
            return Err(ProviderError::new(
                class.unwrap_or(ErrorClass::Unavailable),
                message,
            ));
        }
        let text = self.output.filter(|raw| raw.get() != "null").or(self.text);
        let stop = self.stop.map(Cow::into_owned);
        let calls = self.tool_calls.unwrap_or_default();
        Ok(Completion {
            text: text.map(text_of).unwrap_or_default(),
            reasoning: self.reasoning.map(Cow::into_owned),
            tool_calls: calls.into_iter().map(Call::into_tool_call).collect(),
            stop: stop.as_deref().map(stop_reason).unwrap_or_default(),
            stop_raw: stop,
            usage: self.usage.and_then(Counts::into_usage),
            reported_cost: self.cost.and_then(dollars),
            served_model: self.served_model.map(Cow::into_owned),
            first_logprobs: self.logprobs.unwrap_or_default().into_iter().collect(),
            latency_us: self.latency_ms.map_or(0, |millis| (millis * 1000.0) as u64),
            ..Completion::default()
        })
    }
}

impl Call<'_> {
    fn into_tool_call(self) -> ToolCall {
        ToolCall {
            id: self.id.unwrap_or_default(),
            name: self.name,
            arguments: self.arguments.map(text_of).unwrap_or_default(),
        }
    }
}

impl Counts {
    /// `None` where it has neither input nor output tokens by a known name, or an impossible number of
    /// them: unknown is not zero.
    fn into_usage(self) -> Option<Usage> {
        let input = self.input.or(self.input_tokens).or(self.prompt_tokens);
        let output = self.output.or(self.output_tokens).or(self.completion_tokens);
        if input.is_none() && output.is_none() {
            return None;
        }
        Some(Usage {
            input: input.unwrap_or_default().known()?,
            cache_read: self.cache_read.unwrap_or_default().part(),
            cache_write: self.cache_write.unwrap_or_default().part(),
            cache_write_1h: self.cache_write_1h.unwrap_or_default().part(),
            input_audio: self.input_audio.unwrap_or_default().part(),
            output: output.unwrap_or_default().known()?,
            reasoning: self.reasoning.unwrap_or_default().part(),
            output_audio: self.output_audio.unwrap_or_default().part(),
        })
    }
}

/// Text as it is, `null` as nothing, anything else as its JSON.
fn text_of(raw: &RawValue) -> String {
    match raw.get() {
        "null" => String::new(),
        json => serde_json::from_str(json)
            .ok()
            .or_else(|| serde_json::from_slice(&without_lone_surrogates(json.as_bytes())?).ok())
            .unwrap_or_else(|| json.to_owned()),
    }
}

/// Dollars rounded to bench's unit: recordings carry sums of floats. `None` where no answer can cost that.
fn dollars(amount: f64) -> Option<Money> {
    let pico = (amount * 1e12).round();
    (0.0..i64::MAX as f64)
        .contains(&pico)
        .then_some(Money(pico as i64))
}

/// The stop reason by bench's name or the usual vendors' ones.
pub(in crate::provider) fn stop_reason(word: &str) -> StopReason {
    match word.to_ascii_lowercase().replace('_', "-").as_str() {
        "stop" | "end-turn" | "stop-sequence" | "eos" | "done" | "completed" => StopReason::Stop,
        "length" | "max-tokens" | "max-output-tokens" => StopReason::Length,
        "tool-calls" | "tool-use" | "function-call" => StopReason::ToolCalls,
        "content-filter" | "safety" => StopReason::ContentFilter,
        "refusal" => StopReason::Refusal,
        _ => StopReason::Unknown,
    }
}
