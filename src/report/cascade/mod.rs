//! Ladders of models, as text and as JSON.

mod document;
mod text;

pub use document::{CascadeDocument, cascade_json};
pub use text::cascade_text;

use crate::analyse::{Cascade, CascadeRules};

/// The ladders of a run.
#[derive(Clone, Debug)]
pub struct CascadeReport {
    /// The run's id.
    pub run: String,
    /// How ladders were made and judged.
    pub rules: CascadeRules,
    /// One part for each task and prompt.
    pub parts: Vec<CascadePart>,
    /// Tasks and prompts that no ladder could be made for, with why.
    pub left_out: Vec<(String, String)>,
}

/// The ladders of a task with one prompt.
#[derive(Clone, Debug)]
pub struct CascadePart {
    /// The task's name.
    pub task: String,
    /// The prompt's id.
    pub prompt: String,
    /// Scorers that have to pass for an answer to be taken, beside its form.
    pub accept: Vec<String>,
    /// What to know of these scorers, in words; names in them are not escaped.
    pub notes: Vec<String>,
    /// What the ladders would have given.
    pub cascade: Cascade,
}
