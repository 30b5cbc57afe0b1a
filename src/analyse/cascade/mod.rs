//! Try, validate, escalate: what a ladder of models would have given, from trials that are stored.
//!
//! A ladder sends a case to its first model. Where the answer is accepted it is the ladder's, else the next model is asked;
//! the answer of the last one is taken as it is. Every rung that was asked is paid for and waited for.

mod simulate;
mod table;
mod walked;

use super::{Absence, Span};
use crate::stats::Decision;

pub use simulate::{count_ladders, simulate};
pub use table::{Attempt, CascadeCandidate, CascadeTable};
pub use walked::{Walked, WalkedRung, walk};

/// How ladders are made and judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CascadeRules {
    /// Models in a ladder, at most.
    pub rungs: usize,
    /// How much worse than the best single model a ladder may be.
    pub margin: f64,
    /// Chance that a ladder that is worse than that is called not worse.
    pub alpha: f64,
}

/// What ladders of the candidates of one task and prompt would have given.
#[derive(Clone, Debug, PartialEq)]
pub struct Cascade {
    /// Cases that all candidates have an answer for.
    pub cases: u64,
    /// Cases that one of them lacks.
    pub left_out: u64,
    /// Whether everybody is simulated.
    pub simulated: bool,
    /// The candidates that ladders are made of, the cheapest first.
    pub candidates: Vec<CascadeCandidate>,
    /// Those that are in no ladder.
    pub absent: Vec<(CascadeCandidate, Absence)>,
    /// All ladders, single models among them, the cheapest first.
    pub ladders: Vec<Ladder>,
    /// The single model with the best mean score: position in `ladders`.
    pub best: Option<usize>,
    /// The cheapest ladder that is not worse than it by more than the margin: position in `ladders`. It may be that model.
    pub chosen: Option<usize>,
    /// Whether a ladder may ask a judge, whose latency is not known.
    pub judged: bool,
}

/// A ladder, and what it would have given.
#[derive(Clone, Debug, PartialEq)]
pub struct Ladder {
    /// Positions in [`Cascade::candidates`], in the order in which they are asked.
    pub rungs: Vec<usize>,
    /// Mean score of what comes out, where nothing usable is worth 0.
    pub quality: Span,
    /// Mean cost of a case, in dollars, over all rungs that were asked.
    pub cost: Span,
    /// Mean latency of a case, in seconds, over all rungs that were asked; `None` where it is unknown.
    pub latency: Option<Span>,
    /// Share of the trials that each rung answers.
    pub answers: Vec<f64>,
    /// Share of the trials of which nothing usable comes out.
    pub unusable: f64,
    /// Against the best single model.
    pub against: Against,
    /// Whether no other ladder is at least as good and as cheap and better in one of them, by the means.
    pub on_front: bool,
}

/// A ladder beside the best single model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Against {
    /// Mean difference in score, ladder - best; each bound holds with confidence 1 - alpha.
    pub difference: Span,
    /// Not worse by more than the margin (`Pass`), worse (`Fail`), or not to be told. The best itself passes.
    pub decision: Decision,
    /// Cases that would be needed to tell, if the difference is what was seen; `None` where no number would do.
    pub cases_needed: Option<u64>,
    /// How many times cheaper than the best; `None` where its cost is 0.
    pub saving: Option<f64>,
}

#[cfg(test)]
mod tests;
