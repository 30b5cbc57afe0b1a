//! A streamed response as a completion. The last event repeats the whole response, so deltas only tell the time.

use super::super::error;
use super::super::protocol::StreamDecoder;
use super::decode::completion;
use super::wire::{Event, Item, Response};
use crate::model::{Completion, ErrorClass, ProviderError};
use serde_json::Value;

/// Follows one stream.
#[derive(Debug, Default)]
pub(super) struct ResponseStream {
    items: Vec<Item>,
    completion: Option<Completion>,
}

impl StreamDecoder for ResponseStream {
    fn event(&mut self, name: &str, data: &[u8]) -> Result<bool, ProviderError> {
        let data = data.trim_ascii();
        if data.is_empty() || data == b"[DONE]" {
            return Ok(false);
        }
        let event: Event<'_> = error::parse(data)?;
        let kind = if event.kind.0.is_empty() {
            name
        } else {
            event.kind.0.as_str()
        };
        match kind {
            "error" => {
                let value: Value = error::parse(data)?;
                return Err(error::from_value(&value));
            }
            "response.completed" | "response.incomplete" | "response.failed" => {
                let Some(raw) = event.response else {
                    return Err(ProviderError::new(
                        ErrorClass::Malformed,
                        format!("event `{kind}` has no `response`"),
                    ));
                };
                let response: Response<'_> = error::parse(raw.get().as_bytes())?;
                self.completion = Some(completion(response, std::mem::take(&mut self.items))?);
            }
            "response.output_item.done" => {
                if let Some(raw) = event.item {
                    self.items.push(error::parse(raw.get().as_bytes())?);
                }
            }
            _ => {}
        }
        Ok(kind.ends_with(".delta") && !event.delta.0.is_empty())
    }

    fn finish(self: Box<Self>) -> Result<Completion, ProviderError> {
        self.completion
            .ok_or_else(|| ProviderError::new(ErrorClass::Malformed, "the stream broke off before its end"))
    }
}
