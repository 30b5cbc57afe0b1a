//! Which tasks, prompts, models and cases a command names.

use crate::model::{Project, Task};
use globset::{Glob, GlobMatcher};
use std::sync::Arc;

/// What a command selects, beside the tasks.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Globs over `provider/model`; empty: all of the task's.
    pub models: Vec<String>,
    /// Prompt ids; empty: all.
    pub prompts: Vec<String>,
    /// Globs over case ids; empty: all.
    pub cases: Vec<String>,
    /// At most this many cases of each task.
    pub limit: Option<u64>,
    /// Repeats, in place of the tasks' own.
    pub epochs: Option<u32>,
}

/// A task as the user names it: name, glob over names, `tag:WORD`, or path of its file.
pub type TaskQuery = String;

/// A name that selects nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SelectError {
    /// What was asked for and what there is.
    pub message: String,
}

impl SelectError {
    /// An error with that message.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
        }
    }
}

/// Compiles a glob where `*` also crosses slashes.
pub fn glob(pattern: &str) -> Result<GlobMatcher, SelectError> {
    Glob::new(pattern)
        .map(|glob| glob.compile_matcher())
        .map_err(|error| SelectError::new(format!("`{pattern}` is not a valid glob: {}", error.kind())))
}

/// `; there is a, b and c` with the nearest name first, at most eight names.
pub fn known_names<'a>(asked: &str, names: impl Iterator<Item = &'a str>) -> String {
    let mut names: Vec<&str> = names.collect();
    if names.is_empty() {
        return "; there are none".to_owned();
    }
    names.sort_unstable();
    names.dedup();
    names.sort_by_cached_key(|name| strsim::damerau_levenshtein(asked, name));
    let more = names.len().saturating_sub(8);
    let shown = names
        .iter()
        .take(8)
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ");
    match more {
        0 => format!("; there is {shown}"),
        more => format!("; there is {shown} and {more} more"),
    }
}

/// The tasks that the queries name, in the project's order; all tasks where there is no query.
pub fn select_tasks(project: &Project, queries: &[TaskQuery]) -> Result<Vec<Arc<Task>>, SelectError> {
    if queries.is_empty() {
        return Ok(project.tasks.clone());
    }
    let mut chosen = vec![false; project.tasks.len()];
    for query in queries {
        let matcher = glob(query)?;
        let path = query.strip_prefix("./").unwrap_or(query);
        let mut any = false;
        for (task, chosen) in project.tasks.iter().zip(&mut chosen) {
            let by_tag = query
                .strip_prefix("tag:")
                .is_some_and(|tag| task.tags.iter().any(|own| own == tag));
            let by_path = task.path == path || project.root.join(&task.path) == path;
            if by_tag || by_path || matcher.is_match(&*task.name) {
                *chosen = true;
                any = true;
            }
        }
        if !any && let Some(tag) = query.strip_prefix("tag:") {
            let tags = project
                .tasks
                .iter()
                .flat_map(|task| task.tags.iter().map(String::as_str));
            let mut tags: Vec<&str> = tags.collect();
            tags.sort_unstable();
            tags.dedup();
            return Err(SelectError::new(format!(
                "no task has the tag `{tag}`{}",
                known_names(tag, tags.into_iter())
            )));
        }
        if !any {
            let names = known_names(query, project.tasks.iter().map(|task| &*task.name));
            return Err(SelectError::new(format!("no task is called `{query}`{names}")));
        }
    }
    Ok(project
        .tasks
        .iter()
        .zip(chosen)
        .filter(|(_, chosen)| *chosen)
        .map(|(task, _)| task.clone())
        .collect())
}
