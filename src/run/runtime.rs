//! What the engine needs of each task, candidate and provider, prepared once.

use crate::model::{Case, Hasher, Limits, Params, Price, Task};
use crate::port::Provider;
use crate::scorer::ScorerSet;
use crate::template::PromptTemplate;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32};

/// Cases of a task in order, with their positions; an error ends the run.
pub type CaseIter = Box<dyn Iterator<Item = Result<(u64, Arc<Case>), String>> + Send>;

/// Opens the cases of a task from the start; each provider's queue reads them on its own.
pub type OpenCases = Box<dyn Fn() -> CaseIter + Send + Sync>;

/// A task ready to run.
pub struct TaskRuntime {
    /// Position in the manifest.
    pub index: u32,
    /// The task.
    pub task: Arc<Task>,
    /// Its prompts, compiled.
    pub prompts: Vec<PromptRuntime>,
    /// Its scorers, compiled.
    pub scorers: ScorerSet,
    /// Its cases.
    pub open_cases: OpenCases,
    /// Repeats of each trial.
    pub epochs: u32,
}

/// A prompt, compiled.
pub struct PromptRuntime {
    /// Its id.
    pub id: Arc<str>,
    /// Its message templates.
    pub template: PromptTemplate,
}

/// A candidate ready to run.
pub struct CandidateRuntime {
    /// Position in the manifest.
    pub index: u32,
    /// Position of its prompt in the task.
    pub prompt: usize,
    /// The name to send.
    pub model: Arc<str>,
    /// Complete parameters.
    pub params: Arc<Params>,
    /// The task's output schema.
    pub schema: Option<Arc<Value>>,
    /// Its price; `None` is unknown.
    pub price: Option<Price>,
    /// The most output tokens that a call may cost, where anybody says.
    pub most_output: Option<u64>,
    /// Hash state of everything in a cache key but the messages and the epoch.
    pub key: Hasher,
    /// Set once the model turned out not to exist or to refuse every request.
    pub(super) dead: AtomicBool,
    /// Completions so far (saturating at a few: only "none yet" matters).
    pub(super) successes: AtomicU32,
    /// Rejections in a row.
    pub(super) rejections: AtomicU32,
}

impl CandidateRuntime {
    /// A candidate; `key` is the hash state of provider identity, model, parameters and schema.
    #[allow(clippy::too_many_arguments)]
    pub fn new(
        index: u32,
        prompt: usize,
        model: Arc<str>,
        params: Arc<Params>,
        schema: Option<Arc<Value>>,
        price: Option<Price>,
        most_output: Option<u64>,
        key: Hasher,
    ) -> Self {
        Self {
            index,
            prompt,
            model,
            params,
            schema,
            price,
            most_output,
            key,
            dead: AtomicBool::new(false),
            successes: AtomicU32::new(0),
            rejections: AtomicU32::new(0),
        }
    }
}

/// One provider with all its candidates.
pub struct LaneSpec {
    /// The provider's name.
    pub name: Arc<str>,
    /// The way to it.
    pub provider: Arc<dyn Provider>,
    /// True for simulated and replayed models: not cached; replayed ones are free as well.
    pub local: bool,
    /// True where the cost of a completion is history, not a payment.
    pub free: bool,
    /// Limits to keep.
    pub limits: Limits,
    /// Requests in flight to start from and at most, where `limits.concurrency` says nothing.
    pub adaptive: (usize, usize),
    /// Attempts for one trial.
    pub max_attempts: u32,
    /// True where judges are asked through it: its workers wait for their questions.
    pub asked: bool,
    /// Candidates by task, in plan order.
    pub work: Vec<(Arc<TaskRuntime>, Vec<Arc<CandidateRuntime>>)>,
}
