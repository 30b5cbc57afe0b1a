//! Compiled code on disk, so that only the first start on a machine compiles.
//!
//! Loading compiled code trusts the file: it is mapped into the process and run. So the folder must belong to the user
//! and be closed to others, else nothing is read from it or kept there.
#![allow(unsafe_code)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use wasmtime::component::Component;
use wasmtime::{Engine, Module};

/// Files that nobody used for so long are removed when a new one is written.
const STALE: Duration = Duration::from_secs(30 * 24 * 3600);

/// A folder of compiled code.
#[derive(Debug)]
pub(super) struct Cache {
    folder: Option<PathBuf>,
    refused: Option<String>,
}

/// Why there is no compiled code.
#[derive(Debug)]
pub(super) enum CacheError {
    /// It does not compile.
    Compiling(wasmtime::Error),
    /// It compiles, but the engine has no place for it.
    Loading(wasmtime::Error),
}

impl CacheError {
    /// The engine's own error.
    pub(super) fn into_inner(self) -> wasmtime::Error {
        match self {
            Self::Compiling(error) | Self::Loading(error) => error,
        }
    }
}

/// What can be compiled, kept and loaded again.
pub(super) trait Compiled: Sized {
    /// Compiles to bytes that can be kept.
    fn compile(engine: &Engine, wasm: &[u8]) -> wasmtime::Result<Vec<u8>>;
    /// Loads a kept file.
    fn load_file(engine: &Engine, path: &Path) -> wasmtime::Result<Self>;
    /// Loads what was just compiled.
    fn load_bytes(engine: &Engine, bytes: &[u8]) -> wasmtime::Result<Self>;
}

impl Compiled for Component {
    fn compile(engine: &Engine, wasm: &[u8]) -> wasmtime::Result<Vec<u8>> {
        engine.precompile_component(wasm)
    }
    fn load_file(engine: &Engine, path: &Path) -> wasmtime::Result<Self> {
        // SAFETY: the file lies in a folder that only this user may write to, and was written by `Cache::keep` from
        // the result of `compile`, under a name that holds the engine's compatibility hash.
        unsafe { Self::deserialize_file(engine, path) }
    }
    fn load_bytes(engine: &Engine, bytes: &[u8]) -> wasmtime::Result<Self> {
        // SAFETY: the bytes come straight from `compile`.
        unsafe { Self::deserialize(engine, bytes) }
    }
}

impl Compiled for Module {
    fn compile(engine: &Engine, wasm: &[u8]) -> wasmtime::Result<Vec<u8>> {
        engine.precompile_module(wasm)
    }
    fn load_file(engine: &Engine, path: &Path) -> wasmtime::Result<Self> {
        // SAFETY: as above.
        unsafe { Self::deserialize_file(engine, path) }
    }
    fn load_bytes(engine: &Engine, bytes: &[u8]) -> wasmtime::Result<Self> {
        // SAFETY: as above.
        unsafe { Self::deserialize(engine, bytes) }
    }
}

impl Cache {
    /// Opens a folder and makes it where it is not there; one that others may write to is not used.
    pub(super) fn open(folder: Option<PathBuf>) -> Self {
        match folder.map(|folder| make_private(&folder).map(|()| folder)) {
            None => Self {
                folder: None,
                refused: None,
            },
            Some(Ok(folder)) => Self {
                folder: Some(folder),
                refused: None,
            },
            Some(Err(problem)) => Self {
                folder: None,
                refused: Some(problem),
            },
        }
    }

    /// Why the folder is not used.
    pub(super) fn refused(&self) -> Option<&str> {
        self.refused.as_deref()
    }

    /// The folder, where one is used.
    pub(super) fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    fn path(&self, engine: &Engine, label: &str, hash: &str) -> Option<PathBuf> {
        let mut engine_hash = Hash(blake3::Hasher::new());
        std::hash::Hash::hash(&engine.precompile_compatibility_hash(), &mut engine_hash);
        let engine = engine_hash.0.finalize().to_hex();
        let short = |hash: &str| hash.chars().take(24).collect::<String>();
        let name = format!("{label}-{}-{}.cwasm", short(hash), short(&engine));
        Some(self.folder.as_ref()?.join(name))
    }

    /// Whether compiled code is there.
    pub(super) fn has(&self, engine: &Engine, label: &str, hash: &str) -> bool {
        self.path(engine, label, hash).is_some_and(|path| path.is_file())
    }

    /// Loads compiled code, or compiles and keeps it.
    ///
    /// `hash` names the WebAssembly bytes that `wasm` gives.
    pub(super) fn load<C: Compiled>(
        &self,
        engine: &Engine,
        label: &str,
        hash: &str,
        wasm: impl FnOnce() -> wasmtime::Result<Vec<u8>>,
    ) -> Result<C, CacheError> {
        let path = self.path(engine, label, hash);
        if let Some(path) = path.as_deref().filter(|path| path.is_file())
            && let Ok(compiled) = C::load_file(engine, path)
        {
            return Ok(compiled);
        }
        let bytes = wasm()
            .and_then(|wasm| C::compile(engine, &wasm))
            .map_err(CacheError::Compiling)?;
        // A full disk or a folder that went away costs only the next start.
        let loaded = match path.filter(|path| keep(path, &bytes).is_ok()) {
            Some(path) => {
                remove_stale(&path, label);
                C::load_file(engine, &path).or_else(|_| C::load_bytes(engine, &bytes))
            }
            None => C::load_bytes(engine, &bytes),
        };
        loaded.map_err(CacheError::Loading)
    }
}

/// Writes beside the name and renames, so that nobody ever sees half a file.
fn keep(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let nanos = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let unique = nanos.map_or(0, |since| since.as_nanos());
    let part = path.with_extension(format!("{}-{unique}.part", std::process::id()));
    let written = fs::File::create_new(&part).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&part, path)
    });
    if written.is_err() {
        let _ = fs::remove_file(&part);
    }
    written
}

/// Removes what other versions of the same code left long ago.
fn remove_stale(kept: &Path, label: &str) {
    let entries = kept.parent().and_then(|folder| fs::read_dir(folder).ok());
    for entry in entries.into_iter().flatten().flatten() {
        let path = entry.path();
        let same = entry
            .file_name()
            .to_string_lossy()
            .starts_with(&format!("{label}-"));
        let age = entry
            .metadata()
            .and_then(|meta| meta.accessed().or_else(|_| meta.modified()));
        let old = age.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > STALE));
        if same && old && path != kept {
            let _ = fs::remove_file(path);
        }
    }
}

/// Hands the engine's hash to a hash function that is the same in every process.
struct Hash(blake3::Hasher);

impl std::hash::Hasher for Hash {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }
    fn finish(&self) -> u64 {
        let bytes = self.0.finalize();
        bytes
            .as_bytes()
            .iter()
            .take(8)
            .fold(0, |hash, byte| (hash << 8) | u64::from(*byte))
    }
}

#[cfg(unix)]
fn make_private(folder: &Path) -> Result<(), String> {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt};
    let shown = folder.display();
    if !folder.is_dir() {
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.map_err(|error| format!("{shown} cannot be made: {error}"))?;
    }
    let own = rustix::process::geteuid().as_raw();
    let meta = fs::metadata(folder).map_err(|error| format!("{shown} cannot be looked at: {error}"))?;
    if meta.uid() != own {
        return Err(format!("{shown} belongs to another user"));
    }
    match meta.mode() & 0o022 {
        0 => Ok(()),
        _ => Err(format!(
            "others may write to {shown} (mode {:o}), and bench runs what lies there; `chmod go-w` it",
            meta.mode() & 0o777
        )),
    }
}

#[cfg(not(unix))]
fn make_private(folder: &Path) -> Result<(), String> {
    if folder.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(folder).map_err(|error| format!("{} cannot be made: {error}", folder.display()))
}
