//! Runs that stop once their pairs of candidates are decided: which cases come when, who is asked about them, and what is
//! told of the pairs. All of it follows from the manifest and the stored scores, so that a resumed run and a report come
//! to what the run itself saw.

mod blocks;
mod replay;

pub use blocks::{UnitCounter, block_of, unit_key};
pub use replay::{against_of, replay};

use crate::stats::Told;

/// What is told of the pairs of a task.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decided {
    /// Candidates whose mean scores differ by no more than this are the same.
    pub margin: f64,
    /// Chance that anything that is told of the task's pairs is wrong.
    pub alpha: f64,
    /// Position of the candidate that all others are held against, for each prompt.
    pub against: Vec<u32>,
    /// Units in all: cases, or clusters of cases.
    pub units: u64,
    /// Whether units are clusters.
    pub clustered: bool,
    /// Candidates, in the order of the manifest.
    pub candidates: Vec<Asked>,
    /// The pairs that were to be decided.
    pub pairs: Vec<DecidedPair>,
}

/// How far a candidate was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its position in the manifest.
    pub candidate: u32,
    /// Blocks that it was to answer.
    pub blocks: usize,
    /// Cases of these blocks.
    pub cases: u64,
    /// The block of which it has no record of every trial; it is asked nothing beyond.
    pub stalled: Option<usize>,
    /// A candidate that is proven to be better than it, where every pair is decided.
    pub beaten_by: Option<u32>,
}

/// Two candidates, and what is told of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DecidedPair {
    /// Position of one candidate in the manifest.
    pub a: u32,
    /// Position of the other; the one that all are held against, where there is one.
    pub b: u32,
    /// What came of it.
    pub end: PairEnd,
    /// Units that both answered.
    pub units: u64,
    /// Cases that both answered.
    pub cases: u64,
    /// Those of these cases of which a score is missing.
    pub incomplete: u64,
    /// Mean difference a - b over the units that both answered, each of which counts the same; `None` where a score is missing.
    pub difference: Option<f64>,
    /// Limits of the mean difference over all units of the task. Those of all pairs of a task hold together, at every moment
    /// at once, with confidence 1 - alpha.
    pub limits: (f64, f64),
}

/// What came of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairEnd {
    /// It was told after so many units.
    Told(Told, u64),
    /// One of the two is beaten by another candidate, so it is of no interest any more.
    Moot,
    /// Not all trials of a block were recorded: the run was stopped, or a candidate was given up.
    Stalled,
    /// All cases were answered, and missing scores leave it open.
    Open,
}

impl Decided {
    /// Whether nothing is left to be asked for a decision.
    pub fn is_settled(&self) -> bool {
        self.candidates.iter().all(|asked| asked.stalled.is_none())
    }

    /// Candidates that no other is proven to be better than.
    pub fn unbeaten(&self) -> impl Iterator<Item = &Asked> {
        self.candidates.iter().filter(|asked| asked.beaten_by.is_none())
    }
}

#[cfg(test)]
mod tests;
