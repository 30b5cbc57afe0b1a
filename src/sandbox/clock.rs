//! Time that stands still, but for sleep, and what it takes to hand it to WASI.

use super::host::Host;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use wasmtime::component::{HasData, Linker, Resource, ResourceTable};
use wasmtime_wasi::p2::bindings::clocks::monotonic_clock;
use wasmtime_wasi::p2::{DynPollable, Pollable, subscribe};
use wasmtime_wasi::{HostMonotonicClock, HostWallClock, WasiView as _};

/// The date on which all code in the sandbox runs: 2026-01-01T00:00:00Z, in seconds since 1970.
const DATE: u64 = 1_767_225_600;
/// How far the clock moves when it is read, in nanoseconds, so that a loop that waits for time to pass ends.
const TICK: u64 = 1_000;

/// Nanoseconds since the start of the session, as the code in it sees them.
#[derive(Clone, Debug, Default)]
pub(super) struct VirtualTime(Arc<AtomicU64>);

impl VirtualTime {
    fn read(&self) -> u64 {
        self.0.fetch_add(TICK, Ordering::Relaxed)
    }

    /// How much time has passed.
    pub(super) fn passed(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Lets time pass.
    pub(super) fn pass(&self, nanoseconds: u64) {
        let later = |now: u64| Some(now.saturating_add(nanoseconds));
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, later);
    }

    /// Lets time pass up to a moment.
    pub(super) fn reach(&self, moment: u64) {
        self.0.fetch_max(moment, Ordering::Relaxed);
    }
}

impl HostMonotonicClock for VirtualTime {
    fn resolution(&self) -> u64 {
        TICK
    }

    fn now(&self) -> u64 {
        self.read()
    }
}

impl HostWallClock for VirtualTime {
    fn resolution(&self) -> Duration {
        Duration::from_nanos(TICK)
    }

    fn now(&self) -> Duration {
        Duration::from_secs(DATE).saturating_add(Duration::from_nanos(self.read()))
    }
}

/// A sleep, over as soon as anybody waits for it.
struct Sleep {
    time: VirtualTime,
    until: u64,
}

#[async_trait::async_trait]
impl Pollable for Sleep {
    async fn ready(&mut self) {
        self.time.reach(self.until);
    }
}

/// What the functions of `wasi:clocks/monotonic-clock` work on.
pub(super) struct Clock<'a> {
    time: &'a VirtualTime,
    table: &'a mut ResourceTable,
}

struct HasClock;

impl HasData for HasClock {
    type Data<'a> = Clock<'a>;
}

impl Clock<'_> {
    fn sleep(&mut self, until: u64) -> wasmtime::Result<Resource<DynPollable>> {
        let time = self.time.clone();
        let sleep = self.table.push(Sleep { time, until })?;
        subscribe(self.table, sleep)
    }
}

impl monotonic_clock::Host for Clock<'_> {
    fn now(&mut self) -> wasmtime::Result<u64> {
        Ok(self.time.read())
    }

    fn resolution(&mut self) -> wasmtime::Result<u64> {
        Ok(TICK)
    }

    fn subscribe_instant(&mut self, when: u64) -> wasmtime::Result<Resource<DynPollable>> {
        self.sleep(when)
    }

    fn subscribe_duration(&mut self, duration: u64) -> wasmtime::Result<Resource<DynPollable>> {
        let until = self.time.read().saturating_add(duration);
        self.sleep(until)
    }
}

/// Puts the virtual clock in the place of WASI's own; the linker must allow shadowing.
pub(super) fn link(linker: &mut Linker<Host>) -> wasmtime::Result<()> {
    monotonic_clock::add_to_linker::<Host, HasClock>(linker, |host| Clock {
        time: &host.time,
        table: host.wasi.ctx().table,
    })
}
