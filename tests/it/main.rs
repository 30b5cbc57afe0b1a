//! Integration tests: one binary, no network.

mod wire;
