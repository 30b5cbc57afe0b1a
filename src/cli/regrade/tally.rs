//! Counts what grading again changed, trial by trial, in memory that does not grow with them.

use super::grader::Before;
use super::why::{Differences, State};
use crate::model::{JudgeFault, Manifest, Outcome, ScoreEntry, TrialKey};
use crate::scorer::is_remark;
use crate::store::{Order, RunRef, ScoreUpdate, Store, StoreError};
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Changes that are remembered one by one: of the trials, and of each scorer.
const REMEMBERED: usize = 1000;
/// Scorers of a task that are told apart; scorers of single cases beyond them count together.
const MOST_SCORERS: usize = 128;
/// Name of those that count together.
const OTHERS: &str = "(others)";

/// What became of a trial, or what a scorer said of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// What became of the trial; of a scorer: `scored`, `unparseable`, `scorer-error`,
    /// `judge-error`, or `None` where it said nothing.
    pub outcome: Option<Outcome>,
    /// The score.
    pub score: Option<f64>,
    /// Whether it passes.
    pub pass: Option<bool>,
}

/// A score that changed.
#[derive(Clone, Debug)]
pub struct Change {
    /// The task's name.
    pub task: Arc<str>,
    /// The case's id.
    pub case: Arc<str>,
    /// Model and prompt.
    pub candidate: Arc<str>,
    /// Repeat number.
    pub epoch: u32,
    /// Before.
    pub before: Verdict,
    /// Now.
    pub after: Verdict,
}

/// What grading again gave.
pub struct Regraded {
    /// Completions graded.
    pub graded: u64,
    /// Trials whose outcome, score or pass changed.
    pub changed: u64,
    /// The first of them.
    pub changes: Vec<Change>,
    /// Trials that could not be graded now.
    pub scorer_errors: u64,
    /// Trials that wait for a judge, or whose judge failed.
    pub judge_errors: u64,
    /// The tasks, in the order of the manifest.
    pub tasks: Vec<TaskRegraded>,
}

/// What grading again gave for a task.
pub struct TaskRegraded {
    /// Its name.
    pub name: Arc<str>,
    /// Its scorers, those of single cases last.
    pub scorers: Vec<ScorerRegraded>,
    /// What else of the task changed and bears on scores.
    pub rules: Vec<&'static str>,
    /// Cases with another golden output.
    pub golden_changed: u64,
}

/// What grading again gave for a scorer.
pub struct ScorerRegraded {
    /// Its name.
    pub name: Arc<str>,
    /// How it stands to the run; `None` for scorers of single cases.
    pub state: Option<State>,
    /// What changed of it, in words.
    pub why: Vec<String>,
    /// Trials with a score of it, before and now.
    pub n: (u64, u64),
    /// Mean score, before and now.
    pub mean: (Option<f64>, Option<f64>),
    /// Trials of which it says something else now.
    pub changed: u64,
    /// The first of them.
    pub changes: Vec<Change>,
}

#[derive(Default)]
struct Sum {
    n: u64,
    sum: f64,
}

impl Sum {
    fn add(&mut self, verdict: &Verdict) {
        if let Some(score) = verdict.score {
            self.n += 1;
            self.sum += score;
        }
    }

    fn mean(&self) -> Option<f64> {
        (self.n > 0).then(|| self.sum / self.n as f64)
    }
}

struct ScorerTally {
    name: Arc<str>,
    state: Option<State>,
    why: Vec<String>,
    before: Sum,
    after: Sum,
    changed: u64,
    changes: Vec<Change>,
}

/// Counts of a task.
pub struct TaskTally {
    name: Arc<str>,
    rules: Vec<&'static str>,
    scorers: Vec<ScorerTally>,
    golden_changed: u64,
    /// The case whose golden output was counted last: all trials of a case come together.
    counted: Option<u64>,
}

impl TaskTally {
    /// Counts for a task that differs from the run like that.
    pub fn new(differences: Differences) -> Self {
        let scorer = |name, state, why| ScorerTally::new(name, Some(state), why);
        Self {
            name: differences.task,
            rules: differences.rules,
            scorers: differences
                .scorers
                .into_iter()
                .map(|difference| scorer(difference.name, difference.state, difference.why))
                .collect(),
            golden_changed: 0,
            counted: None,
        }
    }

    /// Where that scorer is counted; one that the task does not have belongs to single cases.
    fn position(&mut self, name: &Arc<str>) -> usize {
        let find =
            |scorers: &[ScorerTally], name: &str| scorers.iter().position(|tally| *tally.name == *name);
        if let Some(position) = find(&self.scorers, name) {
            return position;
        }
        let name = if self.scorers.len() < MOST_SCORERS {
            name.clone()
        } else if let Some(position) = find(&self.scorers, OTHERS) {
            return position;
        } else {
            OTHERS.into()
        };
        self.scorers.push(ScorerTally::new(name, None, Vec::new()));
        self.scorers.len() - 1
    }
}

impl ScorerTally {
    fn new(name: Arc<str>, state: Option<State>, why: Vec<String>) -> Self {
        Self {
            name,
            state,
            why,
            before: Sum::default(),
            after: Sum::default(),
            changed: 0,
            changes: Vec::new(),
        }
    }
}

/// Counts of a run.
pub struct Tally {
    graded: u64,
    changed: u64,
    changes: Vec<Change>,
    scorer_errors: u64,
    judge_errors: u64,
    tasks: Vec<TaskTally>,
    candidates: Vec<Arc<str>>,
    /// Whether judges are asked when all is graded. Then the trials that wait for them are counted when they have spoken.
    asks: bool,
    open: HashMap<TrialKey, Regradable>,
}

/// A trial with what was said of it before.
struct Regradable {
    case: Arc<str>,
    was: Verdict,
    /// By position of the scorer in its task.
    scorers: Vec<(usize, Verdict)>,
}

impl Tally {
    /// Counts for the tasks of that manifest; with `asks`, judges are asked before it is closed.
    pub fn new(manifest: &Manifest, tasks: Vec<TaskTally>, asks: bool) -> Self {
        let label = |entry: &crate::model::CandidateEntry| {
            format!("{} {}", entry.candidate.model_label(), entry.candidate.prompt).into()
        };
        Self {
            graded: 0,
            changed: 0,
            changes: Vec::new(),
            scorer_errors: 0,
            judge_errors: 0,
            tasks,
            candidates: manifest.candidates.iter().map(label).collect(),
            asks,
            open: HashMap::new(),
        }
    }

    /// Adds a trial.
    pub fn add(&mut self, update: &ScoreUpdate, before: &Before) {
        self.graded += 1;
        let Some(task) = self.tasks.get_mut(update.key.task as usize) else {
            return;
        };
        if before.golden_changed && task.counted != Some(update.key.case) {
            task.golden_changed += 1;
            task.counted = Some(update.key.case);
        }
        let mut trial = Regradable {
            case: before.case.clone(),
            was: Verdict {
                outcome: Some(before.outcome),
                score: before.score,
                pass: before.pass,
            },
            scorers: Vec::new(),
        };
        let of = |entries: &[ScoreEntry], name: &str| {
            let entry = entries.iter().find(|entry| *entry.scorer == *name);
            entry.map_or(SILENT, verdict)
        };
        let gone = before
            .scores
            .iter()
            .filter(|entry| update.scores.iter().all(|other| other.scorer != entry.scorer));
        for entry in update.scores.iter().chain(gone).filter(|entry| !is_remark(entry)) {
            let position = task.position(&entry.scorer);
            trial.scorers.push((position, of(&before.scores, &entry.scorer)));
        }
        if self.asks && update.scores.iter().any(is_open) {
            self.open.insert(update.key, trial);
            return;
        }
        let is = Verdict {
            outcome: Some(update.outcome),
            score: update.score,
            pass: update.pass,
        };
        self.settle(&update.key, &trial, is, |name| of(&update.scores, name));
    }

    /// Adds the trials that judges were asked about, from what is stored now.
    pub fn close(&mut self, store: &Store, run: &RunRef) -> Result<(), StoreError> {
        let open = std::mem::take(&mut self.open);
        if open.is_empty() {
            return Ok(());
        }
        let failed = store.stream_trials(run, Order::Case, |row| {
            let Some(trial) = open.get(&row.key) else {
                return ControlFlow::Continue(());
            };
            let scores = match row.scores() {
                Ok(scores) => scores,
                Err(error) => return ControlFlow::Break(error),
            };
            let is = Verdict {
                outcome: Some(row.outcome),
                score: row.score,
                pass: row.pass,
            };
            self.settle(&row.key, trial, is, |name| {
                let entry = scores.iter().find(|entry| *entry.scorer == *name);
                entry.map_or(SILENT, verdict)
            });
            ControlFlow::Continue(())
        })?;
        failed.map_or(Ok(()), Err)
    }

    /// Counts what became of a trial; `said` is what a scorer says of it now.
    fn settle(&mut self, key: &TrialKey, trial: &Regradable, is: Verdict, said: impl Fn(&str) -> Verdict) {
        self.scorer_errors += u64::from(is.outcome == Some(Outcome::ScorerError));
        self.judge_errors += u64::from(is.outcome == Some(Outcome::JudgeError));
        let Some(task) = self.tasks.get_mut(key.task as usize) else {
            return;
        };
        let candidate = self.candidates.get(key.candidate as usize);
        let name = task.name.clone();
        let change = |was: Verdict, is: Verdict| Change {
            task: name.clone(),
            case: trial.case.clone(),
            candidate: candidate.cloned().unwrap_or_default(),
            epoch: key.epoch,
            before: was,
            after: is,
        };
        if trial.was != is {
            self.changed += 1;
            if self.changes.len() < REMEMBERED {
                self.changes.push(change(trial.was, is));
            }
        }
        for (position, was) in &trial.scorers {
            let Some(scorer) = task.scorers.get_mut(*position) else {
                continue;
            };
            let is = said(&scorer.name);
            scorer.before.add(was);
            scorer.after.add(&is);
            if *was != is {
                scorer.changed += 1;
                if scorer.changes.len() < REMEMBERED {
                    scorer.changes.push(change(*was, is));
                }
            }
        }
    }

    /// What was counted.
    pub fn finish(self) -> Regraded {
        let scorer = |tally: ScorerTally| ScorerRegraded {
            name: tally.name,
            state: tally.state,
            why: tally.why,
            n: (tally.before.n, tally.after.n),
            mean: (tally.before.mean(), tally.after.mean()),
            changed: tally.changed,
            changes: tally.changes,
        };
        let task = |tally: TaskTally| TaskRegraded {
            name: tally.name,
            scorers: tally.scorers.into_iter().map(scorer).collect(),
            rules: tally.rules,
            golden_changed: tally.golden_changed,
        };
        Regraded {
            graded: self.graded,
            changed: self.changed,
            changes: self.changes,
            scorer_errors: self.scorer_errors,
            judge_errors: self.judge_errors,
            tasks: self.tasks.into_iter().map(task).collect(),
        }
    }
}

/// A scorer that said nothing of a trial.
const SILENT: Verdict = Verdict {
    outcome: None,
    score: None,
    pass: None,
};

/// Whether a judge has still to say something, or is asked once more.
fn is_open(entry: &ScoreEntry) -> bool {
    let fault = entry.result.as_ref().err().and_then(|error| error.judge);
    matches!(fault, Some(JudgeFault::Waiting | JudgeFault::Failed))
}

fn verdict(entry: &ScoreEntry) -> Verdict {
    match &entry.result {
        Ok(score) => Verdict {
            outcome: Some(Outcome::Scored),
            score: Some(score.value),
            pass: Some(score.pass),
        },
        Err(error) => Verdict {
            outcome: Some(match error.judge {
                Some(_) => Outcome::JudgeError,
                None if error.unparseable => Outcome::Unparseable,
                None => Outcome::ScorerError,
            }),
            score: None,
            pass: None,
        },
    }
}
