//! The words of bench as plain data: no IO, no clock, no policy.
//!
//! Every other module speaks in these types. They derive `serde` where they are part of a stored or exported
//! document (decision 0003).

mod anchor;
mod candidate;
mod case;
mod completion;
mod correction;
mod digest;
mod escalation;
mod gate;
mod grading;
mod judge;
mod judged;
mod label;
mod manifest;
mod money;
mod outcome;
mod params;
mod price;
mod project;
mod prompt;
mod provider;
mod record;
mod request;
mod score;
mod task;
mod until;
mod usage;

pub use anchor::{Anchor, Anchors, OnShift};
pub use candidate::{Candidate, ModelRef};
pub use case::{Case, Golden, Verified};
pub use completion::{Completion, RateLimits, StopReason, ToolCall};
pub use correction::{CorrectedMean, Correcting, Corrections, MeanFigure, Quantity};
pub use digest::{Digest, Hasher};
pub use escalation::Escalation;
pub use gate::{Baseline, EachCase, Gate, GatePlace, GateRules};
pub use grading::{FileEntry, Grading, Interpreter, ScorerEntry};
pub use judge::{Aggregate, Exclude, Judge, JudgeMember, JudgeModel, Quorum, Reads, Structured};
pub use judged::{Judged, MemberFault, MemberVerdict, Opinion, Shown};
pub use label::{Label, Mark};
pub use manifest::{
    AnchorsEntry, CandidateEntry, JudgeEntry, Manifest, ProviderEntry, RunStatus, TaskEntry, TournamentEntry,
    TournamentLimit,
};
pub use money::{Money, MoneyError, Rate};
pub use outcome::{ErrorClass, Outcome};
pub use params::{Params, ResponseFormat};
pub use price::{Price, PriceTier, Rates};
pub use project::{Project, Workspace};
pub use prompt::{Message, Prompt, Role};
pub use provider::{
    Api, ExecSpec, HttpSpec, Limits, ModelConfig, ProviderConfig, ReplaySpec, Secret, SimModel, SimSpec,
};
pub use record::{
    CompletionRecord, Failure, JudgementKey, JudgementRecord, ScoreEntry, TrialKey, TrialRecord,
};
pub use request::{JudgedOutput, ProviderError, Request, Subject};
pub use score::{JudgeFault, Score, ScorerError, TestResult, Verdict};
pub use task::{
    CaseFilter, CaseFormat, CaseSource, MOST_WEIGHT, ModelSelector, OutputFormat, OutputSpec, PassRule,
    ScorerSpec, Task, Treat, Treatment,
};
pub use until::{Until, UntilTask};
pub use usage::Usage;
