//! `bench scorer`: built-in scorers in words, and a scorer tried on one completion.

mod answer;
mod fault;
mod list;
mod show;
mod target;
mod test;
mod tried;

use crate::cli::args::Common;
use crate::cli::console::Console;
use crate::cli::failure::Failure;

/// Flags of `bench scorer`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Show the built-in scorers with their options and an example; one of them whole
    List(list::List),
    /// Try a scorer on one stored completion: score, reason, time, fuel, and the trace of an error
    Test(test::Test),
}

/// Lists or tries.
pub fn run(args: Args, common: &Common, console: &Console) -> Result<u8, Failure> {
    match args.command {
        Command::List(list) => list::run(&list, console),
        Command::Test(test) => test::run(test, common, console),
    }
}
