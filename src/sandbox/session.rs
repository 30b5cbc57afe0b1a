//! Calls to one instance of an interpreter.

use super::guest::Instance;
use super::host::Host;
use super::run::to_end;
use super::runtime::Place;
use super::stop::Stopped;
use super::watchdog::Watched;
use std::time::Duration;
use wasmtime::Store;

/// One instance of an interpreter, with its time running.
pub struct Session {
    pub(super) store: Store<Host>,
    pub(super) instance: Instance,
    pub(super) _watched: Watched,
    /// Given back last, when the instance is gone.
    pub(super) _place: Place,
}

impl Session {
    /// Sends a request and waits for the answer. After an error the session is of no more use.
    pub fn call(&mut self, request: &str) -> Result<String, Stopped> {
        match to_end(self.instance.run(&mut self.store, request)) {
            Some(Ok(answer)) => Ok(answer),
            Some(Err(error)) => Err(Stopped::read(&error, &self.store)),
            None => Err(Stopped::Trap(
                "it waits for something that never happens".to_owned(),
            )),
        }
    }

    /// How far the clock moved: what the code slept.
    pub fn slept(&self) -> Duration {
        Duration::from_nanos(self.store.data().time.passed())
    }

    /// Instructions so far; `None` where no fuel limit makes the engine count them.
    pub fn fuel(&self) -> Option<u64> {
        fuel(&self.store)
    }
}

/// Instructions that a store has used up.
pub(super) fn fuel(store: &Store<Host>) -> Option<u64> {
    let limit = store.data().limits.fuel?;
    Some(limit.saturating_sub(store.get_fuel().ok()?))
}
