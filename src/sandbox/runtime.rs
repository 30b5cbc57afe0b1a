//! The sandbox as a whole: engines, interpreters, and places for instances.

use super::cache::{Cache, CacheError, Compiled};
use super::engine;
use super::guest::{Guest, Loaded};
use super::host::store;
use super::limits::Limits;
use super::module::Module;
use super::patience::Patience;
use super::run::to_end;
use super::session::{Here, Kind, Session};
use super::stop::Stopped;
use super::watchdog::{Watchdog, Watched};
use super::worker::{Remote, Workers};
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use wasmtime::Engine;

/// After this long it is said that a module is compiled.
const LONG: Duration = Duration::from_secs(2);

/// Something that is made at most once, and may fail for good.
type Once<T> = OnceLock<Result<T, Stopped>>;

/// The sandbox. Nothing starts before the first use.
pub struct Sandbox {
    cache: Cache,
    places: Arc<Places>,
    parallel: u32,
    workers: Option<Arc<Workers>>,
    long_compile: OnceLock<Arc<dyn Fn(usize) + Send + Sync>>,
    watchdog: Once<Watchdog>,
    /// Engines of the interpreters and of modules of users: first without, then with counted fuel.
    pooled_engines: [Once<Engine>; 2],
    plain_engines: [Once<Engine>; 2],
    /// Python, then JavaScript.
    guests: [[Once<Loaded>; 2]; 2],
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("cache", &self.cache)
            .finish_non_exhaustive()
    }
}

impl Sandbox {
    /// A sandbox that keeps compiled code in a folder (which must belong to this user alone) and runs at most
    /// `parallel` instances at a time; further calls wait.
    pub fn new(cache: Option<PathBuf>, parallel: usize) -> Arc<Self> {
        Arc::new(Self::made(cache, parallel))
    }

    /// The same, with instances of Python in processes of their own where several run at a time: `program` is this
    /// program, which serves as a worker when it is called with [`super::WORKER_ARGUMENT`].
    pub fn with_workers(cache: Option<PathBuf>, parallel: usize, program: PathBuf) -> Arc<Self> {
        let mut sandbox = Self::made(cache, parallel);
        // Without a folder of compiled code each worker would compile for itself.
        sandbox.workers = sandbox
            .cache
            .folder()
            .filter(|_| sandbox.parallel > 1)
            .map(|folder| Workers::new(program, folder.to_owned()));
        Arc::new(sandbox)
    }

    fn made(cache: Option<PathBuf>, parallel: usize) -> Self {
        let parallel = parallel.clamp(1, 256);
        Self {
            cache: Cache::open(cache),
            places: Arc::new(Places {
                free: Mutex::new(parallel),
                freed: Condvar::new(),
            }),
            parallel: u32::try_from(parallel).unwrap_or(1),
            workers: None,
            long_compile: OnceLock::new(),
            watchdog: OnceLock::new(),
            pooled_engines: Default::default(),
            plain_engines: Default::default(),
            guests: Default::default(),
        }
    }

    /// How many instances run at a time.
    pub fn parallel(&self) -> usize {
        self.parallel as usize
    }

    /// Whether an interpreter starts without being compiled first, which takes seconds.
    pub fn is_compiled(&self, guest: Guest, limits: &Limits) -> bool {
        let metered = limits.fuel.is_some();
        self.pooled_engine(metered)
            .is_ok_and(|engine| guest.is_compiled(engine, &self.cache))
    }

    /// Makes an interpreter ready for calls with such limits; compiles it where that was not done before on this
    /// machine. Others that need it meanwhile wait for the same.
    pub fn prepare(&self, guest: Guest, limits: &Limits) -> Result<(), Stopped> {
        if self.workers.is_some() && guest == Guest::Python && self.is_compiled(guest, limits) {
            return Ok(());
        }
        self.guest(guest, limits.fuel.is_some()).map(drop)
    }

    /// Starts an instance of an interpreter.
    pub fn open(&self, guest: Guest, limits: &Limits) -> Result<Session, Stopped> {
        let metered = limits.fuel.is_some();
        if let Some(workers) = self.workers.as_ref().filter(|_| guest == Guest::Python) {
            // Compiled here once, if need be; the workers load what is on disk.
            if !self.is_compiled(guest, limits) {
                self.guest(guest, metered)?;
            }
            let remote = Remote::new(Arc::clone(workers), guest, limits, self.place());
            return Ok(Session(Kind::There(Box::new(remote))));
        }
        let loaded = self.guest(guest, metered)?;
        let engine = self.pooled_engine(metered)?;
        let place = self.place();
        let mut store = store(engine, limits, None);
        let watched = self.watch(engine, store.data().deadline())?;
        match to_end(loaded.instantiate(&mut store)) {
            Some(Ok(instance)) => Ok(Session(Kind::Here(Box::new(Here {
                store,
                instance,
                _watched: watched,
                _place: place,
            })))),
            Some(Err(error)) => Err(Stopped::read(&error, &store)),
            None => Err(Stopped::Unavailable("its start waits for ever".to_owned())),
        }
    }

    /// Makes a module that a user brings ready for calls; `metered` where they count fuel.
    pub fn module(self: &Arc<Self>, wasm: &[u8], metered: bool) -> Result<Module, Stopped> {
        Module::load(self, wasm, metered)
    }

    /// Why the folder of compiled code is not used, where one was named.
    pub fn cache_problem(&self) -> Option<&str> {
        self.cache.refused()
    }

    /// Has it told when a module of a user takes long to compile, by the size of the module in bytes.
    pub fn on_long_compile(&self, tell: impl Fn(usize) + Send + Sync + 'static) {
        // Who comes first is told; there is one console.
        let _ = self.long_compile.set(Arc::new(tell));
    }

    /// Compiles a module of a user, or loads it.
    pub(super) fn compile<C: Compiled>(
        &self,
        engine: &Engine,
        wasm: &[u8],
        hash: &str,
    ) -> Result<C, CacheError> {
        let load = || self.cache.load(engine, "own", hash, || Ok(wasm.to_vec()));
        match self.long_compile.get() {
            Some(tell) if !self.cache.has(engine, "own", hash) => {
                let (tell, size) = (Arc::clone(tell), wasm.len());
                let _patience = Patience::start(LONG, move || tell(size));
                load()
            }
            _ => load(),
        }
    }

    fn guest(&self, guest: Guest, metered: bool) -> Result<&Loaded, Stopped> {
        let row = match guest {
            Guest::Python => &self.guests[0],
            Guest::JavaScript => &self.guests[1],
        };
        let loaded =
            row[usize::from(metered)].get_or_init(|| guest.load(self.pooled_engine(metered)?, &self.cache));
        loaded.as_ref().map_err(Stopped::clone)
    }

    pub(super) fn pooled_engine(&self, metered: bool) -> Result<&Engine, Stopped> {
        let make = || engine::pooled(metered, self.parallel).map_err(|error| unavailable(&error));
        let engine = self.pooled_engines[usize::from(metered)].get_or_init(make);
        engine.as_ref().map_err(Stopped::clone)
    }

    pub(super) fn plain_engine(&self, metered: bool) -> Result<&Engine, Stopped> {
        let make = || engine::plain(metered).map_err(|error| unavailable(&error));
        let engine = self.plain_engines[usize::from(metered)].get_or_init(make);
        engine.as_ref().map_err(Stopped::clone)
    }

    /// Has a call stopped at its deadline.
    pub(super) fn watch(&self, engine: &Engine, deadline: Instant) -> Result<Watched, Stopped> {
        let start = || Watchdog::start().map_err(|error| Stopped::Unavailable(format!("no thread: {error}")));
        let watchdog = self
            .watchdog
            .get_or_init(start)
            .as_ref()
            .map_err(Stopped::clone)?;
        Ok(watchdog.watch(engine, deadline))
    }

    /// Waits for a place for an instance.
    pub(super) fn place(&self) -> Place {
        let mut free = self.places.free.lock().unwrap_or_else(PoisonError::into_inner);
        while *free == 0 {
            free = self
                .places
                .freed
                .wait(free)
                .unwrap_or_else(PoisonError::into_inner);
        }
        *free -= 1;
        Place(Arc::clone(&self.places))
    }
}

fn unavailable(error: &wasmtime::Error) -> Stopped {
    Stopped::Unavailable(format!("{error:#}"))
}

/// Places for instances that are free.
#[derive(Debug)]
struct Places {
    free: Mutex<usize>,
    freed: Condvar,
}

/// A place for an instance; dropped when the instance is gone.
pub(super) struct Place(Arc<Places>);

impl Drop for Place {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.freed.notify_one();
    }
}
