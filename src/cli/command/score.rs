//! `bench score`: grades the stored completions of a run again; sends nothing.

use crate::cli::args::Common;
use crate::cli::console::Console;
use crate::cli::failure::{Failure, exit};
use crate::cli::regrade::{Change, Regraded, regrade};
use crate::cli::{documents, prepare, workspace};
use serde_json::json;

/// Flags of `bench score`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  bench score latest            after a change of scorers or golden outputs\n  \
                        bench score latest --dry-run  shows which scores would change"
)]
pub struct Args {
    /// The run: id, unique prefix, name, `latest` or `latest~1`
    #[arg(value_name = "RUN", default_value = "latest")]
    run: String,
    /// Show what would change, and keep the stored scores
    #[arg(long)]
    dry_run: bool,
}

/// How many changed trials are listed.
const SHOWN: usize = 10;

/// Grades again, stores the new scores, and says which changed.
pub fn run(args: Args, common: &Common, console: &Console) -> Result<u8, Failure> {
    let project = workspace::load(common, console)?;
    let store = prepare::open_store(&project)?;
    let run = store.find_run(&args.run)?;
    let Regraded {
        graded,
        changed,
        changes,
        tasks,
    } = regrade(&store, &run, &project, args.dry_run)?;
    if !args.dry_run {
        documents::write(&store, &run, &documents::folder(&project.root, &run.id))?;
    }
    if console.json() {
        let rows: Vec<_> = changes
            .iter()
            .map(|change| {
                json!({
                    "task": change.task, "case": change.case, "candidate": change.candidate,
                    "before": {"outcome": change.before.0, "score": change.before.1},
                    "after": {"outcome": change.after.0, "score": change.after.1},
                })
            })
            .collect();
        console.document(&json!({
            "run": run.id, "graded": graded, "changed": changed, "stored": !args.dry_run,
            "scorers_changed": tasks, "changes": rows,
        }))?;
        return Ok(exit::DONE);
    }
    for task in &tasks {
        console.out(&format!(
            "{task}: its scorers differ from those that graded this run\n"
        ))?;
    }
    console.out(&format!(
        "{graded} completions graded, {changed} scores changed\n"
    ))?;
    let shown = |part: &(crate::model::Outcome, Option<f64>)| match part.1 {
        Some(score) => format!("{score:.3}"),
        None => part.0.to_string(),
    };
    for Change {
        task,
        case,
        candidate,
        before,
        after,
    } in changes.iter().take(SHOWN)
    {
        let case = crate::report::escape_terminal(case);
        console.out(&format!(
            "  {task} {case} {candidate}: {} -> {}\n",
            shown(before),
            shown(after)
        ))?;
    }
    if changed > SHOWN as u64 {
        console.out(&format!(
            "  and {} more (--json lists up to {})\n",
            changed - SHOWN as u64,
            changes.len()
        ))?;
    }
    if args.dry_run && changed > 0 {
        console.note("Nothing was stored (--dry-run).");
    }
    Ok(exit::DONE)
}
