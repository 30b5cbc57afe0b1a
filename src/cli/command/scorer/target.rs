//! Which scorers are tried, and in which task.

use crate::cli::args::Common;
use crate::cli::failure::Failure;
use crate::cli::workspace;
use crate::load;
use crate::model::{Project, ScorerSpec, Task};
use crate::plan::known_names;
use crate::scorer::Language;
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::Arc;

/// What is tried.
pub struct Target {
    /// The task, where there is one.
    pub task: Option<Arc<Task>>,
    /// Its scorers that are tried.
    pub scorers: Vec<ScorerSpec>,
    /// Whether the scorers of the case itself are tried as well.
    pub with_own: bool,
    /// What to know of the choice.
    pub note: Option<String>,
}

/// Finds what `file` means: a task by name or file, or a file of code.
pub fn find(
    project: &Project,
    common: &Common,
    file: &Utf8Path,
    task: Option<&str>,
    scorer: Option<&str>,
) -> Result<Target, Failure> {
    let asked = task.map(|name| named(project, name)).transpose()?;
    let mut target = match task_of(project, common, file) {
        Some(found) => {
            if let Some(asked) = asked.filter(|asked| asked.name != found.name) {
                return Err(Failure::Usage(format!(
                    "`{file}` is the task `{}`, but --task names `{}`; leave one out",
                    found.name, asked.name
                )));
            }
            Target {
                scorers: found.scorers.clone(),
                task: Some(found),
                with_own: true,
                note: None,
            }
        }
        None => code(project, common, file, asked)?,
    };
    let others = leave_out(&mut target, scorer)?;
    if let Some(name) = scorer {
        let known = known_names(name, target.scorers.iter().map(|spec| &*spec.name));
        // The name may be that of a scorer of the case, which is not read yet.
        let own = target.with_own && target.scorers.iter().all(|spec| *spec.name != *name);
        target.scorers.retain(|spec| *spec.name == *name);
        if target.scorers.is_empty() && !own {
            return Err(no_scorer(name, &known));
        }
        target.with_own = own;
    } else if !others.is_empty() {
        target.note = Some(format!(
            "left out, since they ask judges or combine other scorers: {}",
            others.join(", ")
        ));
    }
    Ok(target)
}

/// Takes out scorers that say nothing of an output by themselves; their names.
fn leave_out(target: &mut Target, asked: Option<&str>) -> Result<Vec<String>, Failure> {
    let others = target.scorers.iter().filter(|spec| !spec.config.grades_alone());
    let names: Vec<String> = others.map(|spec| spec.name.to_string()).collect();
    if let Some(name) = names.iter().find(|name| asked == Some(name.as_str())) {
        return Err(Failure::Usage(format!(
            "`{name}` asks a judge or combines other scorers, so it cannot be tried alone; `bench run` asks judges"
        )));
    }
    target.scorers.retain(|spec| spec.config.grades_alone());
    if target.scorers.is_empty() && !names.is_empty() && asked.is_none() {
        return Err(Failure::Usage(format!(
            "all scorers here ask judges or combine others ({}), so none can be tried alone; `bench run` asks judges",
            names.join(", ")
        )));
    }
    Ok(names)
}

/// The error for a scorer that is not there; `known` lists those that are.
pub fn no_scorer(name: &str, known: &str) -> Failure {
    Failure::Usage(format!("no scorer here is called `{name}`{known}"))
}

fn named(project: &Project, name: &str) -> Result<Arc<Task>, Failure> {
    let path = name.strip_prefix("./").unwrap_or(name);
    let found = project
        .tasks
        .iter()
        .find(|task| *task.name == *name || task.path == path);
    found.cloned().ok_or_else(|| {
        let names = known_names(name, project.tasks.iter().map(|task| &*task.name));
        Failure::Usage(format!("no task is called `{name}`{names}"))
    })
}

/// Where a path from the command line leads: from the folder to work in, else from the workspace.
fn resolve(project: &Project, common: &Common, file: &Utf8Path) -> Option<Utf8PathBuf> {
    [workspace::path(common, file), project.root.join(file)]
        .into_iter()
        .find_map(|path| path.canonicalize_utf8().ok().filter(|path| path.is_file()))
}

fn task_of(project: &Project, common: &Common, file: &Utf8Path) -> Option<Arc<Task>> {
    let by_name = project.tasks.iter().find(|task| *task.name == *file.as_str());
    let by_path = || {
        let path = resolve(project, common, file)?;
        project.tasks.iter().find(|task| same(project, &task.path, &path))
    };
    by_name.or_else(by_path).cloned()
}

/// Whether a path that is relative to the workspace leads to that file.
fn same(project: &Project, path: &Utf8Path, file: &Utf8Path) -> bool {
    project
        .root
        .join(path)
        .canonicalize_utf8()
        .is_ok_and(|path| path == file)
}

/// The scorers that run that file, with the options that their task gives them.
fn code(
    project: &Project,
    common: &Common,
    file: &Utf8Path,
    asked: Option<Arc<Task>>,
) -> Result<Target, Failure> {
    let Some(path) = resolve(project, common, file) else {
        return Err(missing(project, file));
    };
    if Language::of_file(path.as_str()).is_none() {
        return Err(Failure::Usage(format!(
            "{file} is neither a task of this workspace nor code of a scorer (.py, .js, .ts, .wasm)"
        )));
    }
    let runs = |spec: &&ScorerSpec| {
        spec.config
            .code_file()
            .is_some_and(|own| same(project, own.into(), &path))
    };
    let users: Vec<&Arc<Task>> = project
        .tasks
        .iter()
        .filter(|task| asked.as_ref().is_none_or(|asked| asked.name == task.name))
        .filter(|task| task.scorers.iter().any(|spec| runs(&spec)))
        .collect();
    match users.as_slice() {
        [task] => Ok(Target {
            task: Some(Arc::clone(task)),
            scorers: task.scorers.iter().filter(runs).cloned().collect(),
            with_own: false,
            note: None,
        }),
        [] => {
            let spec = load::scorer_file(&project.root, &path).map_err(Failure::Usage)?;
            let where_not = asked.as_ref().map_or_else(
                || "no task uses".to_owned(),
                |task| format!("task `{}` does not use", task.name),
            );
            Ok(Target {
                task: asked,
                scorers: vec![spec],
                with_own: false,
                note: Some(format!(
                    "{where_not} {file}, so it runs without config and with default limits"
                )),
            })
        }
        several => {
            let names: Vec<String> = several.iter().map(|task| format!("`{}`", task.name)).collect();
            Err(Failure::Usage(format!(
                "{file} is used by the tasks {}; choose one with --task",
                names.join(", ")
            )))
        }
    }
}

fn missing(project: &Project, file: &Utf8Path) -> Failure {
    let specs = project.tasks.iter().flat_map(|task| &task.scorers);
    let code = specs.filter_map(|spec| spec.config.code_file());
    let tasks = project.tasks.iter().map(|task| &*task.name);
    let known = if Language::of_file(file.as_str()).is_some() {
        known_names(file.as_str(), code)
    } else {
        known_names(file.as_str(), tasks)
    };
    Failure::Usage(format!("there is no file or task `{file}`{known}"))
}
