//! Puts trials into their tables. All SQL of the hot path is here, prepared once.

use super::error::Fault;
use super::judgement::JudgementColumns;
use crate::model::{Case, CompletionRecord, Digest, JudgementRecord, Money, TrialKey, TrialRecord};
use rusqlite::{Connection, OptionalExtension, Statement, params};

/// Counts in columns are clipped here (19 hours in microseconds, 69 billion tokens), so that sums over a hundred
/// million hostile rows stay in range; bodies have the exact figures.
const MOST: u64 = 1 << 36;

pub(super) fn clipped(count: u64) -> i64 {
    count.min(MOST) as i64
}

/// The hash of a case as [`super::CellRow`] has it.
pub fn case_hash(case: &Case) -> u64 {
    // A case is made of texts, numbers and lists of them: it can be written.
    serde_json::to_vec(case).map_or(0, |json| Digest::of(&json).as_u64())
}

/// The first eight bytes of a hash as SQLite's kind of number.
pub(super) fn short_hash(hash: &Digest) -> i64 {
    hash.as_u64() as i64
}

/// A completion as its columns.
pub(super) struct CompletionRow<'a> {
    pub(super) cache_key: &'a Digest,
    pub(super) reusable: bool,
    pub(super) cost: Option<Money>,
    pub(super) input: Option<i64>,
    pub(super) output: Option<i64>,
    pub(super) latency_us: i64,
    pub(super) first_token_us: Option<i64>,
    pub(super) body: &'a str,
}

/// A trial as its columns.
pub(super) struct TrialColumns<'a> {
    pub(super) key: TrialKey,
    pub(super) outcome: i64,
    pub(super) score: Option<f64>,
    pub(super) pass: Option<bool>,
    pub(super) from_cache: bool,
    pub(super) completion: Option<i64>,
    pub(super) scores: &'a str,
    pub(super) failures: Option<&'a str>,
}

/// Prepared statements for one run.
pub(super) struct Inserter<'c> {
    pub(super) run: i64,
    find_body: Statement<'c>,
    add_body: Statement<'c>,
    add_case: Statement<'c>,
    find_completion: Statement<'c>,
    add_completion: Statement<'c>,
    add_trial: Statement<'c>,
    find_answer: Statement<'c>,
    pub(super) add_judgement: Statement<'c>,
}

impl<'c> Inserter<'c> {
    pub(super) fn new(connection: &'c Connection, run: i64) -> rusqlite::Result<Self> {
        Ok(Self {
            run,
            find_body: connection.prepare("SELECT id FROM case_body WHERE hash = ?1 AND json = ?2")?,
            add_body: connection.prepare("INSERT INTO case_body (hash, json) VALUES (?1, ?2)")?,
            add_case: connection.prepare("INSERT OR REPLACE INTO run_case VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?,
            find_completion: connection.prepare("SELECT 1 FROM completion WHERE id = ?1 AND cache_key = ?2")?,
            add_completion: connection.prepare(
                "INSERT INTO completion (lookup, cache_key, cost, input, output, latency_us, first_token_us, body)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?,
            add_trial: connection.prepare(
                "INSERT OR REPLACE INTO trial VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?,
            find_answer: connection.prepare(
                "SELECT completion FROM trial
                 WHERE run = ?1 AND task = ?2 AND case_pos = ?3 AND candidate = ?4 AND epoch = ?5",
            )?,
            add_judgement: connection.prepare(
                "INSERT OR REPLACE INTO judgement VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            )?,
        })
    }

    /// Adds a case of the run; its body only where no run has the same one.
    pub(super) fn case(
        &mut self,
        key: &TrialKey,
        id: &str,
        cluster: Option<&str>,
        json: &str,
    ) -> rusqlite::Result<()> {
        let hash = short_hash(&Digest::of(json.as_bytes()));
        let known = self
            .find_body
            .query_row(params![hash, json], |row| row.get::<_, i64>(0))
            .optional()?;
        let body = match known {
            Some(id) => id,
            None => self.add_body.insert(params![hash, json])?,
        };
        self.add_case
            .execute(params![self.run, key.task, key.case as i64, id, cluster, body])?;
        Ok(())
    }

    /// Whether that completion is still there, and still that of the same request.
    pub(super) fn holds(&mut self, id: i64, cache_key: &Digest) -> rusqlite::Result<bool> {
        self.find_completion.exists(params![id, cache_key.0])
    }

    /// Adds a completion, and returns its id.
    pub(super) fn completion(&mut self, row: &CompletionRow<'_>) -> rusqlite::Result<i64> {
        self.add_completion.insert(params![
            row.reusable.then(|| short_hash(row.cache_key)),
            row.cache_key.0,
            row.cost.map(|cost| cost.0),
            row.input,
            row.output,
            row.latency_us,
            row.first_token_us,
            row.body,
        ])
    }

    /// The completion of a trial that is recorded already.
    pub(super) fn answer_of(&mut self, key: &TrialKey) -> rusqlite::Result<Option<i64>> {
        let key = params![self.run, key.task, key.case as i64, key.candidate, key.epoch];
        let found = self
            .find_answer
            .query_row(key, |row| row.get::<_, Option<i64>>(0))
            .optional()?;
        Ok(found.flatten())
    }

    /// Adds a trial, in place of an older record of the same one.
    pub(super) fn trial(&mut self, row: &TrialColumns<'_>) -> rusqlite::Result<()> {
        self.add_trial.execute(params![
            self.run,
            row.key.task,
            row.key.case as i64,
            row.key.candidate,
            row.key.epoch,
            row.outcome,
            row.score,
            row.pass,
            row.from_cache,
            row.completion,
            row.scores,
            row.failures,
        ])?;
        Ok(())
    }
}

/// JSON text in a buffer that is used again and again.
#[derive(Default)]
pub(super) struct JsonBuffer(Vec<u8>);

impl JsonBuffer {
    /// The value's JSON text.
    pub(super) fn write<T: serde::Serialize + ?Sized>(&mut self, value: &T) -> Result<&str, Fault> {
        self.0.clear();
        serde_json::to_writer(&mut self.0, value)
            .map_err(|error| Fault::bad_record("writing JSON", error))?;
        std::str::from_utf8(&self.0).map_err(|error| Fault::bad_record("writing JSON", error))
    }
}

/// Turns records into rows.
#[derive(Default)]
pub(super) struct Encoder {
    body: JsonBuffer,
    scores: JsonBuffer,
    failures: JsonBuffer,
}

impl Encoder {
    /// Adds the record's case.
    pub(super) fn case(&mut self, into: &mut Inserter<'_>, record: &TrialRecord) -> Result<(), Fault> {
        let json = self.body.write(&*record.case)?;
        Ok(into.case(&record.key, &record.case.id, record.cluster.as_deref(), json)?)
    }

    /// Adds the record and its completion. Returns whether a completion was added (not referenced).
    pub(super) fn trial(
        &mut self,
        into: &mut Inserter<'_>,
        record: &TrialRecord,
        reusable: bool,
    ) -> Result<bool, Fault> {
        let (mut id, mut added) = (None, false);
        if let Some(answer) = &record.completion {
            let (known, new) = self.answer(into, answer, reusable)?;
            (id, added) = (Some(known), new);
        }
        let failures = match record.failures.as_slice() {
            [] => None,
            failures => Some(self.failures.write(failures)?),
        };
        into.trial(&TrialColumns {
            key: record.key,
            outcome: record.outcome.index() as i64,
            score: record.score,
            pass: record.pass,
            from_cache: record.completion.as_ref().is_some_and(|answer| answer.from_cache),
            completion: id,
            scores: self.scores.write(&record.scores)?,
            failures,
        })?;
        Ok(added)
    }

    /// Adds the reply of a judge. Returns whether it was added (not referenced).
    pub(super) fn judgement(
        &mut self,
        into: &mut Inserter<'_>,
        record: &JudgementRecord,
    ) -> Result<bool, Fault> {
        let (id, added) = self.answer(into, &record.reply, record.reusable)?;
        into.judgement(&JudgementColumns::of(
            &record.key,
            record.reply.from_cache,
            record.free,
            id,
        ))?;
        Ok(added)
    }

    /// The row of an answer, and whether it had to be added.
    fn answer(
        &mut self,
        into: &mut Inserter<'_>,
        answer: &CompletionRecord,
        reusable: bool,
    ) -> Result<(i64, bool), Fault> {
        match answer.stored_id {
            // A process that deletes runs may have taken it away since it was looked up.
            Some(id) if into.holds(id, &answer.cache_key)? => Ok((id, false)),
            _ => Ok((self.completion(into, answer, reusable)?, true)),
        }
    }

    fn completion(
        &mut self,
        into: &mut Inserter<'_>,
        answer: &CompletionRecord,
        reusable: bool,
    ) -> Result<i64, Fault> {
        let completion = &*answer.completion;
        Ok(into.completion(&CompletionRow {
            cache_key: &answer.cache_key,
            reusable,
            cost: answer.cost,
            input: completion.usage.map(|usage| clipped(usage.input)),
            output: completion.usage.map(|usage| clipped(usage.output)),
            latency_us: clipped(completion.latency_us),
            first_token_us: completion.first_token_us.map(clipped),
            body: self.body.write(completion)?,
        })?)
    }
}
