//! Adapters: one folder or file per API. Never imports the engine or the store.

pub mod exec;
pub mod generic;
mod protocol;
pub mod replay;
pub mod sim;

pub use protocol::{Framing, HttpCall, Protocol, StreamDecoder};
