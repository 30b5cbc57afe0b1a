//! Finds and loads the workspace, and prints every problem that its files have.

use super::args::Common;
use super::console::Console;
use super::failure::Failure;
use crate::load::{self, Problem, RenderOptions};
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

/// A path from the command line: relative ones start at `-C DIR`.
pub fn path(common: &Common, path: &Utf8Path) -> Utf8PathBuf {
    match &common.directory {
        Some(directory) => directory.join(path),
        None => path.to_owned(),
    }
}

/// Loads the workspace; problems are printed, and an error among them ends the command.
pub fn load(common: &Common, console: &Console) -> Result<Project, Failure> {
    let root = find(common)?;
    let loaded = load::load(&root, &environment);
    report_problems(console, &loaded.problems)?;
    Ok(loaded.project)
}

/// The process's environment, as files may name it. An empty variable counts as not set: that is what a missing
/// secret is in many CI systems.
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

/// Prints problems to stderr.
pub fn print_problems(console: &Console, problems: &[Problem]) {
    if problems.is_empty() {
        return;
    }
    let options = RenderOptions {
        colour: console.colors_stderr(),
        unicode: console.unicode_stderr(),
        width: console.width_stderr(),
    };
    console.err(load::render(problems, options).trim_end());
}

/// Prints problems; fails if one of them is an error.
pub fn report_problems(console: &Console, problems: &[Problem]) -> Result<(), Failure> {
    print_problems(console, problems);
    if !problems.iter().any(Problem::is_error) {
        return Ok(());
    }
    if console.json() {
        console.document(&serde_json::json!({"ok": false, "problems": problems}))?;
    }
    Err(Failure::Problems)
}
