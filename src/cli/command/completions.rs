//! `bench completions`: a completion script for a shell.

use crate::cli::console::Console;
use crate::cli::failure::{Failure, exit};
use clap::CommandFactory;

/// Flags of `bench completions`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  bench completions bash > ~/.local/share/bash-completion/completions/bench\n  \
                        bench completions zsh > ~/.zfunc/_bench"
)]
pub struct Args {
    /// The shell
    shell: clap_complete::Shell,
}

/// Prints the script.
pub fn run(args: Args, console: &Console) -> Result<u8, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut crate::cli::Args::command(), "bench", &mut script);
    let script = String::from_utf8_lossy(&script);
    if console.json() {
        console.document(&serde_json::json!({"shell": args.shell.to_string(), "script": script}))?;
    } else {
        // Quoted as it is: it is not from others.
        console.raw(script.as_bytes())?;
    }
    Ok(exit::DONE)
}
