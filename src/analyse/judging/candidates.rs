//! What a judge said of each candidate.

use super::means::{ALPHA, CaseMeans};
use super::result::{JudgedCandidate, Ranged, Weighted};
use super::units::Units;
use crate::stats::{Sampled, weighted_mean};
use std::collections::BTreeMap;

/// Sums of one candidate.
struct Tally {
    means: CaseMeans,
    sample: Vec<Sampled>,
    /// Trials that could have been in the sample.
    pool: u64,
    /// Those that are not in it.
    left_out: u64,
    /// Whether some are in it by lot: they stand for those that are not.
    drawn: bool,
    /// Whether a case has several trials, which then belong together.
    repeated: bool,
}

/// What it said of each candidate, in the order of the manifest.
pub(super) fn candidates(units: &Units, scale: Option<(f64, f64)>) -> Vec<JudgedCandidate> {
    let mut tallies: BTreeMap<u32, Tally> = BTreeMap::new();
    for (trial, cluster) in units.trials.iter().zip(&units.clusters) {
        let tally = tallies.entry(trial.candidate).or_insert_with(|| Tally {
            means: CaseMeans::new(units.clustered),
            sample: Vec::new(),
            pool: 0,
            left_out: 0,
            drawn: false,
            repeated: false,
        });
        tally.repeated |= trial.epoch > 0;
        if let Some(value) = trial.value {
            tally.means.add(trial, value);
        }
        if !trial.sampled || trial.probability.is_some() {
            tally.pool += 1;
            tally.left_out += u64::from(!trial.sampled);
            tally.drawn |= trial.probability.is_some_and(|chance| chance < 1.0);
        }
        if let Some((value, probability)) = trial.value.zip(trial.probability) {
            tally.sample.push(Sampled {
                value,
                probability,
                cluster: *cluster,
            });
        }
    }
    let tallies = tallies.into_iter();
    tallies
        .map(|(candidate, tally)| tally.judged(candidate, units.clustered, scale))
        .collect()
}

impl Tally {
    fn judged(self, candidate: u32, clustered: bool, scale: Option<(f64, f64)>) -> JudgedCandidate {
        // Nothing tells of trials that had no chance to be judged.
        let told = self.left_out == 0 || self.drawn;
        let weighted = weighted_mean(&self.sample, clustered || self.repeated, ALPHA).filter(|_| told);
        let score = self.means.estimate();
        JudgedCandidate {
            candidate,
            raw: scale.and_then(|(low, high)| Ranged::of(&score, high - low, low).ok()),
            score,
            weighted: (self.pool > 0).then(|| Weighted {
                mean: weighted.map(|weighted| weighted.mean),
                interval: weighted.and_then(|weighted| weighted.low.zip(weighted.high)),
                judged: self.sample.len() as u64,
                of: self.pool,
            }),
        }
    }
}
