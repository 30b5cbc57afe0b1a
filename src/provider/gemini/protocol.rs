//! The [`Protocol`] of Gemini.

use super::{decode, encode, error, stream};
use crate::model::{Completion, ProviderConfig, ProviderError, Request};
use crate::port::ListedModel;
use crate::provider::{HttpCall, Protocol, StreamDecoder, shared};
use reqwest::header::HeaderMap;

/// Gemini's `generateContent`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Gemini;

impl Protocol for Gemini {
    fn default_base_url(&self) -> Option<&'static str> {
        Some("https://generativelanguage.googleapis.com/v1beta")
    }

    fn encode(
        &self,
        config: &ProviderConfig,
        request: &Request,
        stream: bool,
    ) -> Result<HttpCall, ProviderError> {
        Ok(HttpCall {
            path: encode::path(config, request, stream),
            headers: Vec::new(),
            body: encode::body(request)?,
        })
    }

    fn auth(&self, key: &str) -> Vec<(&'static str, String)> {
        // OAuth access tokens of Google begin like this; API keys never do.
        if key.starts_with("ya29.") {
            return vec![("authorization", format!("Bearer {key}"))];
        }
        vec![("x-goog-api-key", key.to_owned())]
    }

    fn decode(&self, body: &[u8]) -> Result<Completion, ProviderError> {
        decode::reply(body)
    }

    fn decoder(&self) -> Box<dyn StreamDecoder> {
        Box::new(stream::Stream::default())
    }

    fn error(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> ProviderError {
        error::reply(status, headers, body)
    }

    fn list_call(&self, _config: &ProviderConfig, page: Option<&str>) -> Option<HttpCall> {
        let token = page.map_or_else(String::new, |token| {
            format!("&pageToken={}", shared::segment(token))
        });
        Some(HttpCall {
            path: format!("/models?pageSize=1000{token}"),
            ..HttpCall::default()
        })
    }

    fn decode_models(&self, body: &[u8]) -> Result<(Vec<ListedModel>, Option<String>), ProviderError> {
        decode::models(body)
    }
}
