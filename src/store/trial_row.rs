//! A stored trial as the reports read it: columns at hand, documents parsed only when asked for.

use super::error::{Fault, StoreError};
use super::keys::{key_of, outcome_at};
use super::runs::{parse, sqlite_type};
use crate::model::{
    Case, Completion, CompletionRecord, Digest, Failure, Money, Outcome, ScoreEntry, TrialKey,
};
use rusqlite::Row;
use serde::Deserialize;
use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

/// A stored trial. Its texts live as long as the call that gets it.
#[derive(Clone, Copy, Debug)]
pub struct TrialRow<'a> {
    /// Which trial.
    pub key: TrialKey,
    /// The case's id.
    pub case_id: &'a str,
    /// Value of the task's cluster field.
    pub cluster: Option<&'a str>,
    /// What became of it.
    pub outcome: Outcome,
    /// The weighted mean of its scorers, where it counts in means.
    pub score: Option<f64>,
    /// Whether it passes.
    pub pass: Option<bool>,
    /// True where the answer came from the store: this trial paid nothing.
    pub from_cache: bool,
    /// What the answer cost when it was sent; `None` is unknown, or there is no answer.
    pub cost: Option<Money>,
    /// Input tokens of the answer, cached ones included.
    pub input_tokens: Option<u64>,
    /// Output tokens of the answer, reasoning included.
    pub output_tokens: Option<u64>,
    /// Latency of the answer, in microseconds.
    pub latency_us: Option<u64>,
    /// Time to the first token, in microseconds.
    pub first_token_us: Option<u64>,
    /// The answer's row.
    pub completion_id: Option<i64>,
    /// Hash of the exact request and epoch.
    pub cache_key: Option<Digest>,
    /// Whether a later run may use the answer in place of a paid call.
    pub reusable: bool,
    /// The case as JSON.
    pub case_json: &'a str,
    /// What each scorer said, as a JSON list.
    pub scores_json: &'a str,
    /// Attempts that failed, as a JSON list; `None` where there is none.
    pub failures_json: Option<&'a str>,
    /// The answer as JSON.
    pub completion_json: Option<&'a str>,
}

/// Columns of [`TrialRow::read`], in its order.
pub(super) const COLUMNS: &str =
    "t.task, t.case_pos, t.candidate, t.epoch, t.outcome, t.score, t.pass, t.from_cache,
    t.scores, t.failures, t.completion, k.case_id, k.cluster, b.json, c.cost, c.input, c.output, c.latency_us,
    c.first_token_us, c.cache_key, c.lookup IS NOT NULL, c.body";
/// Where they come from. Outer joins fix the order of the loops, and let a missing row be noticed.
pub(super) const TABLES: &str = "trial t
    LEFT JOIN run_case k ON k.run = t.run AND k.task = t.task AND k.case_pos = t.case_pos
    LEFT JOIN case_body b ON b.id = k.body
    LEFT JOIN completion c ON c.id = t.completion";

impl<'a> TrialRow<'a> {
    pub(super) fn read(row: &'a Row<'_>) -> Result<Self, Fault> {
        let key = key_of(row)?;
        let text = |column: usize| row.get_ref(column)?.as_str_or_null().map_err(sqlite_type);
        let number = |column: usize| -> Result<Option<u64>, Fault> {
            Ok(row.get::<_, Option<i64>>(column)?.map(i64::unsigned_abs))
        };
        let missing = |what: &str| {
            let TrialKey {
                task,
                case,
                candidate,
                epoch,
            } = key;
            let trial = format!("trial {task}/{case}/{candidate}/{epoch}");
            Fault::bad_record(&trial, format_args!("its {what} is missing"))
        };
        let (completion_id, completion_json): (Option<i64>, _) = (row.get(10)?, text(21)?);
        if completion_id.is_some() && completion_json.is_none() {
            return Err(missing("completion"));
        }
        Ok(Self {
            key,
            case_id: text(11)?.ok_or_else(|| missing("case"))?,
            cluster: text(12)?,
            outcome: outcome_at(row.get(4)?)?,
            score: row.get(5)?,
            pass: row.get(6)?,
            from_cache: row.get(7)?,
            cost: row.get::<_, Option<i64>>(14)?.map(Money),
            input_tokens: number(15)?,
            output_tokens: number(16)?,
            latency_us: number(17)?,
            first_token_us: number(18)?,
            completion_id,
            cache_key: row.get::<_, Option<[u8; 32]>>(19)?.map(Digest),
            reusable: row.get(20)?,
            case_json: text(13)?.ok_or_else(|| missing("case"))?,
            scores_json: text(8)?.unwrap_or("[]"),
            failures_json: text(9)?,
            completion_json,
        })
    }

    /// The case, with vars and golden output.
    pub fn case(&self) -> Result<Case, StoreError> {
        told(parse("case", self.case_json))
    }

    /// What each scorer said.
    pub fn scores(&self) -> Result<Vec<ScoreEntry>, StoreError> {
        told(parse("scores", self.scores_json))
    }

    /// Attempts that failed, in order.
    pub fn failures(&self) -> Result<Vec<Failure>, StoreError> {
        self.failures_json
            .map_or_else(|| Ok(Vec::new()), |json| told(parse("failures", json)))
    }

    /// The answer with all that came with it.
    pub fn completion(&self) -> Result<Option<Completion>, StoreError> {
        self.completion_json
            .map(|json| told(parse("completion", json)))
            .transpose()
    }

    /// The answer's text.
    pub fn output(&self) -> Result<Option<Cow<'a, str>>, StoreError> {
        #[derive(Deserialize)]
        struct Text<'t> {
            #[serde(borrow)]
            text: Cow<'t, str>,
        }
        let parsed = self
            .completion_json
            .map(|json| told(parse::<Text<'a>>("completion", json)));
        Ok(parsed.transpose()?.map(|body| body.text))
    }

    /// The answer as the engine and the scorers take it.
    pub fn completion_record(&self) -> Result<Option<CompletionRecord>, StoreError> {
        let (Some(completion), Some(cache_key)) = (self.completion()?, self.cache_key) else {
            return Ok(None);
        };
        Ok(Some(CompletionRecord {
            cache_key,
            completion: Arc::new(completion),
            cost: self.cost,
            from_cache: self.from_cache,
            stored_id: self.completion_id,
        }))
    }
}

/// Only records that cannot be read come here; they name no file.
fn told<T>(result: Result<T, Fault>) -> Result<T, StoreError> {
    result.map_err(|fault| fault.told(Path::new("")))
}
