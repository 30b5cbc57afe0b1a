//! Sums per task and candidate, and quantiles of latency.

use super::error::{Fault, StoreError};
use super::find::RunRef;
use super::keys::outcome_at;
use super::open::Store;
use super::runs::parse;
use crate::model::{Manifest, Money, Outcome};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;

/// Sums over the trials of one task and candidate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Position of the task in the manifest.
    pub task: u32,
    /// Position of the candidate in the manifest.
    pub candidate: u32,
    /// Trials that are stored.
    pub trials: u64,
    /// Trials by outcome, in the order of [`Outcome::ALL`].
    pub outcomes: [u64; Outcome::ALL.len()],
    /// Trials that pass.
    pub passed: u64,
    /// Trials answered from the store.
    pub cached: u64,
    /// Answers.
    pub answers: u64,
    /// What the answers cost when they were sent, as far as it is known; answers from the store included.
    pub cost: Money,
    /// Answers whose cost is unknown.
    pub unknown_cost: u64,
    /// What this run paid, as far as it is known.
    pub paid: Money,
    /// Answers that this run sent for and whose cost is unknown.
    pub unknown_paid: u64,
    /// Input tokens of all answers.
    pub input_tokens: u64,
    /// Output tokens of all answers, reasoning included.
    pub output_tokens: u64,
    /// Answers without token counts.
    pub unknown_tokens: u64,
    /// Latency of all answers together, in microseconds.
    pub latency_us: u64,
}

impl Store {
    /// Sums per task and candidate, in that order; pairs without a trial are left out.
    pub fn totals(&self, run: &RunRef) -> Result<Vec<Totals>, StoreError> {
        self.read(|connection| totals_on(connection, run.row))
    }

    /// Quantiles of the latency of all answers of a task and candidate, in microseconds: for each `q` in 0..=1 the
    /// smallest latency that at least that share of answers does not exceed (nearest rank). Empty where there is no
    /// answer.
    pub fn latency_quantiles(
        &self,
        run: &RunRef,
        task: u32,
        candidate: u32,
        quantiles: &[f64],
    ) -> Result<Vec<u64>, StoreError> {
        const FROM: &str = "FROM trial t JOIN completion c ON c.id = t.completion
                            WHERE t.run = ?1 AND t.task = ?2 AND t.candidate = ?3";
        self.snapshot(|tx| {
            let which = params![run.row, task, candidate];
            let count = tx.query_row(&format!("SELECT count(*) {FROM}"), which, |row| {
                row.get::<_, i64>(0)
            })?;
            if count == 0 {
                return Ok(Vec::new());
            }
            let sql = format!("SELECT c.latency_us {FROM} ORDER BY c.latency_us LIMIT 1 OFFSET ?4");
            let mut statement = tx.prepare(&sql)?;
            let mut at = |q: &f64| {
                let rank = (q.clamp(0.0, 1.0) * count as f64).ceil() as i64;
                let offset = (rank - 1).clamp(0, count - 1);
                let which = params![run.row, task, candidate, offset];
                statement
                    .query_row(which, |row| row.get::<_, i64>(0))
                    .map(i64::unsigned_abs)
            };
            Ok(quantiles.iter().map(&mut at).collect::<Result<Vec<_>, _>>()?)
        })
    }
}

pub(super) fn totals_on(connection: &Connection, run: i64) -> Result<Vec<Totals>, Fault> {
    // Summed here and not by SQL: grouping would sort all trials first, in memory that grows with them.
    let sql = "SELECT t.task, t.candidate, t.outcome, t.pass, t.from_cache, t.completion, c.cost, c.input, c.output,
                      c.latency_us
               FROM trial t LEFT JOIN completion c ON c.id = t.completion
               WHERE t.run = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([run])?;
    let mut totals: BTreeMap<(u32, u32), Totals> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let (task, candidate) = (row.get(0)?, row.get(1)?);
        let sums = totals.entry((task, candidate)).or_default();
        (sums.task, sums.candidate) = (task, candidate);
        sums.trials += 1;
        sums.outcomes[outcome_at(row.get(2)?)?.index()] += 1;
        sums.passed += u64::from(row.get::<_, Option<bool>>(3)? == Some(true));
        let from_cache: bool = row.get(4)?;
        sums.cached += u64::from(from_cache);
        if row.get::<_, Option<i64>>(5)?.is_none() {
            continue;
        }
        sums.answers += 1;
        let cost = row.get::<_, Option<i64>>(6)?.map(Money);
        sums.cost += cost.unwrap_or_default();
        sums.unknown_cost += u64::from(cost.is_none());
        if !from_cache {
            sums.paid += cost.unwrap_or_default();
            sums.unknown_paid += u64::from(cost.is_none());
        }
        let number =
            |column: usize| Ok::<_, Fault>(row.get::<_, Option<i64>>(column)?.map(i64::unsigned_abs));
        let input = number(7)?;
        sums.unknown_tokens += u64::from(input.is_none());
        sums.input_tokens += input.unwrap_or(0);
        sums.output_tokens += number(8)?.unwrap_or(0);
        sums.latency_us += number(9)?.unwrap_or(0);
    }
    let json: Option<String> = connection
        .query_row("SELECT manifest FROM run WHERE id = ?1", [run], |row| row.get(0))
        .optional()?;
    let mut totals: Vec<Totals> = totals.into_values().collect();
    if let Some(json) = json {
        let manifest: Manifest = parse("manifest", &json)?;
        for sums in totals
            .iter_mut()
            .filter(|sums| !manifest.pays_for(sums.candidate))
        {
            (sums.paid, sums.unknown_paid) = (Money::ZERO, 0);
        }
    }
    Ok(totals)
}
