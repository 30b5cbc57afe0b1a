//! Plain tables for lists: aligned columns, no frame, escaped, fitted to the width without breaking a cell.

use crate::report::escape_terminal;
use std::collections::HashMap;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Spaces between columns.
const GAP: usize = 2;
/// Columns go before a text gets shorter than this.
const COMFORTABLE: usize = 24;
/// No text gets shorter than this.
const SHORTEST: usize = 8;

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    title: &'static str,
    right: bool,
    shortenable: bool,
    drop: Option<u8>,
}

impl Column {
    /// A column of text.
    pub const fn text(title: &'static str) -> Self {
        Self {
            title,
            right: false,
            shortenable: false,
            drop: None,
        }
    }

    /// A column of numbers, aligned to the right.
    pub const fn number(title: &'static str) -> Self {
        Self {
            right: true,
            ..Self::text(title)
        }
    }

    /// Its cells may lose their middle where the table is too wide.
    pub const fn shortenable(self) -> Self {
        Self {
            shortenable: true,
            ..self
        }
    }

    /// It may be left out where the table is too wide; the lowest order goes first.
    pub const fn droppable(self, order: u8) -> Self {
        Self {
            drop: Some(order),
            ..self
        }
    }
}

/// A table as text with a newline after each line. Control characters in cells are made visible. Cells are never
/// wrapped: a table that is too wide loses columns, then the middle of texts, as far as its columns allow.
pub fn plain_table(columns: &[Column], rows: &[Vec<String>], width: usize) -> String {
    let rows = escaped(rows);
    let shown = arrange(columns, &rows, width);
    let mut text = String::new();
    let titles = shown.iter().map(|(_, column, _)| column.title).collect();
    let cells = rows.iter().map(|row| {
        let cells = shown
            .iter()
            .map(|(at, _, _)| row.get(*at).map_or("", String::as_str));
        cells.collect()
    });
    for line in std::iter::once::<Vec<&str>>(titles).chain(cells) {
        let mut drawn = String::new();
        for (position, (cell, (_, column, width))) in line.into_iter().zip(&shown).enumerate() {
            let cell = shorten(cell, *width);
            let pad = " ".repeat(width.saturating_sub(cell.width()));
            let gap = if position == 0 { "" } else { "  " };
            drawn += gap;
            if column.right {
                drawn += &pad;
                drawn += &cell;
            } else {
                drawn += &cell;
                drawn += &pad;
            }
        }
        text += drawn.trim_end();
        text.push('\n');
    }
    text
}

/// Whether shortening would make different texts of one column look the same in that width.
pub fn ambiguous(columns: &[Column], rows: &[Vec<String>], width: usize) -> bool {
    let rows = escaped(rows);
    arrange(columns, &rows, width).into_iter().any(|(at, _, width)| {
        let mut looks: HashMap<String, &str> = HashMap::new();
        rows.iter()
            .filter_map(|row| row.get(at))
            .any(|cell| *looks.entry(shorten(cell, width)).or_insert(cell) != cell)
    })
}

fn escaped(rows: &[Vec<String>]) -> Vec<Vec<String>> {
    let row = |row: &Vec<String>| {
        row.iter()
            .map(|cell| escape_terminal(cell).into_owned())
            .collect()
    };
    rows.iter().map(row).collect()
}

/// The columns that are drawn: position and width.
fn arrange(columns: &[Column], rows: &[Vec<String>], width: usize) -> Vec<(usize, Column, usize)> {
    let mut shown: Vec<(usize, Column, usize)> = columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let cells = rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.width());
            (at, *column, cells.fold(column.title.width(), usize::max))
        })
        .collect();
    let gaps = |shown: &[(usize, Column, usize)]| shown.len().saturating_sub(1) * GAP;
    loop {
        let wanted = shown.iter().map(|(_, column, width)| match column.shortenable {
            true => COMFORTABLE.min(*width),
            false => *width,
        });
        if wanted.sum::<usize>() + gaps(&shown) <= width {
            break;
        }
        let first = shown
            .iter()
            .enumerate()
            .filter_map(|(position, (_, column, _))| Some((column.drop?, position)));
        let Some((_, position)) = first.min() else { break };
        shown.remove(position);
    }
    loop {
        let used = shown.iter().map(|(_, _, width)| width).sum::<usize>() + gaps(&shown);
        let widest = shown
            .iter_mut()
            .filter(|(_, column, width)| column.shortenable && *width > SHORTEST.max(column.title.width()))
            .max_by_key(|(_, _, width)| *width);
        match widest {
            Some((_, _, widest)) if used > width => *widest -= 1,
            _ => break,
        }
    }
    shown
}

/// The beginning and the end of a text that is too wide, with `..` between them.
fn shorten(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let room = width.saturating_sub(2);
    let head = fitting(text.chars(), room.div_ceil(2));
    let tail = fitting(text.chars().rev(), room / 2);
    let tail: String = tail.chars().rev().collect();
    format!("{head}..{tail}")
}

/// The characters up to that width.
fn fitting(characters: impl Iterator<Item = char>, width: usize) -> String {
    let mut used = 0;
    characters
        .take_while(|character| {
            used += character.width().unwrap_or(0);
            used <= width
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 4] = [
        Column::text("run"),
        Column::text("model").shortenable(),
        Column::number("passed").droppable(2),
        Column::text("tasks").droppable(1),
    ];

    fn table(width: usize) -> String {
        let row = |run: &str, model: &str| {
            [run, model, "12345", "ticket-triage extraction"]
                .map(str::to_owned)
                .to_vec()
        };
        let rows = [
            row(
                "20261121-034512-7f3a",
                "openrouter/some-vendor/a-model-with-a-long-name",
            ),
            row("20261121-034513-7f3b", "sim/small"),
        ];
        plain_table(&COLUMNS, &rows, width)
    }

    #[test]
    fn names_that_would_look_the_same_are_told_of() {
        let row = |model: &str| ["1", model, "2", "3"].map(str::to_owned).to_vec();
        let rows = [
            row("vendor/a-model-2026-01-01-with-a-long-name"),
            row("vendor/a-model-2026-02-01-with-a-long-name"),
        ];
        assert!(!ambiguous(&COLUMNS, &rows, 80));
        assert!(ambiguous(&COLUMNS, &rows, 30));
        assert!(!ambiguous(&COLUMNS, &[rows[0].clone(), rows[0].clone()], 30));
    }

    #[test]
    fn a_table_that_is_too_wide_loses_columns_and_then_the_middle_of_its_texts() {
        assert!(table(200).contains("a-model-with-a-long-name   12345  ticket-triage extraction\n"));
        let text = table(60);
        assert!(!text.contains("tasks") && text.contains("passed"), "{text}");
        let text = table(40);
        assert!(!text.contains("passed"), "{text}");
        assert!(text.contains("openrout..ong-name"), "{text}");
        for width in [30, 40, 60, 80, 200] {
            let text = table(width);
            assert_eq!(text.lines().count(), 3, "{text}");
            assert!(text.contains("20261121-034512-7f3a"), "{text}");
            assert!(text.lines().all(|line| line.width() <= width), "{width}: {text}");
        }
    }
}
