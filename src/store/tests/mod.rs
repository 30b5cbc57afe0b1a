//! Tests of the store through its public interface, on real files.

mod cache;
mod faults;
mod open;
mod properties;
mod runs;
mod sample;
mod transfer;
mod trials;
