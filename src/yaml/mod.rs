//! YAML with places: the only folder that knows the YAML library.
//!
//! A text becomes a tree of [`Node`]s with byte spans ([`parse`]); [`read`] turns a tree into any `serde` type and
//! collects every fault on the way (unknown keys, wrong types, missing keys), not only the first.

mod error;
mod node;
mod parse;
mod read;
mod spanned;
#[cfg(test)]
mod tests;

pub use error::{Fault, FaultKind, nearest};
pub use node::{Entry, Kind, Node, Span};
pub use parse::{Parsed, parse};
pub use read::read;
pub use spanned::Spanned;
