//! The part of `summary.json`.

use super::{saved, saved_dollars};
use crate::analyse::{Asked, DecidedPair, PairEnd, TaskAnalysis};
use crate::stats::Told;
use schemars::JsonSchema;
use serde::Serialize;

/// What is told of the pairs of a task. Candidates are positions in the manifest.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DecidedEntry {
    /// Mean scores that differ by no more are the same.
    margin: f64,
    /// Chance that anything that is told of these pairs is wrong.
    alpha: f64,
    /// The candidates that all others are held against, one for each prompt; empty where every pair was to be decided.
    against: Vec<u32>,
    /// Units in all: cases, or clusters of cases, each of which counts the same.
    units: u64,
    /// Whether units are clusters.
    clustered: bool,
    /// Trials that were not asked for.
    saved_trials: u64,
    /// What they would have cost at the mean cost of each candidate's trials; null where one is unknown.
    saved_usd: Option<f64>,
    candidates: Vec<AskedEntry>,
    pairs: Vec<PairEntry>,
}

/// How far a candidate was asked.
#[derive(Debug, Serialize, JsonSchema)]
struct AskedEntry {
    candidate: u32,
    /// Model, with the label where it has one.
    name: String,
    prompt: String,
    /// Blocks that it was asked about.
    blocks: usize,
    /// Cases of these blocks.
    cases: u64,
    /// Whether every trial of these was recorded.
    complete: bool,
    /// A candidate that is proven to be better.
    beaten_by: Option<u32>,
}

/// Two candidates.
#[derive(Debug, Serialize, JsonSchema)]
struct PairEntry {
    a: u32,
    b: u32,
    /// What a is: `better`, `worse`, `same`; `moot`, as one of the two is beaten by another candidate; `stalled`, as trials are
    /// missing; `open`, as scores are missing.
    told: &'static str,
    /// Units after which it was told.
    told_after: Option<u64>,
    /// Units that both answered.
    units: u64,
    /// Cases that both answered.
    cases: u64,
    /// Those of which a score is missing.
    incomplete: u64,
    /// Mean difference a - b over the units that both answered; null where a score is missing.
    difference: Option<f64>,
    /// Lower limit of the mean difference over all units; the limits of all pairs hold together, at every moment, with
    /// confidence 1 - alpha.
    low: f64,
    /// Upper limit.
    high: f64,
}

impl DecidedEntry {
    /// The entry of a task; `None` where the run does not stop early.
    pub fn of(task: &TaskAnalysis) -> Option<Self> {
        let decided = task.decided.as_ref()?;
        let asked = |asked: &Asked| {
            let row = task.row(asked.candidate);
            AskedEntry {
                candidate: asked.candidate,
                name: row.map_or_else(String::new, |row| row.name.clone()),
                prompt: row.map_or_else(String::new, |row| row.prompt.to_string()),
                blocks: asked.blocks,
                cases: asked.cases,
                complete: asked.stalled.is_none(),
                beaten_by: asked.beaten_by,
            }
        };
        Some(Self {
            margin: decided.margin,
            alpha: decided.alpha,
            against: decided.against.clone(),
            units: decided.units,
            clustered: decided.clustered,
            saved_trials: saved(task, decided).0,
            saved_usd: saved_dollars(task, decided),
            candidates: decided.candidates.iter().map(asked).collect(),
            pairs: decided.pairs.iter().map(PairEntry::of).collect(),
        })
    }
}

impl PairEntry {
    fn of(pair: &DecidedPair) -> Self {
        let (told, told_after) = match pair.end {
            PairEnd::Told(told, after) => (word(told), Some(after)),
            PairEnd::Moot => ("moot", None),
            PairEnd::Stalled => ("stalled", None),
            PairEnd::Open => ("open", None),
        };
        Self {
            a: pair.a,
            b: pair.b,
            told,
            told_after,
            units: pair.units,
            cases: pair.cases,
            incomplete: pair.incomplete,
            difference: pair.difference,
            low: pair.limits.0,
            high: pair.limits.1,
        }
    }
}

fn word(told: Told) -> &'static str {
    match told {
        Told::Better => "better",
        Told::Worse => "worse",
        Told::Same => "same",
    }
}
