//! Tests.

use super::Anthropic;
use crate::model::{
    Api, ErrorClass, ModelConfig, Params, ProviderConfig, ResponseFormat, Secret, StopReason, Usage,
};
use crate::provider::Protocol;
use crate::provider::fixtures::{config, encoded, request, streamed};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use std::sync::Arc;

fn body(params: Params) -> Result<Value, String> {
    encoded(&Anthropic, &config(Api::Anthropic), &request(params))
}

#[test]
fn a_plain_request_holds_the_system_text_apart_and_a_token_limit() {
    assert_eq!(
        body(Params::default()).unwrap(),
        json!({
            "model": "m", "max_tokens": 4096, "system": "be brief",
            "messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}]
        })
    );
}

#[test]
fn the_token_limit_comes_from_parameters_then_model_then_budget() {
    let limit = |config: &ProviderConfig, params: Params| {
        encoded(&Anthropic, config, &request(params)).unwrap()["max_tokens"].clone()
    };
    let mut known = config(Api::Anthropic);
    let entry = ModelConfig {
        max_output: Some(64_000),
        ..ModelConfig::default()
    };
    known.models.insert("m".into(), entry);
    let thinking = || Params {
        reasoning_tokens: Some(10_000),
        ..Params::default()
    };
    assert_eq!(limit(&known, thinking()), 64_000);
    assert_eq!(limit(&config(Api::Anthropic), thinking()), 14_096);
    let given = Params {
        max_tokens: Some(5),
        ..thinking()
    };
    assert_eq!(limit(&known, given), 5);
}

#[test]
fn every_parameter_has_its_place() {
    let params = Params {
        temperature: Some(0.5),
        top_p: Some(0.9),
        top_k: Some(4),
        stop: Some(vec!["END".into()]),
        seed: Some(7),
        reasoning_tokens: Some(2048),
        reasoning_effort: Some("low".into()),
        response_format: Some(ResponseFormat::JsonSchema),
        extra: [("metadata".to_owned(), json!({"user_id": "u"}))]
            .into_iter()
            .collect(),
        ..Params::default()
    };
    let mut request = request(params);
    request.schema = Some(Arc::new(json!({"type": "object"})));
    let body = encoded(&Anthropic, &config(Api::Anthropic), &request).unwrap();
    assert_eq!(
        body["thinking"],
        json!({"type": "enabled", "budget_tokens": 2048})
    );
    assert_eq!(
        body["output_config"],
        json!({"effort": "low", "format": {"type": "json_schema", "schema": {"type": "object"}}})
    );
    assert_eq!(body["stop_sequences"], json!(["END"]));
    assert_eq!(
        (&body["top_k"], &body["metadata"]["user_id"]),
        (&json!(4), &json!("u"))
    );
    assert!(body.get("seed").is_none());
}

#[test]
fn what_the_api_cannot_do_is_said_before_sending() {
    let json = Params {
        response_format: Some(ResponseFormat::Json),
        ..Params::default()
    };
    assert!(body(json).unwrap_err().contains("use `json-schema`"));
    let schema = Params {
        response_format: Some(ResponseFormat::JsonSchema),
        ..Params::default()
    };
    assert!(body(schema).unwrap_err().contains("`output.schema`"));
    let penalty = Params {
        presence_penalty: Some(1.0),
        ..Params::default()
    };
    assert!(body(penalty).unwrap_err().contains("`presence_penalty`"));
    let mut system_only = request(Params::default());
    system_only.messages.truncate(1);
    let error = encoded(&Anthropic, &config(Api::Anthropic), &system_only).unwrap_err();
    assert!(error.contains("user message"), "{error}");
}

#[test]
fn cache_reads_and_writes_are_added_to_the_input() {
    let reply =
        br#"{"id":"msg_1","model":"claude-x","content":[{"type":"text","text":"a"},{"type":"odd","x":1}],
        "stop_reason":"brand_new","usage":{"input_tokens":5,"cache_read_input_tokens":100,
        "cache_creation_input_tokens":30,"cache_creation":{"ephemeral_5m_input_tokens":10,
        "ephemeral_1h_input_tokens":20},"output_tokens":9,"output_tokens_details":{"thinking_tokens":4}}}"#;
    let completion = Anthropic.decode(reply).unwrap();
    let usage = Usage {
        input: 135,
        cache_read: 100,
        cache_write: 30,
        cache_write_1h: 20,
        output: 9,
        reasoning: 4,
        ..Usage::default()
    };
    assert_eq!(completion.usage, Some(usage));
    assert_eq!(completion.stop, StopReason::Unknown);
    assert_eq!(completion.stop_raw.as_deref(), Some("brand_new"));
    assert_eq!(completion.request_id.as_deref(), Some("msg_1"));
}

#[test]
fn a_stream_without_its_end_is_malformed_and_an_error_event_is_that_error() {
    let start = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"a\"}}\n\n";
    let error = streamed(&Anthropic, start.as_bytes()).unwrap_err();
    assert_eq!(error.class, ErrorClass::Malformed);
    let failed = format!(
        "{start}event: error\ndata: {{\"type\":\"error\",\"error\":{{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}}}\n\n"
    );
    let error = streamed(&Anthropic, failed.as_bytes()).unwrap_err();
    assert_eq!(
        (error.class, error.message.as_str()),
        (ErrorClass::Overloaded, "Overloaded")
    );
}

#[test]
fn errors_are_classed_by_type_and_words() {
    let class = |status, kind: &str, message: &str| {
        let body = json!({"type": "error", "error": {"type": kind, "message": message}}).to_string();
        Anthropic.error(status, &HeaderMap::new(), body.as_bytes()).class
    };
    let invalid = "invalid_request_error";
    let too_low = "Your credit balance is too low to access the Anthropic API.";
    let blocked = "Output blocked by content filtering policy";
    assert_eq!(class(529, "overloaded_error", "x"), ErrorClass::Overloaded);
    assert_eq!(class(429, "rate_limit_error", "x"), ErrorClass::Throttled);
    assert_eq!(
        class(400, invalid, "prompt is too long: 9 > 5"),
        ErrorClass::ContextTooLong
    );
    assert_eq!(class(400, invalid, too_low), ErrorClass::Auth);
    assert_eq!(class(400, invalid, blocked), ErrorClass::Filtered);
    assert_eq!(
        class(400, invalid, "max_tokens: too large"),
        ErrorClass::BadRequest
    );
    assert_eq!(class(404, "not_found_error", "model: x"), ErrorClass::NotFound);
    let page = Anthropic.error(502, &HeaderMap::new(), b"<html>");
    assert_eq!(page.class, ErrorClass::Overloaded);
}

#[test]
fn the_model_list_goes_on_after_the_last_id() {
    let page = br#"{"data":[{"id":"claude-a","type":"model","max_input_tokens":200000,"max_tokens":64000}],
        "has_more":true,"first_id":"claude-a","last_id":"claude-a"}"#;
    let (models, next) = Anthropic.decode_models(page).unwrap();
    assert_eq!(
        (models[0].config.context, models[0].config.max_output),
        (Some(200_000), Some(64_000))
    );
    let call = Anthropic
        .list_call(&config(Api::Anthropic), next.as_deref())
        .unwrap();
    assert_eq!(call.path, "/v1/models?limit=1000&after_id=claude-a");
}

#[test]
fn a_base_url_may_end_with_the_version() {
    let mut config = config(Api::Anthropic);
    let path = |config: &ProviderConfig| {
        let call = Anthropic.encode(config, &request(Params::default()), false);
        call.unwrap().path
    };
    assert_eq!(path(&config), "/v1/messages");
    let base = "https://proxy.test/v1/";
    config.base_url = Some(Secret {
        source: base.to_owned(),
        value: Ok(base.to_owned().into()),
    });
    assert_eq!(path(&config), "/messages");
}
