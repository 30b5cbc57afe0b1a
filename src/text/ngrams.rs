//! Counting of n-grams over interned symbols, shared by BLEU, chrF and ROUGE.
//!
//! A sorted run-length table is used instead of a hash map: it is faster at the
//! sizes met here and no input can make it degrade.

use std::collections::HashMap;

/// The n-grams of one order with their number of occurrences, sorted by n-gram.
pub(super) type Counts = Vec<(u128, u64)>;

/// Gives every distinct word a small number, the same across all calls.
#[derive(Default)]
pub(super) struct Interner {
    numbers: HashMap<String, u32>,
}

impl Interner {
    /// The symbols of `words`, in their order.
    pub(super) fn symbols<S: AsRef<str>>(&mut self, words: &[S]) -> Vec<u32> {
        words.iter().map(|word| self.symbol(word.as_ref())).collect()
    }

    fn symbol(&mut self, word: &str) -> u32 {
        if let Some(&number) = self.numbers.get(word) {
            return number;
        }
        // More than u32::MAX distinct words would need over 16 GB of text.
        let number = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        self.numbers.insert(word.to_owned(), number);
        number
    }
}

/// Counts the n-grams of order `n` (1 to 6).
///
/// An n-gram is packed into one `u128`: up to order 4 every symbol has 32 bits; at
/// orders 5 and 6 at least 21 bits, which hold any `char` but not any word number.
pub(super) fn count(symbols: &[u32], n: usize) -> Counts {
    debug_assert!((1..=6).contains(&n));
    let bits = if n <= 4 { 32 } else { 21 };
    let mut grams: Vec<u128> = symbols
        .windows(n.max(1))
        .map(|window| {
            window
                .iter()
                .fold(0, |packed, &symbol| packed << bits | u128::from(symbol))
        })
        .collect();
    grams.sort_unstable();
    let mut counts: Counts = Vec::new();
    for gram in grams {
        match counts.last_mut() {
            Some((last, times)) if *last == gram => *times += 1,
            _ => counts.push((gram, 1)),
        }
    }
    counts
}

/// The number of n-grams in the table.
pub(super) fn total(counts: &Counts) -> u64 {
    counts.iter().map(|&(_, times)| times).sum()
}

/// The number of n-grams the tables share, each clipped to the smaller count.
pub(super) fn overlap(left: &Counts, right: &Counts) -> u64 {
    let mut right = right.iter().peekable();
    let mut shared = 0;
    for &(gram, times) in left {
        while right.next_if(|&&(other, _)| other < gram).is_some() {}
        if let Some(&(_, other_times)) = right.next_if(|&&(other, _)| other == gram) {
            shared += times.min(other_times);
        }
    }
    shared
}

/// The table holding, for every n-gram, the larger of both counts.
pub(super) fn maximum(left: Counts, right: &Counts) -> Counts {
    let mut merged: Counts = left;
    merged.extend_from_slice(right);
    // After the sort the larger count of two equal n-grams comes last.
    merged.sort_unstable();
    merged.dedup_by(|later, kept| {
        let same = later.0 == kept.0;
        if same {
            kept.1 = later.1;
        }
        same
    });
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_grams_are_counted_once_each_time_they_occur() {
        let counts = count(&[1, 2, 1, 2, 1], 2);
        assert_eq!(counts.len(), 2);
        assert_eq!(total(&counts), 4);
    }

    #[test]
    fn a_text_shorter_than_the_order_has_no_grams() {
        assert!(count(&[1, 2], 3).is_empty());
        assert!(count(&[], 1).is_empty());
    }

    #[test]
    fn overlap_is_clipped_to_the_smaller_count() {
        assert_eq!(overlap(&count(&[7, 7, 7, 8], 1), &count(&[7, 7, 9], 1)), 2);
    }

    #[test]
    fn the_maximum_of_two_tables_keeps_the_larger_count_of_each_gram() {
        let merged = maximum(count(&[1, 1, 2], 1), &count(&[1, 2, 2, 3], 1));
        assert_eq!(merged, vec![(1, 2), (2, 2), (3, 1)]);
    }

    #[test]
    fn six_characters_fit_into_one_packed_gram_without_collision() {
        let top = u32::from(char::MAX);
        assert_eq!(count(&[top, 0, 0, 0, 0, 0, 0], 6).len(), 2);
    }
}
