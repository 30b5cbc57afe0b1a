//! Processes that run one instance at a time.
//!
//! Instances of CPython dirty pages all over their memory. Threads of one process cannot fault these in and give them
//! back side by side: each change of the address space interrupts the other cores. In processes of their own, instances
//! do not disturb each other (docs/decisions/0009-sandbox.md has the figures).
//!
//! A worker is this program again, with [`ARGUMENT`]; requests and replies go through its stdin and stdout.

mod client;
mod frame;
mod serve;

pub(super) use client::{Remote, Workers};
pub use serve::{ARGUMENT, serve};
