//! One session of a run, new or resumed: from a plan to committed trials and written documents.

use super::console::Console;
use super::documents;
use super::ending::{Ending, tell_end, tell_judges_lost, tell_judging};
use super::failure::{Failure, exit};
use super::gating::{self, GateAtEnd};
use super::judging::{self, Anchored, Anchors, Asking, Judges, Judging, Wiring};
use super::progress::ProgressLine;
use super::{labelled, runtime, sandbox, signals, wire};
use crate::model::{Manifest, Outcome, Project, RunStatus, TrialKey};
use crate::plan::Plan;
use crate::report::{escape_terminal, shift_in_words};
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
    /// Trials that an earlier session finished.
    pub finished: Option<FinishedTrials>,
    /// How to run.
    pub options: SessionOptions,
    /// What the run is held against when it has ended.
    pub gate: Option<GateAtEnd>,
}

/// What an earlier session left.
pub struct FinishedTrials {
    /// Tells whether a trial is on disk.
    pub contains: Box<dyn Fn(&TrialKey) -> bool + Send + Sync>,
    /// How many there are, by position of the candidate.
    pub by_candidate: Vec<u64>,
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

    let runtime = runtime::start()?;
    let manifest = session.manifest;
    let (store, finished) = (session.store, session.finished);
    let run = session.writer.run().clone();
    let writer = Arc::new(session.writer);
    let cache = manifest.cache.then(|| Arc::new(store.cache()));
    let deadline = session
        .project
        .workspace
        .deadline_seconds
        .map(Duration::from_secs_f64);
    let wiring = Wiring {
        project: session.project,
        plan: session.plan,
        tasks: &tasks,
        jobs: session.options.jobs,
    };
    let judges = Judges::connect(&wiring)?;
    let mut judge_models = judges.model_names();
    let left = || deadline.map(|deadline| deadline.saturating_sub(started.elapsed()));
    let stopper = Stopper::default();
    // Where judging has begun, the judges were asked about their anchors before.
    let anchors = match store.has_judged(&run)? {
        true => None,
        false => Anchors::of(&wiring)?,
    };
    let mut stopped = None;
    if let Some(anchors) = anchors {
        let asking = Asking {
            store,
            run: &run,
            manifest,
            writer: writer.clone(),
            deadline: left(),
        };
        let told = console.clone();
        let anchored = runtime.block_on(signals::during(
            &stopper,
            move |text| told.note(text),
            anchors.ask(asking, &stopper, console),
        ))?;
        tell_anchored(console, &anchored, manifest);
        if anchored.end.cause.is_some() {
            judge_models = anchored.models;
            stopped = Some(anchored.end);
        } else {
            writer.amend(&Manifest {
                anchors: anchored.entries,
                ..manifest.clone()
            })?;
        }
        if let Some(why) = anchored.refused {
            writer.finish_shared(RunStatus::Incomplete, &jiff::Timestamp::now().to_string())?;
            return Err(Failure::Usage(format!("{why} (run {}).", run.id)));
        }
    }
    let engine_options = EngineOptions {
        budget: manifest.budget,
        spent: judging::spent(store, &run)?,
        deadline: left(),
        seed: manifest.seed,
        fail_fast: session.options.fail_fast,
        finished: match finished {
            Some(finished) => Arc::from(finished.contains),
            None => Arc::new(|_: &TrialKey| false),
        },
        sink: writer.clone(),
        cache: cache.map(|cache| cache as _),
    };
    let has_judges = !judges.is_empty();
    let judging = has_judges.then(|| Judging {
        store,
        run: run.clone(),
        manifest,
        tasks: tasks.clone(),
        judges,
        writer: writer.clone(),
        deadline: None,
        fail_fast: session.options.fail_fast,
    });
    let (end, judged) = runtime.block_on(async {
        if let Some(end) = stopped {
            return (end, Ok(None));
        }
        let line = Arc::new(ProgressLine::start(console, progress.clone()));
        let (teller, told) = (Arc::downgrade(&line), console.clone());
        let tell = move |text: &str| match teller.upgrade() {
            Some(line) => line.note(&told, text),
            None => told.note(text),
        };
        let work = async {
            let engine = Engine::new(lanes, engine_options, progress.clone(), stopper.clone());
            let end = engine.run().await;
            if let Ok(line) = Arc::try_unwrap(line) {
                line.finish().await;
            }
            let judged = match judging {
                Some(mut judging) if end.cause.is_none() => {
                    judging.deadline = left();
                    judging::judge(judging, &stopper, console).await
                }
                _ => Ok(None),
            };
            (end, judged)
        };
        signals::during(&stopper, tell, work).await
    });
    runtime::end(runtime);

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
    let closed = writer.finish_shared(status, &jiff::Timestamp::now().to_string());
    if let Some(StopCause::Store(message)) = &end.cause {
        return Err(Failure::System(format!("{message} (run {})", manifest.run)));
    }
    closed?;
    labelled::correct_run(store, &run, session.project, console)?;
    let folder = documents::folder(&session.project.root, &manifest.run);
    let analysis = documents::write(store, &run, &folder)?;
    // With a gate the one JSON document holds both.
    let shown = if console.json() && session.gate.is_some() {
        Ok(())
    } else {
        documents::show(console, &analysis, Some(&relative(&folder.join("report.md"))))
    };
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
    tell_end(
        console,
        &Ending {
            end: &end,
            progress: &progress,
            elapsed: started.elapsed(),
            manifest,
            judges: &judge_models,
            unjudged: judge_errors,
        },
    );
    if let Some(gate) = session.gate
        && status != RunStatus::Interrupted
    {
        return gating::at_end(store, run, &gate, &analysis, console);
    }
    Ok(match (status, &end.cause) {
        (RunStatus::Interrupted, _) => exit::INTERRUPTED,
        (RunStatus::Complete, None) if scorer_errors == 0 => exit::DONE,
        _ => exit::INCOMPLETE,
    })
}

/// Says what the judges made of their anchors.
fn tell_anchored(console: &Console, anchored: &Anchored, manifest: &Manifest) {
    tell_judges_lost(console, &anchored.end, &anchored.models, manifest);
    for entry in &anchored.entries {
        let text = shift_in_words(entry, &|name| escape_terminal(name).into_owned());
        // What ends the run is told as its error.
        match entry.moved && anchored.refused.is_none() {
            true => console.warn(&text),
            false => console.note(&text),
        }
    }
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
        "Run {}: {}, {}, {}{resumed}",
        manifest.run,
        plural(manifest.tasks.len(), "task"),
        plural(models.len(), "model"),
        super::progress::counted(progress.planned(), "trial"),
    )
}

fn status(end: &RunEnd, done: u64, planned: u64, provider_errors: u64) -> RunStatus {
    match &end.cause {
        Some(StopCause::Interrupted | StopCause::Store(_)) => RunStatus::Interrupted,
        _ if done < planned || provider_errors > 0 => RunStatus::Incomplete,
        _ => RunStatus::Complete,
    }
}
