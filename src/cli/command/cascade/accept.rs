//! By which scorers an answer is taken without asking the next model.

use super::gather::Choice;
use crate::cli::failure::Failure;
use crate::model::{Manifest, Project, ScorerSpec, Task, TaskEntry};
use crate::plan::known_names;
use crate::scorer::{RestsOn, grading};
use std::sync::Arc;

/// What decides for a task, beside the form of the answer.
#[derive(Clone, Debug, Default)]
pub struct Accept {
    /// Scorers that have to pass.
    pub scorers: Vec<Arc<str>>,
    /// Those of them that ask judges.
    pub judges: Vec<Arc<str>>,
    /// What to know of them.
    pub notes: Vec<String>,
}

/// What was asked for.
pub struct Rules<'a> {
    /// Scorers by name.
    pub asked: &'a [String],
    /// Nothing but the form.
    pub form_only: bool,
}

impl Rules<'_> {
    /// What decides, by task; `None` for a task that has none of the scorers that were asked for.
    pub fn of_run(
        &self,
        manifest: &Manifest,
        project: &Project,
        choice: &Choice,
    ) -> Result<Vec<Option<Accept>>, Failure> {
        let names = || {
            let chosen = manifest.tasks.iter().enumerate();
            let chosen = chosen.filter(|(at, _)| choice.holds_task(*at));
            chosen.flat_map(|(_, task)| task.scorers.iter().map(|(name, _)| &**name))
        };
        for asked in self.asked {
            if !names().any(|name| name == asked) {
                return Err(Failure::Usage(format!(
                    "no scorer of these tasks is called `{asked}`{}",
                    known_names(asked, names())
                )));
            }
        }
        let task = |entry: &TaskEntry| {
            let now = project.tasks.iter().find(|task| task.name == entry.name);
            self.of_task(entry, now.map(|task| &**task))
        };
        Ok(manifest.tasks.iter().map(task).collect())
    }

    fn of_task(&self, entry: &TaskEntry, now: Option<&Task>) -> Option<Accept> {
        if self.form_only {
            return Some(Accept::default());
        }
        let mut accept = Accept::default();
        let mut changed = Vec::new();
        for (name, _) in &entry.scorers {
            let known = now.and_then(|task| unchanged(entry, task, name));
            let rests_on = known.map(|spec| spec.config.rests_on());
            if self.asked.is_empty() {
                match rests_on {
                    Some(RestsOn::Output) => accept.scorers.push(name.clone()),
                    Some(_) => {}
                    None => changed.push(format!("`{name}`")),
                }
                continue;
            }
            if !self.asked.iter().any(|asked| **asked == **name) {
                continue;
            }
            accept.scorers.push(name.clone());
            accept.notes.extend(match rests_on {
                Some(RestsOn::Case) => Some(format!(
                    "`{name}` looks at what the case brings (a golden output, tests), which nobody has in production: these \
                     figures are what a perfect check would give"
                )),
                Some(RestsOn::Code) => Some(format!(
                    "`{name}` is code: if it looks at the golden output, nobody can run it in production"
                )),
                Some(RestsOn::Output | RestsOn::Judge | RestsOn::Measurement) => None,
                None => Some(format!(
                    "`{name}` is not in the task any more as it was in this run: whether it looks at the golden output is \
                     not known"
                )),
            });
            if rests_on == Some(RestsOn::Judge) {
                accept.judges.push(name.clone());
            }
        }
        if !changed.is_empty() {
            accept.notes.push(format!(
                "not asked, since the task does not have it any more as it was in this run: {}",
                changed.join(", ")
            ));
        }
        (self.asked.is_empty() || !accept.scorers.is_empty()).then_some(accept)
    }
}

/// The scorer as the task has it now, if it is what the run was graded by.
fn unchanged<'a>(entry: &TaskEntry, now: &'a Task, name: &str) -> Option<&'a ScorerSpec> {
    let before = entry
        .grading
        .as_ref()?
        .scorers
        .iter()
        .find(|scorer| *scorer.name == *name)?;
    let grading = grading(now);
    let same = grading
        .scorers
        .iter()
        .any(|scorer| scorer.name == before.name && scorer.hash == before.hash);
    now.scorers.iter().find(|spec| same && *spec.name == *name)
}
