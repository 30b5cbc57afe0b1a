//! Ranks that the data can tell apart.

use super::multiplicity::holm;
use super::{PairedAccumulator, PairedEstimate};

/// A comparison of two columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The first column.
    pub a: usize,
    /// The second column.
    pub b: usize,
    /// Mean of a - b over the cases that both have; `None` without any.
    pub difference: Option<f64>,
    /// Lower bound of the difference, of this pair alone; `None` where the data give no interval.
    pub low: Option<f64>,
    /// Upper bound.
    pub high: Option<f64>,
    /// Cases that both have.
    pub n: u64,
    /// Two-sided p; 1 where there is no interval.
    pub p: f64,
    /// The same, adjusted for the number of comparisons (Holm).
    pub p_holm: f64,
}

impl Pair {
    /// Columns `a` and `b` with what a paired estimate says of them; not adjusted yet.
    pub fn of(a: usize, b: usize, estimate: &PairedEstimate) -> Self {
        Self {
            a,
            b,
            difference: estimate.difference,
            low: estimate.low,
            high: estimate.high,
            n: estimate.n,
            p: estimate.p.unwrap_or(1.0),
            p_holm: 1.0,
        }
    }
}

/// The places that a column may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RankInterval {
    /// Best place: 1 + columns that are significantly better.
    pub best: u32,
    /// Worst place: columns - those that are significantly worse.
    pub worst: u32,
}

/// Ranks of some columns on the same cases.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ranking {
    /// All pairs, a before b.
    pub pairs: Vec<Pair>,
    /// The places of each column, all of them true at once with confidence 1 - alpha.
    pub intervals: Vec<RankInterval>,
}

impl Ranking {
    /// Ranks that many columns by comparisons of their pairs, whose p is adjusted here (Holm).
    pub fn of(columns: usize, mut pairs: Vec<Pair>, alpha: f64) -> Self {
        let adjusted = holm(&pairs.iter().map(|pair| pair.p).collect::<Vec<f64>>());
        for (pair, adjusted) in pairs.iter_mut().zip(adjusted) {
            pair.p_holm = adjusted;
        }
        let mut ranking = Self {
            pairs,
            intervals: Vec::new(),
        };
        ranking.intervals = ranking.places(&(0..columns).collect::<Vec<usize>>(), alpha);
        ranking
    }

    /// The places that some of the columns may have among themselves, from the same adjusted comparisons.
    pub fn places(&self, among: &[usize], alpha: f64) -> Vec<RankInterval> {
        let all = RankInterval {
            best: 1,
            worst: among.len() as u32,
        };
        let mut intervals = vec![all; among.len()];
        let place = |column: usize| among.iter().position(|known| *known == column);
        for pair in self.pairs.iter().filter(|pair| pair.p_holm <= alpha) {
            let (Some(a), Some(b)) = (place(pair.a), place(pair.b)) else {
                continue;
            };
            let (better, worse) = if pair.difference.unwrap_or(0.0) > 0.0 {
                (a, b)
            } else {
                (b, a)
            };
            intervals[worse].best += 1;
            intervals[better].worst -= 1;
        }
        intervals
    }

    /// The comparison of two columns.
    pub fn pair(&self, a: usize, b: usize) -> Option<&Pair> {
        let (first, second) = (a.min(b), a.max(b));
        self.pairs.iter().find(|pair| (pair.a, pair.b) == (first, second))
    }

    /// Whether two columns cannot be told apart.
    pub fn tied(&self, a: usize, b: usize, alpha: f64) -> bool {
        a == b || self.pair(a, b).is_none_or(|pair| pair.p_holm > alpha)
    }

    /// For each column, whether it cannot be told apart from that one: the leader, say.
    pub fn tied_with(&self, leader: usize, alpha: f64) -> Vec<bool> {
        (0..self.intervals.len())
            .map(|column| self.tied(column, leader, alpha))
            .collect()
    }
}

/// Compares every pair of columns by effective-n Tango on the cases that both have, and adjusts p by Holm, so that the
/// chance of any false "better" is at most alpha. `columns` holds one value in 0..=1 a case (`None` where it has no score),
/// in the same order of cases; `repeated` says whether values are averages over epochs.
pub fn rank_intervals(
    columns: &[Vec<Option<f64>>],
    clusters: Option<&[u32]>,
    repeated: bool,
    alpha: f64,
) -> Ranking {
    let mut pairs = Vec::new();
    for (a, first) in columns.iter().enumerate() {
        for (b, second) in columns.iter().enumerate().skip(a + 1) {
            pairs.push(compared((a, first), (b, second), clusters, repeated, alpha));
        }
    }
    Ranking::of(columns.len(), pairs, alpha)
}

fn compared(
    (a, first): (usize, &[Option<f64>]),
    (b, second): (usize, &[Option<f64>]),
    clusters: Option<&[u32]>,
    repeated: bool,
    alpha: f64,
) -> Pair {
    let mut accumulator = PairedAccumulator::new(clusters.is_some());
    for (case, (a, b)) in first.iter().zip(second).enumerate() {
        if let (Some(a), Some(b)) = (a, b) {
            let cluster = clusters.and_then(|clusters| clusters.get(case).copied());
            accumulator.add(a - b, cluster, repeated);
        }
    }
    let estimate = accumulator.estimate(alpha, first.len() as u64 - accumulator.cases());
    Pair::of(a, b, &estimate)
}
