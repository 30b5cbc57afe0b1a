//! What changed between two runs of a task, from their content hashes.

use super::Arm;
use crate::model::{Candidate, Grading, TaskEntry};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a change is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// A scorer, its options, weight, filter or code.
    Scorer,
    /// The rule by which a trial passes.
    Pass,
    /// What is done with outcomes other than `scored`.
    Treat,
    /// The form of the answer and its schema.
    Output,
    /// The variables of cases.
    Case,
    /// Golden outputs.
    Golden,
    /// Scorers of single cases.
    CaseScorer,
    /// Metadata of cases.
    Metadata,
    /// A prompt's text.
    Prompt,
    /// Sampling parameters.
    Params,
    /// The cluster field.
    Cluster,
    /// The number of epochs.
    Epochs,
}

impl ChangeKind {
    /// The word used in documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scorer => "scorer",
            Self::Pass => "pass",
            Self::Treat => "treat",
            Self::Output => "output",
            Self::Case => "case",
            Self::Golden => "golden",
            Self::CaseScorer => "case-scorer",
            Self::Metadata => "metadata",
            Self::Prompt => "prompt",
            Self::Params => "params",
            Self::Cluster => "cluster",
            Self::Epochs => "epochs",
        }
    }

    /// Whether scores before and after it are not of the same thing: other questions, or graded otherwise. A prompt and
    /// parameters belong to the candidate; that they changed may be what the comparison is about.
    pub fn breaks(self) -> bool {
        matches!(
            self,
            Self::Scorer
                | Self::Pass
                | Self::Treat
                | Self::Output
                | Self::Case
                | Self::Golden
                | Self::CaseScorer
        )
    }
}

/// A change between the two sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The task.
    pub task: Arc<str>,
    /// What changed.
    pub kind: ChangeKind,
    /// It in words.
    pub what: String,
}

/// What changed of a task between two manifests, cases left out.
pub fn task_changes(a: &TaskEntry, b: &TaskEntry) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut add = |kind, what: String| {
        changes.push(Change {
            task: a.name.clone(),
            kind,
            what,
        });
    };
    match (&a.grading, &b.grading) {
        (Some(before), Some(after)) => grading_changes(before, after, &mut add),
        _ if a.scorer_hash != b.scorer_hash => {
            add(ChangeKind::Scorer, "scorers or the pass rule changed".to_owned());
        }
        _ => {}
    }
    let field = |cluster: &Option<String>| match cluster {
        Some(field) => format!("`{field}`"),
        None => "none".to_owned(),
    };
    if a.cluster != b.cluster {
        let what = format!(
            "the cluster field was {}, now {}",
            field(&a.cluster),
            field(&b.cluster)
        );
        add(ChangeKind::Cluster, what);
    }
    if a.epochs != b.epochs {
        add(
            ChangeKind::Epochs,
            format!("epochs were {}, now {}", a.epochs, b.epochs),
        );
    }
    changes
}

fn grading_changes(before: &Grading, after: &Grading, add: &mut impl FnMut(ChangeKind, String)) {
    for scorer in &before.scorers {
        match after.scorers.iter().find(|other| other.name == scorer.name) {
            None => add(
                ChangeKind::Scorer,
                format!("scorer `{}` was removed", scorer.name),
            ),
            Some(other) if other.hash != scorer.hash => {
                let parts = [
                    (scorer.scorer != other.scorer, "kind"),
                    (scorer.options != other.options, "options"),
                    (scorer.file != other.file, "file"),
                    (scorer.imports != other.imports, "imports"),
                    (scorer.weight != other.weight, "weight"),
                    (scorer.filter != other.filter, "filter of cases"),
                ];
                let changed: Vec<&str> = parts
                    .into_iter()
                    .filter_map(|(differs, part)| differs.then_some(part))
                    .collect();
                let parts = if changed.is_empty() {
                    "text".to_owned()
                } else {
                    changed.join(", ")
                };
                add(
                    ChangeKind::Scorer,
                    format!("scorer `{}` changed ({parts})", scorer.name),
                );
            }
            Some(_) => {}
        }
    }
    for scorer in &after.scorers {
        if !before.scorers.iter().any(|other| other.name == scorer.name) {
            add(ChangeKind::Scorer, format!("scorer `{}` was added", scorer.name));
        }
    }
    let rules = [
        (
            ChangeKind::Pass,
            before.pass != after.pass,
            "the pass rule changed",
        ),
        (
            ChangeKind::Treat,
            before.treat != after.treat,
            "what is done with refusals and the like (`treat`) changed",
        ),
        (
            ChangeKind::Output,
            before.output != after.output,
            "the form of the answer (`output`) changed",
        ),
    ];
    for (kind, _, what) in rules.into_iter().filter(|(_, differs, _)| *differs) {
        add(kind, what.to_owned());
    }
}

/// What changed of a candidate that stands for the same thing on both sides: the text of its prompt, its parameters.
/// Between different models or prompts nothing is told: they are what is compared.
pub fn candidate_changes(a: (&TaskEntry, &Candidate), b: (&TaskEntry, &Candidate)) -> Vec<Change> {
    let ((task_a, a), (task_b, b)) = (a, b);
    let mut changes = Vec::new();
    let mut add = |kind, what: String| {
        changes.push(Change {
            task: task_a.name.clone(),
            kind,
            what,
        });
    };
    if a.prompt == b.prompt {
        let text = |task: &TaskEntry| {
            let prompts = task.grading.as_ref().map(|grading| &grading.prompts);
            prompts.and_then(|prompts| prompts.get(&*a.prompt).copied())
        };
        let changed = match (text(task_a), text(task_b)) {
            (Some(before), Some(after)) => before != after,
            _ => false,
        };
        if changed {
            add(ChangeKind::Prompt, format!("prompt `{}` changed", a.prompt));
        }
    }
    if a.model == b.model && a.params != b.params {
        add(
            ChangeKind::Params,
            format!("parameters of {} changed", a.model_label()),
        );
    }
    changes
}

/// Cases that differ, by what differs in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseChanges {
    /// Ids by kind of change, in the order of the cases.
    pub by_kind: BTreeMap<ChangeKind, Vec<Arc<str>>>,
}

impl CaseChanges {
    /// Notes that a case changed in that way.
    pub fn add(&mut self, kind: ChangeKind, case: &Arc<str>) {
        self.by_kind.entry(kind).or_default().push(case.clone());
    }

    /// As changes of a task: how many cases, and the first of them.
    pub fn changes(&self, task: &Arc<str>) -> Vec<Change> {
        /// Ids that are named.
        const NAMED: usize = 3;
        self.by_kind
            .iter()
            .map(|(kind, cases)| {
                let named: Vec<&str> = cases.iter().take(NAMED).map(|id| &**id).collect();
                let more = if cases.len() > NAMED { ", .." } else { "" };
                let what = match kind {
                    ChangeKind::Golden => "the golden output of",
                    ChangeKind::CaseScorer => "the scorers of",
                    ChangeKind::Metadata => "the metadata of",
                    ChangeKind::Case => "the variables of",
                    _ => "something of",
                };
                let noun = if cases.len() == 1 { "case" } else { "cases" };
                Change {
                    task: task.clone(),
                    kind: *kind,
                    what: format!(
                        "{what} {} {noun} changed ({}{more})",
                        cases.len(),
                        named.join(", ")
                    ),
                }
            })
            .collect()
    }
}

/// Ids of the shared cases whose content differs, as far as both sides know it.
pub fn case_changes(a: &Arm<'_>, b: &Arm<'_>) -> Vec<Arc<str>> {
    if std::ptr::eq(a.grid, b.grid) {
        return Vec::new();
    }
    let differs = |case: &&super::super::GridCase| {
        let other = b.grid.find_case(&case.id).and_then(|row| b.grid.cases.get(row));
        other.is_some_and(|other| case.hash != 0 && other.hash != 0 && case.hash != other.hash)
    };
    let changed = a.grid.cases.iter().filter(differs);
    changed.map(|case| case.id.clone()).collect()
}
