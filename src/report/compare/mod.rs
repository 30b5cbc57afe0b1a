//! A comparison in words, as Markdown and as a document.

mod against;
mod document;
mod markdown;
mod words;

pub use against::Against;
pub(super) use against::{
    AGAINST, against_flips, against_headline, against_lines, against_rows, against_section, against_sentence,
    against_table, called,
};
pub use document::{ComparisonDocument, comparison_document};
pub use markdown::comparison_markdown;
pub(super) use words::pass_share;
pub use words::{compare_headline, compare_notes, difference, p_value};

use crate::analyse::compare::Change;

/// What two sides are, as a comparison names them.
#[derive(Clone, Debug)]
pub struct Sides<'a> {
    /// The first side: a run or a file.
    pub a: &'a str,
    /// The second side; the same text where both are candidates of one run.
    pub b: &'a str,
    /// What changed between them.
    pub changes: &'a [Change],
    /// What to know of how results were read.
    pub notes: &'a [String],
}
