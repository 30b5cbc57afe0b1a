//! `bench report`: the report of a run, from the store.

use crate::cli::args::Common;
use crate::cli::console::Console;
use crate::cli::failure::{Failure, exit};
use crate::cli::{documents, prepare, workspace};
use crate::report;
use camino::Utf8PathBuf;

/// Flags of `bench report`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  bench report                            Markdown of the latest run on stdout\n  \
                        bench report before-switch -o report.md\n  bench report --format csv > leaderboard.csv\n  \
                        bench report latest~1 --format table -v  leaderboards, and what quality costs\n  \
                        bench report latest --policy            with the ranking policy"
)]
pub struct Args {
    /// The run: id, unique prefix, name, `latest` or `latest~1`
    #[arg(value_name = "RUN", default_value = "latest")]
    run: String,
    /// What to write
    #[arg(short, long, value_name = "FORMAT", default_value = "markdown")]
    format: Format,
    /// Add what the ranking policy says: three winners by score, latency and cost together (docs/choosing.md)
    #[arg(long)]
    policy: bool,
    /// File to write, instead of stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<Utf8PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// The report for people
    Markdown,
    /// The leaderboards as in the terminal
    Table,
    /// summary.json
    Json,
    /// One line a leaderboard row
    Csv,
    /// results.jsonl: one line a trial
    Jsonl,
}

/// Writes the report.
pub fn run(args: Args, common: &Common, console: &Console) -> Result<u8, Failure> {
    let root = workspace::find(common)?;
    let store = prepare::store_to_read(&root)?;
    let run = store.find_run(&args.run)?;
    let format = if console.json() { Format::Json } else { args.format };
    let output = args.output.map(|path| workspace::path(common, &path));
    if args.policy && matches!(format, Format::Csv | Format::Jsonl) {
        return Err(Failure::Usage(
            "--policy is for the formats markdown, table and json; csv and jsonl hold rows only".to_owned(),
        ));
    }
    let analyse = || match args.policy {
        true => documents::analyse_with_policy(&store, &run),
        false => documents::analyse(&store, &run),
    };
    let mut bytes = Vec::new();
    match format {
        Format::Table => {
            let analysis = analyse()?;
            documents::show(console, &analysis, None)?;
            return Ok(exit::DONE);
        }
        Format::Jsonl => {
            // Trials stream: the file may be larger than memory.
            match &output {
                Some(path) => {
                    let failed =
                        |error: std::io::Error| Failure::System(format!("cannot write {path}: {error}"));
                    let file = std::fs::File::create(path).map_err(failed)?;
                    let mut out = std::io::BufWriter::new(file);
                    documents::results(&store, &run, &mut out)?;
                    std::io::Write::flush(&mut out).map_err(failed)?;
                }
                None => {
                    let mut out = console.lines();
                    documents::results(&store, &run, &mut out)?;
                    // Dropping it would swallow the error of a full disk.
                    std::io::Write::flush(&mut out)?;
                }
            }
            return Ok(exit::DONE);
        }
        Format::Markdown => report::markdown(&analyse()?, &mut bytes)?,
        Format::Json => report::summary_json(&analyse()?, &mut bytes)?,
        Format::Csv => report::csv(&analyse()?, &mut bytes)?,
    }
    match &output {
        Some(path) => documents::write_atomically(path, &bytes)?,
        None if format == Format::Json => console.raw_json(&bytes)?,
        None => console.raw(&bytes)?,
    }
    Ok(exit::DONE)
}
