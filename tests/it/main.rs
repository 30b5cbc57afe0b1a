//! Integration tests, in one binary: the parts on recorded data, and the program as a user runs it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a test fails by a panic, and says on stderr what it skips"
)]

mod byo;
mod calibration_sets;
mod cli_add_task;
mod cli_cascade;
mod cli_cases;
mod cli_check;
mod cli_code;
mod cli_compare;
mod cli_escalate;
mod cli_gate;
mod cli_imports;
mod cli_judge;
mod cli_models;
mod cli_plan;
mod cli_run;
mod cli_runs;
mod cli_score;
mod cli_scorer;
mod cli_stats;
mod cli_until;
mod cli_verify;
mod code_sets;
mod docs;
mod escapes;
mod faults;
mod html;
mod judge_sets;
mod judges;
mod leaderboards;
mod load;
mod prices;
mod promptfoo_scorers;
mod replay_compare;
mod replay_rules;
mod replay_sets;
mod sandbox_workers;
mod store_kill;
mod support;
mod tidy;
mod wire;
