//! What a run has done so far: counters that the engine adds to and the terminal reads.

use crate::model::{Money, Outcome};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// Counters of a run. A trial counts as done once its record is committed.
#[derive(Debug, Default)]
pub struct Progress {
    /// One entry a provider.
    pub lanes: Vec<LaneProgress>,
}

/// Counters of one provider.
#[derive(Debug, Default)]
pub struct LaneProgress {
    /// The provider's name.
    pub name: Arc<str>,
    /// Trials planned (finished ones of a resumed run left out).
    pub planned: AtomicU64,
    done: [AtomicU64; Outcome::ALL.len()],
    cached: AtomicU64,
    retries: AtomicU64,
    in_flight: AtomicI64,
    paid: AtomicI64,
    unpriced: AtomicU64,
    input_tokens: AtomicU64,
    output_tokens: AtomicU64,
    paused_until_ms: AtomicU64,
}

/// Counters at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LaneView {
    /// Committed trials by outcome, in the order of [`Outcome::ALL`].
    pub done: [u64; Outcome::ALL.len()],
    /// Trials answered from the store.
    pub cached: u64,
    /// Attempts that failed and were tried again.
    pub retries: u64,
    /// Requests under way.
    pub in_flight: u64,
    /// What was paid in this session.
    pub paid: Money,
    /// Completions whose cost is unknown.
    pub unpriced: u64,
    /// Input tokens of the completions.
    pub input_tokens: u64,
    /// Output tokens of the completions.
    pub output_tokens: u64,
    /// When the provider's pause ends, in milliseconds since the engine started; 0: not paused.
    pub paused_until_ms: u64,
}

impl LaneView {
    /// Trials committed.
    pub fn total(&self) -> u64 {
        self.done.iter().sum()
    }

    /// Trials with that outcome.
    pub fn with(&self, outcome: Outcome) -> u64 {
        self.done[outcome.index()]
    }

    /// The sum of two views.
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            done: std::array::from_fn(|at| self.done[at] + other.done[at]),
            cached: self.cached + other.cached,
            retries: self.retries + other.retries,
            in_flight: self.in_flight + other.in_flight,
            paid: self.paid + other.paid,
            unpriced: self.unpriced + other.unpriced,
            input_tokens: self.input_tokens.saturating_add(other.input_tokens),
            output_tokens: self.output_tokens.saturating_add(other.output_tokens),
            paused_until_ms: self.paused_until_ms.max(other.paused_until_ms),
        }
    }
}

impl Progress {
    /// All providers together.
    pub fn total(&self) -> LaneView {
        self.lanes
            .iter()
            .fold(LaneView::default(), |sum, lane| sum.plus(&lane.view()))
    }

    /// Trials planned.
    pub fn planned(&self) -> u64 {
        self.lanes
            .iter()
            .map(|lane| lane.planned.load(Ordering::Relaxed))
            .sum()
    }
}

impl LaneProgress {
    /// Counters of a provider that has `planned` trials before it.
    pub fn new(name: Arc<str>, planned: u64) -> Self {
        Self {
            name,
            planned: AtomicU64::new(planned),
            ..Self::default()
        }
    }

    /// The counters now.
    pub fn view(&self) -> LaneView {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        LaneView {
            done: std::array::from_fn(|at| read(&self.done[at])),
            cached: read(&self.cached),
            retries: read(&self.retries),
            in_flight: self.in_flight.load(Ordering::Relaxed).max(0) as u64,
            paid: Money(self.paid.load(Ordering::Relaxed)),
            unpriced: read(&self.unpriced),
            input_tokens: read(&self.input_tokens),
            output_tokens: read(&self.output_tokens),
            paused_until_ms: read(&self.paused_until_ms),
        }
    }

    /// More is to be done than was planned.
    pub(super) fn expect(&self, more: u64) {
        self.planned.fetch_add(more, Ordering::Relaxed);
    }

    pub(super) fn sent(&self) {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn returned(&self) {
        self.in_flight.fetch_sub(1, Ordering::Relaxed);
    }

    pub(super) fn retried(&self) {
        self.retries.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn paused(&self, until_ms: u64) {
        self.paused_until_ms.store(until_ms, Ordering::Relaxed);
    }

    pub(super) fn answered(&self, tokens: (u64, u64), paid: Option<Money>, from_cache: bool) {
        // Counts come from the vendor, so no sum of them may wrap.
        let add = |counter: &AtomicU64, amount: u64| {
            let _ = counter.try_update(Ordering::Relaxed, Ordering::Relaxed, |sum| {
                Some(sum.saturating_add(amount))
            });
        };
        add(&self.input_tokens, tokens.0);
        add(&self.output_tokens, tokens.1);
        if from_cache {
            self.cached.fetch_add(1, Ordering::Relaxed);
            return;
        }
        if let Some(money) = paid {
            let _ = self.paid.try_update(Ordering::Relaxed, Ordering::Relaxed, |sum| {
                Some(sum.saturating_add(money.0))
            });
        } else {
            self.unpriced.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(super) fn committed(&self, outcome: Outcome) {
        self.done[outcome.index()].fetch_add(1, Ordering::Relaxed);
    }
}
