//! What tells one HTTP API from another: pure functions from a request to bytes and from bytes to a reply.
//!
//! [`super::http`] does the sending, for every protocol alike; so every parser is tested on recorded bytes without
//! a network.

use crate::model::{Completion, ProviderConfig, ProviderError, Request};
use crate::port::ListedModel;
use reqwest::header::HeaderMap;
use std::borrow::Cow;
use std::time::SystemTime;

/// A request as it goes over the wire.
#[derive(Clone, Debug, Default)]
pub struct HttpCall {
    /// Path and query after the base URL, with a leading slash.
    pub path: String,
    /// Headers of this protocol, without the user's own and without `content-type: application/json`.
    pub headers: Vec<(&'static str, String)>,
    /// JSON body.
    pub body: Vec<u8>,
}

/// One HTTP API.
pub trait Protocol: Send + Sync {
    /// Base URL where the provider file names none.
    fn default_base_url(&self) -> Option<&'static str>;

    /// Base URL where the provider file names none, for APIs whose address depends on the configuration (a region).
    fn base_url(&self, _config: &ProviderConfig) -> Option<Cow<'static, str>> {
        self.default_base_url().map(Cow::Borrowed)
    }

    /// The call for a request; `stream` asks for a streamed reply.
    fn encode(
        &self,
        config: &ProviderConfig,
        request: &Request,
        stream: bool,
    ) -> Result<HttpCall, ProviderError>;

    /// Headers that carry the key.
    fn auth(&self, key: &str) -> Vec<(&'static str, String)>;

    /// Headers that depend on the finished request: a signature. `url` is the whole address with its query, and
    /// `content-type: application/json` counts as one of the headers. They are sent beside those of
    /// [`Protocol::auth`], with the body exactly as it stands in `call`.
    fn sign(
        &self,
        _config: &ProviderConfig,
        _key: &str,
        _url: &str,
        _call: &HttpCall,
        _now: SystemTime,
    ) -> Result<Vec<(&'static str, String)>, ProviderError> {
        Ok(Vec::new())
    }

    /// Reads a whole 2xx reply. Sets everything of [`Completion`] but latency and what headers say.
    fn decode(&self, body: &[u8]) -> Result<Completion, ProviderError>;

    /// A reader for a streamed 2xx reply.
    fn decoder(&self) -> Box<dyn StreamDecoder>;

    /// How the stream is cut into events.
    fn framing(&self) -> Framing {
        Framing::Sse
    }

    /// Reads a reply that is not 2xx: class, message, time to wait. Never fails.
    fn error(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> ProviderError;

    /// The call that lists models, or `None` where the API has none; `page` is what [`Protocol::decode_models`] gave.
    fn list_call(&self, config: &ProviderConfig, page: Option<&str>) -> Option<HttpCall>;

    /// Reads a page of the model list: models and the mark of the next page.
    fn decode_models(&self, body: &[u8]) -> Result<(Vec<ListedModel>, Option<String>), ProviderError>;
}

/// How a streamed reply is cut into events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// Server-sent events.
    Sse,
    /// One JSON value a line.
    JsonLines,
    /// AWS event-stream frames; the event's name is its `:event-type` (or `:exception-type`) header.
    AwsEventStream,
}

/// Reads the events of one streamed reply.
pub trait StreamDecoder: Send {
    /// Takes one event (`name` is the SSE `event:` field or AWS event type, empty where there is none).
    /// Returns true when the event carried the first or a further piece of the answer (text, reasoning or tool call).
    fn event(&mut self, name: &str, data: &[u8]) -> Result<bool, ProviderError>;

    /// The completion, after the last event. A stream that ended before its end mark is `Malformed`.
    fn finish(self: Box<Self>) -> Result<Completion, ProviderError>;
}
