//! What became of the trials of each case and candidate: one byte each.

use crate::model::Outcome;

/// No trial was recorded.
const NONE: u8 = u8::MAX;

/// Outcomes of a task, by candidate and case: the last one other than `scored`, where there is one.
#[derive(Clone, Debug, Default)]
pub struct Outcomes {
    columns: Vec<Vec<u8>>,
}

impl Outcomes {
    /// Adds the outcome of a trial.
    pub fn add(&mut self, case: usize, candidate: usize, outcome: Outcome) {
        if candidate >= self.columns.len() {
            self.columns.resize(candidate + 1, Vec::new());
        }
        let Some(column) = self.columns.get_mut(candidate) else {
            return;
        };
        if case >= column.len() {
            column.resize(case + 1, NONE);
        }
        if let Some(cell) = column.get_mut(case)
            && (*cell == NONE || outcome != Outcome::Scored)
        {
            *cell = outcome.index() as u8;
        }
    }

    /// The outcome of a case and candidate; `None` where nothing was recorded.
    pub fn at(&self, case: usize, candidate: usize) -> Option<Outcome> {
        let index = *self.columns.get(candidate)?.get(case)?;
        Outcome::ALL.get(usize::from(index)).copied()
    }
}

/// Cases whose outcome changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutcomeChange {
    /// On the first side; `None`: not recorded.
    pub from: Option<Outcome>,
    /// On the second side.
    pub to: Option<Outcome>,
    /// How many cases.
    pub cases: u64,
    /// The first of them.
    pub first: String,
}
