//! The second half of a run: judges. Connects them, reads what is to be judged from the store, and asks.

mod alone;
mod anchors;
mod estimate;
mod feed;
mod members;
mod pairs;
mod preflight;
mod sample;
mod schedule;

use super::console::Console;
use super::failure::Failure;
use super::progress::{ProgressLine, counted};
use crate::model::{JudgementKey, Manifest, Money, ScoreEntry, TrialKey};
use crate::run::{JudgingEngine, JudgingOptions, LaneProgress, Paid, Progress, RunEnd, Stopper, TaskRuntime};
use crate::store::{RunRef, RunWriter, Store};
pub use alone::judge_stored;
pub use anchors::{Anchored, Anchors, Asking};
pub use estimate::{JudgeRow, estimate};
use feed::{Source, is_open};
pub use members::{Judges, Wiring};
use pairs::{Schedule, Seat};
pub use preflight::{check_recordings, comparable, judges_of, preflight};
use sample::Sample;
use schedule::{schedule, told};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Trials that wait for a worker.
const QUEUED: usize = 64;

/// What is to be judged, and by whom.
pub struct Judging<'a> {
    /// The store.
    pub store: &'a Store,
    /// The run.
    pub run: RunRef,
    /// Its manifest.
    pub manifest: &'a Manifest,
    /// Its tasks, compiled, in the manifest's order.
    pub tasks: Vec<Arc<TaskRuntime>>,
    /// Who judges.
    pub judges: Judges,
    /// Takes verdicts to disk.
    pub writer: Arc<RunWriter>,
    /// Time that is left.
    pub deadline: Option<Duration>,
    /// Stop at the first judge that fails.
    pub fail_fast: bool,
}

/// How judging ended.
pub struct Judged {
    /// Why it stopped early, and who was given up.
    pub end: RunEnd,
    /// Counters by provider.
    pub progress: Arc<Progress>,
    /// Judging models, by the number in [`RunEnd::losses`] less the number of candidates.
    pub models: Vec<String>,
}

/// What judging will ask, counted before it starts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outlook {
    /// Trials with something to be judged.
    pub trials: u64,
    /// Questions, by position of the lane.
    pub questions: Vec<u64>,
}

/// Asks all judges about everything that waits for them. Nothing is asked where nothing waits.
pub async fn judge(
    judging: Judging<'_>,
    stopper: &Stopper,
    console: &Console,
) -> Result<Option<Judged>, Failure> {
    let Judging {
        store,
        run,
        manifest,
        tasks,
        mut judges,
        writer,
        deadline,
        fail_fast,
    } = judging;
    let lanes = std::mem::take(&mut judges.lanes);
    let spent = spent(store, &run)?;
    // A run that goes on plays the rounds that it began with.
    let begun = store.has_judged(&run)?;
    let mut stored = store.manifest(&run)?;
    let budget = budget_left(manifest, spent).filter(|_| !begun);
    let (schedule, tournaments) = schedule(&stored, &judges, budget, &lanes);
    let left_out: Vec<String> = tournaments.iter().map(|entry| told(&stored, entry)).collect();
    if stored.tournaments != tournaments {
        stored.tournaments = tournaments;
        writer.amend(&stored)?;
    }
    let source = Arc::new(Source {
        store: store.clone(),
        run: run.clone(),
        manifest: Arc::new(manifest.clone()),
        tasks,
        judges: Arc::new(judges),
        stopper: stopper.clone(),
    });
    let reading = source.clone();
    let (outlook, sample, schedule) = blocking(move || {
        let sample = Sample::draw(&reading)?;
        let outlook = outlook(&reading, &sample, &schedule)?;
        Ok((outlook, sample, schedule))
    })
    .await?;
    if outlook.trials == 0 {
        return Ok(None);
    }
    let progress = Arc::new(Progress {
        lanes: lanes
            .iter()
            .zip(outlook.questions.iter().chain(std::iter::repeat(&0)))
            .map(|(lane, questions)| LaneProgress::new(lane.name.clone(), *questions))
            .collect(),
    });
    console.note(&format!(
        "Judging {}: {} to {}",
        counted(outlook.trials, "trial"),
        counted(progress.planned(), "question"),
        counted(source.judges.models.len() as u64, "judging model"),
    ));
    for line in &left_out {
        console.note(line);
    }
    let cache = if manifest.cache {
        store.cache()
    } else {
        store.cache_of(&run)?
    };
    let (out, jobs) = mpsc::channel(QUEUED);
    let reading = source.clone();
    let reader = tokio::task::spawn_blocking(move || {
        if let Err(failure) = reading.feed(&sample, &schedule, &out) {
            // Nobody may listen any more.
            let _ = out.blocking_send(Err(failure
                .message()
                .unwrap_or("the store cannot be read")
                .to_owned()));
        }
    });
    let line = ProgressLine::start(console, progress.clone());
    let options = JudgingOptions {
        budget: manifest.budget,
        spent,
        deadline,
        seed: manifest.seed,
        fail_fast,
        sink: writer,
        cache: Arc::new(cache),
        jobs,
        paid: paid(store, &run)?,
    };
    let end = JudgingEngine::new(lanes, options, progress.clone(), stopper.clone())
        .run()
        .await;
    let _ = reader.await;
    line.finish().await;
    Ok(Some(Judged {
        end,
        progress,
        models: source.judges.model_names(),
    }))
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Failure::System(format!("reading the run stopped: {error}")))?
}

/// What a run paid so far, candidates and judges together.
pub fn spent(store: &Store, run: &RunRef) -> Result<Money, Failure> {
    let candidates: Money = store.totals(run)?.iter().map(|totals| totals.paid).sum();
    let judges: Money = store.judge_totals(run)?.iter().map(|totals| totals.paid).sum();
    Ok(candidates + judges)
}

/// The replies that a run sent for in earlier sessions.
fn paid(store: &Store, run: &RunRef) -> Result<Paid, Failure> {
    let paid = store.paid_replies(run)?;
    Ok(Arc::new(move |key: &JudgementKey| paid.contains(&key.digest())))
}

fn budget_left(manifest: &Manifest, spent: Money) -> Option<Money> {
    manifest.budget.map(|budget| budget - spent)
}

/// Counts what is to be asked, without asking.
fn outlook(source: &Source, sample: &Sample, schedule: &Schedule) -> Result<Outlook, Failure> {
    let mut outlook = Outlook::default();
    // Trials of a case and epoch, whose outputs may be compared with each other.
    let mut together: BTreeMap<u32, Vec<(TrialKey, Vec<ScoreEntry>)>> = BTreeMap::new();
    let mut case = None;
    source.each(|row| {
        let scores = row.scores()?;
        let mut any = false;
        if case != Some((row.key.task, row.key.case)) {
            case = Some((row.key.task, row.key.case));
            add_games(&mut outlook, source, schedule, std::mem::take(&mut together));
        }
        for (at, judge) in source.judges_of(row.key.task).iter().enumerate() {
            if !is_open(&scores, judge) {
                continue;
            }
            any = true;
            if judge.scorer.meets_candidates()
                || (judge.scorer.sample().is_some() && sample.probability(&row.key, at).is_none())
            {
                continue;
            }
            add_questions(&mut outlook, source, judge, row.key.candidate, None);
        }
        outlook.trials += u64::from(any);
        if source.compares(row.key.task) {
            together.entry(row.key.epoch).or_default().push((row.key, scores));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    add_games(&mut outlook, source, schedule, together);
    Ok(outlook)
}

fn add_games(
    outlook: &mut Outlook,
    source: &Source,
    schedule: &Schedule,
    epochs: BTreeMap<u32, Vec<(TrialKey, Vec<ScoreEntry>)>>,
) {
    for trials in epochs.into_values() {
        let Some((first, _)) = trials.first() else {
            continue;
        };
        for (at, judge) in source.judges_of(first.task).iter().enumerate() {
            if !judge.scorer.meets_candidates() {
                continue;
            }
            let seats: Vec<Seat> = trials
                .iter()
                .map(|(key, scores)| Seat::of(key, scores, judge))
                .collect();
            for game in schedule.games(at, &seats).0 {
                let candidate = |seat: usize| seats.get(seat).map_or(0, |seat| seat.key.candidate);
                let opponent = game.opponent.map(candidate);
                add_questions(outlook, source, judge, candidate(game.trial), opponent);
            }
        }
    }
}

fn add_questions(
    outlook: &mut Outlook,
    source: &Source,
    judge: &crate::run::JudgeRuntime,
    candidate: u32,
    opponent: Option<u32>,
) {
    let model = |at: u32| {
        let judged = source.judges.candidates.get(at as usize)?;
        Some(&judged.candidate.model)
    };
    let Some(judged) = model(candidate) else { return };
    let (asked, _) = judge.scorer.panel(judged, opponent.and_then(model));
    for member in asked {
        let reached = judge
            .members
            .get(member)
            .and_then(|member| member.reached(candidate));
        if let Some(reached) = reached {
            if outlook.questions.len() <= reached.lane {
                outlook.questions.resize(reached.lane + 1, 0);
            }
            outlook.questions[reached.lane] += judge.scorer.orders().len() as u64;
        }
    }
}
