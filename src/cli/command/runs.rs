//! `bench runs`: the store.

use crate::cli::args::Common;
use crate::cli::console::Console;
use crate::cli::failure::{Failure, exit};
use crate::cli::progress::counted;
use crate::cli::table::{Column, plain_table};
use crate::cli::{documents, prepare, workspace};
use crate::model::{Outcome, RunStatus};
use crate::store::{PruneRule, RunInfo, Store};
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::{Value, json};
use std::io::{BufReader, BufWriter, Write};

/// Flags of `bench runs`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  bench runs list\n  bench runs show latest\n  bench runs name latest before-switch\n  \
                        bench runs export before-switch --to shared/        the four documents and run.jsonl\n  \
                        bench runs import shared/run.jsonl\n  bench runs prune --keep 20 --older-than 30d"
)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List all runs, newest first
    List,
    /// Show one run: what was run, how far it came, its leaderboards
    Show(One),
    /// Give a run a name, or take it away
    Name(Name),
    /// Write a run's documents, and the run itself for another store
    Export(Export),
    /// Take in a run that another store exported
    Import(Import),
    /// Delete old runs and what no other run needs; named runs stay
    Prune(Prune),
}

#[derive(Debug, clap::Args)]
struct One {
    /// The run: id, unique prefix, name, `latest` or `latest~1`
    #[arg(value_name = "RUN", default_value = "latest")]
    run: String,
}

#[derive(Debug, clap::Args)]
struct Name {
    /// The run: id, unique prefix, name, `latest` or `latest~1`
    #[arg(value_name = "RUN")]
    run: String,
    /// The new name; without it the run loses its name
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

#[derive(Debug, clap::Args)]
struct Export {
    /// The run: id, unique prefix, name, `latest` or `latest~1`
    #[arg(value_name = "RUN", default_value = "latest")]
    run: String,
    /// Folder to write into [default: runs/ID]
    #[arg(long, value_name = "DIR")]
    to: Option<Utf8PathBuf>,
}

#[derive(Debug, clap::Args)]
struct Import {
    /// The run.jsonl of an export
    #[arg(value_name = "FILE")]
    file: Utf8PathBuf,
}

#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("rule").required(true).multiple(true).args(["keep", "older_than"])))]
struct Prune {
    /// Keep this many newest runs
    #[arg(long, value_name = "N")]
    keep: Option<u64>,
    /// Delete only runs older than this: `30d`, `12h`, `2w`
    #[arg(long, value_name = "AGE", value_parser = age)]
    older_than: Option<jiff::SignedDuration>,
    /// Show what would go, and delete nothing
    #[arg(long)]
    dry_run: bool,
}

fn age(text: &str) -> Result<jiff::SignedDuration, String> {
    let wrong = || format!("`{text}` is no age; write `30d`, `12h` or `2w`");
    let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?);
    let count: i64 = digits.parse().map_err(|_| wrong())?;
    let hours = match unit {
        "h" => 1,
        "d" => 24,
        "w" => 24 * 7,
        _ => return Err(wrong()),
    };
    count
        .checked_mul(hours)
        .filter(|hours| *hours < 24 * 366 * 100)
        .map(jiff::SignedDuration::from_hours)
        .ok_or_else(wrong)
}

/// Runs the subcommand.
pub fn run(args: Args, common: &Common, console: &Console) -> Result<u8, Failure> {
    let root = workspace::find(common)?;
    let store = match args.command {
        Command::List | Command::Show(_) | Command::Export(_) => prepare::store_to_read(&root)?,
        Command::Name(_) | Command::Import(_) | Command::Prune(_) => prepare::store_at(&root)?,
    };
    match args.command {
        Command::List => list(&store, console),
        Command::Show(args) => show(&store, &args.run, console),
        Command::Name(args) => name(&store, &args, console),
        Command::Export(args) => {
            let to = args.to.map(|folder| workspace::path(common, &folder));
            export(&store, &root, &args.run, to, console)
        }
        Command::Import(args) => import(&store, &workspace::path(common, &args.file), console),
        Command::Prune(args) => prune(&store, &root, &args, console),
    }
}

fn paid(info: &RunInfo) -> String {
    let more = if info.counts.unknown_cost > 0 { "≥ " } else { "" };
    let simulated = if info.simulated { " (simulated)" } else { "" };
    format!("{more}{}{simulated}", info.counts.paid)
}

fn document(info: &RunInfo) -> Value {
    let counts = &info.counts;
    let outcomes: serde_json::Map<String, Value> = Outcome::ALL
        .into_iter()
        .map(|outcome| (outcome.name().to_owned(), json!(counts.outcomes[outcome.index()])))
        .collect();
    json!({
        "run": info.run.id, "name": info.name, "status": info.status.name(), "started": info.started,
        "finished": info.finished, "tasks": info.tasks, "planned": info.planned, "trials": counts.trials,
        "passed": counts.passed, "cached": counts.cached, "outcomes": outcomes, "paid_usd": counts.paid.exact(),
        "answers_of_unknown_cost": counts.unknown_cost,
    })
}

fn list(store: &Store, console: &Console) -> Result<u8, Failure> {
    let runs = store.runs()?;
    if console.json() {
        console.document(&json!({"runs": runs.iter().map(document).collect::<Vec<_>>()}))?;
        return Ok(exit::DONE);
    }
    if runs.is_empty() {
        console.note("No runs yet; `bench run` makes one.");
        return Ok(exit::DONE);
    }
    let rows: Vec<Vec<String>> = runs
        .iter()
        .map(|info| {
            vec![
                info.run.id.clone(),
                info.name.clone().unwrap_or_default(),
                info.status.name().to_owned(),
                format!("{}/{}", info.counts.trials, info.planned),
                info.counts.passed.to_string(),
                paid(info),
                info.tasks.join(" "),
            ]
        })
        .collect();
    let columns = [
        Column::text("run"),
        Column::text("name").shortenable(),
        Column::text("status").droppable(3),
        Column::number("trials"),
        Column::number("passed").droppable(2),
        Column::number("paid"),
        Column::text("tasks").shortenable().droppable(1),
    ];
    console.out(&plain_table(&columns, &rows, console.width()))?;
    Ok(exit::DONE)
}

fn show(store: &Store, run: &str, console: &Console) -> Result<u8, Failure> {
    let run = store.find_run(run)?;
    let info = store.run_info(&run)?;
    if console.json() {
        let mut document = document(&info);
        document["manifest"] = serde_json::to_value(store.manifest(&run)?).unwrap_or(Value::Null);
        console.document(&document)?;
        return Ok(exit::DONE);
    }
    let name = info
        .name
        .as_deref()
        .map(|name| format!(" ({name})"))
        .unwrap_or_default();
    console.out(&format!(
        "Run {}{name}: {}, {} of {} trials, {} paid\nstarted {}{}\n\n",
        info.run.id,
        info.status.name(),
        info.counts.trials,
        info.planned,
        paid(&info),
        info.started,
        info.finished
            .as_deref()
            .map(|finished| format!(", ended {finished}"))
            .unwrap_or_default(),
    ))?;
    documents::show(console, &documents::analyse(store, &run)?, None)?;
    if matches!(info.status, RunStatus::Interrupted | RunStatus::Incomplete) {
        console.note(&format!(
            "\n`bench resume {}` sends what is missing.",
            info.run.id
        ));
    }
    Ok(exit::DONE)
}

fn name(store: &Store, args: &Name, console: &Console) -> Result<u8, Failure> {
    let run = store.find_run(&args.run)?;
    store.set_name(&run, args.name.as_deref())?;
    if console.json() {
        console.document(&json!({"run": run.id, "name": args.name}))?;
    } else {
        match &args.name {
            Some(name) => console.note(&format!("Run {} is now called {name}.", run.id)),
            None => console.note(&format!("Run {} has no name any more.", run.id)),
        }
    }
    Ok(exit::DONE)
}

fn export(
    store: &Store,
    root: &Utf8Path,
    run: &str,
    to: Option<Utf8PathBuf>,
    console: &Console,
) -> Result<u8, Failure> {
    let run = store.find_run(run)?;
    let folder = to.unwrap_or_else(|| documents::folder(root, &run.id));
    documents::write(store, &run, &folder)?;
    let path = folder.join("run.jsonl");
    let failed = |error: std::io::Error| Failure::System(format!("cannot write {path}: {error}"));
    let mut out = BufWriter::new(std::fs::File::create(&path).map_err(failed)?);
    store.export(&run, &mut out)?;
    out.flush().map_err(failed)?;
    let names = documents::DOCUMENTS.iter().copied().chain(["run.jsonl"]);
    let files: Vec<String> = names
        .map(|name| folder.join(name))
        .filter(|path| path.exists())
        .map(Utf8PathBuf::into_string)
        .collect();
    if console.json() {
        console.document(&json!({"run": run.id, "files": files}))?;
    } else {
        console.out(&(files.join("\n") + "\n"))?;
    }
    Ok(exit::DONE)
}

fn import(store: &Store, file: &Utf8Path, console: &Console) -> Result<u8, Failure> {
    let opened =
        std::fs::File::open(file).map_err(|error| Failure::Usage(format!("cannot open {file}: {error}")))?;
    let imported = store.import(BufReader::new(opened))?;
    if console.json() {
        console.document(
            &json!({"run": imported.run.id, "trials": imported.trials, "already": imported.already}),
        )?;
    } else if imported.already {
        console.out(&format!(
            "run {} is in this store already; nothing changed\n",
            imported.run.id
        ))?;
    } else {
        console.out(&format!(
            "imported run {} with {} trials\n",
            imported.run.id, imported.trials
        ))?;
    }
    if let Some(name) = imported.name_dropped {
        console.warn(&format!(
            "its name `{name}` belongs to another run here, so it has none"
        ));
    }
    Ok(exit::DONE)
}

fn prune(store: &Store, root: &Utf8Path, args: &Prune, console: &Console) -> Result<u8, Failure> {
    let older_than = args
        .older_than
        .map(|age| jiff::Timestamp::now().saturating_sub(age));
    let older_than = older_than
        .transpose()
        .map_err(|error| Failure::Usage(error.to_string()))?;
    let rule = PruneRule {
        older_than,
        keep: args.keep,
    };
    if args.dry_run {
        let ids: Vec<String> = store.prunable(&rule)?.into_iter().map(|run| run.id).collect();
        if console.json() {
            console.document(&json!({"would_delete": ids}))?;
        } else {
            console.out(
                &ids.iter()
                    .map(|id| format!("would delete {id}\n"))
                    .collect::<String>(),
            )?;
            console.note(&format!("{} would go.", counted(ids.len() as u64, "run")));
        }
        return Ok(exit::DONE);
    }
    let pruned = store.prune(&rule)?;
    for id in &pruned.runs {
        // The documents of a deleted run go with it; what the user put beside them stays.
        let folder = documents::folder(root, id);
        for name in documents::DOCUMENTS.iter().copied().chain(["run.jsonl", "lock"]) {
            let _ = std::fs::remove_file(folder.join(name));
        }
        let _ = std::fs::remove_dir(&folder);
    }
    if console.json() {
        console.document(&json!({
            "deleted": pruned.runs, "in_use": pruned.in_use, "completions": pruned.completions, "bytes": pruned.freed,
        }))?;
    } else {
        console.out(&format!(
            "deleted {} and {}, {:.1} MB freed\n",
            counted(pruned.runs.len() as u64, "run"),
            counted(pruned.completions, "completion"),
            pruned.freed as f64 / 1e6
        ))?;
        for id in pruned.in_use {
            console.warn(&format!("run {id} is being worked on and stays"));
        }
    }
    Ok(exit::DONE)
}
