//! The lazy queue of one provider: case by case, candidate by candidate, epoch by epoch.

use super::rounds::Wanted;
use super::runtime::{CandidateRuntime, CaseIter, TaskRuntime};
use crate::model::{Case, TrialKey};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Tells whether a trial is on disk already; what a resumed run skips.
pub type Finished = Arc<dyn Fn(&TrialKey) -> bool + Send + Sync>;

/// A trial that was pulled from the queue.
pub(super) struct Job {
    pub key: TrialKey,
    pub case: Arc<Case>,
    pub task: Arc<TaskRuntime>,
    pub candidate: Arc<CandidateRuntime>,
}

pub(super) struct Feed {
    work: Vec<(Arc<TaskRuntime>, Vec<Arc<CandidateRuntime>>)>,
    finished: Finished,
    /// The trials of the round, where the run has rounds.
    wanted: Option<Wanted>,
    task: usize,
    cases: Option<CaseIter>,
    current: Option<(u64, Arc<Case>)>,
    candidate: usize,
    epoch: u32,
}

impl Feed {
    pub fn new(work: Vec<(Arc<TaskRuntime>, Vec<Arc<CandidateRuntime>>)>, finished: Finished) -> Self {
        Self {
            work,
            finished,
            wanted: None,
            task: 0,
            cases: None,
            current: None,
            candidate: 0,
            epoch: 0,
        }
    }

    /// The next trial that is not finished; an error is a case file that can no longer be read.
    pub fn next(&mut self) -> Option<Result<Job, String>> {
        loop {
            let (task, candidates) = self.work.get(self.task)?;
            let Some((position, case)) = &self.current else {
                match self.cases.get_or_insert_with(|| (task.open_cases)()).next() {
                    Some(Ok(next)) => {
                        self.current = Some(next);
                        (self.candidate, self.epoch) = (0, 0);
                    }
                    Some(Err(message)) => {
                        self.task = self.work.len();
                        return Some(Err(message));
                    }
                    None => {
                        self.cases = None;
                        self.task += 1;
                    }
                }
                continue;
            };
            let Some(candidate) = candidates.get(self.candidate) else {
                self.current = None;
                continue;
            };
            if self.epoch >= task.epochs || candidate.dead.load(Ordering::Relaxed) {
                self.candidate += 1;
                self.epoch = 0;
                continue;
            }
            let key = TrialKey {
                task: task.index,
                case: *position,
                candidate: candidate.index,
                epoch: self.epoch,
            };
            self.epoch += 1;
            let wanted = self.wanted.as_ref().is_none_or(|wanted| wanted(&key));
            if wanted && !(self.finished)(&key) {
                let (task, candidate, case) = (task.clone(), candidate.clone(), case.clone());
                return Some(Ok(Job {
                    key,
                    case,
                    task,
                    candidate,
                }));
            }
        }
    }

    /// Goes through the cases from the start, for the trials of a round.
    pub fn begin(&mut self, wanted: Wanted) {
        self.wanted = Some(wanted);
        self.task = 0;
        self.cases = None;
        self.current = None;
    }

    /// The candidates, each once.
    pub fn candidates(&self) -> impl Iterator<Item = u32> {
        let all = self.work.iter().flat_map(|(_, candidates)| candidates);
        all.map(|candidate| candidate.index)
    }

    /// Ends the queue.
    pub fn close(&mut self) {
        self.task = self.work.len();
        self.current = None;
        self.cases = None;
    }
}
