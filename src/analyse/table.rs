//! The result of an analysis: leaderboards, per task and prompt.

use super::{
    Answer, Comparison, Decided, Disagreement, FailureExample, Fronts, JudgeSummary, Overall, PolicyChoice,
    Questions, ScorerSummary, SliceField, Slices, Spend, Tokens, Walked,
};
use crate::model::{Manifest, Outcome, TaskEntry};
use crate::stats::{Estimate, PairedEstimate, Percentile, RankInterval};
use std::collections::HashMap;
use std::sync::Arc;

/// What the trials of a run say.
#[derive(Clone, Debug, PartialEq)]
pub struct Analysis {
    /// What was run.
    pub manifest: Manifest,
    /// One entry per task, in the order of the manifest.
    pub tasks: Vec<TaskAnalysis>,
    /// The leaderboard over all tasks, for models that ran all of them; `None` where there is one task.
    pub overall: Option<Overall>,
    /// The field that slices were asked for by.
    pub by: Option<SliceField>,
    /// Sums over all tasks.
    pub totals: Totals,
    /// Quality against cost and latency; empty until somebody works them out ([`super::fronts`]).
    pub fronts: Fronts,
    /// What the ranking policy says of each task; empty unless it is asked for.
    pub policies: Vec<PolicyChoice>,
}

/// The leaderboards of a task.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskAnalysis {
    /// The task as the manifest has it.
    pub task: TaskEntry,
    /// One leaderboard per prompt, in the order of the manifest.
    pub boards: Vec<Board>,
    /// Which model should do this job, over all prompts.
    pub answer: Answer,
    /// All pairs of candidates with scores, on the same cases; one family for the adjustment of p.
    pub comparisons: Vec<Comparison>,
    /// Leaderboards by the values of a field, where they were asked for.
    pub slices: Option<Slices>,
    /// What is known of its judges, by name.
    pub judges: Vec<JudgeSummary>,
    /// What is told of its pairs, where the run stops early.
    pub decided: Option<Decided>,
    /// The ladders that its cases were sent up, one for each prompt.
    pub ladders: Vec<Walked>,
}

/// A leaderboard.
#[derive(Clone, Debug, PartialEq)]
pub struct Board {
    /// The prompt's id.
    pub prompt: Arc<str>,
    /// Best mean score first; candidates without any score last.
    pub rows: Vec<Row>,
}

/// A candidate's line in a leaderboard.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Position in the manifest.
    pub candidate: u32,
    /// Model, with the label where it has one; unique in its leaderboard.
    pub name: String,
    /// `provider/model`.
    pub model: String,
    /// The prompt's id.
    pub prompt: Arc<str>,
    /// True for simulated models.
    pub simulated: bool,
    /// 1 for the best mean score; equal scores share a rank. `None` without any score.
    pub rank: Option<u32>,
    /// The places that it may have in its leaderboard: those whom a paired test on the same cases finds better or worse
    /// are above or below it. `None` without any score.
    pub places: Option<RankInterval>,
    /// Not the best of its leaderboard, but not told apart from the best either.
    pub tied: bool,
    /// Trials planned.
    pub planned: u64,
    /// Trials recorded.
    pub recorded: u64,
    /// Trials by outcome, in the order of [`Outcome::ALL`]; planned trials that were never recorded are `skipped`.
    pub outcomes: [u64; Outcome::ALL.len()],
    /// Trials with a score, which is what means are over.
    pub scored: u64,
    /// Trials that pass.
    pub passed: u64,
    /// Mean score over cases.
    pub score: Estimate,
    /// Pass rate over cases.
    pub pass: Estimate,
    /// pass@k over cases, where cases are repeated: the chance that at least one of k answers passes. A case with fewer
    /// than k answered epochs is left out.
    pub pass_at: Vec<PassAt>,
    /// pass^k over cases, where cases are repeated: the chance that k answers all pass.
    pub pass_hat: Vec<PassAt>,
    /// The share of the variance of the mean score that is between epochs; `None` where some case was not repeated.
    pub between_epochs: Option<f64>,
    /// Trials without a score.
    pub missing: Missing,
    /// Trials in whose output no answer was found; at least as many, where several scorers read answers.
    pub no_answer: u64,
    /// Tokens of the answers.
    pub tokens: Tokens,
    /// What the answers cost when they were sent, also where they came from the cache now.
    pub cost: Spend,
    /// What this run paid for them.
    pub paid: Spend,
    /// Median latency in microseconds.
    pub latency_p50: Option<Percentile>,
    /// 95th percentile of the latency in microseconds.
    pub latency_p95: Option<Percentile>,
    /// Median time to the first token in microseconds.
    pub first_token_p50: Option<Percentile>,
    /// Answers from the cache.
    pub cache_hits: u64,
    /// Attempts after the first.
    pub retries: u64,
    /// What each scorer said.
    pub scorers: Vec<ScorerSummary>,
    /// Pairs of scorers that do not always agree.
    pub disagreements: Vec<Disagreement>,
    /// Trials that did not pass (skipped ones left out).
    pub failed: u64,
    /// A few of them.
    pub failures: Vec<FailureExample>,
}

/// pass@k or pass^k of a candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct PassAt {
    /// How many answers.
    pub k: u32,
    /// Its mean over cases.
    pub estimate: Estimate,
}

/// Planned trials without a score.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Missing {
    /// How many.
    pub trials: u64,
    /// Their share of the planned trials.
    pub share: f64,
    /// The mean score if all of them were 0, and if all were 1; only where more than 2 % are missing.
    pub bounds: Option<(f64, f64)>,
}

/// Sums over candidates.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Totals {
    /// Trials planned.
    pub planned: u64,
    /// Trials recorded.
    pub recorded: u64,
    /// Trials by outcome, in the order of [`Outcome::ALL`].
    pub outcomes: [u64; Outcome::ALL.len()],
    /// Tokens.
    pub tokens: Tokens,
    /// What the answers cost when they were sent.
    pub cost: Spend,
    /// What this run paid.
    pub paid: Spend,
    /// Answers from the cache.
    pub cache_hits: u64,
    /// Attempts after the first.
    pub retries: u64,
    /// Rows that belong to no candidate of the manifest; they are counted nowhere else.
    pub stray: u64,
}

impl Analysis {
    /// All rows, in reading order.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.tasks.iter().flat_map(TaskAnalysis::rows)
    }

    /// What came of the questions to all judges; `None` where there were none.
    pub fn judging(&self) -> Option<Questions> {
        let mut judges = self.tasks.iter().flat_map(|task| &task.judges).peekable();
        judges.peek()?;
        let mut questions = Questions::default();
        judges.for_each(|judge| questions.merge(&judge.questions));
        Some(questions)
    }

    /// True where every candidate is simulated (and there is one).
    pub fn is_simulated(&self) -> bool {
        let mut rows = self.rows().peekable();
        rows.peek().is_some() && rows.all(|row| row.simulated)
    }
}

impl TaskAnalysis {
    /// All rows, in reading order.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.boards.iter().flat_map(|board| &board.rows)
    }

    /// How the first of two candidates does beside the second, and the adjusted p; `None` where one has no scores.
    pub fn comparison(&self, first: u32, second: u32) -> Option<(PairedEstimate, f64)> {
        let pair = (first.min(second), first.max(second));
        let found = self.comparisons.iter().find(|known| (known.a, known.b) == pair)?;
        let estimate = found.estimate.clone();
        let turned = if first > second {
            estimate.reversed()
        } else {
            estimate
        };
        Some((turned, found.p_holm))
    }

    /// The row of that candidate.
    pub fn row(&self, candidate: u32) -> Option<&Row> {
        self.rows().find(|row| row.candidate == candidate)
    }
}

/// A name that was not seen yet: two entries of the same model without a label of their own get their position as one.
pub(super) fn tell_apart_names(seen: &mut HashMap<String, u32>, name: String) -> String {
    let count = seen.entry(name.clone()).or_insert(0);
    *count += 1;
    if *count > 1 {
        format!("{name} #{count}")
    } else {
        name
    }
}

impl Row {
    /// How many trials had that outcome.
    pub fn outcome(&self, outcome: Outcome) -> u64 {
        self.outcomes.get(outcome.index()).copied().unwrap_or(0)
    }

    /// Outcomes other than `scored` that occurred, with their counts.
    pub fn other_outcomes(&self) -> impl Iterator<Item = (Outcome, u64)> {
        Outcome::ALL
            .into_iter()
            .filter(|outcome| *outcome != Outcome::Scored)
            .map(|outcome| (outcome, self.outcome(outcome)))
            .filter(|(_, count)| *count > 0)
    }
}

impl Totals {
    /// Trials that gave no answer: the provider failed.
    pub fn provider_errors(&self) -> u64 {
        self.outcomes[Outcome::ProviderError.index()]
    }

    /// Trials that were never sent, or never recorded.
    pub fn not_sent(&self) -> u64 {
        self.outcomes[Outcome::Skipped.index()]
    }

    /// True where every planned trial has an answer, so that `bench resume` would send nothing.
    pub fn is_complete(&self) -> bool {
        self.provider_errors() == 0 && self.not_sent() == 0
    }

    /// Adds a row.
    pub(super) fn add(&mut self, row: &Row) {
        self.planned += row.planned;
        self.recorded += row.recorded;
        for (sum, count) in self.outcomes.iter_mut().zip(&row.outcomes) {
            *sum += count;
        }
        self.tokens.merge(&row.tokens);
        self.cost.merge(&row.cost);
        self.paid.merge(&row.paid);
        self.cache_hits += row.cache_hits;
        self.retries += row.retries;
    }
}
