//! What became of a trial, and the classes of provider failures.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What became of a trial. Only `Scored` says that the scorers had a complete answer to judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Answered and graded.
    Scored,
    /// The model declined to answer.
    Refused,
    /// The model answered nothing.
    Empty,
    /// The answer was cut off at the token limit.
    Truncated,
    /// The vendor's content filter withheld the prompt or the answer.
    Filtered,
    /// The answer has not the form that the task asks for.
    Unparseable,
    /// A judge gave no usable verdict.
    JudgeError,
    /// A scorer failed.
    ScorerError,
    /// The provider gave no answer.
    ProviderError,
    /// The trial was not sent (budget, stop on failure, deadline).
    Skipped,
}

impl Outcome {
    /// All outcomes, in the order in which reports list them.
    pub const ALL: [Self; 10] = [
        Self::Scored,
        Self::Refused,
        Self::Empty,
        Self::Truncated,
        Self::Filtered,
        Self::Unparseable,
        Self::JudgeError,
        Self::ScorerError,
        Self::ProviderError,
        Self::Skipped,
    ];

    /// The word used in files, tables and the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scored => "scored",
            Self::Refused => "refused",
            Self::Empty => "empty",
            Self::Truncated => "truncated",
            Self::Filtered => "filtered",
            Self::Unparseable => "unparseable",
            Self::JudgeError => "judge-error",
            Self::ScorerError => "scorer-error",
            Self::ProviderError => "provider-error",
            Self::Skipped => "skipped",
        }
    }

    /// Position in [`Outcome::ALL`]; the store keeps this number.
    pub fn index(self) -> usize {
        self as usize
    }

    /// The outcome with that word.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }

    /// True where the trial has to be sent again by `bench resume`.
    pub fn is_unfinished(self) -> bool {
        matches!(self, Self::ProviderError | Self::Skipped)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Why an attempt failed, in the words that decide what happens next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorClass {
    /// Too many requests or tokens; often with a time to wait. Retried.
    Throttled,
    /// The vendor's servers are overloaded or failing (5xx). Retried.
    Overloaded,
    /// No answer in time. Retried.
    Timeout,
    /// The connection could not be made or broke off. Retried.
    Network,
    /// The key is missing, wrong, or not allowed to do this, or the account has no money. Not retried.
    Auth,
    /// The request is wrong for this endpoint or model. Not retried.
    BadRequest,
    /// The model or endpoint does not exist. Not retried.
    NotFound,
    /// The prompt is longer than the model's context. Not retried.
    ContextTooLong,
    /// The vendor's content filter rejected the prompt or the answer. Not retried.
    Filtered,
    /// The reply is not what the API promises (truncated JSON, wrong shape). Retried.
    Malformed,
    /// The program behind an `exec` provider failed, or a `replay` file has no such recording. Not retried.
    Unavailable,
}

impl ErrorClass {
    /// All classes.
    pub const ALL: [Self; 11] = [
        Self::Throttled,
        Self::Overloaded,
        Self::Timeout,
        Self::Network,
        Self::Auth,
        Self::BadRequest,
        Self::NotFound,
        Self::ContextTooLong,
        Self::Filtered,
        Self::Malformed,
        Self::Unavailable,
    ];

    /// The word used in files, tables and the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Throttled => "throttled",
            Self::Overloaded => "overloaded",
            Self::Timeout => "timeout",
            Self::Network => "network",
            Self::Auth => "auth",
            Self::BadRequest => "bad-request",
            Self::NotFound => "not-found",
            Self::ContextTooLong => "context-too-long",
            Self::Filtered => "filtered",
            Self::Malformed => "malformed",
            Self::Unavailable => "unavailable",
        }
    }

    /// The class with that word.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }

    /// Whether another attempt may succeed.
    pub fn is_transient(self) -> bool {
        matches!(
            self,
            Self::Throttled | Self::Overloaded | Self::Timeout | Self::Network | Self::Malformed
        )
    }
}

impl fmt::Display for ErrorClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
