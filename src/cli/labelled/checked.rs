//! Labels that judges name, checked before anything is asked.

use super::asked::{compares, of_task};
use crate::analyse::calibrate::{Declared, Input, JudgedOutput, Scale, ScaleError, Unit};
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::cli::workspace;
use crate::load::{self, Labels, Problem};
use crate::model::{Label, Project, Task};
use crate::scorer::JudgeScorer;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Prints what is wrong with the labels of these tasks' judges; an error among it ends the command.
pub fn check_labels<'a>(
    project: &Project,
    tasks: impl Iterator<Item = &'a Arc<Task>>,
    console: &Console,
) -> Result<(), Failure> {
    let mut files = Files::new(&project.root);
    tasks.for_each(|task| files.of_task(task));
    workspace::report_problems(console, &files.problems)
}

/// What is wrong with the labels that any judge or task of the workspace names.
pub fn check_all(project: &Project) -> Vec<Problem> {
    let mut files = Files::new(&project.root);
    project.tasks.iter().for_each(|task| files.of_task(task));
    for judge in &project.judges {
        if let Some(file) = &judge.labels {
            files.read(file);
        }
    }
    files.problems
}

/// A label that does not fit, with its place.
pub fn told(file: &Utf8Path, error: &ScaleError) -> String {
    match error.line {
        Some(line) => format!("{file}:{line}: {}", error.message),
        None => format!("{file}: {}", error.message),
    }
}

/// Files of labels, each read once.
struct Files<'a> {
    root: &'a Utf8Path,
    read: BTreeMap<Utf8PathBuf, Labels>,
    problems: Vec<Problem>,
}

impl<'a> Files<'a> {
    fn new(root: &'a Utf8Path) -> Self {
        Self {
            root,
            read: BTreeMap::new(),
            problems: Vec::new(),
        }
    }

    /// The labels of a file; what is wrong with it is noted the first time.
    fn read(&mut self, file: &Utf8Path) -> &Labels {
        if !self.read.contains_key(file) {
            let labels = load::labels(self.root, file);
            self.problems.extend(labels.problems.iter().cloned());
            if labels.labels.is_empty() && labels.problems.is_empty() {
                let shown = file.strip_prefix(self.root).unwrap_or(file);
                let empty = Problem::error(
                    shown,
                    "no-labels",
                    "the file has no labels yet, so that it corrects nothing",
                );
                let help = empty
                    .warning()
                    .help("`bench judge label` takes labels in the terminal");
                self.problems.push(help);
            }
            self.read.insert(file.to_owned(), labels);
        }
        self.read.entry(file.to_owned()).or_default()
    }

    fn of_task(&mut self, task: &Task) {
        for (scorer, judging, judge) in of_task(task) {
            let Some(file) = judge.labels() else { continue };
            if compares(&judge) {
                if judging.labels_named().is_some() {
                    let message = format!("`{scorer}` compares outputs: its labels have no mean to correct");
                    let help = "`bench judge calibrate --labels FILE` compares them with the judge";
                    let problem = Problem::error(task.path.clone(), "unused-labels", message);
                    self.problems.push(problem.warning().help(help));
                }
                continue;
            }
            let labels = self.read(file);
            if let Some(problem) = misfit(labels, task, scorer, &judge)
                && !self.problems.contains(&problem)
            {
                self.problems.push(problem);
            }
        }
    }
}

/// The first label that cannot be read on the judge's scale.
fn misfit(labels: &Labels, task: &Task, scorer: &Arc<str>, judge: &JudgeScorer) -> Option<Problem> {
    let range = judge.scale();
    let is_mine = |label: &&Label| {
        label.scorer.as_ref().is_none_or(|name| name == scorer)
            && label.task.as_deref().is_none_or(|name| *name == *task.name)
    };
    let marks: Vec<_> = labels
        .labels
        .iter()
        .filter(is_mine)
        .filter_map(|label| Some((label.human.clone()?, label.line)))
        .collect();
    let unit = Unit {
        human: marks
            .iter()
            .map(|(mark, line)| (0, mark.clone(), *line))
            .collect(),
        ..Unit::default()
    };
    let input = Input {
        raters: vec!["".into()],
        units: vec![unit],
    };
    let declared = Declared {
        range: Some(range),
        pass: judge.threshold(),
        ..Declared::default()
    };
    let output = JudgedOutput {
        human: marks,
        ..JudgedOutput::default()
    };
    let own: Vec<Label> = labels.labels.iter().filter(is_mine).cloned().collect();
    let error = Scale::of(&input, &declared)
        .err()
        .or_else(|| super::means(&own, &[output], range).err())?;
    Some(labels.misfit(error.line, error.message))
}
