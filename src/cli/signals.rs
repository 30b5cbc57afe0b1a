//! Ctrl-C and friends: the first drains the run, the second drops what is under way.

use super::failure::exit;
use crate::run::{StopCause, Stopper};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Does that work and listens for signals meanwhile; `tell` is called with what happens next.
pub async fn during<T>(
    stopper: &Stopper,
    tell: impl Fn(&str) + Send + 'static,
    work: impl Future<Output = T>,
) -> T {
    let listener = tokio::spawn(listen(stopper.clone(), tell));
    let done = work.await;
    listener.abort();
    // What it tells with is free again once it is gone.
    let _ = listener.await;
    done
}

/// Listens for SIGINT and SIGTERM.
async fn listen(stopper: Stopper, tell: impl Fn(&str) + Send) {
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

/// A flag that the first Ctrl-C raises, for work without a runtime; the second ends the process. `tell` is called with
/// what happens next.
pub fn flag(tell: impl Fn(&str) + Send + 'static) -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let raised = flag.clone();
    let wait = async move {
        let Some(mut signals) = Signals::new() else {
            return;
        };
        signals.next().await;
        raised.store(true, Ordering::Relaxed);
        tell("Stopping: waiting for the calls under way (Ctrl-C again ends at once).");
        signals.next().await;
        std::process::exit(i32::from(exit::INTERRUPTED));
    };
    std::thread::spawn(move || {
        // Without a runtime a signal ends the process as if nobody listened.
        if let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() {
            runtime.block_on(wait);
        }
    });
    flag
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
