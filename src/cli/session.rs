//! One session of a run, new or resumed: from a plan to committed trials and written documents.

use super::console::Console;
use super::documents;
use super::failure::{Failure, exit};
use super::judging::{self, Judged, Judges, Judging, Wiring};
use super::progress::{ProgressLine, duration};
use super::{labelled, sandbox, signals, wire};
use crate::model::{ErrorClass, Failure as Lost, Manifest, Money, Outcome, Project, RunStatus, TrialKey};
use crate::plan::Plan;
use crate::report::escape_terminal;
use crate::run::{Engine, EngineOptions, LaneProgress, LaneSpec, Progress, RunEnd, StopCause, Stopper};
use crate::store::{RunWriter, Store};
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How a session is run.
#[derive(Clone, Debug, Default)]
pub struct SessionOptions {
    /// Requests in flight per provider, over everything configured.
    pub jobs: Option<u32>,
    /// Stop at the first trial that fails.
    pub fail_fast: bool,
}

/// A run that is about to be worked on: its plan, its manifest, and where it is stored.
pub struct Session<'a> {
    /// The workspace.
    pub project: &'a Project,
    /// Candidates and tasks, positions as in the manifest.
    pub plan: &'a Plan,
    /// What the store holds of the run.
    pub manifest: &'a Manifest,
    /// The store.
    pub store: &'a Store,
    /// Takes trials to disk, and keeps other processes off this run.
    pub writer: RunWriter,
    /// Trials that an earlier session finished, and what it paid.
    pub finished: Option<FinishedTrials>,
    /// How to run.
    pub options: SessionOptions,
}

/// What an earlier session left.
pub struct FinishedTrials {
    /// Tells whether a trial is on disk.
    pub contains: Box<dyn Fn(&TrialKey) -> bool + Send + Sync>,
    /// How many there are, by position of the candidate.
    pub by_candidate: Vec<u64>,
    /// What they cost.
    pub spent: Money,
}

/// Runs a session to its end and writes the run's documents; returns the exit code.
pub fn run(session: Session<'_>, console: &Console) -> Result<u8, Failure> {
    let sandbox = sandbox::open();
    let tasks = wire::tasks(session.plan, &sandbox)?;
    let concurrency = session.project.workspace.concurrency;
    let lanes = wire::lanes(
        session.plan,
        &tasks,
        &session.project.root,
        session.options.jobs,
        concurrency,
    )?;
    let progress = Arc::new(Progress {
        lanes: lanes.iter().map(|lane| counters(lane, &session)).collect(),
    });
    let started = Instant::now();
    console.note(&headline(&session, &progress));
    sandbox::warm_up(&sandbox, tasks.iter().map(|task| &task.scorers), console);

    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::System(format!("cannot start the runtime: {error}")))?;
    let manifest = session.manifest;
    let (store, finished) = (session.store, session.finished);
    let spent = finished.as_ref().map_or(Money::ZERO, |finished| finished.spent);
    let run = session.writer.run().clone();
    let writer = Arc::new(session.writer);
    let cache = manifest.cache.then(|| Arc::new(store.cache()));
    let deadline = session
        .project
        .workspace
        .deadline_seconds
        .map(Duration::from_secs_f64);
    let engine_options = EngineOptions {
        budget: manifest.budget,
        spent,
        deadline,
        seed: manifest.seed,
        fail_fast: session.options.fail_fast,
        finished: match finished {
            Some(finished) => Arc::from(finished.contains),
            None => Arc::new(|_: &TrialKey| false),
        },
        sink: writer.clone(),
        cache: cache.map(|cache| cache as _),
    };
    let wiring = Wiring {
        project: session.project,
        plan: session.plan,
        tasks: &tasks,
        jobs: session.options.jobs,
    };
    let judges = Judges::connect(&wiring)?;
    let has_judges = !judges.is_empty();
    let judging = (!judges.is_empty()).then(|| Judging {
        store,
        run: run.clone(),
        manifest,
        tasks: tasks.clone(),
        judges,
        writer: writer.clone(),
        deadline: None,
        fail_fast: session.options.fail_fast,
        again: false,
    });
    let (end, judged) = runtime.block_on(async {
        let stopper = Stopper::default();
        let line = Arc::new(ProgressLine::start(console, progress.clone()));
        let (teller, told) = (Arc::downgrade(&line), console.clone());
        let listener = tokio::spawn(signals::listen(stopper.clone(), move |text| {
            match teller.upgrade() {
                Some(line) => line.note(&told, text),
                None => told.note(text),
            }
        }));
        let engine = Engine::new(lanes, engine_options, progress.clone(), stopper.clone());
        let end = engine.run().await;
        if let Ok(line) = Arc::try_unwrap(line) {
            line.finish().await;
        }
        let judged = match judging {
            Some(mut judging) if end.cause.is_none() => {
                judging.deadline = deadline.map(|deadline| deadline.saturating_sub(started.elapsed()));
                judging::judge(judging, &stopper, console).await
            }
            _ => Ok(None),
        };
        listener.abort();
        let _ = listener.await;
        (end, judged)
    });
    runtime.shutdown_timeout(Duration::from_secs(1));

    let judged = judged?;
    let view = progress.total();
    let judging_stopped = judged.as_ref().and_then(|judged| judged.end.cause.clone());
    let end = RunEnd {
        cause: end.cause.or(judging_stopped),
        ..end
    };
    // Judges change outcomes after the engine counted them.
    let judge_errors = match has_judges {
        true => store.run_info(&run)?.counts.outcomes[Outcome::JudgeError.index()],
        false => 0,
    };
    let status = status(
        &end,
        view.total(),
        progress.planned(),
        view.with(Outcome::ProviderError) + judge_errors,
    );
    let now = jiff::Timestamp::now().to_string();
    let closed = match Arc::try_unwrap(writer) {
        Ok(writer) => writer.finish(status, &now),
        // A worker that was dropped in the middle still holds it; the run is marked all the same.
        Err(_) => store.set_status(&run, status, Some(&now)),
    };
    if let Some(StopCause::Store(message)) = &end.cause {
        return Err(Failure::System(format!("{message} (run {})", manifest.run)));
    }
    closed?;
    labelled::correct_run(store, &run, session.project, console)?;
    let folder = documents::folder(&session.project.root, &manifest.run);
    let analysis = documents::write(store, &run, &folder)?;
    let shown = documents::show(console, &analysis, Some(&relative(&folder.join("report.md"))));
    // Whoever stops reading the tables still gets the exit code of the run.
    if let Err(failure) = shown
        && !matches!(failure, Failure::BrokenPipe)
    {
        return Err(failure);
    }
    let scorer_errors = view.with(Outcome::ScorerError) + judge_errors;
    if let Some(judged) = &judged {
        tell_judging(console, judged, manifest, judge_errors);
    }
    tell_end(console, &end, &progress, started.elapsed(), manifest);
    Ok(match (status, &end.cause) {
        (RunStatus::Interrupted, _) => exit::INTERRUPTED,
        (RunStatus::Complete, None) if scorer_errors == 0 => exit::DONE,
        _ => exit::INCOMPLETE,
    })
}

/// The path as seen from the current folder, where it lies inside.
fn relative(path: &Utf8Path) -> Utf8PathBuf {
    let here = std::env::current_dir()
        .ok()
        .and_then(|here| Utf8PathBuf::from_path_buf(here).ok());
    let inside = here.and_then(|here| path.strip_prefix(here).ok().map(Utf8Path::to_owned));
    inside.unwrap_or_else(|| path.to_owned())
}

fn counters(lane: &LaneSpec, session: &Session<'_>) -> LaneProgress {
    let mut planned = 0;
    for (task, candidates) in &lane.work {
        let entry = &session.manifest.tasks[task.index as usize];
        planned += entry.cases * u64::from(entry.epochs) * candidates.len() as u64;
        if let Some(finished) = &session.finished {
            let done = |index: u32| finished.by_candidate.get(index as usize).copied().unwrap_or(0);
            planned -= candidates
                .iter()
                .map(|candidate| done(candidate.index))
                .sum::<u64>()
                .min(planned);
        }
    }
    LaneProgress::new(lane.name.clone(), planned)
}

fn headline(session: &Session<'_>, progress: &Progress) -> String {
    let manifest = session.manifest;
    let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    let mut models: Vec<String> = manifest
        .candidates
        .iter()
        .map(|entry| entry.candidate.model_label())
        .collect();
    models.sort();
    models.dedup();
    let done = manifest.trials.saturating_sub(progress.planned());
    let resumed = if done > 0 {
        format!(" ({done} on disk already)")
    } else {
        String::new()
    };
    format!(
        "Run {}: {}, {}, {} trials{resumed}",
        manifest.run,
        plural(manifest.tasks.len(), "task"),
        plural(models.len(), "model"),
        progress.planned(),
    )
}

fn status(end: &RunEnd, done: u64, planned: u64, provider_errors: u64) -> RunStatus {
    match &end.cause {
        Some(StopCause::Interrupted | StopCause::Store(_)) => RunStatus::Interrupted,
        _ if done < planned || provider_errors > 0 => RunStatus::Incomplete,
        _ => RunStatus::Complete,
    }
}

/// Kinds of losses that are told one by one.
const TOLD: usize = 5;

/// Says why trials have no answer: the first failure of each kind, with how many there were. Those of a provider that
/// was given up are told once, with it.
fn tell_losses(console: &Console, end: &RunEnd, manifest: &Manifest) {
    let label = |candidate: u32| {
        let entry = manifest.candidates.get(candidate as usize);
        entry.map_or_else(String::new, |entry| entry.candidate.model_label())
    };
    let told_with_provider = |candidate: u32, failure: &Lost| {
        let entry = manifest.candidates.get(candidate as usize);
        let provider = entry.map(|entry| &entry.candidate.model.provider);
        end.given_up
            .iter()
            .any(|(name, reason)| Some(name) == provider && reason.class == failure.class)
    };
    let mut kinds: Vec<(String, &Lost, u64)> = Vec::new();
    for (candidate, failure, count) in &end.losses {
        if told_with_provider(*candidate, failure) {
            continue;
        }
        let label = label(*candidate);
        match kinds
            .iter_mut()
            .find(|(known, first, _)| *known == label && first.class == failure.class)
        {
            Some((_, _, sum)) => *sum += count,
            None => kinds.push((label, failure, *count)),
        }
    }
    for (label, failure, count) in kinds.iter().take(TOLD) {
        let times = if *count == 1 {
            String::new()
        } else {
            format!(" ({count} trials)")
        };
        let message = escape_terminal(&failure.message);
        console.error(&format!("{label}: {}: {message}{times}", failure.class));
    }
    if kinds.len() > TOLD {
        console.error(&format!(
            "and {} more kinds of failures; the report has them",
            kinds.len() - TOLD
        ));
    }
}

/// Says what became of the judges.
fn tell_judging(console: &Console, judged: &Judged, manifest: &Manifest, judge_errors: u64) {
    for (candidate, failure, count) in judged.end.losses.iter().take(TOLD) {
        let model = (*candidate as usize)
            .checked_sub(manifest.candidates.len())
            .and_then(|at| judged.models.get(at));
        console.error(&format!(
            "judge {}: {}: {} ({count} questions)",
            model.map_or("", String::as_str),
            failure.class,
            escape_terminal(&failure.message)
        ));
    }
    for (provider, failure) in &judged.end.given_up {
        console.error(&format!(
            "{provider}: given up while judging ({}): {}",
            failure.class,
            escape_terminal(&failure.message)
        ));
    }
    let view = judged.progress.total();
    console.note(&format!(
        "{} replies of judges, {} of them from the store, {} paid for them.",
        view.with(Outcome::Scored),
        view.cached,
        view.paid
    ));
    if judge_errors > 0 {
        console.warn(&format!(
            "{judge_errors} trials have no verdict (judge-error; see the report); `bench resume {}` asks again.",
            manifest.run
        ));
    }
}

/// Says what went wrong, once, and what to do about it.
fn tell_end(console: &Console, end: &RunEnd, progress: &Progress, elapsed: Duration, manifest: &Manifest) {
    let run = &manifest.run;
    tell_losses(console, end, manifest);
    for (provider, failure) in &end.given_up {
        let advice = match failure.class {
            ErrorClass::Auth => "check its key",
            _ => "it did not recover after all retries",
        };
        let message = escape_terminal(&failure.message);
        console.error(&format!(
            "{provider}: given up ({}): {message} - {advice}",
            failure.class
        ));
    }
    for lane in &progress.lanes {
        let view = lane.view();
        console.detail(&format!(
            "{}: {} trials, {} answered from the store, {} retries, {} input and {} output tokens, {} paid",
            lane.name,
            view.total(),
            view.cached,
            view.retries,
            view.input_tokens,
            view.output_tokens,
            view.paid
        ));
    }
    let view = progress.total();
    let left = progress.planned().saturating_sub(view.total());
    let failed = view.with(Outcome::ProviderError);
    let resume = format!("`bench resume {run}` sends what is missing");
    match &end.cause {
        Some(StopCause::Interrupted) => {
            console.note(&format!("Interrupted with {left} trials left; {resume}."))
        }
        Some(StopCause::Budget { candidate, worst }) => {
            let entry = manifest.candidates.get(*candidate as usize);
            let model = entry.map_or_else(String::new, |entry| entry.candidate.model_label());
            let cap = manifest.budget.unwrap_or_default();
            console.warn(&format!(
                "the budget of {cap} ends the run with {left} trials left: a call of {model} may cost up to {worst}, \
                 and that no longer fits. `bench resume {run} --budget USD` goes on with a higher one."
            ));
        }
        Some(StopCause::Deadline) => {
            console.warn(&format!("the deadline came with {left} trials left; {resume}."))
        }
        Some(StopCause::FailFast) => console.warn(&format!(
            "stopped at the first failure; {left} trials left; {resume}."
        )),
        Some(StopCause::Cases(message)) => console.error(message),
        Some(StopCause::Store(_)) => {}
        None if left + failed > 0 => {
            console.warn(&format!(
                "{failed} trials failed and {left} were not sent; {resume}."
            ));
        }
        None => {}
    }
    let scorer_errors = view.with(Outcome::ScorerError);
    if scorer_errors > 0 {
        console.warn(&format!(
            "{scorer_errors} trials could not be graded (scorer-error; see the report); fix the scorer, then \
             `bench score {run}`."
        ));
    }
    console.note(&format!(
        "{} trials in {}, {} paid{}{}.",
        view.total(),
        duration(elapsed.as_secs_f64()),
        view.paid,
        if view.unpriced > 0 {
            format!(" and {} of unknown price", view.unpriced)
        } else {
            String::new()
        },
        if view.cached > 0 {
            format!(", {} answered from the store", view.cached)
        } else {
            String::new()
        },
    ));
}
