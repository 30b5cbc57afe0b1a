//! Child processes with what they used: CPU and memory as the kernel counts them.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use wait4::Wait4;

/// What a process used.
#[derive(Clone, Copy, Debug, Default)]
pub struct Used {
    /// Wall-clock time from start to end.
    pub wall: Duration,
    /// CPU time, user and system.
    pub cpu: Duration,
    /// Peak resident memory in bytes.
    pub peak: u64,
}

/// Runs a command to its end with its output thrown away.
pub fn run(command: &mut Command) -> Result<Used, String> {
    let log = std::env::temp_dir().join(format!("throughput-{}.log", std::process::id()));
    let told = std::fs::File::create(&log).map_err(|error| error.to_string())?;
    let start = Instant::now();
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(told)
        .spawn()
        .map_err(|error| format!("{command:?} does not start: {error}"))?;
    let ended = child.wait4().map_err(|error| error.to_string())?;
    let wall = start.elapsed();
    if !ended.status.success() {
        let told = std::fs::read_to_string(&log).unwrap_or_default();
        return Err(format!("{command:?} ended with {}:\n{told}", ended.status));
    }
    let _ = std::fs::remove_file(&log);
    Ok(Used {
        wall,
        cpu: ended.rusage.utime + ended.rusage.stime,
        peak: ended.rusage.maxrss,
    })
}

/// The middle of several measurements, each figure for itself.
pub fn median(measured: &[Used]) -> Used {
    fn middle<T: Ord + Copy + Default>(values: impl Iterator<Item = T>) -> T {
        let mut values: Vec<T> = values.collect();
        values.sort();
        values.get(values.len() / 2).copied().unwrap_or_default()
    }
    Used {
        wall: middle(measured.iter().map(|used| used.wall)),
        cpu: middle(measured.iter().map(|used| used.cpu)),
        peak: middle(measured.iter().map(|used| used.peak)),
    }
}
