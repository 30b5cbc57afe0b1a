//! The command line: composes everything else; the only part that prints, reads the environment and the clock.

mod args;
mod command;
mod console;
mod discovery;
mod documents;
mod ending;
mod entry;
mod escalate;
mod excerpt;
mod exports;
mod failure;
mod gating;
mod grids;
mod import;
mod judging;
mod labelled;
mod prepare;
mod progress;
mod providers;
mod regrade;
mod restore;
mod rounds;
mod runner;
mod runtime;
mod sandbox;
mod session;
mod signals;
mod sources;
mod table;
mod until;
mod verify;
mod wire;
mod workspace;

pub use args::Args;
pub use entry::main;
