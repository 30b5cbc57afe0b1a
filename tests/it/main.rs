//! Integration tests, in one binary: the parts on recorded data, and the program as a user runs it.

mod docs;
mod prices;
mod tidy;
mod wire;
