//! Stored trials on their way to the judges, in the order in which they are stored.

use super::members::Judges;
use super::pairs::{Schedule, Seat};
use super::sample::Sample;
use crate::cli::failure::Failure;
use crate::model::{JudgeFault, Manifest, ScoreEntry, TrialKey, TrialRecord};
use crate::run::{JudgeRuntime, JudgingJob, LeftOut, Matter, Stopper, TaskRuntime};
use crate::store::{Order, RunRef, Store, StoreError, TrialRow};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use tokio::sync::mpsc::Sender;

/// Where trials go.
pub type Out = Sender<Result<JudgingJob, String>>;

/// What all passes over the trials read.
pub struct Source {
    /// The store.
    pub store: Store,
    /// The run.
    pub run: RunRef,
    /// Its manifest.
    pub manifest: Arc<Manifest>,
    /// Its tasks, compiled.
    pub tasks: Vec<Arc<TaskRuntime>>,
    /// Who judges.
    pub judges: Arc<Judges>,
    /// Ends the run.
    pub stopper: Stopper,
}

/// A stored trial as the engine records it.
pub fn record_of(row: &TrialRow<'_>) -> Result<TrialRecord, StoreError> {
    Ok(TrialRecord {
        key: row.key,
        case: Arc::new(row.case()?),
        cluster: row.cluster.map(Arc::from),
        outcome: row.outcome,
        score: row.score,
        pass: row.pass,
        scores: row.scores()?,
        completion: row.completion_record()?,
        failures: row.failures()?,
    })
}

/// Whether a judge's entry is still to be filled: it waits, or failed before.
pub fn is_open(scores: &[ScoreEntry], judge: &JudgeRuntime) -> bool {
    let entry = scores.iter().find(|entry| entry.scorer == judge.name);
    entry.is_some_and(|entry| match &entry.result {
        Err(error) => matches!(error.judge, Some(JudgeFault::Waiting | JudgeFault::Failed)),
        Ok(_) => false,
    })
}

impl Source {
    /// The judges of a task.
    pub fn judges_of(&self, task: u32) -> &Arc<[JudgeRuntime]> {
        static NONE: std::sync::OnceLock<Arc<[JudgeRuntime]>> = std::sync::OnceLock::new();
        self.judges
            .tasks
            .get(task as usize)
            .unwrap_or_else(|| NONE.get_or_init(|| Arc::new([])))
    }

    /// Calls `f` with each stored trial of a task with judges, until it breaks off or the run stops.
    pub fn each(
        &self,
        mut f: impl FnMut(&TrialRow<'_>) -> Result<ControlFlow<()>, StoreError>,
    ) -> Result<(), Failure> {
        let stopped = self.store.stream_trials(&self.run, Order::Case, |row| {
            if self.stopper.is_stopped() {
                return ControlFlow::Break(None);
            }
            if self.judges_of(row.key.task).is_empty() || row.completion_id.is_none() {
                return ControlFlow::Continue(());
            }
            match f(row) {
                Ok(ControlFlow::Continue(())) => ControlFlow::Continue(()),
                Ok(ControlFlow::Break(())) => ControlFlow::Break(None),
                Err(error) => ControlFlow::Break(Some(error)),
            }
        })?;
        match stopped.flatten() {
            Some(error) => Err(error.into()),
            None => Ok(()),
        }
    }

    /// Everything that is to be judged, in the order in which it is stored: trial by trial, and, of tasks whose outputs are
    /// compared with each other, the trials of a case and epoch together.
    pub fn feed(&self, sample: &Sample, schedule: &Schedule, out: &Out) -> Result<(), Failure> {
        let mut together: Vec<TrialRecord> = Vec::new();
        self.each(|row| {
            let compares = self.compares(row.key.task);
            let same = together
                .first()
                .is_none_or(|first| (first.key.task, first.key.case) == (row.key.task, row.key.case));
            if !same
                && self
                    .play(std::mem::take(&mut together), sample, schedule, out)
                    .is_break()
            {
                return Ok(ControlFlow::Break(()));
            }
            if compares {
                together.push(record_of(row)?);
                return Ok(ControlFlow::Continue(()));
            }
            let (matters, left_out) = self.alone(&row.scores()?, &row.key, 0, sample);
            if matters.is_empty() && left_out.is_empty() {
                return Ok(ControlFlow::Continue(()));
            }
            let job = self.job(vec![record_of(row)?], matters, left_out);
            Ok(send(out, job))
        })?;
        let _ = self.play(together, sample, schedule, out);
        Ok(())
    }

    /// Whether outputs of a task are compared with each other.
    pub fn compares(&self, task: u32) -> bool {
        self.judges_of(task)
            .iter()
            .any(|judge| judge.scorer.meets_candidates())
    }

    /// What the judges that look at each output alone are to say of a trial, which is at that position of its job; and
    /// those in whose sample it is not.
    fn alone(
        &self,
        scores: &[ScoreEntry],
        key: &TrialKey,
        position: usize,
        sample: &Sample,
    ) -> (Vec<Matter>, Vec<LeftOut>) {
        let mut matters = Vec::new();
        let mut left_out = Vec::new();
        for (at, judge) in self.judges_of(key.task).iter().enumerate() {
            if judge.scorer.meets_candidates() || !is_open(scores, judge) {
                continue;
            }
            let chance = sample.probability(key, at);
            if judge.scorer.sample().is_some() && chance.is_none() {
                left_out.push(LeftOut::not_sampled(at, position));
                continue;
            }
            matters.push(Matter {
                judge: at,
                trial: position,
                opponent: None,
                probability: chance,
            });
        }
        (matters, left_out)
    }

    /// Hands the trials of one case over, epoch by epoch.
    fn play(
        &self,
        trials: Vec<TrialRecord>,
        sample: &Sample,
        schedule: &Schedule,
        out: &Out,
    ) -> ControlFlow<()> {
        let mut by_epoch: BTreeMap<u32, Vec<TrialRecord>> = BTreeMap::new();
        for trial in trials {
            by_epoch.entry(trial.key.epoch).or_default().push(trial);
        }
        for trials in by_epoch.into_values() {
            let Some(task) = trials.first().map(|trial| trial.key.task) else {
                continue;
            };
            let mut matters = Vec::new();
            let mut left_out = Vec::new();
            for (position, trial) in trials.iter().enumerate() {
                let (alone, without) = self.alone(&trial.scores, &trial.key, position, sample);
                matters.extend(alone);
                left_out.extend(without);
            }
            for (at, judge) in self.judges_of(task).iter().enumerate() {
                if !judge.scorer.meets_candidates() {
                    continue;
                }
                let seats: Vec<Seat> = trials
                    .iter()
                    .map(|trial| Seat::of(&trial.key, &trial.scores, judge))
                    .collect();
                let (games, alone) = schedule.games(at, &seats);
                matters.extend(games);
                left_out.extend(alone);
            }
            if !matters.is_empty() || !left_out.is_empty() {
                let job = self.job(trials, matters, left_out);
                if send(out, job).is_break() {
                    return ControlFlow::Break(());
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn job(
        &self,
        trials: Vec<TrialRecord>,
        matters: Vec<Matter>,
        left_out: Vec<LeftOut>,
    ) -> Option<JudgingJob> {
        let task = trials.first()?.key.task;
        let trials: Option<Vec<_>> = trials
            .into_iter()
            .map(|trial| {
                let candidate = self.judges.candidates.get(trial.key.candidate as usize)?;
                Some((trial, candidate.clone()))
            })
            .collect();
        Some(JudgingJob {
            task: self.tasks.get(task as usize)?.clone(),
            judges: self.judges_of(task).clone(),
            trials: trials?,
            matters,
            left_out,
        })
    }
}

fn send(out: &Out, job: Option<JudgingJob>) -> ControlFlow<()> {
    match job.map(|job| out.blocking_send(Ok(job))) {
        Some(Err(_)) => ControlFlow::Break(()),
        Some(Ok(())) | None => ControlFlow::Continue(()),
    }
}
