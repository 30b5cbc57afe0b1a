//! The writer thread: takes what is queued into one transaction, commits, and answers everybody in it.

use super::encode::{Encoder, Inserter};
use super::error::Fault;
use super::filter::Filter;
use super::keys::KeySet;
use super::open::retry;
use crate::model::{Digest, JudgementRecord, TrialKey, TrialRecord};
use crate::port::SinkError;
use rusqlite::Connection;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use tokio::sync::{mpsc, oneshot};

/// Most records in one transaction.
const MOST_RECORDS: usize = 512;

/// What is taken to disk.
pub(super) enum Record {
    /// A trial; `again` where its answer is that of its earlier record.
    Trial { record: Box<TrialRecord>, again: bool },
    /// The reply of a judge.
    Judgement(Box<JudgementRecord>),
}

/// A record that waits for its commit, and who waits for it.
pub(super) struct Job {
    pub(super) record: Record,
    pub(super) done: oneshot::Sender<Reply>,
}

/// What became of a record, and of the others in its transaction.
///
/// One caller gets the reply from the thread and passes it on to the rest when this is dropped: from inside the
/// runtime that is cheap, while each wake-up from outside may cost a system call. A caller that has given up drops it
/// just the same.
pub(super) struct Reply {
    pub(super) result: Result<(), SinkError>,
    rest: Vec<oneshot::Sender<Reply>>,
}

impl Reply {
    /// Tells everybody in `waiting`, and empties it.
    fn to_all(result: Result<(), SinkError>, waiting: &mut Vec<oneshot::Sender<Self>>) {
        if let Some(first) = waiting.pop() {
            // Where the first has given up, the reply comes back and is passed on from here.
            let _ = first.send(Self {
                result,
                rest: std::mem::take(waiting),
            });
        }
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        for done in self.rest.drain(..) {
            // Whoever waited may have given up.
            let _ = done.send(Self {
                result: self.result.clone(),
                rest: Vec::new(),
            });
        }
    }
}

/// Everything that the thread owns.
pub(super) struct Queue {
    pub(super) path: PathBuf,
    pub(super) connection: Connection,
    pub(super) run: i64,
    /// Whether completions may be reused, by candidate.
    pub(super) reusable: Vec<bool>,
    pub(super) filter: Arc<Filter>,
    /// The first error; nothing is written after it.
    pub(super) failure: Arc<OnceLock<SinkError>>,
    pub(super) jobs: mpsc::Receiver<Job>,
}

/// What one transaction gathers.
#[derive(Default)]
struct Batch {
    waiting: Vec<oneshot::Sender<Reply>>,
    keys: Vec<Digest>,
}

impl Queue {
    /// Works until the channel is closed and empty. After an error it answers every further record with that error.
    pub(super) fn work(mut self) {
        let mut batch = Batch::default();
        if let Err(fault) = self.write(&mut batch) {
            let error = SinkError::from(fault.told(&self.path));
            let error = self.failure.get_or_init(|| error).clone();
            // Lets go of the write lock; SQLite may have rolled back by itself.
            let _ = self.connection.execute_batch("ROLLBACK");
            Reply::to_all(Err(error.clone()), &mut batch.waiting);
            while let Some(job) = self.jobs.blocking_recv() {
                Reply::to_all(Err(error.clone()), &mut vec![job.done]);
            }
        }
    }

    fn write(&mut self, batch: &mut Batch) -> Result<(), Fault> {
        let connection = &self.connection;
        let mut begin = connection.prepare("BEGIN IMMEDIATE")?;
        let mut commit = connection.prepare("COMMIT")?;
        let mut inserter = Inserter::new(connection, self.run)?;
        let mut encoder = Encoder::default();
        let mut cases = KeySet::default();
        while let Some(first) = self.jobs.blocking_recv() {
            let mut next = Some(first);
            let begun = retry(|| Ok(begin.execute([])?));
            if begun.is_err() {
                batch.waiting.extend(next.take().map(|job| job.done));
            }
            begun?;
            while let Some(Job { record, done }) = next.take() {
                batch.waiting.push(done);
                if batch.waiting.len() < MOST_RECORDS {
                    next = self.jobs.try_recv().ok();
                }
                let (mut record, again) = match record {
                    Record::Trial { record, again } => (record, again),
                    Record::Judgement(record) => {
                        if encoder.judgement(&mut inserter, &record)? && record.reusable {
                            batch.keys.push(record.reply.cache_key);
                        }
                        continue;
                    }
                };
                let key = TrialKey {
                    candidate: 0,
                    epoch: 0,
                    ..record.key
                };
                if cases.insert(&key) {
                    encoder.case(&mut inserter, &record)?;
                }
                if let Some(answer) = record.completion.as_mut().filter(|_| again) {
                    answer.stored_id = inserter.answer_of(&record.key)?;
                }
                let reusable = !record.outcome.is_unfinished()
                    && self
                        .reusable
                        .get(record.key.candidate as usize)
                        .copied()
                        .unwrap_or(false);
                let added = encoder.trial(&mut inserter, &record, reusable)?;
                if let Some(answer) = record.completion.filter(|_| added && reusable) {
                    batch.keys.push(answer.cache_key);
                }
            }
            commit.execute([])?;
            for key in batch.keys.drain(..) {
                self.filter.add(key.as_u64());
            }
            Reply::to_all(Ok(()), &mut batch.waiting);
        }
        Ok(())
    }
}
