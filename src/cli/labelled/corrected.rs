//! A run's judge scores, corrected by the labels that its judges name, and kept in its manifest.

use super::asked::{Asked, asked};
use super::recorded::{Found, Wanted, gather};
use crate::analyse::calibrate::{Correction, JudgedOutput, ScaleError, correct, is_number};
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::load;
use crate::model::{Corrections, Digest, Label, Manifest, Project};
use crate::report::escape_terminal;
use crate::store::{RunRef, Store};
use camino::{Utf8Path, Utf8PathBuf};

/// Corrects what the judges of a run said by the labels that there are now, and keeps that in the run's manifest, from
/// which reports are written. Labels that do not fit are told, and leave the scores as they are.
pub fn correct_run(store: &Store, run: &RunRef, project: &Project, console: &Console) -> Result<(), Failure> {
    let manifest = store.manifest(run)?;
    let mut all = Vec::new();
    for group in groups(asked(project, &manifest)) {
        let made = group.correct(store, run, project, &manifest)?;
        if let Some(first) = made.first() {
            for note in &first.notes {
                console.warn(&escape_terminal(&format!("{}: {note}", first.scorer)));
            }
        }
        all.extend(made);
    }
    all.sort_by(|a, b| (a.task, &a.scorer).cmp(&(b.task, &b.scorer)));
    if all != manifest.corrections {
        store.set_corrections(run, &all)?;
    }
    Ok(())
}

/// The means that labels correct; none where labels are names of categories, which have no mean.
pub fn means(
    labels: &[Label],
    outputs: &[JudgedOutput],
    range: (f64, f64),
) -> Result<Vec<Correction>, ScaleError> {
    let mut marks = labels.iter().filter_map(|label| label.human.as_ref());
    match marks.all(is_number) {
        true => correct(outputs, range),
        false => Ok(Vec::new()),
    }
}

/// Scorers of several tasks that have the same name, labels and scale, and so share their labels.
struct Group {
    scorer: std::sync::Arc<str>,
    file: Utf8PathBuf,
    range: (f64, f64),
    tasks: Vec<u32>,
}

fn groups(asked: Vec<Asked>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for scorer in asked.into_iter().filter(|scorer| !scorer.compares()) {
        let Some(file) = scorer.judge.labels() else {
            continue;
        };
        let range = scorer.judge.scale();
        match groups
            .iter_mut()
            .find(|group| group.scorer == scorer.scorer && group.file == file && group.range == range)
        {
            Some(group) => group.tasks.push(scorer.task),
            None => groups.push(Group {
                file: file.to_owned(),
                range,
                tasks: vec![scorer.task],
                scorer: scorer.scorer,
            }),
        }
    }
    groups
}

impl Group {
    /// One entry for each task, with what was corrected, or with the reason why nothing was.
    fn correct(
        &self,
        store: &Store,
        run: &RunRef,
        project: &Project,
        manifest: &Manifest,
    ) -> Result<Vec<Corrections>, Failure> {
        let shown = self.file.strip_prefix(&project.root).unwrap_or(&self.file);
        let mut notes = Vec::new();
        let mut means = Vec::new();
        match self.found(store, run, project, manifest, shown)? {
            Ok((found, made)) => {
                notes.extend(found.unmatched);
                means = made;
            }
            Err(why) => notes.push(why),
        }
        let hash = std::fs::read(&self.file).map_or_else(|_| Digest::of(b""), |bytes| Digest::of(&bytes));
        let of_task = |task: u32| {
            let mine = means.iter().filter(|mean| {
                let entry = manifest.candidates.get(mean.candidate as usize);
                entry.is_some_and(|entry| entry.task == task)
            });
            Corrections {
                task,
                scorer: self.scorer.clone(),
                labels: shown.to_string(),
                labels_hash: hash,
                notes: notes.clone(),
                means: mine.map(Correction::kept).collect(),
            }
        };
        Ok(self.tasks.iter().copied().map(of_task).collect())
    }

    /// The means, or why there are none.
    fn found(
        &self,
        store: &Store,
        run: &RunRef,
        project: &Project,
        manifest: &Manifest,
        shown: &Utf8Path,
    ) -> Result<Result<(Found, Vec<Correction>), String>, Failure> {
        let mut labels = load::labels(&project.root, &self.file);
        if let Some(problem) = labels.problems.first() {
            return Ok(Err(format!(
                "{shown} is not used: {}; `bench check` shows where",
                problem.message
            )));
        }
        // Labels of a judge may speak of other tasks that it judges, too.
        let elsewhere = |name: &str| {
            let mine = |task: &u32| {
                manifest
                    .tasks
                    .get(*task as usize)
                    .is_some_and(|task| *task.name == *name)
            };
            !self.tasks.iter().any(mine) && project.tasks.iter().any(|task| *task.name == *name)
        };
        let labels = &mut labels.labels;
        labels.retain(|label| !label.task.as_deref().is_some_and(elsewhere));
        labels.retain(|label| label.scorer.as_ref().is_none_or(|scorer| *scorer == self.scorer));
        if labels.is_empty() {
            return Ok(Err(format!("{shown} has no labels for it")));
        }
        let wanted = Wanted {
            store,
            run,
            manifest,
            scorer: &self.scorer,
            range: self.range,
            tasks: Some(&self.tasks),
        };
        let found = match gather(&wanted, labels, shown) {
            Ok(found) => found,
            Err(Failure::Usage(why)) => return Ok(Err(why)),
            Err(failure) => return Err(failure),
        };
        if found.sampled {
            return Ok(Err(SAMPLED.to_owned()));
        }
        let means = match means(labels, &found.outputs, self.range) {
            Ok(means) => means,
            Err(error) => return Ok(Err(super::checked::told(shown, &error))),
        };
        match means.is_empty() {
            true => Ok(Err(format!(
                "labels of {shown} are names, which have no mean to correct"
            ))),
            false => Ok(Ok((found, means))),
        }
    }
}

/// Why the scores of a judge that sees a sample are not corrected.
pub const SAMPLED: &str = "not corrected by labels: the judge saw a sample of the outputs, and labels of judged outputs \
                           tell nothing of the others";
