//! Statistics: pure functions of numbers. No policy of what is shown, no IO.
//!
//! The interval of a mean is the *effective-n Wilson* interval (`mean`): it takes any mean of scores in 0..=1, binary
//! or graded, with or without clusters and repeats, and is the plain Wilson interval for independent yes/no scores.

mod cluster;
mod estimate;
mod mean;
mod pass_at_k;
mod percentile;
mod quantile;
mod slope;
mod wilson;

pub use cluster::ClusterIndex;
pub use estimate::{Estimate, Method, Warning};
pub use mean::{MeanAccumulator, effective_n_wilson};
pub use pass_at_k::{pass_at_k, reported_k};
pub use percentile::{Percentile, Percentiles};
pub use quantile::{normal_quantile, t_quantile};
pub use slope::{Slope, SlopePoint, slope, slope_within};
pub use wilson::wilson;

#[cfg(test)]
mod tests;
