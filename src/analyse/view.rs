//! What the analysis sees of a trial: borrowed, so that a row costs no allocation.

use crate::model::{Failure, Money, Outcome, ScoreEntry, StopReason, TrialKey, TrialRecord, Usage};
use indexmap::IndexMap;
use serde_json::Value;

/// One trial of a run, as the store or the engine has it.
#[derive(Clone, Copy, Debug)]
pub struct TrialView<'a> {
    /// Which trial.
    pub key: TrialKey,
    /// The case's id.
    pub case_id: &'a str,
    /// Value of the task's cluster field.
    pub cluster: Option<&'a str>,
    /// What became of it.
    pub outcome: Outcome,
    /// The weighted mean of its scorers, where it counts in means.
    pub score: Option<f64>,
    /// Whether it passes.
    pub pass: Option<bool>,
    /// What each scorer said.
    pub scores: &'a [ScoreEntry],
    /// The answer's text, where there is an answer.
    pub output: Option<&'a str>,
    /// Why the model stopped.
    pub stop: Option<StopReason>,
    /// The model that answered, as the API names it.
    pub served_model: Option<&'a str>,
    /// The vendor's id of the request.
    pub request_id: Option<&'a str>,
    /// Token counts, where they are known.
    pub usage: Option<Usage>,
    /// What this trial paid: nothing where the answer came from the cache; `None` is unknown.
    pub cost: Option<Money>,
    /// What the answer cost when it was sent; `None` is unknown.
    pub original_cost: Option<Money>,
    /// From the send to the last byte, in microseconds.
    pub latency_us: Option<u64>,
    /// From the send to the first token, in microseconds.
    pub first_token_us: Option<u64>,
    /// True where the answer came from the cache.
    pub from_cache: bool,
    /// Attempts that failed.
    pub attempts_failed: u32,
    /// The last failed attempt, where there is no answer.
    pub failure: Option<&'a Failure>,
    /// The expected output.
    pub golden: Option<&'a Value>,
    /// The case's variables.
    pub vars: Option<&'a IndexMap<String, Value>>,
    /// The case's metadata.
    pub meta: Option<&'a IndexMap<String, Value>>,
}

impl<'a> TrialView<'a> {
    /// A trial of which nothing but its outcome is known.
    pub fn new(key: TrialKey, case_id: &'a str, outcome: Outcome) -> Self {
        Self {
            key,
            case_id,
            cluster: None,
            outcome,
            score: None,
            pass: None,
            scores: &[],
            output: None,
            stop: None,
            served_model: None,
            request_id: None,
            usage: None,
            cost: None,
            original_cost: None,
            latency_us: None,
            first_token_us: None,
            from_cache: false,
            attempts_failed: 0,
            failure: None,
            golden: None,
            vars: None,
            meta: None,
        }
    }

    /// The view of a record that the engine hands to the store.
    pub fn of(record: &'a TrialRecord) -> Self {
        let mut view = Self {
            cluster: record.cluster.as_deref(),
            score: record.score,
            pass: record.pass,
            scores: &record.scores,
            attempts_failed: u32::try_from(record.failures.len()).unwrap_or(u32::MAX),
            golden: record.case.golden.as_ref(),
            vars: Some(&record.case.vars),
            meta: Some(&record.case.meta),
            ..Self::new(record.key, &record.case.id, record.outcome)
        };
        let Some(answer) = &record.completion else {
            view.failure = record.failures.last();
            return view;
        };
        let completion = &answer.completion;
        Self {
            output: Some(&completion.text),
            stop: Some(completion.stop),
            served_model: completion.served_model.as_deref(),
            request_id: completion.request_id.as_deref(),
            usage: completion.usage,
            cost: if answer.from_cache {
                Some(Money::ZERO)
            } else {
                answer.cost
            },
            original_cost: answer.cost,
            latency_us: Some(completion.latency_us),
            first_token_us: completion.first_token_us,
            from_cache: answer.from_cache,
            ..view
        }
    }

    /// True where the model answered, with whatever.
    pub fn is_answered(&self) -> bool {
        self.output.is_some() || self.usage.is_some() || self.original_cost.is_some()
    }

    /// Attempts after the first.
    pub fn retries(&self) -> u32 {
        self.attempts_failed
            .saturating_sub(u32::from(!self.is_answered()))
    }
}
