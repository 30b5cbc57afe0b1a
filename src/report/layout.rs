//! Text in a given width: aligned columns and wrapped lines.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ContentArrangement, Table};
use std::io::{self, Write};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Spaces between columns.
pub(super) const GAP: usize = 2;

/// Aligned columns without borders: the second column (names) to the left, all others to the right. No line ends in
/// spaces.
pub(super) fn align(header: &[&str], rows: &[Vec<String>]) -> Vec<String> {
    align_left(header, rows, &[1])
}

/// The same with these columns to the left.
pub(super) fn align_left(header: &[&str], rows: &[Vec<String>], left: &[usize]) -> Vec<String> {
    let mut table = Table::new();
    table
        .load_style(NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(header.iter().copied());
    for row in rows {
        table.add_row(row.iter().map(String::as_str));
    }
    for (position, column) in table.column_iter_mut().enumerate() {
        let gap = if position == 0 { 0 } else { GAP as u16 };
        column.set_padding((gap, 0));
        column.set_cell_alignment(if left.contains(&position) {
            CellAlignment::Left
        } else {
            CellAlignment::Right
        });
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect()
}

/// Writes a text wrapped and indented, its later lines by two more.
pub(super) fn paragraph(text: &str, width: usize, indent: usize, out: &mut dyn Write) -> io::Result<()> {
    for (position, line) in wrap(text, width - indent, indent + 2).iter().enumerate() {
        let lead = if position == 0 { indent } else { 0 };
        writeln!(out, "{:lead$}{line}", "")?;
    }
    Ok(())
}

/// Breaks a text at spaces into lines of at most that width; later lines are indented. Longer words are cut.
pub fn wrap(text: &str, width: usize, indent: usize) -> Vec<String> {
    let width = width.max(indent + 8);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    let mut start = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if used > start && used + 1 + word.width() > width {
            lines.push(std::mem::replace(&mut line, " ".repeat(indent)));
            (used, start) = (indent, indent);
        }
        if used > start {
            line.push(' ');
            used += 1;
        }
        for character in word.chars() {
            let wide = character.width().unwrap_or(0);
            if used + wide > width {
                lines.push(std::mem::replace(&mut line, " ".repeat(indent)));
                (used, start) = (indent, indent);
            }
            line.push(character);
            used += wide;
        }
    }
    if used > start || lines.is_empty() {
        lines.push(line);
    }
    lines
}
