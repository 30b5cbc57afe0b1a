//! The rules that hold: those of the command line, else those of the workspace.

use crate::cli::failure::Failure;
use crate::model::{Baseline, GateRules, Project};
use std::collections::BTreeMap;

/// What is checked.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// Rules over all tasks together.
    pub all_tasks: Option<GateRules>,
    /// Rules of each task.
    each_task: Option<GateRules>,
    /// Rules of single tasks.
    tasks: BTreeMap<String, GateRules>,
    /// Candidates that are gated; all where empty.
    pub candidates: Vec<String>,
    /// What they are held against.
    pub baseline: Baseline,
    /// Confidence of each decision.
    pub confidence: Option<f64>,
}

impl Rules {
    /// The rules of a workspace.
    pub fn of(project: &Project) -> Self {
        let gate = project.workspace.gate.clone().unwrap_or_default();
        let tasks = project
            .tasks
            .iter()
            .filter_map(|task| Some((task.name.to_string(), task.gate.clone()?)));
        Self {
            tasks: tasks.collect(),
            all_tasks: gate.all_tasks,
            each_task: gate.each_task,
            candidates: gate.candidates,
            baseline: gate.baseline,
            confidence: gate.confidence,
        }
    }

    /// The same with these rules over all tasks in place of those of the files.
    pub fn replaced(self, rules: GateRules) -> Self {
        if rules.is_empty() {
            return self;
        }
        Self {
            all_tasks: Some(rules),
            each_task: None,
            tasks: BTreeMap::new(),
            ..self
        }
    }

    /// The rules of a task.
    pub fn of_task(&self, name: &str) -> Option<GateRules> {
        match (self.tasks.get(name), &self.each_task) {
            (Some(own), Some(each)) => Some(own.over(each)),
            (Some(own), None) => Some(own.clone()),
            (None, each) => each.clone(),
        }
    }

    fn all(&self) -> impl Iterator<Item = &GateRules> {
        self.all_tasks
            .iter()
            .chain(&self.each_task)
            .chain(self.tasks.values())
    }

    /// Whether a rule speaks of a baseline.
    pub fn needs_baseline(&self) -> bool {
        self.all().any(GateRules::needs_baseline)
    }

    /// Fails where nothing is checked.
    pub fn check(&self) -> Result<(), Failure> {
        if self.all().next().is_some() {
            return Ok(());
        }
        Err(Failure::Usage(
            "there is no gate rule. Write one into bench.yaml:\n  gate:\n    baseline: NAME-OF-A-RUN\n    each_task: \
             {not_worse_by: 0.03}\nor into a task (`gate: {min_score: 0.8}`), or on the command line: --margin 0.03, --min-score \
             0.8"
                .to_owned(),
        ))
    }
}
