//! What belongs to runs in rounds, and slices: decisions of pairs, ladders, leaderboards by the values of a field.

use super::standing::{grid, notes};
use crate::analyse::TaskAnalysis;
use crate::report::escape_html;
use crate::report::format::Glyphs;
use crate::report::slices::slices_table;
use crate::report::{decided, ladder};
use std::io::{self, Write};

const GLYPHS: Glyphs = Glyphs::UNICODE;

/// What is told of the pairs of a run that stops early; nothing of any other run.
pub(super) fn decisions(task: &TaskAnalysis, out: &mut dyn Write) -> io::Result<()> {
    let Some(table) = decided::table(task, &escape_html) else {
        return Ok(());
    };
    writeln!(out, "<h3>Decisions</h3>\n<p class=\"note\">{}</p>", table.about)?;
    let title = format!("Decisions of {}", task.task.name);
    grid(
        &title,
        &decided::HEADER,
        table.rows.into_iter(),
        0,
        &|at| at < 3,
        out,
    )?;
    notes(table.notes, out)
}

/// What each ladder gave; nothing where the run climbs none.
pub(super) fn ladders(task: &TaskAnalysis, out: &mut dyn Write) -> io::Result<()> {
    for table in ladder::tables(task, &escape_html) {
        writeln!(
            out,
            "<h3>Ladder</h3>\n<p class=\"answer small\">{}</p>",
            table.about
        )?;
        let title = format!("Ladder of {}", task.task.name);
        grid(
            &title,
            &ladder::HEADER,
            table.rows.into_iter(),
            1,
            &|at| at == 1,
            out,
        )?;
        notes(table.notes, out)?;
    }
    Ok(())
}

/// Leaderboards by the values of a field; nothing where none were asked for.
pub(super) fn slices(task: &TaskAnalysis, out: &mut dyn Write) -> io::Result<()> {
    let Some(table) = slices_table(task, &GLYPHS, &escape_html) else {
        return Ok(());
    };
    let header: Vec<&str> = table.header.iter().map(String::as_str).collect();
    // Values and names are escaped already; a p of `<0.001` is not.
    let rows = table.rows.iter().map(|row| {
        let cells = row.iter().enumerate().map(|(at, cell)| match at {
            0..3 => cell.clone(),
            _ => escape_html(cell),
        });
        cells.collect::<Vec<String>>()
    });
    writeln!(out, "<h3>{}</h3>", table.title)?;
    let title = format!("Slices of {}", task.task.name);
    grid(&title, &header, rows, 2, &|at| at == 0 || at == 2, out)?;
    notes(table.notes, out)
}
