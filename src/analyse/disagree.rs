//! Where scorers of the same trial disagree: one passes what the other fails.

use crate::model::ScoreEntry;
use crate::scorer::is_remark;
use std::sync::Arc;

/// Scorers of a candidate that are compared, the first that appear: a bound on memory.
const MOST_COMPARED: usize = 32;

/// Two scorers that do not always agree on a candidate's trials.
#[derive(Clone, Debug, PartialEq)]
pub struct Disagreement {
    /// One of them.
    pub a: Arc<str>,
    /// The other.
    pub b: Arc<str>,
    /// Trials that both gave a score.
    pub both: u64,
    /// Trials that `a` passes and `b` fails.
    pub a_pass_b_fail: u64,
    /// Trials that `b` passes and `a` fails.
    pub b_pass_a_fail: u64,
    /// Trials that `a` passes and for which `b` gave no score: neither a pass nor a fail.
    pub a_pass_b_error: u64,
    /// Trials that `b` passes and for which `a` gave no score.
    pub b_pass_a_error: u64,
}

impl Disagreement {
    /// Trials that one passes and the other fails.
    pub fn trials(&self) -> u64 {
        self.a_pass_b_fail + self.b_pass_a_fail
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct PairSum {
    both: u64,
    a_pass_b_fail: u64,
    b_pass_a_fail: u64,
    a_pass_b_error: u64,
    b_pass_a_error: u64,
}

/// Counts of all pairs of scorers of a candidate.
#[derive(Clone, Debug, Default)]
pub(super) struct PairTallies {
    names: Vec<Arc<str>>,
    /// The pair of `a < b` is at `b * (b - 1) / 2 + a`.
    pairs: Vec<PairSum>,
}

impl PairTallies {
    /// Adds what the scorers said of one trial.
    pub(super) fn add(&mut self, entries: &[ScoreEntry]) {
        if entries.len() < 2 {
            return;
        }
        let verdicts: Vec<(usize, Option<bool>)> = entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| !is_remark(entry))
            .filter_map(|(likely, entry)| {
                let verdict = entry.result.as_ref().ok().map(|score| score.pass);
                Some((self.position(likely, &entry.scorer)?, verdict))
            })
            .collect();
        for (nth, first) in verdicts.iter().enumerate() {
            for second in verdicts.iter().skip(nth + 1) {
                let (a, b) = if first.0 < second.0 {
                    (first, second)
                } else {
                    (second, first)
                };
                let at = b.0 * (b.0.saturating_sub(1)) / 2 + a.0;
                let Some(pair) = self.pairs.get_mut(at) else {
                    continue;
                };
                match (a.1, b.1) {
                    (Some(a), Some(b)) => {
                        pair.both += 1;
                        pair.a_pass_b_fail += u64::from(a && !b);
                        pair.b_pass_a_fail += u64::from(b && !a);
                    }
                    (Some(true), None) => pair.a_pass_b_error += 1,
                    (None, Some(true)) => pair.b_pass_a_error += 1,
                    _ => {}
                }
            }
        }
    }

    /// Where that scorer stands; nearly always where it stood in the trial before.
    fn position(&mut self, likely: usize, name: &Arc<str>) -> Option<usize> {
        if self.names.get(likely).is_some_and(|known| known == name) {
            return Some(likely);
        }
        if let Some(position) = self.names.iter().position(|known| known == name) {
            return Some(position);
        }
        if self.names.len() >= MOST_COMPARED {
            return None;
        }
        self.pairs
            .resize(self.pairs.len() + self.names.len(), PairSum::default());
        self.names.push(name.clone());
        Some(self.names.len() - 1)
    }

    /// The pairs that do not always agree, those with the most such trials first.
    pub(super) fn found(&self) -> Vec<Disagreement> {
        let mut found = Vec::new();
        for (b, second) in self.names.iter().enumerate() {
            for (a, first) in self.names.iter().take(b).enumerate() {
                let at = b * (b - 1) / 2 + a;
                let Some(pair) = self.pairs.get(at) else { continue };
                let pair = Disagreement {
                    a: first.clone(),
                    b: second.clone(),
                    both: pair.both,
                    a_pass_b_fail: pair.a_pass_b_fail,
                    b_pass_a_fail: pair.b_pass_a_fail,
                    a_pass_b_error: pair.a_pass_b_error,
                    b_pass_a_error: pair.b_pass_a_error,
                };
                if pair.trials() + pair.a_pass_b_error + pair.b_pass_a_error > 0 {
                    found.push(pair);
                }
            }
        }
        found.sort_by_key(|pair| std::cmp::Reverse(pair.trials()));
        found
    }
}
