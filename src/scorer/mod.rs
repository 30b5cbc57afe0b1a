//! Scorers.
/// Which scorer.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub enum ScorerConfig {}
