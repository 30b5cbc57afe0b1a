//! Cost and latency of the second side in terms of the first one.

use crate::stats::{Ranged, paired_ratio, ratio_of_totals};

/// A ratio with the cases that it leaves out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// The ratio, second side to first.
    pub ratio: Ranged,
    /// Cases in which one side is unknown.
    pub unknown: u64,
}

/// Pairs of values of the same cases, the second side's first.
#[derive(Clone, Debug, Default)]
struct Pairs {
    values: Vec<(f64, f64)>,
    clusters: Vec<u32>,
    unknown: u64,
}

impl Pairs {
    fn add(&mut self, b: Option<f64>, a: Option<f64>, cluster: u32) {
        match b.zip(a) {
            Some(pair) => {
                self.values.push(pair);
                self.clusters.push(cluster);
            }
            None => self.unknown += 1,
        }
    }
}

/// What ratios of cost and latency are made from.
#[derive(Clone, Debug, Default)]
pub struct Ratios {
    clustered: bool,
    dollars: Pairs,
    seconds: Pairs,
}

impl Ratios {
    /// Without a value yet. `clustered`: clusters count.
    pub fn new(clustered: bool) -> Self {
        Self {
            clustered,
            ..Self::default()
        }
    }

    /// Adds the values of a case, the second side's first in each pair.
    pub fn add(
        &mut self,
        dollars: (Option<f64>, Option<f64>),
        seconds: (Option<f64>, Option<f64>),
        cluster: u32,
    ) {
        self.dollars.add(dollars.0, dollars.1, cluster);
        self.seconds.add(seconds.0, seconds.1, cluster);
    }

    /// Adds all pairs of another task, whose clusters are not these.
    pub fn extend(&mut self, other: &Self) {
        self.clustered |= other.clustered;
        let offset = self.dollars.clusters.iter().chain(&self.seconds.clusters).max();
        let offset = offset.map_or(0, |largest| largest.wrapping_add(1));
        for (own, others) in [
            (&mut self.dollars, &other.dollars),
            (&mut self.seconds, &other.seconds),
        ] {
            own.values.extend(&others.values);
            own.unknown += others.unknown;
            own.clusters
                .extend(others.clusters.iter().map(|cluster| cluster.wrapping_add(offset)));
        }
    }

    /// Cost: the ratio of what all cases cost together. `None` where nothing was paid or known.
    pub fn cost(&self, alpha: f64) -> Option<Ratio> {
        let clusters = self.clustered.then_some(self.dollars.clusters.as_slice());
        let ratio = ratio_of_totals(&self.dollars.values, clusters, alpha)?;
        Some(Ratio {
            ratio,
            unknown: self.dollars.unknown,
        })
    }

    /// Latency: the geometric mean of the ratios case by case.
    pub fn latency(&self, alpha: f64) -> Option<Ratio> {
        let clusters = self.clustered.then_some(self.seconds.clusters.as_slice());
        let ratio = paired_ratio(&self.seconds.values, clusters, alpha)?;
        Some(Ratio {
            ratio,
            unknown: self.seconds.unknown,
        })
    }
}
