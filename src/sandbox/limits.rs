//! What a call may use.

use std::time::Duration;

/// The most memory that any limit may allow, in bytes: the address space that is set aside for an instance.
pub const MOST_MEMORY: usize = 1 << 30;

/// What a call, or a session of calls, may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Limits {
    /// Time on the clock of the machine.
    pub time: Duration,
    /// Time that the code may sleep: sleeping costs nothing and moves the clock of the sandbox. Unlimited where absent.
    pub slept: Option<Duration>,
    /// Linear memory in bytes, at most [`MOST_MEMORY`].
    pub memory: usize,
    /// Instructions, as the engine counts them (about one for each WebAssembly instruction); unlimited and not counted
    /// where absent. Counting makes code about a fifth slower.
    pub fuel: Option<u64>,
    /// Bytes that may be written to each of stdout and stderr.
    pub output: usize,
}

impl Limits {
    /// The same limits, with the engine counting instructions.
    #[must_use]
    pub fn counted(self) -> Self {
        Self {
            fuel: Some(self.fuel.unwrap_or(u64::MAX)),
            ..self
        }
    }
}

impl Default for Limits {
    /// 5 seconds, 256 MiB, no fuel limit, 1 MiB of output.
    fn default() -> Self {
        Self {
            time: Duration::from_secs(5),
            slept: None,
            memory: 256 << 20,
            fuel: None,
            output: 1 << 20,
        }
    }
}
