//! Integration tests, in one binary: the parts on recorded data, and the program as a user runs it.

mod faults;
mod load;
mod prices;
mod replay_rules;
mod store_kill;
mod support;
mod tidy;
mod wire;
