//! Why a command ends early, and the exit code that this means.

use crate::plan::SelectError;
use crate::port::SinkError;
use crate::store::StoreError;

/// Exit codes, as docs/reference/cli.md lists them.
pub mod exit {
    /// Done.
    pub const DONE: u8 = 0;
    /// A fault of bench itself.
    pub const INTERNAL: u8 = 1;
    /// Usage or configuration.
    pub const USAGE: u8 = 2;
    /// A check of the gate failed.
    pub const GATE_FAILED: u8 = 100;
    /// The gate could not be decided.
    pub const GATE_INCONCLUSIVE: u8 = 101;
    /// Some trials have no answer.
    pub const INCOMPLETE: u8 = 102;
    /// Stopped by a signal.
    pub const INTERRUPTED: u8 = 130;
}

/// Why a command ends early.
#[derive(Debug)]
pub enum Failure {
    /// The command line or a file is wrong: the message says what, where, and what to do.
    Usage(String),
    /// Problems in files, which were printed already.
    Problems,
    /// The machine does not let bench do its work (disk, permissions, store).
    System(String),
    /// The user asked for it: the message says what that leaves.
    Interrupted(String),
    /// Whoever reads the output has gone away; not an error.
    BrokenPipe,
}

impl Failure {
    /// The exit code.
    pub fn code(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::Problems => exit::USAGE,
            Self::System(_) => exit::INTERNAL,
            Self::Interrupted(_) => exit::INTERRUPTED,
            Self::BrokenPipe => exit::DONE,
        }
    }

    /// The message, where there is one left to print.
    pub fn message(&self) -> Option<&str> {
        match self {
            Self::Usage(message) | Self::System(message) | Self::Interrupted(message) => Some(message),
            Self::Problems | Self::BrokenPipe => None,
        }
    }
}

impl From<SelectError> for Failure {
    fn from(error: SelectError) -> Self {
        Self::Usage(error.message)
    }
}

impl From<SinkError> for Failure {
    fn from(error: SinkError) -> Self {
        Self::System(error.message)
    }
}

impl From<StoreError> for Failure {
    /// What the user asked for wrongly is told apart from a store that does not work.
    fn from(error: StoreError) -> Self {
        let message = error.to_string();
        match error {
            StoreError::RunInUse { .. }
            | StoreError::UnknownRun { .. }
            | StoreError::AmbiguousRun { .. }
            | StoreError::TooFewRuns { .. }
            | StoreError::NameTaken { .. }
            | StoreError::BadName { .. }
            | StoreError::RunExists { .. }
            | StoreError::BadImport { .. } => Self::Usage(message),
            _ => Self::System(message),
        }
    }
}

impl From<std::io::Error> for Failure {
    /// Writing to stdout is the only place where an I/O error comes without a path of its own.
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Self::BrokenPipe,
            _ => Self::System(format!("cannot write the output: {error}")),
        }
    }
}
