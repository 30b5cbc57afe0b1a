//! Which run is meant: an id, a unique prefix, a name, `latest` or `latest~N`.

use super::error::{Fault, StoreError};
use super::open::Store;
use rusqlite::{Connection, OptionalExtension, params};

/// A run of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRef {
    /// Its row.
    pub(super) row: i64,
    /// Its id.
    pub id: String,
}

/// Newest first; runs that started at the same moment by their id.
pub(super) const NEWEST_FIRST: &str = "ORDER BY started DESC, run_id DESC";

impl Store {
    /// The run that `text` means: an exact id or name first, then `latest` or `latest~N` (the Nth before it), then a
    /// prefix of an id that only one run has.
    pub fn find_run(&self, text: &str) -> Result<RunRef, StoreError> {
        self.read(|connection| {
            if let Some(found) = exact(connection, text)? {
                return Ok(found);
            }
            if let Some(back) = steps_back(text) {
                return latest(connection, text, back);
            }
            by_prefix(connection, text)
        })
    }
}

fn run_of(row: &rusqlite::Row<'_>) -> rusqlite::Result<RunRef> {
    Ok(RunRef {
        row: row.get(0)?,
        id: row.get(1)?,
    })
}

fn exact(connection: &Connection, text: &str) -> Result<Option<RunRef>, Fault> {
    let sql = "SELECT id, run_id FROM run WHERE run_id = ?1 OR name = ?1 ORDER BY run_id = ?1 DESC LIMIT 1";
    Ok(connection.query_row(sql, [text], run_of).optional()?)
}

/// `latest` is 0, `latest~2` is 2.
pub(super) fn steps_back(text: &str) -> Option<u64> {
    match text.strip_prefix("latest")? {
        "" => Some(0),
        rest => rest.strip_prefix('~')?.parse().ok(),
    }
}

fn latest(connection: &Connection, text: &str, back: u64) -> Result<RunRef, Fault> {
    let sql = format!("SELECT id, run_id FROM run {NEWEST_FIRST} LIMIT 1 OFFSET ?1");
    let offset = i64::try_from(back).unwrap_or(i64::MAX);
    let found = connection.query_row(&sql, [offset], run_of).optional()?;
    match found {
        Some(run) => Ok(run),
        None => {
            let stored: i64 = connection.query_row("SELECT count(*) FROM run", [], |row| row.get(0))?;
            Err(StoreError::TooFewRuns {
                text: text.to_owned(),
                stored: stored.unsigned_abs(),
            }
            .into())
        }
    }
}

fn by_prefix(connection: &Connection, text: &str) -> Result<RunRef, Fault> {
    let sql = format!(
        "SELECT id, run_id, name FROM run WHERE ?1 <> '' AND substr(run_id, 1, length(?1)) = ?1 {NEWEST_FIRST}"
    );
    let mut statement = connection.prepare(&sql)?;
    let mut fitting = statement
        .query_map(params![text], |row| {
            Ok((run_of(row)?, row.get::<_, Option<String>>(2)?))
        })?
        .collect::<Result<Vec<_>, _>>()?;
    match fitting.len() {
        0 => Err(StoreError::UnknownRun {
            text: text.to_owned(),
            nearest: nearest(connection, text)?,
        }
        .into()),
        1 => Ok(fitting.remove(0).0),
        _ => {
            let matches = fitting.into_iter().map(|(run, name)| match name {
                Some(name) => format!("{} ({name})", run.id),
                None => run.id,
            });
            Err(StoreError::AmbiguousRun {
                text: text.to_owned(),
                matches: matches.collect(),
            }
            .into())
        }
    }
}

/// Names and ids that look like `text`, the closest first.
fn nearest(connection: &Connection, text: &str) -> Result<Vec<String>, Fault> {
    const CLOSE: f64 = 0.75;
    const SHOWN: usize = 3;
    let sql = "SELECT name FROM run WHERE name IS NOT NULL UNION ALL SELECT run_id FROM run UNION ALL SELECT 'latest'
               WHERE EXISTS (SELECT 1 FROM run)";
    let mut statement = connection.prepare(sql)?;
    let mut close = Vec::new();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let name: String = row.get(0)?;
        let likeness = strsim::jaro_winkler(text, &name);
        if likeness >= CLOSE {
            close.push((likeness, name));
        }
    }
    close.sort_by(|a, b| b.0.total_cmp(&a.0));
    Ok(close.into_iter().take(SHOWN).map(|(_, name)| name).collect())
}
