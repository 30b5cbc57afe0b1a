//! What reply headers say: request ids, rate limits, times to wait.

use crate::model::RateLimits;
use reqwest::header::HeaderMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Headers that carry the vendor's id of a request, the most telling first.
const REQUEST_IDS: [&str; 11] = [
    "x-request-id",
    "request-id",
    "x-amzn-requestid",
    "apim-request-id",
    "x-ms-request-id",
    "mistral-correlation-id",
    "x-generation-id",
    "inference-id",
    "x-ds-trace-id",
    "x-trace-id",
    "cf-ray",
];

/// The vendor's id of the request.
pub fn request_id(headers: &HeaderMap) -> Option<String> {
    let text = REQUEST_IDS
        .iter()
        .find_map(|name| text(headers, name).filter(|id| !id.is_empty()))?;
    Some(text.chars().take(200).collect())
}

/// What the reply said of the limits: OpenAI's `x-ratelimit-*` (Azure, Groq, Mistral and others send the same),
/// Anthropic's `anthropic-ratelimit-*`, and the short form of Together.
pub fn rate_limits(headers: &HeaderMap) -> RateLimits {
    let first = |names: [&str; 3]| {
        names
            .iter()
            .find_map(|name| text(headers, name)?.trim().parse().ok())
    };
    RateLimits {
        requests_remaining: first([
            "x-ratelimit-remaining-requests",
            "anthropic-ratelimit-requests-remaining",
            "x-ratelimit-remaining",
        ]),
        requests_limit: first([
            "x-ratelimit-limit-requests",
            "anthropic-ratelimit-requests-limit",
            "x-ratelimit-limit",
        ]),
        tokens_remaining: first([
            "x-ratelimit-remaining-tokens",
            "anthropic-ratelimit-tokens-remaining",
            "x-ratelimit-remaining-tokens-minute",
        ]),
        tokens_limit: first([
            "x-ratelimit-limit-tokens",
            "anthropic-ratelimit-tokens-limit",
            "x-ratelimit-limit-tokens-minute",
        ]),
    }
}

/// How long the headers ask to wait: milliseconds where a vendor gives them, else `Retry-After` as seconds or HTTP
/// date (RFC 9110, section 10.2.3), else the time until the exhausted limit is reset.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let milliseconds = ["retry-after-ms", "x-ms-retry-after-ms"]
        .iter()
        .find_map(|name| text(headers, name));
    // Azure sends zero milliseconds beside whole seconds.
    let milliseconds = milliseconds.and_then(|text| text.trim().parse::<f64>().ok());
    if let Some(wait) = milliseconds.filter(|wait| *wait > 0.0) {
        return Duration::try_from_secs_f64(wait / 1e3).ok();
    }
    if let Some(wait) = text(headers, "retry-after").and_then(|text| seconds_or_date(text.trim(), headers)) {
        return Some(wait);
    }
    let exhausted = |name: &str| text(headers, name).is_some_and(|left| left.trim() == "0");
    let resets = [
        ("x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"),
        ("x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"),
        ("x-ratelimit-remaining", "x-ratelimit-reset"),
        (
            "anthropic-ratelimit-requests-remaining",
            "anthropic-ratelimit-requests-reset",
        ),
        (
            "anthropic-ratelimit-tokens-remaining",
            "anthropic-ratelimit-tokens-reset",
        ),
    ];
    let waits = resets
        .into_iter()
        .filter(|(left, _)| exhausted(left))
        .filter_map(|(_, reset)| {
            let text = text(headers, reset)?.trim();
            reset_time(text, now(headers))
        });
    waits.max()
}

/// The time until a limit is reset: a span (`6m0s`), seconds, a Unix time in seconds or milliseconds, or an RFC 3339
/// time.
pub(super) fn reset_time(text: &str, now: SystemTime) -> Option<Duration> {
    if let Ok(number) = text.parse::<f64>() {
        let at = match number {
            n if n > 1e11 => n / 1e3,
            n if n > 1e9 => n,
            n => return Duration::try_from_secs_f64(n).ok(),
        };
        let at = UNIX_EPOCH + Duration::try_from_secs_f64(at).ok()?;
        return Some(at.duration_since(now).unwrap_or_default());
    }
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Some(SystemTime::from(at).duration_since(now).unwrap_or_default());
    }
    parse_span(text)
}

fn seconds_or_date(text: &str, headers: &HeaderMap) -> Option<Duration> {
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let at = http_date(text)?;
    Some(at.duration_since(now(headers)).unwrap_or_default())
}

/// The server's own clock where it sent one, so that a wrong clock on this side does no harm.
fn now(headers: &HeaderMap) -> SystemTime {
    text(headers, "date")
        .and_then(http_date)
        .unwrap_or_else(SystemTime::now)
}

fn http_date(text: &str) -> Option<SystemTime> {
    jiff::fmt::rfc2822::parse(text)
        .ok()
        .map(|at| at.timestamp().into())
}

/// A span of time such as `1.2s`, `20ms`, `6m0s`, `1h2m3s`, `20 seconds`; without a unit, seconds.
pub fn parse_span(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    let mut total = Duration::ZERO;
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let number: f64 = rest.get(..digits)?.parse().ok()?;
        rest = rest.get(digits..)?.trim_start();
        let letters = rest
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(rest.len());
        let seconds = match rest.get(..letters)? {
            "us" | "µs" => 1e-6,
            "ms" | "milliseconds" | "millisecond" => 1e-3,
            "" | "s" | "sec" | "second" | "seconds" => 1.0,
            "m" | "min" | "minute" | "minutes" => 60.0,
            "h" | "hour" | "hours" => 3_600.0,
            "d" | "day" | "days" => 86_400.0,
            _ => return None,
        };
        rest = rest.get(letters..)?.trim_start();
        total = total.checked_add(Duration::try_from_secs_f64(number * seconds).ok()?)?;
    }
    (!text.trim().is_empty()).then_some(total)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests;
