//! The rounds of a run whose next trials depend on what came of others.

use super::escalate::EscalationRounds;
use super::failure::Failure;
use super::until::UntilRounds;
use crate::model::Manifest;
use crate::plan::Plan;
use crate::run::{Finished, Rounds};
use crate::store::{RunRef, Store};

/// The rounds of a session; `None` for a run that sends everything. `finished` tells whether a trial is on disk already,
/// `counts` how many by candidate.
pub fn of(
    store: &Store,
    run: &RunRef,
    manifest: &Manifest,
    plan: &Plan,
    finished: &Finished,
    counts: &[u64],
) -> Result<Option<Box<dyn Rounds>>, Failure> {
    if manifest.until.is_some() {
        let rounds = UntilRounds::new(store, run, manifest, plan, &**finished)?;
        return Ok(Some(Box::new(rounds)));
    }
    if manifest.escalations.is_empty() {
        return Ok(None);
    }
    let rounds = EscalationRounds::new(store, run, manifest, finished.clone(), counts.to_vec());
    Ok(Some(Box::new(rounds)))
}
