//! From a request to the body of a Messages call.

use super::wire::{Body, Format, OutputConfig, TextBlock, Thinking, Turn};
use crate::model::{ProviderConfig, ProviderError, Request, ResponseFormat, Role};
use crate::provider::shared;

/// The API's name in messages for people.
const API: &str = "Anthropic's Messages API";

/// Output limit where neither the parameters nor the model's entry has one; the API demands a number.
const DEFAULT_MAX_TOKENS: u64 = 4096;

/// The body of a call.
pub(super) fn body(
    config: &ProviderConfig,
    request: &Request,
    stream: bool,
) -> Result<Vec<u8>, ProviderError> {
    let params = &*request.params;
    shared::refuse(
        API,
        &[
            ("frequency_penalty", params.frequency_penalty.is_some()),
            ("presence_penalty", params.presence_penalty.is_some()),
        ],
    )?;
    let (system, turns) = shared::turns(&request.messages);
    shared::require_user(&turns, API)?;
    let body = Body {
        model: shared::model_name(config, request),
        max_tokens: max_tokens(config, request),
        system: (!system.is_empty()).then(|| system.join("\n\n")),
        messages: turns.into_iter().map(turn).collect(),
        temperature: params.temperature,
        top_p: params.top_p,
        top_k: params.top_k,
        stop_sequences: params.stop.as_deref(),
        thinking: thinking(params.reasoning_tokens),
        output_config: output_config(request)?,
        stream,
    };
    shared::body(&body, params)
}

fn turn(turn: shared::Turn<'_>) -> Turn<'_> {
    Turn {
        role: if turn.role == Role::Assistant {
            "assistant"
        } else {
            "user"
        },
        content: turn
            .texts
            .into_iter()
            .map(|text| TextBlock { kind: "text", text })
            .collect(),
    }
}

/// The parameter, else the model's own limit, else 4096 beside the thinking budget (which counts as output).
fn max_tokens(config: &ProviderConfig, request: &Request) -> u64 {
    let params = &*request.params;
    let limit = || config.model(&request.model).and_then(|model| model.max_output);
    params
        .max_tokens
        .map(u64::from)
        .or_else(limit)
        .unwrap_or(DEFAULT_MAX_TOKENS + u64::from(params.reasoning_tokens.unwrap_or(0)))
}

fn thinking(budget: Option<u32>) -> Option<Thinking> {
    budget.map(|tokens| Thinking {
        kind: if tokens == 0 { "disabled" } else { "enabled" },
        budget_tokens: (tokens > 0).then_some(tokens),
    })
}

fn output_config(request: &Request) -> Result<Option<OutputConfig<'_>>, ProviderError> {
    let effort = request.params.reasoning_effort.as_deref();
    let format = match request.params.response_format {
        None | Some(ResponseFormat::Text) => None,
        Some(ResponseFormat::JsonSchema) => Some(Format {
            kind: "json_schema",
            schema: shared::schema(request)?,
        }),
        Some(ResponseFormat::Json) => {
            return Err(shared::bad_request(format!(
                "{API} has no `response_format: json`: use `json-schema`, or ask for JSON in the prompt"
            )));
        }
    };
    Ok((effort.is_some() || format.is_some()).then_some(OutputConfig { effort, format }))
}
