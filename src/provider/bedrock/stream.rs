//! Streamed replies.
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html>

use super::decode::{self, Answer};
use super::error;
use super::wire::{Block, Event};
use crate::model::{Completion, ProviderError};
use crate::provider::{StreamDecoder, shared};

/// Puts the events of one reply together.
#[derive(Default)]
pub(super) struct Stream {
    answer: Answer,
    /// The block whose tool call is the last of the answer.
    call: Option<u64>,
    /// The block whose reasoning is open.
    reasoning: Option<u64>,
    ended: bool,
}

impl StreamDecoder for Stream {
    fn event(&mut self, name: &str, data: &[u8]) -> Result<bool, ProviderError> {
        // An error outside the service's own model comes as a bare code without a payload.
        if name.ends_with("xception") || data.is_empty() {
            return Err(error::in_stream(name, data));
        }
        let event: Event = shared::parse(data)?;
        match name {
            "contentBlockStart" => {
                let call = event.start.and_then(|start| start.tool_use);
                let started = call.is_some_and(|call| self.answer.start_call(call));
                self.call = started.then_some(event.content_block_index);
                return Ok(started);
            }
            "contentBlockDelta" => {
                return match event.delta {
                    Some(delta) => self.delta(event.content_block_index, delta),
                    None => Ok(false),
                };
            }
            "messageStop" => {
                self.answer.stop = event.stop_reason;
                self.ended = true;
            }
            "metadata" => {
                self.answer.usage = event.usage.as_ref().and_then(decode::usage);
                self.answer.model = decode::served(event.trace);
            }
            _ => {}
        }
        Ok(false)
    }

    fn finish(self: Box<Self>) -> Result<Completion, ProviderError> {
        if !self.ended {
            return Err(shared::cut_off());
        }
        Ok(self.answer.completion())
    }
}

impl Stream {
    fn delta(&mut self, index: u64, delta: Block) -> Result<bool, ProviderError> {
        let mut piece = false;
        if let Some(text) = delta.text {
            piece |= !text.is_empty();
            self.answer.text.push_str(&text);
        }
        if let Some(text) = delta.reasoning_content.and_then(|reasoning| reasoning.text) {
            piece |= !text.is_empty();
            if self.reasoning != Some(index) {
                self.reasoning = Some(index);
                self.answer.start_reasoning();
            }
            self.answer.reasoning.push_str(&text);
        }
        if let (Some(input), Some(call)) = (
            delta.tool_use.and_then(|call| call.input),
            self.answer.calls.last_mut(),
        ) && self.call == Some(index)
        {
            let json: String = shared::parse(input.get().as_bytes())?;
            piece |= !json.is_empty();
            call.arguments.push_str(&json);
        }
        Ok(piece)
    }
}
