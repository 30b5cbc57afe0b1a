//! Runs all providers side by side until nothing is left or something stops them.

use super::call::recruit;
use super::feed::Finished;
use super::lane::Lane;
use super::progress::Progress;
use super::rounds::Rounds;
use super::runtime::LaneSpec;
use super::shared::{Shared, StopCause, Stopper};
use crate::gateway::Budget;
use crate::model::{Failure, Money};
use crate::port::{CompletionCache, TrialSink};
use std::num::NonZero;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;
use tokio::sync::{Notify, Semaphore};
use tokio::time::Instant;

/// What a run needs beside its providers.
pub struct EngineOptions {
    /// Spending cap.
    pub budget: Option<Money>,
    /// What earlier sessions of this run spent.
    pub spent: Money,
    /// Time after which nothing more is sent.
    pub deadline: Option<Duration>,
    /// Seed of everything drawn.
    pub seed: u64,
    /// Stop at the first trial that fails.
    pub fail_fast: bool,
    /// Trials that are on disk already.
    pub finished: Finished,
    /// Chooses the trials round by round; without it all are sent.
    pub rounds: Option<Box<dyn Rounds>>,
    /// Where records go.
    pub sink: Arc<dyn TrialSink>,
    /// Where stored completions are, unless the run does without.
    pub cache: Option<Arc<dyn CompletionCache>>,
}

/// A run that has not started.
pub struct Engine {
    lanes: Vec<LaneSpec>,
    options: EngineOptions,
    progress: Arc<Progress>,
    stopper: Stopper,
}

/// How a run ended.
#[derive(Debug)]
pub struct RunEnd {
    /// Why it stopped early, if it did.
    pub cause: Option<StopCause>,
    /// Providers that were given up, with the failure that decided it.
    pub given_up: Vec<(Arc<str>, Failure)>,
    /// Lost trials: position of the candidate, the first failure of its class, and how many there were.
    pub losses: Vec<(u32, Failure, u64)>,
}

impl Engine {
    /// `progress` has one entry for each lane, in the same order.
    pub fn new(
        lanes: Vec<LaneSpec>,
        options: EngineOptions,
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

    /// Runs to the end. Every record that is counted as done is committed when this returns.
    pub async fn run(self) -> RunEnd {
        let options = self.options;
        let shared = Arc::new(Shared {
            stopper: self.stopper,
            budget: Budget::new(options.budget, options.spent),
            budget_freed: Notify::new(),
            sink: options.sink,
            cache: options.cache,
            progress: self.progress,
            started: Instant::now(),
            seed: options.seed,
            fail_fast: options.fail_fast,
            grading: Semaphore::new(available_parallelism().map_or(1, NonZero::get)),
        });
        let Some(rounds) = options.rounds else {
            let lanes = open_lanes(self.lanes, &options.finished, &shared);
            shared.stopper.join_within(options.deadline).await;
            return RunEnd::of(&shared, &lanes);
        };
        let lanes = new_lanes(self.lanes, &options.finished);
        run_rounds(rounds, &lanes, &shared, options.deadline).await;
        RunEnd::of(&shared, &lanes)
    }
}

/// One round after the other. The lanes stay, with what they learnt of their providers.
async fn run_rounds(
    mut rounds: Box<dyn Rounds>,
    lanes: &[Arc<Lane>],
    shared: &Arc<Shared>,
    deadline: Option<Duration>,
) {
    while !shared.stopper.is_stopped() {
        let round = match rounds.next() {
            Ok(Some(round)) => round,
            Ok(None) => return,
            Err(message) => return shared.stopper.drain(StopCause::Store(message)),
        };
        for lane in lanes {
            lane.begin(&round, shared);
            recruit(lane, shared);
        }
        let left = deadline.map(|deadline| deadline.saturating_sub(shared.started.elapsed()));
        shared.stopper.join_within(left).await;
    }
}

/// One lane for each provider, in the same order.
fn new_lanes(specs: Vec<LaneSpec>, finished: &Finished) -> Vec<Arc<Lane>> {
    let numbered = specs.into_iter().enumerate();
    let lane = |(position, spec)| Arc::new(Lane::new(spec, position, finished.clone()));
    numbered.map(lane).collect()
}

/// The same, each with its first workers.
pub(super) fn open_lanes(specs: Vec<LaneSpec>, finished: &Finished, shared: &Arc<Shared>) -> Vec<Arc<Lane>> {
    let lanes = new_lanes(specs, finished);
    for lane in &lanes {
        recruit(lane, shared);
    }
    lanes
}

impl RunEnd {
    /// What is to be told once all workers have left.
    pub(super) fn of(shared: &Shared, lanes: &[Arc<Lane>]) -> Self {
        let given_up = lanes
            .iter()
            .filter_map(|lane| Some((lane.name.clone(), lane.given_up()?)))
            .collect();
        Self {
            cause: shared.stopper.cause(),
            given_up,
            losses: lanes.iter().flat_map(|lane| lane.losses()).collect(),
        }
    }
}
