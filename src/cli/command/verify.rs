//! `bench verify`: derives every reported number of a run again, and says what differs.

use crate::cli::args::Common;
use crate::cli::console::Console;
use crate::cli::failure::{Failure, exit};
use crate::cli::verify::{Check, CheckOutcome, verify};
use crate::cli::{prepare, workspace};
use crate::report::{escape_terminal, wrap};
use crate::store::{RunRef, Store};
use serde_json::json;

/// Flags of `bench verify`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 everything is the same, 102 something differs or could not be derived.\n\n\
                  Examples:\n  bench verify                the latest run\n  bench verify before-switch\n  \
                  bench verify latest~1 --json | jq '.checks[] | select(.outcome != \"same\")'"
)]
pub struct Args {
    /// The run: id, unique prefix, name, `latest` or `latest~1`
    #[arg(value_name = "RUN", default_value = "latest")]
    run: String,
}

/// Verifies; sends nothing and changes nothing.
pub fn run(args: Args, common: &Common, console: &Console) -> Result<u8, Failure> {
    let project = workspace::load(common, console)?;
    let store = prepare::store_to_read(&project.root)?;
    let run = store.find_run(&args.run)?;
    let checks = verify(&store, &run, &project, console)?;
    let other = other_version(&store, &run)?;
    let verified = checks.iter().all(|check| check.outcome == CheckOutcome::Same);
    if console.json() {
        console.document(&json!({
            "schema_version": 1, "run": run.id, "verified": verified, "written_by_other_version": other, "checks": checks,
        }))?;
    } else {
        for check in &checks {
            console.out(&text(check, console.text_width()))?;
        }
        console.out(&format!("\n{}\n", verdict(&run.id, &checks)))?;
        if let Some(version) = other {
            console.out(&format!(
                "The run is of bench {version}, this is {}: another version may word documents otherwise. `bench runs \
                 export` writes them again.\n",
                env!("CARGO_PKG_VERSION")
            ))?;
        }
    }
    Ok(if verified { exit::DONE } else { exit::INCOMPLETE })
}

/// The version that made the run, where it is not this one.
fn other_version(store: &Store, run: &RunRef) -> Result<Option<String>, Failure> {
    let made = store.manifest(run)?.bench_version;
    Ok(Some(made).filter(|made| made != env!("CARGO_PKG_VERSION")))
}

fn text(check: &Check, width: usize) -> String {
    let mut line = format!("{:<12}{}", check.outcome.name(), escape_terminal(&check.what));
    if !check.looked_at.is_empty() {
        line += &format!(": {}", check.looked_at);
    }
    let mut text = wrap(&line, width, 12).join("\n");
    // `wrap` takes the padding for spaces between words.
    if let Some(rest) = text.strip_prefix(check.outcome.name()) {
        text = format!("{:<12}{}", check.outcome.name(), rest.trim_start());
    }
    text.push('\n');
    for detail in &check.details {
        for line in wrap(&escape_terminal(detail), width.saturating_sub(12), 2) {
            text += &format!("{:12}{line}\n", "");
        }
    }
    let hidden = check.differences.saturating_sub(check.details.len() as u64);
    if check.outcome == CheckOutcome::Differs && hidden > 0 {
        text += &format!("{:12}and {hidden} more\n", "");
    }
    text
}

fn verdict(run: &str, checks: &[Check]) -> String {
    let with = |outcome: CheckOutcome| checks.iter().filter(|check| check.outcome == outcome).count();
    match (with(CheckOutcome::Differs), with(CheckOutcome::NotDerived)) {
        (0, 0) => format!("Run {run}: every reported number follows from what is stored."),
        (0, open) => format!(
            "Run {run}: nothing differs, but {open} of {} could not be derived.",
            checks.len()
        ),
        (differ, 0) => format!("Run {run}: {differ} of {} differ.", checks.len()),
        (differ, open) => format!(
            "Run {run}: {differ} of {} differ, and {open} could not be derived.",
            checks.len()
        ),
    }
}
