//! What the store keeps of a trial.

use super::{
    Case, Completion, Digest, ErrorClass, Hasher, Judged, Money, Outcome, Score, ScorerError, Shown,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Which trial of a run: positions in the manifest, and the case's position in its task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
pub struct TrialKey {
    /// Position of the task in the manifest.
    pub task: u32,
    /// Position of the case in its task (before `--limit` and `--case`), from 0.
    pub case: u64,
    /// Position of the candidate in the manifest.
    pub candidate: u32,
    /// Repeat number, from 0.
    pub epoch: u32,
}

impl TrialKey {
    /// In place of a task where a judge is asked about its anchors, which belong to no trial.
    const ANCHORS: u32 = u32::MAX;

    /// What the replies about the anchor at that position of its file are stored under.
    pub fn of_anchor(position: u64) -> Self {
        Self {
            task: Self::ANCHORS,
            case: position,
            ..Self::default()
        }
    }
}

/// A trial as it is stored: what came back, what it cost, what the scorers said.
#[derive(Clone, Debug)]
pub struct TrialRecord {
    /// Which trial.
    pub key: TrialKey,
    /// The case, with its golden output.
    pub case: Arc<Case>,
    /// Value of the task's cluster field.
    pub cluster: Option<Arc<str>>,
    /// What became of it.
    pub outcome: Outcome,
    /// The weighted mean of its scorers, where it counts in means.
    pub score: Option<f64>,
    /// Whether it passes; `None` where there is no score.
    pub pass: Option<bool>,
    /// What each scorer said.
    pub scores: Vec<ScoreEntry>,
    /// The answer, where there is one.
    pub completion: Option<CompletionRecord>,
    /// Attempts that failed, in order; the last one decided the outcome if there is no completion.
    pub failures: Vec<Failure>,
}

/// What one scorer said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScoreEntry {
    /// The scorer's name.
    pub scorer: Arc<str>,
    /// Weight in the mean.
    pub weight: f64,
    /// Its score, or why there is none.
    pub result: Result<Score, ScorerError>,
    /// What each member of its panel said, where the scorer is a judge that was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged: Option<Box<Judged>>,
}

impl ScoreEntry {
    /// What a scorer that is not a judge said.
    pub fn new(scorer: Arc<str>, weight: f64, result: Result<Score, ScorerError>) -> Self {
        Self {
            scorer,
            weight,
            result,
            judged: None,
        }
    }
}

/// A completion with what it cost.
#[derive(Clone, Debug)]
pub struct CompletionRecord {
    /// Hash of the exact request and epoch.
    pub cache_key: Digest,
    /// The answer.
    pub completion: Arc<Completion>,
    /// What it cost when it was sent; `None` is unknown.
    pub cost: Option<Money>,
    /// True where it came from the store: this trial paid nothing.
    pub from_cache: bool,
    /// Row id in the store of a completion that came from it.
    pub stored_id: Option<i64>,
}

/// Which reply of a judge: what it was asked about, by whom, and how often.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct JudgementKey {
    /// The trial whose output was judged.
    pub trial: TrialKey,
    /// Name of the scorer that asked.
    pub scorer: Arc<str>,
    /// Position of the candidate whose output was the other of a pair; `None` where that was the golden output, or
    /// there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opponent: Option<u32>,
    /// Position of the member in the judge's file.
    pub member: u32,
    /// In which order a pair was shown.
    pub shown: Shown,
    /// 0, or 1 where the first reply could not be read.
    pub ask: u32,
}

impl JudgementKey {
    /// A short stand-in for the key.
    pub fn digest(&self) -> Digest {
        Hasher::new("judgement").json(self).digest()
    }
}

/// A reply of a judge as it is stored.
#[derive(Clone, Debug)]
pub struct JudgementRecord {
    /// Which reply.
    pub key: JudgementKey,
    /// The reply.
    pub reply: CompletionRecord,
    /// Whether a later run may use it in place of a paid call.
    pub reusable: bool,
    /// True where nobody pays for it now: recorded replies.
    pub free: bool,
}

/// A failed attempt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// What kind of failure.
    pub class: ErrorClass,
    /// What was said, secrets removed.
    pub message: String,
    /// HTTP status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The vendor's id of the failed request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}
