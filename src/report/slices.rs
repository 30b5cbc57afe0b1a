//! Leaderboards by the values of a field, as a table of texts, and as CSV.

use super::escape_csv;
use super::format::Glyphs;
use super::marks::Marks;
use crate::analyse::{Analysis, SliceRow, TaskAnalysis};
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// Below this an adjusted p gets a mark.
const LEVEL: f64 = 0.05;
/// Neither values nor names get shorter than this.
const SHORTEST: usize = 8;
/// Spaces between columns.
const GAP: usize = 2;

/// A table; names and values are escaped.
pub(super) struct SlicesTable {
    pub title: String,
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
    pub notes: Vec<String>,
}

/// The slices of a task; `None` where none were asked for. `name` escapes for the format at hand.
pub(super) fn slices_table(
    task: &TaskAnalysis,
    glyphs: &Glyphs,
    name: &dyn Fn(&str) -> String,
) -> Option<SlicesTable> {
    let slices = task.slices.as_ref()?;
    let rows = || slices.slices.iter().flat_map(|slice| &slice.rows);
    let marks = Marks::of(rows().flat_map(|row| &row.score.warnings));
    let mut cells = Vec::new();
    for slice in &slices.slices {
        for (at, row) in slice.rows.iter().enumerate() {
            let first = at == 0;
            cells.push(vec![
                if first { name(&slice.value) } else { String::new() },
                if first {
                    slice.cases.to_string()
                } else {
                    String::new()
                },
                called(task, row.candidate, name),
                format!("{}{}", glyphs.score(&row.score), marks.beside(&row.score)),
                against(row, slices.reference, glyphs),
                adjusted(row, glyphs),
            ]);
        }
    }
    let leader = slices.reference.map(|leader| called(task, leader, name));
    let mut notes = vec![format!(
        "exploratory: the slices were not chosen before the run; differences are from the leader{}, p is adjusted over \
         all slices (Benjamini-Hochberg), * marks p at most 0.05",
        leader.map_or_else(String::new, |leader| format!(" {leader}"))
    )];
    notes.extend(marks.legend());
    if slices.without > 0 {
        notes.push(format!(
            "{} cases have no {}",
            slices.without,
            name(&slices.field)
        ));
    }
    if slices.beyond > 0 {
        notes.push(format!(
            "{} cases have a further value: only the first 100 are shown",
            slices.beyond
        ));
    }
    Some(SlicesTable {
        title: format!(
            "{} by {} (exploratory)",
            name(&task.task.name),
            name(&slices.field)
        ),
        header: ["value", "cases", "model", "mean score", "from the leader", "p"]
            .map(str::to_owned)
            .to_vec(),
        rows: cells,
        notes,
    })
}

/// The model, with its prompt where the task has several.
fn called(task: &TaskAnalysis, candidate: u32, name: &dyn Fn(&str) -> String) -> String {
    let Some(row) = task.row(candidate) else {
        return String::new();
    };
    match task.boards.len() {
        1 => name(&row.name),
        _ => format!("{} {}", name(&row.name), name(&row.prompt)),
    }
}

fn against(row: &SliceRow, reference: Option<u32>, glyphs: &Glyphs) -> String {
    match &row.difference {
        _ if reference == Some(row.candidate) => "leader".to_owned(),
        Some(difference) => glyphs.difference(difference.difference, difference.interval()),
        None => glyphs.none.to_owned(),
    }
}

fn adjusted(row: &SliceRow, glyphs: &Glyphs) -> String {
    match row.p_bh {
        Some(p) if p < 0.001 => "<0.001 *".to_owned(),
        Some(p) if p <= LEVEL => format!("{p:.3} *"),
        Some(p) => format!("{p:.3}"),
        None => glyphs.none.to_owned(),
    }
}

/// The rows with values and names as short as that width needs.
pub(super) fn fitted(rows: &[Vec<String>], width: usize, glyphs: &Glyphs) -> Vec<Vec<String>> {
    let widest = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.width());
        cells.max().unwrap_or(0)
    };
    let titles = [5, 5, 5, 10, 15, 1];
    let used: usize = [1, 3, 4, 5]
        .into_iter()
        .map(|at| widest(at).max(titles[at]) + GAP)
        .sum();
    let room = width.saturating_sub(used + GAP);
    let (mut value, mut model) = (widest(0).max(titles[0]), widest(2).max(titles[2]));
    while value + model > room && (value > SHORTEST || model > SHORTEST) {
        if value > model {
            value -= 1;
        } else {
            model -= 1;
        }
    }
    let shorten = |row: &Vec<String>| {
        let cells = row.iter().enumerate().map(|(at, cell)| match at {
            0 => glyphs.shorten(cell, value),
            2 => glyphs.shorten(cell, model),
            _ => cell.clone(),
        });
        cells.collect()
    };
    rows.iter().map(shorten).collect()
}

/// Writes the slices of all tasks as CSV, one line for each task, value and candidate.
pub fn slices_csv(analysis: &Analysis, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = ::csv::WriterBuilder::new()
        .terminator(::csv::Terminator::CRLF)
        .from_writer(out);
    writer.write_record([
        "task",
        "field",
        "value",
        "cases",
        "prompt",
        "model",
        "simulated",
        "score",
        "score_low",
        "score_high",
        "from_leader",
        "from_leader_low",
        "from_leader_high",
        "p",
        "p_bh",
        "run",
    ])?;
    let number = super::csv::number;
    for task in &analysis.tasks {
        for slice in task.slices.iter().flat_map(|slices| &slices.slices) {
            for row in &slice.rows {
                let Some(candidate) = task.row(row.candidate) else {
                    continue;
                };
                let difference = row.difference.as_ref();
                writer.write_record([
                    escape_csv(&task.task.name).into_owned(),
                    escape_csv(task.slices.as_ref().map_or("", |slices| &slices.field)).into_owned(),
                    escape_csv(&slice.value).into_owned(),
                    slice.cases.to_string(),
                    escape_csv(&candidate.prompt).into_owned(),
                    escape_csv(&candidate.name).into_owned(),
                    candidate.simulated.to_string(),
                    number(row.score.mean),
                    number(row.score.low),
                    number(row.score.high),
                    number(difference.and_then(|difference| difference.difference)),
                    number(difference.and_then(|difference| difference.low)),
                    number(difference.and_then(|difference| difference.high)),
                    number(difference.and_then(|difference| difference.p)),
                    number(row.p_bh),
                    escape_csv(&analysis.manifest.run).into_owned(),
                ])?;
            }
        }
    }
    writer.flush()
}
