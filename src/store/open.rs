//! Opening the store, its connections, and the versions of its format.

use super::error::{Fault, StoreError};
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The steps of the format; `PRAGMA user_version` counts those that a file has.
const MIGRATIONS: [&str; 2] = [
    include_str!("sql/0001_init.sql"),
    include_str!("sql/0002_judgement.sql"),
];
/// `PRAGMA application_id`: "benc", so that the file is known for what it is.
const APPLICATION_ID: i64 = 0x6265_6e63;
/// How long a connection waits for another process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);
/// Transactions are started again this often when the wait was in vain.
const BUSY_RETRIES: u32 = 4;
/// Idle connections kept for the next reader.
const POOLED: usize = 4;

/// One SQLite file with all runs. Cheap to clone; all clones share connections.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

/// How connections are opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    /// To read and write.
    Write,
    /// To read, beside others that may write.
    Read,
    /// To read a file that nobody changes: no lock, and no file beside it.
    Frozen,
}

struct Inner {
    path: PathBuf,
    access: Access,
    runs: PathBuf,
    filter: Arc<super::filter::Filter>,
    /// Upper limit of the file's size in pages; a test's way to a full disk.
    max_pages: Option<u32>,
    idle: Mutex<Vec<Connection>>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("path", &self.inner.path)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the store, and creates it with its folder where it is not there yet.
    ///
    /// The folder of the file is the `runs/` folder: a run's lock is `ID/lock` in it. Fails where the folder cannot
    /// be written, where the file is not a store of bench, is damaged, or was written by a newer bench; such files
    /// are left as they are.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::open_with(path.as_ref(), None)
    }

    pub(super) fn open_with(path: &Path, max_pages: Option<u32>) -> Result<Self, StoreError> {
        let runs = path.parent().unwrap_or(Path::new("")).to_owned();
        if !runs.as_os_str().is_empty() {
            std::fs::create_dir_all(&runs).map_err(|error| match file_above(&runs) {
                Some(path) => StoreError::NotAFolder { path },
                None => StoreError::from_io(&runs, &error),
            })?;
        }
        inspect(path, Access::Read)?;
        let store = Self {
            inner: Arc::new(Inner {
                path: path.to_owned(),
                access: Access::Write,
                runs,
                filter: Arc::default(),
                max_pages,
                idle: Mutex::default(),
            }),
        };
        let connection = store.connect()?;
        migrate(&connection).map_err(|fault| fault.told(path))?;
        store.give_back(connection);
        Ok(store)
    }

    /// Opens the store to read it: as [`Store::open`] does where the folder can be written, and without writing
    /// anything where it cannot.
    pub fn open_existing(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = path.as_ref();
        match Self::open(path) {
            // Without a file there is nothing to read, and the first error says why none could be made.
            Err(StoreError::ReadOnly { .. }) if path.exists() => Self::open_read_only(path),
            opened => opened,
        }
    }

    /// Opens the store without any way to write: no folder, no migration, no file beside it.
    pub(super) fn open_read_only(path: &Path) -> Result<Self, StoreError> {
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        // What others wrote last may be in the log only, which an immutable file has none of.
        let access = match std::fs::metadata(log) {
            Ok(meta) if meta.len() > 0 => Access::Read,
            _ => Access::Frozen,
        };
        let version = inspect(path, access)?;
        if version != MIGRATIONS.len() as i64 {
            return Err(StoreError::ReadOnly {
                path: path.to_owned(),
                why: format!("its format {version} has to be brought up to date first"),
            });
        }
        let store = Self {
            inner: Arc::new(Inner {
                path: path.to_owned(),
                access,
                runs: path.parent().unwrap_or(Path::new("")).to_owned(),
                filter: Arc::default(),
                max_pages: None,
                idle: Mutex::default(),
            }),
        };
        let connection = store.connect()?;
        store.give_back(connection);
        Ok(store)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// The folder with a folder for each run.
    pub(super) fn runs_dir(&self) -> &Path {
        &self.inner.runs
    }

    pub(super) fn filter(&self) -> &Arc<super::filter::Filter> {
        &self.inner.filter
    }

    /// A connection of its own, set up for this store.
    pub(super) fn connect(&self) -> Result<Connection, StoreError> {
        let path = &self.inner.path;
        if self.inner.access != Access::Write {
            let connect = || -> rusqlite::Result<Connection> {
                let connection = read_only(path, self.inner.access)?;
                connection.execute_batch("PRAGMA cache_size = -4096; PRAGMA trusted_schema = OFF;")?;
                Ok(connection)
            };
            return connect().map_err(|error| StoreError::from_sqlite(path, &error));
        }
        let connect = || -> rusqlite::Result<Connection> {
            let connection = Connection::open(path)?;
            connection.busy_timeout(BUSY_TIMEOUT)?;
            if let Some(pages) = self.inner.max_pages {
                connection.pragma_update(None, "max_page_count", pages)?;
            }
            Ok(connection)
        };
        let connection = connect().map_err(|error| StoreError::from_sqlite(path, &error))?;
        retry(|| settings(&connection).map_err(Fault::from)).map_err(|fault| fault.told(path))?;
        Ok(connection)
    }

    /// Reads; `f` sees one state of the store from its first statement on only where it runs a single one.
    pub(super) fn read<T>(&self, f: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, StoreError> {
        let connection = self.borrow()?;
        let result = f(&connection);
        self.give_back(connection);
        result.map_err(|fault| fault.told(self.path()))
    }

    /// Reads one state of the store, however many statements `f` runs.
    pub(super) fn snapshot<T>(
        &self,
        f: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        let connection = self.borrow()?;
        let result = (|| f(&connection.unchecked_transaction()?))();
        self.give_back(connection);
        result.map_err(|fault| fault.told(self.path()))
    }

    /// Writes in one transaction that is taken back if `f` fails.
    pub(super) fn write<T>(
        &self,
        f: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        let connection = self.borrow()?;
        let result = write_on(&connection, f);
        self.give_back(connection);
        result.map_err(|fault| fault.told(self.path()))
    }

    pub(super) fn borrow(&self) -> Result<Connection, StoreError> {
        let idle = self
            .inner
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        idle.map_or_else(|| self.connect(), Ok)
    }

    pub(super) fn give_back(&self, connection: Connection) {
        let mut idle = self.inner.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < POOLED {
            idle.push(connection);
        }
    }
}

/// Runs `f` in a transaction that holds the write lock from its start, so that it never fails half-way for a lock.
/// An error of `f` takes everything back.
pub(super) fn write_on<T>(
    connection: &Connection,
    f: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let begin = || {
        Ok(Transaction::new_unchecked(
            connection,
            TransactionBehavior::Immediate,
        )?)
    };
    let transaction = retry(begin)?;
    let value = f(&transaction)?;
    transaction.commit()?;
    Ok(value)
}

/// Tries again while another process is in the way. SQLite has then waited for [`BUSY_TIMEOUT`] already, except
/// where it cannot wait (the change to WAL mode).
pub(super) fn retry<T>(mut f: impl FnMut() -> Result<T, Fault>) -> Result<T, Fault> {
    let mut pause = Duration::from_millis(10);
    for _ in 0..BUSY_RETRIES {
        match f() {
            Err(fault) if fault.is_busy() => std::thread::sleep(pause),
            done => return done,
        }
        pause *= 3;
    }
    f()
}

/// The file that lies where a folder on the way to `folder` belongs.
fn file_above(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().find(|path| path.is_file()).map(Path::to_owned)
}

/// A connection that cannot write.
fn read_only(path: &Path, access: Access) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = match access {
        Access::Frozen => Connection::open_with_flags(frozen(path), flags | OpenFlags::SQLITE_OPEN_URI)?,
        Access::Read | Access::Write => Connection::open_with_flags(path, flags)?,
    };
    connection.busy_timeout(BUSY_TIMEOUT)?;
    Ok(connection)
}

/// The address by which SQLite takes a file for immutable: <https://www.sqlite.org/uri.html>.
fn frozen(path: &Path) -> String {
    let mut uri = String::from(if path.is_absolute() { "file://" } else { "file:" });
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                uri.push(char::from(*byte))
            }
            _ => uri += &format!("%{byte:02X}"),
        }
    }
    uri + "?immutable=1"
}

/// Looks at an existing file without any way to write it, and returns its format; 0 where there is nothing yet.
fn inspect(path: &Path, access: Access) -> Result<i64, StoreError> {
    match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(StoreError::from_io(path, &error)),
        Ok(meta) if meta.is_dir() => {
            return Err(StoreError::NotAStore {
                path: path.to_owned(),
                why: "a folder".to_owned(),
            });
        }
        Ok(meta) if meta.len() == 0 => return Ok(0),
        Ok(_) => {}
    }
    let look = || -> Result<(i64, i64, i64), Fault> {
        let connection = read_only(path, access)?;
        let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
        Ok((
            number("PRAGMA user_version")?,
            number("PRAGMA application_id")?,
            number("SELECT count(*) FROM sqlite_schema")?,
        ))
    };
    let (version, application, tables) = retry(look).map_err(|fault| fault.told(path))?;
    if application != APPLICATION_ID && (application != 0 || tables > 0) {
        let why = "an SQLite file of another program".to_owned();
        return Err(StoreError::NotAStore {
            path: path.to_owned(),
            why,
        });
    }
    refuse_newer(path, version)?;
    Ok(version)
}

fn refuse_newer(path: &Path, found: i64) -> Result<(), StoreError> {
    let known = MIGRATIONS.len() as i64;
    if found > known {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            found,
            known,
        });
    }
    Ok(())
}

fn settings(connection: &Connection) -> rusqlite::Result<()> {
    // auto_vacuum takes effect only before the first table is there, so it comes first.
    connection.execute_batch(
        "PRAGMA auto_vacuum = INCREMENTAL;
         PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA wal_autocheckpoint = 2000;
         PRAGMA journal_size_limit = 33554432;
         PRAGMA cache_size = -4096;
         PRAGMA trusted_schema = OFF;",
    )
}

fn migrate(connection: &Connection) -> Result<(), Fault> {
    let version = |c: &Connection| c.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0));
    if version(connection)? == MIGRATIONS.len() as i64 {
        return Ok(());
    }
    write_on(connection, |tx| {
        // Another process may have been faster.
        let done = version(tx)?;
        refuse_newer(Path::new(tx.path().unwrap_or_default()), done)?;
        for sql in MIGRATIONS.iter().skip(usize::try_from(done).unwrap_or(0)) {
            tx.execute_batch(sql)?;
        }
        tx.pragma_update(None, "application_id", APPLICATION_ID)?;
        tx.pragma_update(None, "user_version", MIGRATIONS.len() as i64)?;
        Ok(())
    })
}
