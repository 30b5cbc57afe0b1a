//! An independent reading of Gemini's `generateContent`, on the Gemini API and on Vertex AI.

use super::cassette::Exchange;
use super::plug::{Answer, Plug, Reading};
use bench::model::{ErrorClass, StopReason, Usage};
use bench::provider::gemini::Gemini;
use serde_json::{Value, json};

/// Recognises a reply, its stream and its errors.
pub fn plug(exchange: &Exchange) -> Option<Plug> {
    let path = exchange.path();
    let first = exchange.first_json();
    let bare = exchange.url.is_empty() && exchange.provider.starts_with("google") && !is_interaction(&first);
    (path.ends_with(":generateContent") || path.ends_with(":streamGenerateContent") || bare).then(|| Plug {
        api: "gemini",
        protocol: Box::new(Gemini),
        read,
        event: |line| (String::new(), line.to_vec()),
    })
}

/// True for a reply or an event of the Interactions API.
pub fn is_interaction(first: &Value) -> bool {
    first.get("event_type").is_some() || first.get("steps").is_some()
}

fn read(exchange: &Exchange) -> Reading {
    let first = exchange.first_json();
    if exchange.status >= 400 {
        let reason = first["error"]["details"][0]["reason"]
            .as_str()
            .unwrap_or_default();
        return Reading::Error(match exchange.status {
            400 if reason == "API_KEY_INVALID" => ErrorClass::Auth,
            400 => ErrorClass::BadRequest,
            403 => ErrorClass::Auth,
            404 => ErrorClass::NotFound,
            429 => ErrorClass::Throttled,
            other => panic!("a status without a reading: {other} {first}"),
        });
    }
    let chunks = if exchange.is_stream() {
        exchange.json_events()
    } else {
        vec![first]
    };
    Reading::Answer(Box::new(answer(&chunks)))
}

fn answer(chunks: &[Value]) -> Answer {
    let parts: Vec<&Value> = chunks
        .iter()
        .flat_map(|chunk| {
            chunk["candidates"][0]["content"]["parts"]
                .as_array()
                .into_iter()
                .flatten()
        })
        .collect();
    let texts = |thought: bool| -> String {
        let fits = |part: &&&Value| part["thought"].as_bool().unwrap_or(false) == thought;
        parts
            .iter()
            .filter(fits)
            .filter_map(|part| part["text"].as_str())
            .collect()
    };
    let last = |path: &str| chunks.iter().filter_map(|chunk| chunk.pointer(path)).next_back();
    let finish = last("/candidates/0/finishReason").and_then(Value::as_str);
    let blocked = chunks.iter().any(|chunk| chunk.get("promptFeedback").is_some());
    let tools = calls(&parts);
    Answer {
        text: texts(false),
        reasoning: !texts(true).is_empty(),
        usage: usage(chunks),
        stop: match finish {
            Some("STOP") if !tools.is_empty() => StopReason::ToolCalls,
            Some("STOP") => StopReason::Stop,
            Some("MAX_TOKENS") => StopReason::Length,
            Some("SAFETY" | "RECITATION" | "MODEL_ARMOR") => StopReason::ContentFilter,
            Some("OTHER") => StopReason::Unknown,
            Some(other) => panic!("a finish reason without a reading: {other}"),
            None if blocked => StopReason::ContentFilter,
            None => StopReason::Unknown,
        },
        tools,
        model: last("/modelVersion").and_then(Value::as_str).map(str::to_owned),
        cost: None,
    }
}

fn usage(chunks: &[Value]) -> Option<Usage> {
    let usage = chunks
        .iter()
        .map(|chunk| &chunk["usageMetadata"])
        .rfind(|usage| usage["promptTokenCount"].is_u64())?;
    let count = |name: &str| usage[name].as_u64().unwrap_or(0);
    let read = Usage {
        input: count("promptTokenCount") + count("toolUsePromptTokenCount"),
        cache_read: count("cachedContentTokenCount"),
        output: count("candidatesTokenCount") + count("thoughtsTokenCount"),
        reasoning: count("thoughtsTokenCount"),
        ..Usage::default()
    };
    // The API's own total says whether the parts were put together as it means them.
    assert_eq!(read.input + read.output, count("totalTokenCount"), "{usage}");
    Some(read)
}

/// Names and arguments of calls, streamed ones by pasting the pieces of each JSON path together.
fn calls(parts: &[&Value]) -> Vec<(String, String)> {
    let mut calls: Vec<(String, Value)> = Vec::new();
    for call in parts
        .iter()
        .map(|part| &part["functionCall"])
        .filter(|call| call.is_object())
    {
        if let Some(name) = call["name"].as_str() {
            let args = call.get("args").cloned().unwrap_or_else(|| json!({}));
            calls.push((name.to_owned(), args));
        }
        for piece in call["partialArgs"].as_array().into_iter().flatten() {
            let arguments = &mut calls.last_mut().unwrap().1;
            let pointer = piece["jsonPath"].as_str().unwrap()[1..]
                .replace('[', "/")
                .replace(']', "")
                .replace('.', "/");
            let kinds = ["stringValue", "numberValue", "boolValue", "nullValue"];
            let value = kinds
                .iter()
                .find_map(|kind| piece.get(*kind))
                .cloned()
                .unwrap_or_default();
            paste(arguments, &pointer, value);
        }
    }
    calls
        .into_iter()
        .map(|(name, arguments)| (name, arguments.to_string()))
        .collect()
}

fn paste(root: &mut Value, pointer: &str, value: Value) {
    let mut at = root;
    for step in pointer.split('/').skip(1) {
        at = match step.parse::<usize>() {
            Ok(position) => {
                if at.is_null() {
                    *at = json!([]);
                }
                let list = at.as_array_mut().unwrap();
                if list.len() == position {
                    list.push(Value::Null);
                }
                &mut list[position]
            }
            Err(_) => &mut at[step],
        };
    }
    match (&mut *at, value) {
        (Value::String(text), Value::String(more)) => text.push_str(&more),
        (at, value) => *at = value,
    }
}
