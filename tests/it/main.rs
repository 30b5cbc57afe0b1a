//! tests
mod replay_rules;
