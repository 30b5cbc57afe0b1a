//! `bench check`: validates everything and renders every prompt; sends nothing.

use crate::cli::args::Common;
use crate::cli::console::Console;
use crate::cli::failure::{Failure, exit};
use crate::cli::judging;
use crate::cli::labelled::check_all;
use crate::cli::progress::counted;
use crate::cli::workspace;
use crate::load;
use crate::load::cases::scan;
use crate::plan::select_tasks;
use serde_json::json;

/// Flags of `bench check`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  bench check                 every file of the workspace\n  \
                        bench check ticket-triage   the workspace, but the cases of one task only\n  \
                        bench check --json          problems for an editor or a CI annotation"
)]
pub struct Args {
    /// Tasks whose cases are read and rendered: names, globs, `tag:WORD` or paths [default: all]
    #[arg(value_name = "TASK")]
    tasks: Vec<String>,
}

/// Checks all files, then all cases of the selected tasks.
pub fn run(args: Args, common: &Common, console: &Console) -> Result<u8, Failure> {
    let root = workspace::find(common)?;
    let loaded = load::load(&root, &workspace::environment);
    let mut problems = loaded.problems;
    let (mut tasks, mut cases, mut more) = (0, 0, 0);
    for task in select_tasks(&loaded.project, &args.tasks)? {
        let scan = scan(&task, &root, true);
        problems.extend(scan.problems);
        tasks += 1;
        cases += scan.count;
        more += scan.more;
    }
    problems.extend(check_all(&loaded.project));
    problems.extend(judging::check_recordings(&loaded.project));
    let ok = !problems.iter().any(load::Problem::is_error);
    if console.json() {
        console.document(
            &json!({"ok": ok, "tasks": tasks, "cases": cases, "problems": problems, "more": more}),
        )?;
    } else {
        workspace::print_problems(console, &problems);
        if more > 0 {
            console.note(&format!("and {more} more problems in cases, not shown"));
        }
        if ok {
            let verb = if tasks == 1 { "is" } else { "are" };
            let (tasks, cases) = (counted(tasks, "task"), counted(cases, "case"));
            console.out(&format!("{tasks} with {cases} {verb} valid.\n"))?;
            if loaded.project.tasks.is_empty() {
                console.note("There is no task yet; `bench add-task NAME` makes one.");
            }
        }
    }
    Ok(if ok { exit::DONE } else { exit::USAGE })
}
