//! From status, kind and message to the class that decides what happens next.

use crate::model::ErrorClass;

/// Kinds that mean the account has no money left: waiting does not help.
const NO_MONEY: [&str; 7] = [
    "insufficient_quota",
    "billing_hard_limit",
    "billing_not_active",
    "insufficient balance",
    "insufficient credits",
    "credit balance is too low",
    "exceeded_current_quota_error",
];

/// Wordings for a prompt that is longer than the model's context.
const TOO_LONG: [&str; 24] = [
    "context_length_exceeded",
    "exceed_context_size",
    "model_max_prompt_tokens_exceeded",
    "maximum context length",
    "maximum context size",
    "context length",
    "context window",
    "context size",
    "maximum prompt length",
    "prompt is too long",
    "prompt too long",
    "input is too long",
    "input too long",
    "too many input tokens",
    "too many tokens",
    "token limit",
    "token count",
    "maximum number of tokens",
    "input length",
    "max_seq_len",
    "max input token",
    "tokens exceeds",
    "tokens exceed",
    "too large for model",
];

/// Wordings of content filters.
const FILTERED: [&str; 12] = [
    "content_filter",
    "content_policy",
    "content management policy",
    "responsibleaipolicyviolation",
    "data_inspection_failed",
    "datainspectionfailed",
    "content exists risk",
    "was flagged",
    "prompt_blocked",
    "safety_check",
    "usage policy",
    "moderation",
];

/// Kinds and wordings of a wrong key.
const WRONG_KEY: [&str; 5] = [
    "invalid_api_key",
    "api_key_invalid",
    "authentication_error",
    "incorrect api key",
    "invalid api key",
];

/// Kinds and wordings of an unknown model.
const NO_MODEL: [&str; 7] = [
    "model_not_found",
    "deploymentnotfound",
    "invalid_model",
    "not a valid model",
    "model does not exist",
    "model identifier is invalid",
    "unknown_model",
];

/// The class of an error. `status` is the HTTP status, or the one that an error inside a 2xx reply names; `kind` and
/// `message` are the vendor's words.
pub fn classify(status: Option<u16>, kind: &str, message: &str) -> ErrorClass {
    let text = format!("{kind} {message}").to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let throttled = status == Some(429) || kind.contains("rate_limit") || kind.contains("ratelimit");
    if says(&NO_MONEY) {
        return ErrorClass::Auth;
    }
    // Limits by minute speak of tokens too, and servers that fail may echo anything.
    let of_the_request = status.is_none_or(|status| matches!(status, 400 | 413 | 422)) && !throttled;
    if of_the_request {
        if says(&TOO_LONG) {
            return ErrorClass::ContextTooLong;
        }
        if says(&WRONG_KEY) {
            return ErrorClass::Auth;
        }
        if says(&NO_MODEL) {
            return ErrorClass::NotFound;
        }
    }
    if (of_the_request || status == Some(403)) && says(&FILTERED) {
        return ErrorClass::Filtered;
    }
    match status {
        Some(status) => by_status(status),
        None => by_kind(&text),
    }
}

fn by_status(status: u16) -> ErrorClass {
    match status {
        401..=403 | 407 => ErrorClass::Auth,
        404 | 410 => ErrorClass::NotFound,
        408 | 504 | 524 => ErrorClass::Timeout,
        // Nothing of that size passes, and waiting does not shrink it.
        413 => ErrorClass::ContextTooLong,
        425 | 429 => ErrorClass::Throttled,
        // 409: OpenAI's "resource is locked"; 498: Groq's "flex tier at capacity".
        409 | 498 => ErrorClass::Overloaded,
        501 | 505 => ErrorClass::BadRequest,
        500.. => ErrorClass::Overloaded,
        _ => ErrorClass::BadRequest,
    }
}

/// For errors inside a reply or stream that name no status.
fn by_kind(text: &str) -> ErrorClass {
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&[
        "rate_limit",
        "rate limit",
        "throttl",
        "too many requests",
        "resource_exhausted",
    ]) {
        ErrorClass::Throttled
    } else if says(&[
        "authentication",
        "permission",
        "unauthorized",
        "forbidden",
        "api key",
    ]) {
        ErrorClass::Auth
    } else if says(&["not_found", "not found"]) {
        ErrorClass::NotFound
    } else if says(&[
        "invalid_request",
        "invalid_argument",
        "bad_request",
        "validation",
        "unsupported",
    ]) {
        ErrorClass::BadRequest
    } else if says(&["timeout", "timed out", "deadline"]) {
        ErrorClass::Timeout
    } else {
        ErrorClass::Overloaded
    }
}
