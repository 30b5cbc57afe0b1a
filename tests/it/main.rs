//! tests
mod store_kill;
