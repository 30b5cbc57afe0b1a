//! Why a call ended without an answer.

use super::guest::Guest;
use super::host::Host;
use std::time::Duration;
use wasmtime::{Store, Trap};
use wasmtime_wasi::I32Exit;

/// Longest text of a trap that is passed on, in characters.
const MOST_TEXT: usize = 600;

/// How errors of the engine begin that have no type of their own: more was written, or handed to the host, than it takes.
const TOO_MUCH: [&str; 2] = [
    "write beyond capacity of MemoryOutputPipe",
    "too much data is being copied between the host and the guest",
];

/// Why a call ended without an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
pub enum Stopped {
    /// The time limit.
    #[error("it ran longer than its time limit of {}", seconds(*.0))]
    Time(Duration),
    /// The memory limit.
    #[error("it needed more than its memory limit of {} MB", .0 >> 20)]
    Memory(usize),
    /// The fuel limit.
    #[error("it used up its fuel limit of {0} instructions")]
    Fuel(u64),
    /// The output limit.
    #[error("it wrote more than its output limit of {0} bytes")]
    Output(usize),
    /// The call stack.
    #[error("it recursed too deeply: the call stack of the sandbox is exhausted")]
    Stack,
    /// Nothing is left to run, and it has not answered.
    #[error("it waits for something that never happens, such as a promise that nobody resolves")]
    Waits,
    /// The program ended itself.
    #[error("it ended itself with exit code {0} instead of answering")]
    Exit(i32),
    /// The code did what WebAssembly forbids, or gave up.
    #[error("it stopped with a trap: {0}")]
    Trap(String),
    /// Anything else that kept it from an answer.
    #[error("{0}")]
    Failed(String),
    /// The module is not one that can be run.
    #[error("{0}")]
    Invalid(String),
    /// The sandbox itself could not start.
    #[error("the sandbox could not start: {0}")]
    Unavailable(String),
}

fn seconds(time: Duration) -> String {
    if time.subsec_millis() == 0 {
        format!("{} s", time.as_secs())
    } else {
        format!("{} ms", time.as_millis())
    }
}

impl Stopped {
    /// What an error of the engine means, seen together with what the store noted.
    pub(super) fn read(error: &wasmtime::Error, store: &Store<Host>) -> Self {
        let host = store.data();
        let limits = host.limits;
        let cause = error.root_cause().to_string();
        // A program that goes on writing to a full pipe ends at its time limit; the pipe is the reason.
        if host.output_full() || TOO_MUCH.iter().any(|start| cause.starts_with(start)) {
            return Self::Output(limits.output);
        }
        if host.out_of_time() {
            return Self::Time(limits.time);
        }
        if let Some(exit) = error.downcast_ref::<I32Exit>() {
            return Self::Exit(exit.0);
        }
        match error.downcast_ref::<Trap>() {
            Some(Trap::Interrupt) => return Self::Time(limits.time),
            Some(Trap::OutOfFuel) => return Self::Fuel(limits.fuel.unwrap_or_default()),
            Some(Trap::StackOverflow) => return Self::Stack,
            Some(Trap::AsyncDeadlock | Trap::NoAsyncResult) => return Self::Waits,
            _ => {}
        }
        if host.memory_denied {
            return Self::Memory(limits.memory);
        }
        match error.downcast_ref::<Trap>() {
            Some(_) => Self::Trap(short(error)),
            None => Self::Failed(format!("it could not go on: {}", short(error))),
        }
    }

    /// The same for an interpreter that bench brings along. The stack of QuickJS lies at the bottom of its memory: one that
    /// is full runs out of it.
    pub(super) fn read_guest(error: &wasmtime::Error, store: &Store<Host>, guest: Guest) -> Self {
        match (Self::read(error, store), error.downcast_ref::<Trap>()) {
            (Self::Trap(_), Some(Trap::MemoryOutOfBounds)) if guest == Guest::JavaScript => Self::Stack,
            (stopped, _) => stopped,
        }
    }

    /// A module that cannot be compiled or linked.
    pub(super) fn invalid(what: &str, error: &wasmtime::Error) -> Self {
        Self::Invalid(format!("{what}: {}", line(&format!("{error:#}"))))
    }
}

/// The cause at the bottom of an error, in one line.
fn short(error: &wasmtime::Error) -> String {
    line(&error.root_cause().to_string())
}

fn line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(MOST_TEXT).collect()
}
