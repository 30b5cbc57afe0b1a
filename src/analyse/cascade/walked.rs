//! What a ladder gave that a run really walked.

use super::simulate::span;
use super::{Attempt, CascadeTable};
use crate::analyse::Span;
use crate::stats::{MeanAccumulator, positive_mean};
use std::sync::Arc;

/// Intervals are two-sided with 95 % confidence.
const ALPHA: f64 = 0.05;

/// A ladder that a run walked, and what it gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Walked {
    /// The prompt's id.
    pub prompt: Arc<str>,
    /// Its candidates, in the order in which they are asked.
    pub rungs: Vec<WalkedRung>,
    /// Scorers that had to pass, beside the form of the answer.
    pub accept: Vec<Arc<str>>,
    /// What to know of these scorers.
    pub notes: Vec<String>,
    /// Cases of which an answer came out.
    pub cases: u64,
    /// Trials (cases times epochs) of which an answer came out.
    pub trials: u64,
    /// Trials of which none came out yet: a call or a scorer failed, or the run was stopped.
    pub missing: u64,
    /// Trials whose answer passes.
    pub solved: u64,
    /// Trials of which nothing usable came out.
    pub unusable: u64,
    /// Mean score of what came out, where nothing usable is worth 0; `None` where nothing came out.
    pub quality: Option<Span>,
    /// Mean cost of a case in dollars, over all rungs that were asked; `None` where one is unknown.
    pub cost: Option<Span>,
    /// Mean latency of a case in seconds, over all rungs that were asked; `None` where one is unknown.
    pub latency: Option<Span>,
    /// What all of it cost, in dollars, for each trial that is solved; `None` where that is unknown or none is.
    pub cost_per_solved: Option<f64>,
}

/// A candidate of a ladder that was walked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WalkedRung {
    /// Its position in the manifest.
    pub candidate: u32,
    /// Cases that it was to be asked about.
    pub cases: u64,
    /// Trials that it was to be asked for.
    pub asked: u64,
    /// Those whose answer was what came out.
    pub answers: u64,
    /// Those of these that pass: it is the cheapest model of the ladder that solves them, as far as was looked.
    pub solved: u64,
}

/// One trial on its way up.
struct Passage<'a> {
    rung: usize,
    last: &'a Attempt,
    dollars: Option<f64>,
    seconds: Option<f64>,
}

/// Cases and trials that a later rung was to be asked for: those of which the rung before has an answer that is not taken.
fn passed_on(table: &CascadeTable, before: usize) -> (u64, u64) {
    let epochs = |case: usize| {
        let refused = (0..table.epochs).filter(|epoch| {
            let attempt = table.attempt(case, before, *epoch);
            attempt.is_some_and(|attempt| !attempt.accepted)
        });
        refused.count() as u64
    };
    (0..table.cases())
        .map(epochs)
        .filter(|trials| *trials > 0)
        .fold((0, 0), |(cases, sum), trials| (cases + 1, sum + trials))
}

/// Follows every trial of a table, whose candidates are the rungs. `planned` is how many cases there were to be.
pub fn walk(table: &CascadeTable, planned: u64) -> Walked {
    let planned_trials = planned * u64::from(table.epochs);
    let rung = |(at, candidate): (usize, &super::CascadeCandidate)| {
        let before = at.checked_sub(1).map(|before| passed_on(table, before));
        let (cases, asked) = before.unwrap_or((planned, planned_trials));
        WalkedRung {
            candidate: candidate.candidate,
            cases,
            asked,
            ..WalkedRung::default()
        }
    };
    let mut walked = Walked {
        rungs: table.candidates.iter().enumerate().map(rung).collect(),
        ..Walked::default()
    };
    let mut quality = MeanAccumulator::new(table.clustered);
    let (mut dollars, mut seconds) = (Some(Vec::new()), Some(Vec::new()));
    let mut clusters: Option<Vec<u32>> = table.clustered.then(Vec::new);
    for case in 0..table.cases() {
        let passages: Vec<Passage<'_>> = (0..table.epochs)
            .filter_map(|epoch| passage(table, case, epoch))
            .collect();
        if passages.is_empty() {
            continue;
        }
        walked.cases += 1;
        passages.iter().for_each(|passage| walked.count(passage));
        let n = passages.len() as f64;
        let mean = |of: &dyn Fn(&Passage<'_>) -> Option<f64>| -> Option<f64> {
            let sum: Option<f64> = passages.iter().map(of).sum();
            sum.map(|sum| sum / n)
        };
        let cluster = table.cluster(case).filter(|_| table.clustered);
        let score = mean(&|passage| Some(passage.last.score.unwrap_or(0.0)));
        quality.add(score.unwrap_or(0.0), cluster, passages.len() > 1);
        push(&mut dollars, mean(&|passage| passage.dollars));
        push(&mut seconds, mean(&|passage| passage.seconds));
        clusters.iter_mut().for_each(|list| list.extend(cluster));
    }
    walked.missing = planned_trials.saturating_sub(walked.trials);
    let estimate = quality.estimate(ALPHA, 0);
    walked.quality = estimate.mean.map(|value| Span {
        value,
        low: estimate.low,
        high: estimate.high,
    });
    let clusters = clusters.as_deref();
    let figure = |values: &Option<Vec<f64>>| {
        let values = values.as_ref().filter(|values| !values.is_empty())?;
        Some(span(positive_mean(values, clusters, ALPHA)))
    };
    walked.cost = figure(&dollars);
    walked.latency = figure(&seconds);
    let all = walked.cost.map(|cost| cost.value * walked.cases as f64);
    // Epochs are averaged: a case counts once.
    let solved = walked.solved as f64 * walked.cases as f64 / walked.trials.max(1) as f64;
    walked.cost_per_solved = all.filter(|_| walked.solved > 0).map(|all| all / solved);
    walked
}

fn push(list: &mut Option<Vec<f64>>, value: Option<f64>) {
    match (list.as_mut(), value) {
        (Some(known), Some(value)) => known.push(value),
        _ => *list = None,
    }
}

/// A trial on its way up; `None` where an attempt is missing before an answer is taken.
fn passage(table: &CascadeTable, case: usize, epoch: u32) -> Option<Passage<'_>> {
    let (mut dollars, mut seconds) = (Some(0.0), Some(0.0));
    let count = table.candidates.len();
    for rung in 0..count {
        let last = table.attempt(case, rung, epoch)?;
        let plus = |sum: Option<f64>, more: Option<f64>| sum.zip(more).map(|(sum, more)| sum + more);
        dollars = plus(dollars, last.dollars);
        seconds = plus(seconds, last.seconds);
        if last.accepted || rung + 1 == count {
            return Some(Passage {
                rung,
                last,
                dollars,
                seconds,
            });
        }
    }
    None
}

impl Walked {
    fn count(&mut self, passage: &Passage<'_>) {
        let solved = passage.last.passed;
        self.trials += 1;
        self.solved += u64::from(solved);
        self.unusable += u64::from(passage.last.score.is_none());
        if let Some(rung) = self.rungs.get_mut(passage.rung) {
            rung.answers += 1;
            rung.solved += u64::from(solved);
        }
    }
}
