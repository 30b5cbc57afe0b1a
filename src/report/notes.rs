//! What stands under a leaderboard: outcomes other than `scored`, missing trials, warnings.

use super::format::bounds;
use crate::analyse::{Board, Row, Spend, Totals};
use crate::model::Outcome;
use crate::stats::Warning;

/// One line per candidate with something to say, then the warnings. `name` escapes names for the format at hand.
pub(super) fn board_notes(board: &Board, name: &dyn Fn(&str) -> String) -> Vec<String> {
    let mut notes: Vec<String> = board.rows.iter().filter_map(|row| row_note(row, name)).collect();
    notes.extend(warnings(board, name));
    notes
}

fn row_note(row: &Row, name: &dyn Fn(&str) -> String) -> Option<String> {
    let mut parts = Vec::new();
    let others: Vec<String> = row
        .other_outcomes()
        .map(|(outcome, count)| format!("{count} {outcome}"))
        .collect();
    if !others.is_empty() {
        parts.push(others.join(", "));
    }
    if row.no_answer > row.outcome(Outcome::Unparseable) {
        parts.push(format!("{} without an answer that a scorer could read", row.no_answer));
    }
    parts.extend(bounds(&row.missing));
    for (what, spend) in [("cost", &row.cost), ("payment", &row.paid)] {
        if spend.unknown_trials > 0 && spend.known_trials > 0 {
            parts.push(format!("{what} of {} trials unknown", spend.unknown_trials));
        }
    }
    (!parts.is_empty()).then(|| format!("{}: {}", name(&row.name), parts.join("; ")))
}

/// Each warning once; with the candidates it holds for, unless it holds for all.
fn warnings(board: &Board, name: &dyn Fn(&str) -> String) -> Vec<String> {
    let mut found: Vec<(String, Vec<&Row>)> = Vec::new();
    for row in &board.rows {
        for warning in &row.score.warnings {
            // Missing trials have their own note, with the bounds.
            if matches!(warning, Warning::Missing(_)) {
                continue;
            }
            let text = warning.to_string();
            match found.iter_mut().find(|(other, _)| *other == text) {
                Some((_, rows)) => rows.push(row),
                None => found.push((text, vec![row])),
            }
        }
    }
    found
        .into_iter()
        .map(|(text, rows)| {
            if rows.len() == board.rows.len() {
                return text;
            }
            let names: Vec<String> = rows.iter().map(|row| name(&row.name)).collect();
            format!("{}: {text}", names.join(", "))
        })
        .collect()
}

/// `240 trials: 200 scored, 3 refused`.
pub(super) fn totals_outcomes(totals: &Totals) -> String {
    let outcomes: Vec<String> = Outcome::ALL
        .into_iter()
        .zip(totals.outcomes)
        .filter(|(_, count)| *count > 0)
        .map(|(outcome, count)| format!("{count} {outcome}"))
        .collect();
    let noun = if totals.planned == 1 { "trial" } else { "trials" };
    let mut text = format!("{} {noun}", totals.planned);
    if !outcomes.is_empty() {
        text += ": ";
        text += &outcomes.join(", ");
    }
    if totals.stray > 0 {
        text += &format!("; {} rows belong to no candidate of this run and are not counted", totals.stray);
    }
    text
}

/// `; cost of 3 trials unknown`, where some is.
pub(super) fn unknown_cost(spend: &Spend) -> String {
    match spend.unknown_trials {
        0 => String::new(),
        1 => " (1 trial of unknown cost)".to_owned(),
        count => format!(" ({count} trials of unknown cost)"),
    }
}
