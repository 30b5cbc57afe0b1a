//! Levenshtein distance and the similarity derived from it, over `char`s.
//!
//! Source: V. Levenshtein (1966), computed bit-parallel.

use super::bits::edit_distance;

/// The largest table (characters of one text times characters of the other) that is
/// computed exactly: two texts of 32,768 characters each.
pub const EXACT_CELLS: u128 = 1 << 30;

/// The Levenshtein distance in characters (Unicode scalar values, not bytes and not
/// grapheme clusters): 0 to the length of the longer text.
///
/// Exact while the table has at most [`EXACT_CELLS`] cells. Above that, both texts are
/// cut into equally many pieces of proportional length and the distances of the pieces
/// are added: never below the true distance, never above the longer length, and 0 for
/// equal texts. Memory is linear in the texts; time is bounded by that of the largest
/// exact table plus the reading of the texts.
pub fn distance(left: &str, right: &str) -> usize {
    if left == right {
        return 0;
    }
    distance_of_symbols(&symbols(left), &symbols(right), EXACT_CELLS)
}

/// `1 - distance / longer length`, 0 to 1. Two empty texts are fully similar.
pub fn similarity(left: &str, right: &str) -> f64 {
    if left == right {
        return 1.0;
    }
    let (left, right) = (symbols(left), symbols(right));
    let longer = left.len().max(right.len()).max(1);
    1.0 - distance_of_symbols(&left, &right, EXACT_CELLS) as f64 / longer as f64
}

fn symbols(text: &str) -> Vec<u32> {
    text.chars().map(u32::from).collect()
}

fn distance_of_symbols(left: &[u32], right: &[u32], exact_cells: u128) -> usize {
    let front = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let (left, right) = (&left[front..], &right[front..]);
    let cells = left.len() as u128 * right.len() as u128;
    let pieces = usize::try_from(cells.div_ceil(exact_cells))
        .unwrap_or(usize::MAX)
        .max(1);
    if pieces == 1 {
        return edit_distance(left, right);
    }
    // The work of k pieces is one k-th of the whole table. Rounding can make a piece of
    // the shorter text the longer one of its pair, hence the upper bound.
    let sum: usize = (0..pieces)
        .map(|piece| edit_distance(part(left, piece, pieces), part(right, piece, pieces)))
        .sum();
    sum.min(left.len().max(right.len()))
}

/// The `piece`-th of `pieces` parts, which differ by at most one in length.
fn part(symbols: &[u32], piece: usize, pieces: usize) -> &[u32] {
    let at = |index: usize| (symbols.len() as u128 * index as u128 / pieces as u128) as usize;
    &symbols[at(piece)..at(piece + 1)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_distances_are_found() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("naïve", "naive"), 1);
        assert_eq!(distance("日本語", "日本"), 1);
    }

    #[test]
    fn similarity_is_one_for_equal_and_zero_for_wholly_different_texts() {
        assert_eq!(similarity("", ""), 1.0);
        assert_eq!(similarity("abc", "abc"), 1.0);
        assert_eq!(similarity("abc", "xyz"), 0.0);
        assert_eq!(similarity("abc", ""), 0.0);
        assert_eq!(similarity("abcd", "abxd"), 0.75);
    }

    proptest! {
        #[test]
        fn the_distance_agrees_with_strsim(left in "[abcé日]{0,200}", right in "[abcé日]{0,200}") {
            prop_assert_eq!(distance(&left, &right), strsim::levenshtein(&left, &right));
        }

        #[test]
        fn the_distance_in_pieces_lies_between_the_true_one_and_the_longer_length(
            left in "[ab]{0,120}", right in "[ab]{0,120}",
        ) {
            let pieced = distance_of_symbols(&symbols(&left), &symbols(&right), 500);
            prop_assert!(pieced >= strsim::levenshtein(&left, &right));
            prop_assert!(pieced <= left.len().max(right.len()));
        }
    }
}
