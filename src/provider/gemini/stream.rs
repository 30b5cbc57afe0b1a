//! Streamed replies: each event is a reply of its own with a piece of the answer.

use super::decode::Answer;
use crate::model::{Completion, ProviderError};
use crate::provider::{StreamDecoder, shared};

/// Puts the events of one reply together.
#[derive(Default)]
pub(super) struct Stream(Answer);

impl StreamDecoder for Stream {
    fn event(&mut self, _name: &str, data: &[u8]) -> Result<bool, ProviderError> {
        self.0.add(shared::parse(data)?)
    }

    fn finish(self: Box<Self>) -> Result<Completion, ProviderError> {
        if !self.0.ended() {
            return Err(shared::cut_off());
        }
        Ok(self.0.completion())
    }
}
