//! `bench run`: the main job.

use super::gate::Against;
use crate::cli::args::Common;
use crate::cli::console::Console;
use crate::cli::escalate::Climbing;
use crate::cli::failure::Failure;
use crate::cli::gating::{self, Despite, GateAtEnd, Rules};
use crate::cli::prepare::{self, Choice};
use crate::cli::session::{self, Session, SessionOptions};
use crate::cli::until::Stopping;
use crate::cli::{judging, wire, workspace};
use crate::model::{Money, Project};
use crate::store::Store;

/// Flags of `bench run`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  bench run                                  every task, every model\n  \
                        bench run ticket-triage -m 'openai/*'      one task, some models\n  \
                        bench run --limit 20 --budget 0.50         a first look that costs at most 50 cents\n  \
                        bench run tag:support --epochs 5 --name before-switch\n  bench run --gate --baseline main           exit code 0, 100 or 101: the gate's; 102 incomplete\n  \
                        bench run --until decided --budget 2       stops when it is clear which models are better\n  \
                        bench run --escalate 'small/tiny>sim/careful'  the second model where the first is not accepted"
)]
pub struct Args {
    #[command(flatten)]
    choice: Choice,
    /// Requests in flight per provider, over what is configured
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=4096))]
    jobs: Option<u32>,
    /// Dollars that the run may spend; the worst case is reserved before each call
    #[arg(long, value_name = "USD", value_parser = dollars)]
    budget: Option<Money>,
    /// Name the run, to find it again
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Send every request, also those whose completion is stored
    #[arg(long)]
    no_cache: bool,
    /// Stop at the first trial that fails (provider or scorer error)
    #[arg(long)]
    fail_fast: bool,
    /// Hold the run against the rules of the gate when it has ended, and exit with the gate's
    /// code; a pass of an incomplete run is 102
    #[arg(long)]
    gate: bool,
    #[command(flatten)]
    held_against: Against,
    #[command(flatten)]
    stopping: Stopping,
    #[command(flatten)]
    climbing: Climbing,
    /// Seed of everything drawn at random
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

/// Parses an amount of dollars.
pub fn dollars(text: &str) -> Result<Money, String> {
    let dollars: f64 = text
        .trim_start_matches('$')
        .parse()
        .map_err(|_| "not an amount of dollars".to_owned())?;
    Money::from_dollars(dollars).map_err(|error| error.to_string())
}

/// The gate that the run will be held against; what is wrong with it is told before anything is sent.
fn gate_at_end(against: &Against, project: &Project, store: &Store) -> Result<GateAtEnd, Failure> {
    let mut rules = Rules::of(project);
    against.over(&mut rules);
    rules.check()?;
    Ok(GateAtEnd {
        baseline: gating::find_baseline(store, &rules.baseline, &rules)?,
        rules,
        despite: Despite::of(against),
    })
}

/// Runs the selected tasks.
pub fn run(args: Args, common: &Common, console: &Console) -> Result<u8, Failure> {
    if args.gate && args.stopping.until.is_some() {
        return Err(Failure::Usage(
            "the gate's intervals hold for a number of cases that was planned, and --until stops when the scores say so; leave \
             one of the two out"
                .to_owned(),
        ));
    }
    if !args.gate && !args.held_against.is_empty() {
        return Err(Failure::Usage(
            "--baseline, --baseline-candidate, --despite-changes and --despite-fewer-cases are for the gate; add --gate"
                .to_owned(),
        ));
    }
    let project = workspace::load(common, console)?;
    let mut choice = args.choice;
    choice.models.extend(args.climbing.rungs()?);
    let prepared = prepare::prepare(&project, &choice, console)?;
    let budget = args.budget.or(project.workspace.budget);
    if budget.is_some() {
        wire::check_budget(&prepared.plan)?;
    }
    judging::preflight(&project, &prepared.plan, budget.is_some(), console)?;
    judging::comparable(&prepared.plan, console)?;
    let mut manifest = prepared.manifest(&project, args.seed);
    manifest.budget = budget;
    manifest.cache = !args.no_cache;
    manifest.escalations = args.climbing.of_plan(&prepared.plan, &manifest, &project)?;
    manifest.until = args.stopping.of_plan(&prepared.plan, manifest.seed)?;
    let store = prepare::open_store(&project)?;
    let gate = args
        .gate
        .then(|| gate_at_end(&args.held_against, &project, &store))
        .transpose()?;
    if let Some(gate) = &gate {
        gating::foresee(&store, gate, &prepared.plan, &manifest)?;
    }
    let writer = store.start(&manifest, args.name.as_deref())?;
    let session = Session {
        project: &project,
        plan: &prepared.plan,
        manifest: &manifest,
        store: &store,
        writer,
        finished: None,
        gate,
        options: SessionOptions {
            jobs: args.jobs,
            fail_fast: args.fail_fast,
        },
    };
    session::run(session, console)
}
