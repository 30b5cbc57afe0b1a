//! What an interpreter answers, and what went wrong in it.

use crate::scorer::quote::visible;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt::Write as _;

/// Characters of a message that are kept.
const MOST_MESSAGE: usize = 300;
/// Characters of the name of a class that are kept.
const MOST_CLASS: usize = 100;
/// Characters of a source line that are kept.
const MOST_SOURCE: usize = 120;

/// The answer to a request; guests/README.md describes it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::scorer) struct Reply {
    /// What the code returned.
    pub value: Value,
    /// Why it did not.
    pub error: Option<Fault>,
    /// What it printed.
    pub stdout: String,
    /// What it printed to stderr.
    pub stderr: String,
    /// Whether what it printed was cut.
    pub cut: bool,
    /// Milliseconds that its timers slept, where the interpreter keeps them itself.
    pub slept: f64,
}

/// Reads an answer. One that does not have the form is the code's doing: it got at the interpreter's own parts.
pub(in crate::scorer) fn reply(answer: &str) -> Result<Reply, String> {
    serde_json::from_str(answer)
        .map_err(|_| "it broke the interpreter it runs in, which gave no proper answer".to_owned())
}

/// An error in the user's code.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Fault {
    /// `syntax`, `assertion`, `exception`, `exit`, `missing`, `value`, `memory`, `recursion` or `idle`.
    pub kind: String,
    /// The class of the exception: `ValueError`.
    #[serde(rename = "type")]
    pub class: String,
    /// The classes of the exception, its own first.
    #[serde(skip_serializing)]
    pub bases: Vec<String>,
    /// What it says.
    pub message: String,
    /// The file it happened in.
    pub file: Option<String>,
    /// The line, from 1.
    pub line: Option<u32>,
    /// The column, from 1.
    pub column: Option<u32>,
    /// The line's text.
    pub text: Option<String>,
    /// The calls that led there, outermost first.
    pub trace: Vec<Frame>,
}

/// A call on the way to an error.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Frame {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The function.
    pub function: String,
    /// The line's text.
    pub text: Option<String>,
}

impl Fault {
    /// One line: where, what, and the source text.
    pub fn summary(&self) -> String {
        let mut summary = String::new();
        if let Some(file) = &self.file {
            summary.push_str(&visible(file, MOST_SOURCE));
            if let Some(line) = self.line {
                let _ = write!(summary, ":{line}");
            }
            summary.push_str(": ");
        }
        if !self.class.is_empty() {
            summary.push_str(&visible(&self.class, MOST_CLASS));
            if !self.message.is_empty() {
                summary.push_str(": ");
            }
        }
        summary.push_str(&visible(&self.message, MOST_MESSAGE));
        if let Some(text) = self
            .text
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty())
        {
            let _ = write!(summary, " (in `{}`)", visible(text, MOST_SOURCE));
        }
        summary
    }
}
