//! Runs that stop as soon as they know enough.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How a run stops once its pairs of candidates are decided (`--until decided`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Until {
    /// Candidates whose mean scores differ by no more than this are the same.
    pub margin: f64,
    /// Chance that anything that is said of a task's pairs is wrong.
    pub alpha: f64,
    /// The candidate that all others are held against (`--against`); without one every pair is decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<Arc<str>>,
    /// The blocks of each task, in the manifest's order.
    pub tasks: Vec<UntilTask>,
}

/// The cases of a task in blocks, which are run one after the other. Which block a case is in follows from the run's seed,
/// the task's name and the case's id (or the value of the cluster field) alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UntilTask {
    /// Units: cases, or clusters of cases where the task names a cluster field.
    pub units: u64,
    /// Cases of each block.
    pub blocks: Vec<u64>,
}
