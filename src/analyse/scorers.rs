//! Means of each scorer and of its named figures.

use crate::model::{Score, ScoreEntry};
use std::sync::Arc;

/// Scorers told apart for one candidate. Cases may bring scorers of their own; beyond this many names the rest is
/// not told apart, so that memory stays bounded.
const MOST_SCORERS: usize = 128;
/// Named figures told apart for one scorer.
const MOST_NAMED: usize = 64;
/// Name of what is not told apart.
const OTHERS: &str = "(others)";

/// What one scorer said over the trials of a candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct ScorerSummary {
    /// Its name.
    pub name: Arc<str>,
    /// Its weight in the weighted mean.
    pub weight: f64,
    /// Trials with a score of it.
    pub n: u64,
    /// Mean of its scores; `None` without any.
    pub mean: Option<f64>,
    /// Scores that pass.
    pub passed: u64,
    /// Trials in which it failed.
    pub errors: u64,
    /// Trials in which it found no answer in the output.
    pub no_answer: u64,
    /// Means of its named figures, in order of first appearance.
    pub named: Vec<NamedMean>,
}

/// Mean of a named figure.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedMean {
    /// Its name.
    pub name: String,
    /// Its mean over the trials that have it.
    pub mean: f64,
    /// Trials that have it.
    pub n: u64,
}

/// Sums of one scorer.
#[derive(Clone, Debug)]
pub(super) struct ScorerTally {
    name: Arc<str>,
    weight: f64,
    n: u64,
    sum: f64,
    passed: u64,
    errors: u64,
    unparseable: u64,
    /// Scores with an answer that was read out of the output.
    read: u64,
    named: Vec<NamedSum>,
}

#[derive(Clone, Debug)]
struct NamedSum {
    name: String,
    sum: f64,
    n: u64,
}

/// Sums of all scorers of a candidate.
#[derive(Clone, Debug, Default)]
pub(super) struct ScorerTallies {
    scorers: Vec<ScorerTally>,
}

impl ScorerTallies {
    /// Adds what the scorers said of one trial.
    pub(super) fn add(&mut self, entries: &[ScoreEntry]) {
        for (position, entry) in entries.iter().enumerate() {
            let position = self.position(position, entry);
            if let Some(tally) = self.scorers.get_mut(position) {
                tally.add(entry);
            }
        }
    }

    /// Where that scorer's sums are; nearly always at the same position as in the trial before.
    fn position(&mut self, likely: usize, entry: &ScoreEntry) -> usize {
        if self
            .scorers
            .get(likely)
            .is_some_and(|tally| tally.name == entry.scorer)
        {
            return likely;
        }
        let find =
            |scorers: &[ScorerTally], name: &str| scorers.iter().position(|tally| *tally.name == *name);
        if let Some(position) = find(&self.scorers, &entry.scorer) {
            return position;
        }
        let name: Arc<str> = if self.scorers.len() < MOST_SCORERS {
            entry.scorer.clone()
        } else if let Some(position) = find(&self.scorers, OTHERS) {
            return position;
        } else {
            OTHERS.into()
        };
        self.scorers.push(ScorerTally::new(name, entry.weight));
        self.scorers.len() - 1
    }

    /// Names of the scorers that read an answer out of the output, as far as these trials show.
    pub(super) fn readers(&self) -> impl Iterator<Item = &Arc<str>> {
        self.scorers
            .iter()
            .filter(|tally| tally.read > 0)
            .map(|tally| &tally.name)
    }

    /// The summaries, in order of first appearance. `readers`: scorers of the task that read answers; a score of
    /// theirs without an answer is one that found none.
    pub(super) fn summaries(&self, readers: &[Arc<str>]) -> Vec<ScorerSummary> {
        self.scorers
            .iter()
            .map(|tally| tally.summary(readers.contains(&tally.name)))
            .collect()
    }
}

impl ScorerTally {
    fn new(name: Arc<str>, weight: f64) -> Self {
        Self {
            name,
            weight,
            n: 0,
            sum: 0.0,
            passed: 0,
            errors: 0,
            unparseable: 0,
            read: 0,
            named: Vec::new(),
        }
    }

    fn add(&mut self, entry: &ScoreEntry) {
        match &entry.result {
            Ok(score) => {
                self.n += 1;
                self.sum += score.value;
                self.passed += u64::from(score.pass);
                self.read += u64::from(score.answer.is_some());
                self.add_named(score);
            }
            Err(error) if error.unparseable => self.unparseable += 1,
            Err(_) => self.errors += 1,
        }
    }

    fn add_named(&mut self, score: &Score) {
        for (position, (name, value)) in score.named.iter().enumerate() {
            let known = match self.named.get(position) {
                Some(sum) if sum.name == *name => Some(position),
                _ => self.named.iter().position(|sum| sum.name == *name),
            };
            let position = known.unwrap_or(self.named.len());
            if known.is_none() && self.named.len() < MOST_NAMED {
                self.named.push(NamedSum {
                    name: name.to_string(),
                    sum: 0.0,
                    n: 0,
                });
            }
            if let Some(sum) = self.named.get_mut(position) {
                sum.sum += value;
                sum.n += 1;
            }
        }
    }

    fn summary(&self, reads: bool) -> ScorerSummary {
        let silent = if reads { self.n - self.read } else { 0 };
        ScorerSummary {
            name: self.name.clone(),
            weight: self.weight,
            n: self.n,
            mean: (self.n > 0).then(|| self.sum / self.n as f64),
            passed: self.passed,
            errors: self.errors,
            no_answer: self.unparseable + silent,
            named: self
                .named
                .iter()
                .map(|sum| NamedMean {
                    name: sum.name.clone(),
                    mean: sum.sum / sum.n as f64,
                    n: sum.n,
                })
                .collect(),
        }
    }
}
