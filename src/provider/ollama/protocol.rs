//! The [`Protocol`] of Ollama.

use super::{decode, encode, error};
use crate::model::{Completion, ProviderConfig, ProviderError, Request};
use crate::port::ListedModel;
use crate::provider::{Framing, HttpCall, Protocol, StreamDecoder};
use reqwest::header::HeaderMap;

/// Ollama's `/api/chat`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ollama;

impl Protocol for Ollama {
    fn default_base_url(&self) -> Option<&'static str> {
        Some("http://localhost:11434")
    }

    fn encode(
        &self,
        config: &ProviderConfig,
        request: &Request,
        stream: bool,
    ) -> Result<HttpCall, ProviderError> {
        Ok(HttpCall {
            path: "/api/chat".to_owned(),
            headers: Vec::new(),
            body: encode::body(config, request, stream)?,
        })
    }

    fn auth(&self, key: &str) -> Vec<(&'static str, String)> {
        vec![("authorization", format!("Bearer {key}"))]
    }

    fn decode(&self, body: &[u8]) -> Result<Completion, ProviderError> {
        decode::reply(body)
    }

    fn decoder(&self) -> Box<dyn StreamDecoder> {
        Box::new(decode::Answer::default())
    }

    fn framing(&self) -> Framing {
        Framing::JsonLines
    }

    fn error(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> ProviderError {
        error::reply(status, headers, body)
    }

    fn list_call(&self, _config: &ProviderConfig, page: Option<&str>) -> Option<HttpCall> {
        page.is_none().then(|| HttpCall {
            path: "/api/tags".to_owned(),
            ..HttpCall::default()
        })
    }

    fn decode_models(&self, body: &[u8]) -> Result<(Vec<ListedModel>, Option<String>), ProviderError> {
        decode::models(body)
    }
}
