//! Error replies. <https://docs.ollama.com/api/errors>

use super::wire::Failure;
use crate::model::{ErrorClass, ProviderError};
use crate::provider::shared;
use reqwest::header::HeaderMap;
use serde_json::Value;

/// Reads a reply that is not 2xx.
pub(super) fn reply(status: u16, headers: &HeaderMap, body: &[u8]) -> ProviderError {
    let failure = serde_json::from_slice::<Failure>(body)
        .ok()
        .and_then(|failure| failure.error);
    let class = failure.as_ref().map(message).and_then(class);
    shared::error_reply(class, status, headers, body)
}

/// An error in the place of a line, after the server had begun to answer.
pub(super) fn in_stream(failure: &Value) -> ProviderError {
    let message = message(failure);
    ProviderError::new(
        class(message).unwrap_or(ErrorClass::Overloaded),
        shared::one_line(message),
    )
}

fn message(failure: &Value) -> &str {
    failure
        .as_str()
        .or_else(|| failure.get("message")?.as_str())
        .unwrap_or_default()
}

/// The server has no error codes, so that some things can be told by their words only.
fn class(message: &str) -> Option<ErrorClass> {
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if message.starts_with("model") && says(&["not found"]) {
        return Some(ErrorClass::NotFound);
    }
    // Comes as a 500, but no retry makes the machine larger.
    if says(&["requires more system memory", "does not support"]) {
        return Some(ErrorClass::BadRequest);
    }
    if says(&[
        "exceeds the available context",
        "exceeds context length",
        "exceeds the context length",
    ]) {
        return Some(ErrorClass::ContextTooLong);
    }
    None
}
