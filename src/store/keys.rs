//! A compact set of trials.

use super::error::{Fault, StoreError};
use super::find::RunRef;
use super::open::Store;
use crate::model::{Outcome, TrialKey};
use std::collections::HashMap;

/// Words of a chunk; it covers 512 neighbouring cases.
const WORDS: usize = 8;
const SPAN: u64 = WORDS as u64 * 64;

/// A set of trials in about one bit for each where cases are dense, and at most about 100 bytes where they are not.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    /// Bits of cases by (task, candidate, epoch, case / 512).
    chunks: HashMap<(u32, u32, u32, u64), [u64; WORDS]>,
    len: u64,
}

fn place(key: &TrialKey) -> ((u32, u32, u32, u64), usize, u64) {
    let offset = key.case % SPAN;
    let chunk = (key.task, key.candidate, key.epoch, key.case / SPAN);
    (chunk, (offset / 64) as usize, 1 << (offset % 64))
}

impl KeySet {
    /// Adds a trial; false where it was there already.
    pub fn insert(&mut self, key: &TrialKey) -> bool {
        let (chunk, word, bit) = place(key);
        let word = &mut self.chunks.entry(chunk).or_default()[word];
        let new = *word & bit == 0;
        *word |= bit;
        self.len += u64::from(new);
        new
    }

    /// Whether the trial is in the set.
    pub fn contains(&self, key: &TrialKey) -> bool {
        let (chunk, word, bit) = place(key);
        self.chunks
            .get(&chunk)
            .is_some_and(|words| words[word] & bit != 0)
    }

    /// How many trials are in the set.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether no trial is in the set.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

impl Store {
    /// The trials of a run that `bench resume` does not send again: all that are stored, without those whose outcome
    /// [is unfinished](Outcome::is_unfinished).
    pub fn finished_keys(&self, run: &RunRef) -> Result<KeySet, StoreError> {
        self.read(|connection| {
            let sql = "SELECT task, case_pos, candidate, epoch, outcome FROM trial WHERE run = ?1";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query([run.row])?;
            let mut keys = KeySet::default();
            while let Some(row) = rows.next()? {
                let outcome: i64 = row.get(4)?;
                if !outcome_at(outcome)?.is_unfinished() {
                    keys.insert(&key_of(row)?);
                }
            }
            Ok(keys)
        })
    }
}

/// The key in the first four columns.
pub(super) fn key_of(row: &rusqlite::Row<'_>) -> rusqlite::Result<TrialKey> {
    Ok(TrialKey {
        task: row.get(0)?,
        // Positions are kept bit by bit: SQLite knows signed numbers only.
        case: row.get::<_, i64>(1)? as u64,
        candidate: row.get(2)?,
        epoch: row.get(3)?,
    })
}

/// The outcome of that number.
pub(super) fn outcome_at(index: i64) -> Result<Outcome, Fault> {
    let outcome = usize::try_from(index).ok().and_then(|i| Outcome::ALL.get(i));
    outcome
        .copied()
        .ok_or_else(|| Fault::bad_record("outcome", index))
}
