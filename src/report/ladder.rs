//! What the ladders of a run gave: for `report.md`, for the terminal and for `summary.json`.

use super::front::{money, seconds};
use super::layout::align;
use super::{escape_markdown, escape_terminal};
use crate::analyse::{Analysis, Span, TaskAnalysis, Walked, WalkedRung};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::{self, Write};

/// Escapes names for the format at hand.
type Name<'a> = &'a dyn Fn(&str) -> String;

/// What the leaderboard beside it is not.
const BESIDE: &str = "Each model above the first was asked only where the answer below was not accepted: the rows of the \
                      leaderboard are about different cases, and their means must not be compared.";
/// Headings of the table.
pub(super) const HEADER: [&str; 5] = ["rung", "model", "asked", "answers", "solved"];

/// What a ladder gave, with escaped names.
pub(super) struct LadderTable {
    pub about: String,
    pub rows: Vec<Vec<String>>,
    pub notes: Vec<String>,
}

/// The ladders of a task as tables.
pub(super) fn tables(task: &TaskAnalysis, escape: Name<'_>) -> Vec<LadderTable> {
    let table = |walked: &Walked| LadderTable {
        about: format!("{} {BESIDE}", figures(task, walked, escape)),
        rows: rows(task, walked, escape),
        notes: notes(walked, escape, escape),
    };
    task.ladders.iter().map(table).collect()
}

/// The part of a task in Markdown; nothing where the run climbs no ladder.
pub(super) fn section(task: &TaskAnalysis, out: &mut dyn Write) -> io::Result<()> {
    for table in tables(task, &escape_markdown) {
        writeln!(out, "### Ladder\n\n{}\n", table.about)?;
        writeln!(out, "| {} |\n|--:|---|--:|--:|--:|", HEADER.join(" | "))?;
        for row in table.rows {
            writeln!(out, "| {} |", row.join(" | "))?;
        }
        writeln!(out)?;
        for note in table.notes {
            writeln!(out, "- {note}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// The same for a terminal: for each ladder lines of a table, then notes.
pub(super) fn lines(task: &TaskAnalysis, name: Name<'_>) -> Vec<(Vec<String>, Vec<String>)> {
    let ladder = |walked: &Walked| {
        let mut notes = notes(walked, name, &|text| escape_terminal(text).into_owned());
        notes.insert(0, figures(task, walked, name));
        notes.push(BESIDE.to_owned());
        (align(&HEADER, &rows(task, walked, name)), notes)
    };
    task.ladders.iter().map(ladder).collect()
}

fn named(task: &TaskAnalysis, rung: &WalkedRung, name: Name<'_>) -> String {
    let row = task.row(rung.candidate);
    row.map_or_else(|| format!("candidate {}", rung.candidate), |row| name(&row.name))
}

/// `small > large`.
fn title(task: &TaskAnalysis, walked: &Walked, arrow: &str, name: Name<'_>) -> String {
    let names: Vec<String> = walked.rungs.iter().map(|rung| named(task, rung, name)).collect();
    names.join(arrow)
}

fn rows(task: &TaskAnalysis, walked: &Walked, name: Name<'_>) -> Vec<Vec<String>> {
    let rung = |(at, rung): (usize, &WalkedRung)| {
        vec![
            (at + 1).to_string(),
            named(task, rung, name),
            rung.asked.to_string(),
            rung.answers.to_string(),
            rung.solved.to_string(),
        ]
    };
    walked.rungs.iter().enumerate().map(rung).collect()
}

/// `ladder a, then b scores 0.900 [0.81, 0.95] at $0.0001 a case and 0.2 s`.
fn figures(task: &TaskAnalysis, walked: &Walked, name: Name<'_>) -> String {
    let title = title(task, walked, ", then ", name);
    let prompt = match task.boards.len() {
        0 | 1 => String::new(),
        _ => format!(" with prompt {}", name(&walked.prompt)),
    };
    let Some(quality) = walked.quality else {
        return format!("The ladder {title}{prompt} gave no answer.");
    };
    let interval = match (quality.low, quality.high) {
        (Some(low), Some(high)) => format!(" [{low:.2}, {high:.2}]"),
        _ => String::new(),
    };
    let cost = match walked.cost {
        Some(cost) => format!("{} a case", money(cost.value)),
        None => "an unknown cost".to_owned(),
    };
    let latency = match walked.latency {
        Some(latency) => format!(" and {} a case", seconds(&latency)),
        None => String::new(),
    };
    let solved = match walked.cost_per_solved {
        Some(cost) => format!(", {} for each that is solved", money(cost)),
        None => String::new(),
    };
    let mark = match task.rows().all(|row| row.simulated) {
        true => "Simulated: ",
        false => "",
    };
    format!(
        "{mark}The ladder {title}{prompt} scores {:.3}{interval} at {cost}{latency}, all of its models together{solved}.",
        quality.value
    )
}

fn notes(walked: &Walked, name: Name<'_>, escape: Name<'_>) -> Vec<String> {
    let checks: Vec<String> = walked.accept.iter().map(|scorer| name(scorer)).collect();
    let mut notes = vec![match checks.is_empty() {
        true => "accepted: what is complete, no refusal, and has the form of the task".to_owned(),
        false => format!(
            "accepted: what is complete, no refusal, has the form of the task, and passes {}",
            checks.join(", ")
        ),
    }];
    notes.extend(walked.notes.iter().map(|note| escape(note)));
    notes.push(format!(
        "solved: {} of {} trials, each by the cheapest rung whose answer was taken and passes",
        walked.solved, walked.trials
    ));
    if walked.unusable > 0 {
        notes.push(format!(
            "{} trials gave nothing usable at the last rung, which is worth 0 here",
            walked.unusable
        ));
    }
    if walked.missing > 0 {
        notes.push(format!(
            "{} trials have no outcome yet and count nowhere: a call or a scorer failed, or the run was stopped",
            walked.missing
        ));
    }
    notes
}

/// The answer of a task in one sentence; `None` where the run climbs no ladder.
pub(super) fn sentence(task: &TaskAnalysis, name: Name<'_>) -> Option<String> {
    let first = task.ladders.first()?;
    let mut text = figures(task, first, name);
    for walked in task.ladders.iter().skip(1) {
        text = format!("{text} {}", figures(task, walked, name));
    }
    Some(text)
}

/// The answer of a run of several tasks in one sentence; `None` where it climbs no ladder.
pub(super) fn headline(analysis: &Analysis) -> Option<String> {
    let all = analysis.tasks.len() > 1 && analysis.tasks.iter().all(|task| !task.ladders.is_empty());
    all.then(|| {
        format!(
            "What the ladder gave in each of {} tasks stands with the task.",
            analysis.tasks.len()
        )
    })
}

/// A ladder that the run climbed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LadderEntry {
    /// The models in the order in which they are asked: `a > b`.
    name: String,
    /// The prompt's id.
    prompt: String,
    rungs: Vec<RungEntry>,
    /// Scorers that had to pass, beside the form of the answer.
    accept: Vec<String>,
    /// What to know of these scorers.
    notes: Vec<String>,
    /// Cases of which an answer came out.
    cases: u64,
    /// Trials of which an answer came out.
    trials: u64,
    /// Trials of which none came out yet; they count nowhere.
    missing: u64,
    /// Trials whose answer passes.
    solved: u64,
    /// Trials of which nothing usable came out.
    unusable: u64,
    /// Mean score of what came out, where nothing usable is worth 0.
    score: Option<FigureEntry>,
    /// Mean cost of a case in dollars, over all rungs that were asked; null where one is unknown.
    cost_usd: Option<FigureEntry>,
    /// Mean latency of a case in seconds, over all rungs that were asked; null where one is unknown.
    latency_s: Option<FigureEntry>,
    /// What all of it cost for each trial that is solved.
    cost_per_solved_usd: Option<f64>,
}

/// A model of a ladder.
#[derive(Debug, Serialize, JsonSchema)]
struct RungEntry {
    /// Its position in the manifest.
    candidate: u32,
    /// Model, with the label where it has one.
    name: String,
    /// Trials that it was to be asked for.
    asked: u64,
    /// Those whose answer was what came out.
    answers: u64,
    /// Those of these that pass.
    solved: u64,
}

/// A mean with its two-sided 95 % interval.
#[derive(Debug, Serialize, JsonSchema)]
struct FigureEntry {
    value: f64,
    low: Option<f64>,
    high: Option<f64>,
}

impl LadderEntry {
    /// The ladders of a task.
    pub fn of(task: &TaskAnalysis) -> Vec<Self> {
        let name = str::to_owned;
        let rung = |rung: &WalkedRung| RungEntry {
            candidate: rung.candidate,
            name: named(task, rung, &name),
            asked: rung.asked,
            answers: rung.answers,
            solved: rung.solved,
        };
        let figure = |span: Span| FigureEntry {
            value: span.value,
            low: span.low,
            high: span.high,
        };
        let entry = |walked: &Walked| Self {
            name: title(task, walked, " > ", &name),
            prompt: walked.prompt.to_string(),
            rungs: walked.rungs.iter().map(rung).collect(),
            accept: walked.accept.iter().map(ToString::to_string).collect(),
            notes: walked.notes.clone(),
            cases: walked.cases,
            trials: walked.trials,
            missing: walked.missing,
            solved: walked.solved,
            unusable: walked.unusable,
            score: walked.quality.map(figure),
            cost_usd: walked.cost.map(figure),
            latency_s: walked.latency.map(figure),
            cost_per_solved_usd: walked.cost_per_solved,
        };
        task.ladders.iter().map(entry).collect()
    }
}
