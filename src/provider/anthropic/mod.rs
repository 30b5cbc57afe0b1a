//! Anthropic's Messages API, as Anthropic serves it and everyone who copies it.
//!
//! System messages become the `system` field; messages of one role in a row become one turn with several text
//! blocks. `max_tokens`, which the API demands, is the parameter, else the model's `max_output`, else 4096 (beside
//! the thinking budget). `seed` is not sent, as the API has none. What server-side tools did (web search, code
//! execution, advisors) is not part of the completion; usage is the message's own.

mod decode;
mod encode;
mod error;
mod protocol;
mod stream;
mod wire;

pub use protocol::Anthropic;

#[cfg(test)]
mod tests;
