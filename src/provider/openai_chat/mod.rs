//! OpenAI Chat Completions (<https://platform.openai.com/docs/api-reference/chat>) and everything compatible with it.

mod decode;
mod encode;
mod stream;
mod usage;
mod wire;

#[cfg(test)]
mod tests;

use super::error;
use super::openai::{Dialect, OPENAI, decode_models, list_call};
use super::protocol::{HttpCall, Protocol, StreamDecoder};
use crate::model::{Completion, ProviderConfig, ProviderError, Request};
use crate::port::ListedModel;
use reqwest::header::HeaderMap;

/// The `openai-chat` protocol.
#[derive(Clone, Copy, Debug, Default)]
pub struct OpenaiChat {
    dialect: Dialect,
}

impl OpenaiChat {
    /// The protocol as the configured host speaks it.
    pub fn new(config: &ProviderConfig) -> Self {
        Self {
            dialect: Dialect::of(config),
        }
    }
}

impl Protocol for OpenaiChat {
    fn default_base_url(&self) -> Option<&'static str> {
        Some(OPENAI)
    }

    fn encode(
        &self,
        config: &ProviderConfig,
        request: &Request,
        stream: bool,
    ) -> Result<HttpCall, ProviderError> {
        encode::call(self.dialect, config, request, stream)
    }

    fn auth(&self, key: &str) -> Vec<(&'static str, String)> {
        self.dialect.auth(key)
    }

    fn decode(&self, body: &[u8]) -> Result<Completion, ProviderError> {
        decode::reply(body)
    }

    fn decoder(&self) -> Box<dyn StreamDecoder> {
        Box::<stream::ChatStream>::default()
    }

    fn error(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> ProviderError {
        error::from_reply(status, headers, body)
    }

    fn list_call(&self, _config: &ProviderConfig, page: Option<&str>) -> Option<HttpCall> {
        Some(list_call(page))
    }

    fn decode_models(&self, body: &[u8]) -> Result<(Vec<ListedModel>, Option<String>), ProviderError> {
        decode_models(body)
    }
}
