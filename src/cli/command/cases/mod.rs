//! `bench cases`: the quality of cases, and the trials on which scorers disagree.

mod pairs;
mod print;
mod quality;

use crate::analyse::TaskQuality;
use crate::cli::args::Common;
use crate::cli::console::Console;
use crate::cli::failure::{Failure, exit};
use crate::cli::{prepare, workspace};
use crate::model::{Manifest, ScoreEntry};
use crate::plan::{glob, known_names};
use crate::report::{QualityDocument, quality_text};
use crate::scorer::is_remark;
use crate::store::{Order, RunRef, Store, TrialRow};
use globset::GlobMatcher;
use pairs::Pairs;
use print::{Form, Printer};
use std::ops::ControlFlow;

/// Flags of `bench cases`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  bench cases                                         which cases decide, and which are dead, flaky or wrong\n  \
                        bench cases --disagree                              every trial on which scorers disagree\n  \
                        bench cases latest --pass tests --fail judge        one direction of one pair\n  \
                        bench cases before-switch --pass tests --fail judge --task triage --format jsonl > look.jsonl"
)]
pub struct Args {
    /// The run: id, unique prefix, name, `latest` or `latest~1`
    #[arg(value_name = "RUN", default_value = "latest")]
    run: String,
    /// List every trial that one scorer passes and another fails
    #[arg(long, conflicts_with_all = ["pass", "fail"])]
    disagree: bool,
    /// List the trials that this scorer passes and that of --fail fails
    #[arg(long, value_name = "SCORER")]
    pass: Option<String>,
    /// The scorer that fails them
    #[arg(long, value_name = "SCORER")]
    fail: Option<String>,
    /// Only tasks whose name matches
    #[arg(long = "task", value_name = "GLOB")]
    tasks: Vec<String>,
    /// Only models that match
    #[arg(short, long = "model", value_name = "GLOB")]
    models: Vec<String>,
    /// What to write
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One JSON object a line
    Jsonl,
}

/// Which trials are listed.
enum Question {
    /// None: what the cases are worth.
    Quality,
    /// Those that one scorer passes and another fails.
    Any,
    /// Those that the first passes and the second fails.
    Pair(String, String),
}

/// Lists the trials.
pub fn run(args: Args, common: &Common, console: &Console) -> Result<u8, Failure> {
    let question = match (args.disagree, args.pass, args.fail) {
        (true, _, _) => Question::Any,
        (false, Some(pass), Some(fail)) if pass == fail => {
            return Err(Failure::Usage(format!(
                "--pass and --fail both name `{pass}`; a scorer agrees with itself"
            )));
        }
        (false, Some(pass), Some(fail)) => Question::Pair(pass, fail),
        (false, Some(_), None) => {
            return Err(Failure::Usage("--pass needs --fail SCORER beside it".to_owned()));
        }
        (false, None, Some(_)) => {
            return Err(Failure::Usage("--fail needs --pass SCORER beside it".to_owned()));
        }
        (false, None, None) => Question::Quality,
    };
    let root = workspace::find(common)?;
    let store = prepare::store_with_runs(&root)?;
    let run = store.find_run(&args.run)?;
    let manifest = store.manifest(&run)?;
    let choice = Choice::new(&manifest, &args.tasks, &args.models)?;
    if matches!(question, Question::Quality) {
        let tasks = quality::quality(&store, &run, &manifest, &choice)?;
        show(&run.id, manifest.seed, &tasks, args.format, console)?;
        return Ok(exit::DONE);
    }
    let form = match (console.json(), args.format) {
        (true, _) => Form::Document,
        (false, Format::Jsonl) => Form::Lines,
        (false, Format::Text) => Form::Text(console.text_width()),
    };
    list(&store, &run, &manifest, &choice, &question, form, console)?;
    Ok(exit::DONE)
}

/// Writes the quality of cases.
fn show(
    run: &str,
    seed: u64,
    tasks: &[TaskQuality],
    format: Format,
    console: &Console,
) -> Result<(), Failure> {
    let document = QualityDocument::new(run, seed, tasks);
    if console.json() {
        return console.document(&document);
    }
    match format {
        Format::Text => {
            for task in tasks {
                console.out(&quality_text(task, console.text_width()))?;
            }
            Ok(())
        }
        Format::Jsonl => {
            for line in document.lines() {
                console.out(&format!("{line}\n"))?;
            }
            Ok(())
        }
    }
}

/// The tasks and candidates that are looked at, by position.
struct Choice {
    tasks: Vec<bool>,
    candidates: Vec<bool>,
}

impl Choice {
    fn new(manifest: &Manifest, tasks: &[String], models: &[String]) -> Result<Self, Failure> {
        let globs = |patterns: &[String]| -> Result<Vec<GlobMatcher>, Failure> {
            Ok(patterns
                .iter()
                .map(|pattern| glob(pattern))
                .collect::<Result<_, _>>()?)
        };
        let task_globs = globs(tasks)?;
        let model_globs = globs(models)?;
        let chosen = Self {
            tasks: manifest
                .tasks
                .iter()
                .map(|task| task_globs.is_empty() || task_globs.iter().any(|glob| glob.is_match(&*task.name)))
                .collect(),
            candidates: manifest
                .candidates
                .iter()
                .map(|entry| {
                    let (model, label) = (entry.candidate.model.to_string(), entry.candidate.model_label());
                    model_globs.is_empty()
                        || model_globs
                            .iter()
                            .any(|glob| glob.is_match(&model) || glob.is_match(&label))
                })
                .collect(),
        };
        if !chosen.tasks.contains(&true) {
            let asked = tasks.join(", ");
            let known = known_names(&asked, manifest.tasks.iter().map(|task| &*task.name));
            return Err(Failure::Usage(format!("the run has no task `{asked}`{known}")));
        }
        if !chosen.candidates.contains(&true) {
            let asked = models.join(", ");
            let labels: Vec<String> = manifest
                .candidates
                .iter()
                .map(|entry| entry.candidate.model_label())
                .collect();
            let known = known_names(&asked, labels.iter().map(String::as_str));
            return Err(Failure::Usage(format!("the run has no model `{asked}`{known}")));
        }
        Ok(chosen)
    }

    fn holds(&self, row: &TrialRow<'_>) -> bool {
        let at = |list: &[bool], position: u32| list.get(position as usize).copied().unwrap_or(false);
        at(&self.tasks, row.key.task) && at(&self.candidates, row.key.candidate)
    }
}

fn list(
    store: &Store,
    run: &RunRef,
    manifest: &Manifest,
    choice: &Choice,
    question: &Question,
    form: Form,
    console: &Console,
) -> Result<(), Failure> {
    let mut printer = Printer::new(&run.id, manifest, form, console);
    let mut pairs = Pairs::new(manifest, &choice.tasks);
    let broken = store.stream_trials(run, Order::Case, |row| {
        match each(row, choice, question, &mut pairs, &mut printer) {
            Ok(()) => ControlFlow::Continue(()),
            Err(failure) => ControlFlow::Break(failure),
        }
    })?;
    if let Some(failure) = broken {
        return Err(failure);
    }
    if let Question::Pair(pass, fail) = question {
        for name in [pass, fail] {
            if !pairs.knows(name) {
                return Err(Failure::Usage(format!(
                    "no scorer of these trials is called `{name}`{}",
                    known_names(name, pairs.names())
                )));
            }
        }
    }
    printer.finish(&pairs.found(question))
}

fn each(
    row: &TrialRow<'_>,
    choice: &Choice,
    question: &Question,
    pairs: &mut Pairs,
    printer: &mut Printer<'_>,
) -> Result<(), Failure> {
    if !choice.holds(row) {
        return Ok(());
    }
    let mut scores = row.scores()?;
    scores.retain(|entry| !is_remark(entry));
    pairs.add(row.key.task, &scores);
    let verdict = |entry: &ScoreEntry| entry.result.as_ref().ok().map(|score| score.pass);
    let says = |name: &str, wanted: bool| {
        scores
            .iter()
            .any(|entry| *entry.scorer == *name && verdict(entry) == Some(wanted))
    };
    let wanted = match question {
        Question::Quality => false,
        Question::Any => {
            let any = |wanted: bool| scores.iter().any(|entry| verdict(entry) == Some(wanted));
            any(true) && any(false)
        }
        Question::Pair(pass, fail) => says(pass, true) && says(fail, false),
    };
    if !wanted {
        return Ok(());
    }
    if let Question::Pair(pass, fail) = question {
        // The two that were asked about stand first.
        let place = |entry: &ScoreEntry| match &*entry.scorer {
            name if name == pass => 0,
            name if name == fail => 1,
            _ => 2,
        };
        scores.sort_by_key(place);
    }
    printer.trial(row, &scores)
}
