//! One provider's side of a run: its queue, its retries, its pauses, and when it is given up.

use super::call::Call;
use super::feed::{Feed, Finished, Job};
use super::progress::LaneProgress;
use super::rounds::Round;
use super::runtime::{CandidateRuntime, LaneSpec};
use super::shared::{Shared, StopCause};
use crate::gateway::{Adaptive, Backoff, Limiter};
use crate::model::{ErrorClass, Failure, ProviderError};
use crate::port::Provider;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// Trials in a row that may use up all their retries before the provider is given up.
const HOPELESS_TRIALS: u32 = 10;
/// Rejections in a row after which a candidate without any success is given up.
const HOPELESS_REJECTIONS: u32 = 5;
/// Longest wait for questions before looking again.
const IDLE: Duration = Duration::from_secs(3600);
/// Authentication failures after which a provider that worked before is given up.
const HOPELESS_AUTH: u32 = 3;

pub(super) struct Lane {
    pub provider: Arc<dyn Provider>,
    pub name: Arc<str>,
    pub local: bool,
    pub free: bool,
    pub limiter: Limiter,
    pub backoff: Backoff,
    pub position: usize,
    state: Mutex<State>,
    /// Wakes a worker that waits for questions.
    wake: Notify,
}

struct State {
    feed: Feed,
    retries: BinaryHeap<Reverse<Retry>>,
    pushed: u64,
    /// Questions to judges that wait for a worker.
    asks: VecDeque<Box<Call>>,
    /// Whether questions may still come: workers wait for them.
    open: bool,
    paused_until: Option<Instant>,
    adaptive: Adaptive,
    workers: usize,
    in_flight: usize,
    successes: u64,
    auth_failures: u32,
    hopeless: u32,
    given_up: Option<Failure>,
    /// Lost trials by candidate and class, with the first failure of each.
    lost: BTreeMap<(u32, ErrorClass), (Failure, u64)>,
}

/// A call that waits for its next attempt; ordered by due time, then by arrival.
struct Retry {
    due: Instant,
    order: u64,
    call: Box<Call>,
}

impl PartialEq for Retry {
    fn eq(&self, other: &Self) -> bool {
        (self.due, self.order) == (other.due, other.order)
    }
}
impl Eq for Retry {}
impl PartialOrd for Retry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Retry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.due, self.order).cmp(&(other.due, other.order))
    }
}

/// What a worker does next.
pub(super) enum Next {
    Start(Job),
    Again(Box<Call>),
}

enum Step {
    Take(Next),
    Wait(Duration),
    /// Waits for questions, at most that long.
    Idle(Duration),
    Leave,
}

impl Lane {
    pub fn new(spec: LaneSpec, position: usize, finished: Finished) -> Self {
        let adaptive = match spec.limits.concurrency {
            Some(limit) => Adaptive::fixed(limit as usize),
            None => Adaptive::between(spec.adaptive.0, spec.adaptive.1),
        };
        Self {
            provider: spec.provider,
            name: spec.name,
            local: spec.local,
            free: spec.free,
            limiter: Limiter::new(&spec.limits, Instant::now()),
            backoff: Backoff {
                max_attempts: spec.max_attempts.max(1),
                ..Backoff::default()
            },
            position,
            wake: Notify::new(),
            state: Mutex::new(State {
                feed: Feed::new(spec.work, finished),
                retries: BinaryHeap::new(),
                pushed: 0,
                asks: VecDeque::new(),
                open: spec.asked,
                paused_until: None,
                adaptive,
                workers: 0,
                in_flight: 0,
                successes: 0,
                auth_failures: 0,
                hopeless: 0,
                given_up: None,
                lost: BTreeMap::new(),
            }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn progress<'a>(&self, shared: &'a Shared) -> &'a LaneProgress {
        &shared.progress.lanes[self.position]
    }

    /// Takes up the trials of a round; a provider that was given up takes none.
    pub fn begin(&self, round: &Round, shared: &Shared) {
        let mut state = self.lock();
        let more = state.feed.candidates();
        let more = more.filter_map(|candidate| round.trials.get(candidate as usize));
        self.progress(shared).expect(more.sum());
        if state.given_up.is_none() {
            state.feed.begin(round.wanted.clone());
        }
    }

    /// Workers that should be started to reach the limit; they count as started.
    pub fn recruit(&self) -> usize {
        let mut state = self.lock();
        let missing = state.adaptive.limit().saturating_sub(state.workers);
        state.workers += missing;
        missing
    }

    /// What a worker does next; `None` ends it.
    pub async fn next(&self, shared: &Shared) -> Option<Next> {
        loop {
            let step = self.step(shared);
            match step {
                Step::Take(next) => return Some(next),
                Step::Wait(time) => shared.stopper.sleep(time).await,
                Step::Idle(time) => {
                    tokio::select! {
                        () = self.wake.notified() => {}
                        () = shared.stopper.sleep(time) => {}
                    }
                }
                Step::Leave => {
                    // Whoever leaves last has told all others.
                    self.wake.notify_one();
                    return None;
                }
            }
        }
    }

    fn step(&self, shared: &Shared) -> Step {
        let mut state = self.lock();
        let state = &mut *state;
        let limit = state.adaptive.limit();
        if shared.stopper.is_stopped() {
            // Whoever waits for an answer of these learns that none comes.
            state.asks.clear();
            state.retries.clear();
        }
        if shared.stopper.is_stopped() || state.given_up.is_some() || state.workers > limit {
            state.workers -= 1;
            return Step::Leave;
        }
        let now = if state.paused_until.is_some() || !state.retries.is_empty() {
            Instant::now()
        } else {
            shared.started
        };
        if let Some(until) = state.paused_until {
            if until > now {
                return Step::Wait(until - now);
            }
            state.paused_until = None;
            self.progress(shared).paused(0);
        }
        if state
            .retries
            .peek()
            .is_some_and(|Reverse(first)| first.due <= now)
            && let Some(Reverse(retry)) = state.retries.pop()
        {
            state.in_flight += 1;
            return Step::Take(Next::Again(retry.call));
        }
        if state.retries.len() < limit
            && let Some(call) = state.asks.pop_front()
        {
            state.in_flight += 1;
            if !state.asks.is_empty() {
                self.wake.notify_one();
            }
            return Step::Take(Next::Again(call));
        }
        if state.retries.len() < limit {
            match state.feed.next() {
                Some(Ok(job)) => {
                    state.in_flight += 1;
                    return Step::Take(Next::Start(job));
                }
                Some(Err(message)) => shared.stopper.drain(StopCause::Cases(message)),
                None => {}
            }
        }
        match state.retries.peek() {
            Some(Reverse(first)) => {
                let wait = first.due.saturating_duration_since(now);
                if state.open {
                    Step::Idle(wait)
                } else {
                    Step::Wait(wait)
                }
            }
            None if state.open => Step::Idle(IDLE),
            None => {
                state.workers -= 1;
                Step::Leave
            }
        }
    }

    /// Hands a question to the workers. Where none will take it, it comes back: with the failure that the provider was
    /// given up for, or alone where the run stops.
    pub fn ask(&self, call: Box<Call>, shared: &Shared) -> Result<(), (Box<Call>, Option<Failure>)> {
        let mut state = self.lock();
        let target = call.target();
        let dead = target.dead.load(Ordering::Relaxed).then(|| {
            let mut lost = state.lost.iter().filter(|((at, _), _)| *at == target.index);
            lost.next().map(|(_, (failure, _))| failure.clone())
        });
        let hopeless = state.given_up.clone().or(dead.flatten());
        if hopeless.is_some() || shared.stopper.is_stopped() {
            return Err((call, hopeless));
        }
        state.asks.push_back(call);
        drop(state);
        self.wake.notify_one();
        Ok(())
    }

    /// No more questions come: workers leave once there is nothing left.
    pub fn close(&self) {
        self.lock().open = false;
        self.wake.notify_waiters();
        self.wake.notify_one();
    }

    /// An attempt brought a completion. Returns true if more workers may start.
    pub fn succeeded(&self, call: &Call) -> bool {
        let candidate = call.target();
        if candidate.successes.load(Ordering::Relaxed) == 0 {
            candidate.successes.store(1, Ordering::Relaxed);
        }
        let mut state = self.lock();
        state.in_flight -= 1;
        state.successes += 1;
        state.auth_failures = 0;
        state.hopeless = 0;
        state.adaptive.succeeded()
    }

    /// A trial needed no attempt after all (it was answered from the store, or could not be sent).
    pub fn not_sent(&self) {
        self.lock().in_flight -= 1;
    }

    /// An attempt failed: adapts, and pauses the provider where it asks for it.
    pub fn failed(&self, error: &ProviderError, wait: Option<Duration>, shared: &Shared) {
        let mut state = self.lock();
        state.in_flight -= 1;
        let in_flight = state.in_flight;
        match error.class {
            ErrorClass::Throttled => {
                state.adaptive.troubled(in_flight);
                // One pause an episode: answers to requests sent before the pause do not prolong it by much.
                if let Some(wait) = wait {
                    let until = Instant::now() + wait;
                    if state.paused_until.is_none_or(|paused| paused < until) {
                        state.paused_until = Some(until);
                        let since_start = until.saturating_duration_since(shared.started);
                        self.progress(shared).paused(since_start.as_millis() as u64);
                    }
                }
            }
            ErrorClass::Overloaded | ErrorClass::Timeout | ErrorClass::Network => {
                state.adaptive.troubled(in_flight);
            }
            _ => {}
        }
    }

    /// Puts a call back for another attempt.
    pub fn again(&self, call: Box<Call>, wait: Duration, shared: &Shared) {
        let mut state = self.lock();
        if let Some(failure) = &state.given_up {
            call.refuse(failure);
            return;
        }
        if shared.stopper.is_stopped() {
            return;
        }
        let order = state.pushed;
        state.pushed += 1;
        state.retries.push(Reverse(Retry {
            due: Instant::now() + wait,
            order,
            call,
        }));
    }

    /// A trial is lost. Decides whether the candidate or the whole provider is to be given up.
    pub fn lost(&self, candidate: &CandidateRuntime, failure: &Failure) {
        let untried = candidate.successes.load(Ordering::Relaxed) == 0;
        let mut state = self.lock();
        let first = || (failure.clone(), 0);
        state
            .lost
            .entry((candidate.index, failure.class))
            .or_insert_with(first)
            .1 += 1;
        match failure.class {
            ErrorClass::Auth => {
                state.auth_failures += 1;
                if state.successes == 0 || state.auth_failures >= HOPELESS_AUTH {
                    state.given_up.get_or_insert_with(|| failure.clone());
                }
            }
            ErrorClass::NotFound if untried => candidate.dead.store(true, Ordering::Relaxed),
            ErrorClass::BadRequest if untried => {
                let rejections = candidate.rejections.fetch_add(1, Ordering::Relaxed) + 1;
                if rejections >= HOPELESS_REJECTIONS {
                    candidate.dead.store(true, Ordering::Relaxed);
                }
            }
            class if class.is_transient() => {
                state.hopeless += 1;
                if state.hopeless >= HOPELESS_TRIALS {
                    state.given_up.get_or_insert_with(|| failure.clone());
                }
            }
            _ => {}
        }
        if state.given_up.is_some() {
            state.feed.close();
            let waiting = std::mem::take(&mut state.retries);
            let asks = std::mem::take(&mut state.asks);
            let waiting = waiting.into_iter().map(|Reverse(retry)| retry.call);
            for call in waiting.chain(asks) {
                call.refuse(failure);
            }
        }
    }

    /// Lost trials: the candidate, the first failure of its class, and how many there were.
    pub fn losses(&self) -> Vec<(u32, Failure, u64)> {
        let state = self.lock();
        state
            .lost
            .iter()
            .map(|((candidate, _), (failure, count))| (*candidate, failure.clone(), *count))
            .collect()
    }

    /// Why the provider was given up, if it was.
    pub fn given_up(&self) -> Option<Failure> {
        self.lock().given_up.clone()
    }
}
