//! The list of runs, and what is known of one beside its trials.

use super::error::{Fault, StoreError};
use super::find::{NEWEST_FIRST, RunRef, steps_back};
use super::judgement::judge_totals_on;
use super::lock::RunLock;
use super::open::Store;
use super::totals::totals_on;
use crate::model::{Corrections, Manifest, Money, Outcome, RunStatus};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};

/// How far a run came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunCounts {
    /// Trials that are stored.
    pub trials: u64,
    /// Trials by outcome, in the order of [`Outcome::ALL`].
    pub outcomes: [u64; Outcome::ALL.len()],
    /// Trials that pass.
    pub passed: u64,
    /// Trials answered from the store.
    pub cached: u64,
    /// What this run paid, judges included, as far as it is known.
    pub paid: Money,
    /// Paid answers whose cost is unknown; where it is not 0, `paid` is a lower bound.
    pub unknown_cost: u64,
    /// What of it judges were paid.
    #[serde(default)]
    pub judges_paid: Money,
    /// Replies of judges.
    #[serde(default)]
    pub judgements: u64,
}

/// A run in the list of runs.
#[derive(Clone, Debug)]
pub struct RunInfo {
    /// The run.
    pub run: RunRef,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Its status. One that nobody works on any more is `interrupted`, even if it could not say so itself.
    pub status: RunStatus,
    /// Start, RFC 3339 in UTC.
    pub started: String,
    /// End, where it has ended.
    pub finished: Option<String>,
    /// Trials that were planned.
    pub planned: u64,
    /// Names of its tasks.
    pub tasks: Vec<String>,
    /// True where all candidates are simulated, so that nothing was paid in truth.
    pub simulated: bool,
    /// How far it came.
    pub counts: RunCounts,
}

impl Store {
    /// All runs, newest first.
    pub fn runs(&self) -> Result<Vec<RunInfo>, StoreError> {
        self.infos(&format!("{LIST} {NEWEST_FIRST}"), [])
    }

    /// One run, as in the list.
    pub fn run_info(&self, run: &RunRef) -> Result<RunInfo, StoreError> {
        let mut found = self.infos(&format!("{LIST} WHERE id = ?1"), [run.row])?;
        found.pop().ok_or_else(|| gone(run))
    }

    fn infos(&self, sql: &str, params: impl rusqlite::Params) -> Result<Vec<RunInfo>, StoreError> {
        self.snapshot(|tx| {
            let mut statement = tx.prepare(sql)?;
            let mut rows = statement.query(params)?;
            let mut runs = Vec::new();
            while let Some(row) = rows.next()? {
                runs.push(self.info(tx, row)?);
            }
            Ok(runs)
        })
    }

    fn info(&self, connection: &Connection, row: &rusqlite::Row<'_>) -> Result<RunInfo, Fault> {
        let run = RunRef {
            row: row.get(0)?,
            id: row.get(1)?,
        };
        let status: String = row.get(5)?;
        let mut status = RunStatus::parse(&status).ok_or_else(|| Fault::bad_record("status", status))?;
        if status == RunStatus::Running && !RunLock::is_held(self.runs_dir(), &run.id) {
            status = RunStatus::Interrupted;
        }
        let outline: Outline = parse("manifest", row.get_ref(6)?.as_str().map_err(sqlite_type)?)?;
        let counts = match row.get_ref(7)?.as_str_or_null().map_err(sqlite_type)? {
            Some(json) => parse("counts", json)?,
            None => counts_of(connection, run.row)?,
        };
        Ok(RunInfo {
            run,
            name: row.get(2)?,
            status,
            started: row.get(3)?,
            finished: row.get(4)?,
            planned: outline.trials,
            simulated: !outline.candidates.is_empty()
                && outline.candidates.iter().all(|candidate| candidate.simulated),
            tasks: outline.tasks.into_iter().map(|task| task.name).collect(),
            counts,
        })
    }

    /// What was run.
    pub fn manifest(&self, run: &RunRef) -> Result<Manifest, StoreError> {
        self.read(|connection| {
            let sql = "SELECT manifest FROM run WHERE id = ?1";
            let json: Option<String> = connection
                .query_row(sql, [run.row], |row| row.get(0))
                .optional()?;
            parse("manifest", &json.ok_or_else(|| gone(run))?)
        })
    }

    /// Keeps in a run's manifest what judges said, corrected by labels.
    pub fn set_corrections(&self, run: &RunRef, corrections: &[Corrections]) -> Result<(), StoreError> {
        self.write(|tx| {
            let sql = "SELECT manifest FROM run WHERE id = ?1";
            let json: Option<String> = tx.query_row(sql, [run.row], |row| row.get(0)).optional()?;
            let mut manifest: Manifest = parse("manifest", &json.ok_or_else(|| gone(run))?)?;
            manifest.corrections = corrections.to_vec();
            let json =
                serde_json::to_string(&manifest).map_err(|error| Fault::bad_record("manifest", error))?;
            let sql = "UPDATE run SET manifest = ?2 WHERE id = ?1";
            changed(run, tx.execute(sql, params![run.row, json])?)
        })
    }

    /// Gives a run a name, or takes it away.
    ///
    /// A name is 1 to 100 characters long, none of them a control character, not `latest`, and neither the id nor the
    /// name of another run.
    pub fn set_name(&self, run: &RunRef, name: Option<&str>) -> Result<(), StoreError> {
        self.write(|tx| {
            if let Some(name) = name {
                check_name(tx, name, Some(run.row))?;
            }
            changed(
                run,
                tx.execute("UPDATE run SET name = ?2 WHERE id = ?1", params![run.row, name])?,
            )
        })
    }

    /// Sets how a run ended, and when (RFC 3339 in UTC), and keeps its counts.
    pub fn set_status(
        &self,
        run: &RunRef,
        status: RunStatus,
        finished: Option<&str>,
    ) -> Result<(), StoreError> {
        self.write(|tx| {
            let sql = "UPDATE run SET status = ?2, finished = ?3 WHERE id = ?1";
            changed(run, tx.execute(sql, params![run.row, status.name(), finished])?)?;
            keep_counts(tx, run.row)
        })
    }
}

const LIST: &str = "SELECT id, run_id, name, started, finished, status, manifest, counts FROM run";

/// The few fields of a manifest that the list shows.
#[derive(Deserialize)]
struct Outline {
    trials: u64,
    tasks: Vec<OutlineTask>,
    candidates: Vec<OutlineCandidate>,
}

#[derive(Deserialize)]
struct OutlineCandidate {
    simulated: bool,
}

#[derive(Deserialize)]
struct OutlineTask {
    name: String,
}

/// Counts the trials of a run and writes the figures into its row, so that a list of runs need not count again.
pub(super) fn keep_counts(tx: &Transaction<'_>, run: i64) -> Result<(), Fault> {
    let counts = counts_of(tx, run)?;
    let json = serde_json::to_string(&counts).map_err(|error| Fault::bad_record("counts", error))?;
    tx.execute("UPDATE run SET counts = ?2 WHERE id = ?1", params![run, json])?;
    Ok(())
}

fn counts_of(connection: &Connection, run: i64) -> Result<RunCounts, Fault> {
    let mut counts = RunCounts::default();
    for group in totals_on(connection, run)? {
        for (sum, n) in counts.outcomes.iter_mut().zip(group.outcomes) {
            *sum += n;
        }
        counts.trials += group.trials;
        counts.passed += group.passed;
        counts.cached += group.cached;
        counts.paid += group.paid;
        counts.unknown_cost += group.unknown_paid;
    }
    for group in judge_totals_on(connection, run)? {
        counts.judgements += group.replies;
        counts.judges_paid += group.paid;
        counts.paid += group.paid;
        counts.unknown_cost += group.unknown_paid;
    }
    Ok(counts)
}

pub(super) fn check_name(tx: &Transaction<'_>, name: &str, run: Option<i64>) -> Result<(), Fault> {
    let bad = |why| {
        Err(StoreError::BadName {
            name: name.chars().take(100).collect(),
            why,
        }
        .into())
    };
    if name.trim().is_empty() || name.chars().count() > 100 {
        return bad("a name has 1 to 100 characters");
    }
    if name.chars().any(char::is_control) || name.trim() != name {
        return bad("a name has no control characters, and no spaces around it");
    }
    if steps_back(name).is_some() {
        return bad("`latest` always means the newest run");
    }
    let sql = "SELECT id, run_id FROM run WHERE name = ?1 OR run_id = ?1";
    let mut statement = tx.prepare(sql)?;
    let mut rows = statement.query([name])?;
    while let Some(row) = rows.next()? {
        if Some(row.get::<_, i64>(0)?) != run {
            return Err(StoreError::NameTaken {
                name: name.to_owned(),
                run: row.get(1)?,
            }
            .into());
        }
    }
    Ok(())
}

pub(super) fn gone(run: &RunRef) -> StoreError {
    StoreError::UnknownRun {
        text: run.id.clone(),
        nearest: Vec::new(),
    }
}

pub(super) fn changed(run: &RunRef, rows: usize) -> Result<(), Fault> {
    if rows == 0 { Err(gone(run).into()) } else { Ok(()) }
}

pub(super) fn parse<'a, T: Deserialize<'a>>(what: &str, json: &'a str) -> Result<T, Fault> {
    serde_json::from_str(json).map_err(|error| Fault::bad_record(what, error))
}

pub(super) fn sqlite_type(error: rusqlite::types::FromSqlError) -> Fault {
    Fault::bad_record("column", error)
}
