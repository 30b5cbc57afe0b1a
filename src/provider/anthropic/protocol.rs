//! The [`Protocol`] of Anthropic's Messages API.

use super::{decode, encode, error, stream};
use crate::model::{Completion, ProviderConfig, ProviderError, Request};
use crate::port::ListedModel;
use crate::provider::{HttpCall, Protocol, StreamDecoder, shared};
use reqwest::header::HeaderMap;

/// Anthropic's Messages API.
#[derive(Clone, Copy, Debug, Default)]
pub struct Anthropic;

/// The only version there is. <https://docs.anthropic.com/en/api/versioning>
const VERSION: (&str, &str) = ("anthropic-version", "2023-06-01");

/// The path below the base URL, which people write with and without the version.
fn path(config: &ProviderConfig, rest: &str) -> String {
    let base = config.base_url.as_ref().and_then(|url| url.expose().ok());
    match base {
        Some(base) if base.trim_end_matches('/').ends_with("/v1") => rest.to_owned(),
        _ => format!("/v1{rest}"),
    }
}

impl Protocol for Anthropic {
    fn default_base_url(&self) -> Option<&'static str> {
        Some("https://api.anthropic.com")
    }

    fn encode(
        &self,
        config: &ProviderConfig,
        request: &Request,
        stream: bool,
    ) -> Result<HttpCall, ProviderError> {
        Ok(HttpCall {
            path: path(config, "/messages"),
            headers: vec![(VERSION.0, VERSION.1.to_owned())],
            body: encode::body(config, request, stream)?,
        })
    }

    fn auth(&self, key: &str) -> Vec<(&'static str, String)> {
        vec![("x-api-key", key.to_owned())]
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

    fn list_call(&self, config: &ProviderConfig, page: Option<&str>) -> Option<HttpCall> {
        let after = page.map_or_else(String::new, |id| format!("&after_id={}", shared::segment(id)));
        Some(HttpCall {
            path: path(config, &format!("/models?limit=1000{after}")),
            headers: vec![(VERSION.0, VERSION.1.to_owned())],
            body: Vec::new(),
        })
    }

    fn decode_models(&self, body: &[u8]) -> Result<(Vec<ListedModel>, Option<String>), ProviderError> {
        decode::models(body)
    }
}
