//! Which scorers of a task differ from those that graded a run, and in what.

use crate::model::{FileEntry, Grading, Interpreter, ScorerEntry, Task, TaskEntry};
use serde::Serialize;
use std::sync::Arc;

/// How a scorer stands to the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It is what it was.
    Unchanged,
    /// It is not what it was.
    Changed,
    /// The run did not have it.
    Added,
    /// The task no longer has it.
    Removed,
    /// It may have changed: the run kept no hash of it.
    Unknown,
}

impl State {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Changed => "changed",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Unknown => "unknown",
        }
    }
}

/// A scorer with how it stands to the run.
pub struct Difference {
    /// Its name.
    pub name: Arc<str>,
    /// How it stands.
    pub state: State,
    /// What changed, in words.
    pub why: Vec<String>,
}

/// What differs between a task and what a run recorded of it.
pub struct Differences {
    /// The task's name.
    pub task: Arc<str>,
    /// The task's scorers in order, then those that it no longer has.
    pub scorers: Vec<Difference>,
    /// What else of the task bears on scores.
    pub rules: Vec<&'static str>,
}

/// Compares a task with what a run recorded of it.
pub fn compare(entry: &TaskEntry, task: &Task, now: &Grading) -> Differences {
    let mut rules = Vec::new();
    if entry.cluster != task.cluster {
        rules.push("its `cluster` field changed");
    }
    let mut scorers: Vec<Difference> = Vec::new();
    match &entry.grading {
        Some(before) => {
            for scorer in &now.scorers {
                let known = before.scorers.iter().find(|other| other.name == scorer.name);
                scorers.push(known.map_or_else(|| added(&scorer.name), |known| difference(known, scorer)));
            }
            let parts = [
                (before.pass != now.pass, "its `pass` rule changed"),
                (before.treat != now.treat, "its `treat` changed"),
                (before.output != now.output, "its `output` changed"),
            ];
            rules.extend(
                parts
                    .into_iter()
                    .filter(|(changed, _)| *changed)
                    .map(|(_, what)| what),
            );
        }
        None => {
            let same = entry.scorer_hash == task.scorer_hash;
            for scorer in &now.scorers {
                let known = entry.scorers.iter().any(|(name, _)| *name == scorer.name);
                scorers.push(match (known, same) {
                    (false, _) => added(&scorer.name),
                    (true, true) => plain(&scorer.name, State::Unchanged),
                    (true, false) => Difference {
                        why: vec!["the run kept no hash of each scorer, only of all together".to_owned()],
                        ..plain(&scorer.name, State::Unknown)
                    },
                });
            }
        }
    }
    let gone = |name: &Arc<str>| now.scorers.iter().all(|scorer| scorer.name != *name);
    let removed = entry.scorers.iter().filter(|(name, _)| gone(name));
    scorers.extend(removed.map(|(name, _)| plain(name, State::Removed)));
    Differences {
        task: entry.name.clone(),
        scorers,
        rules,
    }
}

/// The judges of a task that ask what they asked in the run: what they said then still holds.
pub fn same_judges(entry: &TaskEntry, now: &Grading) -> Vec<Arc<str>> {
    let before = entry.grading.iter().flat_map(|grading| &grading.scorers);
    before
        .filter(|before| {
            now.scorers.iter().any(|now| {
                (&now.name, &now.scorer, now.options) == (&before.name, &before.scorer, before.options)
            })
        })
        .map(|before| before.name.clone())
        .collect()
}

fn plain(name: &Arc<str>, state: State) -> Difference {
    Difference {
        name: name.clone(),
        state,
        why: Vec::new(),
    }
}

fn added(name: &Arc<str>) -> Difference {
    plain(name, State::Added)
}

fn difference(before: &ScorerEntry, now: &ScorerEntry) -> Difference {
    let mut why = Vec::new();
    if before.scorer != now.scorer {
        why.push(format!("it was `{}` and is `{}`", before.scorer, now.scorer));
    } else if before.options != now.options {
        why.push("its options changed".to_owned());
    }
    if before.weight != now.weight {
        why.push(format!(
            "its weight changed from {} to {}",
            before.weight, now.weight
        ));
    }
    if before.filter != now.filter {
        why.push("its `cases` filter changed".to_owned());
    }
    match (&before.file, &now.file) {
        (Some(old), Some(new)) if old.file != new.file => {
            why.push(format!("its code is {} in place of {}", new.file, old.file));
        }
        (Some(old), Some(new)) if old.hash != new.hash => why.push(format!("{} changed", new.file)),
        _ => {}
    }
    imports(&before.imports, &now.imports, &mut why);
    if let (Some(old), Some(new)) = (&before.interpreter, &now.interpreter)
        && old != new
    {
        why.push(interpreter(old, new));
    }
    if why.is_empty() && before.hash != now.hash {
        why.push("its definition changed".to_owned());
    }
    Difference {
        name: now.name.clone(),
        state: if why.is_empty() {
            State::Unchanged
        } else {
            State::Changed
        },
        why,
    }
}

fn imports(before: &[FileEntry], now: &[FileEntry], why: &mut Vec<String>) {
    let find =
        |files: &[FileEntry], name: &str| files.iter().find(|file| file.file == name).map(|file| file.hash);
    for file in now {
        match find(before, &file.file) {
            None => why.push(format!("imported file {} added", file.file)),
            Some(hash) if hash != file.hash => why.push(format!("imported file {} changed", file.file)),
            Some(_) => {}
        }
    }
    for file in before.iter().filter(|file| find(now, &file.file).is_none()) {
        why.push(format!("imported file {} removed", file.file));
    }
}

fn interpreter(before: &Interpreter, now: &Interpreter) -> String {
    if before.name == now.name && before.version == now.version {
        format!("another build of the {} interpreter ({})", now.name, now.version)
    } else {
        format!(
            "the interpreter changed from {} ({}) to {} ({})",
            before.name, before.version, now.name, now.version
        )
    }
}
