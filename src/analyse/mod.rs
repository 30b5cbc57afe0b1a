//! From trials to leaderboards: one pass over the rows of a run, in memory that does not grow with their number.
//!
//! Knows nothing of the store and of formats: whoever has rows hands them over as [`TrialView`]s, and `report`
//! draws the [`Analysis`].

mod answer;
mod builder;
pub mod calibrate;
mod contest;
mod disagree;
mod failures;
mod grid;
pub(crate) mod judging;
mod overall;
mod place;
mod power;
mod quality;
mod scorers;
mod slices;
mod spend;
mod standing;
mod table;
mod tally;
mod view;

pub use answer::Answer;
pub use builder::AnalysisBuilder;
pub use disagree::Disagreement;
pub use failures::{FailureExample, Judgement};
pub use grid::{Cell, Grid, GridCandidate, GridCase, GridTrial};
pub use judging::{
    Agreement, FamilyPreference, Gap, JudgeSummary, JudgedCandidate, JudgedTrials, MemberAgreement,
    MemberSummary, Pairwise, Player, Questions, Ranged, RatedPlayer, SelfPreference, Standing, Swaps,
    Verbosity, Weighted,
};
pub use overall::{Overall, OverallComparison, OverallRow};
pub use power::{PairSplit, PairSpread, Sight};
pub use quality::{CaseQuality, CaseReader, Subset, SubsetOutcome, Suspect, TaskQuality, task_quality};
pub use scorers::{NamedMean, ScorerSummary};
pub use slices::{Slice, SliceField, SliceRow, Slices};
pub use spend::{Amount, Spend, Tokens};
pub use standing::Comparison;
pub use table::{Analysis, Board, Missing, PassAt, Row, TaskAnalysis, Totals};
pub use view::TrialView;

#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;
