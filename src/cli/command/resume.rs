//! `bench resume`: finishes an interrupted or incomplete run.

use super::run::dollars;
use crate::cli::args::Common;
use crate::cli::console::Console;
use crate::cli::failure::{Failure, exit};
use crate::cli::prepare;
use crate::cli::restore;
use crate::cli::session::{self, FinishedTrials, Session, SessionOptions};
use crate::cli::{documents, wire, workspace};
use crate::model::Money;

/// Flags of `bench resume`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  bench resume                    the latest run that is not complete\n  \
                        bench resume before-switch      a run by name, id or unique prefix of it\n  \
                        bench resume --budget 5         goes on with a higher cap")]
pub struct Args {
    /// The run: id, unique prefix, name, `latest` or `latest~1` [default: the latest that is not complete]
    #[arg(value_name = "RUN")]
    run: Option<String>,
    /// Requests in flight per provider, over what is configured
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=4096))]
    jobs: Option<u32>,
    /// A new cap for the run as a whole, what it spent already included
    #[arg(long, value_name = "USD", value_parser = dollars)]
    budget: Option<Money>,
    /// Stop at the first trial that fails (provider or scorer error)
    #[arg(long)]
    fail_fast: bool,
}

/// Sends what has no stored completion.
pub fn run(args: Args, common: &Common, console: &Console) -> Result<u8, Failure> {
    let project = workspace::load(common, console)?;
    let store = prepare::open_store(&project)?;
    let id = match &args.run {
        Some(run) => store.find_run(run)?.id,
        None => store
            .latest_unfinished()?
            .ok_or_else(|| Failure::Usage("every run is complete; name one to resume it anyway".to_owned()))?,
    };
    let mut manifest = store.manifest(&id)?;
    let lock = store.lock_run(&id)?;
    let plan = restore::plan(&project, &manifest, console)?;
    if let Some(budget) = args.budget {
        manifest.budget = Some(budget);
        store.update_manifest(&manifest)?;
    }
    if manifest.budget.is_some() {
        wire::check_budget(&plan)?;
    }
    let done = store.finished(&id)?;
    if done.total() >= manifest.trials {
        console.note(&format!("Run {id} is complete already: {} trials.", manifest.trials));
        let analysis = documents::write(&store, &id, &project.root)?;
        documents::show(console, &analysis, &project, &id)?;
        return Ok(exit::DONE);
    }
    let finished = FinishedTrials {
        by_candidate: done.by_candidate(),
        spent: store.paid(&id)?,
        contains: Box::new(move |key| done.contains(key)),
    };
    let session = Session {
        project: &project,
        plan: &plan,
        manifest: &manifest,
        store: &store,
        lock,
        finished: Some(finished),
        options: SessionOptions { jobs: args.jobs, fail_fast: args.fail_fast },
    };
    session::run(session, console)
}
