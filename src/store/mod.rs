//! The store: one SQLite file with every run, every trial and every completion that was paid for.
//!
//! [`Store`] opens the file and reads it; [`RunWriter`] takes the trials of one run to disk ([`TrialSink`]);
//! [`StoreCache`] finds completions again ([`CompletionCache`]). The file is in WAL mode with full synchronisation,
//! so what is committed survives a kill and a power cut. Several processes may use one file at the same time:
//! writing transactions are short and wait for each other, and a lock per run keeps two processes off the same run.
//!
//! [`TrialSink`]: crate::port::TrialSink
//! [`CompletionCache`]: crate::port::CompletionCache

mod cache;
mod cells;
mod encode;
mod error;
mod export;
mod filter;
mod find;
mod import;
mod judgement;
mod keys;
mod lines;
mod lock;
mod open;
mod prune;
mod queue;
mod replies;
mod rescore;
mod runs;
mod stream;
mod totals;
mod trial_row;
mod writer;

pub use cache::StoreCache;
pub use cells::CellRow;
pub use encode::case_hash;
pub use error::StoreError;
pub use find::RunRef;
pub use import::Imported;
pub use judgement::JudgeTotals;
pub use keys::KeySet;
pub use open::Store;
pub use prune::{PruneRule, Pruned};
pub use rescore::ScoreUpdate;
pub use runs::{RunCounts, RunInfo};
pub use stream::Order;
pub use totals::Totals;
pub use trial_row::TrialRow;
pub use writer::RunWriter;

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    reason = "a test ends where something is not as it should be"
)]
mod tests;
