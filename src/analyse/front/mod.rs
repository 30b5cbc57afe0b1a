//! Quality against cost and against latency: which candidates nobody beats on both, and how sure that is.

mod contenders;
mod points;

use super::Grid;
use crate::stats::FrontPlace;
use contenders::Contender;

/// Intervals are two-sided with 95 % confidence.
const ALPHA: f64 = 0.05;

/// The fronts of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fronts {
    /// One entry per task, in the order of the manifest; `None` where the task has one candidate only.
    pub tasks: Vec<Option<FrontPair>>,
    /// Averages over all tasks, each of which counts the same; `None` with one task, or where fewer than two models ran all.
    pub overall: Option<FrontPair>,
}

/// Both fronts of the same candidates.
#[derive(Clone, Debug, PartialEq)]
pub struct FrontPair {
    /// Quality against dollars a trial.
    pub cost: Front,
    /// Quality against seconds a trial.
    pub latency: Front,
}

/// What quality is set against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrontAxis {
    /// Dollars a trial.
    Cost,
    /// Seconds a trial.
    Latency,
}

/// Candidates on the same cases.
#[derive(Clone, Debug, PartialEq)]
pub struct Front {
    /// What quality is set against.
    pub axis: FrontAxis,
    /// The candidates, the cheapest (fastest) first.
    pub points: Vec<FrontPoint>,
    /// The candidate from which on more money (time) buys less quality: position in `points`.
    pub knee: Option<usize>,
    /// Cases that all of them have a score and a cost (latency) for.
    pub cases: u64,
    /// Cases that one of them lacks.
    pub left_out: u64,
    /// Tasks that the numbers are averages over.
    pub tasks: u64,
    /// Candidates that are not in it.
    pub absent: Vec<FrontAbsent>,
    /// True where the cases are too few for the bootstrap to be trusted: under 30 cases, or under 10 clusters, in a task.
    pub few: bool,
}

/// A candidate in a front.
#[derive(Clone, Debug, PartialEq)]
pub struct FrontPoint {
    /// Position in the manifest; over all tasks that in the first.
    pub candidate: u32,
    /// As leaderboards name it.
    pub name: String,
    /// The prompt's id; over all tasks empty where they share none.
    pub prompt: String,
    /// True for simulated models.
    pub simulated: bool,
    /// Mean score.
    pub quality: Span,
    /// Mean cost in dollars, or latency in seconds.
    pub cost: Span,
    /// Whether no other candidate is at least as good on both and better on one, by the means.
    pub on_front: bool,
    /// True where its scores do not vary: what it gets wrong was not seen, and no bootstrap shows it.
    pub degenerate: bool,
    /// How sure that is; `None` with one candidate, or where all cases of a task are in one cluster.
    pub chance: Option<FrontChance>,
}

/// What the bootstrap says of a candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct FrontChance {
    /// On the front, off it, or not to be told.
    pub place: FrontPlace,
    /// Share of replicates in which it is on the front.
    pub on_front: f64,
    /// Share of replicates in which its quality is the best; ties share.
    pub best: f64,
    /// Position in `points` of the one that beats it most often, and the share of replicates.
    pub dominated_by: Option<(usize, f64)>,
}

/// A number with its 95 % interval.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Span {
    /// The number.
    pub value: f64,
    /// Lower bound; `None` where the data give no interval.
    pub low: Option<f64>,
    /// Upper bound.
    pub high: Option<f64>,
}

/// A candidate that is in no front.
#[derive(Clone, Debug, PartialEq)]
pub struct FrontAbsent {
    /// As leaderboards name it.
    pub name: String,
    /// The prompt's id.
    pub prompt: String,
    /// Why.
    pub why: Absence,
}

/// Why a candidate is not in a front.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// It has no score.
    NoScore,
    /// It has a score for fewer than half of the cases: in the front, most cases of all others would be left out.
    FewScores {
        /// Cases with a score.
        scored: u64,
        /// Cases that others have a score for.
        of: u64,
    },
    /// The cost of some of its answers is unknown.
    UnknownCost,
    /// The latency of some of its answers is unknown.
    UnknownLatency,
    /// It did not run all tasks.
    NotAllTasks,
}

impl Absence {
    /// The word used in documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoScore => "no-score",
            Self::FewScores { .. } => "few-scores",
            Self::UnknownCost => "unknown-cost",
            Self::UnknownLatency => "unknown-latency",
            Self::NotAllTasks => "not-all-tasks",
        }
    }
}

/// The fronts of each task, and over all of them where there are several. The same grids and seed give the same fronts on
/// any number of threads.
pub fn fronts(grids: &[Grid], seed: u64) -> Fronts {
    let pair = |grids: &[&Grid], contenders: &[Contender], absent: &[FrontAbsent]| FrontPair {
        cost: points::front(FrontAxis::Cost, grids, contenders, absent, seed),
        latency: points::front(FrontAxis::Latency, grids, contenders, absent, seed),
    };
    let task = |grid: &Grid| {
        let contenders = contenders::of_task(grid);
        (contenders.len() > 1).then(|| pair(&[grid], &contenders, &[]))
    };
    let overall = || {
        let all: Vec<&Grid> = grids.iter().collect();
        let (contenders, absent) = contenders::of_all(grids);
        (grids.len() > 1 && contenders.len() > 1).then(|| pair(&all, &contenders, &absent))
    };
    Fronts {
        tasks: grids.iter().map(task).collect(),
        overall: overall(),
    }
}

#[cfg(test)]
mod tests;
