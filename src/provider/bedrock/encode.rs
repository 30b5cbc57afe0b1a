//! From a request to the path and body of a Converse call.

use super::wire::{
    Body, ClaudeFields, InferenceConfig, OutputConfig, Schema, Structure, Text, TextFormat, Thinking, Turn,
};
use crate::model::{ProviderConfig, ProviderError, Request, ResponseFormat, Role};
use crate::provider::shared;

/// The API's name in messages for people.
const API: &str = "Bedrock's Converse";

/// The path of a call.
pub(super) fn path(config: &ProviderConfig, request: &Request, stream: bool) -> String {
    let method = if stream { "converse-stream" } else { "converse" };
    let model = shared::segment(shared::model_name(config, request));
    format!("/model/{model}/{method}")
}

/// The body of a call.
pub(super) fn body(config: &ProviderConfig, request: &Request) -> Result<Vec<u8>, ProviderError> {
    let params = &*request.params;
    let claude = shared::model_name(config, request).contains("anthropic");
    shared::refuse(
        API,
        &[
            ("frequency_penalty", params.frequency_penalty.is_some()),
            ("presence_penalty", params.presence_penalty.is_some()),
        ],
    )?;
    if !claude && (params.top_k.is_some() || params.reasoning_tokens.is_some()) {
        return Err(shared::bad_request(format!(
            "{API} names `top_k` and `reasoning_tokens` differently for each vendor's models, and bench knows \
             Anthropic's only: write them into `params.extra.additionalModelRequestFields`"
        )));
    }
    let (system, turns) = shared::turns(&request.messages);
    shared::require_user(&turns, API)?;
    let inference = InferenceConfig {
        max_tokens: params.max_tokens,
        temperature: params.temperature,
        top_p: params.top_p,
        stop_sequences: params.stop.as_deref(),
    };
    let body = Body {
        messages: turns
            .into_iter()
            .map(|turn| Turn {
                role: if turn.role == Role::Assistant {
                    "assistant"
                } else {
                    "user"
                },
                content: texts(turn.texts),
            })
            .collect(),
        system: texts(system),
        inference_config: (inference != InferenceConfig::default()).then_some(inference),
        output_config: output_config(request)?,
        additional_model_request_fields: (params.top_k.is_some() || params.reasoning_tokens.is_some()).then(
            || ClaudeFields {
                top_k: params.top_k,
                thinking: params.reasoning_tokens.map(|tokens| Thinking {
                    kind: if tokens == 0 { "disabled" } else { "enabled" },
                    budget_tokens: (tokens > 0).then_some(tokens),
                }),
            },
        ),
    };
    shared::body(&body, params)
}

fn texts(texts: Vec<&str>) -> Vec<Text<'_>> {
    texts.into_iter().map(|text| Text { text }).collect()
}

fn output_config(request: &Request) -> Result<Option<OutputConfig<'_>>, ProviderError> {
    let effort = request.params.reasoning_effort.as_deref();
    let text_format = match request.params.response_format {
        None | Some(ResponseFormat::Text) => None,
        Some(ResponseFormat::JsonSchema) => Some(TextFormat {
            kind: "json_schema",
            structure: Structure {
                json_schema: Schema {
                    schema: shared::schema(request)?.to_string(),
                    name: "answer",
                },
            },
        }),
        Some(ResponseFormat::Json) => {
            return Err(shared::bad_request(format!(
                "{API} has no `response_format: json`: use `json-schema`, or ask for JSON in the prompt"
            )));
        }
    };
    Ok((effort.is_some() || text_format.is_some()).then_some(OutputConfig { effort, text_format }))
}
