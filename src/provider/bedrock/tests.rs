//! Tests.

use super::Bedrock;
use crate::model::{Api, ErrorClass, Params, ResponseFormat, StopReason, Usage};
use crate::provider::fixtures::{config, encoded, request};
use crate::provider::{HttpCall, Protocol};
use reqwest::header::HeaderMap;
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

const URL: &str = "https://bedrock-runtime.eu-central-1.amazonaws.com/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse";
const KEY: &str = "AKIDEXAMPLE:wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

fn authorization(key: &str) -> String {
    let call = HttpCall {
        body: br#"{"messages":[{"role":"user","content":[{"text":"hi"}]}]}"#.to_vec(),
        ..HttpCall::default()
    };
    // 2026-01-02T03:04:05Z.
    let now = UNIX_EPOCH + Duration::from_secs(1_767_323_045);
    let headers = Bedrock.sign(&config(Api::Bedrock), key, URL, &call, now).unwrap();
    let of = |name: &str| {
        headers
            .iter()
            .find(|(is, _)| *is == name)
            .map(|(_, value)| value.clone())
    };
    assert_eq!(of("x-amz-date").as_deref(), Some("20260102T030405Z"));
    of("authorization").unwrap()
}

/// The expected signatures were computed once by the published algorithm with another program.
#[test]
fn requests_are_signed_as_the_published_algorithm_has_it() {
    let scope = "Credential=AKIDEXAMPLE/20260102/eu-central-1/bedrock/aws4_request";
    let plain = authorization(KEY);
    assert!(plain.contains(scope), "{plain}");
    assert!(
        plain.ends_with("Signature=0d4475dff3e8daa89636f1e0d330b2301edb8840808c6c39636507d2020632b3"),
        "{plain}"
    );
    let temporary = authorization(&format!("{KEY}:TOKEN/with+chars=="));
    assert!(
        temporary.ends_with("Signature=7eb1b5d0b9aa9525fa088f128eac9d9c12ca8e4b120f56bad01fb170d5966697"),
        "{temporary}"
    );
}

#[test]
fn a_key_without_a_colon_is_a_bearer_token_and_signs_nothing() {
    assert_eq!(
        Bedrock.auth("ABSKx")[0],
        ("authorization", "Bearer ABSKx".to_owned())
    );
    assert!(Bedrock.auth(KEY).is_empty());
    let signed = Bedrock.sign(
        &config(Api::Bedrock),
        "ABSKx",
        URL,
        &HttpCall::default(),
        UNIX_EPOCH,
    );
    assert_eq!(signed, Ok(Vec::new()));
}

#[test]
fn the_region_gives_the_address_and_must_be_known_to_sign() {
    let mut config = config(Api::Bedrock);
    assert_eq!(Bedrock.base_url(&config), None);
    let error = Bedrock.sign(
        &config,
        KEY,
        "https://proxy.example/x",
        &HttpCall::default(),
        UNIX_EPOCH,
    );
    assert!(error.unwrap_err().message.contains("region: us-east-1"));
    config.region = Some("us-west-2".into());
    let url = Bedrock.base_url(&config).unwrap();
    assert_eq!(url, "https://bedrock-runtime.us-west-2.amazonaws.com");
}

#[test]
fn every_parameter_has_its_place() {
    let params = Params {
        temperature: Some(0.0),
        max_tokens: Some(9),
        top_k: Some(4),
        reasoning_tokens: Some(2048),
        reasoning_effort: Some("low".into()),
        response_format: Some(ResponseFormat::JsonSchema),
        ..Params::default()
    };
    let mut request = request(params);
    request.model = "us.anthropic.claude-x-v1:0".into();
    request.schema = Some(Arc::new(json!({"type": "object"})));
    let config = config(Api::Bedrock);
    let path = Bedrock.encode(&config, &request, true).unwrap().path;
    assert_eq!(path, "/model/us.anthropic.claude-x-v1%3A0/converse-stream");
    assert_eq!(
        encoded(&Bedrock, &config, &request).unwrap(),
        json!({
            "messages": [{"role": "user", "content": [{"text": "hi"}]}],
            "system": [{"text": "be brief"}],
            "inferenceConfig": {"maxTokens": 9, "temperature": 0.0},
            "outputConfig": {"effort": "low", "textFormat": {"type": "json_schema", "structure": {"jsonSchema":
                {"schema": "{\"type\":\"object\"}", "name": "answer"}}}},
            "additionalModelRequestFields": {"top_k": 4, "thinking": {"type": "enabled", "budget_tokens": 2048}}
        })
    );
    request.model = "amazon.nova-lite-v1:0".into();
    let error = encoded(&Bedrock, &config, &request).unwrap_err();
    assert!(error.contains("additionalModelRequestFields"), "{error}");
}

#[test]
fn cache_reads_and_writes_are_added_to_the_input() {
    let reply =
        br#"{"output":{"message":{"content":[{"text":"a"}]}},"stopReason":"content_filtered","usage":{
        "inputTokens":3,"outputTokens":4,"cacheReadInputTokens":5,"cacheWriteInputTokens":6,
        "cacheDetails":[{"ttl":"1h","inputTokens":2},{"ttl":"5m","inputTokens":4}]}}"#;
    let completion = Bedrock.decode(reply).unwrap();
    assert_eq!(completion.stop, StopReason::ContentFilter);
    let usage = Usage {
        input: 14,
        cache_read: 5,
        cache_write: 6,
        cache_write_1h: 2,
        output: 4,
        ..Usage::default()
    };
    assert_eq!(completion.usage, Some(usage));
}

#[test]
fn exceptions_in_a_stream_are_errors_and_a_missing_end_is_malformed() {
    let class = |name: &str, data: &[u8]| Bedrock.decoder().event(name, data).unwrap_err().class;
    assert_eq!(
        class("throttlingException", br#"{"message":"slow"}"#),
        ErrorClass::Throttled
    );
    assert_eq!(class("modelStreamErrorException", b"{}"), ErrorClass::Overloaded);
    assert_eq!(class("InternalFailure", b""), ErrorClass::Overloaded);
    let decoder = Bedrock.decoder();
    assert_eq!(decoder.finish().unwrap_err().class, ErrorClass::Malformed);
}

#[test]
fn errors_are_classed_by_exception_and_words() {
    let class = |status, name: &str, message: &str| {
        let mut headers = HeaderMap::new();
        headers.insert("x-amzn-errortype", name.parse().unwrap());
        let body = json!({ "message": message }).to_string();
        Bedrock.error(status, &headers, body.as_bytes()).class
    };
    let validation = "ValidationException:http://internal.amazon.com/coral/x/";
    assert_eq!(class(429, "ThrottlingException", "x"), ErrorClass::Throttled);
    assert_eq!(class(429, "ModelNotReadyException", "x"), ErrorClass::Overloaded);
    assert_eq!(class(403, "AccessDeniedException", "x"), ErrorClass::Auth);
    assert_eq!(class(403, "ExpiredTokenException", "x"), ErrorClass::Auth);
    assert_eq!(class(408, "ModelTimeoutException", "x"), ErrorClass::Timeout);
    assert_eq!(
        class(400, validation, "Input is too long for requested model."),
        ErrorClass::ContextTooLong
    );
    assert_eq!(
        class(400, validation, "The provided model identifier is invalid."),
        ErrorClass::NotFound
    );
    assert_eq!(
        class(400, validation, "1 validation error"),
        ErrorClass::BadRequest
    );
    let bare = Bedrock.error(424, &HeaderMap::new(), b"");
    assert_eq!(bare.class, ErrorClass::Overloaded);
}
