//! Grading stored completions again with the workspace's scorers and golden outputs as they are now.

use super::failure::Failure;
use super::{restore, sandbox};
use crate::load::cases::{CaseReader, CaseSelection, scan};
use crate::model::{Case, Manifest, Outcome, Project, Task, TrialKey};
use crate::run::CaseIter;
use crate::sandbox::Sandbox;
use crate::scorer::ScorerSet;
use crate::store::{Order, RunRef, ScoreUpdate, Store, StoreError, TrialRow};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Changes that are remembered one by one.
const REMEMBERED: usize = 1000;
/// Updates that wait for the store at most.
const QUEUED: usize = 256;

/// A score that changed.
pub struct Change {
    /// The task's name.
    pub task: String,
    /// The case's id.
    pub case: String,
    /// Model and prompt.
    pub candidate: String,
    /// Outcome and score before.
    pub before: (Outcome, Option<f64>),
    /// Outcome and score now.
    pub after: (Outcome, Option<f64>),
}

/// What grading again gave.
#[derive(Default)]
pub struct Regraded {
    /// Completions graded.
    pub graded: u64,
    /// Scores or outcomes that changed.
    pub changed: u64,
    /// The first of them.
    pub changes: Vec<Change>,
    /// Tasks whose scorers differ from those of the run.
    pub tasks: Vec<String>,
}

/// Grades all completions of a run; stores the scores unless `dry_run`.
pub fn regrade(store: &Store, run: &RunRef, project: &Project, dry_run: bool) -> Result<Regraded, Failure> {
    let mut manifest = store.manifest(run)?;
    let mut regraded = Regraded::default();
    let mut graders = Vec::new();
    let sandbox = sandbox::open();
    for (at, entry) in manifest.tasks.clone().iter().enumerate() {
        let task = restore::task(project, entry)?;
        if task.scorer_hash != entry.scorer_hash {
            regraded.tasks.push(entry.name.to_string());
        }
        let selection = CaseSelection::new(&entry.case_globs, entry.limit).map_err(Failure::Usage)?;
        let scan = scan(&task, &project.root, false);
        if let Some(problem) = scan.problems.iter().find(|problem| problem.is_error()) {
            return Err(Failure::Usage(format!(
                "{}: {}; `bench check` shows all",
                task.path, problem.message
            )));
        }
        let stored = &mut manifest.tasks[at];
        stored.scorer_hash = task.scorer_hash;
        stored.cases_hash = scan.hash;
        stored.cluster.clone_from(&task.cluster);
        stored.scorers = task
            .scorers
            .iter()
            .map(|spec| (spec.name.clone(), spec.weight))
            .collect();
        graders.push(Grader::new(task, selection, &sandbox)?);
    }
    let (sender, receiver) = std::sync::mpsc::sync_channel::<Graded>(QUEUED);
    let kept = manifest.clone();
    // The store gathers while the trials are read, so that neither side holds all of them.
    let (streamed, written) = std::thread::scope(|scope| {
        let writer = scope.spawn(move || take_in(store, run, &kept, receiver, dry_run));
        let mut work = Work {
            manifest: &manifest,
            graders: &mut graders,
            regraded: &mut regraded,
        };
        let streamed = store.stream_trials(run, Order::Case, |row| match work.grade(row) {
            Ok(Some(update)) => match sender.send(Graded::One(update)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(None),
            },
            Ok(None) => ControlFlow::Continue(()),
            Err(failure) => ControlFlow::Break(Some(failure)),
        });
        if matches!(streamed, Ok(None)) {
            // Without this mark the store drops what it gathered, so that a failure changes nothing.
            let _ = sender.send(Graded::All);
        }
        drop(sender);
        (streamed, writer.join())
    });
    match (streamed, written) {
        (Ok(Some(Some(failure))), _) => Err(failure),
        (Err(error), _) => Err(error.into()),
        (_, Ok(Err(error))) => Err(error.into()),
        (Ok(None), Ok(Ok(()))) => Ok(regraded),
        _ => Err(Failure::System(
            "grading stopped unexpectedly; the stored scores are unchanged".to_owned(),
        )),
    }
}

/// What goes from the grading to the store.
enum Graded {
    One(ScoreUpdate),
    All,
}

/// Stores what is graded, once all of it is there.
fn take_in(
    store: &Store,
    run: &RunRef,
    manifest: &Manifest,
    receiver: std::sync::mpsc::Receiver<Graded>,
    dry_run: bool,
) -> Result<(), StoreError> {
    let mut whole = false;
    let mut updates = std::iter::from_fn(|| match receiver.recv() {
        Ok(Graded::One(update)) => Some(Ok(update)),
        Ok(Graded::All) => {
            whole = true;
            None
        }
        Err(_) if whole => None,
        Err(_) => Some(Err(StoreError::Abandoned)),
    });
    if dry_run {
        return updates.try_for_each(|update| update.map(drop));
    }
    store.update_scores(run, manifest, updates)
}

/// A task's scorers, and its cases read beside the trials.
struct Grader {
    task: Arc<Task>,
    scorers: ScorerSet,
    cases: CaseIter,
    current: Option<(u64, Arc<Case>)>,
}

impl Grader {
    fn new(task: Arc<Task>, selection: CaseSelection, sandbox: &Arc<Sandbox>) -> Result<Self, Failure> {
        let scorers = ScorerSet::new(&task)
            .map_err(|error| Failure::Usage(format!("{}: {error}", task.path)))?
            .with_sandbox(sandbox);
        let cases = CaseReader::open(&task, selection).map(|case| case.map_err(|error| error.to_string()));
        Ok(Self {
            task,
            scorers,
            cases: Box::new(cases),
            current: None,
        })
    }

    /// The case at that position, which is the current one or a later one.
    fn case(&mut self, position: u64) -> Result<Option<Arc<Case>>, Failure> {
        while self.current.as_ref().is_none_or(|(at, _)| *at < position) {
            match self.cases.next() {
                Some(next) => self.current = Some(next.map_err(Failure::Usage)?),
                None => return Ok(None),
            }
        }
        let current = self.current.as_ref().filter(|(at, _)| *at == position);
        Ok(current.map(|(_, case)| case.clone()))
    }
}

struct Work<'a> {
    manifest: &'a Manifest,
    graders: &'a mut [Grader],
    regraded: &'a mut Regraded,
}

impl Work<'_> {
    fn grade(&mut self, row: &TrialRow<'_>) -> Result<Option<ScoreUpdate>, Failure> {
        let Some(grader) = self.graders.get_mut(row.key.task as usize) else {
            return Ok(None);
        };
        let Some(record) = row.completion_record()? else {
            return Ok(None);
        };
        let stored = row.case()?;
        let case = grader
            .case(row.key.case)?
            .filter(|case| case.id == stored.id && case.vars == stored.vars);
        let Some(case) = case else {
            return Err(Failure::Usage(format!(
                "case `{}` of task `{}` is not the one that was sent (its id, position or variables changed); put it \
                 back, or start a new run",
                stored.id, grader.task.name
            )));
        };
        let graded = grader.scorers.grade(&case, &record.completion, record.cost, None);
        self.regraded.graded += 1;
        if graded.outcome != row.outcome || graded.score != row.score || graded.pass != row.pass {
            self.regraded.changed += 1;
            if self.regraded.changes.len() < REMEMBERED {
                self.regraded.changes.push(Change {
                    task: grader.task.name.to_string(),
                    case: case.id.to_string(),
                    candidate: candidate(self.manifest, &row.key),
                    before: (row.outcome, row.score),
                    after: (graded.outcome, graded.score),
                });
            }
        }
        let field = grader.task.cluster.as_deref();
        let cluster = field.and_then(|field| case.field_text(field)).map(Arc::from);
        let moved =
            cluster.as_deref() != row.cluster || case.golden != stored.golden || case.meta != stored.meta;
        Ok(Some(ScoreUpdate {
            key: row.key,
            outcome: graded.outcome,
            score: graded.score,
            pass: graded.pass,
            scores: graded.scores,
            case: moved.then_some((case, cluster)),
        }))
    }
}

fn candidate(manifest: &Manifest, key: &TrialKey) -> String {
    let entry = manifest.candidates.get(key.candidate as usize);
    entry.map_or_else(String::new, |entry| {
        format!("{} {}", entry.candidate.model_label(), entry.candidate.prompt)
    })
}
