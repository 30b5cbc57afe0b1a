//! Adapters: one folder or file per API. Never imports the engine or the store.

pub mod anthropic;
pub mod bedrock;
mod decimal;
pub mod error;
pub mod exec;
#[cfg(test)]
mod fixtures;
mod framing;
pub mod gemini;
pub mod generic;
mod headers;
mod http;
pub mod ollama;
mod openai;
mod openai_chat;
mod openai_responses;
mod protocol;
mod registry;
pub mod replay;
mod shared;
pub mod sim;
mod sse;
#[cfg(test)]
mod testing;
mod wire;

pub use framing::Framer;
pub use headers::{parse_span, rate_limits, request_id, retry_after};
pub use http::{HttpProvider, shared_client};
pub use openai_chat::OpenaiChat;
pub use openai_responses::OpenaiResponses;
pub use protocol::{Framing, HttpCall, Protocol, StreamDecoder};
pub use registry::{build, recordings_problem};
pub use sse::EachEvent;
