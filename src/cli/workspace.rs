//! Finds and loads the workspace, and prints every problem that its files have.

use super::args::Common;
use super::console::Console;
use super::failure::Failure;
use crate::load;
use crate::model::Project;
use camino::{Utf8Path, Utf8PathBuf};

/// Finds the workspace of a command: `-C DIR`, else the current folder, else the nearest one above with a
/// `bench.yaml`.
pub fn find(common: &Common) -> Result<Utf8PathBuf, Failure> {
    let start = match &common.directory {
        Some(directory) => directory.clone(),
        None => Utf8PathBuf::from("."),
    };
    let absolute = start
        .canonicalize_utf8()
        .map_err(|error| Failure::Usage(format!("cannot open the folder {start}: {error}")))?;
    load::find_workspace(&absolute).map_err(|error| Failure::Usage(error.to_string()))
}

/// Loads the workspace; problems are printed, and an error among them ends the command.
pub fn load(common: &Common, console: &Console) -> Result<Project, Failure> {
    let root = find(common)?;
    let loaded = load::load(&root, &environment);
    report_problems(console, &root, &loaded.problems, &loaded.sources)?;
    loaded.project.ok_or(Failure::Problems)
}

/// The process's environment, as files may name it.
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Prints problems; fails if one of them is an error.
pub fn report_problems(
    console: &Console,
    _root: &Utf8Path,
    problems: &[load::Problem],
    sources: &load::SourceMap,
) -> Result<(), Failure> {
    for problem in problems {
        console.err(load::render(problem, sources, console.colors_stderr(), console.width().min(120)).trim_end());
    }
    let errors = problems.iter().filter(|problem| problem.is_error()).count();
    if errors == 0 {
        return Ok(());
    }
    if console.json() {
        let rows: Vec<_> = problems.iter().map(|problem| problem.to_json(sources)).collect();
        console.document(&serde_json::json!({"ok": false, "problems": rows}))?;
    }
    console.error(&format!("{errors} problem{} in the workspace", if errors == 1 { "" } else { "s" }));
    Err(Failure::Problems)
}
