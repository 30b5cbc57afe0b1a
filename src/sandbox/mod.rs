//! The sandbox: runs code of others in WebAssembly, with nothing of the machine in reach.
//!
//! [`Sandbox`] is the way in. It runs the two interpreters of the crate `bench-guests` ([`Guest`]) and modules that
//! users bring ([`Module`]). Every call, or short [`Session`] of calls, has an instance of its own, so that nothing goes
//! from one to the next. There are no files, no environment, no network, no processes and no threads; the clock stands
//! at a fixed date and moves only when the code sleeps, and randomness comes from a fixed seed: the same call gives the
//! same bytes on any day and machine. [`Limits`] bound time, memory, output and, where asked for, fuel.
//!
//! Calls block: they belong on a thread that may be blocked, never on one that drives requests.
//!
//! Knows nothing of scorers: requests and answers are JSON texts, whose forms guests/README.md describes.

mod bounds;
mod cache;
mod clock;
mod engine;
mod guest;
mod host;
mod inspect;
mod limits;
mod module;
mod patience;
mod pipe;
mod poll;
mod run;
mod runtime;
mod session;
mod stop;
mod watchdog;
mod worker;

pub use guest::Guest;
pub use inspect::ModuleKind;
pub use limits::{Limits, MOST_MEMORY};
pub use module::{Module, ModuleAnswer, ModuleCall, ModuleScore};
pub use runtime::Sandbox;
pub use session::Session;
pub use stop::Stopped;
pub use worker::{ARGUMENT as WORKER_ARGUMENT, serve as serve_as_worker};

#[cfg(test)]
mod tests;
