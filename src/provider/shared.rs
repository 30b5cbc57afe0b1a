//! What the vendors' adapters share: building a body, reading a body, building an error. Knows no vendor.

use super::error;
use crate::model::{ErrorClass, Message, Params, ProviderConfig, ProviderError, Request, Role};
use reqwest::header::HeaderMap;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

pub(super) use super::error::{one_line, parse};

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

/// A body as JSON, with the user's extra fields merged in last: objects field by field, `null` removes a
/// field, and everything else is replaced.
pub(super) fn body<T: Serialize>(body: &T, params: &Params) -> Result<Vec<u8>, ProviderError> {
    let failed =
        |error: serde_json::Error| bad_request(format!("the request cannot be written as JSON: {error}"));
    if params.extra.is_empty() {
        return serde_json::to_vec(body).map_err(failed);
    }
    let mut value = serde_json::to_value(body).map_err(failed)?;
    if let Value::Object(fields) = &mut value {
        for (name, extra) in &params.extra {
            put(fields, name, extra);
        }
    }
    serde_json::to_vec(&value).map_err(failed)
}

fn put(fields: &mut Map<String, Value>, name: &str, extra: &Value) {
    match (fields.get_mut(name), extra) {
        (Some(Value::Object(into)), Value::Object(from)) => {
            for (name, value) in from {
                put(into, name, value);
            }
        }
        (_, Value::Null) => {
            fields.shift_remove(name);
        }
        _ => {
            fields.insert(name.to_owned(), extra.clone());
        }
    }
}

/// The text of a JSON value without the white space between its parts; numbers and escapes stay as they are.
pub(super) fn compact(json: &RawValue) -> String {
    let (mut text, mut quoted, mut escaped) = (String::with_capacity(json.get().len()), false, false);
    for c in json.get().chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = quoted,
            '"' => quoted = !quoted,
            ' ' | '\t' | '\n' | '\r' if !quoted => continue,
            _ => {}
        }
        text.push(c);
    }
    text
}

/// A reply that is not what the API promises.
pub(super) fn malformed(message: impl AsRef<str>) -> ProviderError {
    ProviderError::new(ErrorClass::Malformed, one_line(message.as_ref()))
}

/// A stream that ended before its end mark.
pub(super) fn cut_off() -> ProviderError {
    malformed("the stream ended before the reply was complete")
}

/// An error reply, with the class that the adapter knows or else the one that status and words have everywhere.
pub(super) fn error_reply(
    class: Option<ErrorClass>,
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
) -> ProviderError {
    let general = error::from_reply(status, headers, body);
    ProviderError {
        class: class.unwrap_or(general.class),
        ..general
    }
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
