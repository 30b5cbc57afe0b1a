//! A request as a Chat Completions body.

use super::super::openai::{Dialect, Format, sent_name, strict_schema};
use super::super::protocol::HttpCall;
use super::super::shared;
use crate::model::{ErrorClass, Message, ProviderConfig, ProviderError, Request};
use serde::Serialize;
use serde_json::Value;

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    messages: &'a [Message],
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_p: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_k: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    random_seed: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frequency_penalty: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    presence_penalty: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_effort: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning: Option<Reasoning<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<ResponseFormat<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<StreamOptions>,
}

#[derive(Serialize)]
struct Reasoning<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    effort: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
}

#[derive(Serialize)]
struct ResponseFormat<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    json_schema: Option<JsonSchema<'a>>,
}

#[derive(Serialize)]
struct JsonSchema<'a> {
    name: &'static str,
    schema: &'a Value,
    strict: bool,
}

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

/// `POST /chat/completions`.
pub(super) fn call(
    dialect: Dialect,
    config: &ProviderConfig,
    request: &Request,
    stream: bool,
) -> Result<HttpCall, ProviderError> {
    let params = &*request.params;
    if params.reasoning_tokens.is_some() && !dialect.openrouter {
        return Err(ProviderError::new(
            ErrorClass::BadRequest,
            "openai-chat has no parameter for `reasoning_tokens`: use `reasoning_effort`, or the host's own field \
             under `extra`",
        ));
    }
    let response_format = Format::of(request)?.map(|format| match format {
        Format::Json => ResponseFormat {
            kind: "json_object",
            json_schema: None,
        },
        Format::Schema(schema) => ResponseFormat {
            kind: "json_schema",
            json_schema: Some(JsonSchema {
                name: "output",
                schema,
                strict: strict_schema(schema),
            }),
        },
    });
    let effort = params.reasoning_effort.as_deref();
    let nested = dialect.openrouter && (effort.is_some() || params.reasoning_tokens.is_some());
    let limit = params.max_tokens;
    let body = Body {
        model: sent_name(config, request),
        messages: &request.messages,
        temperature: params.temperature,
        top_p: params.top_p,
        top_k: params.top_k,
        max_tokens: limit.filter(|_| !dialect.completion_limit),
        max_completion_tokens: limit.filter(|_| dialect.completion_limit),
        stop: params.stop.as_deref(),
        seed: params.seed.filter(|_| !dialect.mistral),
        random_seed: params.seed.filter(|_| dialect.mistral),
        frequency_penalty: params.frequency_penalty,
        presence_penalty: params.presence_penalty,
        reasoning_effort: effort.filter(|_| !nested),
        reasoning: nested.then_some(Reasoning {
            effort,
            max_tokens: params.reasoning_tokens,
        }),
        response_format,
        stream: stream.then_some(true),
        stream_options: (stream && !dialect.mistral).then_some(StreamOptions { include_usage: true }),
    };
    Ok(HttpCall {
        path: "/chat/completions".to_owned(),
        headers: Vec::new(),
        body: shared::body(&body, params)?,
    })
}
