//! Bit-parallel dynamic programming: the longest common subsequence and the edit
//! distance of two symbol sequences, 64 table cells per step.
//!
//! Sources: H. Hyyrö, "Bit-parallel LCS-length computation revisited" (2004), and
//! H. Hyyrö, "A bit-vector algorithm for computing Levenshtein and Damerau edit
//! distances" (2003), the block form of G. Myers (1999).
//!
//! Where each symbol occurs is kept as a sparse list, so that memory is linear in the
//! length of the shorter sequence however many distinct symbols it has.

use std::collections::HashMap;
use std::ops::Range;

/// For each symbol of a sequence, the 64-bit blocks in which it occurs.
struct Positions {
    entries: Vec<(usize, u64)>,
    ranges: HashMap<u32, Range<usize>>,
}

impl Positions {
    fn of(sequence: &[u32]) -> Self {
        let mut order: Vec<usize> = (0..sequence.len()).collect();
        // A stable sort keeps the positions of one symbol in rising order.
        order.sort_by_key(|&position| sequence[position]);
        let mut entries: Vec<(usize, u64)> = Vec::new();
        let mut ranges: HashMap<u32, Range<usize>> = HashMap::new();
        for position in order {
            let (block, bit) = (position / 64, 1_u64 << (position % 64));
            let range = ranges
                .entry(sequence[position])
                .or_insert(entries.len()..entries.len());
            match entries.last_mut() {
                Some((last, mask)) if *last == block && range.start < range.end => *mask |= bit,
                _ => {
                    entries.push((block, bit));
                    range.end = entries.len();
                }
            }
        }
        Self { entries, ranges }
    }

    fn blocks(&self, symbol: u32) -> &[(usize, u64)] {
        self.ranges
            .get(&symbol)
            .and_then(|range| self.entries.get(range.clone()))
            .unwrap_or(&[])
    }
}

/// Cuts off what both sequences share at the start and the end, which changes neither
/// measure's hard part. Returns the middles and the number of symbols cut.
fn without_shared_ends<'a>(left: &'a [u32], right: &'a [u32]) -> (&'a [u32], &'a [u32], usize) {
    let front = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let (left, right) = (&left[front..], &right[front..]);
    let back = left
        .iter()
        .rev()
        .zip(right.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    (
        &left[..left.len() - back],
        &right[..right.len() - back],
        front + back,
    )
}

/// The length of the longest common subsequence.
/// Time O(|left| * |right| / 64) at worst, memory O(min).
pub(super) fn lcs_length(left: &[u32], right: &[u32]) -> usize {
    let (left, right, shared) = without_shared_ends(left, right);
    let (short, long) = if left.len() <= right.len() {
        (left, right)
    } else {
        (right, left)
    };
    let positions = Positions::of(short);
    // A zero bit marks a step of the current table row.
    let mut row = vec![u64::MAX; short.len().div_ceil(64)];
    for &symbol in long {
        let mut carry = false;
        let mut next = 0;
        for &(block, mask) in positions.blocks(symbol) {
            // Blocks without the symbol change only while a carry runs through them.
            while carry && next < block {
                let (sum, overflow) = row[next].overflowing_add(1);
                row[next] |= sum;
                carry = overflow;
                next += 1;
            }
            let old = row[block];
            let matched = old & mask;
            let (sum, first) = old.overflowing_add(matched);
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            row[block] = sum | (old & !matched);
            carry = first || second;
            next = block + 1;
        }
        while carry && next < row.len() {
            let (sum, overflow) = row[next].overflowing_add(1);
            row[next] |= sum;
            carry = overflow;
            next += 1;
        }
    }
    // Bits above the sequence's end can be cleared by nothing: no mask reaches them,
    // and a carry into them only sets bits.
    shared
        + row
            .iter()
            .map(|block| block.count_zeros() as usize)
            .sum::<usize>()
}

/// The Levenshtein distance: the fewest insertions, deletions and substitutions.
/// Time O(|left| * |right| / 64), memory O(min).
pub(super) fn edit_distance(left: &[u32], right: &[u32]) -> usize {
    let (left, right, _) = without_shared_ends(left, right);
    let (short, long) = if left.len() <= right.len() {
        (left, right)
    } else {
        (right, left)
    };
    if short.is_empty() {
        return long.len();
    }
    let positions = Positions::of(short);
    let blocks = short.len().div_ceil(64);
    let last_bit = 1_u64 << ((short.len() - 1) % 64);
    // Vertical differences of the current column: where it rises and where it falls.
    let mut column = vec![(u64::MAX, 0_u64); blocks];
    let mut score = short.len();
    for &symbol in long {
        let mut occurrences = positions.blocks(symbol).iter().peekable();
        // The top row of the table rises by one with every symbol of the long side.
        let (mut rises, mut falls) = (1_u64, 0_u64);
        for (block, (up, down)) in column.iter_mut().enumerate() {
            let mask = occurrences
                .next_if(|entry| entry.0 == block)
                .map_or(0, |entry| entry.1);
            let equal = mask | falls;
            let diagonal = ((equal & *up).wrapping_add(*up) ^ *up) | equal | *down;
            let across_up = *down | !(diagonal | *up);
            let across_down = diagonal & *up;
            if block + 1 == blocks {
                score += usize::from(across_up & last_bit != 0);
                score -= usize::from(across_down & last_bit != 0);
            }
            let shifted_up = across_up << 1 | rises;
            let shifted_down = across_down << 1 | falls;
            rises = across_up >> 63;
            falls = across_down >> 63;
            *up = shifted_down | !(diagonal | shifted_up);
            *down = shifted_up & diagonal;
        }
    }
    score
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plain_lcs(left: &[u32], right: &[u32]) -> usize {
        let mut table = vec![vec![0; right.len() + 1]; left.len() + 1];
        for (i, a) in left.iter().enumerate() {
            for (j, b) in right.iter().enumerate() {
                table[i + 1][j + 1] = if a == b {
                    table[i][j] + 1
                } else {
                    table[i][j + 1].max(table[i + 1][j])
                };
            }
        }
        table[left.len()][right.len()]
    }

    proptest! {
        #[test]
        fn lcs_agrees_with_the_full_table(
            left in prop::collection::vec(0_u32..4, 0..300),
            right in prop::collection::vec(0_u32..4, 0..300),
        ) {
            prop_assert_eq!(lcs_length(&left, &right), plain_lcs(&left, &right));
        }

        #[test]
        fn lcs_agrees_with_the_full_table_on_many_symbols(
            left in prop::collection::vec(0_u32..60, 0..300),
            right in prop::collection::vec(0_u32..60, 0..300),
        ) {
            prop_assert_eq!(lcs_length(&left, &right), plain_lcs(&left, &right));
        }

        #[test]
        fn edit_distance_agrees_with_strsim(
            left in prop::collection::vec(0_u32..5, 0..300),
            right in prop::collection::vec(0_u32..5, 0..300),
        ) {
            prop_assert_eq!(
                edit_distance(&left, &right),
                strsim::generic_levenshtein::<Vec<_>, Vec<_>, _, _>(&left, &right)
            );
        }
    }
}
