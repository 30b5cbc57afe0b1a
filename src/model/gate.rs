//! Rules of a quality gate.

use camino::Utf8PathBuf;
use std::collections::BTreeMap;

/// What a workspace gates by.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gate {
    /// What a run is held against, where the command line names nothing else.
    pub baseline: Baseline,
    /// Candidates that are gated; all of a run where none is named.
    pub candidates: Vec<String>,
    /// Confidence of each decision; 0.95 where absent.
    pub confidence: Option<f64>,
    /// Rules over all tasks together.
    pub all_tasks: Option<GateRules>,
    /// Rules of each task that has none of its own for the same thing.
    pub each_task: Option<GateRules>,
}

/// What a run is held against.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// A run; the gated run itself where only a candidate is named.
    pub run: Option<String>,
    /// A candidate of it; the same one as gated where absent.
    pub candidate: Option<String>,
}

/// Rules about one task, or about all together. Absent ones are not checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GateRules {
    /// The score is not worse than the baseline's by more than this margin.
    pub not_worse_by: Option<f64>,
    /// The score is better than the baseline's.
    pub improve: bool,
    /// The score is not proven to be worse than the baseline's.
    pub no_regression: bool,
    /// The mean score is at least this.
    pub min_score: Option<f64>,
    /// The pass rate is at least this.
    pub min_pass_rate: Option<f64>,
    /// The cost in terms of the baseline's is at most this.
    pub max_cost_ratio: Option<f64>,
    /// Percentiles of the latency, in percent and seconds, that are not exceeded.
    pub max_latency: Vec<(u32, f64)>,
    /// The share of trials with an error (of provider, scorer or judge) is at most this.
    pub max_error_rate: Option<f64>,
    /// Every case passes so many of its epochs.
    pub each_case: Option<EachCase>,
    /// Globs over ids of cases that pass in every epoch.
    pub must_pass: Vec<String>,
    /// Where each rule is written, by its key: `improve`, `max_latency.p95`.
    pub places: BTreeMap<String, GatePlace>,
}

/// How many epochs of each case pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EachCase {
    /// At least so many pass.
    pub pass: u32,
    /// Of so many.
    pub of: u32,
}

/// Where a rule is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatePlace {
    /// The file, relative to the workspace where it lies inside.
    pub file: Utf8PathBuf,
    /// The line, from 1.
    pub line: usize,
}

impl GateRules {
    /// Whether nothing is checked.
    pub fn is_empty(&self) -> bool {
        let bare = Self {
            places: self.places.clone(),
            ..Self::default()
        };
        *self == bare
    }

    /// Whether a rule speaks of the baseline.
    pub fn needs_baseline(&self) -> bool {
        self.not_worse_by.is_some() || self.improve || self.no_regression || self.max_cost_ratio.is_some()
    }

    /// These rules over those: what is given here holds, the rest comes from there.
    #[must_use]
    pub fn over(&self, other: &Self) -> Self {
        let list = |own: &Vec<String>, others: &Vec<String>| {
            if own.is_empty() {
                others.clone()
            } else {
                own.clone()
            }
        };
        Self {
            not_worse_by: self.not_worse_by.or(other.not_worse_by),
            improve: self.improve || other.improve,
            no_regression: self.no_regression || other.no_regression,
            min_score: self.min_score.or(other.min_score),
            min_pass_rate: self.min_pass_rate.or(other.min_pass_rate),
            max_cost_ratio: self.max_cost_ratio.or(other.max_cost_ratio),
            max_latency: if self.max_latency.is_empty() {
                other.max_latency.clone()
            } else {
                self.max_latency.clone()
            },
            max_error_rate: self.max_error_rate.or(other.max_error_rate),
            each_case: self.each_case.or(other.each_case),
            must_pass: list(&self.must_pass, &other.must_pass),
            places: other
                .places
                .clone()
                .into_iter()
                .chain(self.places.clone())
                .collect(),
        }
    }
}
