//! Reads what judges replied in a run, one reply after the other.

use super::error::StoreError;
use super::find::RunRef;
use super::judgement::judgement_key;
use super::open::Store;
use super::runs::{parse, sqlite_type};
use crate::model::{Completion, JudgementKey, TrialKey};

impl Store {
    /// Calls `f` with each reply about outputs of a run, anchors apart, in the order of their keys.
    pub fn stream_replies(
        &self,
        run: &RunRef,
        mut f: impl FnMut(JudgementKey, &Completion),
    ) -> Result<(), StoreError> {
        self.read(|connection| {
            let sql = "SELECT j.task, j.case_pos, j.candidate, j.epoch, j.scorer, j.opponent, j.member, j.shown, j.ask, c.body
                       FROM judgement j JOIN completion c ON c.id = j.completion WHERE j.run = ?1 AND j.task <> ?2
                       ORDER BY j.task, j.case_pos, j.candidate, j.epoch, j.scorer, j.opponent, j.member, j.shown, j.ask";
            let mut statement = connection.prepare(sql)?;
            let mut rows = statement.query(rusqlite::params![run.row, TrialKey::of_anchor(0).task])?;
            while let Some(row) = rows.next()? {
                let body = row.get_ref(9)?.as_str().map_err(sqlite_type)?;
                f(judgement_key(row)?, &parse("completion", body)?);
            }
            Ok(())
        })
    }
}
