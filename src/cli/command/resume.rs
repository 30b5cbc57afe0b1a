//! `bench resume`: finishes an interrupted or incomplete run.

use super::run::dollars;
use crate::cli::args::Common;
use crate::cli::console::Console;
use crate::cli::failure::{Failure, exit};
use crate::cli::prepare;
use crate::cli::restore;
use crate::cli::session::{self, FinishedTrials, Session, SessionOptions};
use crate::cli::{documents, judging, labelled, rounds, wire, workspace};
use crate::model::{Money, Outcome, RunStatus};
use crate::run::Finished;
use crate::store::{RunInfo, RunRef, Store};
use std::sync::Arc;

/// Flags of `bench resume`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  bench resume                    the latest run that is not complete\n  \
                        bench resume before-switch      a run by name, id or unique prefix of it\n  \
                        bench resume --budget 5         goes on with a higher cap"
)]
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
    let run = match &args.run {
        Some(run) => store.find_run(run)?,
        None => latest_unfinished(&store)?,
    };
    let mut manifest = store.manifest(&run)?;
    let plan = restore::plan(&project, &manifest, console)?;
    if let Some(budget) = args.budget {
        manifest.budget = Some(budget);
        store.update_scores(&run, &manifest, [])?;
    }
    if manifest.budget.is_some() {
        wire::check_budget(&plan)?;
    }
    judging::preflight(&project, &plan, manifest.budget.is_some(), console)?;
    let done = store.finished_keys(&run)?;
    let count = done.len();
    let contains: Finished = Arc::new(move |key| done.contains(key));
    let by_candidate = by_candidate(&store, &run, manifest.candidates.len())?;
    let open = rounds::of(&store, &run, &manifest, &plan, &contains, &by_candidate)?;
    let complete = match open {
        Some(mut rounds) => rounds.next().map_err(Failure::System)?.is_none(),
        None => {
            count >= manifest.trials
                && store.run_info(&run)?.counts.outcomes[Outcome::JudgeError.index()] == 0
        }
    };
    if complete {
        console.note(&format!("Run {} is complete already: {} trials.", run.id, count));
        labelled::correct_run(&store, &run, &project, console)?;
        let folder = documents::folder(&project.root, &run.id);
        let analysis = documents::write(&store, &run, &folder)?;
        documents::show(console, &analysis, None)?;
        return Ok(exit::DONE);
    }
    let finished = FinishedTrials {
        by_candidate,
        contains,
    };
    let session = Session {
        project: &project,
        plan: &plan,
        manifest: &manifest,
        store: &store,
        writer: store.resume(&run)?,
        finished: Some(finished),
        gate: None,
        options: SessionOptions {
            jobs: args.jobs,
            fail_fast: args.fail_fast,
        },
    };
    session::run(session, console)
}

fn latest_unfinished(store: &Store) -> Result<RunRef, Failure> {
    let runs = store.runs()?;
    let open = |info: &RunInfo| matches!(info.status, RunStatus::Interrupted | RunStatus::Incomplete);
    match runs.into_iter().find(open) {
        Some(info) => Ok(info.run),
        None => Err(Failure::Usage(
            "no run is interrupted or incomplete; `bench runs list` shows them all".to_owned(),
        )),
    }
}

/// Finished trials by position of the candidate.
fn by_candidate(store: &Store, run: &RunRef, candidates: usize) -> Result<Vec<u64>, Failure> {
    let mut counts = vec![0; candidates];
    for totals in store.totals(run)? {
        let unfinished: u64 = Outcome::ALL
            .into_iter()
            .filter(|outcome| outcome.is_unfinished())
            .map(|outcome| totals.outcomes[outcome.index()])
            .sum();
        if let Some(count) = counts.get_mut(totals.candidate as usize) {
            *count += totals.trials - unfinished;
        }
    }
    Ok(counts)
}
