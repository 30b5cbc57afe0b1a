//! `bench scorer test`: a scorer on one completion, with all there is to see.

use super::{answer, show, target, tried};
use crate::cli::args::Common;
use crate::cli::console::Console;
use crate::cli::failure::{Failure, exit};
use crate::cli::{sandbox, workspace};
use crate::model::{OutputSpec, ScorerSpec};
use crate::plan::known_names;
use crate::scorer::{Output, ScoreInput, compile};
use camino::Utf8PathBuf;

/// Flags of `bench scorer test`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  bench scorer test tasks/scorers/f1.py --case t-001\n  \
                        bench scorer test ticket-triage --case t-001 --model '*mini*'\n  \
                        bench scorer test tasks/scorers/f1.py --case t-001 --output 'an answer to try'\n  \
                        bench scorer test new.py --output - < answer.txt"
)]
pub struct Test {
    /// Code of a scorer (.py, .js, .ts, .wasm), or a task by name or file
    #[arg(value_name = "FILE")]
    pub file: Utf8PathBuf,
    /// The case, by its id
    #[arg(long, value_name = "ID")]
    pub case: Option<String>,
    /// The task, where the file does not say which
    #[arg(long, value_name = "NAME")]
    pub task: Option<String>,
    /// Only the task's scorer with this name
    #[arg(long, value_name = "NAME")]
    pub scorer: Option<String>,
    /// The run with the completion: id, unique prefix, name, `latest` or `latest~1` [default: the latest with the task]
    #[arg(long, value_name = "RUN")]
    pub run: Option<String>,
    /// Only a completion of a model that matches
    #[arg(short, long, value_name = "GLOB")]
    pub model: Option<String>,
    /// Only a completion of the prompt with this id
    #[arg(long, value_name = "ID")]
    pub prompt: Option<String>,
    /// Only a completion of this repeat, from 0
    #[arg(long, value_name = "N")]
    pub epoch: Option<u32>,
    /// Try this text in place of a stored completion; `-` reads it from stdin
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, conflicts_with_all = ["run", "model", "epoch"])]
    pub output: Option<String>,
}

/// Tries the scorers; sends and stores nothing.
pub fn run(args: Test, common: &Common, console: &Console) -> Result<u8, Failure> {
    let project = workspace::load(common, console)?;
    let target = target::find(
        &project,
        common,
        &args.file,
        args.task.as_deref(),
        args.scorer.as_deref(),
    )?;
    let answer = answer::find(&project, target.task.as_ref(), &args)?;
    let mut scorers = target.scorers;
    if target.with_own {
        let wanted = |spec: &&ScorerSpec| args.scorer.as_ref().is_none_or(|name| *spec.name == **name);
        scorers.extend(answer.case.scorers.iter().filter(wanted).cloned());
    }
    if let (Some(name), true) = (&args.scorer, scorers.is_empty()) {
        let specs = target
            .task
            .iter()
            .flat_map(|task| &task.scorers)
            .chain(&answer.case.scorers);
        return Err(target::no_scorer(
            name,
            &known_names(name, specs.map(|spec| &*spec.name)),
        ));
    }
    let form = target
        .task
        .as_ref()
        .map_or_else(OutputSpec::default, |task| task.output.clone());
    let output = Output::new(&answer.completion, &form);
    let sandbox = sandbox::open();
    let input = ScoreInput {
        output: &output,
        case: &answer.case,
        completion: &answer.completion,
        cost: answer.cost,
        messages: answer.messages.as_deref(),
        sandbox: Some(&sandbox),
    };
    let mut results = Vec::new();
    for spec in scorers {
        let scorer = compile(&spec, &form).map_err(Failure::Usage)?;
        results.push(tried::call(spec, &scorer, &input, &sandbox, console));
    }
    let task = target.task.as_deref();
    let notes: Vec<String> = target
        .note
        .into_iter()
        .chain(answer.notes.iter().cloned())
        .collect();
    if console.json() {
        console.document(&show::document(task, &answer, &notes, &results))?;
    } else {
        console.out(&show::text(task, &answer, &notes, &results, console.text_width()))?;
    }
    if results.iter().all(|result| result.observed.is_none()) {
        return Err(Failure::Usage(format!(
            "no scorer applies to case `{}`: their `cases` filters leave it out",
            answer.case.id
        )));
    }
    let failed = results
        .iter()
        .any(|result| result.observed.is_some() && !result.scored());
    Ok(if failed { exit::INCOMPLETE } else { exit::DONE })
}
