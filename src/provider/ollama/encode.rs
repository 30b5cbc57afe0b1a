//! From a request to the body of a chat call.

use super::wire::{Body, Format, Message, Options, Think};
use crate::model::{ProviderConfig, ProviderError, Request, ResponseFormat, Role};
use crate::provider::shared;

/// The body of a call.
pub(super) fn body(
    config: &ProviderConfig,
    request: &Request,
    stream: bool,
) -> Result<Vec<u8>, ProviderError> {
    let params = &*request.params;
    let options = Options {
        temperature: params.temperature,
        top_p: params.top_p,
        top_k: params.top_k,
        num_predict: params.max_tokens,
        stop: params.stop.as_deref(),
        seed: params.seed,
        frequency_penalty: params.frequency_penalty,
        presence_penalty: params.presence_penalty,
    };
    let body = Body {
        model: shared::model_name(config, request),
        messages: request
            .messages
            .iter()
            .map(|message| Message {
                role: match message.role {
                    Role::System => "system",
                    Role::User => "user",
                    Role::Assistant => "assistant",
                },
                content: &message.content,
            })
            .collect(),
        stream,
        format: match params.response_format {
            None | Some(ResponseFormat::Text) => None,
            Some(ResponseFormat::Json) => Some(Format::Json),
            Some(ResponseFormat::JsonSchema) => Some(Format::Schema(shared::schema(request)?)),
        },
        think: match (&params.reasoning_effort, params.reasoning_tokens) {
            (Some(effort), _) if effort == "none" => Some(Think::Off),
            (Some(effort), _) => Some(Think::Level(effort)),
            (None, Some(0)) => Some(Think::Off),
            (None, _) => None,
        },
        options: (options != Options::default()).then_some(options),
    };
    shared::body(&body, params)
}
