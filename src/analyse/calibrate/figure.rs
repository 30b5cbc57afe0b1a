//! A figure with its interval, or with the reason why there is none.

use crate::model::MeanFigure;
use crate::stats::{Estimate, MeanAccumulator, Sampled, weighted_mean};

/// Error level of all intervals.
pub(super) const ALPHA: f64 = 0.05;

/// Why there is no interval.
const ONE_CLUSTER: &str = "no interval: all of them are in one cluster";

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

    /// The same as it is kept with a run.
    pub(super) fn kept(&self) -> MeanFigure {
        MeanFigure {
            value: self.value,
            low: self.low,
            high: self.high,
            n: self.n,
            why: self.why.map(str::to_owned),
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
            (Some(_), None) => Some(ONE_CLUSTER),
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

/// A share of units, cluster by cluster; weighted where some were likelier to be labelled than others.
pub(super) struct Share {
    clustered: bool,
    plain: MeanAccumulator,
    cases: Vec<Sampled>,
}

impl Share {
    pub fn new(clustered: bool) -> Self {
        Self {
            clustered,
            plain: MeanAccumulator::new(clustered),
            cases: Vec::new(),
        }
    }

    /// Adds the value of one unit, in 0..=1, that was labelled with that probability.
    pub fn add(&mut self, value: f64, cluster: u32, probability: f64) {
        self.plain.add(value, Some(cluster), value.fract() != 0.0);
        self.cases.push(Sampled {
            value,
            probability,
            cluster,
        });
    }

    pub fn figure(&self) -> Figure {
        let first = self.cases.first().map(|case| case.probability);
        let equal = self.cases.iter().all(|case| Some(case.probability) == first);
        let weighted = match equal {
            true => None,
            false => weighted_mean(&self.cases, self.clustered, ALPHA),
        };
        match weighted {
            None => self.plain.estimate(ALPHA, 0).into(),
            Some(found) => Figure {
                value: Some(found.mean),
                low: found.low,
                high: found.high,
                n: found.sampled,
                why: found.low.is_none().then_some(ONE_CLUSTER),
            },
        }
    }
}

/// The share of those units that hold, with its interval: cluster, probability, and whether it holds.
pub(super) fn share(clustered: bool, units: impl Iterator<Item = (u32, f64, bool)>) -> Figure {
    let mut share = Share::new(clustered);
    for (cluster, probability, holds) in units {
        share.add(f64::from(u8::from(holds)), cluster, probability);
    }
    share.figure()
}
