//! From a project and a selection to the matrix of trials, without a file read and without a call.

mod catalog;
mod estimate;
mod judging;
mod matrix;
mod select;

pub use catalog::{Catalog, CatalogModel};
pub use estimate::{
    Estimate, EstimateRow, PastOutput, estimate_messages, estimate_tokens, most_tokens, plan_estimate,
};
pub use judging::{JudgeEstimate, QuestionTally, ReplyTerms};
pub use matrix::{Plan, PlannedCandidate, PlannedTask, plan};
pub use select::{SelectError, Selection, TaskQuery, glob, known_names, select_tasks};
