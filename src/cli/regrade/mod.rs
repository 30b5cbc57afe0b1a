//! Grading stored completions again with the workspace's scorers and golden outputs as they are now.
//!
//! Trials go one way and keep their order: this thread reads them and finds their cases (`grader`), as many threads as
//! the sandbox has places grade them (`pipeline`), one thread counts what changed (`tally`) and hands them to the store,
//! which takes all or nothing. Queues are bounded, so that memory does not grow with the number of trials.

mod grader;
mod pipeline;
mod tally;
mod why;

use super::console::Console;
use super::failure::Failure;
use super::providers::renew_judges;
use super::{restore, sandbox, signals};
use crate::load::cases::{CaseSelection, scan};
use crate::model::{Manifest, Project};
use crate::scorer::grading;
use crate::store::{Order, RunRef, ScoreUpdate, Store, StoreError};
use grader::Grader;
use pipeline::{Graded, Incoming, Outgoing};
use std::ops::ControlFlow;
use std::sync::atomic::Ordering;
use tally::TaskTally;
pub use tally::{Change, Regraded, ScorerRegraded, Tally, TaskRegraded, Verdict};
pub use why::{State, same_judges};

/// What is done with a run's completions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The new scores are counted, and not stored.
    DryRun,
    /// They are stored.
    Store,
    /// They are stored, and judges are asked about what waits for them then: only [`Tally::close`] counts that.
    Judge,
}

/// Grades all completions of a run, and stores the scores.
pub fn regrade(
    store: &Store,
    run: &RunRef,
    project: &Project,
    purpose: Purpose,
    console: &Console,
) -> Result<Tally, Failure> {
    let mut manifest = store.manifest(run)?;
    let mut graders = Vec::new();
    let mut tallies = Vec::new();
    let mut judged = Vec::new();
    let sandbox = sandbox::open();
    for (at, entry) in manifest.tasks.clone().iter().enumerate() {
        let task = restore::task(project, entry)?;
        let selection = CaseSelection::new(&entry.case_globs, entry.limit).map_err(Failure::Usage)?;
        let scan = scan(&task, &project.root, false);
        if let Some(problem) = scan.problems.iter().find(|problem| problem.is_error()) {
            return Err(Failure::Usage(format!(
                "{}: {}; `bench check` shows all",
                task.path, problem.message
            )));
        }
        let now = grading(&task);
        tallies.push(TaskTally::new(why::compare(entry, &task, &now)));
        let stored = &mut manifest.tasks[at];
        stored.scorer_hash = task.scorer_hash;
        stored.cases_hash = scan.hash;
        stored.cluster.clone_from(&task.cluster);
        stored.scorers = task
            .scorers
            .iter()
            .map(|spec| (spec.name.clone(), spec.weight))
            .collect();
        judged.push((task.clone(), why::same_judges(entry, &now)));
        let grader = Grader::new(task, selection, &sandbox, entry, &now, at, &manifest)?;
        manifest.tasks[at].grading = Some(now);
        graders.push(grader);
    }
    renew_judges(&mut manifest, project, &judged);
    sandbox::warm_up(
        &sandbox,
        graders.iter().map(|grader| &grader.shared.scorers),
        console,
    );
    let teller = console.clone();
    let stop = signals::flag(move |text| teller.note(text));
    let shared: Vec<_> = graders.iter().map(|grader| grader.shared.clone()).collect();
    let tally = Tally::new(&manifest, tallies, purpose == Purpose::Judge);
    let threads = sandbox.parallel();
    let (mut incoming, outgoing) = pipeline::start(threads);
    let kept = manifest.clone();
    let (streamed, written) = std::thread::scope(|scope| {
        let outgoing = pipeline::work(scope, outgoing, &shared, &stop);
        let writer = scope.spawn(move || take_in(store, run, &kept, outgoing, tally, purpose));
        let streamed = store.stream_trials(run, Order::Case, |row| {
            if stop.load(Ordering::Relaxed) {
                return ControlFlow::Break(Some(interrupted()));
            }
            let Some(grader) = graders.get_mut(row.key.task as usize) else {
                return ControlFlow::Continue(());
            };
            match grader.trial(row) {
                Ok(Some(trial)) => match incoming.send(Incoming::Trial(Box::new(trial))) {
                    true => ControlFlow::Continue(()),
                    false => ControlFlow::Break(None),
                },
                Ok(None) => ControlFlow::Continue(()),
                Err(failure) => ControlFlow::Break(Some(failure)),
            }
        });
        if matches!(streamed, Ok(None)) {
            // Without this mark the store drops what it gathered, so that a failure changes nothing.
            incoming.send(Incoming::End);
        }
        drop(incoming);
        (streamed, writer.join())
    });
    match (streamed, written) {
        (Ok(Some(Some(failure))), _) => Err(failure),
        // Threads that see the flag stop before this one does.
        (Ok(_), Ok((Err(StoreError::Abandoned), None))) if stop.load(Ordering::Relaxed) => Err(interrupted()),
        (_, Ok((_, Some(failure)))) => Err(failure),
        (Err(error), _) => Err(error.into()),
        (_, Ok((Err(error), _))) => Err(error.into()),
        (Ok(None), Ok((Ok(tally), None))) => Ok(tally),
        _ => Err(Failure::System(
            "grading stopped unexpectedly; the stored scores are unchanged".to_owned(),
        )),
    }
}

fn interrupted() -> Failure {
    Failure::Interrupted("interrupted; the stored scores are unchanged".to_owned())
}

/// Counts and stores what is graded, once all of it is there. A failure of the grading itself comes beside the result.
fn take_in(
    store: &Store,
    run: &RunRef,
    manifest: &Manifest,
    mut outgoing: Outgoing,
    mut tally: Tally,
    purpose: Purpose,
) -> (Result<Tally, StoreError>, Option<Failure>) {
    let mut failure = None;
    let mut whole = false;
    let mut updates = std::iter::from_fn(|| match outgoing.next() {
        Some(Graded::One(update, before)) => {
            tally.add(&update, &before);
            Some(Ok(*update))
        }
        Some(Graded::All) => {
            whole = true;
            None
        }
        Some(Graded::Failed(reason)) => {
            failure = Some(reason);
            Some(Err(StoreError::Abandoned))
        }
        None if whole => None,
        None => Some(Err(StoreError::Abandoned)),
    });
    let stored = if purpose == Purpose::DryRun {
        updates.try_for_each(|update: Result<ScoreUpdate, StoreError>| update.map(drop))
    } else {
        store.update_scores(run, manifest, updates)
    };
    (stored.map(|()| tally), failure)
}
