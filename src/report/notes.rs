//! What stands under a leaderboard: outcomes other than `scored`, missing trials, warnings.

use super::format::bounds;
use crate::analyse::{Analysis, Board, Row, Spend, Totals};
use crate::model::Outcome;
use crate::stats::Warning;

/// Pairs of scorers that are told under a leaderboard.
const PAIRS_TOLD: usize = 2;

/// One line per candidate with something to say, then the warnings and where scorers disagree. `name` escapes names for the format at hand.
pub(super) fn board_notes(board: &Board, name: &dyn Fn(&str) -> String) -> Vec<String> {
    let mut notes: Vec<String> = board.rows.iter().filter_map(|row| row_note(row, name)).collect();
    notes.extend(warnings(board, name));
    notes.extend(disagreements(board, name));
    notes
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
    // pass@1 is the pass rate.
    let repeated = row.pass_at.iter().filter(|at| at.k > 1).filter_map(|at| {
        let mean = at.estimate.mean?;
        Some(format!("pass@{} {mean:.3}", at.k))
    });
    let repeated: Vec<String> = repeated.collect();
    if !repeated.is_empty() {
        parts.push(repeated.join(", "));
    }
    if row.cost.unknown_trials > 0 && row.cost.known_trials > 0 {
        parts.push(format!("cost of {} trials unknown", row.cost.unknown_trials));
    }
    (!parts.is_empty()).then(|| format!("{}: {}", name(&row.name), parts.join("; ")))
}

/// The warnings, together for candidates with the same ones; without names where they hold for all that were scored.
fn warnings(board: &Board, name: &dyn Fn(&str) -> String) -> Vec<String> {
    let scored = board.rows.iter().filter(|row| row.score.mean.is_some()).count();
    let mut found: Vec<(&'static str, Vec<&Row>)> = Vec::new();
    for row in &board.rows {
        for text in row.score.warnings.iter().filter_map(in_words) {
            match found.iter_mut().find(|(other, _)| *other == text) {
                Some((_, rows)) => rows.push(row),
                None => found.push((text, vec![row])),
            }
        }
    }
    let mut grouped: Vec<(Vec<&Row>, Vec<&'static str>)> = Vec::new();
    for (text, rows) in found {
        let same = |other: &[&Row]| {
            other
                .iter()
                .map(|row| row.candidate)
                .eq(rows.iter().map(|row| row.candidate))
        };
        match grouped.iter_mut().find(|(other, _)| same(other)) {
            Some((_, texts)) => texts.push(text),
            None => grouped.push((rows, vec![text])),
        }
    }
    grouped
        .into_iter()
        .map(|(rows, texts)| {
            let texts = texts.join("; ");
            if rows.len() == scored {
                return texts;
            }
            let names: Vec<String> = rows.iter().map(|row| name(&row.name)).collect();
            format!("{}: {texts}", names.join(", "))
        })
        .collect()
}

/// A warning without its figures, so that candidates can share it. Missing trials have their own note.
fn in_words(warning: &Warning) -> Option<&'static str> {
    Some(match warning {
        Warning::SmallSample(_) => "small sample (fewer than 30 cases)",
        Warning::FewClusters(_) => "few clusters (fewer than 10)",
        Warning::DominantCluster(_) => "one cluster holds more than 20 % of the cases",
        Warning::Degenerate => "no variation, so the interval comes from the number of cases alone",
        Warning::RareFailures => "rare failures: the interval is driven by cases not seen",
        Warning::Missing(_) => return None,
    })
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
