//! Reads the trials of a run one after the other; memory does not grow with their number.

use super::error::{Fault, StoreError};
use super::find::RunRef;
use super::open::Store;
use super::trial_row::{COLUMNS, TABLES, TrialRow};
use rusqlite::Connection;
use std::ops::ControlFlow;

/// In which order trials are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// By task, case, candidate, epoch: as they are stored.
    #[default]
    Case,
    /// By task, candidate, case, epoch: sorted first, on disk where there are many.
    Candidate,
}

impl Store {
    /// Calls `f` with each stored trial of a run until it breaks off; returns what it broke off with, if it did. All
    /// trials are of one moment, whatever is written meanwhile.
    pub fn stream_trials<B>(
        &self,
        run: &RunRef,
        order: Order,
        f: impl FnMut(&TrialRow<'_>) -> ControlFlow<B>,
    ) -> Result<Option<B>, StoreError> {
        let mut f = f;
        self.read(|connection| each_trial(connection, run.row, order, |row| Ok(f(row))))
    }

    /// The stored trials of the case with that id, as [`Store::stream_trials`] gives those of all.
    pub fn stream_case<B>(
        &self,
        run: &RunRef,
        task: u32,
        case: &str,
        f: impl FnMut(&TrialRow<'_>) -> ControlFlow<B>,
    ) -> Result<Option<B>, StoreError> {
        let mut f = f;
        self.read(|connection| {
            let sql = format!(
                "SELECT {COLUMNS} FROM {TABLES} WHERE t.run = ?1 AND t.task = ?2 AND t.case_pos IN
                 (SELECT case_pos FROM run_case WHERE run = ?1 AND task = ?2 AND case_id = ?3) ORDER BY t.candidate, t.epoch"
            );
            let mut statement = connection.prepare_cached(&sql)?;
            let mut rows = statement.query(rusqlite::params![run.row, task, case])?;
            while let Some(row) = rows.next()? {
                if let ControlFlow::Break(value) = f(&TrialRow::read(row)?) {
                    return Ok(Some(value));
                }
            }
            Ok(None)
        })
    }
}

pub(super) fn each_trial<B>(
    connection: &Connection,
    run: i64,
    order: Order,
    mut f: impl FnMut(&TrialRow<'_>) -> Result<ControlFlow<B>, Fault>,
) -> Result<Option<B>, Fault> {
    let order = match order {
        Order::Case => "t.task, t.case_pos, t.candidate, t.epoch",
        Order::Candidate => "t.task, t.candidate, t.case_pos, t.epoch",
    };
    let sql = format!("SELECT {COLUMNS} FROM {TABLES} WHERE t.run = ?1 ORDER BY {order}");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([run])?;
    while let Some(row) = rows.next()? {
        if let ControlFlow::Break(value) = f(&TrialRow::read(row)?)? {
            return Ok(Some(value));
        }
    }
    Ok(None)
}
