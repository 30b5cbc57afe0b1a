//! What the server saw: the other side's account of a run.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Counts of what came in and went out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Connections accepted.
    pub connections: u64,
    /// Chat requests, failed ones included.
    pub requests: u64,
    /// Different chat requests.
    pub distinct: u64,
    /// Whole answers given: what a vendor would bill.
    pub answers: u64,
    /// Answers given beyond the first to the same request: what somebody pays twice.
    pub paid_twice: u64,
    /// Requests turned away for their key.
    pub rejected: u64,
    /// Requests redirected.
    pub redirected: u64,
    /// Requests for the list of models.
    pub listings: u64,
    /// Most requests under way at once.
    pub most_in_flight: u64,
    /// Input tokens of all answers.
    pub input_tokens: u64,
    /// Output tokens of all answers.
    pub output_tokens: u64,
}

/// Keeps the counts while the server works.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pages: Mutex<Pages>,
    requests: AtomicU64,
}

#[derive(Debug, Default)]
struct Pages {
    counts: Counts,
    in_flight: u64,
    /// Attempts and answers by request.
    seen: HashMap<u64, (u32, u32)>,
}

impl Ledger {
    fn with<T>(&self, change: impl FnOnce(&mut Pages) -> T) -> T {
        change(&mut self.pages.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes simple counts.
    pub fn count(&self, change: impl FnOnce(&mut Counts)) {
        self.with(|pages| change(&mut pages.counts));
    }

    /// A chat request came in; returns how often it did, this time included.
    pub fn arrived(&self, key: u64) -> u32 {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.with(|pages| {
            pages.counts.requests += 1;
            pages.in_flight += 1;
            pages.counts.most_in_flight = pages.counts.most_in_flight.max(pages.in_flight);
            let seen = pages.seen.entry(key).or_default();
            seen.0 += 1;
            seen.0
        })
    }

    /// A whole answer was sent.
    pub fn answered(&self, key: u64, input: u64, output: u64) {
        self.with(|pages| {
            pages.counts.answers += 1;
            pages.counts.input_tokens += input;
            pages.counts.output_tokens += output;
            let seen = pages.seen.entry(key).or_default();
            seen.1 += 1;
            pages.counts.paid_twice += u64::from(seen.1 > 1);
        });
    }

    /// A request is no longer under way, answered or not.
    pub fn left(&self) {
        self.with(|pages| pages.in_flight -= 1);
    }

    /// Requests under way.
    pub fn in_flight(&self) -> u64 {
        self.with(|pages| pages.in_flight)
    }

    /// Chat requests so far.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// A copy of all counts.
    pub fn counts(&self) -> Counts {
        self.with(|pages| Counts {
            distinct: pages.seen.len() as u64,
            ..pages.counts.clone()
        })
    }
}
