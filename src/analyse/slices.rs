//! Leaderboards by the values of a field of the cases: for exploration, since the values were not chosen beforehand.

use super::contest::Contest;
use super::tally::ALPHA;
use super::{Answer, TrialView};
use crate::stats::{Estimate, PairedEstimate, benjamini_hochberg};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Values of a field that are kept for a task, the first that come: a bound on memory.
const MOST_SLICES: usize = 100;
/// Names of fields that are kept for a hint.
const MOST_FIELDS: usize = 100;

/// The slices of a task.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Slices {
    /// The field.
    pub field: String,
    /// One for each value, in the order of the values.
    pub slices: Vec<Slice>,
    /// Cases that do not have the field.
    pub without: u64,
    /// Cases whose value came after the first [`MOST_SLICES`], and which are in no slice.
    pub beyond: u64,
    /// The candidate that the others are compared with: the task's leader.
    pub reference: Option<u32>,
}

/// The cases with one value.
#[derive(Clone, Debug, PartialEq)]
pub struct Slice {
    /// The value.
    pub value: String,
    /// Cases.
    pub cases: u64,
    /// The candidates, in the order of the manifest.
    pub rows: Vec<SliceRow>,
}

/// A candidate in a slice.
#[derive(Clone, Debug, PartialEq)]
pub struct SliceRow {
    /// Position in the manifest.
    pub candidate: u32,
    /// Mean score over the cases of the slice.
    pub score: Estimate,
    /// The candidate minus the task's leader, on these cases; `None` for the leader itself.
    pub difference: Option<PairedEstimate>,
    /// p of "no difference", adjusted over all slices and candidates of the task (Benjamini and Hochberg).
    pub p_bh: Option<f64>,
}

/// The field that slices are made by, and others that cases have.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SliceField {
    /// The field.
    pub name: String,
    /// Fields that were seen, as a hint.
    pub known: Vec<String>,
}

/// What is summed while the trials come.
#[derive(Clone, Debug)]
pub(super) struct SliceSums {
    field: String,
    fields: BTreeSet<String>,
    tasks: Vec<TaskSums>,
    /// Values of the case whose trials are coming in.
    current: Vec<String>,
}

#[derive(Clone, Debug, Default)]
struct TaskSums {
    slices: BTreeMap<String, (u64, Contest)>,
    without: u64,
    beyond: u64,
}

impl SliceSums {
    pub(super) fn new(field: &str, tasks: usize) -> Self {
        Self {
            field: field.to_owned(),
            fields: BTreeSet::new(),
            tasks: vec![TaskSums::default(); tasks],
            current: Vec::new(),
        }
    }

    /// Notes the values of a case whose first trial came.
    pub(super) fn open(&mut self, view: &TrialView<'_>) {
        let maps = [view.vars, view.meta];
        for name in maps.iter().flatten().flat_map(|map| map.keys()) {
            if self.fields.len() < MOST_FIELDS && !self.fields.contains(name) {
                self.fields.insert(name.clone());
            }
        }
        let value = maps.iter().flatten().find_map(|map| map.get(&self.field));
        self.current = match value {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(values)) => values.iter().map(text).collect(),
            Some(value) => vec![text(value)],
        };
        self.current.sort_unstable();
        self.current.dedup();
    }

    /// Adds that case.
    pub(super) fn add(
        &mut self,
        task: usize,
        values: &[Option<f64>],
        cluster: Option<u32>,
        (clustered, repeated): (bool, bool),
    ) {
        let Some(sums) = self.tasks.get_mut(task) else {
            return;
        };
        sums.without += u64::from(self.current.is_empty());
        for value in &self.current {
            if sums.slices.len() >= MOST_SLICES && !sums.slices.contains_key(value) {
                sums.beyond += 1;
                continue;
            }
            let slice = sums.slices.entry(value.clone());
            let (cases, contest) = slice.or_insert_with(|| (0, Contest::new(values.len(), clustered)));
            *cases += 1;
            contest.add(values, cluster, repeated);
        }
    }

    /// The slices of each task, whose answers and candidates are known by now.
    pub(super) fn finish(self, answers: &[Answer], columns: &[Vec<u32>]) -> (SliceField, Vec<Slices>) {
        let field = self.field;
        let tasks = self.tasks.into_iter().zip(answers).zip(columns);
        let slices = tasks
            .map(|((sums, answer), columns)| sums.finish(&field, answer, columns))
            .collect();
        let known = self.fields.into_iter().collect();
        (SliceField { name: field, known }, slices)
    }
}

impl TaskSums {
    fn finish(self, field: &str, answer: &Answer, candidates: &[u32]) -> Slices {
        let reference = answer.leaders.first().copied();
        let leader = candidates
            .iter()
            .position(|candidate| Some(*candidate) == reference);
        let mut slices: Vec<Slice> = self
            .slices
            .into_iter()
            .map(|(value, (cases, contest))| Slice {
                value,
                cases,
                rows: candidates
                    .iter()
                    .enumerate()
                    .map(|(column, candidate)| SliceRow {
                        candidate: *candidate,
                        score: contest.estimate(column, cases),
                        difference: leader.and_then(|leader| against(&contest, column, leader, cases)),
                        p_bh: None,
                    })
                    .collect(),
            })
            .collect();
        let number = |slice: &Slice| slice.value.parse::<f64>().ok();
        if slices.iter().all(|slice| number(slice).is_some()) {
            slices.sort_by(|a, b| number(a).unwrap_or(0.0).total_cmp(&number(b).unwrap_or(0.0)));
        }
        let p = |row: &SliceRow| row.difference.as_ref().and_then(|difference| difference.p);
        let tests = slices.iter().flat_map(|slice| &slice.rows).filter_map(p);
        let mut adjusted = benjamini_hochberg(&tests.collect::<Vec<f64>>()).into_iter();
        for row in slices.iter_mut().flat_map(|slice| &mut slice.rows) {
            if p(row).is_some() {
                row.p_bh = adjusted.next();
            }
        }
        Slices {
            field: field.to_owned(),
            slices,
            without: self.without,
            beyond: self.beyond,
            reference,
        }
    }
}

/// A candidate minus the leader.
fn against(contest: &Contest, column: usize, leader: usize, cases: u64) -> Option<PairedEstimate> {
    let sums = contest.pair(column.min(leader), column.max(leader))?;
    let estimate = sums.estimate(ALPHA, cases.saturating_sub(sums.cases()));
    Some(if column < leader {
        estimate
    } else {
        estimate.reversed()
    })
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
