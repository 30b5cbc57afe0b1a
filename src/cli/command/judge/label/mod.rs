//! `bench judge label`: takes labels in the terminal, one key a case.

mod answer;
mod keys;
mod ledger;
mod pool;
mod show;

use super::calibrate::project;
use super::meant::{self, Which};
use crate::cli::args::Common;
use crate::cli::console::Console;
use crate::cli::failure::{Failure, exit};
use crate::cli::progress::counted;
use crate::cli::{prepare, workspace};
use crate::load;
use crate::model::Mark;
use crate::plan::known_names;
use answer::{Answers, Reply};
use camino::Utf8PathBuf;
use keys::Keys;
use ledger::{Ledger, Line};
use pool::Pool;
use std::collections::BTreeSet;

/// Flags of `bench judge label`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  bench judge label latest --limit 50\n  \
                        bench judge label before-switch --scorer quality --rater ann\n  \
                        bench judge label --scorer quality --scale 1,5\n\nKeys: p passes, f fails (or the digits of \
                        --scale), s skips, q quits. Each label is on disk at once; the same command goes on later.")]
pub struct Label {
    /// The run: id, unique prefix, name, `latest` or `latest~1`
    #[arg(value_name = "RUN", default_value = "latest")]
    run: String,
    /// The scorer, or its judge [default: the only one of the run]
    #[arg(long, value_name = "NAME")]
    scorer: Option<String>,
    /// File that labels are added to, JSONL [default: labels/SCORER.jsonl in the workspace]
    #[arg(long, value_name = "FILE")]
    labels: Option<Utf8PathBuf>,
    /// At most this many labels, skipped outputs included
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// Who labels: needed where several people do
    #[arg(long, value_name = "NAME")]
    rater: Option<String>,
    /// Take whole numbers from LOW to HIGH in place of pass and fail
    #[arg(long, value_name = "LOW,HIGH", value_parser = answer::steps)]
    scale: Option<(u32, u32)>,
}

/// Shows outputs and stores what is said of them.
pub fn run(args: &Label, common: &Common, console: &Console) -> Result<u8, Failure> {
    let root = workspace::find(common)?;
    let store = prepare::store_with_runs(&root)?;
    let run = store.find_run(&args.run)?;
    let manifest = store.manifest(&run)?;
    let name = match &args.scorer {
        Some(name) => {
            let which = Which {
                name,
                scorer: None,
                task: None,
            };
            meant::scorer(&which, &project(&root), &run.id, &manifest)?.scorer
        }
        None => {
            let names: BTreeSet<&str> = manifest
                .tasks
                .iter()
                .flat_map(|task| task.scorers.iter().map(|(name, _)| &**name))
                .collect();
            let mut all = names.iter();
            match (all.next(), all.next()) {
                (Some(only), None) => (*only).to_owned(),
                _ => {
                    return Err(Failure::Usage(format!(
                        "run {} has several scorers; name one with --scorer{}",
                        run.id,
                        known_names("", names.into_iter())
                    )));
                }
            }
        }
    };
    let file = match &args.labels {
        Some(path) => workspace::path(common, path),
        None => root
            .join("labels")
            .join(format!("{}.jsonl", ledger::file_name(&name))),
    };
    let shown = file.strip_prefix(&root).unwrap_or(&file).to_owned();
    let rater = args.rater.as_deref().unwrap_or("").trim();
    let earlier = match file.exists() {
        true => load::labels(&root, &file),
        false => load::Labels::default(),
    };
    workspace::report_problems(console, &earlier.problems)?;
    let answers = Answers::new(args.scale);
    let mut pool = Pool::read(&store, &run, &manifest, &name)?;
    let known = pool.take(&earlier.labels, rater, &answers, &store, &run)?;
    let mut ledger = Ledger::open(&file)?;
    let mut keys = Keys::open();
    let mut taken = 0_u64;
    let mut skipped = 0_u64;
    while args.limit.is_none_or(|limit| taken + skipped < limit) {
        let Some(unit) = pool.next() else { break };
        let trial = pool.trial(unit, &store, &run)?;
        let head = format!(
            "{} so far, {} left",
            counted(known + taken, "label"),
            counted(pool.left(), "output")
        );
        put(
            console,
            &show::text(&trial, &head, &answers, console.text_width()),
        )?;
        let Some(reply) = ask(&mut keys, &answers, console)? else {
            break;
        };
        let mark = match reply {
            Reply::Quit => break,
            Reply::Skip => None,
            Reply::Mark(mark) => Some(mark),
        };
        ledger.add(&Line::new(&trial, &name, rater, mark.as_ref()))?;
        pool.note(unit, mark.as_ref().and_then(|mark| answers.share(mark)));
        match mark {
            Some(_) => taken += 1,
            None => skipped += 1,
        }
    }
    drop(keys);
    let left = pool.left();
    if console.json() {
        console.document(&serde_json::json!({
            "run": run.id, "scorer": name, "labels": shown, "rater": rater,
            "taken": taken, "skipped": skipped, "known": known, "left": left,
        }))?;
        return Ok(exit::DONE);
    }
    let skips = match skipped {
        0 => String::new(),
        skipped => format!(", {skipped} skipped"),
    };
    console.out(&format!(
        "{} taken{skips}; {} in all; {} left\nbench judge calibrate {name} --labels {shown} --run {}\n",
        counted(taken, "label"),
        known + taken,
        counted(left, "output"),
        run.id
    ))?;
    Ok(exit::DONE)
}

/// What the person sees; in its place on stdout stands the document where one is asked for.
fn put(console: &Console, text: &str) -> Result<(), Failure> {
    match console.json() {
        true => {
            console.err(text.trim_end());
            Ok(())
        }
        false => console.out(text),
    }
}

/// Asks until a key means something; `None` at the end of the input.
fn ask(keys: &mut Keys, answers: &Answers, console: &Console) -> Result<Option<Reply>, Failure> {
    loop {
        let Some(key) = keys.next()? else {
            return Ok(None);
        };
        match answers.reply(&key) {
            Some(reply) => {
                put(console, &format!("> {}\n\n", answers.said(&reply)))?;
                return Ok(Some(reply));
            }
            None => put(console, &format!("{}\n", answers.help()))?,
        }
    }
}

/// The same mark as its number or word in a file.
fn written(mark: &Mark) -> serde_json::Value {
    match mark {
        Mark::Number(number) if number.fract() == 0.0 => serde_json::json!(*number as i64),
        Mark::Number(number) => serde_json::json!(number),
        Mark::Word(word) => serde_json::json!(word),
    }
}
