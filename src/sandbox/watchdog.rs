//! Wakes instances whose time is over.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};
use wasmtime::{Engine, EngineWeak};

/// How often an engine is woken while one of its instances is past its time and still runs.
const AGAIN: Duration = Duration::from_millis(5);

/// Deadlines that are still ahead.
#[derive(Default)]
struct Deadlines {
    heap: BinaryHeap<Reverse<Entry>>,
    closed: bool,
}

/// A deadline, and whose it is.
struct Entry {
    at: Instant,
    engine: EngineWeak,
    /// Gone once the call is over.
    call: std::sync::Weak<()>,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
    }
}
impl Eq for Entry {}
impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.at.cmp(&other.at)
    }
}

/// A thread that sleeps until a deadline passes and then moves the epoch of the engine, which makes every instance of
/// it look at its own deadline.
pub(super) struct Watchdog {
    shared: Arc<(Mutex<Deadlines>, Condvar)>,
}

/// Keeps a deadline alive; dropped when the call is over.
pub(super) struct Watched(#[allow(dead_code)] Arc<()>);

impl Watchdog {
    /// Starts the thread.
    pub(super) fn start() -> std::io::Result<Self> {
        let shared = Arc::new((Mutex::new(Deadlines::default()), Condvar::new()));
        let own = Arc::clone(&shared);
        std::thread::Builder::new()
            .name("sandbox-watchdog".to_owned())
            .spawn(move || watch(&own))?;
        Ok(Self { shared })
    }

    /// Watches a call until what is returned is dropped.
    pub(super) fn watch(&self, engine: &Engine, at: Instant) -> Watched {
        let call = Arc::new(());
        let entry = Entry {
            at,
            engine: engine.weak(),
            call: Arc::downgrade(&call),
        };
        let (deadlines, changed) = &*self.shared;
        let mut deadlines = deadlines.lock().unwrap_or_else(PoisonError::into_inner);
        let first = deadlines.heap.peek().is_none_or(|Reverse(next)| at < next.at);
        deadlines.heap.push(Reverse(entry));
        // Calls that are over stay in the heap until their deadline; a fast scorer would pile them up.
        if deadlines.heap.len() > 4096 {
            deadlines
                .heap
                .retain(|Reverse(entry)| entry.call.strong_count() > 0);
        }
        drop(deadlines);
        if first {
            changed.notify_one();
        }
        Watched(call)
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        let (deadlines, changed) = &*self.shared;
        deadlines.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
        changed.notify_one();
    }
}

fn watch(shared: &(Mutex<Deadlines>, Condvar)) {
    let (deadlines, changed) = shared;
    let mut deadlines = deadlines.lock().unwrap_or_else(PoisonError::into_inner);
    while !deadlines.closed {
        let now = Instant::now();
        let Some(Reverse(next)) = deadlines.heap.peek() else {
            deadlines = changed.wait(deadlines).unwrap_or_else(PoisonError::into_inner);
            continue;
        };
        if next.at > now {
            let wait = next.at - now;
            deadlines = changed
                .wait_timeout(deadlines, wait)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
            continue;
        }
        if let Some(Reverse(mut entry)) = deadlines.heap.pop()
            && entry.call.strong_count() > 0
            && let Some(engine) = entry.engine.upgrade()
        {
            engine.increment_epoch();
            // A call that began to look just before the epoch moved looks again at the next.
            entry.at = now + AGAIN;
            deadlines.heap.push(Reverse(entry));
        }
    }
}
