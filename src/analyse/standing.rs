//! Who can be told apart: paired comparisons of the candidates of a task, adjusted for their number.

use super::contest::Contest;
use super::tally::ALPHA;
use crate::stats::{McNemar, Pair, PairedEstimate, RankInterval, Ranking, mcnemar};

/// Two candidates on the same cases.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The first; candidates are given by their position in the manifest (or in the rows of the overall leaderboard).
    pub a: u32,
    /// The second.
    pub b: u32,
    /// The mean of a - b over the cases that both have a score for, with interval and p.
    pub estimate: PairedEstimate,
    /// p of "no difference", adjusted for the number of comparisons (Holm).
    pub p_holm: f64,
    /// McNemar's exact test, for yes/no scores of independent cases that were not repeated.
    pub exact: Option<McNemar>,
}

/// What the paired comparisons say of the candidates of a task.
#[derive(Clone, Debug, Default)]
pub(super) struct Standing {
    candidates: Vec<u32>,
    ranking: Ranking,
    comparisons: Vec<Comparison>,
}

impl Standing {
    /// Compares all pairs of columns that have scores, as one family. `candidates` are the positions of the columns,
    /// `cases` the planned ones.
    pub(super) fn of(contest: &Contest, candidates: &[u32], cases: u64, clustered: bool) -> Self {
        let mut comparisons = Vec::new();
        let mut pairs = Vec::new();
        for (a, b, sums) in contest.scored_pairs() {
            let estimate = sums.estimate(ALPHA, cases.saturating_sub(sums.cases()));
            pairs.push(Pair::of(a, b, &estimate));
            let position = |column: usize| candidates.get(column).copied().unwrap_or(u32::MAX);
            let count = |share: f64| (share * estimate.n as f64).round() as u64;
            comparisons.push(Comparison {
                a: position(a),
                b: position(b),
                exact: (estimate.binary && !clustered && estimate.n > 0)
                    .then(|| mcnemar(count(estimate.better), count(estimate.worse))),
                estimate,
                p_holm: 1.0,
            });
        }
        let ranking = Ranking::of(contest.columns(), pairs, ALPHA);
        for (comparison, pair) in comparisons.iter_mut().zip(&ranking.pairs) {
            comparison.p_holm = pair.p_holm;
        }
        Self {
            candidates: candidates.to_vec(),
            ranking,
            comparisons,
        }
    }

    fn column(&self, candidate: u32) -> Option<usize> {
        self.candidates.iter().position(|known| *known == candidate)
    }

    /// Whether the comparison tells two candidates apart.
    pub(super) fn told_apart(&self, a: u32, b: u32) -> bool {
        match (self.column(a), self.column(b)) {
            (Some(a), Some(b)) => !self.ranking.tied(a, b, ALPHA),
            _ => false,
        }
    }

    /// The places that each of these candidates may have among them.
    pub(super) fn places(&self, among: &[u32]) -> Vec<RankInterval> {
        let columns: Vec<usize> = among.iter().filter_map(|known| self.column(*known)).collect();
        self.ranking.places(&columns, ALPHA)
    }

    /// All comparisons.
    pub(super) fn into_comparisons(self) -> Vec<Comparison> {
        self.comparisons
    }
}
