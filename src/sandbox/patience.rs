//! Says something where a piece of work takes long.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// Calls a function once some time has passed, unless it is dropped before.
pub(super) struct Patience(#[allow(dead_code)] Option<Sender<()>>);

impl Patience {
    pub(super) fn start(time: Duration, tell: impl FnOnce() + Send + 'static) -> Self {
        let (ends, over) = channel::<()>();
        let wait = move || {
            if over.recv_timeout(time) == Err(RecvTimeoutError::Timeout) {
                tell();
            }
        };
        // Without a thread nothing is said.
        let started = std::thread::Builder::new().spawn(wait);
        Self(started.is_ok().then_some(ends))
    }
}
