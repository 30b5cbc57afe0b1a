//! An independent reading of Chat Completions and what is compatible with it.

use super::cassette::Exchange;
use super::plug::{Answer, Plug, Reading};
use bench::model::{ErrorClass, Money, StopReason, Usage};
use bench::provider::OpenaiChat;
use serde_json::Value;

/// Recognises a chat completion, its stream, its errors, and model lists.
pub fn plug(exchange: &Exchange) -> Option<Plug> {
    let path = exchange.path();
    let by_path = path.ends_with("/chat/completions")
        || (exchange.provider == "writer" && path.ends_with("/v1/chat"))
        || (path.ends_with("/models") && exchange.method == "GET");
    let first = exchange.first_json();
    let bare_error = ["openai", "azure", "deepseek", "groq", "mistral"].contains(&exchange.provider.as_str());
    let by_shape = exchange.url.is_empty()
        && (first["choices"].is_array() && exchange.bare("object") != Some("text_completion".into())
            || bare_error && first["error"].is_object() && first.get("output").is_none());
    (by_path || by_shape).then(|| Plug {
        api: "openai-chat",
        protocol: Box::new(OpenaiChat::default()),
        read,
        event: |line| (String::new(), line.to_vec()),
    })
}

fn read(exchange: &Exchange) -> Reading {
    if exchange.path().ends_with("/models") {
        let list = exchange.first_json();
        let ids = list["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|model| model["id"].as_str().unwrap().to_owned());
        return Reading::Models(ids.collect());
    }
    if exchange.status >= 400 {
        return Reading::Error(error_class(exchange.status, &exchange.first_json()));
    }
    let events = if exchange.is_stream() {
        exchange.json_events()
    } else {
        vec![exchange.first_json()]
    };
    if let Some(failed) = events.iter().find(|event| event["error"].is_object()) {
        let code = failed["error"]["code"]
            .as_u64()
            .or(failed["error"]["status_code"].as_u64())
            .unwrap_or(400);
        return Reading::Error(error_class(code.try_into().unwrap(), failed));
    }
    Reading::Answer(Box::new(answer(&events)))
}

/// The class of every error in the recordings, by what a person reads in them.
pub fn error_class(status: u16, body: &Value) -> ErrorClass {
    let text = body.to_string().to_lowercase();
    let says = |part: &str| text.contains(part);
    match status {
        _ if says("insufficient_quota") => ErrorClass::Auth,
        _ if says("maximum context length")
            || says("context_length_exceeded")
            || says("token limit reached") =>
        {
            ErrorClass::ContextTooLong
        }
        _ if says("content management policy") => ErrorClass::Filtered,
        400 | 422 => ErrorClass::BadRequest,
        401..=403 => ErrorClass::Auth,
        404 => ErrorClass::NotFound,
        429 => ErrorClass::Throttled,
        _ => ErrorClass::Overloaded,
    }
}

fn answer(events: &[Value]) -> Answer {
    let mut answer = Answer::default();
    let (mut refusal, mut finish) = (String::new(), String::new());
    let mut calls: Vec<(String, String, String, String)> = Vec::new();
    for event in events {
        if let Some(model) = event["model"].as_str().filter(|model| !model.is_empty()) {
            answer.model.get_or_insert_with(|| model.to_owned());
        }
        for usage in [&event["x_groq"]["usage"], &event["usage"]] {
            if usage["prompt_tokens"].is_u64() {
                answer.usage = Some(usage_of(usage));
                answer.cost = cost_of(usage).or(answer.cost);
            }
        }
        let Some(choice) = event["choices"].get(0) else {
            continue;
        };
        if let Some(word) = choice["finish_reason"].as_str() {
            finish = word.to_owned();
        }
        let whole = event["object"] == "chat.completion" && events.len() == 1;
        let message = if whole || choice.get("delta").is_none() {
            &choice["message"]
        } else {
            &choice["delta"]
        };
        answer.text += &parts(&message["content"], "text");
        refusal += message["refusal"].as_str().unwrap_or_default();
        answer.reasoning |= ["reasoning", "reasoning_content"]
            .iter()
            .any(|key| message[key].as_str().is_some_and(|text| !text.is_empty()))
            || !parts(&message["content"], "thinking").is_empty()
            || message["reasoning_details"]
                .as_array()
                .into_iter()
                .flatten()
                .any(|part| {
                    [&part["text"], &part["summary"]]
                        .iter()
                        .any(|text| text.as_str().is_some_and(|text| !text.is_empty()))
                });
        for call in message["tool_calls"].as_array().into_iter().flatten() {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let arguments = match &call["function"]["arguments"] {
                Value::String(text) => text.clone(),
                Value::Null => String::new(),
                other => other.to_string(),
            };
            let (index, id, name) = (
                call["index"].to_string(),
                text(&call["id"]),
                text(&call["function"]["name"]),
            );
            let known = calls
                .iter_mut()
                .rev()
                .find(|known| !whole && known.0 == index && (id.is_empty() || known.1 == id || id == "null"));
            match known {
                Some(known) => {
                    known.2 += &name;
                    known.3 += &arguments;
                }
                None => calls.push((index, id, name, arguments)),
            }
        }
    }
    answer.tools = calls
        .into_iter()
        .map(|(_, _, name, arguments)| (name, arguments))
        .collect();
    if answer.text.is_empty() && !refusal.is_empty() {
        answer.text.clone_from(&refusal);
    }
    answer.stop = match finish.as_str() {
        _ if !refusal.is_empty() => StopReason::Refusal,
        "stop" | "eos" if !answer.tools.is_empty() => StopReason::ToolCalls,
        "stop" | "eos" => StopReason::Stop,
        "length" => StopReason::Length,
        "tool_calls" => StopReason::ToolCalls,
        "content_filter" => StopReason::ContentFilter,
        _ => StopReason::Unknown,
    };
    answer
}

/// The text of content that is a string or a list of parts; nested lists (Mistral's thinking) are joined.
fn parts(content: &Value, kind: &str) -> String {
    match content {
        Value::String(text) if kind == "text" => text.clone(),
        Value::Array(list) => list
            .iter()
            .filter(|part| part["type"] == kind)
            .map(|part| match &part[kind] {
                Value::String(text) => text.clone(),
                nested => parts(nested, "text"),
            })
            .collect(),
        _ => String::new(),
    }
}

fn usage_of(usage: &Value) -> Usage {
    let number = |path: &str| usage.pointer(path).and_then(Value::as_u64).unwrap_or(0);
    let (input, said) = (number("/prompt_tokens"), number("/completion_tokens"));
    let said_reasoning = number("/completion_tokens_details/reasoning_tokens");
    // xAI and Gemini's compatible endpoint leave reasoning out of completion_tokens; only the total has it.
    let outside = number("/total_tokens").saturating_sub(input + said);
    let hidden = usage.get("completion_tokens_details").is_none() || outside == said_reasoning;
    let outside = if hidden { outside } else { 0 };
    let cached = [
        "/prompt_tokens_details/cached_tokens",
        "/prompt_cache_hit_tokens",
        "/cached_tokens",
        "/num_cached_tokens",
    ];
    Usage {
        input,
        cache_read: cached.iter().map(|path| number(path)).max().unwrap_or(0),
        cache_write: number("/prompt_tokens_details/cache_write_tokens")
            .max(number("/cache_creation_input_tokens")),
        input_audio: number("/prompt_tokens_details/audio_tokens").max(number("/audio_prompt_tokens")),
        output: said + outside,
        reasoning: said_reasoning.max(outside),
        output_audio: number("/completion_tokens_details/audio_tokens"),
        cache_write_1h: 0,
    }
}

fn cost_of(usage: &Value) -> Option<Money> {
    if let Some(ticks) = usage["cost_in_usd_ticks"].as_i64() {
        return Some(Money(ticks * 100));
    }
    let dollars = usage["cost"].as_f64().or(usage["cost"]["total_cost"].as_f64())?;
    let upstream = usage["cost_details"]["upstream_inference_cost"]
        .as_f64()
        .filter(|_| usage["is_byok"] == true);
    Some(Money(((dollars + upstream.unwrap_or(0.0)) * 1e12).round() as i64))
}
