//! What the vendors' adapters share: building a body, reading a body, building an error. Knows no vendor.

use crate::model::{ErrorClass, Message, Params, ProviderConfig, ProviderError, Request, Role};
use reqwest::header::HeaderMap;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;

/// Most characters of a vendor's message that are kept.
const MESSAGE_CHARS: usize = 500;

/// The name to send for a request's model.
pub(super) fn model_name<'a>(config: &'a ProviderConfig, request: &'a Request) -> &'a str {
    config
        .models
        .get(&*request.model)
        .and_then(|model| model.name.as_deref())
        .unwrap_or(&request.model)
}

/// Messages of one role that follow each other.
#[derive(Debug, PartialEq)]
pub(super) struct Turn<'a> {
    /// User or assistant.
    pub role: Role,
    /// Their texts, in order.
    pub texts: Vec<&'a str>,
}

/// System texts (in order, wherever they stand) and the turns of the conversation, which alternate.
pub(super) fn turns(messages: &[Message]) -> (Vec<&str>, Vec<Turn<'_>>) {
    let mut system = Vec::new();
    let mut turns: Vec<Turn<'_>> = Vec::with_capacity(messages.len());
    for message in messages {
        let text = &*message.content;
        match turns.last_mut() {
            _ if message.role == Role::System => system.push(text),
            Some(last) if last.role == message.role => last.texts.push(text),
            _ => turns.push(Turn {
                role: message.role,
                texts: vec![text],
            }),
        }
    }
    (system, turns)
}

/// The error for a request without a user's message, which no vendor of this kind takes.
pub(super) fn require_user(turns: &[Turn<'_>], api: &str) -> Result<(), ProviderError> {
    if turns.iter().any(|turn| turn.role == Role::User) {
        return Ok(());
    }
    Err(bad_request(format!(
        "{api} takes no request without a user message: add a `user` message to the prompt"
    )))
}

/// The schema that `response_format: json-schema` needs.
pub(super) fn schema(request: &Request) -> Result<&Value, ProviderError> {
    request.schema.as_deref().ok_or_else(|| {
        bad_request("`response_format: json-schema` needs the task's `output.schema`, which is not set")
    })
}

/// The first parameter of a list that is set although the API has no such thing.
pub(super) fn refuse(api: &str, given: &[(&str, bool)]) -> Result<(), ProviderError> {
    match given.iter().find(|(_, set)| *set) {
        None => Ok(()),
        Some((name, _)) => Err(bad_request(format!(
            "{api} has no parameter like `{name}`: remove it for this model"
        ))),
    }
}

/// A request that cannot be built.
pub(super) fn bad_request(message: impl Into<String>) -> ProviderError {
    ProviderError::new(ErrorClass::BadRequest, message)
}

/// A body as JSON, with the user's extra fields merged in last: objects field by field, everything else replaced.
pub(super) fn body<T: Serialize>(body: &T, params: &Params) -> Result<Vec<u8>, ProviderError> {
    let failed =
        |error: serde_json::Error| bad_request(format!("the request cannot be written as JSON: {error}"));
    if params.extra.is_empty() {
        return serde_json::to_vec(body).map_err(failed);
    }
    let mut value = serde_json::to_value(body).map_err(failed)?;
    if let Value::Object(fields) = &mut value {
        for (name, extra) in &params.extra {
            merge(fields.entry(name.as_str()).or_insert(Value::Null), extra);
        }
    }
    serde_json::to_vec(&value).map_err(failed)
}

fn merge(into: &mut Value, from: &Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (name, value) in from {
                merge(into.entry(name.as_str()).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from.clone(),
    }
}

/// Reads JSON that the API promises.
pub(super) fn parse<T: DeserializeOwned>(data: &[u8]) -> Result<T, ProviderError> {
    serde_json::from_slice(data)
        .map_err(|error| malformed(format!("the reply is not what the API promises: {error}")))
}

/// A reply that is not what the API promises.
pub(super) fn malformed(message: impl AsRef<str>) -> ProviderError {
    ProviderError::new(ErrorClass::Malformed, one_line(message.as_ref()))
}

/// A stream that ended before its end mark.
pub(super) fn cut_off() -> ProviderError {
    malformed("the stream ended before the reply was complete")
}

/// A vendor's message as one line of bounded length.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        if word.is_empty() {
            continue;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > MESSAGE_CHARS {
            let end = (0..=MESSAGE_CHARS)
                .rev()
                .find(|at| line.is_char_boundary(*at))
                .unwrap_or(0);
            line.truncate(end);
            line.push_str("..");
            break;
        }
    }
    line
}

/// The class that an HTTP status alone stands for (RFC 9110 section 15, and the statuses vendors made up).
pub(super) fn class_of(status: u16) -> ErrorClass {
    match status {
        401..=403 => ErrorClass::Auth,
        404 | 410 => ErrorClass::NotFound,
        408 => ErrorClass::Timeout,
        413 => ErrorClass::ContextTooLong,
        429 => ErrorClass::Throttled,
        500.. => ErrorClass::Overloaded,
        _ => ErrorClass::BadRequest,
    }
}

/// An error reply: class, the vendor's message (else the start of the body), the wait that the headers ask for.
pub(super) fn error_reply(
    class: ErrorClass,
    status: u16,
    headers: &HeaderMap,
    message: Option<&str>,
    body: &[u8],
) -> ProviderError {
    let message = match message {
        Some(text) if !text.trim().is_empty() => one_line(text),
        _ => match one_line(&String::from_utf8_lossy(&body[..body.len().min(MESSAGE_CHARS)])) {
            empty if empty.is_empty() => format!("HTTP status {status} without a message"),
            text => format!("HTTP status {status}: {text}"),
        },
    };
    ProviderError {
        class,
        message,
        status: Some(status),
        retry_after: retry_after(headers),
        request_id: None,
    }
}

/// Seconds of `retry-after` (a date there is left to the transport) or milliseconds of `retry-after-ms`.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<f64>().ok();
    let seconds = number("retry-after-ms")
        .map(|milliseconds| milliseconds / 1000.0)
        .or_else(|| number("retry-after"))?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// A path segment with everything but unreserved characters percent-encoded (RFC 3986 section 2.3).
pub(super) fn segment(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() + 8);
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(byte.into()),
            _ => {
                encoded.push('%');
                for digit in [byte >> 4, byte & 15] {
                    encoded.push(
                        char::from_digit(digit.into(), 16)
                            .unwrap_or('0')
                            .to_ascii_uppercase(),
                    );
                }
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests;
