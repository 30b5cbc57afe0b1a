//! The command line: composes everything else; the only part that prints, reads the environment and the clock.

mod args;
mod command;
mod console;
mod discovery;
mod documents;
mod entry;
mod excerpt;
mod exports;
mod failure;
mod grids;
mod judging;
mod prepare;
mod progress;
mod regrade;
mod restore;
mod sandbox;
mod session;
mod signals;
mod table;
mod wire;
mod workspace;

pub use args::Args;
pub use entry::main;
