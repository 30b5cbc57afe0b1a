//! The writer of one run: starts or resumes it, takes its trials to disk, and ends it.

use super::error::StoreError;
use super::find::RunRef;
use super::lock::{RunLock, check_id};
use super::open::Store;
use super::queue::{Job, Queue, Record};
use super::runs::changed;
use crate::model::{JudgementRecord, Manifest, RunStatus, TrialRecord};
use crate::port::{SinkError, TrialSink};
use async_trait::async_trait;
use rusqlite::params;
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use tokio::sync::{mpsc, oneshot};

/// Records that may wait; a full queue holds the callers back.
const QUEUED: usize = 1024;

/// Takes the trials of one run to disk, as the only one: no other process can write the same run meanwhile.
///
/// Dropped without [`RunWriter::finish`] (or killed), the run is found as interrupted and can be resumed.
pub struct RunWriter {
    store: Store,
    run: RunRef,
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    failure: Arc<OnceLock<SinkError>>,
    _lock: RunLock,
}

impl Store {
    /// Starts a run: stores its manifest, and its name if it has one, with status `running`.
    ///
    /// Fails where the name is taken, the id is in the store already or cannot be a folder name, or where another
    /// process works on a run of that id.
    pub fn start(&self, manifest: &Manifest, name: Option<&str>) -> Result<RunWriter, StoreError> {
        check_id(&manifest.run)?;
        let lock = RunLock::take(self.runs_dir(), &manifest.run)?;
        let json = manifest_json(manifest)?;
        let row = self.write(|tx| {
            if tx
                .prepare("SELECT 1 FROM run WHERE run_id = ?1")?
                .exists([&manifest.run])?
            {
                return Err(StoreError::RunExists {
                    run: manifest.run.clone(),
                }
                .into());
            }
            if let Some(name) = name {
                super::runs::check_name(tx, name, None)?;
            }
            let sql = "INSERT INTO run (run_id, name, started, status, manifest) VALUES (?1, ?2, ?3, ?4, ?5)";
            let status = RunStatus::Running.name();
            Ok(tx
                .prepare(sql)?
                .insert(params![manifest.run, name, manifest.started, status, json])?)
        })?;
        RunWriter::new(
            self,
            RunRef {
                row,
                id: manifest.run.clone(),
            },
            manifest,
            lock,
        )
    }

    /// Takes a run up again; its status becomes `running`.
    ///
    /// Fails where another process works on it.
    pub fn resume(&self, run: &RunRef) -> Result<RunWriter, StoreError> {
        let lock = RunLock::take(self.runs_dir(), &run.id)?;
        let manifest = self.manifest(run)?;
        self.write(|tx| {
            let sql = "UPDATE run SET status = ?2, finished = NULL, counts = NULL WHERE id = ?1";
            tx.execute(sql, params![run.row, RunStatus::Running.name()])?;
            Ok(())
        })?;
        RunWriter::new(self, run.clone(), &manifest, lock)
    }
}

/// The manifest's text as it is stored.
pub(super) fn manifest_json(manifest: &Manifest) -> Result<String, StoreError> {
    serde_json::to_string(manifest).map_err(|error| StoreError::BadRecord(format!("manifest: {error}")))
}

/// Whether completions may be reused, by candidate: not those of providers that answer at once and for free.
fn reusable(manifest: &Manifest) -> Vec<bool> {
    let is_local = |name: &str| {
        let provider = manifest.providers.iter().find(|provider| *provider.name == *name);
        provider.is_some_and(|provider| {
            // The words of `Api::is_local`; unknown ones are of a newer bench, and cost money as far as we know.
            [crate::model::Api::Replay, crate::model::Api::Sim]
                .iter()
                .any(|api| api.name() == provider.api)
        })
    };
    manifest
        .candidates
        .iter()
        .map(|entry| !is_local(&entry.candidate.model.provider))
        .collect()
}

impl RunWriter {
    fn new(store: &Store, run: RunRef, manifest: &Manifest, lock: RunLock) -> Result<Self, StoreError> {
        let (sender, jobs) = mpsc::channel(QUEUED);
        let failure = Arc::new(OnceLock::new());
        let queue = Queue {
            path: store.path().to_owned(),
            connection: store.connect()?,
            run: run.row,
            reusable: reusable(manifest),
            filter: store.filter().clone(),
            failure: failure.clone(),
            jobs,
        };
        let thread = std::thread::Builder::new()
            .name("bench-store".to_owned())
            .spawn(move || queue.work())
            .map_err(|error| StoreError::from_io(store.path(), &error))?;
        Ok(Self {
            store: store.clone(),
            run,
            jobs: Some(sender),
            thread: Some(thread),
            failure,
            _lock: lock,
        })
    }

    /// The run that is written.
    pub fn run(&self) -> &RunRef {
        &self.run
    }

    /// Replaces the manifest, with what became known since the run started.
    pub fn amend(&self, manifest: &Manifest) -> Result<(), StoreError> {
        let json = manifest_json(manifest)?;
        self.store.write(|tx| {
            let sql = "UPDATE run SET manifest = ?2 WHERE id = ?1";
            changed(&self.run, tx.execute(sql, params![self.run.row, json])?)
        })
    }

    /// Ends the run with that status at that time (RFC 3339 in UTC), and lets go of it.
    ///
    /// After a failed write this may still succeed, for it needs little room; where it does not, the run counts as
    /// interrupted all the same, because nobody holds it.
    pub fn finish(mut self, status: RunStatus, finished: &str) -> Result<(), StoreError> {
        self.close();
        self.store.set_status(&self.run, status, Some(finished))
    }

    /// The same for a writer that a worker may hold still, who was dropped in the middle: the run is marked all the same,
    /// and the last holder lets go of it.
    pub fn finish_shared(self: Arc<Self>, status: RunStatus, finished: &str) -> Result<(), StoreError> {
        match Arc::try_unwrap(self) {
            Ok(writer) => writer.finish(status, finished),
            Err(writer) => writer.store.set_status(&writer.run, status, Some(finished)),
        }
    }

    fn close(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // The thread does not panic; if it did, every later record has failed already.
            let _ = thread.join();
        }
    }

    fn stopped(&self) -> SinkError {
        self.failure.get().cloned().unwrap_or_else(|| SinkError {
            message: "the store's writer has stopped; everything recorded before is kept".to_owned(),
        })
    }
}

impl Drop for RunWriter {
    /// Writes what is queued before the run's lock is released.
    fn drop(&mut self) {
        self.close();
    }
}

#[async_trait]
impl TrialSink for RunWriter {
    async fn record(&self, record: TrialRecord) -> Result<(), SinkError> {
        let record = Box::new(record);
        self.take(Record::Trial { record, again: false }).await
    }

    async fn record_again(&self, record: TrialRecord) -> Result<(), SinkError> {
        let record = Box::new(record);
        self.take(Record::Trial { record, again: true }).await
    }

    async fn judgement(&self, record: JudgementRecord) -> Result<(), SinkError> {
        self.take(Record::Judgement(Box::new(record))).await
    }
}

impl RunWriter {
    async fn take(&self, record: Record) -> Result<(), SinkError> {
        let Some(jobs) = self.jobs.as_ref().filter(|_| self.failure.get().is_none()) else {
            return Err(self.stopped());
        };
        let (done, committed) = oneshot::channel();
        if jobs.send(Job { record, done }).await.is_err() {
            return Err(self.stopped());
        }
        match committed.await {
            Ok(reply) => reply.result.clone(),
            Err(_) => Err(self.stopped()),
        }
    }
}
