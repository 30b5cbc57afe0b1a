//! Replies that are not 2xx.

use super::reply::{plain, pointed};
use crate::model::{ErrorClass, ProviderError};
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::Value;
use std::time::Duration;

/// Longest message that is kept, in characters.
const LONGEST: usize = 300;
/// Where messages usually are.
const USUAL: [&str; 6] = [
    "/error/message",
    "/error",
    "/message",
    "/detail",
    "/errors/0/message",
    "/errors/0",
];

/// Class by status; message from `pointer`, else from the usual places, else the body's first words.
pub(super) fn read(pointer: Option<&str>, status: u16, headers: &HeaderMap, body: &[u8]) -> ProviderError {
    let json = serde_json::from_slice::<Value>(body).unwrap_or_default();
    let said = pointer
        .into_iter()
        .chain(USUAL)
        .find_map(|pointer| pointed(&json, pointer).map(plain))
        .unwrap_or_else(|| String::from_utf8_lossy(&body[..body.len().min(4 * LONGEST)]).into_owned());
    let message = match one_line(&said) {
        empty if empty.is_empty() => reason(status),
        message => message,
    };
    let retry_after = headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse::<f64>().ok());
    ProviderError {
        status: Some(status),
        retry_after: retry_after.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
        ..ProviderError::new(class(status), message)
    }
}

/// White space and control characters as single spaces, cut to a readable length.
pub(super) fn one_line(text: &str) -> String {
    let visible = text.replace(|c: char| c.is_control(), " ");
    let joined = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    joined.chars().take(LONGEST).collect()
}

fn reason(status: u16) -> String {
    let known = StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason());
    format!("HTTP {status} {}", known.unwrap_or_default())
        .trim_end()
        .to_owned()
}

fn class(status: u16) -> ErrorClass {
    match status {
        401..=403 | 407 => ErrorClass::Auth,
        404 | 410 => ErrorClass::NotFound,
        408 | 504 => ErrorClass::Timeout,
        413 => ErrorClass::ContextTooLong,
        425 | 429 => ErrorClass::Throttled,
        501 | 505 => ErrorClass::BadRequest,
        500.. => ErrorClass::Overloaded,
        _ => ErrorClass::BadRequest,
    }
}
