//! Columns that are compared on the same cases: their means and all differences of pairs, one case at a time.

use super::tally::ALPHA;
use crate::stats::{Estimate, MeanAccumulator, PairedAccumulator};

/// Sums of some columns (candidates, mostly) on the same cases. Nothing is kept of a single case: some 150 bytes a pair,
/// and where the task has clusters 16 bytes a cluster for each column and pair.
#[derive(Clone, Debug)]
pub(super) struct Contest {
    means: Vec<MeanAccumulator>,
    /// The pair of `a < b` is at `b * (b - 1) / 2 + a`.
    pairs: Vec<PairedAccumulator>,
}

impl Contest {
    /// No cases yet. `clustered`: the task names a cluster field.
    pub(super) fn new(columns: usize, clustered: bool) -> Self {
        let pairs = columns * columns.saturating_sub(1) / 2;
        Self {
            means: vec![MeanAccumulator::new(clustered); columns],
            pairs: vec![PairedAccumulator::new(clustered); pairs],
        }
    }

    /// Columns.
    pub(super) fn columns(&self) -> usize {
        self.means.len()
    }

    /// Adds a case: the score of each column, where it has one; `repeated` where scores are averages over epochs.
    pub(super) fn add(&mut self, values: &[Option<f64>], cluster: Option<u32>, repeated: bool) {
        for (column, value) in self.means.iter_mut().zip(values) {
            if let Some(value) = value {
                column.add(*value, cluster, repeated);
            }
        }
        let mut pairs = self.pairs.iter_mut();
        for (b, second) in values.iter().enumerate() {
            for first in values.iter().take(b) {
                if let (Some(pair), Some(first), Some(second)) = (pairs.next(), first, second) {
                    pair.add(first - second, cluster, repeated);
                }
            }
        }
    }

    /// Sums of one column.
    pub(super) fn mean(&self, column: usize) -> Option<&MeanAccumulator> {
        self.means.get(column)
    }

    /// The mean of a column with its interval, over `cases` planned ones.
    pub(super) fn estimate(&self, column: usize, cases: u64) -> Estimate {
        self.mean(column).map_or_else(Estimate::default, |sums| {
            sums.estimate(ALPHA, cases.saturating_sub(sums.cases()))
        })
    }

    /// Sums of the differences a - b, for `a < b`.
    pub(super) fn pair(&self, a: usize, b: usize) -> Option<&PairedAccumulator> {
        if a >= b {
            return None;
        }
        self.pairs.get(b * (b - 1) / 2 + a)
    }

    /// All pairs of columns that have scores, the first before the second.
    pub(super) fn scored_pairs(&self) -> impl Iterator<Item = (usize, usize, &PairedAccumulator)> {
        let scored = |column: &MeanAccumulator| column.cases() > 0;
        let columns = self.means.iter().enumerate();
        columns
            .filter(move |(_, column)| scored(column))
            .flat_map(move |(b, _)| {
                let before = self.means.iter().enumerate().take(b);
                before
                    .filter(move |(_, column)| scored(column))
                    .filter_map(move |(a, _)| Some((a, b, self.pair(a, b)?)))
            })
    }
}

/// The scores of one case, whose trials are coming in.
#[derive(Clone, Debug, Default)]
pub(super) struct OpenScores {
    sums: Vec<(f64, u32)>,
}

impl OpenScores {
    /// A case of that many columns.
    pub(super) fn new(columns: usize) -> Self {
        Self {
            sums: vec![(0.0, 0); columns],
        }
    }

    /// Adds the score of one epoch.
    pub(super) fn add(&mut self, column: usize, score: f64) {
        if let Some((sum, count)) = self.sums.get_mut(column) {
            *sum += score.clamp(0.0, 1.0);
            *count += 1;
        }
    }

    /// The mean over epochs of each column.
    pub(super) fn means(&self) -> Vec<Option<f64>> {
        self.sums
            .iter()
            .map(|(sum, count)| (*count > 0).then(|| sum / f64::from(*count)))
            .collect()
    }
}
