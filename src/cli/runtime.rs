//! The runtime that sends a session's requests.

use super::failure::Failure;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

/// Starts it.
pub fn start() -> Result<Runtime, Failure> {
    Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::System(format!("cannot start the runtime: {error}")))
}

/// Ends it; work that blocks a thread still has a second.
pub fn end(runtime: Runtime) {
    runtime.shutdown_timeout(Duration::from_secs(1));
}
