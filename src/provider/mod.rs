//! Adapters: one folder or file per API. Never imports the engine or the store.

mod protocol;
pub mod sim;

pub use protocol::{Framing, HttpCall, Protocol, StreamDecoder};
