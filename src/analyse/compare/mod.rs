//! Two candidates on the same cases: differences with their intervals, a verdict in words, and what changed beside the
//! scores. Knows grids only, so that results of another harness compare like stored runs.

mod align;
mod changes;
mod holm;
mod outcomes;
mod overall;
mod ratio;
mod task;
mod verdict;

#[cfg(test)]
mod tests;

pub use align::{Aligned, AlignedCase, align};
pub use changes::{CaseChanges, Change, ChangeKind, candidate_changes, case_changes, task_changes};
pub use outcomes::{OutcomeChange, Outcomes};
pub use overall::Overall;
pub use ratio::{Ratio, Ratios};
pub use task::{Differences, Exact, Flip, TaskComparison};
pub use verdict::Verdict;

use super::Grid;
use std::sync::Arc;

/// One side of a comparison in one task.
#[derive(Clone, Copy, Debug)]
pub struct Arm<'a> {
    /// Scores of the task.
    pub grid: &'a Grid,
    /// The candidate's column.
    pub column: usize,
    /// What became of the trials, where it was kept.
    pub outcomes: Option<&'a Outcomes>,
    /// Whether planned cases were never recorded, so that a case which only the other side has counts as missing here.
    pub incomplete: bool,
}

/// What a comparison asks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CompareOptions {
    /// Differences up to this are as good as none; above 0.
    pub margin: f64,
    /// Two-sided level of intervals.
    pub alpha: f64,
    /// Cases whose verdict flipped that are kept for each direction.
    pub flips: usize,
}

/// The tasks of two candidates.
#[derive(Clone, Debug)]
pub struct TaskArms<'a> {
    /// The task's name.
    pub task: Arc<str>,
    /// The first side.
    pub a: Arm<'a>,
    /// The second side; differences are this one's minus the first one's.
    pub b: Arm<'a>,
}

/// Two candidates compared.
#[derive(Clone, Debug)]
pub struct PairComparison {
    /// The first candidate's name.
    pub a: String,
    /// The second candidate's name.
    pub b: String,
    /// Whether the first one is simulated.
    pub simulated_a: bool,
    /// Whether the second one is.
    pub simulated_b: bool,
    /// Task by task.
    pub tasks: Vec<TaskComparison>,
    /// All tasks together, each with the same weight; `None` for a single task.
    pub overall: Option<Overall>,
}

impl PairComparison {
    /// Compares two candidates on all tasks that both have.
    pub fn of(names: (String, String), arms: &[TaskArms<'_>], options: &CompareOptions) -> Self {
        let mut ratios = Ratios::default();
        let tasks: Vec<TaskComparison> = arms
            .iter()
            .map(|arms| TaskComparison::of(arms, options, &mut ratios))
            .collect();
        let simulated = |first: bool| {
            arms.iter().any(|arms| {
                let arm = if first { &arms.a } else { &arms.b };
                let candidate = arm.grid.candidates.get(arm.column);
                candidate.is_some_and(|candidate| candidate.simulated)
            })
        };
        Self {
            a: names.0,
            b: names.1,
            simulated_a: simulated(true),
            simulated_b: simulated(false),
            overall: Overall::of(&tasks, &ratios, options),
            tasks,
        }
    }

    /// Whether one of them is simulated.
    pub fn simulated(&self) -> bool {
        self.simulated_a || self.simulated_b
    }

    /// The verdict over all tasks, or that of the only one.
    pub fn verdict(&self) -> Verdict {
        match (&self.overall, self.tasks.as_slice()) {
            (Some(overall), _) => overall.verdict,
            (None, [task]) => task.verdict,
            (None, _) => Verdict::NoData,
        }
    }
}

/// All pairs that were asked for.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The margin below which a difference is as good as none.
    pub margin: f64,
    /// Two-sided level of intervals.
    pub alpha: f64,
    /// The pairs, in the order asked for.
    pub pairs: Vec<PairComparison>,
}

impl Comparison {
    /// Gathers the pairs and adjusts the p-values of each task (and of the averages) for their number.
    pub fn of(pairs: Vec<PairComparison>, options: &CompareOptions) -> Self {
        let mut comparison = Self {
            margin: options.margin,
            alpha: options.alpha,
            pairs,
        };
        holm::adjust(&mut comparison.pairs);
        comparison
    }
}
