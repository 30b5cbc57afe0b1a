//! A local server that speaks OpenAI Chat Completions and misbehaves on demand: what the tests under faults and the
//! benchmarks send their requests to. It runs on one thread of its own and listens on 127.0.0.1 only.

mod chat;
mod connection;
mod handle;
mod http;
mod ledger;
mod script;

pub use handle::Server;
pub use script::{Fault, Outage, Script, uniform};
