//! Calls to one instance of an interpreter.

use super::guest::Instance;
use super::host::Host;
use super::run::to_end;
use super::runtime::Place;
use super::stop::Stopped;
use super::watchdog::Watched;
use super::worker::Remote;
use std::time::Duration;
use wasmtime::Store;

/// One instance of an interpreter, with its time running.
pub struct Session(pub(super) Kind);

/// Where the instance is.
pub(super) enum Kind {
    /// In this process.
    Here(Box<Here>),
    /// In a worker.
    There(Box<Remote>),
}

/// An instance in this process.
pub(super) struct Here {
    pub(super) store: Store<Host>,
    pub(super) instance: Instance,
    pub(super) _watched: Watched,
    /// Given back last, when the instance is gone.
    pub(super) _place: Place,
}

impl Session {
    /// Sends a request and waits for the answer. After an error the session is of no more use.
    pub fn call(&mut self, request: &str) -> Result<String, Stopped> {
        match &mut self.0 {
            Kind::Here(here) => here.call(request),
            Kind::There(remote) => remote.call(request),
        }
    }

    /// How far the clock moved: what the code slept.
    pub fn slept(&self) -> Duration {
        match &self.0 {
            Kind::Here(here) => Duration::from_nanos(here.store.data().time.passed()),
            Kind::There(remote) => remote.slept(),
        }
    }

    /// Instructions so far; `None` where no fuel limit makes the engine count them.
    pub fn fuel(&self) -> Option<u64> {
        match &self.0 {
            Kind::Here(here) => fuel(&here.store),
            Kind::There(remote) => remote.fuel(),
        }
    }
}

impl Here {
    fn call(&mut self, request: &str) -> Result<String, Stopped> {
        match to_end(self.instance.run(&mut self.store, request)) {
            Some(Ok(answer)) => Ok(answer),
            Some(Err(error)) => Err(Stopped::read_guest(&error, &self.store, self.instance.guest())),
            None => Err(Stopped::Waits),
        }
    }
}

/// Instructions that a store has used up.
pub(super) fn fuel(store: &Store<Host>) -> Option<u64> {
    let limit = store.data().limits.fuel?;
    Some(limit.saturating_sub(store.get_fuel().ok()?))
}
