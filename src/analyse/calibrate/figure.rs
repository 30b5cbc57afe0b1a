//! A figure with its interval, or with the reason why there is none.

use crate::stats::{Estimate, MeanAccumulator};

/// Error level of all intervals.
pub(super) const ALPHA: f64 = 0.05;

/// A figure with its interval, or with the reason why there is none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figure {
    /// The figure; `None` where the data do not define it.
    pub value: Option<f64>,
    /// Lower bound; `None` where the data give no interval.
    pub low: Option<f64>,
    /// Upper bound.
    pub high: Option<f64>,
    /// Units that it is made from.
    pub n: u64,
    /// Why there is no figure, or no interval.
    pub why: Option<&'static str>,
}

impl Figure {
    /// No figure, for that reason.
    pub(super) fn none(n: u64, why: &'static str) -> Self {
        Self {
            n,
            why: Some(why),
            ..Self::default()
        }
    }

    /// Both bounds, where there is an interval.
    pub fn interval(&self) -> Option<(f64, f64)> {
        self.low.zip(self.high)
    }
}

impl From<Estimate> for Figure {
    fn from(estimate: Estimate) -> Self {
        let why = match (estimate.mean, estimate.interval()) {
            (None, _) => Some("there is nothing to count"),
            (Some(_), None) => Some("no interval: all units are in one cluster"),
            _ => None,
        };
        Self {
            value: estimate.mean,
            low: estimate.low,
            high: estimate.high,
            n: estimate.n,
            why,
        }
    }
}

/// A share of units, cluster by cluster.
pub(super) struct Share(MeanAccumulator);

impl Share {
    pub fn new(clustered: bool) -> Self {
        Self(MeanAccumulator::new(clustered))
    }

    /// Adds the value of one unit, in 0..=1.
    pub fn add(&mut self, value: f64, cluster: u32) {
        self.0.add(value, Some(cluster), value.fract() != 0.0);
    }

    pub fn figure(&self) -> Figure {
        self.0.estimate(ALPHA, 0).into()
    }
}

/// The share of those units that hold, with its interval.
pub(super) fn share(clustered: bool, units: impl Iterator<Item = (u32, bool)>) -> Figure {
    let mut share = Share::new(clustered);
    for (cluster, holds) in units {
        share.add(f64::from(u8::from(holds)), cluster);
    }
    share.figure()
}
