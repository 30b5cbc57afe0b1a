//! chrF and chrF++: the F-score of character (and word) n-grams.
//!
//! Sources: M. Popović, "chrF: character n-gram F-score for automatic MT evaluation"
//! (WMT 2015) and "chrF++: words helping character n-grams" (WMT 2017). The numbers are
//! those of sacrebleu 2.6's `sentence_chrf` with its defaults, divided by 100.

use super::ngrams::{Counts, Interner, count, overlap, total};
use super::normalize::is_space;
use super::tokens::words;

/// The longest character n-gram counted.
const CHAR_ORDERS: usize = 6;
/// The longest word n-gram counted by chrF++.
const WORD_ORDERS: usize = 2;
/// Recall weighs beta times as much as precision.
const BETA: f64 = 2.0;

/// chrF (characters only), 0 to 1: the best score over all references. White space is
/// ignored and case counts. Without references, and where either side is empty, it
/// is 0.
pub fn chrf<R: AsRef<str>>(candidate: &str, references: &[R]) -> f64 {
    best(candidate, references, 0)
}

/// chrF++ (characters, words and word pairs), 0 to 1. As [`chrf`] otherwise.
pub fn chrf_plus_plus<R: AsRef<str>>(candidate: &str, references: &[R]) -> f64 {
    best(candidate, references, WORD_ORDERS)
}

fn best<R: AsRef<str>>(candidate: &str, references: &[R], word_orders: usize) -> f64 {
    let mut interner = Interner::default();
    let candidate = all_counts(candidate, word_orders, &mut interner);
    references
        .iter()
        .map(|reference| all_counts(reference.as_ref(), word_orders, &mut interner))
        .map(|reference| f_score(&candidate, &reference))
        .fold(0.0, f64::max)
}

fn all_counts(text: &str, word_orders: usize, interner: &mut Interner) -> Vec<Counts> {
    let chars: Vec<u32> = text.chars().filter(|&c| !is_space(c)).map(u32::from).collect();
    let mut counts: Vec<Counts> = (1..=CHAR_ORDERS).map(|n| count(&chars, n)).collect();
    if word_orders > 0 {
        let symbols = interner.symbols(&words_without_punctuation(text));
        counts.extend((1..=word_orders).map(|n| count(&symbols, n)));
    }
    counts
}

/// Splits one punctuation mark off each word: the last one, or else the first one.
/// That `(hi)` keeps its opening bracket is what the reference does.
fn words_without_punctuation(text: &str) -> Vec<&str> {
    let mut split = Vec::new();
    for word in words(text) {
        let last = word.chars().next_back().filter(char::is_ascii_punctuation);
        let first = word.chars().next().filter(char::is_ascii_punctuation);
        if word.chars().nth(1).is_none() {
            split.push(word);
        } else if let Some(mark) = last {
            let (body, mark) = word.split_at(word.len() - mark.len_utf8());
            split.extend([body, mark]);
        } else if let Some(mark) = first {
            let (mark, body) = word.split_at(mark.len_utf8());
            split.extend([mark, body]);
        } else {
            split.push(word);
        }
    }
    split
}

/// The F-score of precision and recall, each averaged over the orders which both sides
/// have n-grams of.
fn f_score(candidate: &[Counts], reference: &[Counts]) -> f64 {
    let (mut precision, mut recall, mut orders) = (0.0, 0.0, 0.0);
    for (found, wanted) in candidate.iter().zip(reference) {
        if found.is_empty() || wanted.is_empty() {
            continue;
        }
        let shared = overlap(found, wanted) as f64;
        precision += shared / total(found) as f64;
        recall += shared / total(wanted) as f64;
        orders += 1.0;
    }
    if precision + recall == 0.0 {
        return 0.0;
    }
    let (precision, recall) = (precision / orders, recall / orders);
    let factor = BETA * BETA;
    ((1.0 + factor) * precision * recall / (factor * precision + recall)).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identical_texts_score_one_and_disjoint_ones_zero() {
        assert_eq!(chrf("same", &["same"]), 1.0);
        assert_eq!(chrf_plus_plus("the same text", &["the same text"]), 1.0);
        assert_eq!(chrf("abc", &["xyz"]), 0.0);
    }

    #[test]
    fn an_empty_side_scores_zero() {
        assert_eq!(chrf("", &["a"]), 0.0);
        assert_eq!(chrf("a", &[""]), 0.0);
        assert_eq!(chrf::<&str>("a", &[]), 0.0);
    }

    #[test]
    fn the_best_reference_counts() {
        assert_eq!(chrf("house", &["mouse trap", "house", "zzz"]), 1.0);
    }

    #[test]
    fn one_mark_is_split_off_each_word() {
        assert_eq!(
            words_without_punctuation("(hi) \"yo, a . don't"),
            ["(hi", ")", "\"yo", ",", "a", ".", "don't"]
        );
    }
}
