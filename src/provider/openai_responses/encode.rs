//! A request as a Responses body.

use super::super::openai::{Format, sent_name, strict_schema};
use super::super::protocol::HttpCall;
use super::super::shared;
use crate::model::{ErrorClass, Message, ProviderConfig, ProviderError, Request};
use serde::Serialize;
use serde_json::Value;

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    input: &'a [Message],
    /// Nothing is kept on the server: each trial stands alone.
    store: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_p: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_output_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning: Option<Reasoning<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<TextOptions<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream: Option<bool>,
}

#[derive(Serialize)]
struct Reasoning<'a> {
    effort: &'a str,
}

#[derive(Serialize)]
struct TextOptions<'a> {
    format: TextFormat<'a>,
}

#[derive(Serialize)]
struct TextFormat<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    strict: Option<bool>,
}

/// `POST /responses`.
pub(super) fn call(
    config: &ProviderConfig,
    request: &Request,
    stream: bool,
) -> Result<HttpCall, ProviderError> {
    let params = &*request.params;
    // Leaving a parameter out in silence would measure something else than what was asked for.
    let foreign = [
        ("stop", params.stop.is_some()),
        ("seed", params.seed.is_some()),
        ("top_k", params.top_k.is_some()),
        ("frequency_penalty", params.frequency_penalty.is_some()),
        ("presence_penalty", params.presence_penalty.is_some()),
        ("reasoning_tokens", params.reasoning_tokens.is_some()),
    ];
    if let Some((name, _)) = foreign.iter().find(|(_, set)| *set) {
        return Err(ProviderError::new(
            ErrorClass::BadRequest,
            format!(
                "openai-responses has no parameter `{name}`: remove it for this model, or use `api: openai-chat`"
            ),
        ));
    }
    let text = Format::of(request)?.map(|format| TextOptions {
        format: match format {
            Format::Json => TextFormat {
                kind: "json_object",
                name: None,
                schema: None,
                strict: None,
            },
            Format::Schema(schema) => TextFormat {
                kind: "json_schema",
                name: Some("output"),
                schema: Some(schema),
                strict: Some(strict_schema(schema)),
            },
        },
    });
    let body = Body {
        model: sent_name(config, request),
        input: &request.messages,
        store: false,
        temperature: params.temperature,
        top_p: params.top_p,
        max_output_tokens: params.max_tokens,
        reasoning: params
            .reasoning_effort
            .as_deref()
            .map(|effort| Reasoning { effort }),
        text,
        stream: stream.then_some(true),
    };
    Ok(HttpCall {
        path: "/responses".to_owned(),
        headers: Vec::new(),
        body: shared::body(&body, params)?,
    })
}
