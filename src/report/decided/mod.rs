//! What is told of the pairs of a run that stops early: for `report.md`, for the terminal and for `summary.json`.

mod document;
mod words;

use super::escape_markdown;
use super::format::Glyphs;
use super::layout::align;
use crate::analyse::{Amount, Asked, Decided, DecidedPair, TaskAnalysis};
pub(super) use document::DecidedEntry;
use std::io::{self, Write};
use words::{end_in_words, named};
pub(super) use words::{headline, sentence};

/// Escapes names for the format at hand.
type Name<'a> = &'a dyn Fn(&str) -> String;

/// What the leaderboard beside it is not.
const BESIDE: &str = "The figures of a leaderboard are of the cases that each candidate was asked about, and their intervals \
                      hold for a number of cases that was planned. What is told of the pairs holds for a run that stops when \
                      it likes.";

/// Headings of the table.
pub(super) const HEADER: [&str; 5] = ["a", "b", "a is", "a - b", "cases"];

/// What is told of the pairs of a task, with escaped names.
pub(super) struct DecidedTable {
    pub about: String,
    pub rows: Vec<Vec<String>>,
    pub notes: Vec<String>,
}

/// The part of a task as a table; `None` where the run does not stop early.
pub(super) fn table(task: &TaskAnalysis, name: Name<'_>) -> Option<DecidedTable> {
    let decided = task.decided.as_ref()?;
    let rows = decided.pairs.iter().map(|pair| {
        vec![
            named(task, pair.a, name),
            named(task, pair.b, name),
            end_in_words(task, decided, pair, name),
            difference(pair),
            pair.cases.to_string(),
        ]
    });
    Some(DecidedTable {
        about: format!("{} {BESIDE}", terms(decided)),
        rows: rows.collect(),
        notes: notes(task, decided, name),
    })
}

/// The part of a task in Markdown; nothing where the run does not stop early.
pub(super) fn section(task: &TaskAnalysis, out: &mut dyn Write) -> io::Result<()> {
    let Some(table) = table(task, &escape_markdown) else {
        return Ok(());
    };
    writeln!(out, "### Decisions\n\n{}\n", table.about)?;
    writeln!(out, "| {} |\n|---|---|---|--:|--:|", HEADER.join(" | "))?;
    for row in &table.rows {
        writeln!(out, "| {} |", row.join(" | "))?;
    }
    writeln!(out)?;
    for note in table.notes {
        writeln!(out, "- {note}")?;
    }
    writeln!(out)
}

/// The same for a terminal: lines of a table, then notes.
pub(super) fn lines(task: &TaskAnalysis, name: Name<'_>) -> Option<(Vec<String>, Vec<String>)> {
    let decided = task.decided.as_ref()?;
    let rows: Vec<Vec<String>> = decided
        .pairs
        .iter()
        .map(|pair| {
            vec![
                pair.cases.to_string(),
                named(task, pair.a, name),
                end_in_words(task, decided, pair, name),
                named(task, pair.b, name),
                difference(pair),
            ]
        })
        .collect();
    let mut notes = notes(task, decided, name);
    notes.insert(0, terms(decided));
    Some((align(&["cases", "a", "a is", "b", "a - b"], &rows), notes))
}

fn difference(pair: &DecidedPair) -> String {
    // Rounding must not leave a minus before a zero.
    let whole = |value: f64| if value.abs() < 5e-4 { 0.0 } else { value };
    let (low, high) = (whole(pair.limits.0), whole(pair.limits.1));
    match pair.difference.map(whole) {
        Some(value) => format!("{value:+.3} [{low:+.3}, {high:+.3}]"),
        None => format!("[{low:+.3}, {high:+.3}]"),
    }
}

/// What was asked of the scores, in one or two sentences.
fn terms(decided: &Decided) -> String {
    let units = match decided.clustered {
        true => format!(
            "{} clusters of cases came in random order, and each counts the same",
            decided.units
        ),
        false => format!("{} cases came in random order", decided.units),
    };
    let pairs = match decided.pairs.len() {
        1 => "the pair".to_owned(),
        count => format!("the {count} pairs"),
    };
    format!(
        "{units}. The chance that anything told of {pairs} is wrong is at most {}, however often one looked; the limits hold \
         all together with confidence {}. Mean scores that differ by up to {} are the same.",
        decided.alpha,
        (1e6 * (1.0 - decided.alpha)).round() / 1e6,
        decided.margin
    )
}

/// Who stopped when, and what that saved.
fn notes(task: &TaskAnalysis, decided: &Decided, name: Name<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    for asked in &decided.candidates {
        if asked.stalled.is_some() {
            notes.push(format!(
                "{}: not every trial of the last block was recorded, so it was asked no further",
                named(task, asked.candidate, name)
            ));
        } else if asked.cases < task.task.cases {
            let why = asked.beaten_by.map_or_else(
                || "its pairs are decided".to_owned(),
                |other| format!("{} is better", named(task, other, name)),
            );
            notes.push(format!(
                "{} was asked about {} of {} cases: {why}",
                named(task, asked.candidate, name),
                asked.cases,
                task.task.cases
            ));
        }
    }
    let incomplete: u64 = decided.pairs.iter().map(|pair| pair.incomplete).sum();
    if incomplete > 0 {
        notes.push(
            "a missing score counts as the worst that it could be for each thing that is told, never as 0"
                .to_owned(),
        );
    }
    notes.extend(saved_in_words(task, decided));
    notes
}

/// Trials that were not asked for.
fn saved(task: &TaskAnalysis, decided: &Decided) -> (u64, u64) {
    let epochs = u64::from(task.task.epochs);
    let all = task.task.cases * epochs * decided.candidates.len() as u64;
    let asked: u64 = decided.candidates.iter().map(|asked| asked.cases * epochs).sum();
    (all.saturating_sub(asked), all)
}

/// What these would have cost, at the mean cost of each candidate's trials; `None` where one is unknown.
fn saved_dollars(task: &TaskAnalysis, decided: &Decided) -> Option<f64> {
    let of = |asked: &Asked| {
        let left = task.task.cases.saturating_sub(asked.cases) * u64::from(task.task.epochs);
        let per_trial = task.row(asked.candidate)?.cost.per_trial();
        match (left, per_trial) {
            (0, _) => Some(0.0),
            (left, Amount::Known(money)) => Some(money.dollars() * left as f64),
            _ => None,
        }
    };
    decided.candidates.iter().map(of).sum()
}

fn saved_in_words(task: &TaskAnalysis, decided: &Decided) -> Option<String> {
    let (saved, all) = saved(task, decided);
    let cost =
        saved_dollars(task, decided).and_then(|dollars| crate::model::Money::from_dollars(dollars).ok());
    let cost = cost.map_or_else(
        || ", at a cost that is not known".to_owned(),
        |money| {
            format!(
                ", about {} at what the others cost",
                Glyphs::UNICODE.amount(Amount::Known(money))
            )
        },
    );
    (saved > 0).then(|| format!("not asked: {saved} of {all} trials{cost}"))
}
