//! From an analysis to bytes: terminal table, Markdown, HTML, JUnit, JSON, CSV and the lines of `results.jsonl`.
//!
//! Every renderer writes to a `Write` and is deterministic: the same input gives the same bytes. Model output is
//! hostile: each format has its escape function in `escape`, and nothing reaches a document around it.

mod anchors;
mod boards;
mod brief;
mod calibration;
mod cascade;
mod chart;
mod columns;
mod compare;
mod csv;
mod decided;
mod escape;
mod format;
mod front;
mod gate;
mod html;
mod judged_line;
mod judges;
mod junit;
mod ladder;
mod layout;
mod manifest;
mod markdown;
mod marks;
mod method;
mod notes;
mod overall;
mod pairs;
mod policy;
mod quality;
mod result_line;
mod schema;
mod sentence;
mod slices;
mod summary;
mod terminal;

pub use self::csv::csv;
pub use anchors::shift_in_words;
pub use brief::markdown_brief;
pub use calibration::{
    CalibrationDocument, CalibrationHead, NamedCorrection, calibration_json, calibration_markdown,
    calibration_text,
};
pub use cascade::{CascadePart, CascadeReport, cascade_json, cascade_text};
pub use chart::front_svg;
pub use compare::{
    Against, ComparisonDocument, Sides, compare_headline, compare_notes, comparison_document,
    comparison_markdown, difference, p_value,
};
pub use escape::{escape_csv, escape_html, escape_markdown, escape_terminal};
pub use front::fronts_text;
pub use gate::{
    GateDocument, Gated, advice, annotations, gate_document, gate_headline, gate_markdown, junit, rule_words,
    scope, seen,
};
pub use html::{CasePicker, HtmlReport, MOST_TRIALS, PickedCases};
pub use junit::{Junit, JunitCounts};
pub use layout::wrap;
pub use markdown::{Beside, markdown, markdown_beside};
pub use pairs::pairs_text;
pub use policy::policy_text;
pub use quality::{QualityDocument, quality_text};
pub use result_line::{ResultLine, result_line};
pub use schema::{Exported, schema};
pub use sentence::{headline, task_sentence};
pub use slices::slices_csv;
pub use summary::{Summary, summary_json};
pub use terminal::{TerminalOptions, terminal};
pub use tournaments::tournament_in_words;

#[cfg(test)]
mod tests;
mod tournaments;
