//! What earlier trials of a task say of how much candidates differ from case to case, and what a design can show.

use super::Grid;
use crate::stats::{Design, PairedEstimate, epoch_variance, paired_difference};

/// Columns whose pairs are looked at, the first of the grid.
const MOST_COLUMNS: usize = 24;
/// Below this share of the variance, more epochs are wasted.
const EPOCHS_WASTED: f64 = 0.2;

/// How a typical pair of candidates differs: the pair with the median variance.
#[derive(Clone, Debug, PartialEq)]
pub struct PairSpread {
    /// The pair, as leaderboards name them.
    pub pair: (String, String),
    /// Pairs that it is typical of.
    pub pairs: usize,
    /// Cases that both have a score for.
    pub cases: u64,
    /// Epochs that the scores are averages over.
    pub epochs: u32,
    /// Variance of the differences between cases, at so many epochs.
    pub variance: f64,
    /// Share of the cases on which the two differ.
    pub discordance: f64,
    /// Whether the two differ by whole points only.
    pub binary: bool,
    /// Design effect of the clusters, at least 1.
    pub design_effect: f64,
    /// How the variance splits, where cases were repeated.
    pub split: Option<PairSplit>,
}

/// The variance of differences, taken apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairSplit {
    /// Of the true differences between cases: only more cases help.
    pub between: f64,
    /// Between the epochs of each side: more epochs help too.
    pub within: (f64, f64),
}

impl PairSplit {
    /// The variance of a difference with so many epochs.
    pub fn at(&self, epochs: u32) -> f64 {
        epoch_variance(self.between, self.within, (epochs, epochs))
    }

    /// The share of it that more epochs would take away.
    pub fn share_within(&self, epochs: u32) -> f64 {
        let all = self.at(epochs);
        if all > 0.0 {
            (all - self.between) / all
        } else {
            0.0
        }
    }
}

impl PairSpread {
    /// The typical pair among these columns of a grid (all of them where fewer than two are named); `None` where no pair
    /// shares two cases.
    pub fn typical(grid: &Grid, wanted: &[usize]) -> Option<Self> {
        let all: Vec<usize> = (0..grid.candidates.len()).collect();
        let columns = if wanted.len() < 2 { &all } else { wanted };
        let columns = columns.get(..columns.len().min(MOST_COLUMNS))?;
        let clusters = grid.dense_clusters();
        let means: Vec<Vec<Option<f64>>> = columns
            .iter()
            .map(|column| grid.means(*column).collect())
            .collect();
        let mut found: Vec<(usize, usize, PairedEstimate)> = Vec::new();
        for (b, second) in means.iter().enumerate() {
            for (a, first) in means.iter().take(b).enumerate() {
                let differences: Vec<Option<f64>> = first
                    .iter()
                    .zip(second)
                    .map(|(a, b)| Some((*a)? - (*b)?))
                    .collect();
                let estimate = paired_difference(&differences, clusters.as_deref(), grid.epochs > 1, 0.05);
                if estimate.n >= 2 {
                    found.push((a, b, estimate));
                }
            }
        }
        found.sort_by(|(.., a), (.., b)| a.variance.total_cmp(&b.variance));
        let pairs = found.len();
        let (a, b, estimate) = found.into_iter().nth(pairs.saturating_sub(1) / 2)?;
        let (first, second) = (*columns.get(a)?, *columns.get(b)?);
        Some(Self::of(grid, (first, second), &estimate, pairs))
    }

    fn of(grid: &Grid, (a, b): (usize, usize), estimate: &PairedEstimate, pairs: usize) -> Self {
        let name = |column: usize| {
            grid.candidates.get(column).map_or_else(String::new, |candidate| {
                if candidate.prompt.is_empty() {
                    candidate.name.clone()
                } else {
                    format!("{} with prompt {}", candidate.name, candidate.prompt)
                }
            })
        };
        let both = |case: usize| {
            let (first, second) = (grid.cell(case, a), grid.cell(case, b));
            Some((first.mean()?, second.mean()?))
        };
        let differ = (0..grid.cases.len())
            .filter_map(both)
            .filter(|(first, second)| (first - second).abs() > 1e-12);
        let n = estimate.n as f64;
        // Nothing differed: one case more might have.
        let variance = if estimate.variance > 0.0 {
            estimate.variance
        } else {
            1.0 / (n + 2.0)
        };
        let epochs = grid.epochs.max(1);
        let split = within(grid, a).zip(within(grid, b)).filter(|_| epochs > 1);
        Self {
            pair: (name(a), name(b)),
            pairs,
            cases: estimate.n,
            epochs,
            variance,
            discordance: differ.count() as f64 / n,
            binary: estimate.binary && epochs == 1,
            design_effect: estimate.design_effect.max(1.0),
            split: split.map(|within| PairSplit {
                between: (variance - (within.0 + within.1) / f64::from(epochs)).max(0.0),
                within,
            }),
        }
    }

    /// A spread that is assumed: so many of the cases differ, by a whole point, and the mean difference is `delta`.
    pub fn assumed(discordance: f64, delta: f64, design_effect: f64) -> Self {
        Self {
            pair: (String::new(), String::new()),
            pairs: 0,
            cases: 0,
            epochs: 1,
            variance: (discordance - delta * delta).max(discordance / 2.0),
            discordance,
            binary: true,
            design_effect,
            split: None,
        }
    }

    /// The variance of a difference with so many epochs. Where the split is not known, that of the epochs that were run;
    /// more epochs can only make it smaller.
    pub fn variance_at(&self, epochs: u32) -> f64 {
        self.split.map_or(self.variance, |split| split.at(epochs))
    }
}

/// Mean variance between the epochs of a case.
fn within(grid: &Grid, column: usize) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    for variance in (0..grid.cases.len()).filter_map(|case| grid.cell(case, column).variance()) {
        sum += variance;
        count += 1.0;
    }
    (count > 0.0).then(|| sum / count)
}

/// What a planned design can show of a task.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sight {
    /// The smallest difference that it sees with its power, in 0..=1; above 1: none at all.
    pub smallest: f64,
    /// Cases that would show the wanted difference, at the planned epochs.
    pub cases: f64,
    /// Epochs that would, at the planned cases; `None` where no number does, or where it is not known.
    pub epochs: Option<u32>,
    /// Cases that would prove "not worse by the wanted difference" (one-sided) if the two are equally good.
    pub noninferiority_cases: f64,
    /// The share of the variance that more epochs would take away; `None` where it is not known.
    pub share_within: Option<f64>,
}

impl Sight {
    /// What `cases` with `epochs` each show of a difference `delta`.
    pub fn of(spread: &PairSpread, (cases, epochs): (u64, u32), delta: f64, power: f64) -> Self {
        let design = Design {
            power,
            design_effect: spread.design_effect,
            ..Design::default()
        };
        let typical = spread.variance_at(epochs);
        let n = cases as f64;
        // Whole points that add up to `delta` vary at least so much, however alike the earlier pair was.
        let variance = if spread.binary {
            typical.max(delta - delta * delta)
        } else {
            typical
        };
        let least = design.cases(1.0, 1.0);
        let floor = if spread.binary { least / (n + least) } else { 0.0 };
        // The variance at which the planned cases show the wanted difference.
        let enough = variance * n / design.cases(variance, delta);
        let wanted_epochs = spread.split.and_then(|split| {
            let room = enough - split.between;
            let needed = ((split.within.0 + split.within.1) / room).ceil().max(1.0);
            (room > 0.0 && needed <= f64::from(u32::MAX)).then_some(needed as u32)
        });
        Self {
            smallest: design.smallest_difference(typical, n).max(floor),
            cases: design.cases(variance, delta).ceil(),
            epochs: wanted_epochs,
            noninferiority_cases: design.noninferiority_cases(typical, delta, 0.0).ceil(),
            share_within: spread.split.map(|split| split.share_within(epochs)),
        }
    }

    /// Whether more epochs are wasted: their noise is a small part of all.
    pub fn epochs_wasted(&self) -> Option<bool> {
        self.share_within.map(|share| share < EPOCHS_WASTED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyse::{GridCandidate, GridTrial};
    use crate::model::Outcome;

    fn grid(epochs: u32, score: impl Fn(usize, usize, u32) -> f64) -> Grid {
        let candidates = vec![GridCandidate::default(), GridCandidate::default()];
        let mut grid = Grid::new("t".into(), false, epochs, candidates);
        for case in 0..100 {
            let row = grid.case(&format!("c-{case}"), None, 0);
            for column in 0..2 {
                for epoch in 0..epochs {
                    let trial = GridTrial {
                        outcome: Outcome::Scored,
                        score: Some(score(case, column, epoch)),
                        pass: None,
                        dollars: None,
                        seconds: None,
                    };
                    grid.add(row, column, &trial);
                }
            }
        }
        grid
    }

    #[test]
    fn the_spread_of_earlier_trials_tells_the_smallest_difference() {
        // 20 of 100 cases differ, both ways.
        let past = grid(1, |case, column, _| {
            f64::from(u8::from(case >= 20 || case % 2 == column))
        });
        let spread = PairSpread::typical(&past, &[]).expect("a pair");
        assert!(
            (spread.discordance - 0.2).abs() < 1e-12 && (spread.variance - 0.2 * 100.0 / 99.0).abs() < 1e-9
        );
        let sight = Sight::of(&spread, (100, 1), 0.03, 0.8);
        assert!((sight.smallest - 2.8016 * (spread.variance / 100.0).sqrt()).abs() < 1e-4);
        assert_eq!(
            sight.cases,
            (spread.variance * (2.801_585 / 0.03_f64).powi(2)).ceil()
        );
        assert_eq!((sight.epochs, sight.share_within), (None, None));
        // At that number of cases the difference is just seen.
        let seen = Sight::of(&spread, (sight.cases as u64, 1), 0.03, 0.8).smallest;
        assert!(seen <= 0.03 && seen > 0.0299, "{seen}");
    }

    #[test]
    fn epochs_help_where_the_noise_is_between_them_and_not_where_it_is_between_cases() {
        // Every answer is drawn anew.
        let noisy = grid(4, |case, column, epoch| {
            f64::from((case as u32 * 7 + column as u32 * 3 + epoch) % 2)
        });
        let spread = PairSpread::typical(&noisy, &[]).expect("a pair");
        let sight = Sight::of(&spread, (100, 4), 0.1, 0.8);
        assert!(
            sight.epochs_wasted() == Some(false) && sight.epochs.is_some(),
            "{sight:?}"
        );
        // Every case has its answer, the same in each epoch.
        let settled = grid(4, |case, column, _| {
            f64::from(u8::from(case >= 20 || case % 2 == column))
        });
        let spread = PairSpread::typical(&settled, &[]).expect("a pair");
        let sight = Sight::of(&spread, (100, 4), 0.03, 0.8);
        assert_eq!((sight.epochs_wasted(), sight.epochs), (Some(true), None));
    }

    #[test]
    fn a_pair_that_never_differed_is_not_taken_for_certain() {
        let same = grid(1, |_, _, _| 1.0);
        let spread = PairSpread::typical(&same, &[]).expect("a pair");
        let sight = Sight::of(&spread, (100, 1), 0.03, 0.8);
        // A difference of 3 points is 3 cases in 100 at least: 2.8016^2 (0.03 - 0.03^2) / 0.03^2.
        assert_eq!(sight.cases, 254.0);
        assert!((sight.smallest - 7.849 / 107.849).abs() < 1e-3, "{sight:?}");
    }
}
