//! Adapters: one folder or file per API. Never imports the engine or the store.

pub mod anthropic;
pub mod bedrock;
pub mod gemini;
pub mod ollama;
mod protocol;
mod shared;

pub use protocol::{Framing, HttpCall, Protocol, StreamDecoder};
