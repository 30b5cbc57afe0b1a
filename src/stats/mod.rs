//! Statistics: pure functions of numbers. No policy of what is shown, no IO.
//!
//! The interval of a mean is the *effective-n Wilson* interval (`mean`): it takes any mean of scores in 0..=1, binary
//! or graded, with or without clusters and repeats, and is the plain Wilson interval for independent yes/no scores.

mod agreement;
mod bca;
mod beta_binomial;
mod bradley_terry;
mod clopper_pearson;
mod cluster;
mod correlation;
mod distribution;
mod eprocess;
mod estimate;
mod gate;
mod length;
mod limit;
mod linear;
mod macro_average;
mod mcnemar;
mod mean;
mod multiplicity;
mod paired;
mod pareto;
mod pass_at_k;
mod percentile;
mod positive;
mod power;
mod ppi;
mod quantile;
mod quantile_ci;
mod ranks;
mod rng;
mod sequential;
mod sequential_pair;
mod spread;
mod sums;
mod tango;
mod weighted;
mod wilson;

pub use agreement::{AlphaMetric, AlphaUnit, Coincidences, Confusion, KappaWeights, krippendorff_alpha};
pub use bca::{REPLICATES, bca};
pub use beta_binomial::{Posterior, beta_binomial};
pub use bradley_terry::{FEWEST_RATED_CASES, Game, NoRatings, Ratings, bradley_terry, elo_online};
pub use clopper_pearson::{Side, clopper_pearson};
pub use cluster::ClusterIndex;
pub use correlation::{kendall_tau_b, pearson, spearman};
pub use distribution::{beta_quantile, normal_cdf, t_survival, two_sided_p};
pub use eprocess::{ConfidenceSequence, EProcess};
pub use estimate::{Estimate, Method, Warning};
pub use gate::{Decision, DifferenceRule, Filled, GateDecision, Undecided, decide, decide_scores};
pub use length::{LengthControlled, LengthGame, Slope, length_controlled, slope};
pub use limit::{LevelDecision, Limit, cases_for_limit, decide_level};
pub use macro_average::{MacroEstimate, Stratum, macro_average, macro_difference};
pub use mcnemar::{McNemar, mcnemar};
pub use mean::{MeanAccumulator, effective_n_wilson};
pub use multiplicity::{benjamini_hochberg, holm};
pub use paired::{PairedAccumulator, PairedEstimate, paired_difference};
pub use pareto::{
    FrontColumn, FrontDraws, FrontMember, FrontPlace, FrontStratum, front_membership, front_over, knee,
};
pub use pass_at_k::{pass_at_k, pass_hat_k, reported_k};
pub use percentile::{Percentile, Percentiles};
pub use positive::{
    PairedT, Ranged, paired_ratio, paired_t, positive_average, positive_mean, ratio_of_totals,
};
pub use power::{
    Design, NextComparison, OpenComparison, Split, best_epochs, best_label_share, epoch_variance,
    expected_design_effect, zero_failure_cases,
};
pub use ppi::{Corrected, FEWEST_LABELS, Labelled, ppi_mean};
pub use quantile::{normal_quantile, t_quantile};
pub use quantile_ci::{clustered_quantile_interval, quantile_interval};
pub use ranks::{Pair, RankInterval, Ranking, rank_intervals};
pub use rng::Rng;
pub use sequential::SequentialGate;
pub use sequential_pair::{SequentialPair, Told};
pub use spread::MeanSpread;
pub use tango::{tango, tango_statistic};
pub use weighted::{Sampled, WeightedMean, weighted_mean};
pub use wilson::wilson;

#[cfg(test)]
mod tests;
