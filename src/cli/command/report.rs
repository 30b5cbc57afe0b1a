//! `bench report`: the report of a run, from the store.

use super::compare::Compared;
use crate::analyse::Analysis;
use crate::cli::args::Common;
use crate::cli::console::Console;
use crate::cli::failure::{Failure, exit};
use crate::cli::{documents, exports, prepare, workspace};
use crate::report::{self, Against, Beside};
use camino::{Utf8Path, Utf8PathBuf};

/// Flags of `bench report`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  bench report                            Markdown of the latest run on stdout\n  \
                        bench report -o report.html             one file with everything, for a browser\n  \
                        bench report before-switch -o report.md --svg front.svg\n  \
                        bench report latest --baseline main --brief  for a comment of a pull request, with what changed\n  \
                        bench report --format csv > leaderboard.csv\n  \
                        bench report latest~1 --format table -v  leaderboards, and what quality costs\n  \
                        bench report latest --policy            with the ranking policy\n  \
                        bench report --by difficulty            also by the values of a field of the cases"
)]
pub struct Args {
    /// The run: id, unique prefix, name, `latest` or `latest~1`
    #[arg(value_name = "RUN", default_value = "latest")]
    run: String,
    /// What to write; without it the ending of FILE decides (.md, .html, .xml, .json, .csv, .jsonl), else it is Markdown
    #[arg(short, long, value_name = "FORMAT")]
    format: Option<Format>,
    /// Add what changed against an earlier run: each candidate against itself on the same cases (markdown and html)
    #[arg(long, value_name = "RUN")]
    baseline: Option<String>,
    /// Compare with the baseline although cases or scorers changed
    #[arg(long, requires = "baseline")]
    despite_changes: bool,
    /// Add what the ranking policy says: three winners by score, latency and cost together (docs/choosing.md)
    #[arg(long)]
    policy: bool,
    /// Also leaderboards by the values of a variable or metadata field of the cases; exploratory
    #[arg(long, value_name = "FIELD")]
    by: Option<String>,
    /// Markdown that fits into a comment of a pull request: under 60 kB, what matters most first
    #[arg(long)]
    brief: bool,
    /// File to write, instead of stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<Utf8PathBuf>,
    /// Also write quality against cost as a drawing, which the Markdown then shows
    #[arg(long, value_name = "FILE")]
    svg: Option<Utf8PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// The report for people
    Markdown,
    /// The same with all cases and outputs, in one file for a browser
    Html,
    /// The leaderboards as in the terminal
    Table,
    /// summary.json
    Json,
    /// One line a leaderboard row
    Csv,
    /// results.jsonl: one line a trial
    Jsonl,
    /// One test a trial, for CI
    Junit,
}

impl Format {
    /// The format that a file's name stands for.
    fn of_name(path: &Utf8Path) -> Option<Self> {
        Some(match path.extension()? {
            "html" | "htm" => Self::Html,
            "json" => Self::Json,
            "csv" => Self::Csv,
            "jsonl" => Self::Jsonl,
            "xml" => Self::Junit,
            _ => return None,
        })
    }
}

/// Writes the report.
pub fn run(args: Args, common: &Common, console: &Console) -> Result<u8, Failure> {
    let root = workspace::find(common)?;
    let store = prepare::store_to_read(&root)?;
    let run = store.find_run(&args.run)?;
    let output = args.output.as_ref().map(|path| workspace::path(common, path));
    let drawing = args.svg.as_ref().map(|path| workspace::path(common, path));
    let format = match (console.json(), args.format) {
        (true, _) => Format::Json,
        (false, Some(format)) => format,
        (false, None) => output
            .as_deref()
            .and_then(Format::of_name)
            .unwrap_or(Format::Markdown),
    };
    check(&args, format)?;
    let compared = match &args.baseline {
        Some(baseline) => {
            let baseline = store.find_run(baseline)?;
            Some(Compared::with_baseline(
                &store,
                &run,
                &baseline,
                args.despite_changes,
            )?)
        }
        None => None,
    };
    let against = compared.as_ref().map(|compared| Against {
        comparison: &compared.comparison,
        sides: compared.sides(),
    });
    let extras = documents::Extras {
        policy: args.policy,
        by: args.by.as_deref(),
    };
    let analyse = || documents::analyse_with(&store, &run, &store.manifest(&run)?, &extras, &mut |_| Ok(()));
    if format == Format::Table {
        let analysis = analyse()?;
        draw(&analysis, drawing.as_deref(), console)?;
        documents::show(console, &analysis, None)?;
        return Ok(exit::DONE);
    }
    let path = output.as_deref();
    exports::to_file_or_stdout(console, path, &mut |out| match format {
        Format::Html => exports::html(&store, &run, &extras, against.as_ref(), out),
        Format::Junit => exports::junit(&store, &run, out),
        Format::Jsonl => documents::results(&store, &run, out),
        Format::Json => Ok(report::summary_json(&analyse()?, out)?),
        Format::Csv if args.by.is_some() => Ok(report::slices_csv(&analyse()?, out)?),
        Format::Csv => Ok(report::csv(&analyse()?, out)?),
        Format::Markdown | Format::Table => {
            let analysis = analyse()?;
            let drawn = draw(&analysis, drawing.as_deref(), console)?;
            let link = drawing.as_deref().filter(|_| drawn).map(|file| link(file, path));
            let beside = Beside {
                drawing: link.as_deref(),
                baseline: against.as_ref(),
            };
            match args.brief {
                true => report::markdown_brief(&analysis, &beside, out)?,
                false => report::markdown_beside(&analysis, &beside, out)?,
            }
            Ok(())
        }
    })?;
    if format != Format::Markdown && drawing.is_some() {
        draw(&analyse()?, drawing.as_deref(), console)?;
    }
    Ok(exit::DONE)
}

/// Flags that a format has no place for.
fn check(args: &Args, format: Format) -> Result<(), Failure> {
    if args.policy && matches!(format, Format::Csv | Format::Jsonl | Format::Junit) {
        return Err(Failure::Usage(
            "--policy is for the formats markdown, html, table and json; csv, jsonl and junit hold rows only"
                .to_owned(),
        ));
    }
    if args.by.is_some() && (args.brief || matches!(format, Format::Jsonl | Format::Junit)) {
        return Err(Failure::Usage(
            "--by is for the formats markdown (without --brief), html, table, json and csv".to_owned(),
        ));
    }
    if args.brief && format != Format::Markdown {
        return Err(Failure::Usage("--brief is for the format markdown".to_owned()));
    }
    if args.baseline.is_some() && !matches!(format, Format::Markdown | Format::Html) {
        return Err(Failure::Usage(
            "--baseline is for the formats markdown and html; `bench compare BASELINE RUN`, with --json too, has the same for \
             programs and the terminal"
                .to_owned(),
        ));
    }
    Ok(())
}

/// Writes the drawing, where it is asked for and there is something to draw.
fn draw(analysis: &Analysis, path: Option<&Utf8Path>, console: &Console) -> Result<bool, Failure> {
    let Some(path) = path else {
        return Ok(false);
    };
    let drawn = documents::write_drawing(analysis, path)?;
    if !drawn {
        console.warn(&format!(
            "{path} is not written: no task has two candidates with a score and a known cost"
        ));
    }
    Ok(drawn)
}

/// The drawing as a reader of the report finds it: from the report's folder, where it lies there.
fn link(drawing: &Utf8Path, report: Option<&Utf8Path>) -> String {
    let folder = report.and_then(Utf8Path::parent).filter(|folder| *folder != "");
    let inside = folder.and_then(|folder| drawing.strip_prefix(folder).ok());
    inside.unwrap_or(drawing).to_string()
}
