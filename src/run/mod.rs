//! The engine: pulls trials lazily, one queue per provider, and takes each from its prompt to a committed record.

mod ask;
mod call;
mod engine;
mod feed;
mod judging;
mod lane;
mod progress;
mod record;
mod rounds;
mod runtime;
mod shared;

#[cfg(test)]
mod tests;

pub use call::cache_key;
pub use engine::{Engine, EngineOptions, RunEnd};
pub use feed::Finished;
pub use judging::{
    JudgeRuntime, Judgeable, JudgingEngine, JudgingJob, JudgingOptions, LeftOut, Matter, MemberRuntime,
    MemberWay, Paid, Reached,
};
pub use progress::{LaneProgress, LaneView, Progress};
pub use rounds::{Round, Rounds, Wanted};
pub use runtime::{CandidateRuntime, CaseIter, LaneSpec, OpenCases, PromptRuntime, TaskRuntime};
pub use shared::{StopCause, Stopper};
