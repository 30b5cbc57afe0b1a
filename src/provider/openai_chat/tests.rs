//! Bodies by host, and replies that no recording has.

use super::OpenaiChat;
use crate::model::{ErrorClass, ModelConfig, Params, ResponseFormat, StopReason};
use crate::provider::Protocol;
use crate::provider::testing::{config, request};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::Arc;

fn body(base_url: &str, params: Value) -> Value {
    let config = config(base_url);
    let request = request(serde_json::from_value(params).unwrap());
    let call = OpenaiChat::new(&config).encode(&config, &request, false).unwrap();
    serde_json::from_slice(&call.body).unwrap()
}

fn events(chunks: &[Value]) -> Result<crate::model::Completion, crate::model::ProviderError> {
    let mut decoder = OpenaiChat::default().decoder();
    for chunk in chunks {
        decoder.event("", chunk.to_string().as_bytes())?;
    }
    decoder.finish()
}

#[test]
fn the_token_limit_is_named_as_the_host_wants_it() {
    let params = json!({"max_tokens": 5});
    for host in [
        "https://api.openai.com/v1",
        "https://r.openai.azure.com/openai/deployments/d",
    ] {
        assert_eq!(body(host, params.clone())["max_completion_tokens"], 5, "{host}");
    }
    for host in [
        "http://localhost:8000/v1",
        "https://r.services.ai.azure.com/models",
        "https://api.openai.com.evil.test",
    ] {
        assert_eq!(body(host, params.clone())["max_tokens"], 5, "{host}");
    }
    let own = json!({"max_tokens": 5, "extra": {"max_tokens": 7, "max_completion_tokens": null}});
    let own = body("https://api.openai.com/v1", own);
    assert_eq!(
        (&own["max_tokens"], own.get("max_completion_tokens")),
        (&json!(7), None)
    );
}

#[test]
fn only_what_is_set_is_sent() {
    let plain = body("http://localhost/v1", json!({}));
    assert_eq!(
        plain,
        json!({"model": "m", "messages": [{"role": "user", "content": "hello"}]})
    );
}

#[test]
fn hosts_get_their_own_words() {
    let seeded = body("https://api.mistral.ai/v1", json!({"seed": 3}));
    assert_eq!((&seeded["random_seed"], seeded.get("seed")), (&json!(3), None));
    let thinking = body(
        "https://openrouter.ai/api/v1",
        json!({"reasoning_effort": "low", "reasoning_tokens": 9}),
    );
    assert_eq!(thinking["reasoning"], json!({"effort": "low", "max_tokens": 9}));
    let azure = OpenaiChat::new(&config("https://r.openai.azure.com/openai/v1"));
    assert_eq!(azure.auth("k"), [("api-key", "k".to_owned())]);
    assert_eq!(
        OpenaiChat::default().auth("k"),
        [("authorization", "Bearer k".to_owned())]
    );
}

#[test]
fn a_budget_of_thoughts_is_refused_where_the_api_has_none() {
    let config = config("http://localhost/v1");
    let params = Params {
        reasoning_tokens: Some(1),
        ..Params::default()
    };
    let error = OpenaiChat::new(&config)
        .encode(&config, &request(params), false)
        .unwrap_err();
    assert!(
        error.class == ErrorClass::BadRequest && error.message.contains("`reasoning_tokens`"),
        "{error}"
    );
}

#[test]
fn a_schema_is_sent_strictly_where_it_can_be_and_is_needed_for_json_schema() {
    let config = config("http://localhost/v1");
    let params = Params {
        response_format: Some(ResponseFormat::JsonSchema),
        ..Params::default()
    };
    let mut request = request(params);
    let protocol = OpenaiChat::new(&config);
    assert!(
        protocol
            .encode(&config, &request, false)
            .unwrap_err()
            .message
            .contains("`output.schema`")
    );
    request.schema = Some(Arc::new(
        json!({"type": "object", "properties": {}, "additionalProperties": false}),
    ));
    let call = protocol.encode(&config, &request, true).unwrap();
    let body: Value = serde_json::from_slice(&call.body).unwrap();
    assert_eq!(body["response_format"]["json_schema"]["strict"], true);
    assert_eq!(body["stream_options"]["include_usage"], true);
}

#[test]
fn a_deployment_name_takes_the_models_place() {
    let mut config = config("http://localhost/v1");
    config.models.insert(
        "m".into(),
        ModelConfig {
            name: Some("deployed".into()),
            ..ModelConfig::default()
        },
    );
    let call = OpenaiChat::new(&config)
        .encode(&config, &request(Params::default()), false)
        .unwrap();
    assert!(
        String::from_utf8(call.body)
            .unwrap()
            .contains(r#""model":"deployed""#)
    );
}

#[test]
fn refusals_and_filters_are_told_apart() {
    let decode =
        |choice: Value| OpenaiChat::default().decode(json!({"choices": [choice]}).to_string().as_bytes());
    let refused =
        decode(json!({"message": {"content": null, "refusal": "No."}, "finish_reason": "stop"})).unwrap();
    assert_eq!(
        (refused.stop, refused.text.as_str()),
        (StopReason::Refusal, "No.")
    );
    let filtered = decode(json!({"finish_reason": "content_filter"})).unwrap();
    assert_eq!(
        (filtered.stop, filtered.text.as_str()),
        (StopReason::ContentFilter, "")
    );
    let broken = decode(json!({"message": {"content": "half"}, "finish_reason": "error"})).unwrap_err();
    assert_eq!(broken.class, ErrorClass::Overloaded);
}

#[test]
fn an_error_inside_a_200_reply_is_an_error() {
    let decode = |body: Value| {
        OpenaiChat::default()
            .decode(body.to_string().as_bytes())
            .unwrap_err()
    };
    let told = decode(json!({"error": {"code": 429, "message": "slow down"}}));
    assert_eq!(
        (told.class, told.message.as_str()),
        (ErrorClass::Throttled, "slow down")
    );
    assert_eq!(
        decode(json!({"choices": [{"error": {"code": 502, "message": "x"}}]})).class,
        ErrorClass::Overloaded
    );
    assert_eq!(decode(json!({"choices": []})).class, ErrorClass::Malformed);
}

#[test]
fn a_stream_that_breaks_off_is_malformed() {
    let cut = events(&[json!({"choices": [{"delta": {"content": "hal"}}]})]).unwrap_err();
    assert_eq!(cut.class, ErrorClass::Malformed);
}

#[test]
fn streamed_calls_that_all_claim_index_zero_are_kept_apart_by_their_ids() {
    let call = |id: &str, name: &str, arguments: &str| json!({"choices": [{"delta": {"tool_calls": [{"index": 0, "id": id, "function": {"name": name, "arguments": arguments}}]}}]});
    let end = json!({"choices": [{"delta": {}, "finish_reason": "stop"}]});
    let completion = events(&[call("a", "f", "{"), call("", "", "}"), call("b", "g", "{}"), end]).unwrap();
    let calls: Vec<_> = completion
        .tool_calls
        .iter()
        .map(|call| (call.name.as_str(), call.arguments.as_str()))
        .collect();
    assert_eq!(calls, [("f", "{}"), ("g", "{}")]);
    assert_eq!(completion.stop, StopReason::ToolCalls);
}

proptest! {
    #[test]
    fn hostile_replies_never_panic(body in "\\PC{0,80}", word in "[a-z_]{0,12}") {
        let protocol = OpenaiChat::default();
        let _ = protocol.decode(body.as_bytes());
        let shaped = json!({"choices": [{"message": {"content": [body, {"type": word}], "tool_calls": [{}]}, "finish_reason": word}], "usage": {"prompt_tokens": body}});
        let _ = protocol.decode(shaped.to_string().as_bytes());
        let _ = events(&[shaped]);
    }
}
