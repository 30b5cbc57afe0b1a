//! The answer of a run that stops early, in words.

use super::Name;
use crate::analyse::{Analysis, Decided, DecidedPair, PairEnd, TaskAnalysis};
use crate::stats::Told;

/// A candidate, with its prompt where the task has several.
pub(super) fn named(task: &TaskAnalysis, candidate: u32, name: Name<'_>) -> String {
    let Some(row) = task.row(candidate) else {
        return format!("candidate {candidate}");
    };
    match task.boards.len() {
        0 | 1 => name(&row.name),
        _ => format!("{} with prompt {}", name(&row.name), name(&row.prompt)),
    }
}

/// What came of a pair.
pub(super) fn end_in_words(
    task: &TaskAnalysis,
    decided: &Decided,
    pair: &DecidedPair,
    name: Name<'_>,
) -> String {
    match pair.end {
        PairEnd::Told(Told::Better, _) => "better".to_owned(),
        PairEnd::Told(Told::Worse, _) => "worse".to_owned(),
        PairEnd::Told(Told::Same, _) => format!("the same within {}", decided.margin),
        PairEnd::Moot => {
            let beaten = |position: u32| {
                let mut all = decided.candidates.iter();
                all.any(|asked| asked.candidate == position && asked.beaten_by.is_some())
            };
            let loser = if beaten(pair.a) { pair.a } else { pair.b };
            format!("of no interest: {} is beaten", named(task, loser, name))
        }
        PairEnd::Stalled => "not decided: trials are missing".to_owned(),
        PairEnd::Open => "not decided: scores are missing".to_owned(),
    }
}

/// The answer of a task in one sentence.
pub fn sentence(task: &TaskAnalysis, decided: &Decided, name: Name<'_>) -> String {
    let mark = match task.rows().all(|row| row.simulated) {
        true => "Simulated: ",
        false => "",
    };
    let on = name(&task.task.name);
    if !decided.against.is_empty() {
        let told: Vec<String> = decided
            .pairs
            .iter()
            .map(|pair| {
                let end = end_in_words(task, decided, pair, name);
                format!("{} is {end}", named(task, pair.a, name))
            })
            .collect();
        let against = listed(task, &decided.against, name);
        return format!("{mark}Against {against} on {on}: {}.", told.join("; "));
    }
    let unbeaten: Vec<u32> = decided.unbeaten().map(|asked| asked.candidate).collect();
    let open = open_pairs(decided);
    let all = decided.candidates.len();
    let others = match all - unbeaten.len() {
        0 => String::new(),
        1 => "; the other one is worse than one of them".to_owned(),
        _ => "; every other one is worse than one of them".to_owned(),
    };
    match unbeaten.as_slice() {
        [] => format!(
            "{mark}The scores on {on} contradict each other: every candidate is worse than another one."
        ),
        [best] => format!(
            "{mark}{} is the best of {all} candidates on {on}: every other one is proven to be worse than it or than another one.",
            named(task, *best, name)
        ),
        several if open == 0 => format!(
            "{mark}{} are the same on {on} within {}{others}.",
            listed(task, several, name),
            decided.margin
        ),
        several => format!(
            "{mark}Not decided on {on}: any of {} may be the best{others}.",
            listed(task, several, name)
        ),
    }
}

/// Pairs that are neither told nor moot.
fn open_pairs(decided: &Decided) -> usize {
    let open = |pair: &&DecidedPair| matches!(pair.end, PairEnd::Stalled | PairEnd::Open);
    decided.pairs.iter().filter(open).count()
}

fn listed(task: &TaskAnalysis, candidates: &[u32], name: Name<'_>) -> String {
    let mut names: Vec<String> = candidates.iter().map(|at| named(task, *at, name)).collect();
    match names.pop() {
        Some(last) if !names.is_empty() => format!("{} and {last}", names.join(", ")),
        Some(only) => only,
        None => String::new(),
    }
}

/// The answer of a run of several tasks in one sentence; `None` where it does not stop early.
pub fn headline(analysis: &Analysis) -> Option<String> {
    let decided: Option<Vec<&Decided>> = analysis.tasks.iter().map(|task| task.decided.as_ref()).collect();
    let decided = decided.filter(|decided| decided.len() > 1)?;
    let done = decided.iter().filter(|decided| open_pairs(decided) == 0).count();
    let mark = if analysis.is_simulated() {
        "Simulated: "
    } else {
        ""
    };
    Some(format!(
        "{mark}All pairs are decided in {done} of {} tasks; what is told of them stands with each task.",
        decided.len()
    ))
}
