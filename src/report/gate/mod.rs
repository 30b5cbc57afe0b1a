//! The verdict of a gate in words, as Markdown, as a document, as JUnit and as annotations.

mod document;
mod github;
mod junit;
mod markdown;
mod words;

pub use document::{GateDocument, gate_document};
pub use github::annotations;
pub use junit::junit;
pub use markdown::gate_markdown;
pub use words::{advice, gate_headline, rule_words, scope, seen};

/// What was gated, as documents name it.
#[derive(Clone, Debug)]
pub struct Gated<'a> {
    /// The run, for people.
    pub run: &'a str,
    /// The run's id.
    pub run_id: &'a str,
    /// What it was held against; `None` where no rule asks.
    pub baseline: Option<&'a str>,
    /// What changed against the baseline, in words.
    pub changes: &'a [String],
}
