//! BLEU of a sentence and of a corpus.
//!
//! Sources: Papineni et al., "BLEU: a method for automatic evaluation of machine
//! translation" (ACL 2002); smoothing method 3 of Chen and Cherry (WMT 2014). The
//! numbers are those of sacrebleu 2.6 with its defaults (case kept, `13a` tokens, up
//! to 4-grams, exponential smoothing), divided by 100.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use super::ngrams::{Counts, Interner, count, maximum, overlap, total};
use super::tokens::tokenize_13a;

/// The longest n-gram counted.
const ORDERS: usize = 4;

/// What BLEU is computed from. Statistics of segments add up to those of a corpus, so
/// a corpus score needs no second pass over the texts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BleuStats {
    /// Tokens in the candidate.
    pub candidate_len: u64,
    /// Tokens in the reference closest in length; the shorter one where two are.
    pub reference_len: u64,
    /// n-grams shared with the references (clipped), for n = 1 to 4.
    pub matches: [u64; ORDERS],
    /// n-grams in the candidate, for n = 1 to 4.
    pub totals: [u64; ORDERS],
}

impl BleuStats {
    /// Counts one segment. Without references there is nothing to match: the score of
    /// such a segment is 0.
    pub fn of<R: AsRef<str>>(candidate: &str, references: &[R]) -> Self {
        let mut interner = Interner::default();
        let candidate = interner.symbols(&tokenize_13a(candidate));
        let references: Vec<Vec<u32>> = references
            .iter()
            .map(|reference| interner.symbols(&tokenize_13a(reference.as_ref())))
            .collect();
        let mut stats = Self {
            candidate_len: candidate.len() as u64,
            ..Self::default()
        };
        stats.reference_len = references
            .iter()
            .map(|reference| reference.len() as u64)
            .min_by_key(|&length| (length.abs_diff(stats.candidate_len), length))
            .unwrap_or(0);
        for n in 1..=ORDERS {
            let counts = count(&candidate, n);
            let wanted = references
                .iter()
                .map(|reference| count(reference, n))
                .reduce(|most, other| maximum(most, &other))
                .unwrap_or_else(Counts::new);
            stats.totals[n - 1] = total(&counts);
            stats.matches[n - 1] = overlap(&counts, &wanted);
        }
        stats
    }

    /// The score, 0 to 1. `effective_order` leaves out the orders of which the
    /// candidate is too short to have any n-gram: wanted for single sentences, not for
    /// a corpus (sacrebleu's defaults for each).
    pub fn score(&self, effective_order: bool) -> f64 {
        if self.matches.iter().all(|&matches| matches == 0) {
            return 0.0;
        }
        let mut log_sum = 0.0;
        let mut orders = 0_u32;
        let mut smoothing = 1.0;
        for (&matches, &total) in self.matches.iter().zip(&self.totals) {
            if total == 0 {
                break;
            }
            // Each order without a match is given half the benefit of the one before.
            let matched = if matches == 0 {
                smoothing *= 2.0;
                1.0 / smoothing
            } else {
                matches as f64
            };
            log_sum += (matched / total as f64).ln();
            orders += 1;
        }
        if orders == 0 || (orders < ORDERS as u32 && !effective_order) {
            return 0.0;
        }
        (self.brevity_penalty() * (log_sum / f64::from(orders)).exp()).clamp(0.0, 1.0)
    }

    /// The factor for candidates shorter than their reference, 0 to 1.
    pub fn brevity_penalty(&self) -> f64 {
        match self.candidate_len {
            length if length >= self.reference_len => 1.0,
            0 => 0.0,
            length => (1.0 - self.reference_len as f64 / length as f64).exp(),
        }
    }
}

impl AddAssign for BleuStats {
    fn add_assign(&mut self, other: Self) {
        self.candidate_len += other.candidate_len;
        self.reference_len += other.reference_len;
        for n in 0..ORDERS {
            self.matches[n] += other.matches[n];
            self.totals[n] += other.totals[n];
        }
    }
}

/// BLEU of one sentence, 0 to 1: sacrebleu's `sentence_bleu` divided by 100. Without
/// references, and where either side has no tokens, it is 0.
pub fn sentence_bleu<R: AsRef<str>>(candidate: &str, references: &[R]) -> f64 {
    BleuStats::of(candidate, references).score(true)
}

/// BLEU of a corpus, 0 to 1: sacrebleu's `corpus_bleu` divided by 100. Each segment is
/// a candidate with its references, of which there may be a different number each.
pub fn corpus_bleu<R: AsRef<str>>(segments: &[(&str, &[R])]) -> f64 {
    let mut sum = BleuStats::default();
    for (candidate, references) in segments {
        sum += BleuStats::of(candidate, references);
    }
    sum.score(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identical_sentences_score_exactly_one() {
        assert_eq!(
            sentence_bleu("The cat sat on the mat.", &["The cat sat on the mat."]),
            1.0
        );
        assert_eq!(sentence_bleu("yes", &["yes"]), 1.0);
    }

    #[test]
    fn nothing_in_common_scores_zero() {
        assert_eq!(sentence_bleu("alpha beta", &["gamma delta"]), 0.0);
        assert_eq!(sentence_bleu("", &["gamma"]), 0.0);
        assert_eq!(sentence_bleu("alpha", &[""]), 0.0);
        assert_eq!(sentence_bleu::<&str>("alpha", &[]), 0.0);
        assert_eq!(corpus_bleu::<&str>(&[]), 0.0);
    }

    #[test]
    fn a_corpus_of_short_sentences_has_no_four_grams_and_scores_zero() {
        assert_eq!(corpus_bleu(&[("a b c", &["a b c"][..])]), 0.0);
    }

    #[test]
    fn the_shorter_of_two_equally_close_references_sets_the_length() {
        let stats = BleuStats::of("a b c", &["a b c d", "a b"]);
        assert_eq!(stats.reference_len, 2);
    }

    #[test]
    fn statistics_of_segments_add_up_to_those_of_the_corpus() {
        let mut sum = BleuStats::of("one two three four five", &["one two three four six"]);
        sum += BleuStats::of("seven", &["eight nine"]);
        let corpus = corpus_bleu(&[
            ("one two three four five", &["one two three four six"][..]),
            ("seven", &["eight nine"][..]),
        ]);
        assert_eq!(sum.score(false), corpus);
    }
}
