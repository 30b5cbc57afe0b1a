//! What was said of outputs, as it was written.

use crate::model::Mark;
use crate::stats::REPLICATES;
use std::sync::Arc;

/// Everything that is compared.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// The people, by number; empty names are those that the file does not tell.
    pub raters: Vec<Arc<str>>,
    /// The outputs, or pairs of outputs.
    pub units: Vec<Unit>,
}

/// One output, or one pair of outputs, with all that was said of it.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Units with the same number are not independent.
    pub cluster: u32,
    /// The share of outputs like this one that were labelled; 1 where labels were not drawn by bands.
    pub probability: f64,
    /// What people said: number of the rater, verdict, and the line where it stands.
    pub human: Vec<(u32, Mark, usize)>,
    /// What the judge said of one output.
    pub alone: Option<Said>,
    /// What it said of a pair with the judged output in the first place.
    pub first: Option<Said>,
    /// What it said of a pair with the judged output in the second place.
    pub second: Option<Said>,
}

impl Default for Unit {
    fn default() -> Self {
        Self {
            cluster: 0,
            probability: 1.0,
            human: Vec::new(),
            alone: None,
            first: None,
            second: None,
        }
    }
}

/// A verdict of the judge.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// The verdict: a number on the judge's scale, or a word.
    pub mark: Mark,
    /// Whether it passes the output, where it said so.
    pub pass: Option<bool>,
    /// The category that it chose, where it chose one and gave a number for it.
    pub category: Option<Arc<str>>,
}

impl Said {
    /// A verdict that is known as it was written only.
    pub fn written(mark: Mark) -> Self {
        Self {
            mark,
            pass: None,
            category: None,
        }
    }
}

/// How intervals are resampled that no formula gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resampling {
    /// Replicates; with fewer than two there are no such intervals.
    pub replicates: u64,
    /// Seed of the draws.
    pub seed: u64,
}

impl Default for Resampling {
    fn default() -> Self {
        Self {
            replicates: REPLICATES,
            seed: 1,
        }
    }
}
