//! The candidates of a task as points of quality and cost.

use crate::analyse::{Row, TaskAnalysis};

/// The points of a task, the cheapest first.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::report) struct FrontPoints {
    /// Candidates with a mean score and a known cost.
    pub points: Vec<FrontPoint>,
    /// Names of those that have a mean score and an unknown cost, so that they have no place in the drawing.
    pub unknown: Vec<String>,
}

/// A candidate in the drawing.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::report) struct FrontPoint {
    /// The candidate's name, with its prompt where the task has several.
    pub name: String,
    /// Cost of an answered trial in dollars.
    pub dollars: f64,
    /// The same as text.
    pub price: String,
    /// Mean score.
    pub mean: f64,
    /// Its interval, where there is one.
    pub interval: Option<(f64, f64)>,
    /// By the means alone: the point of a candidate that is at least as good at no more cost, and better in one of them.
    /// `None` where nobody is.
    pub beaten_by: Option<usize>,
}

impl FrontPoints {
    /// The points of all leaderboards of a task.
    pub(in crate::report) fn of(task: &TaskAnalysis) -> Self {
        let several = task.boards.len() > 1;
        let called = |row: &Row| {
            if several {
                format!("{} ({})", row.name, row.prompt)
            } else {
                row.name.clone()
            }
        };
        let mut points = Vec::new();
        let mut unknown = Vec::new();
        for row in task.rows() {
            let Some(mean) = row.score.mean else { continue };
            match row.cost.per_trial().known() {
                Some(cost) => points.push(FrontPoint {
                    name: called(row),
                    dollars: cost.0 as f64 / 1e12,
                    price: cost.to_string(),
                    mean,
                    interval: row.score.interval(),
                    beaten_by: None,
                }),
                None => unknown.push(called(row)),
            }
        }
        points.sort_by(|a, b| a.dollars.total_cmp(&b.dollars).then(b.mean.total_cmp(&a.mean)));
        let beaten: Vec<Option<usize>> = points.iter().map(|point| best_over(&points, point)).collect();
        for (point, beaten_by) in points.iter_mut().zip(beaten) {
            point.beaten_by = beaten_by;
        }
        Self { points, unknown }
    }

    /// True where there is something to compare.
    pub(in crate::report) fn is_telling(&self) -> bool {
        self.points.len() > 1
    }

    /// What stands beside a point: whether paying more buys anything, by the means alone.
    pub(in crate::report) fn words(&self, point: &FrontPoint, name: &dyn Fn(&str) -> String) -> String {
        let beaten_by = point.beaten_by.and_then(|at| self.points.get(at));
        match beaten_by {
            None => "none is both cheaper and better".to_owned(),
            Some(other) if other.dollars < point.dollars && other.mean > point.mean => {
                format!("{} is cheaper and better", name(&other.name))
            }
            Some(other) if other.dollars < point.dollars => {
                format!("{} is cheaper and as good", name(&other.name))
            }
            Some(other) => format!("{} is better at the same cost", name(&other.name)),
        }
    }
}

/// Of those that beat a point, the one with the best mean.
fn best_over(points: &[FrontPoint], point: &FrontPoint) -> Option<usize> {
    let beats = |other: &FrontPoint| {
        other.dollars <= point.dollars
            && other.mean >= point.mean
            && (other.dollars < point.dollars || other.mean > point.mean)
    };
    let mut best: Option<(usize, f64)> = None;
    for (at, other) in points.iter().enumerate().filter(|(_, other)| beats(other)) {
        if best.is_none_or(|(_, mean)| other.mean > mean) {
            best = Some((at, other.mean));
        }
    }
    best.map(|(at, _)| at)
}
