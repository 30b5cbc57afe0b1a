//! How long the smallest commands take, as a person at a prompt waits for them.

use crate::child::{self, median};
use crate::options::Options;
use crate::serve::ServerProcess;
use crate::table::Table;
use crate::workspace::Workspace;
use std::process::Command;

/// Repeats: start-up is short and therefore noisy.
const REPEATS: usize = 25;

/// `--version`, `check` of this repository, and one case end to end.
pub fn all(_: &Options) -> Result<(), String> {
    let mut table = Table::new(&format!("start-up, medians of {REPEATS}"));
    let repository = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bench"));
        command.current_dir(env!("CARGO_MANIFEST_DIR"));
        command
    };
    let repeat = |make: &dyn Fn() -> Command| -> Result<_, String> {
        let runs: Result<Vec<_>, String> = (0..REPEATS).map(|_| child::run(&mut make())).collect();
        Ok(median(&runs?))
    };
    let version = || {
        let mut command = repository();
        command.arg("--version");
        command
    };
    table.start_up("bench --version", repeat(&version)?);
    let check = || {
        let mut command = repository();
        command.arg("check");
        command
    };
    table.start_up("bench check (this repository)", repeat(&check)?);
    let server = ServerProcess::start(0)?;
    let workspace = Workspace::new("one-case", 1, &Workspace::served_by(&server.url, 1))?;
    let one = || {
        workspace.forget_runs();
        workspace.bench(&["run", "-q", "-m", "local/alpha"])
    };
    table.start_up("bench run, one case, new store", repeat(&one)?);
    table.print();
    Ok(())
}
