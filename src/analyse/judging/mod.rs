//! What is to be known of the judges of a run before their scores are trusted: how often they could be read, whether
//! they agree, with each other and with themselves, what sways them, and who won the pairs that they compared.
//!
//! Verdicts are kept as an index while trials stream in (48 bytes a question, 72 a judged trial, whatever the texts);
//! what judges wrote is never kept. The figures come from the index in the order of the cases, so that the order in
//! which trials of a case arrive changes no bit of them.

mod agreement;
mod answers;
mod candidates;
mod family;
mod gap;
mod index;
mod means;
mod pairwise;
mod preference;
mod questions;
mod ratings;
mod result;
mod swaps;
mod units;
mod verbosity;

pub use gap::Gap;
pub use questions::Questions;
pub use result::{
    Agreement, FamilyPreference, JudgeSummary, JudgedCandidate, JudgedTrials, MemberAgreement, MemberSummary,
    Pairwise, Player, Ranged, RatedPlayer, SelfPreference, Standing, Swaps, Verbosity, Weighted,
};

pub(super) use answers::summaries;
pub(super) use index::JudgeIndexes;

#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;
