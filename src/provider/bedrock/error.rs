//! Error replies. <https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html>

use super::wire::Failure;
use crate::model::{ErrorClass, ProviderError};
use crate::provider::shared;
use reqwest::header::HeaderMap;

/// Reads a reply that is not 2xx.
pub(super) fn reply(status: u16, headers: &HeaderMap, body: &[u8]) -> ProviderError {
    let failure = serde_json::from_slice::<Failure>(body).unwrap_or_default();
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let name = header("x-amzn-errortype")
        .or(failure.kind.as_deref())
        .unwrap_or_default();
    let message = failure.message.as_deref().unwrap_or_default();
    let class = class(name, message).or_else(|| by_status(status, message));
    shared::error_reply(class, status, headers, body)
}

/// An exception in the place of an event.
pub(super) fn in_stream(name: &str, data: &[u8]) -> ProviderError {
    let failure = serde_json::from_slice::<Failure>(data).unwrap_or_default();
    let message = failure.message.as_deref().unwrap_or_default();
    let text = if message.is_empty() { name } else { message };
    ProviderError::new(
        class(name, message).unwrap_or(ErrorClass::Overloaded),
        shared::one_line(text),
    )
}

fn by_status(status: u16, message: &str) -> Option<ErrorClass> {
    match status {
        400 => Some(validation(message)),
        // The model failed, by no fault of the request.
        424 => Some(ErrorClass::Overloaded),
        _ => None,
    }
}

/// The class of an exception: `ThrottlingException`, `throttlingException` (in streams), perhaps with a namespace
/// before a `#` or an address after a `:`.
fn class(name: &str, message: &str) -> Option<ErrorClass> {
    let name = name.split(':').next().unwrap_or_default();
    let name = name.rsplit('#').next().unwrap_or_default().to_ascii_lowercase();
    Some(match name.strip_suffix("exception").unwrap_or(&name) {
        "throttling" | "servicequotaexceeded" | "toomanyrequests" => ErrorClass::Throttled,
        "modelnotready" | "modelerror" | "modelstreamerror" | "serviceunavailable" | "internalserver"
        | "internalfailure" => ErrorClass::Overloaded,
        "modeltimeout" => ErrorClass::Timeout,
        "accessdenied"
        | "unrecognizedclient"
        | "invalidsignature"
        | "expiredtoken"
        | "incompletesignature"
        | "missingauthenticationtoken"
        | "invalidclienttokenid"
        | "optinrequired"
        | "notauthorized" => ErrorClass::Auth,
        "resourcenotfound" => ErrorClass::NotFound,
        "validation" => validation(message),
        _ => return None,
    })
}

fn validation(message: &str) -> ErrorClass {
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if says(&["model identifier is invalid"]) {
        ErrorClass::NotFound
    } else if says(&[
        "Input is too long",
        "input is too long",
        "prompt is too long",
        "Too many input tokens",
        "maximum context length",
    ]) {
        ErrorClass::ContextTooLong
    } else if says(&["content filter"]) {
        ErrorClass::Filtered
    } else {
        ErrorClass::BadRequest
    }
}
