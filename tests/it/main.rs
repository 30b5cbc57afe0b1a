//! Integration tests, in one binary: the parts on recorded data, and the program as a user runs it.

mod faults;
mod prices;
mod support;
mod tidy;
mod wire;
