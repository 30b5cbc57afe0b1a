//! Token F1 and exact match, as SQuAD defines them.
//!
//! Source: the official `evaluate-v2.0.py` of SQuAD (Rajpurkar et al., 2018).

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::normalize::squad;
use super::tokens::words;

/// Precision, recall and their harmonic mean, each 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Prf {
    /// The share of the candidate that the reference has too.
    pub precision: f64,
    /// The share of the reference that the candidate has too.
    pub recall: f64,
    /// The harmonic mean of both; 0 where both are 0.
    pub f1: f64,
}

impl Prf {
    /// All ones.
    pub const PERFECT: Self = Self {
        precision: 1.0,
        recall: 1.0,
        f1: 1.0,
    };

    /// The scores for `shared` units in a candidate of `candidate` and a reference of
    /// `reference` units. An empty side gives 0.
    pub fn of(shared: u64, candidate: u64, reference: u64) -> Self {
        let precision = shared as f64 / candidate.max(1) as f64;
        let recall = shared as f64 / reference.max(1) as f64;
        let sum = precision + recall;
        let f1 = if sum > 0.0 {
            2.0 * precision * recall / sum
        } else {
            0.0
        };
        Self {
            precision,
            recall,
            f1,
        }
    }

    /// The first of those with the highest F1; all zeros if there are none.
    pub(super) fn best(scores: impl Iterator<Item = Self>) -> Self {
        scores.fold(None, keep_better).unwrap_or_default()
    }
}

fn keep_better(best: Option<Prf>, next: Prf) -> Option<Prf> {
    match best {
        Some(best) if best.f1 >= next.f1 => Some(best),
        _ => Some(next),
    }
}

/// Token F1 after [`squad`] normalisation: the scores against the reference with the
/// highest F1. Where either side has no tokens left, all three are 1 if both are empty
/// and 0 otherwise (SQuAD 2's rule for unanswerable questions). Without references, 0.
pub fn token_f1<R: AsRef<str>>(candidate: &str, references: &[R]) -> Prf {
    let candidate = squad(candidate);
    let tokens = words(&candidate);
    let mut available: HashMap<&str, u64> = HashMap::new();
    for token in &tokens {
        *available.entry(token).or_default() += 1;
    }
    Prf::best(references.iter().map(|reference| {
        let reference = squad(reference.as_ref());
        let wanted = words(&reference);
        if tokens.is_empty() && wanted.is_empty() {
            return Prf::PERFECT;
        }
        let mut counts: HashMap<&str, u64> = HashMap::new();
        for token in &wanted {
            *counts.entry(token).or_default() += 1;
        }
        let shared = counts
            .iter()
            .map(|(token, &times)| times.min(available.get(token).copied().unwrap_or(0)))
            .sum();
        Prf::of(shared, tokens.len() as u64, wanted.len() as u64)
    }))
}

/// Whether the candidate equals any of the references after [`squad`] normalisation.
pub fn exact_match<R: AsRef<str>>(candidate: &str, references: &[R]) -> bool {
    let candidate = squad(candidate);
    references
        .iter()
        .any(|reference| squad(reference.as_ref()) == candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_case_and_punctuation_do_not_matter() {
        assert!(exact_match("The Eiffel Tower.", &["Louvre", "eiffel tower"]));
        assert!(!exact_match("Eiffel", &["Eiffel Tower"]));
        assert!(!exact_match::<&str>("Eiffel", &[]));
    }

    #[test]
    fn token_f1_takes_the_best_reference() {
        let score = token_f1("in Paris, France", &["London", "Paris France", "Paris"]);
        assert!((score.precision - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!(score.recall, 1.0);
        assert!((score.f1 - 0.8).abs() < 1e-12);
    }

    #[test]
    fn repeated_tokens_count_no_more_often_than_in_the_reference() {
        assert!((token_f1("no no no no", &["no"]).f1 - 0.4).abs() < 1e-12);
    }

    #[test]
    fn two_empty_answers_agree_and_one_empty_answer_does_not() {
        assert_eq!(token_f1("the", &[""]), Prf::PERFECT);
        assert_eq!(token_f1("", &["x"]).f1, 0.0);
        assert_eq!(token_f1("x", &[""]).f1, 0.0);
    }
}
