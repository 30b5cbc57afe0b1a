//! A comparison on the terminal.

use crate::analyse::compare::{Comparison, Flip, PairComparison, TaskComparison, Verdict};
use crate::cli::excerpt::{beginning, labelled};
use crate::cli::table::{Column, ambiguous, plain_table};
use crate::report::{Sides, compare_headline, compare_notes, difference, escape_terminal, p_value, wrap};
use std::fmt::Write as _;

/// Characters of an output or a golden output that are shown.
const MOST_TEXT: usize = 300;

/// The comparison as text.
pub fn text(comparison: &Comparison, sides: &Sides<'_>, width: usize) -> String {
    let mut text = String::new();
    match comparison.pairs.as_slice() {
        [pair] => one(pair, comparison, sides, width, &mut text),
        pairs => many(pairs, comparison, sides, width, &mut text),
    }
    let changes = sides
        .changes
        .iter()
        .map(|change| format!("changed: {}: {}", change.task, change.what));
    let lines: Vec<String> = changes.chain(sides.notes.iter().cloned()).collect();
    let mut tasks = comparison.pairs.iter().flat_map(|pair| &pair.tasks);
    if !lines.is_empty() && tasks.any(|task| !(task.lost_cases.is_empty() && task.gained_cases.is_empty())) {
        text.push('\n');
    }
    for line in lines {
        bullet(&line, width, &mut text);
    }
    text
}

fn bullet(line: &str, width: usize, out: &mut String) {
    for line in wrap(&format!("- {}", escape_terminal(line)), width, 2) {
        out.push_str(&line);
        out.push('\n');
    }
}

fn paragraph(line: &str, width: usize, out: &mut String) {
    for line in wrap(&escape_terminal(line), width, 0) {
        out.push_str(&line);
        out.push('\n');
    }
}

fn one(pair: &PairComparison, comparison: &Comparison, sides: &Sides<'_>, width: usize, out: &mut String) {
    let simulated = |simulated| if simulated { "; simulated" } else { "" };
    let (of_a, of_b) = (simulated(pair.simulated_a), simulated(pair.simulated_b));
    paragraph(&format!("A: {}, {}{of_a}", pair.a, sides.a), width, out);
    paragraph(&format!("B: {}, {}{of_b}", pair.b, sides.b), width, out);
    out.push('\n');
    paragraph(
        &compare_headline(pair, comparison.margin, &str::to_owned),
        width,
        out,
    );
    out.push('\n');
    const COLUMNS: [Column; 7] = [
        Column::text("task").shortenable(),
        Column::number("cases").droppable(1),
        Column::number("A"),
        Column::number("B"),
        Column::number("B - A"),
        Column::number("p"),
        Column::text("verdict"),
    ];
    let mut rows: Vec<Vec<String>> = pair.tasks.iter().map(task_row).collect();
    if let Some(overall) = &pair.overall {
        let average = &overall.average;
        rows.push(vec![
            "all tasks".to_owned(),
            overall.cases.to_string(),
            format!("{:.3}", overall.mean_a),
            format!("{:.3}", overall.mean_b),
            difference(Some(average.mean), average.low.zip(average.high)),
            p_value(average.p),
            short(overall.verdict).to_owned(),
        ]);
    }
    *out += &plain_table(&COLUMNS, &rows, width);
    out.push('\n');
    for note in compare_notes(pair, comparison.margin, &str::to_owned) {
        bullet(&note, width, out);
    }
    for task in &pair.tasks {
        for (what, flips) in [("lost", &task.lost_cases), ("gained", &task.gained_cases)] {
            for flip in flips {
                flipped(&task.task, what, flip, width, out);
            }
        }
    }
}

fn task_row(task: &TaskComparison) -> Vec<String> {
    vec![
        task.task.to_string(),
        task.estimate.n.to_string(),
        mean(task.mean_a),
        mean(task.mean_b),
        difference(task.estimate.difference, task.estimate.interval()),
        p_value(task.estimate.p),
        short(task.verdict).to_owned(),
    ]
}

fn mean(mean: Option<f64>) -> String {
    mean.map_or_else(|| "-".to_owned(), |mean| format!("{mean:.3}"))
}

/// The verdict as a table has room for it.
fn short(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Same => "same",
        other => other.words(),
    }
}

const PAIR_COLUMNS: [Column; 7] = [
    Column::text("A").shortenable(),
    Column::text("B").shortenable(),
    Column::number("cases").droppable(2),
    Column::number("B - A"),
    Column::number("p").droppable(1),
    Column::number("p (Holm)"),
    Column::text("verdict"),
];

fn many(
    pairs: &[PairComparison],
    comparison: &Comparison,
    sides: &Sides<'_>,
    width: usize,
    out: &mut String,
) {
    if sides.a == sides.b {
        paragraph(&format!("Candidates of {}", sides.a), width, out);
    } else {
        paragraph(&format!("A: {}", sides.a), width, out);
        paragraph(&format!("B: {}", sides.b), width, out);
    }
    let mut tables = tables(pairs);
    if tables
        .iter()
        .any(|(_, rows)| ambiguous(&PAIR_COLUMNS, rows, width))
    {
        numbered(&mut tables, width, out);
    }
    for (title, rows) in tables {
        let _ = writeln!(out, "\n{}", escape_terminal(&title));
        *out += &plain_table(&PAIR_COLUMNS, &rows, width);
    }
    out.push('\n');
    bullet(
        &format!(
            "verdicts are those of each pair alone (95 %, same within {}); p (Holm) is adjusted for the {} pairs, and where it \
             is above {} a difference is not established among so many",
            comparison.margin,
            pairs.len(),
            comparison.alpha
        ),
        width,
        out,
    );
    for note in qualifying(pairs) {
        bullet(&note, width, out);
    }
    bullet(
        "two candidates alone, with the cases that flipped: --candidates ONE OTHER",
        width,
        out,
    );
}

/// What stands beside all pairs: cases without both scores, and those of one side only.
fn qualifying(pairs: &[PairComparison]) -> Vec<String> {
    let mut notes = Vec::new();
    let tasks = || pairs.iter().flat_map(|pair| &pair.tasks);
    if tasks().any(|task| task.could_flip) {
        notes.push(
            "* scores are missing, and what they are could change the verdict; `cases` are those with both scores".to_owned(),
        );
    }
    let mut told: Vec<&str> = Vec::new();
    for task in tasks().filter(|task| task.only_a + task.only_b > 0) {
        if !told.contains(&&*task.task) {
            told.push(&task.task);
            notes.push(format!(
                "{}: cases only on one side, not compared: {} of A, {} of B",
                task.task, task.only_a, task.only_b
            ));
        }
    }
    notes
}

/// A table for each task and one for all together, with their titles.
fn tables(pairs: &[PairComparison]) -> Vec<(String, Vec<Vec<String>>)> {
    let mut tasks: Vec<&str> = Vec::new();
    for task in pairs.iter().flat_map(|pair| &pair.tasks) {
        if !tasks.contains(&&*task.task) {
            tasks.push(&task.task);
        }
    }
    let mut tables: Vec<(String, Vec<Vec<String>>)> = Vec::new();
    for name in tasks {
        let rows = pairs.iter().filter_map(|pair| {
            let task = pair.tasks.iter().find(|task| *task.task == *name)?;
            let estimate = &task.estimate;
            Some(row(
                pair,
                difference(estimate.difference, estimate.interval()),
                estimate.n,
                (estimate.p, task.p_holm),
                (task.verdict, task.could_flip),
            ))
        });
        tables.push((name.to_owned(), rows.collect()));
    }
    let overall = pairs.iter().filter_map(|pair| {
        let overall = pair.overall.as_ref()?;
        let average = &overall.average;
        Some(row(
            pair,
            difference(Some(average.mean), average.low.zip(average.high)),
            overall.cases,
            (average.p, overall.p_holm),
            (overall.verdict, overall.could_flip),
        ))
    });
    let overall: Vec<Vec<String>> = overall.collect();
    if !overall.is_empty() {
        tables.push(("all tasks, each with the same weight".to_owned(), overall));
    }
    tables
}

/// Puts numbers in place of names that would look the same in the tables, and lists what they stand for.
fn numbered(tables: &mut [(String, Vec<Vec<String>>)], width: usize, out: &mut String) {
    let mut names: Vec<String> = Vec::new();
    for row in tables.iter_mut().flat_map(|(_, rows)| rows) {
        for cell in row.iter_mut().take(2) {
            let at = names.iter().position(|name| name == cell).unwrap_or_else(|| {
                names.push(cell.clone());
                names.len() - 1
            });
            *cell = format!("[{}]", at + 1);
        }
    }
    out.push('\n');
    for (at, name) in names.iter().enumerate() {
        let line = format!("[{}] {}", at + 1, escape_terminal(name));
        for line in wrap(&line, width, 4) {
            out.push_str(&line);
            out.push('\n');
        }
    }
}

fn row(
    pair: &PairComparison,
    difference: String,
    cases: u64,
    p: (Option<f64>, Option<f64>),
    (verdict, could_flip): (Verdict, bool),
) -> Vec<String> {
    vec![
        pair.a.clone(),
        pair.b.clone(),
        cases.to_string(),
        difference,
        p_value(p.0),
        p_value(p.1),
        format!("{}{}", short(verdict), if could_flip { " *" } else { "" }),
    ]
}

fn flipped(task: &str, what: &str, flip: &Flip, width: usize, out: &mut String) {
    let _ = writeln!(
        out,
        "\n{what}: {} {}: {:.3} -> {:.3}",
        escape_terminal(task),
        escape_terminal(&flip.case),
        flip.score_a,
        flip.score_b
    );
    for (label, text) in [
        ("golden", &flip.golden),
        ("A", &flip.output_a),
        ("B", &flip.output_b),
    ] {
        if let Some(text) = text {
            let text = if text.is_empty() { "(empty)" } else { text };
            labelled(label, 6, &beginning(text, MOST_TEXT), width, out);
        }
    }
}
