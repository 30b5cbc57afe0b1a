//! Bodies, and replies that no recording has.

use super::OpenaiResponses;
use crate::model::{ErrorClass, Params, ResponseFormat, StopReason};
use crate::provider::Protocol;
use crate::provider::testing::{config, request};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::Arc;

fn encode(params: Params) -> Result<Value, crate::model::ProviderError> {
    let config = config("https://api.openai.com/v1");
    let mut request = request(params);
    request.schema = Some(Arc::new(json!({"type": "string"})));
    let call = OpenaiResponses::new(&config).encode(&config, &request, false)?;
    Ok(serde_json::from_slice(&call.body).unwrap())
}

fn decode(body: &Value) -> Result<crate::model::Completion, crate::model::ProviderError> {
    OpenaiResponses::default().decode(body.to_string().as_bytes())
}

#[test]
fn the_body_has_the_apis_names_and_keeps_nothing_on_the_server() {
    let params = Params {
        max_tokens: Some(9),
        reasoning_effort: Some("low".into()),
        response_format: Some(ResponseFormat::JsonSchema),
        extra: [("service_tier".to_owned(), json!("flex"))].into_iter().collect(),
        ..Params::default()
    };
    let expected = json!({
        "model": "m",
        "input": [{"role": "user", "content": "hello"}],
        "store": false,
        "max_output_tokens": 9,
        "reasoning": {"effort": "low"},
        "text": {"format": {"type": "json_schema", "name": "output", "schema": {"type": "string"}, "strict": true}},
        "service_tier": "flex",
    });
    assert_eq!(encode(params).unwrap(), expected);
}

#[test]
fn parameters_that_the_api_lacks_are_refused_by_name() {
    let error = encode(Params {
        seed: Some(1),
        ..Params::default()
    })
    .unwrap_err();
    assert!(
        error.class == ErrorClass::BadRequest && error.message.contains("`seed`"),
        "{error}"
    );
}

#[test]
fn statuses_and_refusals_become_stop_reasons() {
    let message = |part: Value| json!([{"type": "message", "content": [part]}]);
    let text = message(json!({"type": "output_text", "text": "hi"}));
    let stop = |body: Value| decode(&body).unwrap().stop;
    assert_eq!(
        stop(json!({"status": "completed", "output": text})),
        StopReason::Stop
    );
    let refused = message(json!({"type": "refusal", "refusal": "No."}));
    assert_eq!(
        stop(json!({"status": "completed", "output": refused})),
        StopReason::Refusal
    );
    for (reason, expected) in [
        ("max_output_tokens", StopReason::Length),
        ("content_filter", StopReason::ContentFilter),
    ] {
        let cut = json!({"status": "incomplete", "incomplete_details": {"reason": reason}, "output": text});
        assert_eq!(stop(cut), expected);
    }
}

#[test]
fn failed_and_unfinished_responses_are_errors() {
    let failed = decode(
        &json!({"status": "failed", "error": {"code": "rate_limit_exceeded", "message": "slow"}, "output": []}),
    );
    assert_eq!(failed.unwrap_err().class, ErrorClass::Throttled);
    let queued = decode(&json!({"status": "queued", "output": []})).unwrap_err();
    assert!(queued.message.contains("`queued`"), "{queued}");
    assert_eq!(decode(&json!({})).unwrap_err().class, ErrorClass::Malformed);
    assert_eq!(
        decode(&json!({"error": {"message": "x", "code": 429}}))
            .unwrap_err()
            .class,
        ErrorClass::Throttled
    );
}

#[test]
fn a_stream_without_its_last_event_is_malformed_and_an_error_event_is_told() {
    let mut decoder = OpenaiResponses::default().decoder();
    assert_eq!(
        decoder.event("", br#"{"type": "response.output_text.delta", "delta": "a"}"#),
        Ok(true)
    );
    assert_eq!(decoder.finish().unwrap_err().class, ErrorClass::Malformed);
    let mut decoder = OpenaiResponses::default().decoder();
    let flat = br#"{"type": "error", "code": "server_error", "message": "broken", "param": null}"#;
    let error = decoder.event("error", flat).unwrap_err();
    assert_eq!(
        (error.class, error.message.as_str()),
        (ErrorClass::Overloaded, "broken")
    );
}

proptest! {
    #[test]
    fn hostile_replies_never_panic(body in "\\PC{0,80}") {
        let protocol = OpenaiResponses::default();
        let _ = protocol.decode(body.as_bytes());
        let _ = protocol.decoder().event(&body, body.as_bytes());
    }
}
