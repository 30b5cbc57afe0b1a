//! Modules that users bring: components of the world `bench:scorer/scorer`, and programs from stdin to stdout.

use super::cache::CacheError;
use super::clock;
use super::host::{Host, store};
use super::inspect::ModuleKind;
use super::limits::Limits;
use super::poll::poll_oneoff;
use super::run::to_end;
use super::runtime::Sandbox;
use super::session::fuel;
use super::stop::Stopped;
use std::sync::Arc;
use wasmtime::component::{Component, HasSelf};
use wasmtime::{Engine, InstancePre, Store};
use wasmtime_wasi::I32Exit;
use wasmtime_wasi::p2::add_to_linker_async;
use wasmtime_wasi::p2::bindings::CommandPre;

mod world {
    wasmtime::component::bindgen!({
        path: "wit/scorer.wit",
        world: "scorer",
        exports: { default: async },
    });
}

use world::bench::scorer::{host as imports, types};

/// A module ready to be instantiated.
#[derive(Clone)]
pub struct Module {
    sandbox: Arc<Sandbox>,
    engine: Engine,
    ready: Ready,
}

#[derive(Clone)]
enum Ready {
    Component(world::ScorerPre<Host>),
    Command(InstancePre<Host>),
    CommandComponent(CommandPre<Host>),
}

/// What a component said.
#[derive(Clone, Debug, PartialEq)]
pub struct ModuleScore {
    /// The score.
    pub score: f64,
    /// Whether it is good enough, where the component says so.
    pub pass: Option<bool>,
    /// Why.
    pub reason: String,
    /// Further figures.
    pub named: Vec<(String, f64)>,
}

impl ModuleScore {
    /// Bytes of its texts and figures.
    fn size(&self) -> usize {
        let named = self.named.iter().map(|(name, _)| name.len() + size_of::<f64>());
        named.fold(self.reason.len(), usize::saturating_add)
    }
}

/// What a module answered.
#[derive(Clone, Debug, PartialEq)]
pub enum ModuleAnswer {
    /// A component's score.
    Score(ModuleScore),
    /// A component's own error.
    Failed(String),
    /// What a program wrote to stdout.
    Text(String),
}

/// A call to a module, whatever came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ModuleCall {
    /// What it answered.
    pub answer: Result<ModuleAnswer, Stopped>,
    /// What it logged, or wrote to stderr.
    pub stderr: String,
    /// Instructions used, where a fuel limit makes the engine count them.
    pub fuel: Option<u64>,
}

impl Module {
    /// Compiles a module, or loads it from the cache of compiled code. `metered` says whether calls count fuel.
    pub(super) fn load(sandbox: &Arc<Sandbox>, wasm: &[u8], metered: bool) -> Result<Self, Stopped> {
        let kind = ModuleKind::detect(wasm)?;
        // A module that fits into the places that are kept for instances starts faster there, and does not hold other
        // threads up. One that does not fit is told only where it does not run at all.
        match Self::load_on(sandbox, sandbox.pooled_engine(metered)?, kind, wasm) {
            Ok(module) => Ok(module),
            // What one engine cannot compile the other cannot either.
            Err(Refused::Compiling(stopped)) => Err(stopped),
            Err(Refused::Placing(_)) => {
                Self::load_on(sandbox, sandbox.plain_engine(metered)?, kind, wasm).map_err(Refused::stopped)
            }
        }
    }

    fn load_on(
        sandbox: &Arc<Sandbox>,
        engine: &Engine,
        kind: ModuleKind,
        wasm: &[u8],
    ) -> Result<Self, Refused> {
        let ready = match kind {
            ModuleKind::Command => Ready::Command(command(sandbox, engine, wasm)?),
            ModuleKind::Component => {
                let ready = world::ScorerPre::new(component(sandbox, engine, wasm)?);
                Ready::Component(ready.map_err(|error| {
                    Refused::Placing(Stopped::invalid(
                        "its exports have other types than the world `bench:scorer/scorer`",
                        &error,
                    ))
                })?)
            }
            ModuleKind::CommandComponent => {
                let ready = CommandPre::new(component(sandbox, engine, wasm)?);
                Ready::CommandComponent(ready.map_err(|error| {
                    Refused::Placing(Stopped::invalid("its `wasi:cli/run` has other types", &error))
                })?)
            }
        };
        Ok(Self {
            sandbox: Arc::clone(sandbox),
            engine: engine.clone(),
            ready,
        })
    }

    /// Grades one output in a fresh instance. `context` is JSON text; a program gets
    /// `{"output": .., "context": ..}` on stdin.
    pub fn grade(&self, output: &str, context: &str, limits: &Limits) -> ModuleCall {
        let stdin = match &self.ready {
            Ready::Component(_) => None,
            Ready::Command(_) | Ready::CommandComponent(_) => {
                let output = serde_json::Value::from(output);
                Some(format!("{{\"output\":{output},\"context\":{context}}}\n").into_bytes())
            }
        };
        let failed = |stopped| ModuleCall {
            answer: Err(stopped),
            stderr: String::new(),
            fuel: None,
        };
        let engine = &self.engine;
        let _place = self.sandbox.place();
        let mut store = store(engine, limits, stdin);
        // Texts and lists are copied out of the instance, where one may stand for more than the instance holds.
        store.set_hostcall_fuel(limits.output.saturating_mul(4));
        let _watched = match self.sandbox.watch(engine, store.data().deadline()) {
            Ok(watched) => watched,
            Err(stopped) => return failed(stopped),
        };
        let ran = match &self.ready {
            Ready::Component(ready) => to_end(grade(ready, &mut store, output, context)),
            Ready::Command(ready) => to_end(run(ready, &mut store)),
            Ready::CommandComponent(ready) => to_end(run_component(ready, &mut store)),
        };
        let answer = match ran {
            Some(Ok(answer)) => Ok(answer),
            Some(Err(error)) => Err(Stopped::read(&error, &store)),
            None => Err(Stopped::Waits),
        };
        let cut_off = matches!(answer, Err(Stopped::Time(_)));
        let answer = match (&self.ready, answer) {
            // A program may end itself with success; the score is what it wrote.
            (Ready::Command(_) | Ready::CommandComponent(_), Ok(_) | Err(Stopped::Exit(0))) => {
                written(&store)
            }
            (_, Ok(ModuleAnswer::Score(score))) if score.size() > limits.output => {
                Err(Stopped::Output(limits.output))
            }
            (_, answer) => answer,
        };
        ModuleCall {
            answer,
            stderr: store.data().stderr(),
            // What time cuts off is cut off anywhere: how far it came says nothing.
            fuel: fuel(&store).filter(|_| !cut_off),
        }
    }
}

fn written(store: &Store<Host>) -> Result<ModuleAnswer, Stopped> {
    let host = store.data();
    if host.output_full() {
        return Err(Stopped::Output(host.limits.output));
    }
    match String::from_utf8(host.stdout()) {
        Ok(text) => Ok(ModuleAnswer::Text(text)),
        Err(_) => Err(Stopped::Failed("what it wrote to stdout is not UTF-8".to_owned())),
    }
}

async fn grade(
    ready: &world::ScorerPre<Host>,
    store: &mut Store<Host>,
    output: &str,
    context: &str,
) -> wasmtime::Result<ModuleAnswer> {
    let instance = ready.instantiate_async(&mut *store).await?;
    Ok(match instance.call_grade(store, output, context).await? {
        Ok(score) => ModuleAnswer::Score(ModuleScore {
            score: score.score,
            pass: score.pass,
            reason: score.reason,
            named: score.named,
        }),
        Err(message) => ModuleAnswer::Failed(message),
    })
}

async fn run_component(ready: &CommandPre<Host>, store: &mut Store<Host>) -> wasmtime::Result<ModuleAnswer> {
    let instance = ready.instantiate_async(&mut *store).await?;
    match instance.wasi_cli_run().call_run(store).await? {
        Ok(()) => Ok(ModuleAnswer::Text(String::new())),
        Err(()) => Err(I32Exit(1).into()),
    }
}

async fn run(ready: &InstancePre<Host>, store: &mut Store<Host>) -> wasmtime::Result<ModuleAnswer> {
    let instance = ready.instantiate_async(&mut *store).await?;
    let start = instance.get_typed_func::<(), ()>(&mut *store, "_start")?;
    start.call_async(store, ()).await?;
    Ok(ModuleAnswer::Text(String::new()))
}

/// Why a module is not ready.
enum Refused {
    /// It cannot be compiled.
    Compiling(Stopped),
    /// It does not fit into the places of the engine, or cannot be linked.
    Placing(Stopped),
}

impl Refused {
    fn new(what: &str, error: CacheError) -> Self {
        match error {
            CacheError::Compiling(error) => Self::Compiling(Stopped::invalid(what, &error)),
            CacheError::Loading(error) => Self::Placing(Stopped::invalid(what, &error)),
        }
    }

    fn stopped(self) -> Stopped {
        match self {
            Self::Compiling(stopped) | Self::Placing(stopped) => stopped,
        }
    }
}

fn hash(wasm: &[u8]) -> String {
    blake3::hash(wasm).to_hex().to_string()
}

fn component(
    sandbox: &Sandbox,
    engine: &Engine,
    wasm: &[u8],
) -> Result<wasmtime::component::InstancePre<Host>, Refused> {
    let what = "it is not a component that can be run";
    let invalid = |error: wasmtime::Error| Refused::Placing(Stopped::invalid(what, &error));
    let compiled: Component = sandbox
        .compile(engine, wasm, &hash(wasm))
        .map_err(|error| Refused::new(what, error))?;
    let mut linker = wasmtime::component::Linker::new(engine);
    let link = |linker: &mut wasmtime::component::Linker<Host>| -> wasmtime::Result<()> {
        add_to_linker_async(linker)?;
        linker.allow_shadowing(true);
        clock::link(linker)?;
        imports::add_to_linker::<_, HasSelf<_>>(linker, |host| host)
    };
    link(&mut linker).map_err(invalid)?;
    linker.instantiate_pre(&compiled).map_err(|error| {
        Refused::Placing(Stopped::invalid(
            "it needs what the sandbox does not have",
            &error,
        ))
    })
}

fn command(sandbox: &Sandbox, engine: &Engine, wasm: &[u8]) -> Result<InstancePre<Host>, Refused> {
    let what = "it is not a module that can be run";
    let invalid = |error: wasmtime::Error| Refused::Placing(Stopped::invalid(what, &error));
    let compiled: wasmtime::Module = sandbox
        .compile(engine, wasm, &hash(wasm))
        .map_err(|error| Refused::new(what, error))?;
    let mut linker: wasmtime::Linker<Host> = wasmtime::Linker::new(engine);
    let link = |linker: &mut wasmtime::Linker<Host>| -> wasmtime::Result<()> {
        wasmtime_wasi::p1::add_to_linker_async(linker, |host: &mut Host| &mut host.wasi)?;
        linker.allow_shadowing(true);
        linker.func_wrap("wasi_snapshot_preview1", "poll_oneoff", poll_oneoff)?;
        // Any code is told as it is, not only those that WASI calls valid.
        linker.func_wrap(
            "wasi_snapshot_preview1",
            "proc_exit",
            |code: i32| -> wasmtime::Result<()> { Err(I32Exit(code).into()) },
        )?;
        Ok(())
    };
    link(&mut linker).map_err(invalid)?;
    linker.instantiate_pre(&compiled).map_err(|error| {
        Refused::Placing(Stopped::invalid(
            "it needs what the sandbox does not have",
            &error,
        ))
    })
}

impl imports::Host for Host {
    fn log(&mut self, level: imports::Level, message: String) {
        let level = match level {
            imports::Level::Debug => "debug",
            imports::Level::Info => "info",
            imports::Level::Warn => "warn",
            imports::Level::Error => "error",
        };
        Host::log(self, level, &message);
    }
}

impl types::Host for Host {}
