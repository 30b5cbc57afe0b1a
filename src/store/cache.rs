//! Finds completions by the exact request, for every run that comes after.

use super::encode::short_hash;
use super::error::{Fault, StoreError};
use super::find::RunRef;
use super::open::Store;
use crate::model::{Completion, CompletionRecord, Digest, Money, TrialKey};
use crate::port::{CompletionCache, SinkError};
use rusqlite::{OptionalExtension, params};
use std::sync::{Arc, Mutex, PoisonError};

/// Looks up completions that may be reused: answers that were paid for, of any run in the store.
///
/// The first lookup reads all keys (about 50 ns each); after that a key that is not there is denied from memory.
/// Completions of this process are found as soon as they are committed, those that other processes commit
/// meanwhile may be missed until the next start.
pub struct StoreCache {
    store: Store,
    /// Held while the filter is made.
    filling: Mutex<()>,
    /// Only completions whose row is not before this one.
    since: i64,
}

impl Store {
    /// The completions of this store as a cache.
    pub fn cache(&self) -> StoreCache {
        StoreCache {
            store: self.clone(),
            filling: Mutex::new(()),
            since: 0,
        }
    }

    /// What a run may use that is not to see what earlier runs were answered: completions that came since it started, for
    /// it paid for them itself.
    pub fn cache_of(&self, run: &RunRef) -> Result<StoreCache, StoreError> {
        let since = self.read(|connection| {
            let sql = "SELECT coalesce(
                           (SELECT min(completion) FROM (
                               SELECT completion FROM trial WHERE run = ?1 AND NOT from_cache
                               UNION ALL SELECT completion FROM judgement WHERE run = ?1 AND NOT from_cache)),
                           (SELECT max(id) + 1 FROM completion), 0)";
            Ok(connection.query_row(sql, [run.row], |row| row.get(0))?)
        })?;
        Ok(StoreCache {
            since,
            ..self.cache()
        })
    }

    /// The stored completion of a trial, for grading it again; `None` where it has none.
    pub fn completion_of(
        &self,
        run: &RunRef,
        key: &TrialKey,
    ) -> Result<Option<CompletionRecord>, StoreError> {
        self.read(|connection| {
            let sql = "SELECT c.id, c.cost, c.body, c.cache_key, t.from_cache
                       FROM trial t JOIN completion c ON c.id = t.completion
                       WHERE t.run = ?1 AND t.task = ?2 AND t.case_pos = ?3 AND t.candidate = ?4 AND t.epoch = ?5";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows =
                statement.query(params![run.row, key.task, key.case as i64, key.candidate, key.epoch])?;
            let Some(row) = rows.next()? else { return Ok(None) };
            let (cache_key, from_cache) = (Digest(row.get(3)?), row.get(4)?);
            record_of(row, cache_key, from_cache).map(Some)
        })
    }
}

/// The record in a row of id, cost and body.
fn record_of(
    row: &rusqlite::Row<'_>,
    cache_key: Digest,
    from_cache: bool,
) -> Result<CompletionRecord, Fault> {
    let id: i64 = row.get(0)?;
    let body = row
        .get_ref(2)?
        .as_str()
        .map_err(|error| Fault::bad_record("completion", error))?;
    let completion: Completion =
        serde_json::from_str(body).map_err(|error| Fault::bad_record(&format!("completion {id}"), error))?;
    Ok(CompletionRecord {
        cache_key,
        completion: Arc::new(completion),
        cost: row.get::<_, Option<i64>>(1)?.map(Money),
        from_cache,
        stored_id: Some(id),
    })
}

impl StoreCache {
    fn find(&self, key: &Digest) -> Result<Option<CompletionRecord>, StoreError> {
        let filter = self.store.filter();
        let may_hold = match filter.may_hold(key.as_u64()) {
            Some(answer) => answer,
            None => {
                self.fill()?;
                true
            }
        };
        if !may_hold {
            return Ok(None);
        }
        self.store.read(|connection| {
            let sql =
                "SELECT id, cost, body FROM completion WHERE lookup = ?1 AND cache_key = ?2 AND id >= ?3
                       ORDER BY id DESC LIMIT 1";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query(params![short_hash(key), key.0, self.since])?;
            rows.next()?.map(|row| record_of(row, *key, true)).transpose()
        })
    }

    fn fill(&self) -> Result<(), StoreError> {
        let _one = self.filling.lock().unwrap_or_else(PoisonError::into_inner);
        self.store.read(|connection| {
            let sql = "SELECT count(*) FROM completion WHERE lookup IS NOT NULL";
            let count: Option<i64> = connection.query_row(sql, [], |row| row.get(0)).optional()?;
            self.store
                .filter()
                .fill(count.unwrap_or(0).unsigned_abs(), |add| {
                    let mut statement =
                        connection.prepare("SELECT lookup FROM completion WHERE lookup IS NOT NULL")?;
                    let mut rows = statement.query([])?;
                    while let Some(row) = rows.next()? {
                        add(row.get::<_, i64>(0)? as u64);
                    }
                    Ok(())
                })
        })
    }
}

impl CompletionCache for StoreCache {
    fn get(&self, key: &Digest) -> Result<Option<CompletionRecord>, SinkError> {
        self.find(key).map_err(SinkError::from)
    }
}
