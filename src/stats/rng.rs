//! Random numbers that are the same on every machine and in every version.

/// xoshiro256++ (Blackman and Vigna 2021, "Scrambled linear pseudorandom number generators", ACM TOMS 47(4)), seeded
/// with SplitMix64 as its authors advise.
#[derive(Clone, Debug)]
pub struct Rng([u64; 4]);

/// SplitMix64 (Steele, Lea and Flood 2014).
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

impl Rng {
    /// Stream `number` of a seed. Streams of different numbers are unrelated, so that replicates can be drawn on any
    /// number of threads with the same result.
    pub fn stream(seed: u64, number: u64) -> Self {
        let mut state = seed;
        let mut mixed = split_mix(&mut state) ^ number;
        Self(std::array::from_fn(|_| split_mix(&mut mixed)))
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        let state = &mut self.0;
        let result = state[0]
            .wrapping_add(state[3])
            .rotate_left(23)
            .wrapping_add(state[0]);
        let shifted = state[1] << 17;
        state[2] ^= state[0];
        state[3] ^= state[1];
        state[1] ^= state[2];
        state[0] ^= state[3];
        state[2] ^= shifted;
        state[3] = state[3].rotate_left(45);
        result
    }

    /// A number from 0 up to, not including, `n`, each equally likely (Lemire 2019, "Fast random integer generation in
    /// an interval"); 0 where `n` is 0.
    pub fn index(&mut self, n: usize) -> usize {
        let n = n as u64;
        let mut product = u128::from(self.bits()) * u128::from(n);
        if (product as u64) < n {
            let reject = n.wrapping_neg().checked_rem(n).unwrap_or(0);
            while (product as u64) < reject {
                product = u128::from(self.bits()) * u128::from(n);
            }
        }
        (product >> 64) as usize
    }

    /// A number of 0 or more and below 1.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Puts a list in a random order (Fisher and Yates; Durstenfeld 1964).
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.index(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_gives_the_numbers_that_its_authors_publish() {
        let mut rng = Rng([1, 2, 3, 4]);
        let numbers: Vec<u64> = (0..4).map(|_| rng.bits()).collect();
        assert_eq!(
            numbers,
            [
                41_943_041,
                58_720_359,
                3_588_806_011_781_223,
                3_591_011_842_654_386
            ]
        );
    }

    #[test]
    fn indices_are_in_range_and_equally_likely() {
        let mut rng = Rng::stream(7, 0);
        let mut counts = [0_u32; 5];
        (0..50_000).for_each(|_| counts[rng.index(5)] += 1);
        assert!(
            counts.iter().all(|count| (9_500..10_500).contains(count)),
            "{counts:?}"
        );
        assert_eq!(rng.index(0), 0);
        assert_eq!(rng.index(1), 0);
    }

    #[test]
    fn streams_differ_by_number_and_by_seed() {
        let first = |seed, number| Rng::stream(seed, number).bits();
        assert_ne!(first(1, 0), first(1, 1));
        assert_ne!(first(1, 0), first(2, 0));
        assert_eq!(first(3, 4), first(3, 4));
    }
}
