//! Reads of each trial only what statistics need: no texts, so that a million trials take seconds.

use super::error::{Fault, StoreError};
use super::find::RunRef;
use super::keys::{key_of, outcome_at};
use super::open::Store;
use super::runs::sqlite_type;
use crate::model::{Money, Outcome, TrialKey};
use std::ops::ControlFlow;

/// A stored trial without its texts.
#[derive(Clone, Copy, Debug)]
pub struct CellRow<'a> {
    /// Which trial.
    pub key: TrialKey,
    /// The case's id.
    pub case_id: &'a str,
    /// Value of the task's cluster field.
    pub cluster: Option<&'a str>,
    /// First eight bytes of the hash of the case as it was when it ran (id, variables, golden output, metadata).
    pub case_hash: u64,
    /// What became of it.
    pub outcome: Outcome,
    /// The weighted mean of its scorers, where it counts in means.
    pub score: Option<f64>,
    /// Whether it passes.
    pub pass: Option<bool>,
    /// True where the answer came from the store.
    pub from_cache: bool,
    /// What the answer cost when it was sent; `None` is unknown, or there is no answer.
    pub cost: Option<Money>,
    /// Latency of the answer in microseconds; `None` where there is no answer.
    pub latency_us: Option<u64>,
}

impl Store {
    /// Calls `f` with each stored trial of a run, by task, case, candidate and epoch, until it breaks off; returns what
    /// it broke off with, if it did.
    pub fn stream_cells<B>(
        &self,
        run: &RunRef,
        mut f: impl FnMut(&CellRow<'_>) -> ControlFlow<B>,
    ) -> Result<Option<B>, StoreError> {
        self.read(|connection| {
            let sql =
                "SELECT t.task, t.case_pos, t.candidate, t.epoch, t.outcome, t.score, t.pass, t.from_cache,
                              k.case_id, k.cluster, b.hash, c.cost, c.latency_us
                       FROM trial t
                       LEFT JOIN run_case k ON k.run = t.run AND k.task = t.task AND k.case_pos = t.case_pos
                       LEFT JOIN case_body b ON b.id = k.body
                       LEFT JOIN completion c ON c.id = t.completion
                       WHERE t.run = ?1 ORDER BY t.task, t.case_pos, t.candidate, t.epoch";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query([run.row])?;
            while let Some(row) = rows.next()? {
                let text = |column: usize| row.get_ref(column)?.as_str_or_null().map_err(sqlite_type);
                let cell = CellRow {
                    key: key_of(row)?,
                    case_id: text(8)?.ok_or_else(|| Fault::bad_record("trial", "its case is missing"))?,
                    cluster: text(9)?,
                    case_hash: row.get::<_, Option<i64>>(10)?.unwrap_or(0) as u64,
                    outcome: outcome_at(row.get(4)?)?,
                    score: row.get(5)?,
                    pass: row.get(6)?,
                    from_cache: row.get(7)?,
                    cost: row.get::<_, Option<i64>>(11)?.map(Money),
                    latency_us: row.get::<_, Option<i64>>(12)?.map(i64::unsigned_abs),
                };
                if let ControlFlow::Break(value) = f(&cell) {
                    return Ok(Some(value));
                }
            }
            Ok(None)
        })
    }
}
