//! The seams of the engine: every way in which it reaches the outside, on one page.

use crate::model::{
    Completion, CompletionRecord, Digest, JudgementRecord, ModelConfig, ProviderError, Request, TrialRecord,
};
use async_trait::async_trait;

/// A way to models. Makes exactly one attempt: no retry, no waiting, no cache; those belong to the gateway.
#[async_trait]
pub trait Provider: Send + Sync {
    /// Sends one request.
    async fn complete(&self, request: &Request) -> Result<Completion, ProviderError>;

    /// Asks the API which models it serves. `Ok(None)`: this kind of provider has no such list.
    async fn list_models(&self) -> Result<Option<Vec<ListedModel>>, ProviderError> {
        Ok(None)
    }

    /// Everything that shapes a reply beside the request itself (protocol, address, options), without secrets:
    /// part of the cache key.
    fn identity(&self) -> Digest;
}

/// A model that an API lists.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedModel {
    /// Its name at the provider.
    pub id: String,
    /// What the API says of it: context window and prices where it gives them.
    pub config: ModelConfig,
}

/// Looks up completions that are on disk.
pub trait CompletionCache: Send + Sync {
    /// The stored completion of that exact request and epoch, with what it cost then.
    fn get(&self, key: &Digest) -> Result<Option<CompletionRecord>, SinkError>;
}

/// Takes finished trials to disk.
#[async_trait]
pub trait TrialSink: Send + Sync {
    /// Returns once the record is committed. Records of concurrent callers share a commit.
    async fn record(&self, record: TrialRecord) -> Result<(), SinkError>;

    /// Records a trial again in place of its earlier record, with the same answer: it was stored before it was graded.
    async fn record_again(&self, record: TrialRecord) -> Result<(), SinkError> {
        self.record(record).await
    }

    /// Returns once the reply of a judge is committed.
    async fn judgement(&self, record: JudgementRecord) -> Result<(), SinkError>;
}

/// The store cannot be read or written; the run stops and keeps what is committed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SinkError {
    /// What happened and what to do.
    pub message: String,
}
