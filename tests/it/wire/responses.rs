//! An independent reading of OpenAI's Responses.

use super::cassette::Exchange;
use super::chat::error_class;
use super::plug::{Answer, Plug, Reading};
use bench::model::{ErrorClass, Money, StopReason, Usage};
use bench::provider::OpenaiResponses;
use serde_json::Value;

/// Recognises a response, its stream and its errors.
pub fn plug(exchange: &Exchange) -> Option<Plug> {
    let first = exchange.first_json();
    let by_path = exchange.path().ends_with("/responses") && exchange.method == "POST";
    let by_shape = exchange.url.is_empty()
        && (first["object"] == "response"
            || first["type"] == "response.created"
            || exchange.starts_with("{\"type\":\"response.created\""));
    (by_path || by_shape).then(|| Plug {
        api: "openai-responses",
        protocol: Box::new(OpenaiResponses::default()),
        read,
        event: |line| {
            let event: Value = serde_json::from_slice(line).unwrap_or_default();
            (
                event["type"].as_str().unwrap_or_default().to_owned(),
                line.to_vec(),
            )
        },
    })
}

fn read(exchange: &Exchange) -> Reading {
    if exchange.status >= 400 {
        return Reading::Error(error_class(exchange.status, &exchange.first_json()));
    }
    if !exchange.is_stream() {
        return Reading::Answer(Box::new(answer(&exchange.first_json(), &[])));
    }
    if exchange.has_broken_chunk() {
        return Reading::Error(ErrorClass::Malformed);
    }
    let events = exchange.json_events();
    if let Some(failed) = events
        .iter()
        .find(|event| event["type"] == "error" || event["type"] == "response.failed")
    {
        return Reading::Error(error_class(400, failed));
    }
    let last = events.iter().rev().find(|event| {
        ["response.completed", "response.incomplete"]
            .iter()
            .any(|kind| event["type"] == *kind)
    });
    match last {
        Some(last) => Reading::Answer(Box::new(answer(&last["response"], &events))),
        None => Reading::Error(ErrorClass::Malformed),
    }
}

fn answer(response: &Value, events: &[Value]) -> Answer {
    let mut answer = Answer {
        model: response["model"].as_str().map(str::to_owned),
        usage: response["usage"]
            .is_object()
            .then(|| usage_of(&response["usage"])),
        cost: cost_of(&response["usage"]),
        ..Answer::default()
    };
    let mut refused = false;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut items: Vec<&Value> = response["output"].as_array().into_iter().flatten().collect();
    if items.is_empty() {
        items = events
            .iter()
            .filter(|event| event["type"] == "response.output_item.done")
            .map(|event| &event["item"])
            .collect();
    }
    for item in items {
        match item["type"].as_str().unwrap_or_default() {
            "message" => {
                for part in item["content"].as_array().into_iter().flatten() {
                    refused |= part["type"] == "refusal";
                    answer.text += &text(&part["text"]);
                    answer.text += &text(&part["refusal"]);
                }
            }
            "reasoning" => {
                let parts = [&item["summary"], &item["content"]]
                    .into_iter()
                    .filter_map(Value::as_array)
                    .flatten();
                answer.reasoning |= parts.into_iter().any(|part| !text(&part["text"]).is_empty());
            }
            "function_call" => answer.tools.push((text(&item["name"]), text(&item["arguments"]))),
            "custom_tool_call" => answer.tools.push((text(&item["name"]), text(&item["input"]))),
            _ => {}
        }
    }
    answer.stop = match (
        response["status"].as_str(),
        response["incomplete_details"]["reason"].as_str(),
    ) {
        _ if refused => StopReason::Refusal,
        (_, Some("max_output_tokens")) => StopReason::Length,
        (_, Some("content_filter")) => StopReason::ContentFilter,
        (Some("completed"), _) if !answer.tools.is_empty() => StopReason::ToolCalls,
        (Some("completed"), _) => StopReason::Stop,
        _ => StopReason::Unknown,
    };
    answer
}

fn usage_of(usage: &Value) -> Usage {
    let number = |path: &str| usage.pointer(path).and_then(Value::as_u64).unwrap_or(0);
    Usage {
        input: number("/input_tokens"),
        cache_read: number("/input_tokens_details/cached_tokens"),
        cache_write: number("/input_tokens_details/cache_write_tokens"),
        output: number("/output_tokens"),
        reasoning: number("/output_tokens_details/reasoning_tokens"),
        ..Usage::default()
    }
}

fn cost_of(usage: &Value) -> Option<Money> {
    let ticks = usage["cost_in_usd_ticks"]
        .as_i64()
        .map(|ticks| Money(ticks * 100));
    ticks.or_else(|| {
        usage["cost"]
            .as_f64()
            .map(|dollars| Money((dollars * 1e12).round() as i64))
    })
}
