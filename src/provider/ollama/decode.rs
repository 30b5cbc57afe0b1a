//! From a reply, whole or line by line, to a completion.

use super::error;
use super::wire::{Models, Reply};
use crate::model::{Completion, ModelConfig, ProviderError, StopReason, ToolCall, Usage};
use crate::port::ListedModel;
use crate::provider::wire::Count;
use crate::provider::{StreamDecoder, shared};

/// Reads a whole reply.
pub(super) fn reply(body: &[u8]) -> Result<Completion, ProviderError> {
    let mut answer = Answer::default();
    answer.add(shared::parse(body)?)?;
    if !answer.heard {
        return Err(shared::malformed("the reply holds no message"));
    }
    Ok(answer.completion())
}

/// A reply, put together line by line.
#[derive(Default)]
pub(super) struct Answer {
    text: String,
    reasoning: String,
    calls: Vec<ToolCall>,
    model: Option<String>,
    stop: Option<String>,
    counts: Option<(Option<Count>, Option<Count>)>,
    heard: bool,
    done: bool,
}

impl Answer {
    fn add(&mut self, reply: Reply) -> Result<bool, ProviderError> {
        if let Some(failure) = reply.error {
            return Err(error::in_stream(&failure));
        }
        let mut piece = false;
        if let Some(message) = reply.message {
            self.heard = true;
            for (text, into) in [
                (message.content, &mut self.text),
                (message.thinking, &mut self.reasoning),
            ] {
                let text = text.unwrap_or_default();
                piece |= !text.is_empty();
                into.push_str(&text);
            }
            for call in message.tool_calls.into_iter().flatten() {
                piece = true;
                self.calls.push(ToolCall {
                    id: call.id.unwrap_or_default(),
                    name: call.function.name,
                    arguments: match call.function.arguments {
                        Some(arguments) => shared::compact(&arguments),
                        None => "{}".to_owned(),
                    },
                });
            }
        }
        if reply.prompt_eval_count.is_some() || reply.eval_count.is_some() {
            self.counts = Some((reply.prompt_eval_count, reply.eval_count));
        }
        self.model = reply.model.or(self.model.take());
        self.stop = reply.done_reason.or(self.stop.take());
        self.done |= reply.done;
        Ok(piece)
    }

    fn completion(self) -> Completion {
        Completion {
            text: self.text,
            reasoning: (!self.reasoning.is_empty()).then_some(self.reasoning),
            stop: match self.stop.as_deref() {
                Some("stop") if !self.calls.is_empty() => StopReason::ToolCalls,
                Some("stop") => StopReason::Stop,
                Some("length") => StopReason::Length,
                _ => StopReason::Unknown,
            },
            stop_raw: self.stop,
            tool_calls: self.calls,
            // The server leaves out counts of zero, as when the whole prompt was still in memory.
            usage: self.counts.and_then(|(input, output)| {
                Some(Usage {
                    input: input.unwrap_or_default().known()?,
                    output: output.unwrap_or_default().known()?,
                    ..Usage::default()
                })
            }),
            served_model: self.model,
            ..Completion::default()
        }
    }
}

impl StreamDecoder for Answer {
    fn event(&mut self, _name: &str, data: &[u8]) -> Result<bool, ProviderError> {
        self.add(shared::parse(data)?)
    }

    fn finish(self: Box<Self>) -> Result<Completion, ProviderError> {
        if !self.done {
            return Err(shared::cut_off());
        }
        Ok(self.completion())
    }
}

/// Reads the list of models.
pub(super) fn models(body: &[u8]) -> Result<(Vec<ListedModel>, Option<String>), ProviderError> {
    let list: Models = shared::parse(body)?;
    let models = list.models.into_iter().map(|model| ListedModel {
        id: model.name,
        config: ModelConfig::default(),
    });
    Ok((models.collect(), None))
}
