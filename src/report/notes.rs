//! What stands under a leaderboard: outcomes other than `scored`, missing trials, warnings.

use super::columns::TIED;
use super::format::{Glyphs, bounds};
use super::marks::Marks;
use crate::analyse::{Analysis, Board, PassAt, Row, Spend, Totals};
use crate::model::Outcome;

/// Below this share of the variance, more epochs are wasted.
const EPOCHS_WASTED: f64 = 0.2;
/// Pairs of scorers that are told under a leaderboard.
const PAIRS_TOLD: usize = 2;

/// The letters of a leaderboard's warnings.
pub(super) fn board_marks(board: &Board) -> Marks {
    let warnings = |row: &'_ Row| {
        row.score
            .warnings
            .iter()
            .chain(&row.pass.warnings)
            .copied()
            .collect::<Vec<_>>()
    };
    let all: Vec<_> = board.rows.iter().flat_map(warnings).collect();
    Marks::of(&all)
}

/// What the marks mean, one line per candidate with something to say, and where scorers disagree. `name` escapes names
/// for the format at hand.
pub(super) fn board_notes(board: &Board, marks: &Marks, name: &dyn Fn(&str) -> String) -> Vec<String> {
    let mut notes: Vec<String> = tie_note(board.rows.iter().any(|row| row.tied))
        .into_iter()
        .collect();
    notes.extend(marks.legend());
    notes.extend(board.rows.iter().filter_map(|row| row_note(row, name)));
    notes.extend(disagreements(board, name));
    notes
}

/// What the mark behind a rank means, where there is one.
pub(super) fn tie_note(any: bool) -> Option<String> {
    any.then(|| {
        format!(
            "{TIED} behind a rank: not told apart from the best by paired tests on the same cases (Holm, 5 %)"
        )
    })
}

/// The pairs of scorers that disagree on the most trials of all candidates, and how to see these trials.
fn disagreements(board: &Board, name: &dyn Fn(&str) -> String) -> Option<String> {
    let mut pairs: Vec<(&str, &str, u64)> = Vec::new();
    for pair in board.rows.iter().flat_map(|row| &row.disagreements) {
        let ways = [
            (&*pair.a, &*pair.b, pair.a_pass_b_fail),
            (&*pair.b, &*pair.a, pair.b_pass_a_fail),
        ];
        for (pass, fail, trials) in ways.into_iter().filter(|(.., trials)| *trials > 0) {
            match pairs.iter_mut().find(|(p, f, _)| (*p, *f) == (pass, fail)) {
                Some((.., sum)) => *sum += trials,
                None => pairs.push((pass, fail, trials)),
            }
        }
    }
    pairs.sort_by_key(|(.., trials)| std::cmp::Reverse(*trials));
    let told: Vec<String> = pairs
        .iter()
        .take(PAIRS_TOLD)
        .map(|(pass, fail, trials)| {
            let noun = if *trials == 1 { "trial" } else { "trials" };
            format!("{} passes and {} fails {trials} {noun}", name(pass), name(fail))
        })
        .collect();
    let more = pairs.len().saturating_sub(PAIRS_TOLD);
    let rest = if more > 0 {
        format!("; {more} more pairs")
    } else {
        String::new()
    };
    (!told.is_empty()).then(|| {
        format!(
            "scorers disagree: {}{rest} (`bench cases RUN --disagree`)",
            told.join("; ")
        )
    })
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
        parts.push(format!(
            "{} without an answer that a scorer could read",
            row.no_answer
        ));
    }
    parts.extend(bounds(&row.missing));
    parts.extend(repeats("pass@", &row.pass_at));
    parts.extend(repeats("pass^", &row.pass_hat));
    parts.extend(row.between_epochs.map(|share| {
        let advice = if share < EPOCHS_WASTED {
            ": more epochs would be wasted"
        } else {
            ""
        };
        format!(
            "{:.0} % of the variance of the mean is between epochs{advice}",
            share * 100.0
        )
    }));
    if row.cost.unknown_trials > 0 && row.cost.known_trials > 0 {
        parts.push(format!("cost of {} trials unknown", row.cost.unknown_trials));
    }
    (!parts.is_empty()).then(|| format!("{}: {}", name(&row.name), parts.join("; ")))
}

/// `pass@2 0.450 [0.36, 0.54], pass@4 ..`, but for k = 1, which is the pass rate.
fn repeats(what: &str, values: &[PassAt]) -> Option<String> {
    let told: Vec<String> = values
        .iter()
        .filter(|at| at.k > 1 && at.estimate.mean.is_some())
        .map(|at| format!("{what}{} {}", at.k, Glyphs::UNICODE.score(&at.estimate)))
        .collect();
    (!told.is_empty()).then(|| told.join(", "))
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
        text += &format!(
            "; {} rows belong to no candidate of this run and are not counted",
            totals.stray
        );
    }
    text
}

/// What an incomplete run has, and what that means for its ranking; `None` where every trial has an answer.
pub(super) fn incomplete(totals: &Totals) -> Option<[String; 2]> {
    if totals.is_complete() {
        return None;
    }
    let (errors, not_sent) = (totals.provider_errors(), totals.not_sent());
    let mut why = Vec::new();
    match errors {
        0 => {}
        1 => why.push("1 provider error".to_owned()),
        count => why.push(format!("{count} provider errors")),
    }
    if not_sent > 0 {
        why.push(format!("{not_sent} not sent"));
    }
    let planned = totals.planned;
    let answered = planned.saturating_sub(errors.saturating_add(not_sent));
    let verb = if answered == 1 { "has" } else { "have" };
    Some([
        format!("Incomplete: {answered} of {planned} trials {verb} an answer"),
        format!("({}): the ranking may change.", why.join(", ")),
    ])
}

/// Behind amounts of money: ` (simulated)` where no candidate is a real model.
pub(super) fn simulated(analysis: &Analysis) -> &'static str {
    if analysis.is_simulated() {
        " (simulated)"
    } else {
        ""
    }
}

/// ` (3 trials of unknown cost)`, where there are any.
pub(super) fn unknown_cost(spend: &Spend) -> String {
    match spend.unknown_trials {
        0 => String::new(),
        1 => " (1 trial of unknown cost)".to_owned(),
        count => format!(" ({count} trials of unknown cost)"),
    }
}
