//! From the shapes of the files to the model: what serde cannot check is checked here.

mod gate;
mod judge;
mod judging;
mod models;
mod price;
mod program;
mod prompt;
mod provider;
mod scorer;
mod secret;
mod sources;
mod task;
mod workspace;

pub(super) use judge::judge;
pub use program::scorer_file;
pub(super) use provider::provider;
pub(super) use sources::case_of;
pub(super) use task::task;
pub(super) use workspace::workspace;

use super::check::NamedModel;
use super::files::Source;
use super::problem::Problem;
use super::workspace::Loader;
use crate::yaml::{Node, Spanned, parse, read};
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// A thing of the model with its name's place.
pub(super) struct Lowered<T> {
    /// The thing.
    pub value: Arc<T>,
    /// Its name.
    pub name: Spanned<String>,
    /// Its file.
    pub source: Arc<Source>,
    /// The models that it names.
    pub models: Vec<NamedModel>,
}

/// Reads a source as YAML; problems are noted.
fn tree(loader: &mut Loader<'_>, source: &Source) -> Option<Node> {
    if source.text.trim().is_empty() {
        loader.problems.push(Problem::error(
            source.file.clone(),
            "empty-file",
            "the file is empty",
        ));
        return None;
    }
    match parse(&source.text) {
        Ok(parsed) => {
            let faults = parsed
                .faults
                .into_iter()
                .map(|fault| Problem::fault(source, fault));
            loader.problems.extend(faults);
            Some(parsed.root)
        }
        Err(fault) => {
            loader.problems.push(Problem::fault(source, fault));
            None
        }
    }
}

/// Reads a tree as a raw shape and lowers it; problems are noted. Where values were left out because they are at
/// fault, what only follows from their absence is not told.
fn lowered<R: DeserializeOwned, T>(
    loader: &mut Loader<'_>,
    source: &Source,
    node: &Node,
    lower: impl FnOnce(&mut Loader<'_>, R) -> T,
) -> Option<T> {
    let mut faults = Vec::new();
    let raw = read(node, &mut faults);
    let incomplete = !faults.is_empty();
    loader
        .problems
        .extend(faults.into_iter().map(|fault| Problem::fault(source, fault)));
    let before = loader.problems.len();
    let value = lower(loader, raw?);
    if incomplete {
        let follows = |problem: &Problem| {
            matches!(
                problem.code,
                "missing-key" | "no-scorer" | "no-cases" | "no-model" | "bad-prompt"
            ) || problem.message.starts_with("no scorer in this item")
        };
        let told = loader.problems.split_off(before);
        loader
            .problems
            .extend(told.into_iter().filter(|problem| !follows(problem)));
    }
    Some(value)
}

/// Notes a name that would not work on the command line or in `provider/model`.
fn check_name(loader: &mut Loader<'_>, source: &Source, what: &str, name: &Spanned<String>) {
    let bad = |c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '/' | '*' | '?' | '[' | ']' | '{' | '}' | ',')
    };
    let message = if name.value.is_empty() {
        format!("the name of the {what} is empty")
    } else if name.value.contains(bad) {
        format!("`{}` cannot be the name of a {what}", name.value)
    } else {
        return;
    };
    loader.problems.push(
        Problem::at(source, name.span, "bad-name", message)
            .help("use letters, digits, `-`, `_` and `.`; no spaces, slashes or wildcards"),
    );
}
