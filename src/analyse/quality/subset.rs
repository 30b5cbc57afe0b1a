//! The smallest set of cases that keeps the ranking: chosen greedily until it tells the same pairs apart by itself, then
//! checked by resampling.

use super::{ALPHA, SAME, established};
use crate::stats::{Ranking, Rng, kendall_tau_b, rank_intervals};

/// Cases that may be chosen, those first on which candidates differ most.
const MOST_CHOICES: usize = 3000;
/// Resamples of each check, and of the last one.
const QUICK: u64 = 200;
const THOROUGH: u64 = 1000;
/// Random subsets of the same size, for comparison.
const RANDOM: u64 = 200;
/// Share of the resamples in which the order has to hold.
const HOLDS: f64 = 0.95;

/// What came of the search.
#[derive(Clone, Debug, PartialEq)]
pub enum SubsetOutcome {
    /// No pair of candidates is told apart by all cases: there is no ranking to keep.
    NoRanking,
    /// No smaller set keeps the ranking.
    NoneSmaller,
    /// A set was found.
    Found(Box<Subset>),
}

/// A set of cases that keeps the ranking.
#[derive(Clone, Debug, PartialEq)]
pub struct Subset {
    /// The cases, by position, in the order of their use.
    pub cases: Vec<usize>,
    /// Cases that it was chosen from: those that every candidate has a score for.
    pub of: usize,
    /// Pairs that all cases together tell apart, and that the set alone tells apart too.
    pub pairs: usize,
    /// Kendall's tau-b of the means over the set and over all cases.
    pub tau: Option<f64>,
    /// The same in resamples of the set: mean, and the 5 % quantile.
    pub tau_resampled: Option<(f64, f64)>,
    /// Share of the resamples of the set in which all those pairs keep their order.
    pub held: f64,
    /// Resamples.
    pub resamples: u64,
    /// Random sets of the same size: mean tau, and the share in which all those pairs keep their order.
    pub random: (Option<f64>, f64),
}

struct Search<'a> {
    /// By candidate and case; only cases that every candidate has a score for.
    values: &'a [Vec<f64>],
    full: Vec<f64>,
    pairs: &'a [(usize, usize)],
    /// Clusters of the cases, where the task has any.
    clusters: Option<Vec<u32>>,
    repeated: bool,
    seed: u64,
}

/// Searches. `columns`: by candidate, the mean score of each case; `repeated` where it is over epochs.
pub(super) fn smallest(
    columns: &[Vec<Option<f64>>],
    ranking: &Ranking,
    clusters: Option<&[u32]>,
    repeated: bool,
    seed: u64,
) -> SubsetOutcome {
    let pairs = established(ranking);
    if pairs.is_empty() {
        return SubsetOutcome::NoRanking;
    }
    let all = columns.first().map_or(0, Vec::len);
    let whole: Vec<usize> = (0..all)
        .filter(|case| {
            columns
                .iter()
                .all(|column| matches!(column.get(*case), Some(Some(_))))
        })
        .collect();
    let values: Vec<Vec<f64>> = columns
        .iter()
        .map(|column| {
            let scores = whole
                .iter()
                .filter_map(|case| column.get(*case).copied().flatten());
            scores.collect()
        })
        .collect();
    let search = Search {
        full: values.iter().map(|column| mean(column, 0..whole.len())).collect(),
        values: &values,
        pairs: &pairs,
        clusters: clusters.map(|clusters| {
            whole
                .iter()
                .filter_map(|case| clusters.get(*case).copied())
                .collect()
        }),
        repeated,
        seed,
    };
    match search.run(whole.len()) {
        Some(mut subset) => {
            subset.cases = subset
                .cases
                .iter()
                .filter_map(|case| whole.get(*case).copied())
                .collect();
            SubsetOutcome::Found(Box::new(subset))
        }
        None => SubsetOutcome::NoneSmaller,
    }
}

fn mean(column: &[f64], cases: impl Iterator<Item = usize>) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for score in cases.filter_map(|case| column.get(case)) {
        sum += score;
        count += 1.0;
    }
    if count > 0.0 { sum / count } else { 0.0 }
}

impl Search<'_> {
    fn difference(&self, case: usize, (better, worse): (usize, usize)) -> f64 {
        let score = |column: usize| {
            self.values
                .get(column)
                .and_then(|column| column.get(case))
                .copied()
        };
        score(better).unwrap_or(0.0) - score(worse).unwrap_or(0.0)
    }

    fn run(&self, cases: usize) -> Option<Subset> {
        let mut left: Vec<usize> = (0..cases).collect();
        let weight = |case: usize| -> f64 {
            let differences = self.pairs.iter().map(|pair| self.difference(case, *pair));
            differences.sum()
        };
        left.sort_by(|a, b| weight(*b).total_cmp(&weight(*a)));
        left.truncate(MOST_CHOICES);
        let mut chosen: Vec<usize> = Vec::new();
        let mut sums = vec![(0.0, 0.0); self.pairs.len()];
        let mut next_check = 2;
        while chosen.len() < cases / 2 {
            let best = left
                .iter()
                .enumerate()
                .map(|(at, case)| (self.worth(&sums, *case), at))
                .reduce(|best, other| if better(&other.0, &best.0) { other } else { best });
            let (_, at) = best?;
            let case = left.remove(at);
            for (sum, pair) in sums.iter_mut().zip(self.pairs) {
                let difference = self.difference(case, *pair);
                sum.0 += difference;
                sum.1 += difference * difference;
            }
            chosen.push(case);
            if chosen.len() < next_check || sums.iter().any(|(sum, _)| *sum <= SAME) {
                continue;
            }
            next_check = chosen.len() + (chosen.len() / 10).max(1);
            if self.tells_apart(&chosen) && self.held(&chosen, QUICK).0 >= HOLDS {
                let (held, taus) = self.held(&chosen, THOROUGH);
                if held >= HOLDS {
                    return Some(self.told(chosen, cases, held, taus));
                }
            }
        }
        None
    }

    /// How well a case would keep the pairs apart that are nearest to each other: the smallest sum of differences over its
    /// noise, then the sum of all.
    fn worth(&self, sums: &[(f64, f64)], case: usize) -> (f64, f64) {
        let (mut least, mut all) = (f64::INFINITY, 0.0);
        for ((sum, squares), pair) in sums.iter().zip(self.pairs) {
            let difference = self.difference(case, *pair);
            let spread = (squares + difference * difference).sqrt();
            let distance = if spread > 0.0 {
                (sum + difference) / spread
            } else {
                0.0
            };
            least = least.min(distance);
            all += distance;
        }
        (least, all)
    }

    /// Whether these cases alone tell the same pairs apart, the same way round.
    fn tells_apart(&self, chosen: &[usize]) -> bool {
        let columns: Vec<Vec<Option<f64>>> = self
            .values
            .iter()
            .map(|column| chosen.iter().map(|case| column.get(*case).copied()).collect())
            .collect();
        let clusters: Option<Vec<u32>> = self.clusters.as_ref().map(|clusters| {
            let own = chosen.iter().filter_map(|case| clusters.get(*case).copied());
            own.collect()
        });
        let ranking = rank_intervals(&columns, clusters.as_deref(), self.repeated, ALPHA);
        let told = established(&ranking);
        self.pairs.iter().all(|pair| told.contains(pair))
    }

    fn tau(&self, means: &[f64]) -> Option<f64> {
        kendall_tau_b(&self.full, means)
    }

    /// Means over these cases, and whether all pairs keep their order.
    fn kept(&self, cases: &[usize]) -> (Vec<f64>, bool) {
        let means: Vec<f64> = self
            .values
            .iter()
            .map(|column| mean(column, cases.iter().copied()))
            .collect();
        let at = |column: usize| means.get(column).copied().unwrap_or(0.0);
        let kept = self
            .pairs
            .iter()
            .all(|(better, worse)| at(*better) - at(*worse) > SAME);
        (means, kept)
    }

    /// Share of the resamples in which all pairs keep their order, and their taus, ascending.
    fn held(&self, chosen: &[usize], resamples: u64) -> (f64, Vec<f64>) {
        let mut held = 0_u64;
        let mut taus = Vec::new();
        for replicate in 0..resamples {
            let mut rng = Rng::stream(self.seed, replicate);
            let sample: Vec<usize> = (0..chosen.len())
                .filter_map(|_| chosen.get(rng.index(chosen.len())).copied())
                .collect();
            let (means, kept) = self.kept(&sample);
            held += u64::from(kept);
            taus.extend(self.tau(&means));
        }
        taus.sort_by(f64::total_cmp);
        (held as f64 / resamples as f64, taus)
    }

    fn told(&self, chosen: Vec<usize>, of: usize, held: f64, taus: Vec<f64>) -> Subset {
        let (means, _) = self.kept(&chosen);
        let average = |taus: &[f64]| (!taus.is_empty()).then(|| taus.iter().sum::<f64>() / taus.len() as f64);
        let (mut random, mut kept_random) = (Vec::new(), 0_u64);
        for replicate in 0..RANDOM {
            let mut rng = Rng::stream(self.seed ^ 1, replicate);
            let mut all: Vec<usize> = (0..of).collect();
            rng.shuffle(&mut all);
            all.truncate(chosen.len());
            let (means, kept) = self.kept(&all);
            kept_random += u64::from(kept);
            random.extend(self.tau(&means));
        }
        Subset {
            of,
            pairs: self.pairs.len(),
            tau: self.tau(&means),
            tau_resampled: average(&taus).zip(taus.get(taus.len() / 20).copied()),
            held,
            resamples: THOROUGH,
            random: (average(&random), kept_random as f64 / RANDOM as f64),
            cases: chosen,
        }
    }
}

fn better(a: &(f64, f64), b: &(f64, f64)) -> bool {
    match (a.0 - b.0).abs() <= SAME {
        true => a.1 > b.1 + SAME,
        false => a.0 > b.0,
    }
}
