//! Replaces the scores of a run, for `bench score`.

use super::encode::{Inserter, JsonBuffer};
use super::error::{Fault, StoreError};
use super::find::RunRef;
use super::lock::RunLock;
use super::open::{Store, write_on};
use super::runs::{changed, keep_counts};
use super::writer::manifest_json;
use crate::model::{Case, Manifest, Outcome, ScoreEntry, TrialKey};
use rusqlite::{Connection, params};
use std::sync::Arc;

/// A trial graded again. What was answered and paid does not change.
#[derive(Clone, Debug)]
pub struct ScoreUpdate {
    /// Which trial.
    pub key: TrialKey,
    /// What becomes of it.
    pub outcome: Outcome,
    /// The weighted mean of its scorers, where it counts in means.
    pub score: Option<f64>,
    /// Whether it passes.
    pub pass: Option<bool>,
    /// What each scorer says.
    pub scores: Vec<ScoreEntry>,
    /// The case with its cluster as they are now, where they changed (a corrected golden output).
    pub case: Option<(Arc<Case>, Option<Arc<str>>)>,
}

impl Store {
    /// Replaces the scores of a run's trials, and its manifest (with the new scorer hashes), all at once or not at all.
    /// Trials without an update keep their scores; updates of trials that are not stored are ignored. An error among the
    /// updates is returned, and nothing is changed.
    ///
    /// `updates` may take its time: they gather in a temporary file, and the store is locked only at the end. Fails
    /// where another process works on the run.
    pub fn update_scores(
        &self,
        run: &RunRef,
        manifest: &Manifest,
        updates: impl IntoIterator<Item = Result<ScoreUpdate, StoreError>>,
    ) -> Result<(), StoreError> {
        let _lock = RunLock::take(self.runs_dir(), &run.id)?;
        let manifest = manifest_json(manifest)?;
        // A connection of its own, with which the temporary table vanishes.
        let connection = self.connect()?;
        let mut stopped = None;
        let whole = updates
            .into_iter()
            .map_while(|update| update.map_err(|error| stopped = Some(error)).ok());
        gather(&connection, whole).map_err(|fault| fault.told(self.path()))?;
        if let Some(error) = stopped {
            return Err(error);
        }
        apply(&connection, run, &manifest).map_err(|fault| fault.told(self.path()))
    }
}

fn gather(connection: &Connection, updates: impl IntoIterator<Item = ScoreUpdate>) -> Result<(), Fault> {
    connection.execute_batch(
        "CREATE TEMP TABLE graded (
            task INTEGER, case_pos INTEGER, candidate INTEGER, epoch INTEGER, outcome INTEGER, score REAL, pass INTEGER,
            scores TEXT, case_id TEXT, cluster TEXT, json TEXT, PRIMARY KEY (task, case_pos, candidate, epoch)
         ) STRICT, WITHOUT ROWID;
         BEGIN",
    )?;
    let sql = "INSERT OR REPLACE INTO temp.graded VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    let mut insert = connection.prepare(sql)?;
    let (mut scores, mut json) = (JsonBuffer::default(), JsonBuffer::default());
    for update in updates {
        let TrialKey {
            task,
            case,
            candidate,
            epoch,
        } = update.key;
        let (case_id, cluster, body) = match &update.case {
            Some((case, cluster)) => (Some(&*case.id), cluster.as_deref(), Some(json.write(&**case)?)),
            None => (None, None, None),
        };
        insert.execute(params![
            task,
            case as i64,
            candidate,
            epoch,
            update.outcome.index() as i64,
            update.score,
            update.pass,
            scores.write(&update.scores)?,
            case_id,
            cluster,
            body,
        ])?;
    }
    Ok(connection.execute_batch("COMMIT")?)
}

fn apply(connection: &Connection, run: &RunRef, manifest: &str) -> Result<(), Fault> {
    write_on(connection, |tx| {
        let sql = "UPDATE run SET manifest = ?2 WHERE id = ?1";
        changed(run, tx.execute(sql, params![run.row, manifest])?)?;
        tx.execute(
            "UPDATE trial SET outcome = g.outcome, score = g.score, pass = g.pass, scores = g.scores
             FROM temp.graded g WHERE trial.run = ?1 AND trial.task = g.task AND trial.case_pos = g.case_pos
             AND trial.candidate = g.candidate AND trial.epoch = g.epoch",
            [run.row],
        )?;
        let mut inserter = Inserter::new(tx, run.row)?;
        let mut cases = tx.prepare(
            "SELECT DISTINCT g.task, g.case_pos, g.case_id, g.cluster, g.json FROM temp.graded g
             JOIN run_case k ON k.run = ?1 AND k.task = g.task AND k.case_pos = g.case_pos
             WHERE g.json IS NOT NULL",
        )?;
        let mut rows = cases.query([run.row])?;
        while let Some(row) = rows.next()? {
            let key = TrialKey {
                task: row.get(0)?,
                case: row.get::<_, i64>(1)? as u64,
                candidate: 0,
                epoch: 0,
            };
            let (id, cluster): (String, Option<String>) = (row.get(2)?, row.get(3)?);
            inserter.case(&key, &id, cluster.as_deref(), &row.get::<_, String>(4)?)?;
        }
        keep_counts(tx, run.row)
    })
}
