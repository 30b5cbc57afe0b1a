//! What a program reads and writes.

use crate::model::{Completion, ErrorClass, Message, Params, ProviderError, Request};
use crate::provider::error::without_lone_surrogates;
use crate::provider::replay::Answer;
use serde::Serialize;
use serde::de::IgnoredAny;
use serde_json::Value;

#[derive(Serialize)]
struct Question<'a> {
    model: &'a str,
    messages: &'a [Message],
    params: &'a Params,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<&'a Value>,
    task: &'a str,
    prompt: &'a str,
    case: &'a str,
    epoch: u32,
}

/// The request as one line of JSON, with its newline.
pub(super) fn question(request: &Request) -> Result<Vec<u8>, ProviderError> {
    let subject = &request.subject;
    let question = Question {
        model: &request.model,
        messages: &request.messages,
        params: &request.params,
        schema: request.schema.as_deref(),
        task: &subject.task,
        prompt: &subject.prompt,
        case: &subject.case.id,
        epoch: subject.epoch,
    };
    let mut line = serde_json::to_vec(&question)
        .map_err(|error| ProviderError::new(ErrorClass::BadRequest, error.to_string()))?;
    line.push(b'\n');
    Ok(line)
}

/// Reads an answer; `line` says that it is one line, where a text may be a JSON text. The latency is what the
/// program says, else `latency_us`.
pub(super) fn answer(bytes: &[u8], line: bool, latency_us: u64) -> Result<Completion, ProviderError> {
    let malformed = |why: String| ProviderError::new(ErrorClass::Malformed, format!("the answer {why}"));
    let text = std::str::from_utf8(bytes).map_err(|error| malformed(format!("is not UTF-8: {error}")))?;
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.trim_start().starts_with('{') {
        match serde_json::from_str::<Answer<'_>>(text) {
            Ok(answer) if answer.is_answer() => {
                if let Some(problem) = answer.problem() {
                    return Err(malformed(problem));
                }
                let timed = answer.has_latency();
                let mut completion = answer.into_completion()?;
                if !timed {
                    completion.latency_us = latency_us;
                }
                return Ok(completion);
            }
            Err(error) if error.is_data() => return Err(malformed(format!("has a wrong value: {error}"))),
            Err(_) if let Some(whole) = without_lone_surrogates(text.as_bytes()) => {
                if serde_json::from_slice::<IgnoredAny>(&whole).is_ok() {
                    return answer(&whole, line, latency_us);
                }
            }
            // An object without our keys, or no JSON at all: the text itself.
            Ok(_) | Err(_) => {}
        }
    }
    let quoted = || {
        let said = serde_json::from_str(text).ok();
        said.or_else(|| serde_json::from_slice(&without_lone_surrogates(text.as_bytes())?).ok())
    };
    let quoted: Option<String> = if line { quoted() } else { None };
    Ok(Completion {
        text: quoted.unwrap_or_else(|| text.to_owned()),
        latency_us,
        ..Completion::default()
    })
}
