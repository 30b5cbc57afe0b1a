//! From an analysis to bytes: terminal table, Markdown, HTML, JUnit, JSON, CSV and the lines of `results.jsonl`.
//!
//! Every renderer writes to a `Write` and is deterministic: the same input gives the same bytes. Model output is
//! hostile: each format has its escape function in `escape`, and nothing reaches a document around it.

mod calibration;
mod chart;
mod columns;
mod csv;
mod escape;
mod format;
mod html;
mod judged_line;
mod judges;
mod junit;
mod layout;
mod manifest;
mod markdown;
mod method;
mod notes;
mod result_line;
mod schema;
mod sentence;
mod summary;
mod terminal;

pub use self::csv::csv;
pub use calibration::{
    CalibrationHead, NamedCorrection, calibration_json, calibration_markdown, calibration_text,
};
pub use chart::front_svg;
pub use escape::{escape_csv, escape_html, escape_markdown, escape_terminal};
pub use html::{CasePicker, HtmlReport, MOST_TRIALS, PickedCases};
pub use junit::{Junit, JunitCounts};
pub use layout::wrap;
pub use markdown::{markdown, markdown_with_drawing};
pub use result_line::{ResultLine, result_line};
pub use schema::{Exported, schema};
pub use sentence::{headline, task_sentence};
pub use summary::{Summary, summary_json};
pub use terminal::{TerminalOptions, terminal};

#[cfg(test)]
mod tests;
