//! Derives everything that a run reports again from stored completions and verdicts, and compares.

mod costs;
mod lines;
mod texts;
mod verdicts;

use super::console::Console;
use super::failure::Failure;
use super::regrade::{Change, Purpose, Regraded, State, Tally, TaskRegraded, regrade};
use super::{documents, progress::counted};
use crate::analyse::Analysis;
use crate::model::{Outcome, Project};
use crate::report::{self, Beside};
use crate::store::{RunRef, Store};
use camino::Utf8Path;
use lines::LineCheck;
use serde::Serialize;

/// Differences that are told of each check.
const TOLD: usize = 10;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckOutcome {
    /// What was derived is what is stored.
    Same,
    /// Something differs.
    Differs,
    /// It could not be derived: something that it needs has changed or is gone.
    NotDerived,
}

impl CheckOutcome {
    /// The words for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Differs => "differs",
            Self::NotDerived => "not derived",
        }
    }
}

/// One thing that was compared.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// What.
    pub what: String,
    /// How it ended.
    pub outcome: CheckOutcome,
    /// What was looked at, in words.
    pub looked_at: String,
    /// How many differences there are.
    pub differences: u64,
    /// The first of them, or why it could not be derived.
    pub details: Vec<String>,
}

impl Check {
    /// A check with its differences.
    fn new(
        what: impl Into<String>,
        looked_at: impl Into<String>,
        differences: u64,
        details: Vec<String>,
    ) -> Self {
        Self {
            what: what.into(),
            outcome: if differences == 0 {
                CheckOutcome::Same
            } else {
                CheckOutcome::Differs
            },
            looked_at: looked_at.into(),
            differences,
            details,
        }
    }

    /// One that could not be made.
    fn not_derived(what: impl Into<String>, details: Vec<String>) -> Self {
        Self {
            what: what.into(),
            outcome: CheckOutcome::NotDerived,
            looked_at: String::new(),
            differences: 0,
            details,
        }
    }
}

/// All checks of a run, in a fixed order.
pub fn verify(
    store: &Store,
    run: &RunRef,
    project: &Project,
    console: &Console,
) -> Result<Vec<Check>, Failure> {
    let mut checks = grades(store, run, project, console)?;
    checks.extend(verdicts::check(store, run, project)?);
    checks.push(costs::check(store, run)?);
    let folder = documents::folder(&project.root, &run.id);
    let mut results = LineCheck::open(&folder.join(documents::RESULTS))?;
    let analysis = documents::results_and_analysis(store, run, &mut results)?;
    checks.push(counts(store, run, &analysis)?);
    checks.extend(written(&folder, &analysis, results)?);
    Ok(checks)
}

/// Grades all completions again, task by task.
fn grades(store: &Store, run: &RunRef, project: &Project, console: &Console) -> Result<Vec<Check>, Failure> {
    match regrade(store, run, project, Purpose::DryRun, console).map(Tally::finish) {
        Ok(regraded) => Ok(regraded
            .tasks
            .iter()
            .map(|task| grades_of(task, &regraded))
            .collect()),
        // Cases, prompts or tasks are not what was sent: the message names them.
        Err(Failure::Usage(message)) => Ok(vec![Check::not_derived("scores", vec![message])]),
        Err(failure) => Err(failure),
    }
}

fn grades_of(task: &TaskRegraded, regraded: &Regraded) -> Check {
    let what = format!("scores of {}", task.name);
    let mut changed: Vec<String> = Vec::new();
    for scorer in &task.scorers {
        let state = match scorer.state {
            None | Some(State::Unchanged) => continue,
            Some(state) => state.name(),
        };
        let why = match scorer.why.as_slice() {
            [] => String::new(),
            why => format!(" ({})", why.join("; ")),
        };
        changed.push(format!("scorer {} is {state}{why}", scorer.name));
    }
    changed.extend(task.rules.iter().map(|rule| format!("the task: {rule}")));
    if task.golden_changed > 0 {
        changed.push(format!(
            "the golden output of {} changed",
            counted(task.golden_changed, "case")
        ));
    }
    if !changed.is_empty() {
        return Check::not_derived(what, changed);
    }
    let own = || regraded.changes.iter().filter(|change| change.task == task.name);
    let scorers: u64 = task.scorers.iter().map(|scorer| scorer.changed).sum();
    let mut details: Vec<String> = own().take(TOLD).map(told).collect();
    if details.is_empty() {
        let each = task.scorers.iter().flat_map(|scorer| {
            let name = scorer.name.clone();
            scorer
                .changes
                .iter()
                .map(move |change| format!("{name}: {}", told(change)))
        });
        details = each.take(TOLD).collect();
    }
    let differences = scorers.max(own().count() as u64);
    Check::new(
        what,
        "completions graded again with the run's scorers",
        differences,
        details,
    )
}

/// `case c-1, sim/quick, prompt plain: stored 0.500, derived 1.000`.
fn told(change: &Change) -> String {
    let said = |verdict: &super::regrade::Verdict| match (verdict.score, verdict.outcome) {
        (Some(score), _) => {
            let pass = if verdict.pass == Some(true) {
                "passes"
            } else {
                "fails"
            };
            format!("{score} ({pass})")
        }
        (None, Some(outcome)) => outcome.to_string(),
        (None, None) => "nothing".to_owned(),
    };
    format!(
        "case {}, {}, epoch {}: stored {}, derived {}",
        change.case,
        change.candidate,
        change.epoch,
        said(&change.before),
        said(&change.after)
    )
}

/// The counts that the list of runs shows.
fn counts(store: &Store, run: &RunRef, analysis: &Analysis) -> Result<Check, Failure> {
    let stored = store.run_info(run)?.counts;
    let totals = &analysis.totals;
    let mut details = Vec::new();
    if stored.trials != totals.recorded {
        details.push(format!(
            "trials: stored {}, derived {}",
            stored.trials, totals.recorded
        ));
    }
    let unrecorded = totals.planned.saturating_sub(totals.recorded);
    for outcome in Outcome::ALL {
        let kept = stored.outcomes[outcome.index()];
        let skipped = if outcome == Outcome::Skipped {
            unrecorded
        } else {
            0
        };
        let derived = totals.outcomes[outcome.index()].saturating_sub(skipped);
        if kept != derived {
            details.push(format!("{outcome}: stored {kept}, derived {derived}"));
        }
    }
    let passed: u64 = analysis.rows().map(|row| row.passed).sum();
    if stored.passed != passed {
        details.push(format!("passed: stored {}, derived {passed}", stored.passed));
    }
    if stored.cached != totals.cache_hits {
        details.push(format!(
            "from the cache: stored {}, derived {}",
            stored.cached, totals.cache_hits
        ));
    }
    Ok(Check::new(
        "counts",
        "trials by outcome, counted again",
        details.len() as u64,
        details,
    ))
}

/// The documents in the run's folder.
fn written(folder: &Utf8Path, analysis: &Analysis, results: LineCheck) -> Result<Vec<Check>, Failure> {
    let failed = |error: std::io::Error| Failure::System(format!("cannot write a document: {error}"));
    let mut manifest = serde_json::to_vec_pretty(&analysis.manifest).map_err(|error| failed(error.into()))?;
    manifest.push(b'\n');
    let mut summary = Vec::new();
    report::summary_json(analysis, &mut summary).map_err(failed)?;
    let mut drawing = Vec::new();
    let drawn = report::front_svg(analysis, &mut drawing).map_err(failed)?;
    let beside = Beside {
        drawing: drawn.then_some(documents::DRAWING),
        baseline: None,
    };
    let mut markdown = Vec::new();
    report::markdown_beside(analysis, &beside, &mut markdown).map_err(failed)?;
    let [manifest_name, _, summary_name, report_name, drawing_name] = documents::DOCUMENTS;
    let mut checks = vec![
        texts::json(&folder.join(manifest_name), &manifest)?,
        results.finish(),
        texts::json(&folder.join(summary_name), &summary)?,
        texts::lines(&folder.join(report_name), &markdown)?,
    ];
    if drawn {
        checks.push(texts::lines(&folder.join(drawing_name), &drawing)?);
    }
    Ok(checks)
}
