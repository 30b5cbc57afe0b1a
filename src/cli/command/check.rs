//! `bench check`: validates everything and renders every prompt; sends nothing.

use crate::cli::args::Common;
use crate::cli::console::Console;
use crate::cli::failure::{Failure, exit};
use crate::cli::workspace;
use crate::load;
use crate::load::cases::{CaseSelection, scan};
use crate::plan::select_tasks;
use serde_json::json;

/// Flags of `bench check`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  bench check                 every file of the workspace\n  \
                        bench check ticket-triage   the workspace, but the cases of one task only\n  \
                        bench check --json          problems for an editor or a CI annotation")]
pub struct Args {
    /// Tasks whose cases are read and rendered: names, globs, `tag:WORD` or paths [default: all]
    #[arg(value_name = "TASK")]
    tasks: Vec<String>,
}

/// Checks all files, then all cases of the selected tasks.
pub fn run(args: Args, common: &Common, console: &Console) -> Result<u8, Failure> {
    let root = workspace::find(common)?;
    let mut loaded = load::load(&root, &workspace::environment);
    let mut problems: Vec<serde_json::Value> = Vec::new();
    let mut errors = 0;
    let mut show = |problem: &load::Problem, sources: &load::SourceMap| {
        errors += usize::from(problem.is_error());
        if console.json() {
            problems.push(problem.to_json(sources));
        } else {
            console.err(load::render(problem, sources, console.colors_stderr(), console.width().min(120)).trim_end());
        }
    };
    for problem in &loaded.problems {
        show(problem, &loaded.sources);
    }
    let (mut tasks, mut cases) = (0, 0);
    if let Some(project) = loaded.project.take() {
        for task in select_tasks(&project, &args.tasks)? {
            let scan = scan(&task, &CaseSelection::default(), true);
            for problem in &scan.problems {
                show(problem, &scan.sources);
            }
            tasks += 1;
            cases += scan.selected;
        }
    }
    if console.json() {
        console.document(&json!({"ok": errors == 0, "tasks": tasks, "cases": cases, "problems": problems}))?;
    } else if errors == 0 {
        console.out(&format!("{tasks} tasks with {cases} cases are valid.\n"))?;
    } else {
        console.error(&format!("{errors} problem{}", if errors == 1 { "" } else { "s" }));
    }
    Ok(if errors == 0 { exit::DONE } else { exit::USAGE })
}
