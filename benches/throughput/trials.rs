//! Many trials: CPU and memory of each, and how many a second.

use crate::child::{self, Used, median};
use crate::options::Options;
use crate::serve::ServerProcess;
use crate::table::Table;
use crate::workspace::Workspace;
use std::process::Command;

/// `bench run` and the raw client in turn against the same server.
pub fn against_the_server(options: &Options) -> Result<(), String> {
    let mut table = Table::new(&format!(
        "{} trials, medians of {}",
        options.trials, options.repeats
    ));
    for &(latency, in_flight) in &options.settings {
        let server = ServerProcess::start(latency)?;
        let provider = Workspace::served_by(&server.url, in_flight);
        let workspace = Workspace::new("throughput", options.trials / 2, &provider)?;
        let (mut ours, mut raw) = (Vec::new(), Vec::new());
        for _ in 0..options.repeats {
            raw.push(raw_client(server.address(), options.trials, in_flight)?);
            workspace.forget_runs();
            ours.push(child::run(&mut workspace.bench(&["run", "-q"]))?);
        }
        let (ours, raw) = (median(&ours), median(&raw));
        let setting = format!("{latency} ms, {in_flight} in flight");
        table.row(&setting, "raw client", options.trials, raw, None);
        table.row(
            &setting,
            "bench",
            options.trials,
            ours,
            Some(raw.wall.as_secs_f64() / ours.wall.as_secs_f64()),
        );
        let [answers, most, connections] = server.finish()?;
        table.note(&format!(
            "{setting}: {answers} answers, at most {most} at once, {connections} connections"
        ));
    }
    table.print();
    Ok(())
}

fn raw_client(address: &str, requests: u64, in_flight: u64) -> Result<Used, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let (requests, in_flight) = (requests.to_string(), in_flight.to_string());
    child::run(Command::new(program).args(["raw", address, &requests, &in_flight]))
}

/// What people ask of a run that is in the store.
const READERS: [&[&str]; 4] = [
    &["report", "latest", "--format", "json"],
    &["compare", "latest"],
    &["gate", "latest"],
    &["cases", "latest"],
];

/// Few and many trials against simulated models: memory must not grow with their number. Then how long it takes to read
/// them again.
pub fn simulated(options: &Options) -> Result<(), String> {
    let mut table = Table::new("simulated models");
    let mut readers = Table::new("commands that read a run");
    let mut peaks = Vec::new();
    for trials in [options.trials, 1_000_000] {
        let workspace = Workspace::new("simulated", trials / 2, Workspace::simulated())?;
        let used = child::run(&mut workspace.bench(&["run", "-q"]))?;
        peaks.push(used.peak as f64);
        let setting = format!("{trials} trials");
        table.row(&setting, "bench run", trials, used, None);
        for arguments in READERS {
            let used = child::run(&mut workspace.bench(arguments))?;
            readers.start_up(&format!("bench {}, {setting}", arguments[0]), used);
        }
    }
    table.note(&format!(
        "peak memory grows by a factor of {:.2}",
        peaks[1] / peaks[0]
    ));
    table.print();
    readers.print();
    Ok(())
}
