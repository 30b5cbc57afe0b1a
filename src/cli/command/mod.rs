//! One file per command: its flags and what it does.

pub mod add_task;
pub mod cascade;
pub mod cases;
pub mod check;
pub mod compare;
pub mod completions;
pub mod gate;
pub mod init;
pub mod judge;
pub mod models;
pub mod plan;
pub mod report;
pub mod resume;
pub mod run;
pub mod runs;
pub mod schema;
pub mod score;
pub mod scorer;
pub mod stats;
pub mod verify;
