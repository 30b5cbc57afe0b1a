//! Percentiles of durations and counts in bounded memory.

use super::quantile_ci::quantile_ranks;

/// Values kept as they are before the histogram takes over.
const EXACT: usize = 4096;
/// Buckets per power of two: a bucket is at most 1/64 wide, so its middle is off by less than 0.8 %.
const STEPS: u64 = 64;

/// Takes values one by one and answers with percentiles: exact for up to 4,096 values, and within 1 % beyond,
/// from a histogram with logarithmic buckets. Memory: 32 KiB at most for the values, then 30 KiB at most for the
/// histogram.
#[derive(Clone, Debug, Default)]
pub struct Percentiles {
    values: Vec<u64>,
    buckets: Vec<u64>,
    n: u64,
    largest: u64,
}

/// A percentile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Percentile {
    /// The value.
    pub value: u64,
    /// False where it is rounded to the middle of a histogram bucket (less than 1 % off).
    pub exact: bool,
}

impl Percentiles {
    /// Adds a value.
    pub fn add(&mut self, value: u64) {
        self.n += 1;
        self.largest = self.largest.max(value);
        if self.buckets.is_empty() {
            if self.values.len() < EXACT {
                self.values.push(value);
                return;
            }
            for value in std::mem::take(&mut self.values) {
                self.count(value);
            }
        }
        self.count(value);
    }

    fn count(&mut self, value: u64) {
        let bucket = bucket_of(value);
        if bucket >= self.buckets.len() {
            self.buckets.resize(bucket + 1, 0);
        }
        if let Some(count) = self.buckets.get_mut(bucket) {
            *count += 1;
        }
    }

    /// The smallest value that at least the share `p` of all values does not exceed (nearest rank); `None` without
    /// values.
    pub fn at(&self, p: f64) -> Option<Percentile> {
        let rank = ((p.clamp(0.0, 1.0) * self.n as f64).ceil() as u64).clamp(1, self.n.max(1));
        let (low, high) = self.ranked(rank)?;
        Some(Percentile {
            value: if low == high {
                low
            } else {
                (low + (high - low).div_ceil(2)).min(self.largest)
            },
            exact: low == high,
        })
    }

    /// The interval of that percentile with confidence of at least 1 - `alpha`, from the order of the values (as
    /// [`super::quantile_interval`]). A bound is `None` where the values do not bound it; one from the histogram is the
    /// outer edge of its bucket, so that the interval is never too narrow.
    pub fn interval(&self, p: f64, alpha: f64) -> (Option<Percentile>, Option<Percentile>) {
        let (low, high) = quantile_ranks(self.n, p, alpha);
        let edges = |rank: Option<u64>| rank.and_then(|rank| self.ranked(rank));
        let bound = |value: u64, (low, high): (u64, u64)| Percentile {
            value,
            exact: low == high,
        };
        (
            edges(low).map(|edges| bound(edges.0, edges)),
            edges(high).map(|edges| bound(edges.1.min(self.largest), edges)),
        )
    }

    /// Between which values, both included, the value of that rank lies (from 1 on): one value where it is exact.
    fn ranked(&self, rank: u64) -> Option<(u64, u64)> {
        if rank == 0 || rank > self.n {
            return None;
        }
        if self.buckets.is_empty() {
            let mut values = self.values.clone();
            let (_, value, _) = values.select_nth_unstable(rank as usize - 1);
            return Some((*value, *value));
        }
        let mut seen = 0;
        let bucket = self.buckets.iter().position(|count| {
            seen += count;
            seen >= rank
        })?;
        Some(edges_of(bucket))
    }
}

/// Below 128 each value has its own bucket; above, each power of two has 64.
fn bucket_of(value: u64) -> usize {
    if value < 2 * STEPS {
        return value as usize;
    }
    let shift = u64::from(value.ilog2()) - u64::from(STEPS.ilog2());
    (shift * STEPS + (value >> shift)) as usize
}

/// The first and the last value of a bucket.
fn edges_of(bucket: usize) -> (u64, u64) {
    let bucket = bucket as u64;
    if bucket < 2 * STEPS {
        return (bucket, bucket);
    }
    let shift = bucket / STEPS - 1;
    let start = (bucket % STEPS + STEPS) << shift;
    (start, start + ((1 << shift) - 1))
}
