//! What error replies mean, for any vendor: class, one line of message, time to wait.

use super::headers;
use crate::model::{ErrorClass, ProviderError};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::Value;
use std::time::Duration;

mod classify;
mod surrogates;
mod text;

pub use classify::classify;
pub use surrogates::without_lone_surrogates;
pub use text::{one_line, page_text};

/// What an error reply says, whatever its shape.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorBody {
    /// The message, one line; empty where there is none.
    pub message: String,
    /// Words that tell the kind: `type`, `code`, `status`, joined by spaces, in lower case.
    pub kind: String,
    /// An HTTP status that the body itself names.
    pub status: Option<u16>,
    /// How long the body asks to wait.
    pub retry_after: Option<Duration>,
}

/// Reads a reply that is not 2xx. Never fails.
pub fn from_reply(status: u16, headers: &HeaderMap, body: &[u8]) -> ProviderError {
    let said = match serde_json::from_slice(body) {
        Ok(value) => read_body(&value),
        Err(_) => ErrorBody {
            message: page_text(body),
            ..ErrorBody::default()
        },
    };
    let message = if said.message.is_empty() {
        reason(status)
    } else {
        said.message.clone()
    };
    ProviderError {
        class: classify(Some(status), &said.kind, &said.message),
        message,
        status: Some(status),
        retry_after: headers::retry_after(headers).or(said.retry_after),
        request_id: headers::request_id(headers),
    }
}

/// Reads an error that came inside a 2xx reply or a stream: `{"error": {..}}`, or the error itself.
pub fn from_value(value: &Value) -> ProviderError {
    let said = read_body(value);
    let message = match said.message.as_str() {
        "" => one_line(&value.to_string()),
        message => message.to_owned(),
    };
    ProviderError {
        class: classify(said.status, &said.kind, &said.message),
        message,
        status: said.status,
        retry_after: said.retry_after,
        request_id: None,
    }
}

/// For a 2xx reply that is an HTML page, told by its title: whoever answers is not the API, and asking again brings
/// the same page.
pub fn page(body: &[u8]) -> ProviderError {
    let title: String = page_text(body).chars().take(100).collect();
    let title = match title.as_str() {
        "" => String::new(),
        title => format!(" (`{title}`)"),
    };
    ProviderError::new(
        ErrorClass::BadRequest,
        format!("answered with an HTML page{title}, not JSON: is `base_url` right?"),
    )
}

/// `Malformed`, for a 2xx reply that is not what the API promises; a page is told as [`page`] does.
pub fn malformed(body: &[u8], error: &serde_json::Error) -> ProviderError {
    let start = body.trim_ascii_start();
    let message = match start.first() {
        None => "the reply is empty".to_owned(),
        Some(b'<') => return page(body),
        Some(_) if error.is_eof() => format!("the reply breaks off: {error}"),
        Some(_) => one_line(&format!("the reply is not what the API promises: {error}")),
    };
    ProviderError::new(ErrorClass::Malformed, message)
}

/// Parses JSON of a 2xx reply.
pub fn parse<'a, T: serde::Deserialize<'a>>(body: &'a [u8]) -> Result<T, ProviderError> {
    serde_json::from_slice(body).map_err(|error| malformed(body, &error))
}

fn reason(status: u16) -> String {
    let reason = StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason());
    match reason {
        Some(reason) => format!("HTTP {status} {reason}"),
        None => format!("HTTP {status}"),
    }
}

/// Reads the shapes in use: `{error: {message, type, code}}` (OpenAI, Anthropic, Google in a list), `{error: text}`,
/// `{message}` (AWS, Mistral), `{detail}` (FastAPI: text or a list of `{loc, msg}`), `{errors: [..]}`.
pub fn read_body(body: &Value) -> ErrorBody {
    let root = match body {
        Value::Array(list) => list.first().unwrap_or(body),
        other => other,
    };
    let error = match root.get("error") {
        Some(inner @ Value::Object(_)) => inner,
        _ => root,
    };
    let first_text = |places: &[&Value]| places.iter().find_map(|place| said(place));
    let mut message = first_text(&[
        &error["message"],
        &error["error"],
        &error["msg"],
        &error["detail"],
        &error["Message"],
        &error["errors"],
        &root["message"],
        &root["detail"],
    ])
    .or_else(|| said(root).filter(|_| root.is_string()))
    .unwrap_or_default();
    // OpenRouter says "Provider returned error" and keeps the provider's words apart.
    if let Some(raw) = error["metadata"]["raw"].as_str() {
        let inner = serde_json::from_str(raw).map(|value: Value| read_body(&value).message);
        let inner = inner
            .ok()
            .filter(|text| !text.is_empty())
            .unwrap_or_else(|| raw.to_owned());
        message = format!("{message}: {inner}");
    }
    let mut kind = String::new();
    let innermost = &error["innererror"]["code"];
    for word in [
        &error["type"],
        &error["code"],
        &error["status"],
        innermost,
        &root["type"],
        &root["code"],
    ] {
        if let Some(word) = word.as_str() {
            kind.push_str(&word.to_lowercase());
            kind.push(' ');
        }
    }
    for detail in error["details"].as_array().into_iter().flatten() {
        if let Some(reason) = detail["reason"].as_str() {
            kind.push_str(&reason.to_lowercase());
            kind.push(' ');
        }
    }
    let status = [
        &error["code"],
        &error["status_code"],
        &error["status"],
        &root["status"],
    ]
    .into_iter()
    .find_map(|code| {
        let number = code.as_u64().or_else(|| code.as_str()?.parse().ok())?;
        u16::try_from(number)
            .ok()
            .filter(|status| (400..600).contains(status))
    });
    let retry_after = wait_in_details(error).or_else(|| wait_in_message(&message));
    ErrorBody {
        message: one_line(&message),
        kind: kind.trim_end().to_owned(),
        status,
        retry_after,
    }
}

/// A text, or the texts of a list of errors.
fn said(place: &Value) -> Option<String> {
    match place {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Array(list) => {
            let texts = list.iter().filter_map(|entry| {
                let text = [entry, &entry["message"], &entry["msg"], &entry["detail"]]
                    .into_iter()
                    .find_map(Value::as_str)?;
                let place: Vec<String> = entry["loc"].as_array().into_iter().flatten().map(plain).collect();
                Some(if place.is_empty() {
                    text.to_owned()
                } else {
                    format!("{}: {text}", place.join("."))
                })
            });
            let joined = texts.take(5).collect::<Vec<_>>().join("; ");
            (!joined.is_empty()).then_some(joined)
        }
        Value::Object(_) => place["message"].as_str().map(str::to_owned),
        _ => None,
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Google's `RetryInfo` (<https://cloud.google.com/apis/design/errors>) and the headers that OpenRouter passes on.
fn wait_in_details(error: &Value) -> Option<Duration> {
    let details = error["details"].as_array().into_iter().flatten();
    let retry_info = details
        .filter_map(|detail| detail["retryDelay"].as_str())
        .find_map(headers::parse_span);
    retry_info.or_else(|| {
        let reset = &error["metadata"]["headers"]["X-RateLimit-Reset"];
        headers::reset_time(&plain(reset), std::time::SystemTime::now()).filter(|_| !reset.is_null())
    })
}

/// "Please try again in 6m0s", "Please retry in 34.07s", "retry after 20 seconds".
fn wait_in_message(message: &str) -> Option<Duration> {
    let lower = message.to_lowercase();
    let phrases = ["try again in ", "retry in ", "retry after ", "try again after "];
    phrases.iter().find_map(|phrase| {
        let rest = lower.split_once(phrase)?.1;
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != ' ')
            .unwrap_or(rest.len());
        let words: Vec<&str> = rest.get(..end)?.split_whitespace().take(2).collect();
        let first = words.first()?.trim_end_matches('.');
        let two = words
            .get(1)
            .and_then(|unit| headers::parse_span(&format!("{first} {}", unit.trim_end_matches('.'))));
        two.filter(|_| first.parse::<f64>().is_ok())
            .or_else(|| headers::parse_span(first))
    })
}

#[cfg(test)]
mod tests;
