//! Judges stored trials until none is left or something stops the run.

use super::matter::JudgingJob;
use super::stripes::Stripes;
use crate::gateway::Budget;
use crate::model::{JudgementKey, Money};
use crate::port::{CompletionCache, SinkError, TrialSink};
use crate::run::engine::{RunEnd, open_lanes};
use crate::run::feed::Finished;
use crate::run::lane::Lane;
use crate::run::progress::Progress;
use crate::run::runtime::LaneSpec;
use crate::run::shared::{Shared, StopCause, Stopper};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Mutex, Notify, Semaphore, mpsc};
use tokio::time::Instant;

/// Trials that are judged at the same time, for each request that may be in flight.
const AHEAD: usize = 2;
/// Most trials that are judged at the same time.
const MOST_TRIALS: usize = 512;

/// What judging needs beside the judges' providers.
pub struct JudgingOptions {
    /// Spending cap of the run.
    pub budget: Option<Money>,
    /// What the run spent so far.
    pub spent: Money,
    /// Time after which nothing more is sent.
    pub deadline: Option<Duration>,
    /// Seed of everything drawn.
    pub seed: u64,
    /// Stop at the first judge that fails.
    pub fail_fast: bool,
    /// Where records go.
    pub sink: Arc<dyn TrialSink>,
    /// Where stored replies are.
    pub cache: Arc<dyn CompletionCache>,
    /// What is to be judged, one after the other; an error is a store that cannot be read.
    pub jobs: mpsc::Receiver<Result<JudgingJob, String>>,
    /// Tells whether the run sent for a reply before, in a session that did not come to its end.
    pub paid: Paid,
}

/// Tells whether a run sent for a reply already.
pub type Paid = Arc<dyn Fn(&JudgementKey) -> bool + Send + Sync>;

/// Judging that has not started.
pub struct JudgingEngine {
    lanes: Vec<LaneSpec>,
    options: JudgingOptions,
    progress: Arc<Progress>,
    stopper: Stopper,
}

/// What all trials under judgement share.
pub(super) struct Room {
    pub lanes: Vec<Arc<Lane>>,
    pub shared: Arc<Shared>,
    pub stripes: Stripes,
    pub paid: Paid,
    jobs: Mutex<mpsc::Receiver<Result<JudgingJob, String>>>,
    workers: AtomicUsize,
}

impl Room {
    /// The store does not take or give any more: nothing is sent from now on.
    pub fn store_failed(&self, error: SinkError) {
        self.shared.stopper.drain(StopCause::Store(error.message));
    }
}

impl JudgingEngine {
    /// `progress` has one entry for each lane, in the same order.
    pub fn new(
        lanes: Vec<LaneSpec>,
        options: JudgingOptions,
        progress: Arc<Progress>,
        stopper: Stopper,
    ) -> Self {
        Self {
            lanes,
            options,
            progress,
            stopper,
        }
    }

    /// Judges to the end. Every trial that is counted as judged is committed when this returns.
    pub async fn run(self) -> RunEnd {
        let options = self.options;
        let shared = Arc::new(Shared {
            stopper: self.stopper,
            budget: Budget::new(options.budget, options.spent),
            budget_freed: Notify::new(),
            sink: options.sink,
            cache: Some(options.cache),
            progress: self.progress,
            started: Instant::now(),
            seed: options.seed,
            fail_fast: options.fail_fast,
            grading: Semaphore::new(1),
        });
        let most: usize = self.lanes.iter().map(most_in_flight).sum();
        // Lanes of judges have no trials of their own.
        let nothing: Finished = Arc::new(|_| false);
        let lanes = open_lanes(self.lanes, &nothing, &shared);
        let workers = (most * AHEAD).clamp(1, MOST_TRIALS);
        let room = Arc::new(Room {
            lanes,
            shared: shared.clone(),
            stripes: Stripes::new(),
            paid: options.paid,
            jobs: Mutex::new(options.jobs),
            workers: AtomicUsize::new(workers),
        });
        for _ in 0..workers {
            shared.stopper.spawn(work(room.clone()));
        }
        shared.stopper.join_within(options.deadline).await;
        RunEnd::of(&shared, &room.lanes)
    }
}

fn most_in_flight(lane: &LaneSpec) -> usize {
    lane.limits
        .concurrency
        .map_or(lane.adaptive.1, |limit| limit as usize)
}

/// Takes what is to be judged until there is nothing left; the last one out closes the queues.
async fn work(room: Arc<Room>) {
    loop {
        // Held while waiting for the next job only.
        let next = room.jobs.lock().await.recv().await;
        match next {
            Some(Ok(_)) if room.shared.stopper.is_stopped() => {}
            Some(Ok(job)) => super::trial::judge(&room, job).await,
            Some(Err(message)) => room.shared.stopper.drain(StopCause::Store(message)),
            None => break,
        }
    }
    if room.workers.fetch_sub(1, Ordering::SeqCst) == 1 {
        for lane in &room.lanes {
            lane.close();
        }
    }
}
