//! `api: http`: any endpoint that takes and gives JSON, described in the provider file.
//!
//! The body is a template that must render to JSON; what comes back is read by JSON pointers (RFC 6901). Replies are
//! never streamed.

mod error;
mod protocol;
mod reply;

#[cfg(test)]
mod tests;

pub use protocol::{Generic, SpecError};
