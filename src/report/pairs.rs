//! The paired comparisons that ranks follow from, as a table of texts.

use super::escape_terminal;
use super::format::{Glyphs, p_value};
use super::layout::align_left;
use super::terminal::TerminalOptions;
use crate::analyse::{Analysis, Comparison, TaskAnalysis};
use std::io::{self, Write};

/// Pairs that are shown of a task; summary.json has all.
const MOST: usize = 100;
/// Width of a name in a terminal.
const NAME: usize = 26;

/// A table; names are escaped.
pub(super) struct PairsTable {
    pub header: Vec<&'static str>,
    pub rows: Vec<Vec<String>>,
    /// Pairs that are not shown.
    pub hidden: usize,
}

/// The comparisons of a task; `None` where there is no pair. `name` escapes for the format at hand.
pub(super) fn task_pairs(
    task: &TaskAnalysis,
    glyphs: &Glyphs,
    name: &dyn Fn(&str) -> String,
) -> Option<PairsTable> {
    let exact = task.comparisons.iter().any(|pair| pair.exact.is_some());
    let called = |candidate: u32| match task.row(candidate) {
        None => String::new(),
        Some(row) if task.boards.len() > 1 => format!("{} {}", name(&row.name), name(&row.prompt)),
        Some(row) => name(&row.name),
    };
    let cells = |pair: &Comparison| {
        let (a, b) = turned(task, pair);
        let estimate = if a == pair.a {
            pair.estimate.clone()
        } else {
            pair.estimate.clone().reversed()
        };
        let mut cells = vec![
            called(a),
            called(b),
            glyphs.difference(estimate.difference, estimate.interval()),
            estimate.n.to_string(),
            estimate.p.map_or_else(|| glyphs.none.to_owned(), bare),
            bare(pair.p_holm),
        ];
        if exact {
            let mid = pair.exact.as_ref().map(|exact| bare(exact.mid));
            cells.push(mid.unwrap_or_else(|| glyphs.none.to_owned()));
        }
        cells
    };
    let mut header = vec!["A", "B", "A - B", "cases", "p", "adjusted"];
    if exact {
        header.push("McNemar");
    }
    table(header, task.comparisons.iter().map(cells))
}

/// The comparisons of averages over all tasks.
pub(super) fn overall_pairs(
    analysis: &Analysis,
    glyphs: &Glyphs,
    name: &dyn Fn(&str) -> String,
) -> Option<PairsTable> {
    let overall = analysis.overall.as_ref()?;
    let called = |at: usize| {
        overall
            .rows
            .get(at)
            .map_or_else(String::new, |row| name(&row.name))
    };
    let cells = overall.comparisons.iter().map(|pair| {
        let estimate = &pair.estimate;
        vec![
            called(pair.a),
            called(pair.b),
            glyphs.difference(Some(estimate.mean), estimate.low.zip(estimate.high)),
            estimate.p.map_or_else(|| glyphs.none.to_owned(), bare),
            bare(pair.p_holm),
        ]
    });
    table(vec!["A", "B", "A - B", "p", "adjusted"], cells)
}

fn table(header: Vec<&'static str>, rows: impl ExactSizeIterator<Item = Vec<String>>) -> Option<PairsTable> {
    let hidden = rows.len().saturating_sub(MOST);
    let rows: Vec<Vec<String>> = rows.take(MOST).collect();
    (!rows.is_empty()).then_some(PairsTable { header, rows, hidden })
}

/// The pair with the better mean first.
fn turned(task: &TaskAnalysis, pair: &Comparison) -> (u32, u32) {
    let mean = |candidate: u32| task.row(candidate).and_then(|row| row.score.mean);
    if mean(pair.b) > mean(pair.a) {
        (pair.b, pair.a)
    } else {
        (pair.a, pair.b)
    }
}

fn bare(p: f64) -> String {
    p_value(p).trim_start_matches("p ").replace("< ", "<")
}

/// What the columns mean.
pub(super) fn pairs_note(table: &PairsTable) -> String {
    let mut note = "on the same cases; p and interval are of one statistic (Tango), adjusted for the number of pairs (Holm)"
        .to_owned();
    if table.header.contains(&"McNemar") {
        note += "; McNemar: mid-p of the exact test";
    }
    if table.hidden > 0 {
        note += &format!("; {} more pairs are in summary.json", table.hidden);
    }
    note
}

/// Writes the comparisons for a terminal: what `-v` adds.
pub fn pairs_text(analysis: &Analysis, options: &TerminalOptions, out: &mut dyn Write) -> io::Result<()> {
    let glyphs = if options.unicode {
        Glyphs::UNICODE
    } else {
        Glyphs::ASCII
    };
    let name = |name: &str| glyphs.shorten(&escape_terminal(name), NAME);
    let mut write = |title: &str, table: Option<PairsTable>| -> io::Result<()> {
        let Some(table) = table else { return Ok(()) };
        writeln!(out, "{title}: paired comparisons")?;
        for line in align_left(&table.header, &table.rows, &[0, 1]) {
            writeln!(out, "{line}")?;
        }
        for line in super::wrap(&pairs_note(&table), options.width.max(80) - 2, 2) {
            writeln!(out, "  {line}")?;
        }
        writeln!(out)
    };
    for task in &analysis.tasks {
        write(&name(&task.task.name), task_pairs(task, &glyphs, &name))?;
    }
    write("all tasks", overall_pairs(analysis, &glyphs, &name))
}
