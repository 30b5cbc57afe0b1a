//! A streamed reply as a completion.

use super::super::error;
use super::super::protocol::StreamDecoder;
use super::decode::{finish, is_error, thought};
use super::usage;
use super::wire::{Function, Message, Reply, ToolCall as Piece};
use crate::model::{Completion, ErrorClass, ProviderError, ToolCall};
use serde_json::Value;

/// Collects the chunks of one stream.
#[derive(Debug, Default)]
pub(super) struct ChatStream {
    completion: Completion,
    reasoning: String,
    refusal: String,
    finish_reason: Option<String>,
    /// The `index` of each tool call so far.
    indices: Vec<Option<u64>>,
    /// `[DONE]` was seen.
    done: bool,
}

impl StreamDecoder for ChatStream {
    fn event(&mut self, name: &str, data: &[u8]) -> Result<bool, ProviderError> {
        let data = data.trim_ascii();
        if data == b"[DONE]" {
            self.done = true;
            return Ok(false);
        }
        if data.is_empty() || name == "ping" {
            return Ok(false);
        }
        if name == "error" {
            return Err(error::from_value(&error::parse(data)?));
        }
        let chunk: Reply<'_> = error::parse(data)?;
        if let Some(value) = chunk.error.filter(is_error) {
            return Err(error::from_value(&Value::Object(
                [("error".to_owned(), value)].into_iter().collect(),
            )));
        }
        let to = &mut self.completion;
        if to.served_model.is_none() {
            to.served_model = chunk.model.some();
        }
        if to.request_id.is_none() {
            to.request_id = chunk.id.some();
        }
        for said in [chunk.x_groq.and_then(|groq| groq.usage), chunk.usage]
            .into_iter()
            .flatten()
        {
            to.usage = usage::usage(&said).or(to.usage);
            to.reported_cost = usage::cost(&said).or(to.reported_cost);
        }
        let Some(choice) = chunk.choices.into_iter().flatten().next() else {
            return Ok(false);
        };
        if let Some(value) = choice.error.filter(is_error) {
            return Err(error::from_value(&value));
        }
        self.finish_reason = choice.finish_reason.some().or(self.finish_reason.take());
        match choice.delta.or(choice.message) {
            Some(message) => Ok(self.take(message)),
            None => Ok(false),
        }
    }

    fn finish(mut self: Box<Self>) -> Result<Completion, ProviderError> {
        if !self.done && self.finish_reason.is_none() {
            return Err(ProviderError::new(
                ErrorClass::Malformed,
                "the stream broke off before its end",
            ));
        }
        self.completion.reasoning = (!self.reasoning.is_empty()).then_some(self.reasoning);
        finish(&mut self.completion, self.finish_reason, self.refusal)?;
        Ok(self.completion)
    }
}

impl ChatStream {
    /// Adds a piece of the message; true where it holds something.
    fn take(&mut self, message: Message) -> bool {
        let thought = thought(
            message.content.thinking,
            message.reasoning_content,
            message.reasoning,
            message.reasoning_details,
        );
        let mut new =
            !message.content.text.is_empty() || !thought.is_empty() || !message.refusal.0.is_empty();
        self.completion.text.push_str(&message.content.text);
        self.reasoning.push_str(&thought);
        self.refusal.push_str(&message.refusal.0);
        for piece in message.tool_calls.into_iter().flatten() {
            new = true;
            self.take_call(piece);
        }
        if let Some(function) = message.function_call.filter(Function::is_call) {
            new = true;
            self.take_call(Piece {
                function,
                ..Piece::default()
            });
        }
        new
    }

    /// Pieces of one call share its `index`; hosts that number badly (always 0) still give each call its own id.
    fn take_call(&mut self, piece: Piece) {
        let id = piece.id.0;
        let calls = self.completion.tool_calls.iter().zip(&self.indices);
        let known = calls.enumerate().rev().find(|(_, (call, index))| {
            **index == piece.index && (id.is_empty() || id == call.id || id == "null")
        });
        let function = piece.function;
        match known
            .map(|(position, _)| position)
            .and_then(|position| self.completion.tool_calls.get_mut(position))
        {
            Some(call) => {
                call.name.push_str(&function.name.0);
                call.arguments.push_str(&function.arguments.0);
            }
            None => {
                self.indices.push(piece.index);
                self.completion.tool_calls.push(ToolCall {
                    id,
                    name: function.name.0,
                    arguments: function.arguments.0,
                });
            }
        }
    }
}
