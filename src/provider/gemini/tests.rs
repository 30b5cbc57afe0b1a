//! Tests.

use super::Gemini;
use crate::model::{Api, ErrorClass, Params, ResponseFormat, StopReason};
use crate::provider::Protocol;
use crate::provider::fixtures::{config, encoded, request, streamed};
use reqwest::header::HeaderMap;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

#[test]
fn every_parameter_has_its_place() {
    let params = Params {
        temperature: Some(0.0),
        max_tokens: Some(9),
        seed: Some(3),
        reasoning_tokens: Some(0),
        response_format: Some(ResponseFormat::JsonSchema),
        extra: [("generationConfig".to_owned(), json!({"candidateCount": 1}))]
            .into_iter()
            .collect(),
        ..Params::default()
    };
    let mut request = request(params);
    request.schema = Some(Arc::new(json!({"type": "object"})));
    assert_eq!(
        encoded(&Gemini, &config(Api::Gemini), &request).unwrap(),
        json!({
            "systemInstruction": {"parts": [{"text": "be brief"}]},
            "contents": [{"role": "user", "parts": [{"text": "hi"}]}],
            "generationConfig": {
                "temperature": 0.0, "maxOutputTokens": 9, "seed": 3, "responseMimeType": "application/json",
                "responseJsonSchema": {"type": "object"}, "thinkingConfig": {"thinkingBudget": 0}, "candidateCount": 1
            }
        })
    );
}

#[test]
fn the_path_names_model_and_method() {
    let config = config(Api::Gemini);
    let mut request = request(Params::default());
    let path = |request: &_, stream| Gemini.encode(&config, request, stream).unwrap().path;
    request.model = "gemini 3".into();
    assert_eq!(path(&request, false), "/models/gemini%203:generateContent");
    request.model = "tunedModels/x".into();
    assert_eq!(
        path(&request, true),
        "/tunedModels/x:streamGenerateContent?alt=sse"
    );
}

#[test]
fn api_keys_and_access_tokens_go_into_different_headers() {
    assert_eq!(Gemini.auth("AIza")[0].0, "x-goog-api-key");
    assert_eq!(
        Gemini.auth("ya29.x")[0],
        ("authorization", "Bearer ya29.x".to_owned())
    );
}

#[test]
fn a_blocked_prompt_is_a_filtered_completion() {
    let completion = Gemini
        .decode(br#"{"promptFeedback":{"blockReason":"SAFETY"}}"#)
        .unwrap();
    assert_eq!(completion.stop, StopReason::ContentFilter);
    assert_eq!(
        (completion.text.as_str(), completion.stop_raw.as_deref()),
        ("", Some("SAFETY"))
    );
    assert_eq!(Gemini.decode(b"{}").unwrap_err().class, ErrorClass::Malformed);
}

#[test]
fn unknown_words_are_kept() {
    let reply =
        br#"{"candidates":[{"content":{"parts":[{"text":"a"},{"future":{}}]},"finishReason":"NEW_WORD"}]}"#;
    let completion = Gemini.decode(reply).unwrap();
    assert_eq!(
        (completion.stop, completion.stop_raw.as_deref()),
        (StopReason::Unknown, Some("NEW_WORD"))
    );
}

#[test]
fn a_stream_that_breaks_off_is_malformed_and_an_error_in_it_is_that_error() {
    let text = "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}]}\n\n";
    assert_eq!(
        streamed(&Gemini, text.as_bytes()).unwrap_err().class,
        ErrorClass::Malformed
    );
    let cut = "data: {\"candidates\":[{\"content\n\n";
    assert_eq!(
        streamed(&Gemini, cut.as_bytes()).unwrap_err().class,
        ErrorClass::Malformed
    );
    let failed = format!(
        "{text}data: {{\"error\":{{\"code\":503,\"message\":\"busy\",\"status\":\"UNAVAILABLE\"}}}}\n\n"
    );
    let error = streamed(&Gemini, failed.as_bytes()).unwrap_err();
    assert_eq!((error.class, error.status), (ErrorClass::Overloaded, Some(503)));
}

#[test]
fn streamed_arguments_with_hostile_paths_do_no_harm() {
    let deep = "[0]".repeat(100);
    for path in [
        "$.a[99999999999]",
        "$.a[5000000]",
        "$[",
        "$['x",
        "x",
        "$.a..b",
        "$",
        deep.as_str(),
        "$.ä[é]",
    ] {
        let chunk = json!({"candidates": [{"finishReason": "STOP", "content": {"parts": [{"functionCall":
            {"name": "f", "partialArgs": [{"jsonPath": path, "stringValue": "v"}]}}]}}]});
        let completion = streamed(&Gemini, format!("data: {chunk}\n\n").as_bytes()).unwrap();
        assert!(completion.tool_calls[0].arguments.len() < 200, "{path}");
    }
}

#[test]
fn errors_are_classed_and_say_how_long_to_wait() {
    let error = |status, body: serde_json::Value| {
        Gemini.error(status, &HeaderMap::new(), body.to_string().as_bytes())
    };
    let throttled = error(
        429,
        json!([{"error": {"status": "RESOURCE_EXHAUSTED", "message": "slow", "details": [{"retryDelay": "34.4s"}]}}]),
    );
    assert_eq!(throttled.class, ErrorClass::Throttled);
    assert_eq!(throttled.retry_after, Some(Duration::from_millis(34_400)));
    let class = |status: &str, message: &str| {
        error(400, json!({"error": {"status": status, "message": message}})).class
    };
    let long = "The input token count (9) exceeds the maximum number of tokens allowed (5).";
    assert_eq!(
        class(
            "INVALID_ARGUMENT",
            "API key not valid. Please pass a valid API key."
        ),
        ErrorClass::Auth
    );
    assert_eq!(class("INVALID_ARGUMENT", long), ErrorClass::ContextTooLong);
    assert_eq!(
        class("FAILED_PRECONDITION", "User location is not supported"),
        ErrorClass::Auth
    );
    assert_eq!(class("INVALID_ARGUMENT", "bad"), ErrorClass::BadRequest);
}

#[test]
fn only_models_that_generate_text_are_listed() {
    let page = br#"{"models":[{"name":"models/a","inputTokenLimit":10,"outputTokenLimit":5,
        "supportedGenerationMethods":["generateContent"]},{"name":"models/embed","supportedGenerationMethods":[]}],
        "nextPageToken":"t/1"}"#;
    let (models, next) = Gemini.decode_models(page).unwrap();
    assert_eq!(models.len(), 1);
    assert_eq!((models[0].id.as_str(), models[0].config.context), ("a", Some(10)));
    let call = Gemini.list_call(&config(Api::Gemini), next.as_deref()).unwrap();
    assert_eq!(call.path, "/models?pageSize=1000&pageToken=t%2F1");
}
