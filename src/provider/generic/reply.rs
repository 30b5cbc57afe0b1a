//! Reading a reply by JSON pointers.

use super::error::one_line;
use crate::model::{Completion, ErrorClass, HttpSpec, ProviderError, StopReason, Usage};
use crate::provider::StreamDecoder;
use crate::provider::error::without_lone_surrogates;
use crate::provider::replay::stop_reason;
use crate::provider::wire::Count;
use serde_json::Value;
use std::sync::Arc;

/// Stop reasons that mean the token limit, where the file names none.
const TRUNCATED: [&str; 2] = ["length", "max_tokens"];

/// Reads a whole 2xx reply.
pub(super) fn decode(spec: &HttpSpec, body: &[u8]) -> Result<Completion, ProviderError> {
    let malformed = |message: String| ProviderError::new(ErrorClass::Malformed, message);
    let json: Value = serde_json::from_slice(body)
        .or_else(|error| match without_lone_surrogates(body) {
            Some(whole) => serde_json::from_slice(&whole),
            None => Err(error),
        })
        .map_err(|error| malformed(one_line(&format!("the reply is not JSON: {error}"))))?;
    let Some(text) = json.pointer(&spec.text) else {
        let said = spec.error.as_deref().and_then(|pointer| pointed(&json, pointer));
        return Err(malformed(match said {
            Some(said) => one_line(&plain(said)),
            None => one_line(&format!("the reply has nothing at `{}`: {json}", spec.text)),
        }));
    };
    let at = |pointer: &Option<String>| pointer.as_deref().and_then(|pointer| pointed(&json, pointer));
    let stop_raw = at(&spec.stop).map(plain);
    let (input, output) = (
        at(&spec.input_tokens).map(count),
        at(&spec.output_tokens).map(count),
    );
    Ok(Completion {
        text: plain(text),
        stop: stop_raw
            .as_deref()
            .map(|word| stop(spec, word))
            .unwrap_or_default(),
        stop_raw,
        usage: usage(input, output),
        served_model: at(&spec.model).map(plain),
        ..Completion::default()
    })
}

/// What is there, `null` excepted.
pub(super) fn pointed<'a>(json: &'a Value, pointer: &str) -> Option<&'a Value> {
    json.pointer(pointer).filter(|value| !value.is_null())
}

/// Text as it is, `null` as nothing, anything else as its JSON.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// `None` where there are no counts, or impossible ones.
fn usage(input: Option<Count>, output: Option<Count>) -> Option<Usage> {
    input.or(output)?;
    Some(Usage {
        input: input.unwrap_or_default().known()?,
        output: output.unwrap_or_default().known()?,
        ..Usage::default()
    })
}

/// A whole number, also where it is written as text or with a fraction of zero.
fn count(value: &Value) -> Count {
    let text = || value.as_str()?.trim().parse().ok().map(Count::new);
    value
        .as_u64()
        .map(Count::new)
        .or_else(|| value.as_f64().map(Count::of_float))
        .or_else(text)
        .unwrap_or(Count::UNKNOWN)
}

fn stop(spec: &HttpSpec, word: &str) -> StopReason {
    let truncated = if spec.truncated_when.is_empty() {
        TRUNCATED.contains(&word)
    } else {
        spec.truncated_when.iter().any(|known| known == word)
    };
    match stop_reason(word) {
        _ if truncated => StopReason::Length,
        // The file says which words mean the limit, and this is none of them.
        StopReason::Length if !spec.truncated_when.is_empty() => StopReason::Unknown,
        other => other,
    }
}

/// Gathers a reply that was cut into events after all.
pub(super) struct Gathered {
    pub(super) spec: Arc<HttpSpec>,
    pub(super) body: Vec<u8>,
}

impl StreamDecoder for Gathered {
    fn event(&mut self, _name: &str, data: &[u8]) -> Result<bool, ProviderError> {
        let first = self.body.is_empty();
        self.body.extend_from_slice(data);
        self.body.push(b'\n');
        Ok(first)
    }

    fn finish(self: Box<Self>) -> Result<Completion, ProviderError> {
        decode(&self.spec, &self.body)
    }
}
