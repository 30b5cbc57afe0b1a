//! The JSON document of `bench cascade`.

use super::{CascadePart, CascadeReport};
use crate::analyse::{Absence, CascadeCandidate, Ladder};
use crate::report::front::SpanEntry;
use schemars::JsonSchema;
use serde::Serialize;
use std::io::{self, Write};

/// Version of the document; it rises when a field is renamed, removed or changes its meaning.
const SCHEMA_VERSION: u32 = 1;

/// What ladders of models would have given, from the stored trials of a run.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CascadeDocument<'a> {
    /// Version of this document.
    schema_version: u32,
    /// The run's id.
    run: &'a str,
    /// How much worse than the best single model a ladder may be.
    margin: f64,
    /// Chance that a ladder that is worse than that is called not worse.
    alpha: f64,
    /// Models in a ladder, at most.
    rungs: usize,
    /// One entry for each task and prompt.
    tasks: Vec<TaskEntry<'a>>,
    /// Tasks and prompts that no ladder could be made for.
    left_out: Vec<LeftOut<'a>>,
}

/// The ladders of a task with one prompt.
#[derive(Debug, Serialize, JsonSchema)]
struct TaskEntry<'a> {
    task: &'a str,
    prompt: &'a str,
    /// True where all candidates are simulated.
    simulated: bool,
    /// Scorers that have to pass for an answer to be taken. That it is no refusal, not empty, cut off or filtered, and has the
    /// form that the task asks for, is always asked.
    accept: &'a [String],
    /// What to know of them.
    notes: &'a [String],
    /// Cases that all candidates have an answer for.
    cases: u64,
    /// Cases that one of them lacks.
    left_out: u64,
    /// Candidates that are in no ladder.
    absent: Vec<AbsentEntry<'a>>,
    /// All ladders, single models among them, the cheapest first.
    ladders: Vec<LadderEntry<'a>>,
    /// Position in `ladders` of the single model with the best mean score.
    best: Option<usize>,
    /// Position in `ladders` of the cheapest that is not worse than it by more than the margin; the best model itself where
    /// that is said of no other.
    chosen: Option<usize>,
}

/// Something that no ladder could be made for.
#[derive(Debug, Serialize, JsonSchema)]
struct LeftOut<'a> {
    what: &'a str,
    why: &'a str,
}

/// A candidate that is in no ladder.
#[derive(Debug, Serialize, JsonSchema)]
struct AbsentEntry<'a> {
    model: &'a str,
    /// `no-score`, `few-scores` or `unknown-cost`.
    why: &'static str,
}

/// A ladder.
#[derive(Debug, Serialize, JsonSchema)]
struct LadderEntry<'a> {
    /// The models in the order in which they are asked.
    models: Vec<&'a str>,
    /// Mean score of what comes out; nothing usable is worth 0.
    score: SpanEntry,
    /// Mean cost of a case in dollars, over all models that were asked.
    cost_usd: SpanEntry,
    /// Mean latency of a case in seconds, over all models that were asked, judges left out; null where it is unknown.
    latency_s: Option<SpanEntry>,
    /// Share of the trials that each model answers.
    answers: &'a [f64],
    /// Share of the trials of which nothing usable comes out.
    unusable: f64,
    /// Mean difference in score from the best single model, each bound with confidence 1 - alpha; null for that model itself.
    difference: Option<SpanEntry>,
    /// Whether it is worse than the best single model by more than the margin: `pass` (it is not), `fail` or `inconclusive`.
    not_worse: &'static str,
    /// Cases that would tell, if the difference is what was seen.
    cases_needed: Option<u64>,
    /// How many times cheaper than the best single model.
    times_cheaper: Option<f64>,
    /// Whether no other ladder is at least as good and as cheap, and better in one, by the means.
    on_front: bool,
}

impl<'a> CascadeDocument<'a> {
    fn of(report: &'a CascadeReport) -> Self {
        let left_out = report.left_out.iter();
        Self {
            schema_version: SCHEMA_VERSION,
            run: &report.run,
            margin: report.rules.margin,
            alpha: report.rules.alpha,
            rungs: report.rules.rungs,
            tasks: report.parts.iter().map(TaskEntry::of).collect(),
            left_out: left_out.map(|(what, why)| LeftOut { what, why }).collect(),
        }
    }
}

impl<'a> TaskEntry<'a> {
    fn of(part: &'a CascadePart) -> Self {
        let cascade = &part.cascade;
        let absent = |(candidate, why): &'a (CascadeCandidate, Absence)| AbsentEntry {
            model: &candidate.name,
            why: why.name(),
        };
        let ladder = |(at, ladder): (usize, &'a Ladder)| LadderEntry {
            models: ladder
                .rungs
                .iter()
                .filter_map(|rung| cascade.candidates.get(*rung))
                .map(|candidate| candidate.name.as_str())
                .collect(),
            score: SpanEntry::of(&ladder.quality),
            cost_usd: SpanEntry::of(&ladder.cost),
            latency_s: ladder.latency.as_ref().map(SpanEntry::of),
            answers: &ladder.answers,
            unusable: ladder.unusable,
            difference: (cascade.best != Some(at)).then(|| SpanEntry::of(&ladder.against.difference)),
            not_worse: ladder.against.decision.name(),
            cases_needed: ladder.against.cases_needed,
            times_cheaper: ladder.against.saving,
            on_front: ladder.on_front,
        };
        Self {
            task: &part.task,
            prompt: &part.prompt,
            simulated: cascade.simulated,
            accept: &part.accept,
            notes: &part.notes,
            cases: cascade.cases,
            left_out: cascade.left_out,
            absent: cascade.absent.iter().map(absent).collect(),
            ladders: cascade.ladders.iter().enumerate().map(ladder).collect(),
            best: cascade.best,
            chosen: cascade.chosen,
        }
    }
}

/// Writes the document, indented, with a line feed at its end.
pub fn cascade_json(report: &CascadeReport, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &CascadeDocument::of(report))?;
    writeln!(out)
}
