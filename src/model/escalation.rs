//! Ladders of models that a run tries one after the other.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A ladder of a run (`--escalate`): each case goes to its first candidate, and on to the next where the answer was not
/// accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Escalation {
    /// Position of its task.
    pub task: u32,
    /// The prompt's id.
    pub prompt: Arc<str>,
    /// Positions of its candidates, in the order in which they are asked.
    pub rungs: Vec<u32>,
    /// Scorers that have to pass, beside the form of the answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accept: Vec<Arc<str>>,
    /// What to know of these scorers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}
