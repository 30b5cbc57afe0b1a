//! What users who describe an endpoint see.

use super::{Generic, SpecError};
use crate::model::{
    Api, Case, ErrorClass, HttpSpec, Limits, Message, Params, ProviderConfig, Request, Role, StopReason,
    Subject,
};
use crate::provider::Protocol;
use indexmap::IndexMap;
use pretty_assertions::assert_eq;
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

fn spec() -> HttpSpec {
    HttpSpec {
        path: "/v1/{{ model }}/generate".to_owned(),
        body: r#"{"inputs": {{ messages | tojson }}, "last": {{ prompt | tojson }}, "system": {{ system | tojson }},
 "max": {{ params.max_tokens }}{% if params.top_p is defined %}, "top_p": {{ params.top_p }}{% endif %}}"#
            .to_owned(),
        text: "/results/0/text".to_owned(),
        stop: Some("/results/0/why".to_owned()),
        input_tokens: Some("/usage/in".to_owned()),
        output_tokens: Some("/usage/out".to_owned()),
        model: Some("/model".to_owned()),
        error: Some("/problem/words".to_owned()),
        ..HttpSpec::default()
    }
}

fn config() -> ProviderConfig {
    ProviderConfig {
        name: "mine".into(),
        path: "providers/mine.yaml".into(),
        api: Api::Http,
        base_url: None,
        key: None,
        headers: IndexMap::new(),
        query: IndexMap::new(),
        region: None,
        limits: Limits::default(),
        timeout_seconds: 60.0,
        max_attempts: 3,
        stream: false,
        discover: false,
        models: IndexMap::new(),
        http: None,
        exec: None,
        replay: None,
        sim: None,
    }
}

fn request() -> Request {
    let case: Case = serde_json::from_value(json!({"id": "c"})).unwrap();
    let message = |role, content: &'static str| Message {
        role,
        content: content.into(),
    };
    Request {
        model: "org/big model".into(),
        messages: vec![
            message(Role::System, "Be \"brief\"."),
            message(Role::User, "line\none {{ x }}"),
        ],
        params: Arc::new(Params {
            max_tokens: Some(9),
            ..Params::default()
        }),
        schema: None,
        subject: Subject {
            task: "t".into(),
            prompt: "p".into(),
            case: Arc::new(case),
            epoch: 0,
            attempt: 0,
            seed: 0,
            judged: None,
        },
    }
}

fn bad(change: impl FnOnce(&mut HttpSpec)) -> SpecError {
    let mut spec = spec();
    change(&mut spec);
    Generic::new(&spec).unwrap_err()
}

#[test]
fn the_body_is_the_template_with_the_request_put_in_as_json() {
    let call = Generic::new(&spec())
        .unwrap()
        .encode(&config(), &request(), false)
        .unwrap();
    assert_eq!(call.path, "/v1/org/big%20model/generate");
    assert_eq!(
        serde_json::from_slice::<Value>(&call.body).unwrap(),
        json!({
            "inputs": [
                {"role": "system", "content": "Be \"brief\"."},
                {"role": "user", "content": "line\none {{ x }}"},
            ],
            "last": "line\none {{ x }}",
            "system": "Be \"brief\".",
            "max": 9,
        })
    );
}

#[test]
fn a_body_that_does_not_render_to_json_is_not_sent() {
    let mut spec = spec();
    spec.body = r#"{"prompt": "{{ prompt }}"}"#.to_owned();
    let error = Generic::new(&spec)
        .unwrap()
        .encode(&config(), &request(), false)
        .unwrap_err();
    assert_eq!(error.class, ErrorClass::BadRequest);
    assert!(
        error
            .message
            .starts_with("mine: the body does not render to JSON: control character"),
        "{error}"
    );
    assert!(error.message.ends_with("embed values with `| tojson`"), "{error}");
}

#[test]
fn a_wrong_description_names_the_key() {
    assert_eq!(bad(|spec| spec.text = "results".to_owned()).field, "text");
    assert_eq!(
        bad(|spec| spec.method = Some("GET".to_owned())).to_string(),
        "`method`: `GET` is neither POST nor PUT"
    );
    let error = bad(|spec| spec.body = "{}\n{{ promt }}".to_owned());
    assert_eq!(
        error.message,
        "the body sees no `promt`, only `model`, `messages`, `prompt`, `system`, `params`, `schema`"
    );
    let error = bad(|spec| spec.body = "{}\n{{ prompt".to_owned());
    assert_eq!((error.field, error.line), ("body", 2));
    assert_eq!(bad(|spec| spec.path = "/{{ prompt }}".to_owned()).field, "path");
}

#[test]
fn pointers_read_the_reply() {
    let generic = Generic::new(&spec()).unwrap();
    let reply = json!({
        "results": [{"text": "hi", "why": "max_tokens"}],
        "usage": {"in": 7, "out": "2"},
        "model": "big-1",
    });
    let completion = generic.decode(reply.to_string().as_bytes()).unwrap();
    let usage = completion.usage.unwrap();
    assert_eq!(
        (completion.text.as_str(), usage.input, usage.output),
        ("hi", 7, 2)
    );
    assert_eq!(
        (completion.stop, completion.stop_raw.as_deref()),
        (StopReason::Length, Some("max_tokens"))
    );
    assert_eq!(completion.served_model.as_deref(), Some("big-1"));
    let bare = generic.decode(br#"{"results": [{"text": {"a": 1}}]}"#).unwrap();
    assert_eq!(
        (bare.text.as_str(), bare.usage, bare.stop),
        (r#"{"a":1}"#, None, StopReason::Unknown)
    );
}

#[test]
fn the_file_says_which_words_mean_the_token_limit() {
    let mut spec = spec();
    spec.truncated_when = vec!["FULL".to_owned()];
    let generic = Generic::new(&spec).unwrap();
    let stop = |word: &str| {
        let reply = json!({"results": [{"text": "", "why": word}]}).to_string();
        generic.decode(reply.as_bytes()).unwrap().stop
    };
    assert_eq!(stop("FULL"), StopReason::Length);
    assert_eq!(stop("length"), StopReason::Unknown);
    assert_eq!(stop("stop"), StopReason::Stop);
}

#[test]
fn a_reply_without_the_text_is_malformed_and_says_what_came() {
    let generic = Generic::new(&spec()).unwrap();
    let message = |body: &[u8]| {
        let error = generic.decode(body).unwrap_err();
        assert_eq!(error.class, ErrorClass::Malformed);
        error.message
    };
    assert_eq!(message(br#"{"problem": {"words": "no\ncredit"}}"#), "no credit");
    assert_eq!(
        message(br#"{"a": 1}"#),
        r#"the reply has nothing at `/results/0/text`: {"a":1}"#
    );
    assert!(message(b"<html>").starts_with("the reply is not JSON: "));
}

#[test]
fn failures_get_a_class_by_status_and_the_vendors_words() {
    let generic = Generic::new(&spec()).unwrap();
    let mut headers = HeaderMap::new();
    headers.insert("retry-after", HeaderValue::from_static("2"));
    let error = generic.error(429, &headers, br#"{"problem": {"words": "slow down"}}"#);
    assert_eq!(
        (error.class, error.message.as_str()),
        (ErrorClass::Throttled, "slow down")
    );
    assert_eq!(
        (error.status, error.retry_after),
        (Some(429), Some(Duration::from_secs(2)))
    );
    let error = generic.error(503, &HeaderMap::new(), b"");
    assert_eq!(
        (error.class, error.message.as_str()),
        (ErrorClass::Overloaded, "HTTP 503 Service Unavailable")
    );
    let error = generic.error(401, &HeaderMap::new(), br#"{"error": {"message": "bad key"}}"#);
    assert_eq!(
        (error.class, error.message.as_str()),
        (ErrorClass::Auth, "bad key")
    );
}

#[test]
fn the_key_goes_into_a_bearer_header() {
    let generic = Generic::new(&spec()).unwrap();
    assert_eq!(generic.auth("k"), [("authorization", "Bearer k".to_owned())]);
}
