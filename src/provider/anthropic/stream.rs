//! Streamed replies. <https://docs.anthropic.com/en/docs/build-with-claude/streaming>

use super::decode::{Answer, Counts};
use super::error;
use super::wire::Event;
use crate::model::{Completion, ProviderError};
use crate::provider::{StreamDecoder, shared};

/// Puts the events of one reply together.
#[derive(Default)]
pub(super) struct Stream {
    answer: Answer,
    counts: Counts,
    id: Option<String>,
    model: Option<String>,
    stop: Option<String>,
    open: Option<u64>,
    ended: bool,
}

impl StreamDecoder for Stream {
    fn event(&mut self, name: &str, data: &[u8]) -> Result<bool, ProviderError> {
        if name == "error" {
            return Err(error::in_stream(data));
        }
        let event: Event = shared::parse(data)?;
        match event.kind.as_str() {
            "error" => return Err(error::in_stream(data)),
            "message_start" => {
                // A second start means that the server began anew: what came before does not count.
                *self = Self::default();
                if let Some(message) = event.message {
                    if let Some(tokens) = &message.usage {
                        self.counts.update(tokens);
                    }
                    self.id = message.id;
                    self.model = message.model;
                }
            }
            "content_block_start" => {
                self.open = Some(event.index);
                return Ok(event.content_block.is_some_and(|block| self.answer.start(block)));
            }
            "content_block_delta" if self.open == Some(event.index) => {
                if let Some(delta) = event.delta {
                    let text = delta.text.is_some_and(|text| self.answer.text(&text));
                    let thinking = delta.thinking.is_some_and(|text| self.answer.thinking(&text));
                    let json = delta
                        .partial_json
                        .is_some_and(|json| self.answer.arguments(&json));
                    return Ok(text || thinking || json);
                }
            }
            "content_block_stop" => {
                self.answer.stop();
                self.open = None;
            }
            "message_delta" => {
                if let Some(tokens) = &event.usage {
                    self.counts.update(tokens);
                }
                if let Some(word) = event.delta.and_then(|delta| delta.stop_reason) {
                    self.stop = Some(word);
                }
            }
            "message_stop" => self.ended = true,
            _ => {}
        }
        Ok(false)
    }

    fn finish(self: Box<Self>) -> Result<Completion, ProviderError> {
        if !self.ended {
            return Err(shared::cut_off());
        }
        Ok(self
            .answer
            .completion(self.id, self.model, self.stop, self.counts))
    }
}
