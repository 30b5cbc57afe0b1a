//! Sums of values that come one at a time, with and without clusters: what means and paired differences share.

use super::spread::MeanSpread;

/// Sums of one list of values. Constant memory, plus 16 bytes for each cluster: nothing is kept per case.
#[derive(Clone, Debug)]
pub(super) struct Sums {
    clustered: bool,
    all: Moments,
    /// Cases of a clustered task that name no cluster: each is its own.
    alone: Moments,
    groups: Vec<Group>,
    lowest: f64,
    highest: f64,
}

/// Count, sum and squared deviations (Welford 1962: exact zero for equal values, stable for millions).
#[derive(Clone, Copy, Debug, Default)]
struct Moments {
    n: u64,
    sum: f64,
    mean: f64,
    squares: f64,
}

impl Moments {
    fn add(&mut self, value: f64) {
        self.n += 1;
        self.sum += value;
        let before = value - self.mean;
        self.mean += before / self.n as f64;
        self.squares += before * (value - self.mean);
    }

    /// Sum of squared deviations from `centre`.
    fn squares_around(&self, centre: f64) -> f64 {
        self.squares + self.n as f64 * (self.mean - centre).powi(2)
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Group {
    n: u64,
    sum: f64,
}

impl Sums {
    pub fn new(clustered: bool) -> Self {
        Self {
            clustered,
            all: Moments::default(),
            alone: Moments::default(),
            groups: Vec::new(),
            lowest: f64::INFINITY,
            highest: f64::NEG_INFINITY,
        }
    }

    /// Whether the values have clusters.
    pub fn clustered(&self) -> bool {
        self.clustered
    }

    /// Values so far.
    pub fn count(&self) -> u64 {
        self.all.n
    }

    /// Their mean.
    pub fn mean(&self) -> Option<f64> {
        (self.all.n > 0).then(|| self.all.sum / self.all.n as f64)
    }

    /// Adds a value. `cluster` is a number of a [`super::ClusterIndex`], so that numbers are small; a value without one is
    /// a cluster of its own.
    pub fn add(&mut self, value: f64, cluster: Option<u32>) {
        self.all.add(value);
        self.lowest = self.lowest.min(value);
        self.highest = self.highest.max(value);
        if !self.clustered {
            return;
        }
        let Some(cluster) = cluster else {
            self.alone.add(value);
            return;
        };
        let position = cluster as usize;
        if position >= self.groups.len() {
            self.groups.resize(position + 1, Group::default());
        }
        if let Some(group) = self.groups.get_mut(position) {
            group.n += 1;
            group.sum += value;
        }
    }

    /// Values that differ by no more than rounding do not vary: an interval made of noise would have no width.
    fn varies(&self) -> bool {
        let size = self.lowest.abs().max(self.highest.abs());
        self.highest - self.lowest > 1e-12 * size + 1e-14
    }

    /// The spread of the mean; `None` without values.
    pub fn spread(&self) -> Option<MeanSpread> {
        let mean = self.mean()?;
        let n = self.all.n as f64;
        let varies = self.varies();
        let variance = if self.all.n > 1 && varies {
            self.all.squares / (n - 1.0)
        } else {
            0.0
        };
        let plain = MeanSpread {
            n,
            mean,
            variance,
            independent: variance / n,
            robust: variance / n,
            clusters: n,
            effective: n,
            largest: 0.0,
        };
        if !self.clustered {
            return Some(plain);
        }
        let mut residuals = self.alone.squares_around(mean);
        let mut sizes = self.alone.n as f64;
        let mut clusters = self.alone.n;
        let mut largest = self.alone.n.min(1);
        for group in self.groups.iter().filter(|group| group.n > 0) {
            let size = group.n as f64;
            residuals += (group.sum - size * mean).powi(2);
            sizes += size * size;
            clusters += 1;
            largest = largest.max(group.n);
        }
        let count = clusters as f64;
        let robust = if clusters > 1 && varies {
            count / (count - 1.0) * residuals / (n * n)
        } else {
            0.0
        };
        Some(MeanSpread {
            robust,
            clusters: count,
            effective: n * n / sizes,
            largest: largest as f64 / n,
            ..plain
        })
    }
}
