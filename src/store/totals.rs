//! Sums per task and candidate, and quantiles of latency, by SQL.

use super::error::{Fault, StoreError};
use super::find::RunRef;
use super::keys::outcome_at;
use super::open::Store;
use super::runs::parse;
use crate::model::{Manifest, Money, Outcome};
use rusqlite::{Connection, OptionalExtension, params};

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

/// Money is summed in two halves, because one sum of 64-bit numbers may overflow.
const SPLIT: i64 = 1_000_000_000;

fn money(high: i64, low: i64) -> Money {
    let sum = i128::from(high) * i128::from(SPLIT) + i128::from(low);
    Money(sum.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64)
}

pub(super) fn totals_on(connection: &Connection, run: i64) -> Result<Vec<Totals>, Fault> {
    let sql = "SELECT t.task, t.candidate, t.outcome, count(*), total(t.pass), sum(t.from_cache), count(t.completion),
                      ifnull(sum(c.cost / ?2), 0), ifnull(sum(c.cost % ?2), 0),
                      count(t.completion) - count(c.cost),
                      ifnull(sum(c.cost / ?2) FILTER (WHERE NOT t.from_cache), 0),
                      ifnull(sum(c.cost % ?2) FILTER (WHERE NOT t.from_cache), 0),
                      count(*) FILTER (WHERE NOT t.from_cache AND t.completion IS NOT NULL AND c.cost IS NULL),
                      ifnull(sum(c.input), 0), ifnull(sum(c.output), 0), count(t.completion) - count(c.input),
                      ifnull(sum(c.latency_us), 0)
               FROM trial t LEFT JOIN completion c ON c.id = t.completion
               WHERE t.run = ?1 GROUP BY t.task, t.candidate, t.outcome";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![run, SPLIT])?;
    let mut totals: Vec<Totals> = Vec::new();
    while let Some(row) = rows.next()? {
        let (task, candidate) = (row.get(0)?, row.get(1)?);
        if totals
            .last()
            .is_none_or(|last| (last.task, last.candidate) != (task, candidate))
        {
            totals.push(Totals {
                task,
                candidate,
                ..Totals::default()
            });
        }
        let Some(sums) = totals.last_mut() else { continue };
        let number = |column: usize| row.get::<_, i64>(column).map(i64::unsigned_abs);
        sums.trials += number(3)?;
        sums.outcomes[outcome_at(row.get(2)?)?.index()] += number(3)?;
        sums.passed += row.get::<_, f64>(4)? as u64;
        sums.cached += number(5)?;
        sums.answers += number(6)?;
        sums.cost += money(row.get(7)?, row.get(8)?);
        sums.unknown_cost += number(9)?;
        sums.paid += money(row.get(10)?, row.get(11)?);
        sums.unknown_paid += number(12)?;
        sums.input_tokens += number(13)?;
        sums.output_tokens += number(14)?;
        sums.unknown_tokens += number(15)?;
        sums.latency_us += number(16)?;
    }
    let json: Option<String> = connection
        .query_row("SELECT manifest FROM run WHERE id = ?1", [run], |row| row.get(0))
        .optional()?;
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
