//! Who is ahead: the leaderboard over all tasks, and comparisons of pairs.

use crate::analyse::Analysis;
use crate::report::escape_html;
use crate::report::format::Glyphs;
use crate::report::overall::{overall_notes, overall_table};
use crate::report::pairs::{PairsTable, overall_pairs, pairs_note};
use std::io::{self, Write};

const GLYPHS: Glyphs = Glyphs::UNICODE;

/// The leaderboard over all tasks, where there are several.
pub(super) fn overall(analysis: &Analysis, out: &mut dyn Write) -> io::Result<()> {
    let Some(table) = overall_table(analysis, &GLYPHS) else {
        return Ok(());
    };
    let header: Vec<&str> = table.header.iter().map(String::as_str).collect();
    let rows = table.rows.iter().map(|row| {
        let cells = row.iter().map(|cell| escape_html(cell).to_string());
        cells.collect::<Vec<String>>()
    });
    let is_text = |at: usize| at == 1;
    grid(&table.title, &header, rows, 1, &is_text, out)?;
    notes(overall_notes(analysis, &table.marks, &escape_html), out)?;
    comparisons("all tasks", overall_pairs(analysis, &GLYPHS, &escape_html), out)
}

/// Comparisons of pairs, folded. `about` is what they are of.
pub(super) fn comparisons(about: &str, table: Option<PairsTable>, out: &mut dyn Write) -> io::Result<()> {
    let Some(table) = table else { return Ok(()) };
    writeln!(out, "<details><summary>Paired comparisons</summary>")?;
    // Names are escaped already; `<0.001` is not.
    let rows = table.rows.iter().map(|row| {
        let cells = row.iter().enumerate().map(|(at, cell)| match at {
            0 | 1 => cell.clone(),
            _ => escape_html(cell).to_string(),
        });
        cells.collect::<Vec<String>>()
    });
    let title = format!("Paired comparisons of {about}");
    grid(&title, &table.header, rows, 1, &|at| at < 2, out)?;
    notes(vec![pairs_note(&table)], out)?;
    writeln!(out, "</details>")
}

/// A table of escaped cells; the column at `head` names the rows.
pub(super) fn grid(
    title: &str,
    header: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
    head: usize,
    is_text: &dyn Fn(usize) -> bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let title = escape_html(title);
    writeln!(
        out,
        "<div class=\"scroll\" role=\"region\" aria-label=\"{title}\" tabindex=\"0\"><table>\n\
         <caption><span>{title}</span></caption>\n<thead><tr>"
    )?;
    let class = |at: usize| if is_text(at) { "" } else { " class=\"number\"" };
    for (at, heading) in header.iter().enumerate() {
        writeln!(
            out,
            "<th scope=\"col\"{}>{}</th>",
            class(at),
            escape_html(heading)
        )?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")?;
    for row in rows {
        write!(out, "<tr>")?;
        for (at, cell) in row.iter().enumerate() {
            match at {
                at if at == head => write!(out, "<th scope=\"row\">{cell}</th>")?,
                _ => write!(out, "<td{}>{cell}</td>", class(at))?,
            }
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody></table></div>")
}

/// What stands under a table.
pub(super) fn notes(notes: Vec<String>, out: &mut dyn Write) -> io::Result<()> {
    if notes.is_empty() {
        return Ok(());
    }
    writeln!(out, "<ul class=\"notes\">")?;
    for note in notes {
        writeln!(out, "<li>{note}</li>")?;
    }
    writeln!(out, "</ul>")
}
