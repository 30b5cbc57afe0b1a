//! Which completion a scorer is tried on.

use super::test::Test;
use crate::cli::failure::Failure;
use crate::cli::prepare;
use crate::load::cases::{CaseReader, CaseSelection};
use crate::model::{Case, Completion, Manifest, Message, Money, Outcome, Project, StopReason, Task};
use crate::plan::{glob, known_names};
use crate::store::{RunRef, Store, TrialRow};
use crate::template::PromptTemplate;
use globset::GlobMatcher;
use indexmap::IndexMap;
use std::io::Read;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Longest text that is read from stdin, in bytes.
const MOST_INPUT: u64 = 64 << 20;

/// A completion with its case and what was sent.
pub struct Answer {
    /// The case, as the task has it now.
    pub case: Arc<Case>,
    /// The completion.
    pub completion: Completion,
    /// What it cost.
    pub cost: Option<Money>,
    /// The messages that led to it.
    pub messages: Option<Vec<Message>>,
    /// Where it was stored; `None` for a text from the command line.
    pub from: Option<Stored>,
    /// What to know before trusting the result.
    pub notes: Vec<String>,
}

/// Where a completion was stored.
pub struct Stored {
    /// The run's id.
    pub run: String,
    /// The model, with its label.
    pub model: String,
    /// The prompt's id.
    pub prompt: String,
    /// Repeat number.
    pub epoch: u32,
    /// What became of it.
    pub outcome: Outcome,
    /// Further completions of the case that fit.
    pub others: u64,
}

/// Finds the completion that the flags name.
pub fn find(project: &Project, task: Option<&Arc<Task>>, args: &Test) -> Result<Answer, Failure> {
    let text = args.output.as_deref().map(given).transpose()?;
    let case = match (task, &args.case) {
        (Some(task), Some(id)) => case(task, id)?,
        (None, Some(id)) => {
            return Err(Failure::Usage(format!(
                "no task uses {}; name the one that case `{id}` is of with --task",
                args.file
            )));
        }
        (None, None) if text.is_some() => Arc::new(nothing()),
        (Some(task), None) => {
            return Err(Failure::Usage(format!(
                "name the case with --case ID{}",
                known_names("", first_ids(task).iter().map(String::as_str))
            )));
        }
        (None, None) => {
            return Err(Failure::Usage(
                "name a case with --case ID and its task with --task, or give a text with --output"
                    .to_owned(),
            ));
        }
    };
    let Some(text) = text else {
        let Some(task) = task else {
            return Err(Failure::Usage("name the task of the case with --task".to_owned()));
        };
        return stored(project, task, case, args);
    };
    let mut notes = Vec::new();
    let messages = match (task, &args.prompt) {
        (Some(task), wanted) => messages(task, wanted.as_deref(), &case, &mut notes)?,
        (None, _) => None,
    };
    if args.case.is_none() {
        notes.push("without a case: golden output, variables and prompt are empty".to_owned());
    }
    Ok(Answer {
        case,
        completion: Completion {
            text,
            stop: StopReason::Stop,
            ..Completion::default()
        },
        cost: None,
        messages,
        from: None,
        notes,
    })
}

/// The text of `--output`: as it stands, or stdin.
fn given(text: &str) -> Result<String, Failure> {
    if text != "-" {
        return Ok(text.to_owned());
    }
    let mut bytes = Vec::new();
    let read = std::io::stdin().take(MOST_INPUT).read_to_end(&mut bytes);
    read.map_err(|error| Failure::Usage(format!("cannot read stdin: {error}")))?;
    String::from_utf8(bytes).map_err(|_| Failure::Usage("what came on stdin is not UTF-8 text".to_owned()))
}

fn nothing() -> Case {
    Case {
        id: "".into(),
        vars: IndexMap::new(),
        golden: None,
        verified: None,
        meta: IndexMap::new(),
        scorers: Vec::new(),
    }
}

fn case(task: &Arc<Task>, id: &str) -> Result<Arc<Case>, Failure> {
    let mut ids = Vec::new();
    for read in CaseReader::open(task, CaseSelection::default()) {
        let (_, case) = read.map_err(|error| Failure::Usage(error.to_string()))?;
        if *case.id == *id {
            return Ok(case);
        }
        ids.push(case.id.clone());
    }
    Err(Failure::Usage(format!(
        "task `{}` has no case `{id}`{}",
        task.name,
        known_names(id, ids.iter().map(|id| &**id))
    )))
}

fn first_ids(task: &Arc<Task>) -> Vec<String> {
    let cases = CaseReader::open(task, CaseSelection::default());
    let ids = cases.filter_map(|case| case.ok().map(|(_, case)| case.id.to_string()));
    ids.take(8).collect()
}

/// The messages of a prompt for a case: of the named one, else of the first.
fn messages(
    task: &Task,
    wanted: Option<&str>,
    case: &Case,
    notes: &mut Vec<String>,
) -> Result<Option<Vec<Message>>, Failure> {
    let found = match wanted {
        Some(id) => task.prompts.iter().find(|prompt| prompt.id == id),
        None => task.prompts.first(),
    };
    let Some(prompt) = found else {
        let known = task.prompts.iter().map(|prompt| prompt.id.as_str());
        let id = wanted.unwrap_or_default();
        return Err(Failure::Usage(format!(
            "task `{}` has no prompt `{id}`{}",
            task.name,
            known_names(id, known)
        )));
    };
    let rendered = PromptTemplate::compile(prompt).and_then(|template| template.render(&case.vars));
    Ok(match rendered {
        Ok(messages) => Some(messages),
        Err(error) => {
            notes.push(format!("prompt `{}` does not render: {error}", prompt.id));
            None
        }
    })
}

/// The run that is meant: the named one, else the latest with the task; with the task's position in it.
fn run_of(store: &Store, task: &Task, wanted: Option<&str>) -> Result<(RunRef, Manifest, u32), Failure> {
    let run = match wanted {
        Some(text) => store.find_run(text)?,
        None => {
            let mut runs = store.runs()?.into_iter();
            let with = runs.find(|info| info.tasks.iter().any(|name| **name == *task.name));
            let none = || {
                Failure::Usage(format!(
                    "no run of task `{0}` is stored yet; `bench run {0}` makes one, or give a text with --output",
                    task.name
                ))
            };
            with.ok_or_else(none)?.run
        }
    };
    let manifest = store.manifest(&run)?;
    let position = manifest
        .tasks
        .iter()
        .zip(0u32..)
        .find(|(entry, _)| entry.name == task.name);
    match position {
        Some((_, position)) => Ok((run, manifest, position)),
        None => {
            let known = known_names(&task.name, manifest.tasks.iter().map(|entry| &*entry.name));
            Err(Failure::Usage(format!(
                "run {} has no task `{}`{known}",
                run.id, task.name
            )))
        }
    }
}

/// Which of a case's completions are meant.
struct Filter {
    model: Option<GlobMatcher>,
    prompt: Option<String>,
    epoch: Option<u32>,
}

impl Filter {
    fn fits(&self, manifest: &Manifest, row: &TrialRow<'_>) -> bool {
        let Some(entry) = manifest.candidates.get(row.key.candidate as usize) else {
            return false;
        };
        let candidate = &entry.candidate;
        let model = self.model.as_ref().is_none_or(|glob| {
            glob.is_match(candidate.model.to_string()) || glob.is_match(candidate.model_label())
        });
        let prompt = self.prompt.as_ref().is_none_or(|id| *candidate.prompt == **id);
        model && prompt && self.epoch.is_none_or(|epoch| row.key.epoch == epoch)
    }
}

fn stored(project: &Project, task: &Arc<Task>, case: Arc<Case>, args: &Test) -> Result<Answer, Failure> {
    // Nothing is to be made here, so a missing store is not opened.
    if !project.root.join("runs/bench.db").exists() {
        return Err(Failure::Usage(format!(
            "no run is stored yet; `bench run {}` makes one, or give a text with --output",
            task.name
        )));
    }
    let store = prepare::store_to_read(&project.root)?;
    let (run, manifest, position) = run_of(&store, task, args.run.as_deref())?;
    let filter = Filter {
        model: args.model.as_deref().map(glob).transpose()?,
        prompt: args.prompt.clone(),
        epoch: args.epoch,
    };
    let (mut first, mut fitting, mut answered, mut trials) = (None, 0_u64, 0_u64, 0_u64);
    let mut models: Vec<String> = Vec::new();
    let broken = store.stream_case(&run, position, &case.id, |row| {
        trials += 1;
        if row.completion_json.is_none() {
            return ControlFlow::Continue(());
        }
        answered += 1;
        let entry = manifest.candidates.get(row.key.candidate as usize);
        let label = entry.map_or_else(String::new, |entry| entry.candidate.model_label());
        if !models.contains(&label) {
            models.push(label);
        }
        if filter.fits(&manifest, row) {
            fitting += 1;
            if first.is_none() {
                match take(row) {
                    Ok(taken) => first = taken,
                    Err(failure) => return ControlFlow::Break(failure),
                }
            }
        }
        ControlFlow::Continue(())
    })?;
    if let Some(failure) = broken {
        return Err(failure);
    }
    let Some(taken) = first else {
        let what = match (trials, answered) {
            (0, _) => format!("run {} has no trial of case `{}`", run.id, case.id),
            (_, 0) => format!("no trial of case `{}` in run {} has an answer", case.id, run.id),
            (_, answered) => format!(
                "none of the {answered} completions of case `{}` in run {} is what the flags ask for{}",
                case.id,
                run.id,
                known_names(
                    args.model.as_deref().unwrap_or_default(),
                    models.iter().map(String::as_str)
                )
            ),
        };
        return Err(Failure::Usage(format!(
            "{what}; choose with --run, --model, --prompt and --epoch, or give a text with --output"
        )));
    };
    let Some(entry) = manifest.candidates.get(taken.candidate as usize) else {
        return Err(Failure::System(format!(
            "run {} names a candidate that its manifest lacks",
            run.id
        )));
    };
    let mut notes = Vec::new();
    if taken.case.vars != case.vars {
        notes.push("the variables of the case changed since the run".to_owned());
    }
    if taken.case.golden != case.golden {
        notes.push("the golden output of the case changed since the run".to_owned());
    }
    let prompt = entry.candidate.prompt.to_string();
    let messages = if task.prompts.iter().any(|known| known.id == prompt) {
        messages(task, Some(&prompt), &case, &mut notes)?
    } else {
        notes.push(format!(
            "the task no longer has the prompt `{prompt}`, so code sees none"
        ));
        None
    };
    let graded = matches!(taken.outcome, Outcome::Scored | Outcome::ScorerError);
    if !graded && taken.outcome != Outcome::Unparseable {
        notes.push(format!(
            "in the run this trial is `{}`, so its scorers were not asked unless the task says so",
            taken.outcome
        ));
    }
    Ok(Answer {
        case,
        completion: taken.completion,
        cost: taken.cost,
        messages,
        from: Some(Stored {
            run: run.id,
            model: entry.candidate.model_label(),
            prompt,
            epoch: taken.epoch,
            outcome: taken.outcome,
            others: fitting - 1,
        }),
        notes,
    })
}

/// A row that was taken.
struct Taken {
    candidate: u32,
    epoch: u32,
    outcome: Outcome,
    case: Case,
    completion: Completion,
    cost: Option<Money>,
}

fn take(row: &TrialRow<'_>) -> Result<Option<Taken>, Failure> {
    let Some(completion) = row.completion()? else {
        return Ok(None);
    };
    Ok(Some(Taken {
        candidate: row.key.candidate,
        epoch: row.key.epoch,
        outcome: row.outcome,
        case: row.case()?,
        completion,
        cost: row.cost,
    }))
}
