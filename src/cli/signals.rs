//! Ctrl-C and friends: the first drains the run, the second drops what is under way.

use crate::run::{StopCause, Stopper};

/// Listens for SIGINT and SIGTERM; `tell` is called with what happens next.
pub async fn listen(stopper: Stopper, tell: impl Fn(&str) + Send) {
    let Some(mut signals) = Signals::new() else {
        return;
    };
    signals.next().await;
    tell("Stopping: waiting for the requests under way (Ctrl-C again drops them).");
    stopper.drain(StopCause::Interrupted);
    signals.next().await;
    tell("Dropping the requests under way.");
    stopper.abort();
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> Option<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let interrupt = signal(SignalKind::interrupt()).ok()?;
        let terminate = signal(SignalKind::terminate()).ok()?;
        Some(Self { interrupt, terminate })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> Option<Self> {
        Some(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
