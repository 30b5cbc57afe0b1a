//! Means over cases: whatever is said several times of a case is averaged first.

use super::index::JudgedTrial;
use crate::stats::{Estimate, MeanAccumulator};

/// Intervals are two-sided with 95 % confidence.
pub(super) const ALPHA: f64 = 0.05;
/// Clusters (cases, where there are none) below which there is no interval: those of a few would be made up.
pub(super) const FEWEST_GROUPS: usize = 5;

/// A mean over cases, fed in their order.
#[derive(Clone, Debug)]
pub(super) struct CaseMeans {
    mean: MeanAccumulator,
    open: Option<Open>,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    case: u64,
    cluster: Option<u32>,
    sum: f64,
    count: u32,
}

impl CaseMeans {
    pub(super) fn new(clustered: bool) -> Self {
        Self {
            mean: MeanAccumulator::new(clustered),
            open: None,
        }
    }

    /// Adds a value in 0..=1 of the case of that trial.
    pub(super) fn add(&mut self, trial: &JudgedTrial, value: f64) {
        match &mut self.open {
            Some(open) if open.case == trial.case => {
                open.sum += value;
                open.count += 1;
            }
            _ => {
                self.close();
                self.open = Some(Open {
                    case: trial.case,
                    cluster: trial.cluster,
                    sum: value,
                    count: 1,
                });
            }
        }
    }

    fn close(&mut self) {
        if let Some(open) = self.open.take() {
            let mean = open.sum / f64::from(open.count);
            self.mean.add(mean, open.cluster, open.count > 1);
        }
    }

    /// The mean with its interval.
    pub(super) fn estimate(mut self) -> Estimate {
        self.close();
        self.mean.estimate(ALPHA, 0)
    }
}
