//! Writes a run as one file that another store can import.

use super::error::{Fault, StoreError};
use super::find::RunRef;
use super::judgement::Judgements;
use super::lines::{HeaderLine, TrialLine, VERSION};
use super::open::Store;
use super::runs::{gone, parse};
use super::stream::{Order, each_trial};
use crate::model::RunStatus;
use rusqlite::{Connection, OptionalExtension, params};
use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::ControlFlow;

impl Store {
    /// Writes a run with everything that is stored of it: a line with the manifest, then a line for each trial in
    /// the order of their keys. The same run gives the same bytes in every store.
    pub fn export(&self, run: &RunRef, mut out: impl Write) -> Result<(), StoreError> {
        self.snapshot(|tx| {
            write_run(tx, run, true, &mut out)?;
            out.flush().map_err(told)
        })
    }
}

fn told(error: io::Error) -> Fault {
    StoreError::Export(error).into()
}

/// Writes the lines of a run; without its name where only its content matters.
pub(super) fn write_run(
    connection: &Connection,
    run: &RunRef,
    named: bool,
    out: &mut impl Write,
) -> Result<(), Fault> {
    let sql = "SELECT name, status, finished, manifest, (SELECT count(*) FROM trial WHERE run = ?1)
               FROM run WHERE id = ?1";
    type Head = (Option<String>, String, Option<String>, String, i64);
    let head: Option<Head> = connection
        .query_row(sql, params![run.row], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        })
        .optional()?;
    let (name, status, finished, manifest, trials) = head.ok_or_else(|| gone(run))?;
    let mut judgements = Judgements::of(connection, run.row)?;
    let header = HeaderLine {
        bench_run_export: VERSION,
        run: Cow::Borrowed(&run.id),
        name: name.filter(|_| named).map(Cow::Owned),
        status: RunStatus::parse(&status).ok_or_else(|| Fault::bad_record("status", &status))?,
        finished: finished.map(Cow::Owned),
        trials: trials.unsigned_abs(),
        manifest: parse("manifest", &manifest)?,
        anchors: judgements.about_anchors()?,
    };
    let mut line = Vec::new();
    write_line(&header, &mut line, out)?;
    each_trial(connection, run.row, Order::Case, |row| {
        let mut trial = TrialLine::of(row)?;
        trial.judgements = judgements.about(&row.key)?;
        write_line(&trial, &mut line, out)?;
        Ok(ControlFlow::<()>::Continue(()))
    })?;
    Ok(())
}

/// One JSON document and a line feed, in one write.
pub(super) fn write_line<T: serde::Serialize>(
    value: &T,
    line: &mut Vec<u8>,
    out: &mut impl Write,
) -> Result<(), Fault> {
    line.clear();
    serde_json::to_writer(&mut *line, value).map_err(|error| told(error.into()))?;
    line.push(b'\n');
    out.write_all(line).map_err(told)
}
