//! The answer in words: which model should do this job?

use super::format::{Glyphs, p_value};
use super::{decided, ladder};
use crate::analyse::{Analysis, Overall, Row, TaskAnalysis};

/// The answer of the run in one sentence. `name` escapes and decorates names for the format at hand.
pub fn headline(analysis: &Analysis, name: &dyn Fn(&str) -> String) -> String {
    if let [task] = analysis.tasks.as_slice() {
        return task_sentence(task, name);
    }
    if let Some(text) = decided::headline(analysis).or_else(|| ladder::headline(analysis)) {
        return text;
    }
    let mut leads: Vec<(&Row, usize)> = Vec::new();
    let mut ties = 0;
    for task in &analysis.tasks {
        let mut models: Vec<&Row> = leaders(task).collect();
        models.dedup_by(|a, b| a.name == b.name);
        match models.as_slice() {
            [] => {}
            [model] => match leads.iter_mut().find(|(other, _)| other.name == model.name) {
                Some((_, count)) => *count += 1,
                None => leads.push((model, 1)),
            },
            _ => ties += 1,
        }
    }
    // Stable: models with as many tasks stay in the order of the tasks.
    leads.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let all_simulated = analysis.is_simulated();
    let marked = |row: &Row| {
        if row.simulated && !all_simulated {
            " (simulated)"
        } else {
            ""
        }
    };
    let mut parts: Vec<String> = leads
        .iter()
        .map(|(row, count)| format!("{}{} in {count}", name(&row.name), marked(row)))
        .collect();
    if ties > 0 {
        parts.push(format!("a tie in {ties}"));
    }
    if parts.is_empty() {
        return "No trial was scored, so there is no answer.".to_owned();
    }
    let established = analysis.tasks.iter().filter(|task| is_established(task)).count();
    let total = analysis.tasks.len();
    let mark = if all_simulated { "Simulated: " } else { "" };
    let lead = match established {
        0 => "in no task is the leader told apart from all others".to_owned(),
        _ if established == total => "in every task the leader is told apart from all others".to_owned(),
        count => format!("in {count} of {total} tasks the leader is told apart from all others"),
    };
    let overall = analysis.overall.as_ref();
    let overall = overall.and_then(|overall| overall_sentence(overall, name, all_simulated));
    format!(
        "{mark}Best mean score in {total} tasks: {}; {lead}.{}",
        parts.join(", "),
        overall.map_or_else(String::new, |sentence| format!(" {sentence}"))
    )
}

/// Who is best on average over all tasks; `None` where fewer than two models ran all of them.
fn overall_sentence(overall: &Overall, name: &dyn Fn(&str) -> String, all_simulated: bool) -> Option<String> {
    let [first, next, ..] = overall.rows.as_slice() else {
        return None;
    };
    let called = |row: &crate::analyse::OverallRow| {
        let mark = if row.simulated && !all_simulated {
            " (simulated)"
        } else {
            ""
        };
        format!("{}{mark}", name(&row.name))
    };
    let glyphs = Glyphs::UNICODE;
    let open = overall
        .rows
        .iter()
        .filter(|row| row.tied || row.rank == 1)
        .count()
        - 1;
    let lead = match open {
        0 => "told apart from all others".to_owned(),
        1 => "not told apart from one other".to_owned(),
        open => format!("not told apart from {open} others"),
    };
    let pair = overall.comparisons.iter().find(|pair| (pair.a, pair.b) == (0, 1));
    let difference = pair.map_or_else(String::new, |pair| {
        let estimate = &pair.estimate;
        let adjusted = if overall.comparisons.len() > 1 {
            "adjusted "
        } else {
            ""
        };
        format!(
            " (difference {}, {adjusted}{})",
            glyphs.difference(Some(estimate.mean), estimate.low.zip(estimate.high)),
            p_value(pair.p_holm)
        )
    });
    Some(format!(
        "On average over all tasks {} is first with {}, then {} with {}{difference}; the first is {lead}.",
        called(first),
        glyphs.average(&first.score),
        called(next),
        glyphs.average(&next.score),
    ))
}

/// The answer of a task in one sentence.
pub fn task_sentence(task: &TaskAnalysis, name: &dyn Fn(&str) -> String) -> String {
    if let Some(decided) = &task.decided {
        return decided::sentence(task, decided, name);
    }
    if let Some(text) = ladder::sentence(task, name) {
        return text;
    }
    let answer = &task.answer;
    let leaders: Vec<&Row> = leaders(task).collect();
    let Some(first) = leaders.first() else {
        return format!(
            "No trial of {} was scored, so there is no answer.",
            name(&task.task.name)
        );
    };
    let glyphs = Glyphs::UNICODE;
    let called = |row: &Row| called(task, row, name);
    let figures = |row: &Row| glyphs.score(&row.score);
    let simulated = if task.rows().all(|row| row.simulated) {
        "Simulated: "
    } else {
        ""
    };
    let mut text = if answer.candidates == 1 {
        format!(
            "{simulated}{} scores {} on {}",
            called(first),
            figures(first),
            name(&task.task.name)
        )
    } else if let [leader] = leaders.as_slice() {
        format!(
            "{simulated}{} has the best mean score on {}: {}",
            called(leader),
            name(&task.task.name),
            figures(leader)
        )
    } else {
        let all: Vec<String> = leaders.iter().map(|row| called(row)).collect();
        format!(
            "{simulated}{} share the best mean score on {}: {}",
            joined(&all),
            name(&task.task.name),
            figures(first)
        )
    };
    let (they, them) = match leaders.as_slice() {
        [_] => ("it is", "it"),
        _ => ("they are", "them"),
    };
    let next = answer.next.and_then(|candidate| task.row(candidate));
    text += &match next {
        None if answer.candidates == 1 => {
            "; it is the only candidate, so there is nothing to compare it with".to_owned()
        }
        None => String::new(),
        Some(next) if answer.tied.contains(&next.candidate) => format!(
            "; on the same cases the next, {} ({}{}), is not told apart from {them}, so the lead is not established",
            called(next),
            figures(next),
            tested(task, first, next)
        ),
        Some(next) if !answer.tied.is_empty() => format!(
            "; the next is {} ({}), but {} {} not told apart from {them} on the same cases, so the lead is not established",
            called(next),
            figures(next),
            joined(&rows(task, &answer.tied).map(called).collect::<Vec<_>>()),
            if answer.tied.len() == 1 { "is" } else { "are" }
        ),
        Some(next) => format!(
            "; on the same cases {they} better than the next, {} ({}{}){}",
            called(next),
            figures(next),
            tested(task, first, next),
            if answer.candidates - answer.leaders.len() > 1 {
                ", and than all others"
            } else {
                ""
            }
        ),
    };
    text += &cheapest(task, &leaders, &called, &figures);
    text.push('.');
    text
}

/// What the paired test of two candidates found: `; difference +0.05 [+0.01, +0.09], p 0.012`.
fn tested(task: &TaskAnalysis, first: &Row, second: &Row) -> String {
    let Some((estimate, p)) = task.comparison(first.candidate, second.candidate) else {
        return String::new();
    };
    if estimate.n == 0 {
        return "; they share no case".to_owned();
    }
    let difference = Glyphs::UNICODE.difference(estimate.difference, estimate.interval());
    let adjusted = if task.comparisons.len() > 1 {
        "adjusted "
    } else {
        ""
    };
    format!("; difference {difference}, {adjusted}{}", p_value(p))
}

/// The clause about cost: said where there is a choice between candidates that are not told apart.
fn cheapest(
    task: &TaskAnalysis,
    leaders: &[&Row],
    called: &dyn Fn(&Row) -> String,
    figures: &dyn Fn(&Row) -> String,
) -> String {
    let tied = &task.answer.tied;
    if leaders.len() + tied.len() < 2 {
        return String::new();
    }
    let Some(row) = task.answer.cheapest.and_then(|candidate| task.row(candidate)) else {
        return "; which of them is the cheapest is not known".to_owned();
    };
    let price = Glyphs::UNICODE.amount(row.cost.per_trial());
    let known = if task.answer.unknown_costs > 0 {
        " with a known cost"
    } else {
        ""
    };
    if tied.contains(&row.candidate) {
        format!(
            "; the cheapest of these{known} is {} at {price} a trial ({})",
            called(row),
            figures(row)
        )
    } else if leaders.len() > 1 {
        format!(
            "; the cheapest of them{known} is {} at {price} a trial",
            called(row)
        )
    } else {
        format!("; none of those{known} is cheaper ({price} a trial)")
    }
}

fn leaders(task: &TaskAnalysis) -> impl Iterator<Item = &Row> {
    rows(task, &task.answer.leaders)
}

fn rows<'a>(task: &'a TaskAnalysis, candidates: &'a [u32]) -> impl Iterator<Item = &'a Row> {
    candidates.iter().filter_map(|candidate| task.row(*candidate))
}

/// True where one candidate leads and is told apart from all others.
fn is_established(task: &TaskAnalysis) -> bool {
    task.answer.leaders.len() == 1 && task.answer.tied.is_empty() && task.answer.next.is_some()
}

/// The model, marked where it is simulated and others are not, with its prompt where the task has several.
fn called(task: &TaskAnalysis, row: &Row, name: &dyn Fn(&str) -> String) -> String {
    let mut text = name(&row.name);
    if row.simulated && !task.rows().all(|row| row.simulated) {
        text += " (simulated)";
    }
    if task.boards.len() > 1 {
        text += &format!(" with prompt {}", name(&row.prompt));
    }
    text
}

/// `a, b and c`; from the fourth on they are counted.
fn joined(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] if names.len() <= 3 => format!("{} and {last}", first.join(", ")),
        [first, second, rest @ ..] => format!("{first}, {second} and {} others", rest.len()),
    }
}
