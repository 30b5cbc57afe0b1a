//! An independent reading of Bedrock's Converse and ConverseStream.

use super::cassette::{Body, Exchange};
use super::plug::{Answer, Plug, Reading};
use bench::model::{ErrorClass, StopReason, Usage};
use bench::provider::bedrock::Bedrock;
use serde_json::{Map, Value, json};

/// Recognises a reply, its stream and its errors.
pub fn plug(exchange: &Exchange) -> Option<Plug> {
    let path = exchange.path();
    let bare = exchange.url.is_empty() && exchange.provider == "bedrock";
    (path.ends_with("/converse") || path.ends_with("/converse-stream") || bare).then(|| Plug {
        api: "bedrock",
        protocol: Box::new(Bedrock),
        read,
        event: |line| {
            let event: Map<String, Value> = serde_json::from_slice(line).unwrap();
            let (name, data) = event.into_iter().next().unwrap();
            (name, data.to_string().into_bytes())
        },
    })
}

fn read(exchange: &Exchange) -> Reading {
    if exchange.status >= 400 {
        let message = exchange.first_json()["message"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        return Reading::Error(match message.as_str() {
            "The provided model identifier is invalid." => ErrorClass::NotFound,
            other => panic!("an error without a reading: {other}"),
        });
    }
    let reply = match &exchange.body {
        Body::Whole(bytes) if exchange.is_stream() => assemble(&frames(bytes)),
        Body::Whole(_) => exchange.first_json(),
        Body::Events(_) => assemble(&exchange.json_events()),
    };
    Reading::Answer(Box::new(answer(&reply)))
}

/// Events of a stream of frames, each under its name: total length, headers' length, checksum, headers, payload,
/// checksum. All headers of these recordings are texts.
fn frames(mut bytes: &[u8]) -> Vec<Value> {
    let number = |bytes: &[u8]| bytes.iter().fold(0, |sum, byte| sum * 256 + usize::from(*byte));
    let mut events = Vec::new();
    while !bytes.is_empty() {
        let (total, headers) = (number(&bytes[..4]), number(&bytes[4..8]));
        let frame = &bytes[..total];
        let mut rest = &frame[12..12 + headers];
        let mut name = String::new();
        while !rest.is_empty() {
            let key_end = 1 + usize::from(rest[0]);
            assert_eq!(rest[key_end], 7);
            let value_end = key_end + 3 + number(&rest[key_end + 1..key_end + 3]);
            if &rest[1..key_end] == b":event-type" {
                name = String::from_utf8(rest[key_end + 3..value_end].to_vec()).unwrap();
            }
            rest = &rest[value_end..];
        }
        let payload: Value = serde_json::from_slice(&frame[12 + headers..total - 4]).unwrap();
        events.push(json!({ name: payload }));
        bytes = &bytes[total..];
    }
    events
}

/// The whole reply that a stream amounts to.
fn assemble(events: &[Value]) -> Value {
    let mut reply = json!({});
    let mut blocks: Vec<Value> = Vec::new();
    for (name, event) in events.iter().flat_map(|event| event.as_object().unwrap()) {
        let index = event["contentBlockIndex"].as_u64().unwrap_or(0) as usize;
        match name.as_str() {
            "contentBlockStart" => {
                blocks.resize(index + 1, json!({}));
                blocks[index] = event["start"].clone();
            }
            "contentBlockDelta" => {
                blocks.resize(blocks.len().max(index + 1), json!({}));
                let block = &mut blocks[index];
                let add = |at: &mut Value, more: &Value| {
                    if let Some(more) = more.as_str() {
                        *at = format!("{}{more}", at.as_str().unwrap_or_default()).into();
                    }
                };
                let delta = &event["delta"];
                add(&mut block["text"], &delta["text"]);
                if delta["toolUse"].is_object() {
                    add(&mut block["toolUse"]["json"], &delta["toolUse"]["input"]);
                }
                if delta["reasoningContent"].is_object() {
                    add(
                        &mut block["reasoningContent"]["reasoningText"]["text"],
                        &delta["reasoningContent"]["text"],
                    );
                }
            }
            "messageStop" => reply["stopReason"] = event["stopReason"].clone(),
            "metadata" => reply["usage"] = event["usage"].clone(),
            _ => {}
        }
    }
    reply["output"]["message"]["content"] = blocks.into();
    reply
}

fn answer(reply: &Value) -> Answer {
    let blocks = reply["output"]["message"]["content"].as_array().unwrap();
    let usage = &reply["usage"];
    Answer {
        text: blocks.iter().filter_map(|block| block["text"].as_str()).collect(),
        reasoning: blocks
            .iter()
            .any(|block| block["reasoningContent"]["reasoningText"]["text"].is_string()),
        tools: blocks
            .iter()
            .map(|block| &block["toolUse"])
            .filter(|call| call.is_object())
            .map(|call| {
                let arguments = match (
                    call["json"].as_str().filter(|json| !json.is_empty()),
                    call.get("input"),
                ) {
                    (Some(json), _) => json.to_owned(),
                    (None, Some(input)) => input.to_string(),
                    (None, None) => "{}".to_owned(),
                };
                (call["name"].as_str().unwrap().to_owned(), arguments)
            })
            .collect(),
        usage: usage.is_object().then(|| {
            let count = |name: &str| usage[name].as_u64().unwrap_or(0);
            let (read, written) = (count("cacheReadInputTokens"), count("cacheWriteInputTokens"));
            let read = Usage {
                input: count("inputTokens") + read + written,
                cache_read: read,
                cache_write: written,
                output: count("outputTokens"),
                ..Usage::default()
            };
            assert_eq!(read.input + read.output, count("totalTokens"), "{usage}");
            read
        }),
        stop: match reply["stopReason"].as_str().unwrap() {
            "end_turn" => StopReason::Stop,
            "tool_use" => StopReason::ToolCalls,
            "guardrail_intervened" => StopReason::ContentFilter,
            other => panic!("a stop reason without a reading: {other}"),
        },
        ..Answer::default()
    }
}
