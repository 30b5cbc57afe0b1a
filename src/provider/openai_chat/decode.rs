//! A whole reply as a completion, and what whole and streamed replies share.

use super::super::error;
use super::super::wire::Text;
use super::wire::{Message, Reply};
use super::{usage, wire};
use crate::model::{Completion, ErrorClass, ProviderError, StopReason, ToolCall};
use serde_json::Value;

/// Reads a whole 2xx reply.
pub(super) fn reply(body: &[u8]) -> Result<Completion, ProviderError> {
    let reply: Reply<'_> = error::parse(body)?;
    if let Some(value) = reply.error.filter(is_error) {
        return Err(error::from_value(&Value::Object(
            [("error".to_owned(), value)].into_iter().collect(),
        )));
    }
    let Some(choice) = reply.choices.into_iter().flatten().next() else {
        return Err(no_choices(body));
    };
    if let Some(value) = choice.error.filter(is_error) {
        return Err(error::from_value(&value));
    }
    let mut completion = Completion {
        usage: reply.usage.as_ref().and_then(usage::usage),
        reported_cost: reply.usage.as_ref().and_then(usage::cost),
        served_model: reply.model.some(),
        request_id: reply.id.some(),
        ..Completion::default()
    };
    let mut refusal = String::new();
    if let Some(message) = choice.message.or(choice.delta) {
        let Message {
            content,
            reasoning_content,
            reasoning,
            reasoning_details,
            refusal: said,
            tool_calls,
            function_call,
        } = message;
        let thought = thought(content.thinking, reasoning_content, reasoning, reasoning_details);
        completion.text = content.text;
        completion.reasoning = (!thought.is_empty()).then_some(thought);
        completion.tool_calls = tool_calls.into_iter().flatten().map(tool_call).collect();
        // Snowflake sends an empty one with every answer.
        if let Some(function) = function_call.filter(wire::Function::is_call) {
            completion.tool_calls.push(tool_call(wire::ToolCall {
                function,
                ..wire::ToolCall::default()
            }));
        }
        refusal = said.0;
    }
    finish(&mut completion, choice.finish_reason.some(), refusal)?;
    Ok(completion)
}

/// `null`, `false` and `""` under `error` mean that there is none.
pub(super) fn is_error(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Bool(false)) && value.as_str() != Some("")
}

/// 2xx without an answer: an error in a shape of its own, where it is one.
fn no_choices(body: &[u8]) -> ProviderError {
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    if error::read_body(&value).message.is_empty() {
        return ProviderError::new(ErrorClass::Malformed, "the reply has no `choices`");
    }
    error::from_value(&value)
}

/// The reasoning of a message: the same may stand in several fields, of which the first counts.
pub(super) fn thought(
    thinking: String,
    reasoning_content: Text,
    reasoning: Text,
    details: Option<Vec<wire::ReasoningDetail>>,
) -> String {
    let single = [thinking, reasoning_content.0, reasoning.0]
        .into_iter()
        .find(|text| !text.is_empty());
    single.unwrap_or_else(|| {
        let details = details.into_iter().flatten();
        details
            .map(|detail| {
                if detail.text.0.is_empty() {
                    detail.summary.0
                } else {
                    detail.text.0
                }
            })
            .collect()
    })
}

fn tool_call(call: wire::ToolCall) -> ToolCall {
    ToolCall {
        id: call.id.0,
        name: call.function.name.0,
        arguments: call.function.arguments.0,
    }
}

/// Sets the stop reason. Reasons that tell of a failure of the server are errors.
pub(super) fn finish(
    completion: &mut Completion,
    raw: Option<String>,
    refusal: String,
) -> Result<(), ProviderError> {
    let refused = !refusal.is_empty();
    if refused && completion.text.is_empty() {
        completion.text = refusal;
    }
    let word = raw.as_deref().unwrap_or_default();
    completion.stop = match word {
        "error" | "network_error" | "insufficient_system_resource" | "system_error" => {
            return Err(ProviderError::new(
                ErrorClass::Overloaded,
                format!("the server broke off the answer (finish_reason `{word}`)"),
            ));
        }
        _ if refused => StopReason::Refusal,
        "refusal" => StopReason::Refusal,
        "length"
        | "max_tokens"
        | "max_output_tokens"
        | "model_length"
        | "model_context_window_exceeded"
        | "MAX_TOKENS" => StopReason::Length,
        "content_filter" | "content-filter" | "sensitive" | "safety" | "SAFETY" | "guardrail_intervened" => {
            StopReason::ContentFilter
        }
        "tool_calls" | "function_call" | "tool_use" | "tool-calls" => StopReason::ToolCalls,
        // Some hosts end with `stop` although the model waits for its tools.
        "stop" | "eos" | "end_turn" | "stop_sequence" | "eos_token" | "STOP"
            if completion.tool_calls.is_empty() =>
        {
            StopReason::Stop
        }
        "stop" | "eos" | "end_turn" | "stop_sequence" | "eos_token" | "STOP" => StopReason::ToolCalls,
        _ => StopReason::Unknown,
    };
    completion.stop_raw = raw;
    Ok(())
}
