//! A Bloom filter over the cache keys in the store, so that a lookup that finds nothing costs no SQL.
//!
//! B. H. Bloom, "Space/time trade-offs in hash coding with allowable errors", CACM 13(7), 1970; the probes are
//! derived from two halves of one hash, after A. Kirsch and M. Mitzenmacher, "Less hashing, same performance:
//! building a better Bloom filter", Random Structures & Algorithms 33(2), 2008.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Bits for each key that is known when the filter is made; with four probes about 0.24 % of misses go on to SQL.
const BITS_PER_KEY: u64 = 16;
/// The smallest filter: 128 KiB, good for 65,000 keys that come later.
const MIN_BITS: u64 = 1 << 20;
/// The largest: 64 MiB. Beyond 30 million keys more misses go on to SQL, which is slower and still right.
const MAX_BITS: u64 = 1 << 29;

/// Empty until it is first filled; then holds at least every key of the store at that time, and those that this
/// process added since. A key is the first eight bytes of a cache key.
#[derive(Default)]
pub(super) struct Filter {
    bits: OnceLock<Box<[AtomicU64]>>,
    ready: AtomicBool,
}

/// The words and bits of a key's four probes. `bits` is never empty.
fn probes(bits: &[AtomicU64], key: u64) -> impl Iterator<Item = (&AtomicU64, u64)> {
    let step = key.rotate_left(32) | 1;
    (0..4u64).map(move |n| {
        // The low bits of a product vary less than its high bits.
        let probe = key.wrapping_add(step.wrapping_mul(n)) >> 7;
        // The length is a power of two.
        (&bits[(probe >> 6) as usize & (bits.len() - 1)], 1 << (probe & 63))
    })
}

impl Filter {
    /// Adds a key that was committed. Before the filter is made this does nothing: making it reads the store.
    pub(super) fn add(&self, key: u64) {
        if let Some(bits) = self.bits.get() {
            for (word, bit) in probes(bits, key) {
                word.fetch_or(bit, Ordering::Release);
            }
        }
    }

    /// Whether the key may be in the store; `None` before [`Self::fill`].
    pub(super) fn may_hold(&self, key: u64) -> Option<bool> {
        let bits = self.bits.get().filter(|_| self.ready.load(Ordering::Acquire))?;
        Some(probes(bits, key).all(|(word, bit)| word.load(Ordering::Acquire) & bit != 0))
    }

    /// Has the filter filled again before the next lookup: keys were committed that did not come through
    /// [`Self::add`].
    pub(super) fn forget(&self) {
        self.ready.store(false, Ordering::Release);
    }

    /// Makes the filter for about `count` keys. `each` gives all keys of the store to the function that it gets; keys
    /// that are committed meanwhile come through [`Self::add`].
    pub(super) fn fill<E>(
        &self,
        count: u64,
        each: impl FnOnce(&mut dyn FnMut(u64)) -> Result<(), E>,
    ) -> Result<(), E> {
        let size = count
            .saturating_mul(BITS_PER_KEY)
            .clamp(MIN_BITS, MAX_BITS)
            .next_power_of_two();
        self.bits
            .get_or_init(|| (0..size / 64).map(|_| AtomicU64::new(0)).collect());
        each(&mut |key| self.add(key))?;
        self.ready.store(true, Ordering::Release);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Digest;

    #[test]
    fn a_key_that_was_added_is_never_denied_and_few_others_are_let_through() {
        let filter = Filter::default();
        let key = |n: u64| Digest::of(&n.to_le_bytes()).as_u64();
        assert_eq!(filter.may_hold(key(1)), None);
        let none = |_: &mut dyn FnMut(u64)| Ok::<(), ()>(());
        assert_eq!(filter.fill(0, none), Ok(()));
        (0..20_000).for_each(|n| filter.add(key(n)));
        assert!((0..20_000).all(|n| filter.may_hold(key(n)) == Some(true)));
        let wrong = (20_000..40_000)
            .filter(|n| filter.may_hold(key(*n)) == Some(true))
            .count();
        assert!(wrong < 20, "{wrong} of 20,000 unknown keys were let through");
    }
}
