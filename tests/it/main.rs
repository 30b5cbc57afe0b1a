//! All integration tests, in one binary.

mod load;
mod prices;
mod replay_rules;
