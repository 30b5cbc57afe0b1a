//! Runs in rounds: what is sent next depends on what came of what was sent before.

use crate::model::TrialKey;
use std::sync::Arc;

/// Tells whether a trial belongs to a round.
pub type Wanted = Arc<dyn Fn(&TrialKey) -> bool + Send + Sync>;

/// Chooses the trials of a run round by round.
pub trait Rounds: Send {
    /// The next round, once every record of the one before is committed; `None` ends the run. The error says why the store
    /// cannot be read.
    fn next(&mut self) -> Result<Option<Round>, String>;
}

/// The trials of a round. Those that are on disk already are left out wherever they are wanted.
pub struct Round {
    /// Whether a trial belongs to it.
    pub wanted: Wanted,
    /// How many trials are to be sent, by position of the candidate.
    pub trials: Vec<u64>,
}
