//! What all providers of a run share: the stop signal, the budget, the sink, the counters.

use super::progress::Progress;
use crate::gateway::Budget;
use crate::model::Money;
use crate::port::{CompletionCache, TrialSink};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, Semaphore};
use tokio::task::AbortHandle;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

/// Why a run stopped before its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StopCause {
    /// The user asked.
    Interrupted,
    /// The next call might exceed the spending cap.
    Budget {
        /// Position of its candidate in the manifest.
        candidate: u32,
        /// What it may cost at most.
        worst: Money,
    },
    /// The run's time is up.
    Deadline,
    /// A trial failed, and the run was told to stop at the first failure.
    FailFast,
    /// The store cannot be written.
    Store(String),
    /// A case file can no longer be read.
    Cases(String),
}

/// Ends a run from outside: gently or at once.
#[derive(Clone, Default)]
pub struct Stopper(Arc<Stop>);

#[derive(Default)]
struct Stop {
    stopped: AtomicBool,
    cause: Mutex<Option<StopCause>>,
    changed: Notify,
    workers: Mutex<Vec<AbortHandle>>,
    tracker: TaskTracker,
}

impl Stopper {
    /// Stops pulling trials; requests under way are answered and recorded. The first cause stays.
    pub fn drain(&self, cause: StopCause) {
        self.0
            .cause
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert(cause);
        self.0.stopped.store(true, Ordering::SeqCst);
        self.0.changed.notify_waiters();
    }

    /// Drops the requests under way as well. What is committed stays.
    pub fn abort(&self) {
        self.drain(StopCause::Interrupted);
        for worker in self
            .0
            .workers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .drain(..)
        {
            worker.abort();
        }
    }

    /// Whether the run is stopping.
    pub fn is_stopped(&self) -> bool {
        self.0.stopped.load(Ordering::Relaxed)
    }

    /// Why, if it is.
    pub fn cause(&self) -> Option<StopCause> {
        self.0
            .cause
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Waits for that time, or until the run stops.
    pub(super) async fn sleep(&self, time: Duration) {
        let changed = self.0.changed.notified();
        if self.is_stopped() {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            () = changed => {}
        }
    }

    pub(super) fn spawn(&self, worker: impl Future<Output = ()> + Send + 'static) {
        let handle = self.0.tracker.spawn(worker);
        self.0
            .workers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(handle.abort_handle());
    }

    /// Waits for all workers; when that time is over, the run stops.
    pub(super) async fn join_within(&self, deadline: Option<Duration>) {
        self.0.tracker.close();
        if let Some(deadline) = deadline {
            tokio::select! {
                () = self.0.tracker.wait() => return,
                () = tokio::time::sleep(deadline) => self.drain(StopCause::Deadline),
            }
        }
        self.0.tracker.wait().await;
    }
}

/// What all providers of a run share.
pub(super) struct Shared {
    pub stopper: Stopper,
    pub budget: Budget,
    pub budget_freed: Notify,
    pub sink: Arc<dyn TrialSink>,
    pub cache: Option<Arc<dyn CompletionCache>>,
    pub progress: Arc<Progress>,
    pub started: Instant,
    pub seed: u64,
    pub fail_fast: bool,
    /// Turns for grading that blocks a thread.
    pub grading: Semaphore,
}
