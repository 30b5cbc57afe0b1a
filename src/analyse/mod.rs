//! From trials to leaderboards: one pass over the rows of a run, in memory that does not grow with their number.
//!
//! Knows nothing of the store and of formats: whoever has rows hands them over as [`TrialView`]s, and `report`
//! draws the [`Analysis`].

mod answer;
mod builder;
pub mod calibrate;
mod cascade;
mod choice;
pub mod compare;
mod contest;
mod disagree;
mod failures;
mod front;
pub mod gate;
mod grid;
pub(crate) mod judging;
mod overall;
mod place;
mod policy;
mod power;
mod quality;
mod scorers;
mod slices;
mod spend;
mod standing;
mod table;
mod tally;
mod until;
mod view;

pub use answer::Answer;
pub use builder::AnalysisBuilder;
pub use cascade::{
    Against, Attempt, Cascade, CascadeCandidate, CascadeRules, CascadeTable, Ladder, Walked, WalkedRung,
    count_ladders, simulate, walk,
};
pub use choice::{PolicyCandidate, PolicyChoice, choose};
pub use disagree::Disagreement;
pub use failures::{FailureExample, Judgement};
pub use front::{
    Absence, Front, FrontAbsent, FrontAxis, FrontChance, FrontPair, FrontPoint, Fronts, Span, fronts,
};
pub use grid::{Cell, Grid, GridCandidate, GridCase, GridTrial};
pub use judging::{
    Agreement, FamilyPreference, Gap, JudgeSummary, JudgedCandidate, JudgedTrials, MemberAgreement,
    MemberSummary, Pairwise, Player, Questions, Ranged, RatedPlayer, SelfPreference, Standing, Swaps,
    Verbosity, Weighted,
};
pub use overall::{Overall, OverallComparison, OverallRow};
pub use policy::{Policy, PolicyEntry, Standing as PolicyStanding, Verdict as PolicyVerdict, rank_by_policy};
pub use power::{PairSplit, PairSpread, Sight};
pub use quality::{CaseQuality, CaseReader, Subset, SubsetOutcome, Suspect, TaskQuality, task_quality};
pub use scorers::{NamedMean, ScorerSummary};
pub use slices::{Slice, SliceField, SliceRow, Slices};
pub use spend::{Amount, Spend, Tokens};
pub use standing::Comparison;
pub use table::{Analysis, Board, Missing, PassAt, Row, TaskAnalysis, Totals};
pub use until::{Asked, Decided, DecidedPair, PairEnd, UnitCounter, against_of, block_of, replay, unit_key};
pub use view::TrialView;

#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;
