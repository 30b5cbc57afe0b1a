//! Scores of a task by case and candidate, epochs averaged: what paired statistics are made from. An index: some 48
//! bytes for each case and candidate, whatever the texts.

use crate::model::Outcome;
use std::collections::HashMap;
use std::sync::Arc;

/// Scores of one task, of any source: a stored run, or results of another harness.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    /// The task's name.
    pub task: Arc<str>,
    /// Whether the task names a cluster field.
    pub clustered: bool,
    /// Epochs that were planned.
    pub epochs: u32,
    /// The cases, in the order in which they came.
    pub cases: Vec<GridCase>,
    /// The candidates, in the order in which they were declared.
    pub candidates: Vec<GridCandidate>,
    /// By candidate, then by case.
    cells: Vec<Vec<Cell>>,
    by_id: HashMap<Arc<str>, u32>,
    clusters: HashMap<Box<str>, u32>,
}

/// A case of a grid.
#[derive(Clone, Debug, PartialEq)]
pub struct GridCase {
    /// Its id, unique in the task.
    pub id: Arc<str>,
    /// Its cluster's number; a case that names none is its own, with a number that no other has.
    pub cluster: u32,
    /// Hash of its content; 0 where the source has none.
    pub hash: u64,
}

/// A candidate of a grid.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GridCandidate {
    /// Position in the source (the manifest's, for a stored run).
    pub position: u32,
    /// As leaderboards name it.
    pub name: String,
    /// `provider/model`.
    pub model: String,
    /// The prompt's id; empty where the source knows none.
    pub prompt: String,
    /// True for simulated models.
    pub simulated: bool,
}

/// All epochs of one case and candidate.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cell {
    /// Trials recorded.
    pub trials: u32,
    /// Trials with a score.
    pub scored: u32,
    /// Trials that pass.
    pub passed: u32,
    /// Sum of the scores.
    pub sum: f64,
    /// Sum of the squared scores, for the spread between epochs.
    pub squares: f64,
    /// Trials whose cost is known.
    pub priced: u32,
    /// Trials whose latency is known.
    pub timed: u32,
    /// Sum of the known costs, in dollars.
    pub dollars: f64,
    /// Sum of the known latencies, in seconds.
    pub seconds: f64,
    /// Outcome of the last trial that has no score.
    pub failed: Option<Outcome>,
}

/// What a trial adds to a grid.
#[derive(Clone, Copy, Debug)]
pub struct GridTrial {
    /// What became of it.
    pub outcome: Outcome,
    /// Its score, where it has one.
    pub score: Option<f64>,
    /// Whether it passes.
    pub pass: Option<bool>,
    /// What it cost in dollars; `None` is unknown.
    pub dollars: Option<f64>,
    /// How long it took in seconds; `None` is unknown.
    pub seconds: Option<f64>,
}

impl Cell {
    /// The mean over its epochs; `None` without any score.
    pub fn mean(&self) -> Option<f64> {
        (self.scored > 0).then(|| self.sum / f64::from(self.scored))
    }

    /// The share of its scored epochs that pass.
    pub fn pass_rate(&self) -> Option<f64> {
        (self.scored > 0).then(|| f64::from(self.passed) / f64::from(self.scored))
    }

    /// The variance between its epochs (divisor K - 1); `None` with fewer than two scores.
    pub fn variance(&self) -> Option<f64> {
        if self.scored < 2 {
            return None;
        }
        let k = f64::from(self.scored);
        Some(((self.squares - self.sum * self.sum / k) / (k - 1.0)).max(0.0))
    }

    /// Mean cost of a trial in dollars, of those whose cost is known.
    pub fn mean_dollars(&self) -> Option<f64> {
        (self.priced > 0).then(|| self.dollars / f64::from(self.priced))
    }

    /// Mean latency of a trial in seconds, of those whose latency is known.
    pub fn mean_seconds(&self) -> Option<f64> {
        (self.timed > 0).then(|| self.seconds / f64::from(self.timed))
    }

    /// The least and the largest mean that it can have with that many epochs, whatever its missing trials would have scored.
    pub fn bounds(&self, epochs: u32) -> (f64, f64) {
        let planned = f64::from(epochs.max(self.trials).max(1));
        let missing = planned - f64::from(self.scored);
        (self.sum / planned, (self.sum + missing) / planned)
    }

    fn add(&mut self, trial: &GridTrial) {
        self.trials += 1;
        match trial.score.filter(|score| score.is_finite()) {
            Some(score) => {
                let score = score.clamp(0.0, 1.0);
                self.scored += 1;
                self.sum += score;
                self.squares += score * score;
                self.passed += u32::from(trial.pass == Some(true));
            }
            None => self.failed = Some(trial.outcome),
        }
        if let Some(dollars) = trial.dollars {
            self.priced += 1;
            self.dollars += dollars;
        }
        if let Some(seconds) = trial.seconds {
            self.timed += 1;
            self.seconds += seconds;
        }
    }
}

impl Grid {
    /// An empty grid of a task with those candidates.
    pub fn new(task: Arc<str>, clustered: bool, epochs: u32, candidates: Vec<GridCandidate>) -> Self {
        Self {
            task,
            clustered,
            epochs,
            cells: vec![Vec::new(); candidates.len()],
            candidates,
            ..Self::default()
        }
    }

    /// The same with the candidates that fit only.
    pub fn with_candidates(mut self, fits: impl Fn(&GridCandidate) -> bool) -> Self {
        let columns = std::mem::take(&mut self.candidates)
            .into_iter()
            .zip(std::mem::take(&mut self.cells));
        (self.candidates, self.cells) = columns.filter(|(candidate, _)| fits(candidate)).unzip();
        self
    }

    /// The row of a case, added where it is new.
    pub fn case(&mut self, id: &str, cluster: Option<&str>, hash: u64) -> usize {
        if let Some(at) = self.by_id.get(id) {
            return *at as usize;
        }
        let at = self.cases.len();
        // Numbers of named clusters are even, those of cases on their own odd, so that they never meet.
        let own = (at as u32).wrapping_mul(2) | 1;
        let cluster = match cluster {
            Some(name) => {
                let next = (self.clusters.len() as u32).wrapping_mul(2);
                *self.clusters.entry(name.into()).or_insert(next)
            }
            None => own,
        };
        let id: Arc<str> = id.into();
        self.by_id.insert(id.clone(), at as u32);
        self.cases.push(GridCase { id, cluster, hash });
        at
    }

    /// Adds a candidate that the source did not declare; returns its column.
    pub fn candidate(&mut self, candidate: GridCandidate) -> usize {
        self.candidates.push(candidate);
        self.cells.push(Vec::new());
        self.candidates.len() - 1
    }

    /// Adds a trial of a case (as [`Grid::case`] numbers it) and a candidate (by column).
    pub fn add(&mut self, case: usize, candidate: usize, trial: &GridTrial) {
        if let Some(column) = self.cells.get_mut(candidate) {
            if column.len() <= case {
                column.resize(case + 1, Cell::default());
            }
            if let Some(cell) = column.get_mut(case) {
                cell.add(trial);
            }
        }
    }

    /// The cell of a case and a candidate; an empty one where nothing was recorded.
    pub fn cell(&self, case: usize, candidate: usize) -> Cell {
        self.cells
            .get(candidate)
            .and_then(|column| column.get(case))
            .copied()
            .unwrap_or_default()
    }

    /// The row of the case with that id.
    pub fn find_case(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).map(|at| *at as usize)
    }

    /// One candidate's mean score by case.
    pub fn means(&self, candidate: usize) -> impl Iterator<Item = Option<f64>> + '_ {
        (0..self.cases.len()).map(move |case| self.cell(case, candidate).mean())
    }

    /// The same as [`Grid::clusters`], numbered 0, 1, 2.. in the order in which clusters first come.
    pub fn dense_clusters(&self) -> Option<Vec<u32>> {
        let mut numbers: HashMap<u32, u32> = HashMap::new();
        let mut dense = |cluster: u32| {
            let next = numbers.len() as u32;
            *numbers.entry(cluster).or_insert(next)
        };
        let clusters = self.clusters()?;
        Some(clusters.into_iter().map(&mut dense).collect())
    }

    /// Cluster numbers by case, where the task has clusters.
    pub fn clusters(&self) -> Option<Vec<u32>> {
        self.clustered
            .then(|| self.cases.iter().map(|case| case.cluster).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trial(score: Option<f64>) -> GridTrial {
        GridTrial {
            outcome: if score.is_some() {
                Outcome::Scored
            } else {
                Outcome::ProviderError
            },
            score,
            pass: score.map(|score| score >= 0.5),
            dollars: Some(0.5),
            seconds: None,
        }
    }

    #[test]
    fn epochs_are_averaged_and_failures_are_no_zeros() {
        let mut grid = Grid::new("t".into(), false, 3, vec![GridCandidate::default()]);
        let case = grid.case("a", None, 7);
        for score in [Some(1.0), None, Some(0.5)] {
            grid.add(case, 0, &trial(score));
        }
        let cell = grid.cell(case, 0);
        assert_eq!(cell.mean(), Some(0.75));
        assert_eq!((cell.trials, cell.scored, cell.passed), (3, 2, 2));
        assert_eq!(cell.variance(), Some(0.125));
        assert_eq!(cell.failed, Some(Outcome::ProviderError));
        assert_eq!(cell.mean_dollars(), Some(0.5));
        assert_eq!(cell.mean_seconds(), None);
        assert_eq!(grid.cell(9, 0).mean(), None);
    }

    #[test]
    fn cases_share_a_cluster_by_name_only() {
        let mut grid = Grid::new("t".into(), true, 1, Vec::new());
        for (id, cluster) in [("a", Some("x")), ("b", None), ("c", Some("x")), ("d", Some("y"))] {
            grid.case(id, cluster, 0);
        }
        let clusters: Vec<u32> = grid.clusters().into_iter().flatten().collect();
        assert_eq!(clusters[0], clusters[2]);
        let mut distinct = clusters.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), 3);
        assert_eq!(grid.case("a", Some("other"), 0), 0);
    }
}
