//! Replies of judges: how they are kept, and what they cost.

use super::encode::Inserter;
use super::error::{Fault, StoreError};
use super::find::RunRef;
use super::lines::{AnchorLine, JudgementLine};
use super::open::Store;
use super::runs::{parse, sqlite_type};
use crate::model::{Digest, JudgementKey, Money, Shown, TrialKey};
use rusqlite::{Connection, Row, Statement, params};
use std::collections::{BTreeMap, HashSet};

/// Sums over the replies of one judge scorer, or of one judge about its anchors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JudgeTotals {
    /// Position of the task in the manifest; of anchors, which belong to none, see [`JudgeTotals::is_of_anchors`].
    pub task: u32,
    /// Name of the scorer; of anchors, that of the judge.
    pub scorer: String,
    /// Replies.
    pub replies: u64,
    /// Replies that came from the store.
    pub cached: u64,
    /// What the replies cost when they were sent, as far as it is known; those from the store included.
    pub cost: Money,
    /// Replies whose cost is unknown.
    pub unknown_cost: u64,
    /// What this run paid for them, as far as it is known.
    pub paid: Money,
    /// Replies that this run sent for and whose cost is unknown.
    pub unknown_paid: u64,
    /// Input tokens.
    pub input_tokens: u64,
    /// Output tokens.
    pub output_tokens: u64,
    /// Replies without token counts.
    pub unknown_tokens: u64,
}

impl JudgeTotals {
    /// Whether the replies are about anchors.
    pub fn is_of_anchors(&self) -> bool {
        self.task == TrialKey::of_anchor(0).task
    }
}

impl Store {
    /// Sums of the replies of judges, per task and scorer, in that order.
    pub fn judge_totals(&self, run: &RunRef) -> Result<Vec<JudgeTotals>, StoreError> {
        self.read(|connection| judge_totals_on(connection, run.row))
    }
}

impl Store {
    /// Short stand-ins for the keys of the replies that a run sent for itself.
    pub fn paid_replies(&self, run: &RunRef) -> Result<HashSet<Digest>, StoreError> {
        self.read(|connection| {
            let sql =
                "SELECT task, case_pos, candidate, epoch, scorer, opponent, member, shown, ask FROM judgement
                       WHERE run = ?1 AND NOT from_cache";
            let mut statement = connection.prepare(sql)?;
            let mut rows = statement.query([run.row])?;
            let mut keys = HashSet::new();
            while let Some(row) = rows.next()? {
                keys.insert(judgement_key(row)?.digest());
            }
            Ok(keys)
        })
    }

    /// Whether anything but anchors was judged in a run.
    pub fn has_judged(&self, run: &RunRef) -> Result<bool, StoreError> {
        self.read(|connection| {
            let sql = "SELECT 1 FROM judgement WHERE run = ?1 AND task <> ?2 LIMIT 1";
            let found = connection
                .prepare(sql)?
                .exists(params![run.row, TrialKey::of_anchor(0).task])?;
            Ok(found)
        })
    }
}

pub(super) fn judge_totals_on(connection: &Connection, run: i64) -> Result<Vec<JudgeTotals>, Fault> {
    let sql = "SELECT j.task, j.scorer, j.from_cache, j.free, c.cost, c.input, c.output
               FROM judgement j LEFT JOIN completion c ON c.id = j.completion WHERE j.run = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([run])?;
    let mut totals: BTreeMap<(u32, String), JudgeTotals> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let (task, scorer): (u32, String) = (row.get(0)?, row.get(1)?);
        let sums = totals
            .entry((task, scorer.clone()))
            .or_insert_with(|| JudgeTotals {
                task,
                scorer,
                ..JudgeTotals::default()
            });
        let (from_cache, free): (bool, bool) = (row.get(2)?, row.get(3)?);
        let number =
            |column: usize| Ok::<_, Fault>(row.get::<_, Option<i64>>(column)?.map(i64::unsigned_abs));
        let cost = row.get::<_, Option<i64>>(4)?.map(Money);
        sums.replies += 1;
        sums.cached += u64::from(from_cache);
        sums.cost += cost.unwrap_or_default();
        sums.unknown_cost += u64::from(cost.is_none());
        if !from_cache && !free {
            sums.paid += cost.unwrap_or_default();
            sums.unknown_paid += u64::from(cost.is_none());
        }
        let input = number(5)?;
        sums.unknown_tokens += u64::from(input.is_none());
        sums.input_tokens += input.unwrap_or(0);
        sums.output_tokens += number(6)?.unwrap_or(0);
    }
    Ok(totals.into_values().collect())
}

/// The columns of a key behind the run.
pub(super) struct JudgementColumns<'a> {
    pub(super) trial: TrialKey,
    pub(super) scorer: &'a str,
    pub(super) opponent: i64,
    pub(super) member: u32,
    pub(super) shown: i64,
    pub(super) ask: u32,
    pub(super) from_cache: bool,
    pub(super) free: bool,
    pub(super) completion: i64,
}

pub(super) fn shown_number(shown: Shown) -> i64 {
    match shown {
        Shown::Alone => 0,
        Shown::First => 1,
        Shown::Second => 2,
    }
}

/// The key of a reply: the first nine columns of a row, in the order of the table's key.
pub(super) fn judgement_key(row: &rusqlite::Row<'_>) -> Result<JudgementKey, Fault> {
    Ok(JudgementKey {
        trial: TrialKey {
            task: row.get(0)?,
            case: row.get::<_, i64>(1)? as u64,
            candidate: row.get(2)?,
            epoch: row.get(3)?,
        },
        scorer: row.get::<_, String>(4)?.into(),
        opponent: u32::try_from(row.get::<_, i64>(5)?).ok(),
        member: row.get(6)?,
        shown: shown_at(row.get(7)?)?,
        ask: row.get(8)?,
    })
}

/// The order of that number.
pub(super) fn shown_at(number: i64) -> Result<Shown, Fault> {
    [Shown::Alone, Shown::First, Shown::Second]
        .into_iter()
        .find(|shown| shown_number(*shown) == number)
        .ok_or_else(|| Fault::bad_record("shown", number))
}

impl<'a> JudgementColumns<'a> {
    pub(super) fn of(key: &'a JudgementKey, from_cache: bool, free: bool, completion: i64) -> Self {
        Self {
            trial: key.trial,
            scorer: &key.scorer,
            opponent: key.opponent.map_or(-1, i64::from),
            member: key.member,
            shown: shown_number(key.shown),
            ask: key.ask,
            from_cache,
            free,
            completion,
        }
    }
}

/// What of a reply stands in an exported line, by `j` and `c`.
const COLUMNS: &str = "j.scorer, j.opponent, j.member, j.shown, j.ask, j.from_cache, j.free, c.cache_key,
                       c.lookup IS NOT NULL, c.cost, c.body";
const FROM: &str =
    "FROM judgement j JOIN completion c ON c.id = j.completion WHERE j.run = ?1 AND j.task = ?2";

/// Reads the replies of judges trial by trial.
pub(super) struct Judgements<'c> {
    connection: &'c Connection,
    run: i64,
    /// `None` where the run has none.
    find: Option<Statement<'c>>,
}

impl<'c> Judgements<'c> {
    pub(super) fn of(connection: &'c Connection, run: i64) -> Result<Self, Fault> {
        let any = connection
            .prepare("SELECT 1 FROM judgement WHERE run = ?1")?
            .exists([run])?;
        let sql = format!(
            "SELECT {COLUMNS} {FROM} AND j.case_pos = ?3 AND j.candidate = ?4 AND j.epoch = ?5
             ORDER BY j.scorer, j.opponent, j.member, j.shown, j.ask"
        );
        Ok(Self {
            connection,
            run,
            find: any.then(|| connection.prepare(&sql)).transpose()?,
        })
    }

    /// The replies about that trial, in the order of their keys.
    pub(super) fn about(&mut self, key: &TrialKey) -> Result<Vec<JudgementLine>, Fault> {
        let Some(find) = &mut self.find else {
            return Ok(Vec::new());
        };
        let mut rows = find.query(params![
            self.run,
            key.task,
            key.case as i64,
            key.candidate,
            key.epoch
        ])?;
        let mut lines = Vec::new();
        while let Some(row) = rows.next()? {
            lines.push(line(row)?);
        }
        Ok(lines)
    }

    /// The replies about anchors, in the order of their keys.
    pub(super) fn about_anchors(&self) -> Result<Vec<AnchorLine>, Fault> {
        if self.find.is_none() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT {COLUMNS}, j.case_pos {FROM} ORDER BY j.case_pos, j.scorer, j.opponent, j.member, j.shown, j.ask"
        );
        let mut statement = self.connection.prepare(&sql)?;
        let mut rows = statement.query(params![self.run, TrialKey::of_anchor(0).task])?;
        let mut lines = Vec::new();
        while let Some(row) = rows.next()? {
            lines.push(AnchorLine {
                anchor: row.get::<_, i64>(11)? as u64,
                reply: line(row)?,
            });
        }
        Ok(lines)
    }
}

/// The reply in a row of [`COLUMNS`].
fn line(row: &Row<'_>) -> Result<JudgementLine, Fault> {
    Ok(JudgementLine {
        scorer: row.get(0)?,
        opponent: u32::try_from(row.get::<_, i64>(1)?).ok(),
        member: row.get(2)?,
        shown: shown_at(row.get(3)?)?,
        ask: row.get(4)?,
        from_cache: row.get(5)?,
        free: row.get(6)?,
        cache_key: Digest(row.get(7)?),
        reusable: row.get(8)?,
        cost: row.get::<_, Option<i64>>(9)?.map(Money),
        body: parse("completion", row.get_ref(10)?.as_str().map_err(sqlite_type)?)?,
    })
}

impl Inserter<'_> {
    /// Adds the reply of a judge, in place of an older one to the same question.
    pub(super) fn judgement(&mut self, row: &JudgementColumns<'_>) -> rusqlite::Result<()> {
        let run = self.run;
        self.add_judgement.execute(params![
            run,
            row.trial.task,
            row.trial.case as i64,
            row.trial.candidate,
            row.trial.epoch,
            row.scorer,
            row.opponent,
            row.member,
            row.shown,
            row.ask,
            row.from_cache,
            row.free,
            row.completion,
        ])?;
        Ok(())
    }
}
