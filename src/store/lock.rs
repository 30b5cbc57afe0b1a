//! The lock of a run: two processes never work on the same run.

use super::StoreError;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often a lock is asked for before it counts as held: a process that lists runs holds it for a moment.
const TRIES: u32 = 8;
/// Pause between two tries.
const PAUSE: Duration = Duration::from_millis(5);

/// An advisory lock on `runs/ID/lock`. The kernel releases it when the process ends, however that happens.
#[derive(Debug)]
pub(super) struct RunLock {
    _file: File,
}

fn lock_path(runs: &Path, run: &str) -> PathBuf {
    runs.join(run).join("lock")
}

impl RunLock {
    /// Takes the lock, or says that another process has it.
    pub(super) fn take(runs: &Path, run: &str) -> Result<Self, StoreError> {
        let path = lock_path(runs, run);
        let told = |error: &io::Error| StoreError::from_io(&path, error);
        std::fs::create_dir_all(runs.join(run)).map_err(|e| told(&e))?;
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|e| told(&e))?;
        for _ in 0..TRIES {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
                Err(TryLockError::Error(error)) => return Err(told(&error)),
            }
        }
        Err(StoreError::RunInUse { run: run.to_owned() })
    }

    /// Whether a process holds the lock right now.
    pub(super) fn is_held(runs: &Path, run: &str) -> bool {
        let Ok(file) = File::open(lock_path(runs, run)) else {
            return false;
        };
        matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
    }

    /// Removes the lock file, and the run's folder if nothing else is in it.
    pub(super) fn remove(self, runs: &Path, run: &str) {
        drop(self);
        // A folder that holds reports, or is gone already, stays as it is.
        let _ = std::fs::remove_file(lock_path(runs, run));
        let _ = std::fs::remove_dir(runs.join(run));
    }
}

/// Checks that an id can be a folder name: it may come from a file that somebody else wrote.
pub(super) fn check_id(run: &str) -> Result<(), StoreError> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let bad = |why| {
        Err(StoreError::BadName {
            name: run.chars().take(80).collect(),
            why,
        })
    };
    if run.is_empty() || run.len() > 80 {
        return bad("an id has 1 to 80 characters");
    }
    if run.starts_with(['.', '-']) || !run.chars().all(fits) {
        return bad("an id has only letters, digits, `-`, `_` and `.`, and starts with a letter or digit");
    }
    Ok(())
}
