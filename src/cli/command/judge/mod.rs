//! `bench judge`: judges against people.

mod beside;
mod calibrate;
mod label;
mod meant;

use crate::cli::args::Common;
use crate::cli::console::Console;
use crate::cli::failure::Failure;

/// Flags of `bench judge`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Compare what a judge says with what people say; sends nothing
    Calibrate(calibrate::Calibrate),
    /// Label outputs in the terminal: those whose label tells most, one key a case
    Label(label::Label),
}

/// Calibrates a judge, or takes labels for one.
pub fn run(args: Args, common: &Common, console: &Console) -> Result<u8, Failure> {
    match args.command {
        Command::Calibrate(args) => calibrate::run(&args, common, console),
        Command::Label(args) => label::run(&args, common, console),
    }
}
