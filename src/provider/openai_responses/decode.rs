//! A response as a completion.

use super::super::error;
use super::super::openai::{Cost, reported_cost};
use super::wire::{self, Item, Response};
use crate::model::{Completion, ErrorClass, ProviderError, StopReason, ToolCall, Usage};
use serde_json::Value;

/// Reads a whole 2xx reply.
pub(super) fn reply(body: &[u8]) -> Result<Completion, ProviderError> {
    let response: Response<'_> = error::parse(body)?;
    if response.output.is_none() && response.status.0.is_empty() {
        let value: Value = serde_json::from_slice(body).unwrap_or_default();
        if error::read_body(&value).message.is_empty() {
            return Err(ProviderError::new(
                ErrorClass::Malformed,
                "the reply has no `output`",
            ));
        }
        return Err(error::from_value(&value));
    }
    completion(response, Vec::new())
}

/// The completion of a response that has come to its end. `streamed` are the items that a stream brought, for hosts
/// whose last event does not repeat them.
pub(super) fn completion(response: Response<'_>, streamed: Vec<Item>) -> Result<Completion, ProviderError> {
    if let Some(value) = response
        .error
        .filter(|error| error.is_object() || error.is_string())
    {
        return Err(error::from_value(&Value::Object(
            [("error".to_owned(), value)].into_iter().collect(),
        )));
    }
    let status = response.status.0;
    if matches!(status.as_str(), "failed" | "cancelled" | "queued" | "in_progress") {
        return Err(ProviderError::new(
            ErrorClass::Overloaded,
            format!("the server gave no complete response (status `{status}`)"),
        ));
    }
    let mut completion = Completion {
        usage: response.usage.as_ref().and_then(usage),
        reported_cost: response.usage.as_ref().and_then(cost),
        served_model: response.model.some(),
        request_id: response.id.some(),
        ..Completion::default()
    };
    let own = response.output.unwrap_or_default();
    let mut refused = false;
    let mut reasoning = String::new();
    for item in if own.is_empty() { streamed } else { own } {
        refused |= add(&mut completion, &mut reasoning, item);
    }
    completion.reasoning = (!reasoning.is_empty()).then_some(reasoning);
    let reason = response
        .incomplete_details
        .and_then(|details| details.reason.some());
    completion.stop = match (status.as_str(), reason.as_deref()) {
        _ if refused => StopReason::Refusal,
        (_, Some("max_output_tokens" | "max_tokens" | "length")) => StopReason::Length,
        (_, Some("content_filter")) => StopReason::ContentFilter,
        ("completed", _) if !completion.tool_calls.is_empty() => StopReason::ToolCalls,
        ("completed", _) => StopReason::Stop,
        _ => StopReason::Unknown,
    };
    completion.stop_raw = reason.or((!status.is_empty()).then_some(status));
    Ok(completion)
}

/// Adds an item; true where it is a refusal. Tools that the server ran itself are no calls that anybody waits for.
fn add(completion: &mut Completion, reasoning: &mut String, item: Item) -> bool {
    let mut refused = false;
    match item.kind.0.as_str() {
        "message" => {
            for part in item.content.into_iter().flatten() {
                refused |= part.kind.0 == "refusal";
                completion.text.push_str(&part.text.0);
                completion.text.push_str(&part.refusal.0);
            }
        }
        "reasoning" => {
            // Open models give the thoughts themselves under `content`, OpenAI a summary.
            let parts = item
                .content
                .into_iter()
                .flatten()
                .chain(item.summary.into_iter().flatten());
            for part in parts.filter(|part| !part.text.0.is_empty()) {
                if !reasoning.is_empty() {
                    reasoning.push_str("\n\n");
                }
                reasoning.push_str(&part.text.0);
            }
        }
        "function_call" => {
            completion.tool_calls.push(ToolCall {
                id: item.call_id.0,
                name: item.name.0,
                arguments: item.arguments.0,
            });
        }
        "custom_tool_call" => {
            completion.tool_calls.push(ToolCall {
                id: item.call_id.0,
                name: item.name.0,
                arguments: item.input.0,
            });
        }
        _ => {}
    }
    refused
}

/// Reasoning is part of `output_tokens` with every vendor here, xAI included. `None` where the counts are impossible.
fn usage(said: &wire::Usage<'_>) -> Option<Usage> {
    let input = said.input_tokens_details.unwrap_or_default();
    let output = said.output_tokens_details.unwrap_or_default();
    Some(Usage {
        input: said.input_tokens.known()?,
        cache_read: input.cached_tokens.part(),
        cache_write: input.cache_write_tokens.part(),
        cache_write_1h: 0,
        input_audio: input.audio_tokens.part(),
        output: said.output_tokens.known()?,
        reasoning: output.reasoning_tokens.part(),
        output_audio: output.audio_tokens.part(),
    })
}

fn cost(said: &wire::Usage<'_>) -> Option<crate::model::Money> {
    reported_cost(Cost {
        cost: said.cost,
        ticks: said.cost_in_usd_ticks,
        own_key: said.is_byok == Some(true),
        upstream: said
            .cost_details
            .and_then(|details| details.upstream_inference_cost),
    })
}
