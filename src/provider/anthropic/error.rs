//! Error replies. <https://docs.anthropic.com/en/api/errors>

use super::wire::Failure;
use crate::model::{ErrorClass, ProviderError};
use crate::provider::shared;
use reqwest::header::HeaderMap;

/// Reads a reply that is not 2xx.
pub(super) fn reply(status: u16, headers: &HeaderMap, body: &[u8]) -> ProviderError {
    let failure = serde_json::from_slice::<Failure>(body).ok();
    let (detail, id) = failure.map_or((None, None), |failure| (failure.error, failure.request_id));
    let (kind, message) = detail.map_or_else(Default::default, |detail| (detail.kind, detail.message));
    let mut error = shared::error_reply(class(&kind, &message), status, headers, body);
    error.request_id = error.request_id.or(id);
    error
}

/// Reads an `error` event.
pub(super) fn in_stream(data: &[u8]) -> ProviderError {
    match serde_json::from_slice::<Failure>(data).ok() {
        Some(Failure {
            error: Some(detail),
            request_id,
        }) => ProviderError {
            request_id,
            ..ProviderError::new(
                class(&detail.kind, &detail.message).unwrap_or(ErrorClass::Overloaded),
                shared::one_line(&detail.message),
            )
        },
        _ => shared::malformed("the stream broke off with an error event that says nothing"),
    }
}

fn class(kind: &str, message: &str) -> Option<ErrorClass> {
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    Some(match kind {
        "authentication_error" | "permission_error" | "billing_error" => ErrorClass::Auth,
        "not_found_error" => ErrorClass::NotFound,
        "request_too_large" => ErrorClass::ContextTooLong,
        "rate_limit_error" => ErrorClass::Throttled,
        "timeout_error" => ErrorClass::Timeout,
        "overloaded_error" | "api_error" => ErrorClass::Overloaded,
        "invalid_request_error" if says(&["credit balance", "billing"]) => ErrorClass::Auth,
        "invalid_request_error"
            if says(&["prompt is too long", "exceed context limit", "context window"]) =>
        {
            ErrorClass::ContextTooLong
        }
        "invalid_request_error" if says(&["content filtering policy"]) => ErrorClass::Filtered,
        "invalid_request_error" => ErrorClass::BadRequest,
        _ => return None,
    })
}
