//! Sends rung after rung: to each the trials that the one before did not settle.

use super::{accept_of, attempt, place};
use crate::cli::failure::Failure;
use crate::model::{Manifest, TrialKey};
use crate::run::{Finished, Round, Rounds, Wanted};
use crate::store::{KeySet, Order, RunRef, Store};
use std::ops::ControlFlow;
use std::sync::Arc;

/// The rounds of a run up ladders. What is asked next follows from the store alone, whoever asked for what is there.
pub struct EscalationRounds {
    store: Store,
    run: RunRef,
    manifest: Manifest,
    finished: Finished,
    /// Trials that were on disk when the session began, by candidate.
    counts: Vec<u64>,
    /// The rung that comes next.
    rung: usize,
}

impl EscalationRounds {
    /// The rounds of a session; `finished` tells whether a trial is on disk already, `counts` how many by candidate.
    pub fn new(
        store: &Store,
        run: &RunRef,
        manifest: &Manifest,
        finished: Finished,
        counts: Vec<u64>,
    ) -> Self {
        Self {
            store: store.clone(),
            run: run.clone(),
            manifest: manifest.clone(),
            finished,
            counts,
            rung: 0,
        }
    }

    /// All trials of the first rungs.
    fn first(&self) -> Round {
        let mut trials = vec![0; self.manifest.candidates.len()];
        for ladder in &self.manifest.escalations {
            let task = self.manifest.tasks.get(ladder.task as usize);
            let planned = task.map_or(0, |task| task.cases * u64::from(task.epochs));
            if let Some(first) = ladder.rungs.first().map(|first| *first as usize)
                && let Some(count) = trials.get_mut(first)
            {
                *count = planned.saturating_sub(self.counts.get(first).copied().unwrap_or(0));
            }
        }
        let ladders = self.manifest.escalations.iter();
        let firsts: Vec<u32> = ladders
            .filter_map(|ladder| ladder.rungs.first().copied())
            .collect();
        let wanted: Wanted = Arc::new(move |key: &TrialKey| firsts.contains(&key.candidate));
        Round { wanted, trials }
    }

    /// The trials of a later rung: those whose answer of the rung before was not accepted.
    fn later(&self, rung: usize) -> Result<Round, Failure> {
        let mut trials = vec![0; self.manifest.candidates.len()];
        let mut keys = KeySet::default();
        let broken = self.store.stream_trials(&self.run, Order::Case, |row| {
            let Some((at, before)) = place(&self.manifest, row.key.candidate) else {
                return ControlFlow::Continue(());
            };
            let Some(ladder) = self.manifest.escalations.get(at) else {
                return ControlFlow::Continue(());
            };
            let next = ladder.rungs.get(rung).copied();
            let Some(candidate) = next.filter(|_| before + 1 == rung) else {
                return ControlFlow::Continue(());
            };
            match attempt(row, &accept_of(ladder)) {
                Ok(Some(attempt)) if !attempt.accepted => {
                    let key = TrialKey { candidate, ..row.key };
                    keys.insert(&key);
                    if !(self.finished)(&key)
                        && let Some(count) = trials.get_mut(candidate as usize)
                    {
                        *count += 1;
                    }
                    ControlFlow::Continue(())
                }
                Ok(_) => ControlFlow::Continue(()),
                Err(failure) => ControlFlow::Break(failure),
            }
        })?;
        match broken {
            Some(failure) => Err(failure),
            None => Ok(Round {
                wanted: Arc::new(move |key: &TrialKey| keys.contains(key)),
                trials,
            }),
        }
    }
}

impl Rounds for EscalationRounds {
    fn next(&mut self) -> Result<Option<Round>, String> {
        let most = self
            .manifest
            .escalations
            .iter()
            .map(|ladder| ladder.rungs.len())
            .max();
        while self.rung < most.unwrap_or(0) {
            let round = match self.rung {
                0 => Ok(self.first()),
                rung => self.later(rung),
            };
            let round = round.map_err(|failure| {
                let message = failure.message();
                message.unwrap_or("the store cannot be read").to_owned()
            })?;
            self.rung += 1;
            if round.trials.iter().any(|count| *count > 0) {
                return Ok(Some(round));
            }
        }
        Ok(None)
    }
}
