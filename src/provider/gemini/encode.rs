//! From a request to the path and body of a `generateContent` call.

use super::wire::{Body, GenerationConfig, System, TextPart, ThinkingConfig, Turn};
use crate::model::{Params, ProviderConfig, ProviderError, Request, ResponseFormat, Role};
use crate::provider::shared;
use serde_json::Value;

/// The API's name in messages for people.
const API: &str = "Gemini's generateContent";

/// The path of a call: a bare name is one of `models/`, a name with a slash (`tunedModels/x`) stands as it is.
pub(super) fn path(config: &ProviderConfig, request: &Request, stream: bool) -> String {
    let name = shared::model_name(config, request);
    let method = if stream {
        ":streamGenerateContent?alt=sse"
    } else {
        ":generateContent"
    };
    match name.split_once('/') {
        None => format!("/models/{}{method}", shared::segment(name)),
        Some((kind, name)) => {
            let name: Vec<String> = name.split('/').map(shared::segment).collect();
            format!("/{}/{}{method}", shared::segment(kind), name.join("/"))
        }
    }
}

/// The body of a call.
pub(super) fn body(request: &Request) -> Result<Vec<u8>, ProviderError> {
    let params = &*request.params;
    let (system, turns) = shared::turns(&request.messages);
    shared::require_user(&turns, API)?;
    let schema = match params.response_format {
        Some(ResponseFormat::JsonSchema) => Some(shared::schema(request)?),
        _ => None,
    };
    let body = Body {
        system_instruction: (!system.is_empty()).then(|| System { parts: parts(system) }),
        contents: turns
            .into_iter()
            .map(|turn| Turn {
                role: if turn.role == Role::Assistant {
                    "model"
                } else {
                    "user"
                },
                parts: parts(turn.texts),
            })
            .collect(),
        generation_config: generation_config(params, schema),
    };
    shared::body(&body, params)
}

fn parts(texts: Vec<&str>) -> Vec<TextPart<'_>> {
    texts.into_iter().map(|text| TextPart { text }).collect()
}

fn generation_config<'a>(params: &'a Params, schema: Option<&'a Value>) -> Option<GenerationConfig<'a>> {
    let json = matches!(
        params.response_format,
        Some(ResponseFormat::Json | ResponseFormat::JsonSchema)
    );
    let thinks = params.reasoning_tokens.is_some() || params.reasoning_effort.is_some();
    let config = GenerationConfig {
        temperature: params.temperature,
        top_p: params.top_p,
        top_k: params.top_k,
        max_output_tokens: params.max_tokens,
        stop_sequences: params.stop.as_deref(),
        seed: params.seed,
        frequency_penalty: params.frequency_penalty,
        presence_penalty: params.presence_penalty,
        response_mime_type: json.then_some("application/json"),
        response_json_schema: schema,
        thinking_config: thinks.then_some(ThinkingConfig {
            thinking_budget: params.reasoning_tokens,
            thinking_level: params.reasoning_effort.as_deref(),
        }),
    };
    (config != GenerationConfig::default()).then_some(config)
}
