//! Error replies. <https://ai.google.dev/gemini-api/docs/troubleshooting>, <https://google.aip.dev/193>

use super::wire::{Failure, FailureDetail};
use crate::model::{ErrorClass, ProviderError};
use crate::provider::{error, shared};
use reqwest::header::HeaderMap;
use std::time::Duration;

/// Reads a reply that is not 2xx: an object, or (where a stream was asked for) a list with one object.
pub(super) fn reply(status: u16, headers: &HeaderMap, body: &[u8]) -> ProviderError {
    let detail = serde_json::from_slice::<Failure>(body)
        .or_else(|error| {
            let all: Vec<Failure> = serde_json::from_slice(body).map_err(|_| error)?;
            Ok::<_, serde_json::Error>(all.into_iter().next().unwrap_or(Failure { error: None }))
        })
        .ok()
        .and_then(|failure| failure.error)
        .unwrap_or_default();
    let mut failed = shared::error_reply(class(&detail), status, headers, body);
    failed.retry_after = delay(&detail).or(failed.retry_after);
    failed
}

/// An error in the place of an event.
pub(super) fn in_stream(detail: FailureDetail) -> ProviderError {
    let status = detail.code.and_then(|code| u16::try_from(code).ok());
    let class = class(&detail).unwrap_or_else(|| error::classify(status, "", &detail.message));
    ProviderError {
        status,
        retry_after: delay(&detail),
        ..ProviderError::new(class, shared::one_line(&detail.message))
    }
}

/// `retryDelay` of `RetryInfo`: seconds with an `s` behind.
fn delay(detail: &FailureDetail) -> Option<Duration> {
    let text = detail
        .details
        .iter()
        .find_map(|info| info.retry_delay.as_deref())?;
    Duration::try_from_secs_f64(text.strip_suffix('s')?.parse().ok()?).ok()
}

fn class(detail: &FailureDetail) -> Option<ErrorClass> {
    let says = |words: &[&str]| words.iter().any(|word| detail.message.contains(word));
    let is = |reason: &str| {
        detail
            .details
            .iter()
            .any(|info| info.reason.as_deref() == Some(reason))
    };
    Some(match detail.status.as_str() {
        _ if is("API_KEY_INVALID") || says(&["API key not valid", "API key expired"]) => ErrorClass::Auth,
        "RESOURCE_EXHAUSTED" if says(&["credits are depleted", "spending cap"]) => ErrorClass::Auth,
        "RESOURCE_EXHAUSTED" => ErrorClass::Throttled,
        "UNAUTHENTICATED" | "PERMISSION_DENIED" => ErrorClass::Auth,
        // Billing not enabled, or the API not offered in the caller's country.
        "FAILED_PRECONDITION" => ErrorClass::Auth,
        "NOT_FOUND" => ErrorClass::NotFound,
        "INVALID_ARGUMENT" if says(&["exceeds the maximum number of tokens", "token count"]) => {
            ErrorClass::ContextTooLong
        }
        "INVALID_ARGUMENT" | "OUT_OF_RANGE" => ErrorClass::BadRequest,
        "UNAVAILABLE" | "INTERNAL" => ErrorClass::Overloaded,
        "DEADLINE_EXCEEDED" => ErrorClass::Timeout,
        _ => return None,
    })
}
