//! What the machine shows to the code in an instance: nothing but a clock, dice and two pipes.

use super::clock::VirtualTime;
use super::limits::Limits;
use super::pipe::OutputPipe;
use std::sync::LazyLock;
use std::time::Instant;
use wasmtime::{Engine, ResourceLimiter, Store, UpdateDeadline};
use wasmtime_wasi::p1::WasiP1Ctx;
use wasmtime_wasi::p2::pipe::MemoryInputPipe;
use wasmtime_wasi::random::Deterministic;
use wasmtime_wasi::{WasiCtxBuilder, WasiCtxView, WasiView};

/// Bytes of the dice before they repeat.
const FACES: usize = 4096;
/// The dice of every instance: for what asks for secure numbers, and for the rest.
static DICE: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| [dice(1), dice(2)]);
/// Entries that the tables of an instance may have in all.
const MOST_ELEMENTS: usize = 200_000;
/// Characters of log lines that are kept.
const MOST_LOG: usize = 64 << 10;

/// The state of one instance on the host's side.
pub(super) struct Host {
    /// Serves both kinds of WASI: components use the context in it.
    pub(super) wasi: WasiP1Ctx,
    pub(super) time: VirtualTime,
    pub(super) limits: Limits,
    /// Whether the limiter ever said no to more memory.
    pub(super) memory_denied: bool,
    /// Bytes of all linear memories together.
    memory: usize,
    deadline: Instant,
    stdout: OutputPipe,
    stderr: OutputPipe,
    log: String,
}

impl Host {
    fn new(limits: Limits, stdin: Option<Vec<u8>>) -> Self {
        let time = VirtualTime::default();
        let (stdout, stderr) = (OutputPipe::new(limits.output), OutputPipe::new(limits.output));
        let mut builder = WasiCtxBuilder::new();
        builder
            .stdout(stdout.clone())
            .stderr(stderr.clone())
            .wall_clock(time.clone())
            .monotonic_clock(time.clone())
            .secure_random(Deterministic::new(DICE[0].clone()))
            .insecure_random(Deterministic::new(DICE[1].clone()))
            .insecure_random_seed(0)
            .allow_tcp(false)
            .allow_udp(false)
            .allow_ip_name_lookup(false)
            .allow_blocking_current_thread(false);
        if let Some(stdin) = stdin {
            builder.stdin(MemoryInputPipe::new(stdin)).arg("scorer");
        }
        let now = Instant::now();
        Self {
            wasi: builder.build_p1(),
            time,
            limits,
            memory_denied: false,
            memory: 0,
            deadline: now.checked_add(limits.time).unwrap_or(now),
            stdout,
            stderr,
            log: String::new(),
        }
    }

    /// Whether the time is over.
    pub(super) fn out_of_time(&self) -> bool {
        Instant::now() >= self.deadline
    }

    /// The end of the time.
    pub(super) fn deadline(&self) -> Instant {
        self.deadline
    }

    /// What was written to stdout.
    pub(super) fn stdout(&self) -> Vec<u8> {
        self.stdout.contents().to_vec()
    }

    /// What was written to stderr, after it what was logged.
    pub(super) fn stderr(&self) -> String {
        let mut text = String::from_utf8_lossy(&self.stderr.contents()).into_owned();
        text.push_str(&self.log);
        text
    }

    /// Whether stdout or stderr is full.
    pub(super) fn output_full(&self) -> bool {
        let full = |pipe: &OutputPipe| pipe.contents().len() >= self.limits.output;
        full(&self.stdout) || full(&self.stderr)
    }

    /// Keeps a log line, up to a limit.
    pub(super) fn log(&mut self, level: &str, message: &str) {
        if self.log.len() + message.len() < MOST_LOG {
            self.log.push_str(level);
            self.log.push_str(": ");
            self.log.push_str(message);
            self.log.push('\n');
        }
    }
}

/// Bytes that are the same on every machine.
fn dice(stream: u8) -> Vec<u8> {
    let mut bytes = vec![0; FACES];
    let mut hasher = blake3::Hasher::new_derive_key("bench sandbox dice 1");
    hasher.update(&[stream]);
    hasher.finalize_xof().fill(&mut bytes);
    bytes
}

impl WasiView for Host {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        self.wasi.ctx()
    }
}

impl ResourceLimiter for Host {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let more = desired.saturating_sub(current);
        let fits = self.memory.saturating_add(more) <= self.limits.memory;
        if fits {
            self.memory += more;
        }
        self.memory_denied |= !fits;
        Ok(fits)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(desired <= MOST_ELEMENTS)
    }

    fn instances(&self) -> usize {
        200
    }

    fn memories(&self) -> usize {
        8
    }

    fn tables(&self) -> usize {
        64
    }
}

/// A store for one instance, with its limits set. `stdin` makes it one for a WASI preview 1 program.
pub(super) fn store(engine: &Engine, limits: &Limits, stdin: Option<Vec<u8>>) -> Store<Host> {
    let mut store = Store::new(engine, Host::new(*limits, stdin));
    store.limiter(|host| host);
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(|context| {
        Ok(if context.data().out_of_time() {
            UpdateDeadline::Interrupt
        } else {
            UpdateDeadline::Continue(1)
        })
    });
    if store.get_fuel().is_ok() {
        // Cannot fail: the engine counts fuel.
        let _ = store.set_fuel(limits.fuel.unwrap_or(u64::MAX));
    }
    store
}
