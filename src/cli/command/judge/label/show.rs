//! What a person sees of an output: the case, the golden output, the output, and not whose it is.

use super::answer::Answers;
use super::pool::Trial;
use crate::cli::excerpt::{beginning, labelled};
use crate::report::{escape_terminal, wrap};
use serde_json::Value;

/// Characters of one text that are shown.
const MOST_TEXT: usize = 4000;
/// Width of the column of names, at most.
const MOST_NAME: usize = 16;

/// The screen of one output.
pub fn text(trial: &Trial, head: &str, answers: &Answers, width: usize) -> String {
    let mut out = String::new();
    let rule = "-".repeat(width);
    out.push_str(&format!(
        "{rule}\n{} {}   {head}\n",
        escape_terminal(&trial.task),
        escape_terminal(&trial.case_id)
    ));
    if !trial.description.is_empty() {
        paragraph(&trial.description, width, 0, &mut out);
    }
    out.push('\n');
    let names = trial
        .case
        .vars
        .keys()
        .map(|name| name.chars().count())
        .max()
        .unwrap_or(0);
    let column = names.clamp(6, MOST_NAME);
    for (name, value) in &trial.case.vars {
        let name: String = escape_terminal(name).chars().take(column).collect();
        labelled(
            &name,
            column,
            &beginning(&plain(value), MOST_TEXT),
            width,
            &mut out,
        );
    }
    if let Some(golden) = &trial.case.golden {
        labelled(
            "golden",
            column,
            &beginning(&plain(golden), MOST_TEXT),
            width,
            &mut out,
        );
    }
    out.push_str("\noutput\n");
    let output = match trial.output.trim().is_empty() {
        true => "(empty)",
        false => &trial.output,
    };
    paragraph(&beginning(output, MOST_TEXT), width, 2, &mut out);
    out.push_str(&format!("\n{}\n", answers.help()));
    out
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A text with its own line breaks, each line escaped and wrapped.
fn paragraph(text: &str, width: usize, indent: usize, out: &mut String) {
    for line in text.lines() {
        for part in wrap(&escape_terminal(line), width.saturating_sub(indent), 0) {
            out.push_str(format!("{:indent$}{part}", "").trim_end());
            out.push('\n');
        }
    }
}
