//! What stands between a trial and a provider: limits, adaptive concurrency, retries, and the spending cap.
//!
//! Pure policies over an injected clock (`tokio::time`, so tests run on a paused clock); the engine in `run` puts
//! them together. Names neither the adapters nor the store.

mod adaptive;
mod backoff;
mod budget;
mod limiter;

pub use adaptive::Adaptive;
pub use backoff::{Backoff, Verdict};
pub use budget::{Budget, Reservation};
pub use limiter::Limiter;
