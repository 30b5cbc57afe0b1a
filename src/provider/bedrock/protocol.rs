//! The [`Protocol`] of Bedrock.

use super::{decode, encode, error, sign, stream};
use crate::model::{Completion, ProviderConfig, ProviderError, Request};
use crate::port::ListedModel;
use crate::provider::{Framing, HttpCall, Protocol, StreamDecoder};
use reqwest::header::HeaderMap;
use std::borrow::Cow;
use std::time::SystemTime;

/// AWS Bedrock's Converse.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bedrock;

impl Protocol for Bedrock {
    /// None: the address depends on the region.
    fn default_base_url(&self) -> Option<&'static str> {
        None
    }

    fn base_url(&self, config: &ProviderConfig) -> Option<Cow<'static, str>> {
        let region = config.region.as_deref()?;
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let suffix = if region.starts_with("cn-") { ".cn" } else { "" };
        region
            .chars()
            .all(plain)
            .then(|| format!("https://bedrock-runtime.{region}.amazonaws.com{suffix}").into())
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
            body: encode::body(config, request)?,
        })
    }

    fn auth(&self, key: &str) -> Vec<(&'static str, String)> {
        if key.contains(':') {
            return Vec::new();
        }
        vec![("authorization", format!("Bearer {key}"))]
    }

    fn sign(
        &self,
        config: &ProviderConfig,
        key: &str,
        url: &str,
        call: &HttpCall,
        now: SystemTime,
    ) -> Result<Vec<(&'static str, String)>, ProviderError> {
        sign::headers(config, key, url, call, now)
    }

    fn decode(&self, body: &[u8]) -> Result<Completion, ProviderError> {
        decode::reply(body)
    }

    fn decoder(&self) -> Box<dyn StreamDecoder> {
        Box::new(stream::Stream::default())
    }

    fn framing(&self) -> Framing {
        Framing::AwsEventStream
    }

    fn error(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> ProviderError {
        error::reply(status, headers, body)
    }

    fn list_call(&self, _config: &ProviderConfig, _page: Option<&str>) -> Option<HttpCall> {
        None
    }

    fn decode_models(&self, _body: &[u8]) -> Result<(Vec<ListedModel>, Option<String>), ProviderError> {
        Ok((Vec::new(), None))
    }
}
