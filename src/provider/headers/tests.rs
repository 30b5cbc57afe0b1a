//! Headers as vendors send them.

use super::*;

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs
        .iter()
        .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
        .collect()
}

fn seconds(pairs: &[(&'static str, &str)]) -> Option<f64> {
    retry_after(&headers(pairs)).map(|wait| wait.as_secs_f64())
}

#[test]
fn retry_after_is_read_in_seconds_milliseconds_and_as_a_date() {
    assert_eq!(seconds(&[("retry-after", "7")]), Some(7.0));
    assert_eq!(seconds(&[("retry-after", "0.5")]), Some(0.5));
    assert_eq!(
        seconds(&[("retry-after-ms", "1250"), ("retry-after", "2")]),
        Some(1.25)
    );
    assert_eq!(seconds(&[("x-ms-retry-after-ms", "30")]), Some(0.03));
    assert_eq!(
        seconds(&[("retry-after-ms", "0"), ("retry-after", "1")]),
        Some(1.0)
    );
    let date = [
        ("date", "Wed, 21 Oct 2015 07:28:00 GMT"),
        ("retry-after", "Wed, 21 Oct 2015 07:28:30 GMT"),
    ];
    assert_eq!(seconds(&date), Some(30.0));
    assert_eq!(
        seconds(&[("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT")]),
        Some(0.0),
        "a date gone by"
    );
}

#[test]
fn nonsense_in_retry_after_is_ignored() {
    for text in ["soon", "-5", "NaN", "inf", "1e300", ""] {
        assert_eq!(seconds(&[("retry-after", text)]), None, "{text}");
    }
}

#[test]
fn without_retry_after_the_exhausted_limit_says_when_it_is_reset() {
    let limits = [
        ("x-ratelimit-remaining-requests", "0"),
        ("x-ratelimit-reset-requests", "6m0s"),
        ("x-ratelimit-remaining-tokens", "9"),
        ("x-ratelimit-reset-tokens", "9h"),
    ];
    assert_eq!(seconds(&limits), Some(360.0));
    let at = [
        ("date", "Thu, 06 Mar 2025 23:59:50 GMT"),
        ("x-ratelimit-remaining", "0"),
        ("x-ratelimit-reset", "1741305600000"),
    ];
    assert_eq!(
        seconds(&at),
        Some(10.0),
        "OpenRouter gives the time in milliseconds"
    );
    let at = [
        ("date", "Thu, 06 Mar 2025 23:59:50 GMT"),
        ("anthropic-ratelimit-requests-remaining", "0"),
        ("anthropic-ratelimit-requests-reset", "2025-03-07T00:00:20Z"),
    ];
    assert_eq!(seconds(&at), Some(30.0));
}

#[test]
fn spans_are_read_as_people_and_go_programs_write_them() {
    let cases = [
        ("1.2s", 1.2),
        ("20ms", 0.02),
        ("6m0s", 360.0),
        ("1h2m3s", 3723.0),
        ("20 seconds", 20.0),
        ("3", 3.0),
    ];
    for (text, expected) in cases {
        assert_eq!(
            parse_span(text),
            Some(Duration::from_secs_f64(expected)),
            "{text}"
        );
    }
    for text in ["", "s", "1 fortnight", "-1s", "1..2s", "99999999999999999999999d"] {
        assert_eq!(parse_span(text), None, "{text}");
    }
}

#[test]
fn limits_of_all_three_families_are_read() {
    let openai = rate_limits(&headers(&[
        ("x-ratelimit-limit-requests", "500"),
        ("x-ratelimit-remaining-requests", "499"),
        ("x-ratelimit-limit-tokens", "30000"),
        ("x-ratelimit-remaining-tokens", "29986"),
    ]));
    let expected = RateLimits {
        requests_remaining: Some(499),
        requests_limit: Some(500),
        tokens_remaining: Some(29_986),
        tokens_limit: Some(30_000),
    };
    assert_eq!(openai, expected);
    let anthropic = rate_limits(&headers(&[("anthropic-ratelimit-requests-remaining", "49")]));
    assert_eq!(anthropic.requests_remaining, Some(49));
    let together = rate_limits(&headers(&[
        ("x-ratelimit-remaining", "1"),
        ("x-ratelimit-limit", "2"),
    ]));
    assert_eq!(
        (together.requests_remaining, together.requests_limit),
        (Some(1), Some(2))
    );
}

#[test]
fn the_vendors_own_request_id_goes_before_the_cdns() {
    let both = headers(&[("cf-ray", "a-FRA"), ("x-request-id", "req_1")]);
    assert_eq!(request_id(&both).as_deref(), Some("req_1"));
    assert_eq!(
        request_id(&headers(&[("cf-ray", "a-FRA")])).as_deref(),
        Some("a-FRA")
    );
    assert_eq!(request_id(&HeaderMap::new()), None);
}
