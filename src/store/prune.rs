//! Deletes runs, and what no other run needs.

use super::error::{Fault, StoreError};
use super::find::{NEWEST_FIRST, RunRef};
use super::lock::RunLock;
use super::open::Store;
use super::runs::gone;
use jiff::Timestamp;
use rusqlite::Connection;

/// Which runs go: those that every given condition allows to delete. Runs with a name, and runs that are being
/// worked on, always stay; without any condition nothing goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PruneRule {
    /// Only runs that started before this time.
    pub older_than: Option<Timestamp>,
    /// All but this many newest runs.
    pub keep: Option<u64>,
}

/// What a deletion did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Ids of the runs that are gone, newest first.
    pub runs: Vec<String>,
    /// Ids of runs that would go but that a process works on.
    pub in_use: Vec<String>,
    /// Completions that are gone.
    pub completions: u64,
    /// Bytes given back to the disk.
    pub freed: u64,
}

impl Store {
    /// The runs that [`Store::prune`] would delete, newest first.
    pub fn prunable(&self, rule: &PruneRule) -> Result<Vec<RunRef>, StoreError> {
        if *rule == PruneRule::default() {
            return Ok(Vec::new());
        }
        let keep = usize::try_from(rule.keep.unwrap_or(0)).unwrap_or(usize::MAX);
        self.read(|connection| {
            let mut statement = connection.prepare(&format!(
                "SELECT id, run_id, name, started FROM run {NEWEST_FIRST}"
            ))?;
            let mut rows = statement.query([])?;
            let (mut position, mut old) = (0, Vec::new());
            while let Some(row) = rows.next()? {
                position += 1;
                let started: String = row.get(3)?;
                let is_old = rule.older_than.is_none_or(|limit| {
                    // A start that cannot be read is no reason to delete.
                    started.parse::<Timestamp>().is_ok_and(|started| started < limit)
                });
                if is_old && position > keep && row.get_ref(2)?.as_str_or_null().is_ok_and(|n| n.is_none()) {
                    old.push(RunRef {
                        row: row.get(0)?,
                        id: row.get(1)?,
                    });
                }
            }
            Ok(old)
        })
    }

    /// Deletes old runs with their completions and cases; what another run uses stays.
    pub fn prune(&self, rule: &PruneRule) -> Result<Pruned, StoreError> {
        let mut locked = Vec::new();
        let mut in_use = Vec::new();
        for run in self.prunable(rule)? {
            match RunLock::take(self.runs_dir(), &run.id) {
                Ok(lock) => locked.push((run, lock)),
                Err(StoreError::RunInUse { run }) => in_use.push(run),
                Err(error) => return Err(error),
            }
        }
        Ok(Pruned {
            in_use,
            ..self.delete_locked(locked)?
        })
    }

    /// Deletes one run, named or not. Fails where another process works on it.
    pub fn delete(&self, run: &RunRef) -> Result<Pruned, StoreError> {
        let lock = RunLock::take(self.runs_dir(), &run.id)?;
        let pruned = self.delete_locked(vec![(run.clone(), lock)])?;
        if pruned.runs.is_empty() {
            Err(gone(run))
        } else {
            Ok(pruned)
        }
    }

    fn delete_locked(&self, locked: Vec<(RunRef, RunLock)>) -> Result<Pruned, StoreError> {
        if locked.is_empty() {
            return Ok(Pruned::default());
        }
        let (runs, completions) = self.write(|tx| {
            let mut runs = Vec::new();
            for (run, _) in &locked {
                tx.execute("DELETE FROM trial WHERE run = ?1", [run.row])?;
                tx.execute("DELETE FROM judgement WHERE run = ?1", [run.row])?;
                tx.execute("DELETE FROM run_case WHERE run = ?1", [run.row])?;
                if tx.execute(
                    "DELETE FROM run WHERE id = ?1 AND run_id = ?2",
                    (run.row, &run.id),
                )? > 0
                {
                    runs.push(run.id.clone());
                }
            }
            // A completion and the trial that uses it are always committed together, so none of these is about to be
            // used; a run that has just looked one up finds it gone and keeps its own copy.
            let unused = "DELETE FROM completion WHERE id NOT IN
                          (SELECT completion FROM trial WHERE completion IS NOT NULL
                           UNION ALL SELECT completion FROM judgement)";
            let completions = tx.execute(unused, [])?;
            tx.execute(
                "DELETE FROM case_body WHERE id NOT IN (SELECT body FROM run_case)",
                [],
            )?;
            Ok((runs, completions as u64))
        })?;
        for (run, lock) in locked {
            lock.remove(self.runs_dir(), &run.id);
        }
        let freed = self.read(shrink)?;
        Ok(Pruned {
            runs,
            in_use: Vec::new(),
            completions,
            freed,
        })
    }
}

/// Gives free pages back to the disk; returns how many bytes.
fn shrink(connection: &Connection) -> Result<u64, Fault> {
    let size = || -> rusqlite::Result<i64> {
        let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
        Ok(number("PRAGMA page_count")? * number("PRAGMA page_size")?)
    };
    let before = size()?;
    step_all(connection, "PRAGMA incremental_vacuum")?;
    let after = size()?;
    // The file itself shrinks at the next checkpoint where another process reads just now.
    step_all(connection, "PRAGMA wal_checkpoint(TRUNCATE)")?;
    Ok((before - after).max(0).unsigned_abs())
}

/// Runs a pragma to its end: each step of `incremental_vacuum` frees one page.
fn step_all(connection: &Connection, sql: &str) -> Result<(), Fault> {
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while rows.next()?.is_some() {}
    Ok(())
}
