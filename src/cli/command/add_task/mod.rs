//! `bench add-task`: a new task, empty or from a file of examples.

mod convert;
mod rows;
mod template;

use crate::cli::args::Common;
use crate::cli::console::Console;
use crate::cli::failure::{Failure, exit};
use crate::cli::progress::counted;
use crate::cli::workspace;
use camino::{Utf8Path, Utf8PathBuf};
use std::fs::OpenOptions;
use std::io::Write;

/// Flags of `bench add-task`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  bench add-task greeting\n  \
                        bench add-task triage --from tickets.csv --golden queue --id ticket_no\n  \
                        bench add-task qa --from qa.jsonl --golden answer --var question --prompt 'Q: {{ question }}'")]
pub struct Args {
    /// Name of the task: letters, digits, `-`, `_` and `.`
    #[arg(value_name = "NAME")]
    name: String,
    /// CSV (with a header) or JSONL file of examples
    #[arg(long, value_name = "FILE")]
    from: Option<Utf8PathBuf>,
    /// Column or field with the golden output [default: golden, expected, answer, target, label or output]
    #[arg(long, value_name = "COLUMN", requires = "from")]
    golden: Option<String>,
    /// Column or field with the case's id [default: id, else the row's number]
    #[arg(long, value_name = "COLUMN", requires = "from")]
    id: Option<String>,
    /// Column or field that the prompt uses [default: all that are not golden, id or meta]
    #[arg(long = "var", value_name = "COLUMN", requires = "from")]
    vars: Vec<String>,
    /// Column or field that is kept as metadata
    #[arg(long = "meta", value_name = "COLUMN", requires = "from")]
    meta: Vec<String>,
    /// The user message, a template over the variables
    #[arg(long, value_name = "TEMPLATE")]
    prompt: Option<String>,
}

/// Writes the task and its cases; overwrites nothing.
pub fn run(args: Args, common: &Common, console: &Console) -> Result<u8, Failure> {
    let root = workspace::find(common)?;
    let good = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if args.name.is_empty() || args.name.starts_with('.') || !args.name.chars().all(good) {
        return Err(Failure::Usage(format!(
            "`{}` cannot be the name of a task: use letters, digits, `-`, `_` and `.`",
            args.name
        )));
    }
    let task = root.join("tasks").join(format!("{}.yaml", args.name));
    let cases = root.join("golden").join(format!("{}.jsonl", args.name));
    for path in [&task, &cases] {
        if path.exists() {
            return Err(Failure::Usage(format!(
                "{path} exists already; choose another name or remove it"
            )));
        }
    }
    let made = match &args.from {
        Some(file) => {
            let columns = convert::Columns {
                golden: args.golden.as_deref(),
                id: args.id.as_deref(),
                vars: &args.vars,
                meta: &args.meta,
            };
            let file = workspace::path(common, file);
            let made = convert::convert(&file, &columns, &mut create(&cases)?).map_err(|message| {
                // Half a file of cases would look like a whole one.
                let _ = std::fs::remove_file(&cases);
                Failure::Usage(message)
            })?;
            create(&task)?
                .write_all(template::task(&args.name, &made, args.prompt.as_deref()).as_bytes())
                .map_err(|error| Failure::System(format!("cannot write {task}: {error}")))?;
            made.cases
        }
        None => {
            let text = template::empty(&args.name, args.prompt.as_deref());
            for (path, text) in [(&task, text.as_str()), (&cases, template::EMPTY_CASES)] {
                create(path)?
                    .write_all(text.as_bytes())
                    .map_err(|error| Failure::System(format!("cannot write {path}: {error}")))?;
            }
            template::EMPTY_CASES.lines().count() as u64
        }
    };
    if console.json() {
        console.document(&serde_json::json!({"task": task, "golden": cases, "cases": made}))?;
    } else {
        console.out(&format!(
            "wrote {task}\nwrote {cases} ({cases_made})\n\nRead both, then: bench check {name} && bench run {name}\n",
            name = args.name,
            cases_made = counted(made, "case"),
        ))?;
    }
    Ok(exit::DONE)
}

fn create(path: &Utf8Path) -> Result<std::io::BufWriter<std::fs::File>, Failure> {
    let failed = |error: std::io::Error| Failure::System(format!("cannot write {path}: {error}"));
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .map_err(failed)?;
    Ok(std::io::BufWriter::new(file))
}
