//! ROUGE-1, ROUGE-2 and ROUGE-L.
//!
//! Source: C.-Y. Lin, "ROUGE: a package for automatic evaluation of summaries" (2004).
//! The numbers are those of google's rouge-score 0.1.2 with its default tokenizer; with
//! several references, those of its `score_multi`.

use serde::{Deserialize, Serialize};

use super::bits::lcs_length;
use super::f1::Prf;
use super::ngrams::{Interner, count, overlap, total};
use super::tokens::tokenize_rouge;

/// ROUGE-L compares at most this many tokens of either text, and ignores what follows.
/// The common subsequence takes time proportional to the product of both lengths; at
/// this limit (about the length of a novel) it is a fraction of a second.
pub const LCS_TOKEN_LIMIT: usize = 65_536;

/// Which unit ROUGE compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RougeKind {
    /// Single words.
    Rouge1,
    /// Pairs of neighbouring words.
    Rouge2,
    /// The longest common subsequence of words, over the whole text (not `rougeLsum`).
    RougeL,
}

/// ROUGE precision, recall and F1 against the reference with the highest F1. With
/// `stem`, words longer than three letters are reduced by the Porter stemmer first.
/// Without references, and where either side has no tokens, all three are 0.
pub fn rouge<R: AsRef<str>>(candidate: &str, references: &[R], kind: RougeKind, stem: bool) -> Prf {
    let mut interner = Interner::default();
    let candidate = interner.symbols(&tokenize_rouge(candidate, stem));
    Prf::best(references.iter().map(|reference| {
        let reference = interner.symbols(&tokenize_rouge(reference.as_ref(), stem));
        match kind {
            RougeKind::Rouge1 => by_ngrams(&candidate, &reference, 1),
            RougeKind::Rouge2 => by_ngrams(&candidate, &reference, 2),
            RougeKind::RougeL => by_subsequence(&candidate, &reference),
        }
    }))
}

fn by_ngrams(candidate: &[u32], reference: &[u32], n: usize) -> Prf {
    let (found, wanted) = (count(candidate, n), count(reference, n));
    Prf::of(overlap(&found, &wanted), total(&found), total(&wanted))
}

fn by_subsequence(candidate: &[u32], reference: &[u32]) -> Prf {
    let candidate = &candidate[..candidate.len().min(LCS_TOKEN_LIMIT)];
    let reference = &reference[..reference.len().min(LCS_TOKEN_LIMIT)];
    let shared = lcs_length(candidate, reference) as u64;
    Prf::of(shared, candidate.len() as u64, reference.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subsequence_may_skip_words_but_not_reorder_them() {
        let score = rouge(
            "police kill the gunman",
            &["police killed the gunman"],
            RougeKind::RougeL,
            false,
        );
        assert_eq!(score.recall, 0.75);
        let swapped = rouge(
            "the gunman kill police",
            &["police killed the gunman"],
            RougeKind::RougeL,
            false,
        );
        assert_eq!(swapped.recall, 0.5);
    }

    #[test]
    fn a_single_word_has_no_pairs() {
        assert_eq!(rouge("word", &["word"], RougeKind::Rouge2, false), Prf::default());
        assert_eq!(rouge("word", &["word"], RougeKind::Rouge1, false), Prf::PERFECT);
    }

    #[test]
    fn stemming_makes_inflected_words_match() {
        let score = rouge("he was running", &["he was runs"], RougeKind::Rouge1, true);
        assert_eq!(score, Prf::PERFECT);
    }

    #[test]
    fn empty_texts_score_zero() {
        for kind in [RougeKind::Rouge1, RougeKind::Rouge2, RougeKind::RougeL] {
            assert_eq!(rouge("", &[""], kind, false), Prf::default());
            assert_eq!(rouge::<&str>("x", &[], kind, true), Prf::default());
        }
    }
}
