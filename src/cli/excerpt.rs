//! Texts of others in the width of a terminal: escaped, shortened, behind a label.

use crate::report::{escape_terminal, wrap};
use std::fmt::Write as _;

/// The beginning of a long text, and how much more there is.
pub fn beginning(text: &str, most: usize) -> String {
    let left = text.chars().count().saturating_sub(most);
    let mut start: String = text.chars().take(most).collect();
    if left > 0 {
        let _ = write!(start, " (and {left} more characters)");
    }
    start
}

/// Adds a value behind its label, which has a column of that width; the value is escaped and wrapped.
pub fn labelled(label: &str, column: usize, value: &str, width: usize, out: &mut String) {
    let room = width.saturating_sub(column + 4);
    for (position, line) in wrap(&escape_terminal(value), room, 0).iter().enumerate() {
        let head = if position == 0 { label } else { "" };
        out.push_str(format!("  {head:<column$}  {line}").trim_end());
        out.push('\n');
    }
}
