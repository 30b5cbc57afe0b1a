//! The server in a process of its own.

use crate::server::{Script, Server};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};

/// Serves until stdin closes.
#[expect(clippy::print_stdout, reason = "tells the parent where it listens")]
pub fn run(latency: &str) -> Result<(), String> {
    let latency = latency.parse().map_err(|_| "the latency is not a number")?;
    let server = Server::start(Script::latency(latency));
    println!("{}", server.url());
    std::io::stdout().flush().map_err(|error| error.to_string())?;
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
    let counts = server.counts();
    println!(
        "{} {} {}",
        counts.answers, counts.most_in_flight, counts.connections
    );
    Ok(())
}

/// A server that runs in a child process; dropping it ends it.
pub struct ServerProcess {
    child: Child,
    /// `http://127.0.0.1:PORT`.
    pub url: String,
    out: BufReader<std::process::ChildStdout>,
}

impl ServerProcess {
    /// Starts one with a fixed latency in milliseconds.
    pub fn start(latency: u64) -> Result<Self, String> {
        let told = |error: std::io::Error| format!("the server does not start: {error}");
        let mut child = Command::new(std::env::current_exe().map_err(told)?)
            .args(["serve", &latency.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(told)?;
        let mut out = BufReader::new(child.stdout.take().ok_or("the server has no stdout")?);
        let mut url = String::new();
        out.read_line(&mut url).map_err(told)?;
        Ok(Self {
            child,
            url: url.trim().to_owned(),
            out,
        })
    }

    /// `127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// Ends it; returns answers, most requests in flight, connections.
    pub fn finish(mut self) -> Result<[u64; 3], String> {
        drop(self.child.stdin.take());
        let mut line = String::new();
        self.out.read_line(&mut line).map_err(|error| error.to_string())?;
        let mut numbers = line.split_whitespace().map(|word| word.parse().unwrap_or(0));
        Ok([(); 3].map(|()| numbers.next().unwrap_or(0)))
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
