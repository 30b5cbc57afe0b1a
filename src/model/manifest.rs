//! The manifest of a run: what was run, by content hash.

use super::{Api, Candidate, Corrections, Digest, Escalation, Grading, ModelRef, Money, Price, Until};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What was run. Stored when the run starts; a resumed run must match it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Manifest {
    /// Version of this document.
    pub schema_version: u32,
    /// Sortable unique id.
    pub run: String,
    /// Version of bench.
    pub bench_version: String,
    /// Start, RFC 3339 in UTC.
    pub started: String,
    /// Seed of everything drawn at random.
    pub seed: u64,
    /// Spending cap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<Money>,
    /// Whether stored completions were used.
    pub cache: bool,
    /// Tasks, in order; a trial's `task` is a position here.
    pub tasks: Vec<TaskEntry>,
    /// Candidates of all tasks; a trial's `candidate` is a position here.
    pub candidates: Vec<CandidateEntry>,
    /// Models that judge, each once; those that judge what they wrote themselves are candidates.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub judges: Vec<JudgeEntry>,
    /// Providers of the candidates, then those of the judges that are not among them.
    pub providers: Vec<ProviderEntry>,
    /// Trials in all; of a run in rounds (`until`, `escalations`) those that it would have had otherwise.
    pub trials: u64,
    /// How the run stops before all its cases are done, where it may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Until>,
    /// The ladders that it sends cases up, where it does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub escalations: Vec<Escalation>,
    /// What judges said of their anchors before the run; those without anchors have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub anchors: Vec<AnchorsEntry>,
    /// Tournaments that do not play all games; those that do have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tournaments: Vec<TournamentEntry>,
    /// What judges said, corrected by the labels of people that there were; made again by `bench resume` and
    /// `bench score`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<Corrections>,
}

impl Manifest {
    /// Whether what is sent next depends on what came of other trials, so that not all of them are planned.
    pub fn in_rounds(&self) -> bool {
        self.until.is_some() || !self.escalations.is_empty()
    }

    /// Whether answers of that candidate are paid for by this run: recorded ones were paid for by whoever made them.
    pub fn pays_for(&self, candidate: u32) -> bool {
        let entry = self.candidates.get(candidate as usize);
        let name = entry.map(|entry| &entry.candidate.model.provider);
        let provider = name.and_then(|name| self.providers.iter().find(|provider| provider.name == *name));
        provider.is_none_or(|provider| provider.api != Api::Replay.name())
    }
}

/// A task of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TaskEntry {
    /// The task's name.
    pub name: Arc<str>,
    /// One line for people.
    #[serde(default)]
    pub description: String,
    /// Its file, relative to the workspace where it lies inside.
    pub path: String,
    /// Hash of prompts, parameters and output schema.
    pub prompt_hash: Digest,
    /// Hash of scorers and pass rule.
    pub scorer_hash: Digest,
    /// Hash of all cases of the task, in order.
    pub cases_hash: Digest,
    /// Names of the scorers with weight; a score's `scorer` is one of them (cases may add their own).
    pub scorers: Vec<(Arc<str>, f64)>,
    /// Cases selected.
    pub cases: u64,
    /// Globs over case ids that selected them (`--case`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub case_globs: Vec<String>,
    /// At most this many cases (`--limit`), the first of those that fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// Repeats of each trial.
    pub epochs: u32,
    /// Field that marks dependent cases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// What its answers were graded by, part by part. Older versions did not keep it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grading: Option<Grading>,
}

/// A candidate of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CandidateEntry {
    /// Position of its task.
    pub task: u32,
    /// Model, parameters and prompt.
    #[serde(flatten)]
    pub candidate: Candidate,
    /// Hash of the candidate.
    pub hash: Digest,
    /// Its price when the run started; `None` is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
    /// True for simulated models, whose numbers are marked.
    #[serde(default)]
    pub simulated: bool,
}

/// A model that judges in a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JudgeEntry {
    /// The model.
    pub model: ModelRef,
    /// Its price when the run started; `None` is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
    /// True for simulated models, whose verdicts mean nothing.
    #[serde(default)]
    pub simulated: bool,
}

/// A tournament in which not everybody meets everybody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TournamentEntry {
    /// Position of the task.
    pub task: u32,
    /// The scorer's name.
    pub scorer: Arc<str>,
    /// Rounds that each case plays.
    pub rounds: u32,
    /// Rounds in which everybody would meet everybody.
    pub all_rounds: u32,
    /// Games that each case plays.
    pub games: u64,
    /// Games in which everybody would meet everybody.
    pub all_games: u64,
    /// What limits it.
    pub limit: TournamentLimit,
}

/// What limits a tournament.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TournamentLimit {
    /// `rounds` of the scorer.
    Rounds,
    /// The budget of the run.
    Budget,
}

/// What a judge said of its anchors before a run, compared with the verdicts that were known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AnchorsEntry {
    /// The judge's name.
    pub judge: String,
    /// Anchors that it gave a verdict on.
    pub n: u64,
    /// Anchors that it gave none on.
    pub failed: u64,
    /// Mean of the verdicts now less the known ones, as a share of the scale.
    pub shift: Option<f64>,
    /// Lower bound of its 95 % interval.
    pub low: Option<f64>,
    /// Upper bound.
    pub high: Option<f64>,
    /// Whether the interval excludes 0.
    pub moved: bool,
    /// Replies that it gave.
    pub replies: u64,
    /// Input tokens of the replies, as far as they are known.
    pub input_tokens: u64,
    /// Output tokens of the replies, as far as they are known.
    pub output_tokens: u64,
    /// What the replies cost; null where a part is unknown.
    pub cost: Option<Money>,
}

/// A provider of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProviderEntry {
    /// Its name.
    pub name: Arc<str>,
    /// Its protocol.
    pub api: String,
    /// Where it is (without secrets), where it has an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// Hash of everything in its file that shapes requests.
    pub hash: Digest,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RunStatus {
    /// Still running, or killed.
    Running,
    /// Every trial has an answer.
    Complete,
    /// Some trials have none (provider errors, budget, deadline).
    Incomplete,
    /// Stopped by a signal, or by a store that could not be written.
    Interrupted,
}

impl RunStatus {
    /// The word used in files and in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Complete => "complete",
            Self::Incomplete => "incomplete",
            Self::Interrupted => "interrupted",
        }
    }

    /// The status with that word.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Running, Self::Complete, Self::Incomplete, Self::Interrupted]
            .into_iter()
            .find(|status| status.name() == name)
    }
}
