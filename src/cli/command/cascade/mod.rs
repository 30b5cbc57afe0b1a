//! `bench cascade`: the cheapest ladder of models that is good enough, from stored trials.

mod accept;
mod gather;

use crate::analyse::{CascadeRules, CascadeTable, count_ladders, simulate};
use crate::cli::args::Common;
use crate::cli::console::Console;
use crate::cli::failure::{Failure, exit};
use crate::cli::{documents, prepare, workspace};
use crate::load;
use crate::report::{self, CascadePart, CascadeReport};
pub use accept::{Accept, Rules};
use gather::Places;
pub use gather::{Choice, attempt};

/// Ladders that are tried for a task and prompt, at most.
const MOST_LADDERS: u64 = 5_000;

/// Flags of `bench cascade`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  bench cascade                                  the latest run, every task and prompt\n  \
                        bench cascade latest --task ticket-triage --margin 0.02\n  \
                        bench cascade --accept valid-json --rungs 2    two models, the second where valid-json fails\n  \
                        bench cascade -m 'openai/*' --all --json > ladders.json"
)]
pub struct Args {
    /// The run: id, unique prefix, name, `latest` or `latest~1`
    #[arg(value_name = "RUN", default_value = "latest")]
    run: String,
    /// Take an answer only if this scorer passes; may be repeated [default: the task's scorers that look at the output alone]
    #[arg(long, value_name = "SCORER", conflicts_with = "form_only")]
    accept: Vec<String>,
    /// Take every answer that is complete, no refusal, and has the task's form
    #[arg(long)]
    form_only: bool,
    /// How much worse than the best single model a ladder may be
    #[arg(long, value_name = "M", default_value_t = 0.03, value_parser = share)]
    margin: f64,
    /// Chance that a ladder that is worse than that is called not worse
    #[arg(long, value_name = "A", default_value_t = 0.05, value_parser = share)]
    alpha: f64,
    /// Models in a ladder, at most
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=8))]
    rungs: u8,
    /// Only tasks whose name matches
    #[arg(long = "task", value_name = "GLOB")]
    tasks: Vec<String>,
    /// Only models that match
    #[arg(short, long = "model", value_name = "GLOB")]
    models: Vec<String>,
    /// Only prompts with this id
    #[arg(long = "prompt", value_name = "ID")]
    prompts: Vec<String>,
    /// Show all ladders, also those that others beat
    #[arg(long)]
    all: bool,
}

/// Parses a number between 0 and 1, both excluded.
pub fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value < 1.0 => Ok(value),
        _ => Err("a number between 0 and 1, both excluded".to_owned()),
    }
}

/// Simulates the ladders and prints what they would have given.
pub fn run(args: Args, common: &Common, console: &Console) -> Result<u8, Failure> {
    let root = workspace::find(common)?;
    let store = prepare::store_with_runs(&root)?;
    let run = store.find_run(&args.run)?;
    let manifest = store.manifest(&run)?;
    if !manifest.escalations.is_empty() {
        return Err(Failure::Usage(format!(
            "run {} climbed a ladder itself: its later models saw the hard cases only, so other ladders cannot be worked out from \
             it; `bench report {}` shows what its own ladder gave",
            run.id, run.id
        )));
    }
    let choice = Choice::new(&manifest, &args.tasks, &args.models, &args.prompts)?;
    // Only what the scorers are is read from the files; what is wrong elsewhere in them is no concern here.
    let project = load::load(&root, &workspace::environment).project;
    let rules = Rules {
        asked: &args.accept,
        form_only: args.form_only,
    };
    let accepts: Vec<Option<Accept>> = rules.of_run(&manifest, &project, &choice)?;
    let mut places = Places::new(&manifest, &choice, &accepts);
    gather::fill(&store, &run, &accepts, &mut places)?;
    let mut report = CascadeReport {
        run: run.id.clone(),
        rules: CascadeRules {
            rungs: usize::from(args.rungs),
            margin: args.margin,
            alpha: args.alpha,
        },
        parts: Vec::new(),
        left_out: Vec::new(),
    };
    for (at, task) in manifest.tasks.iter().enumerate() {
        if choice.holds_task(at) && accepts.get(at).is_some_and(Option::is_none) {
            let why = format!(
                "has no scorer `{}`, so nothing was tried",
                args.accept.join("`, `")
            );
            report.left_out.push((task.name.to_string(), why));
        }
    }
    for place in places.places {
        let Some(Some(accept)) = accepts.get(place.task) else {
            continue;
        };
        let task = manifest.tasks.get(place.task).map_or("", |task| &*task.name);
        if place.table.candidates.len() < 2 {
            let what = format!("{task}, prompt {}", place.prompt);
            report
                .left_out
                .push((what, "has one model only, so there is no ladder".to_owned()));
            continue;
        }
        refuse_too_many(&place.table, &report.rules)?;
        report.parts.push(CascadePart {
            task: task.to_owned(),
            prompt: place.prompt,
            accept: accept.scorers.iter().map(ToString::to_string).collect(),
            notes: accept.notes.clone(),
            cascade: simulate(&place.table, &report.rules),
        });
    }
    let mut text = Vec::new();
    if console.json() {
        report::cascade_json(&report, &mut text)?;
    } else {
        let options = documents::terminal_options(console);
        report::cascade_text(&report, args.all, &options, &mut text)?;
    }
    console.out(&String::from_utf8_lossy(&text))?;
    Ok(exit::DONE)
}

fn refuse_too_many(table: &CascadeTable, rules: &CascadeRules) -> Result<(), Failure> {
    let count = count_ladders(table.candidates.len(), rules.rungs);
    if count <= MOST_LADDERS {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "{} models make {count} ladders of up to {} models, and {MOST_LADDERS} at most are tried: choose models with -m, or \
         shorter ladders with --rungs",
        table.candidates.len(),
        rules.rungs
    )))
}
