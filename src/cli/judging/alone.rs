//! Judging without a run around it: for completions that are stored already.

use super::preflight::askable;
use super::{Judged, Judges, Judging, Wiring, judge};
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::cli::{restore, runtime, sandbox, signals, wire};
use crate::model::{Outcome, Project, RunStatus};
use crate::run::Stopper;
use crate::store::{RunRef, Store};
use std::sync::Arc;
use std::time::Duration;

/// Asks the judges of a stored run about everything that waits for them. `None` where nothing does.
pub fn judge_stored(
    store: &Store,
    run: &RunRef,
    project: &Project,
    jobs: Option<u32>,
    console: &Console,
) -> Result<Option<Judged>, Failure> {
    let manifest = store.manifest(run)?;
    let plan = restore::plan(project, &manifest, console)?;
    askable(project, &plan, manifest.budget.is_some())?;
    let tasks = wire::tasks(&plan, &sandbox::open())?;
    let judges = Judges::connect(&Wiring {
        project,
        plan: &plan,
        tasks: &tasks,
        judges: &manifest.judges,
        jobs,
    })?;
    if judges.is_empty() {
        return Ok(None);
    }
    let before = store.run_info(run)?;
    let writer = Arc::new(store.resume(run)?);
    let runtime = runtime::start()?;
    let judging = Judging {
        store,
        run: run.clone(),
        manifest: &manifest,
        tasks,
        judges,
        writer: writer.clone(),
        deadline: project.workspace.deadline_seconds.map(Duration::from_secs_f64),
        fail_fast: false,
    };
    let (stopper, told) = (Stopper::default(), console.clone());
    let judged = runtime.block_on(signals::during(
        &stopper,
        move |text| told.note(text),
        judge(judging, &stopper, console),
    ));
    runtime::end(runtime);
    let unfinished = [Outcome::ProviderError, Outcome::Skipped];
    let complete = store.totals(run)?.iter().all(|totals| {
        unfinished
            .iter()
            .all(|outcome| totals.outcomes[outcome.index()] == 0)
    });
    let stopped = matches!(&judged, Ok(Some(judged)) if judged.end.cause.is_some());
    let status = match before.status {
        _ if stopped => RunStatus::Interrupted,
        RunStatus::Running | RunStatus::Interrupted if complete => RunStatus::Complete,
        status => status,
    };
    writer.finish_shared(status, &jiff::Timestamp::now().to_string())?;
    judged
}
