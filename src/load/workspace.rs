//! Loading a whole workspace.

use super::check::check_models;
use super::files::{self, Source, join};
use super::lower::{self, Lowered};
use super::problem::Problem;
use crate::model::{Judge, Project, Workspace};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::HashMap;
use std::sync::Arc;

/// Values of environment variables.
pub type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What the files of a workspace say, and what is wrong with them.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// Everything that could be read. Not to be run where there are errors.
    pub project: Project,
    /// Problems of all files, errors and warnings, in the order of the files.
    pub problems: Vec<Problem>,
}

impl Loaded {
    /// True where nothing can be run.
    pub fn has_errors(&self) -> bool {
        self.problems.iter().any(Problem::is_error)
    }
}

/// What the parts of loading share.
pub(super) struct Loader<'a> {
    pub root: &'a Utf8Path,
    pub env: Env<'a>,
    pub problems: Vec<Problem>,
    /// The judges, once they are read.
    pub judges: Vec<Arc<Judge>>,
}

/// Loads the workspace in `root` (absolute, with `bench.yaml`). Case files are found, not read:
/// [`super::cases::scan`] checks them.
pub fn load(root: &Utf8Path, env: Env<'_>) -> Loaded {
    let mut loader = Loader {
        root,
        env,
        problems: Vec::new(),
        judges: Vec::new(),
    };
    let (workspace, workspace_models) = loader
        .source(&root.join("bench.yaml"))
        .map(|source| lower::workspace(&mut loader, source))
        .unwrap_or_else(|| (default_workspace(), Vec::new()));
    let providers = loader.all("providers", lower::provider);
    let judges = loader.all("judges", lower::judge);
    loader.judges = judges.iter().map(|judge| judge.value.clone()).collect();
    let mut tasks = Vec::new();
    for path in loader.task_files() {
        if let Some(source) = loader.source(&path) {
            tasks.extend(lower::task(&mut loader, source, &workspace));
        }
    }
    loader.duplicates("task", &tasks);
    loader.duplicates("provider", &providers);
    loader.duplicates("judge", &judges);
    let models = workspace_models
        .iter()
        .chain(tasks.iter().flat_map(|task| &task.models))
        .chain(judges.iter().flat_map(|judge| &judge.models));
    let provider_values: Vec<_> = providers.iter().map(|provider| provider.value.clone()).collect();
    check_models(&mut loader.problems, models, &provider_values);
    let project = Project {
        root: root.to_owned(),
        workspace,
        tasks: sorted(tasks, |task| task.name.to_string()),
        providers: sorted(providers, |provider| provider.name.to_string()),
        judges: sorted(judges, |judge| judge.name.clone()),
    };
    Loaded {
        project,
        problems: loader.problems,
    }
}

pub(super) fn default_workspace() -> Workspace {
    Workspace {
        discovery_ttl_hours: 24.0,
        ..Workspace::default()
    }
}

fn sorted<T>(items: Vec<Lowered<T>>, name: impl Fn(&T) -> String) -> Vec<Arc<T>> {
    let mut values: Vec<Arc<T>> = items.into_iter().map(|item| item.value).collect();
    values.sort_by_cached_key(|value| name(value));
    values
}

impl Loader<'_> {
    /// Reads a file; a problem where that is not possible.
    fn source(&mut self, path: &Utf8Path) -> Option<Source> {
        match files::read_text(self.root, path) {
            Ok(source) => Some(source),
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }

    /// Reads all YAML files of a folder.
    fn all<T>(
        &mut self,
        folder: &str,
        lower: impl Fn(&mut Self, Source) -> Option<Lowered<T>>,
    ) -> Vec<Lowered<T>> {
        let paths: Vec<_> = self
            .entries(&self.root.join(folder))
            .into_iter()
            .filter(|path| is_yaml(path))
            .collect();
        let mut all = Vec::new();
        for path in paths {
            if let Some(source) = self.source(&path) {
                all.extend(lower(self, source));
            }
        }
        all
    }

    /// `tasks/*.yaml` and `tasks/NAME/task.yaml`.
    fn task_files(&mut self) -> Vec<Utf8PathBuf> {
        let mut paths = Vec::new();
        for path in self.entries(&self.root.join("tasks")) {
            if path.is_dir() && !is_yaml(&path) {
                paths.extend(
                    ["task.yaml", "task.yml"]
                        .map(|name| path.join(name))
                        .into_iter()
                        .find(|p| p.exists()),
                );
            } else if is_yaml(&path) {
                paths.push(path);
            }
        }
        paths
    }

    /// The entries of a folder by name, without hidden ones; none where there is no folder.
    fn entries(&mut self, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
        if !folder.exists() {
            return Vec::new();
        }
        match folder.read_dir_utf8() {
            Ok(entries) => {
                let mut paths: Vec<Utf8PathBuf> = entries
                    .filter_map(Result::ok)
                    .filter(|entry| !entry.file_name().starts_with('.'))
                    .map(|entry| entry.path().to_owned())
                    .collect();
                paths.sort();
                paths
            }
            Err(error) => {
                let file = files::display_path(self.root, folder);
                self.problems.push(Problem::error(
                    file,
                    "unreadable",
                    format!("cannot be listed: {error}"),
                ));
                Vec::new()
            }
        }
    }

    fn duplicates<T>(&mut self, what: &str, items: &[Lowered<T>]) {
        let mut first: HashMap<&str, &Lowered<T>> = HashMap::new();
        for item in items {
            let name = item.name.value.as_str();
            match first.get(name) {
                Some(earlier) => self.problems.push(
                    Problem::at(
                        &item.source,
                        item.name.span,
                        "duplicate-name",
                        format!("a second {what} is called `{name}`"),
                    )
                    .first_at(&earlier.source, earlier.name.span)
                    .help("give one of the two another name"),
                ),
                None => {
                    first.insert(name, item);
                }
            }
        }
    }

    /// A path of a file, relative to that file.
    pub fn relative(&self, source: &Source, path: &str) -> Utf8PathBuf {
        join(source.folder(), path)
    }
}

fn is_yaml(path: &Utf8Path) -> bool {
    matches!(path.extension(), Some("yaml" | "yml"))
}
