//! What can go wrong with the store, in words for people.

use crate::port::SinkError;
use rusqlite::ErrorCode;
use std::path::{Path, PathBuf};

/// Why the store cannot do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder or the file cannot be written.
    #[error(
        "the store {} cannot be written: {why}; bench keeps every run there, so give write access to its folder",
        path.display()
    )]
    ReadOnly {
        /// The file.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
    /// The file is something else, or an SQLite file of another program.
    #[error("{} is not a store of bench ({why}); it was left as it is. Move it away, or use another folder", path.display())]
    NotAStore {
        /// The file.
        path: PathBuf,
        /// What it is.
        why: String,
    },
    /// Something else lies where the folder of the store belongs.
    #[error("{} is a file, not a folder; bench keeps its runs there. Move it away, or rename it", path.display())]
    NotAFolder {
        /// The file.
        path: PathBuf,
    },
    /// The file is damaged.
    #[error(
        "the store {} is damaged ({why}); what can be saved is saved by `sqlite3 {} .recover`. \
         Move the file away to go on with an empty store", path.display(), path.display()
    )]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        why: String,
    },
    /// The file was written by a newer bench.
    #[error(
        "the store {} has format {found}, this bench knows formats up to {known}; it was left as it is. \
         Use the newer bench that wrote it", path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest known format.
        known: i64,
    },
    /// Another process holds the file for too long.
    #[error(
        "the store {} is locked by another process; wait until that one has finished, or end it, and try again",
        path.display()
    )]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// No space is left.
    #[error(
        "no space is left on the disk of {}; everything recorded before is kept. Make room, then go on with \
         `bench resume`", path.display()
    )]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// Reading or writing failed below SQLite.
    #[error(
        "the store {} cannot be read or written: {why}; everything recorded before is kept. Check the disk, then \
         try again", path.display()
    )]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
    /// Another process works on that run.
    #[error("run {run} is being worked on by another process; wait until it has finished, or end it")]
    RunInUse {
        /// The run.
        run: String,
    },
    /// No such run.
    #[error("there is no run `{text}`{}", hint(nearest))]
    UnknownRun {
        /// What was asked for.
        text: String,
        /// Ids and names that are close to it.
        nearest: Vec<String>,
    },
    /// Several runs fit.
    #[error("`{text}` fits {} runs: {}; give more of the id", matches.len(), listed(matches))]
    AmbiguousRun {
        /// What was asked for.
        text: String,
        /// Ids (and names) of the runs that fit.
        matches: Vec<String>,
    },
    /// The store has fewer runs than were asked back.
    #[error("there is no run `{text}`: the store holds {}", runs_in_words(*stored))]
    TooFewRuns {
        /// What was asked for.
        text: String,
        /// Runs in the store.
        stored: u64,
    },
    /// A name that is taken.
    #[error("the name `{name}` is taken by run {run}; choose another one, or rename that run first")]
    NameTaken {
        /// The name.
        name: String,
        /// Who has it.
        run: String,
    },
    /// A name or an id that cannot be used.
    #[error("`{name}` cannot be used here: {why}")]
    BadName {
        /// The name.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A run of that id is there already, and it is another one.
    #[error("run {run} is in this store already with other content; nothing was changed")]
    RunExists {
        /// The run.
        run: String,
    },
    /// Whoever graded again gave up before the end.
    #[error("grading stopped before its end; the stored scores are unchanged")]
    Abandoned,
    /// A file to import that is not a complete export.
    #[error("line {line} of the file to import: {why}; nothing was imported")]
    BadImport {
        /// Line, from 1.
        line: u64,
        /// What is wrong.
        why: String,
    },
    /// An export that cannot be written.
    #[error("the export cannot be written: {0}")]
    Export(#[source] std::io::Error),
    /// A row that does not read as what it should be.
    #[error("the store holds a record that cannot be read: {0}; it was perhaps changed by another program")]
    BadRecord(String),
    /// Anything else that SQLite reports.
    #[error("the store {} failed: {why}", path.display())]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        why: String,
    },
}

fn hint(nearest: &[String]) -> String {
    match nearest {
        [] => "; `bench runs list` shows what there is".to_owned(),
        names => format!("; did you mean {}?", listed(names)),
    }
}

fn listed(names: &[String]) -> String {
    const SHOWN: usize = 8;
    let mut text = names
        .iter()
        .take(SHOWN)
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > SHOWN {
        text.push_str(&format!(" and {} more", names.len() - SHOWN));
    }
    text
}

fn runs_in_words(stored: u64) -> String {
    match stored {
        0 => "no run yet; start one with `bench run`".to_owned(),
        1 => "one run only".to_owned(),
        n => format!("{n} runs only"),
    }
}

impl StoreError {
    /// Puts an error of SQLite into words.
    pub(super) fn from_sqlite(path: &Path, error: &rusqlite::Error) -> Self {
        let path = path.to_owned();
        let why = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full { path },
            Some(
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed,
            ) => Self::Locked { path },
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
                Self::ReadOnly { path, why }
            }
            Some(ErrorCode::NotADatabase) => Self::NotAStore {
                path,
                why: "not an SQLite file".to_owned(),
            },
            Some(ErrorCode::DatabaseCorrupt) => Self::Corrupt { path, why },
            Some(ErrorCode::SystemIoFailure) => Self::Io { path, why },
            _ => Self::Sqlite { path, why },
        }
    }

    /// Puts an error of the file system into words.
    pub(super) fn from_io(path: &Path, error: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        let path = path.to_owned();
        let why = error.to_string();
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::Full { path },
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Self::ReadOnly { path, why },
            _ => Self::Io { path, why },
        }
    }
}

impl From<StoreError> for SinkError {
    fn from(error: StoreError) -> Self {
        Self {
            message: error.to_string(),
        }
    }
}

/// An error inside the store, before it is known which file it speaks of.
#[derive(Debug)]
pub(super) enum Fault {
    /// From SQLite.
    Sqlite(rusqlite::Error),
    /// Already in words.
    Told(StoreError),
}

impl Fault {
    /// The error in words.
    pub(super) fn told(self, path: &Path) -> StoreError {
        match self {
            Self::Sqlite(error) => StoreError::from_sqlite(path, &error),
            Self::Told(error) => error,
        }
    }

    /// True where waiting may help.
    pub(super) fn is_busy(&self) -> bool {
        matches!(self, Self::Sqlite(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy))
    }

    /// A row that does not read as what it should be.
    pub(super) fn bad_record(what: &str, why: impl std::fmt::Display) -> Self {
        Self::Told(StoreError::BadRecord(format!("{what}: {why}")))
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Told(error)
    }
}
