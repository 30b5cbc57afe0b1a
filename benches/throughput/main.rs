//! How fast and how small: `bench` beside a raw client, against the same server, in the same run.
//!
//!     cargo bench --bench throughput                        20,000 trials at three latencies, and start-up times
//!     cargo bench --bench throughput -- --trials 2000 --repeats 1 --only 0/64
//!     cargo bench --bench throughput -- --million           also 1,000,000 trials against simulated models
//!
//! The server and the raw client are this program again, so that each has a process, and CPU figures, of its own.

#[path = "../../tests/it/support/server/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "shared with the tests, which use more of it"
)]
mod server;

mod child;
mod options;
mod raw;
mod serve;
mod startup;
mod table;
mod trials;
mod workspace;

use options::Options;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["serve", latency] => serve::run(latency),
        ["raw", address, requests, in_flight] => raw::run(address, requests, in_flight),
        words => Options::parse(words).and_then(|options| all(&options)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            table::complain(&error);
            ExitCode::FAILURE
        }
    }
}

fn all(options: &Options) -> Result<(), String> {
    if options.throughput {
        trials::against_the_server(options)?;
    }
    if options.startup {
        startup::all(options)?;
    }
    if options.million {
        trials::simulated(options)?;
    }
    Ok(())
}
