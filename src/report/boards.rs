//! In Markdown: the leaderboard over all tasks, comparisons of pairs, and leaderboards by the values of a field.

use super::escape_markdown;
use super::format::Glyphs;
use super::overall::{overall_notes, overall_table};
use super::pairs::{PairsTable, overall_pairs, pairs_note, task_pairs};
use super::slices::slices_table;
use crate::analyse::{Analysis, TaskAnalysis};
use std::io::{self, Write};

const GLYPHS: Glyphs = Glyphs::UNICODE;

/// The leaderboard over all tasks.
pub(super) fn overall(analysis: &Analysis, out: &mut dyn Write) -> io::Result<()> {
    let Some(table) = overall_table(analysis, &GLYPHS) else {
        return Ok(());
    };
    writeln!(out, "## {}\n", table.title)?;
    writeln!(out, "| {} |", table.header.join(" | "))?;
    writeln!(out, "|--:|---|{}", "--:|".repeat(table.header.len() - 2))?;
    for row in &table.rows {
        // Names of models and of tasks; figures need no escape.
        let cells = row
            .iter()
            .zip(&table.header)
            .map(|(cell, title)| match title.as_str() {
                "model" | "lowest task" => escape_markdown(cell),
                _ => cell.clone(),
            });
        writeln!(out, "| {} |", cells.collect::<Vec<String>>().join(" | "))?;
    }
    writeln!(out)?;
    let notes = overall_notes(analysis, &table.marks, &escape_markdown);
    for note in &notes {
        writeln!(out, "- {note}")?;
    }
    if !notes.is_empty() {
        writeln!(out)?;
    }
    pairs(overall_pairs(analysis, &GLYPHS, &escape_markdown), out)
}

/// The comparisons that the ranks of a task follow from.
pub(super) fn task_comparisons(task: &TaskAnalysis, out: &mut dyn Write) -> io::Result<()> {
    pairs(task_pairs(task, &GLYPHS, &escape_markdown), out)
}

fn pairs(table: Option<PairsTable>, out: &mut dyn Write) -> io::Result<()> {
    let Some(table) = table else { return Ok(()) };
    writeln!(out, "<details><summary>Paired comparisons</summary>\n")?;
    writeln!(out, "| {} |", table.header.join(" | "))?;
    writeln!(out, "|---|---|{}", "--:|".repeat(table.header.len() - 2))?;
    for row in &table.rows {
        let cells: Vec<String> = row.iter().enumerate().map(figure).collect();
        writeln!(out, "| {} |", cells.join(" | "))?;
    }
    writeln!(out, "\n- {}\n\n</details>\n", pairs_note(&table))
}

/// A cell; `<0.001` among figures would be the beginning of a tag. The first two columns are names, escaped already.
fn figure((at, cell): (usize, &String)) -> String {
    if at < 2 {
        cell.clone()
    } else {
        cell.replace('<', "&lt;")
    }
}

/// Leaderboards by the values of a field.
pub(super) fn slices(task: &TaskAnalysis, out: &mut dyn Write) -> io::Result<()> {
    let Some(table) = slices_table(task, &GLYPHS, &escape_markdown) else {
        return Ok(());
    };
    writeln!(out, "### {}\n", table.title)?;
    writeln!(out, "| {} |", table.header.join(" | "))?;
    writeln!(out, "|---|--:|---|--:|--:|--:|")?;
    for row in &table.rows {
        let cells = row
            .iter()
            .zip(&table.header)
            .map(|(cell, title)| match title.as_str() {
                "p" => cell.replace('<', "&lt;"),
                _ => cell.clone(),
            });
        writeln!(out, "| {} |", cells.collect::<Vec<String>>().join(" | "))?;
    }
    writeln!(out)?;
    for note in &table.notes {
        writeln!(out, "- {}", note.replace(" * ", " \\* "))?;
    }
    writeln!(out)
}
