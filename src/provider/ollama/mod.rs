//! Ollama's own `/api/chat`.
//!
//! Local servers need no key; ollama.com takes one as a bearer token. `reasoning_effort` becomes `think`
//! (`none` turns thinking off, as does a budget of 0; other budgets are not sent, as there is no such thing).
//! Replies stream as one JSON value a line. Prices are unknown: a local model costs electricity, a hosted one money.
//! Note that Ollama cuts prompts to its context window (`extra: {options: {num_ctx: 32768}}`) without saying so.

mod decode;
mod encode;
mod error;
mod protocol;
mod wire;

pub use protocol::Ollama;

#[cfg(test)]
mod tests;
