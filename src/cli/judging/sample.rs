//! Which outputs a judge sees that is asked for a sample: the best by automated score with certainty, and of the rest a
//! share that is drawn by the run's seed.

use super::feed::{Source, is_open};
use crate::cli::failure::Failure;
use crate::model::{Hasher, ScoreEntry, TrialKey};
use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;

/// The chosen trials of all sampled judges with the chance that each had to be chosen.
#[derive(Debug, Default)]
pub struct Sample {
    /// By trial and position of the judge in its task.
    chosen: HashMap<(TrialKey, usize), f64>,
}

/// A trial in a lottery: its automated score, its lots, and which it is. 48 bytes for each trial of a sampled judge.
struct Entry {
    score: f64,
    /// Breaks ties of scores.
    order: u64,
    /// Draws from the rest. Not the same as the order: of equal scores those with the last lots are left in the rest, so a
    /// draw by the same lots would leave them out.
    lot: u64,
    key: TrialKey,
}

impl Sample {
    /// The chance that the judge had to be asked about that trial; `None` where it is not asked.
    pub fn probability(&self, key: &TrialKey, judge: usize) -> Option<f64> {
        self.chosen.get(&(*key, judge)).copied()
    }

    /// Draws for each sampled judge, candidate by candidate, so that every candidate's estimate stands on its own.
    pub fn draw(source: &Source) -> Result<Self, Failure> {
        let sampled = |judge: &crate::run::JudgeRuntime| judge.scorer.sample().is_some();
        if !source
            .judges
            .tasks
            .iter()
            .any(|judges| judges.iter().any(sampled))
        {
            return Ok(Self::default());
        }
        let mut pools: BTreeMap<(u32, usize, u32), Vec<Entry>> = BTreeMap::new();
        source.each(|row| {
            let scores = row.scores()?;
            for (at, judge) in source.judges_of(row.key.task).iter().enumerate() {
                // Outputs that no judge looks at, for their outcome or by a filter, are in no pool.
                let looks = scores.iter().any(|entry| entry.scorer == judge.name);
                if !sampled(judge) || !(looks || is_open(&scores, judge)) {
                    continue;
                }
                let pool = pools.entry((row.key.task, at, row.key.candidate)).or_default();
                pool.push(Entry {
                    score: automated(&scores),
                    order: lot("order", source.manifest.seed, &judge.name, row.case_id, &row.key),
                    lot: lot("rest", source.manifest.seed, &judge.name, row.case_id, &row.key),
                    key: row.key,
                });
            }
            Ok(ControlFlow::Continue(()))
        })?;
        let mut sample = Self::default();
        for ((task, judge, _), pool) in pools {
            let shares = source
                .judges_of(task)
                .get(judge)
                .and_then(|judge| judge.scorer.sample());
            if let Some(shares) = shares {
                sample.choose(judge, pool, shares.top, shares.rest);
            }
        }
        Ok(sample)
    }

    fn choose(&mut self, judge: usize, mut pool: Vec<Entry>, top: f64, rest: f64) {
        // Equal scores are put in order at random: no case is better off for standing first.
        pool.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.order.cmp(&b.order)));
        let certain = share_of(pool.len(), top);
        let mut others = pool.split_off(certain);
        self.chosen
            .extend(pool.into_iter().map(|entry| ((entry.key, judge), 1.0)));
        others.sort_by_key(|entry| entry.lot);
        let drawn = share_of(others.len(), rest);
        let probability = drawn as f64 / others.len().max(1) as f64;
        let drawn = others.into_iter().take(drawn);
        self.chosen
            .extend(drawn.map(|entry| ((entry.key, judge), probability)));
    }
}

/// That share of a number, rounded up: a share above 0 of something is something.
pub(super) fn share_of(count: usize, share: f64) -> usize {
    // Room for the rounding of products such as 0.1 * 30.
    ((count as f64 * share - 1e-9).ceil().max(0.0) as usize).min(count)
}

/// The weighted mean of what was scored without a judge; below every score where nothing was.
fn automated(scores: &[ScoreEntry]) -> f64 {
    let (mut sum, mut weights) = (0.0, 0.0);
    for entry in scores.iter().filter(|entry| entry.judged.is_none()) {
        if let Ok(score) = &entry.result {
            sum += entry.weight * score.value;
            weights += entry.weight;
        }
    }
    if weights > 0.0 { sum / weights } else { -1.0 }
}

/// The trial's lot for a purpose: the same on every machine, whatever else is in the run.
fn lot(purpose: &str, seed: u64, judge: &str, case: &str, key: &TrialKey) -> u64 {
    Hasher::new("judge sample")
        .text(purpose)
        .number(seed)
        .text(judge)
        .text(case)
        .number(u64::from(key.candidate))
        .number(u64::from(key.epoch))
        .digest()
        .as_u64()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(count: u64) -> Vec<Entry> {
        (0..count)
            .map(|case| Entry {
                score: case as f64 / count as f64,
                order: lot("order", 7, "careful", &format!("c{case}"), &TrialKey::default()),
                lot: lot("rest", 7, "careful", &format!("c{case}"), &TrialKey::default()),
                key: TrialKey {
                    case,
                    ..TrialKey::default()
                },
            })
            .collect()
    }

    #[test]
    fn the_best_are_judged_with_certainty_and_a_share_of_the_rest_by_lot() {
        let mut sample = Sample::default();
        sample.choose(0, pool(100), 0.2, 0.1);
        let chance = |case| {
            sample.probability(
                &TrialKey {
                    case,
                    ..TrialKey::default()
                },
                0,
            )
        };
        assert!((80..100).all(|case| chance(case) == Some(1.0)));
        let drawn: Vec<u64> = (0..80).filter(|case| chance(*case).is_some()).collect();
        assert_eq!(drawn.len(), 8);
        assert!(drawn.iter().all(|case| chance(*case) == Some(0.1)));
        let mut again = Sample::default();
        again.choose(0, pool(100), 0.2, 0.1);
        assert_eq!(again.chosen, sample.chosen);
    }

    #[test]
    fn of_equal_scores_each_is_drawn_from_the_rest_as_often_as_its_chance_says() {
        // 100 cases, 60 of them with score 1, of which 20 fill the top: the estimate of the mean by the drawn ones has to
        // come out at 0.6 on average over seeds.
        let (mut sum, seeds) = (0.0, 400);
        for seed in 0..seeds {
            let entry = |case: u64| Entry {
                score: f64::from(u8::from(case < 60)),
                order: lot("order", seed, "j", &format!("c{case}"), &TrialKey::default()),
                lot: lot("rest", seed, "j", &format!("c{case}"), &TrialKey::default()),
                key: TrialKey {
                    case,
                    ..TrialKey::default()
                },
            };
            let mut sample = Sample::default();
            sample.choose(0, (0..100).map(entry).collect(), 0.2, 0.1);
            let weighted = sample
                .chosen
                .iter()
                .map(|((key, _), chance)| (1.0 / chance, f64::from(u8::from(key.case < 60)) / chance));
            let (weights, scores) = weighted.fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
            sum += scores / weights;
        }
        let mean = sum / f64::from(seeds as u32);
        // One estimate has a standard deviation of 0.135 (8 drawn of 80, of which 40 are right), their mean 0.007.
        assert!((mean - 0.6).abs() < 0.021, "{mean}");
    }

    #[test]
    fn a_share_of_few_is_at_least_one_and_never_more_than_there_are() {
        assert_eq!(share_of(3, 0.1), 1);
        assert_eq!(share_of(30, 0.1), 3);
        assert_eq!(share_of(3, 1.0), 3);
        assert_eq!(share_of(0, 0.5), 0);
        assert_eq!(share_of(5, 0.0), 0);
    }
}
