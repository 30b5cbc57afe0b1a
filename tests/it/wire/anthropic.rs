//! An independent reading of Anthropic's Messages API, also where Bedrock serves it.

use super::cassette::Exchange;
use super::plug::{Answer, Plug, Reading};
use bench::model::{ErrorClass, StopReason, Usage};
use bench::provider::anthropic::Anthropic;
use serde_json::Value;

/// Recognises a message, its stream and its errors.
pub fn plug(exchange: &Exchange) -> Option<Plug> {
    let first = exchange.first_json();
    let bare = exchange.url.is_empty() && exchange.provider == "anthropic";
    let invoked = exchange.path().ends_with("/invoke") && first["type"] == "message";
    (exchange.path().ends_with("/v1/messages") || bare || invoked).then(|| Plug {
        api: "anthropic",
        protocol: Box::new(Anthropic),
        read,
        event: |line| {
            let event: Value = serde_json::from_slice(line).unwrap();
            (event["type"].as_str().unwrap().to_owned(), line.to_vec())
        },
    })
}

fn read(exchange: &Exchange) -> Reading {
    let first = exchange.first_json();
    if exchange.status >= 400 {
        let message = first["error"]["message"].as_str().unwrap_or_default();
        return Reading::Error(match exchange.status {
            529 => ErrorClass::Overloaded,
            401 => ErrorClass::Auth,
            404 => ErrorClass::NotFound,
            400 if message.starts_with("prompt is too long") => ErrorClass::ContextTooLong,
            400 => ErrorClass::BadRequest,
            other => panic!("a status without a reading: {other} {first}"),
        });
    }
    let message = if exchange.is_stream() {
        assemble(&exchange.json_events())
    } else {
        first
    };
    Reading::Answer(Box::new(answer(&message)))
}

/// The message that a stream amounts to.
fn assemble(events: &[Value]) -> Value {
    let begin = events
        .iter()
        .rposition(|event| event["type"] == "message_start")
        .unwrap();
    let mut message = events[begin]["message"].clone();
    let mut blocks: Vec<Value> = Vec::new();
    for event in &events[begin..] {
        match event["type"].as_str().unwrap() {
            "content_block_start" => {
                if let Some(model) = event["content_block"]["to"]["model"].as_str() {
                    message["model"] = model.into();
                }
                blocks.push(event["content_block"].clone());
            }
            "content_block_delta" => {
                let block = blocks.last_mut().unwrap();
                for (from, to) in [
                    ("text", "text"),
                    ("thinking", "thinking"),
                    ("partial_json", "json"),
                ] {
                    if let Some(more) = event["delta"][from].as_str() {
                        block[to] = format!("{}{more}", block[to].as_str().unwrap_or_default()).into();
                    }
                }
            }
            "message_delta" => {
                message["stop_reason"] = event["delta"]["stop_reason"].clone();
                for (name, count) in event["usage"].as_object().unwrap() {
                    message["usage"][name] = count.clone();
                }
            }
            _ => {}
        }
    }
    message["content"] = blocks.into();
    message
}

fn answer(message: &Value) -> Answer {
    let blocks = message["content"].as_array().unwrap();
    let of = |kind: &'static str| blocks.iter().filter(move |block| block["type"] == kind);
    let usage = &message["usage"];
    let count = |path: &str| usage.pointer(path).and_then(Value::as_u64).unwrap_or(0);
    let (read, written) = (
        count("/cache_read_input_tokens"),
        count("/cache_creation_input_tokens"),
    );
    Answer {
        text: of("text").map(|block| block["text"].as_str().unwrap()).collect(),
        reasoning: of("thinking").any(|block| !block["thinking"].as_str().unwrap().is_empty()),
        tools: of("tool_use")
            .map(|block| {
                let json = block["json"].as_str().filter(|json| !json.is_empty());
                let arguments = json.map_or_else(|| block["input"].to_string(), str::to_owned);
                (block["name"].as_str().unwrap().to_owned(), arguments)
            })
            .collect(),
        usage: Some(Usage {
            input: count("/input_tokens") + read + written,
            cache_read: read,
            cache_write: written,
            cache_write_1h: count("/cache_creation/ephemeral_1h_input_tokens"),
            output: count("/output_tokens"),
            reasoning: count("/output_tokens_details/thinking_tokens"),
            ..Usage::default()
        }),
        stop: match message["stop_reason"].as_str().unwrap() {
            "end_turn" => StopReason::Stop,
            "max_tokens" => StopReason::Length,
            "tool_use" => StopReason::ToolCalls,
            "refusal" => StopReason::Refusal,
            other => panic!("a stop reason without a reading: {other}"),
        },
        model: message["model"].as_str().map(str::to_owned),
        cost: None,
    }
}
