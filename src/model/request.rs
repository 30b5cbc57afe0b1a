//! What is sent to a provider, and how that can fail.

use super::{Case, ErrorClass, Message, Params, Shown};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// One request to a model.
#[derive(Clone, Debug)]
pub struct Request {
    /// The model's name at the provider.
    pub model: Arc<str>,
    /// Rendered messages.
    pub messages: Vec<Message>,
    /// Sampling parameters.
    pub params: Arc<Params>,
    /// The task's output schema, for `response_format: json-schema`.
    pub schema: Option<Arc<Value>>,
    /// What the request is for. Adapters of real APIs never look at it; `sim`, `replay` and `exec` do.
    pub subject: Subject,
}

/// What a request is for.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The task's name.
    pub task: Arc<str>,
    /// The prompt's id.
    pub prompt: Arc<str>,
    /// The case.
    pub case: Arc<Case>,
    /// Repeat number, from 0.
    pub epoch: u32,
    /// Attempt number, from 0.
    pub attempt: u32,
    /// The run's seed.
    pub seed: u64,
    /// Whose output is to be judged, where the request is to a judge.
    pub judged: Option<Arc<JudgedOutput>>,
}

/// An output that a judge is asked about.
#[derive(Clone, Debug, PartialEq)]
pub struct JudgedOutput {
    /// Name of the scorer that asks.
    pub scorer: Arc<str>,
    /// The candidate whose output it is, as leaderboards name it.
    pub candidate: Arc<str>,
    /// The candidate of the other output of a pair; `None` where that is the golden output, or there is none.
    pub opponent: Option<Arc<str>>,
    /// In which order a pair is shown.
    pub order: Shown,
    /// The output itself.
    pub output: Arc<str>,
    /// The other output of a pair.
    pub other: Option<Arc<str>>,
    /// Lowest and highest verdict that is asked for.
    pub scale: (f64, f64),
}

/// Why an attempt gave no completion.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{class}: {message}")]
pub struct ProviderError {
    /// What kind of failure it is.
    pub class: ErrorClass,
    /// What the vendor or the transport said: one line, secrets removed.
    pub message: String,
    /// HTTP status, where there was one.
    pub status: Option<u16>,
    /// How long the vendor asks to wait.
    pub retry_after: Option<Duration>,
    /// The vendor's id of the failed request.
    pub request_id: Option<String>,
}

impl ProviderError {
    /// An error without HTTP details.
    pub fn new(class: ErrorClass, message: impl Into<String>) -> Self {
        Self {
            class,
            message: message.into(),
            status: None,
            retry_after: None,
            request_id: None,
        }
    }
}
