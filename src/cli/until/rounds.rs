//! Sends block after block, to those candidates whose pairs are open.

use super::{blocks::Blocks, decisions};
use crate::cli::failure::Failure;
use crate::model::{Manifest, TrialKey};
use crate::plan::Plan;
use crate::run::{Round, Rounds};
use crate::store::{RunRef, Store};
use std::sync::Arc;

/// The rounds of a run that stops early. What is asked next follows from the store alone, whoever asked for what is there.
pub struct UntilRounds {
    store: Store,
    run: RunRef,
    manifest: Manifest,
    blocks: Arc<Blocks>,
    /// Trials that were on disk when the session began, by candidate and block.
    finished: Vec<Vec<u64>>,
    /// Blocks that each candidate was asked about in this session: what then is missing is not to be had.
    tried: Vec<usize>,
    begun: bool,
}

impl UntilRounds {
    /// The rounds of a session; `is_finished` tells whether a trial is on disk already.
    pub fn new(
        store: &Store,
        run: &RunRef,
        manifest: &Manifest,
        plan: &Plan,
        is_finished: &dyn Fn(&TrialKey) -> bool,
    ) -> Result<Self, Failure> {
        let blocks = Blocks::read(plan, manifest.seed, &|_, _| Ok(()))?;
        let finished = (0_u32..).zip(&manifest.candidates).map(|(candidate, entry)| {
            let task = manifest.tasks.get(entry.task as usize);
            let epochs = task.map_or(1, |task| task.epochs);
            let known = blocks.tasks.get(entry.task as usize);
            let mut counts = vec![0; known.map_or(0, |task| task.blocks.len())];
            for (case, block) in blocks.cases(entry.task) {
                let key = |epoch| TrialKey {
                    task: entry.task,
                    case,
                    candidate,
                    epoch,
                };
                if let Some(count) = counts.get_mut(block) {
                    *count += (0..epochs).filter(|epoch| is_finished(&key(*epoch))).count() as u64;
                }
            }
            counts
        });
        Ok(Self {
            finished: finished.collect(),
            tried: vec![0; manifest.candidates.len()],
            store: store.clone(),
            run: run.clone(),
            manifest: manifest.clone(),
            blocks: Arc::new(blocks),
            begun: false,
        })
    }

    /// The blocks that each candidate is asked about next, from the first up to, not including, the second.
    fn due(&mut self) -> Result<Vec<(usize, usize)>, Failure> {
        let mut due: Vec<(usize, usize)> = self.tried.iter().map(|tried| (*tried, *tried)).collect();
        for decided in decisions(&self.store, &self.run, &self.manifest)? {
            let tried = |candidate: u32| self.tried.get(candidate as usize).copied().unwrap_or(0);
            let waits =
                |at: &&crate::analyse::Asked| at.stalled.is_some_and(|block| block >= tried(at.candidate));
            let next = decided
                .candidates
                .iter()
                .filter(waits)
                .filter_map(|asked| asked.stalled);
            // Whoever is behind comes first: what others are asked may follow from it.
            let next = next.min();
            for asked in &decided.candidates {
                let Some(range) = due.get_mut(asked.candidate as usize) else {
                    continue;
                };
                range.1 = match (asked.stalled, next) {
                    (Some(block), Some(next)) if block == next => block + 1,
                    // A resumed run also sends again what failed.
                    (Some(block), _) if !self.begun => block,
                    (None, _) if !self.begun => asked.blocks,
                    _ => range.0,
                }
                .max(range.0);
            }
        }
        self.begun = true;
        Ok(due)
    }

    fn trials(&self, due: &[(usize, usize)]) -> Vec<u64> {
        let of = |(candidate, (from, to)): (usize, &(usize, usize))| {
            let entry = self.manifest.candidates.get(candidate)?;
            let task = self.manifest.tasks.get(entry.task as usize)?;
            let blocks = &self.blocks.tasks.get(entry.task as usize)?.blocks;
            let finished = self.finished.get(candidate)?;
            let due = blocks.get(*from..*to)?.iter().zip(finished.get(*from..*to)?);
            Some(
                due.map(|(cases, finished)| (cases * u64::from(task.epochs)).saturating_sub(*finished))
                    .sum(),
            )
        };
        due.iter().enumerate().map(|at| of(at).unwrap_or(0)).collect()
    }
}

impl Rounds for UntilRounds {
    fn next(&mut self) -> Result<Option<Round>, String> {
        loop {
            let due = self.due().map_err(|failure| {
                let message = failure.message();
                message.unwrap_or("the store cannot be read").to_owned()
            })?;
            if due.iter().all(|(from, to)| from == to) {
                return Ok(None);
            }
            for (tried, (_, to)) in self.tried.iter_mut().zip(&due) {
                *tried = *to;
            }
            let trials = self.trials(&due);
            if trials.iter().all(|count| *count == 0) {
                continue;
            }
            let blocks = self.blocks.clone();
            let wanted = move |key: &TrialKey| {
                let range = due.get(key.candidate as usize);
                let block = blocks.of(key.task, key.case);
                range
                    .zip(block)
                    .is_some_and(|((from, to), block)| (*from..*to).contains(&block))
            };
            return Ok(Some(Round {
                wanted: Arc::new(wanted),
                trials,
            }));
        }
    }
}
