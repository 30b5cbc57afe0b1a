//! The interpreters that bench brings along.

use super::cache::{Cache, CacheError};
use super::clock;
use super::host::Host;
use super::stop::Stopped;
use std::fmt;
use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Store};

mod python {
    wasmtime::component::bindgen!({
        path: "guests/wit/python.wit",
        world: "interpreter",
        exports: { default: async },
    });
}

mod javascript {
    wasmtime::component::bindgen!({
        path: "guests/wit/javascript.wit",
        world: "interpreter",
        exports: { default: async },
    });
}

/// An interpreter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Guest {
    /// CPython with its standard library.
    Python,
    /// QuickJS.
    JavaScript,
}

impl Guest {
    /// The name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Python => "Python",
            Self::JavaScript => "JavaScript",
        }
    }

    /// Whether this build of bench has it.
    pub fn is_built_in(self) -> bool {
        self.packed().is_some()
    }

    /// Hash of the interpreter and the guest source in it; `None` where this build of bench has it not.
    pub fn hash(self) -> Option<&'static str> {
        Some(self.packed()?.hash)
    }

    /// The crate that it comes from, with its version.
    pub fn version(self) -> &'static str {
        match self {
            Self::Python => bench_guests::PYTHON_VERSION,
            Self::JavaScript => bench_guests::JAVASCRIPT_VERSION,
        }
    }

    fn packed(self) -> Option<bench_guests::Packed> {
        match self {
            Self::Python => bench_guests::python(),
            Self::JavaScript => bench_guests::javascript(),
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::JavaScript => "javascript",
        }
    }

    /// Whether its compiled code is on disk.
    pub(super) fn is_compiled(self, engine: &Engine, cache: &Cache) -> bool {
        self.hash()
            .is_some_and(|hash| cache.has(engine, self.label(), hash))
    }

    /// Loads or compiles it and links it with what it may use.
    pub(super) fn load(self, engine: &Engine, cache: &Cache) -> Result<Loaded, Stopped> {
        let Some(packed) = self.packed() else {
            return Err(Stopped::Unavailable(format!(
                "this build of bench has no {} interpreter; build it with `--features {}`",
                self.name(),
                self.label()
            )));
        };
        let unpack = || {
            zstd::decode_all(packed.wasm)
                .map_err(|error| wasmtime::Error::msg(format!("its code does not unpack: {error}")))
        };
        let loaded = || -> wasmtime::Result<Loaded> {
            let component: Component = cache
                .load(engine, self.label(), packed.hash, unpack)
                .map_err(CacheError::into_inner)?;
            let mut linker: Linker<Host> = Linker::new(engine);
            wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
            linker.allow_shadowing(true);
            clock::link(&mut linker)?;
            let instance = linker.instantiate_pre(&component)?;
            Ok(match self {
                Self::Python => Loaded::Python(python::InterpreterPre::new(instance)?),
                Self::JavaScript => Loaded::JavaScript(javascript::InterpreterPre::new(instance)?),
            })
        };
        loaded().map_err(|error| Stopped::Unavailable(format!("the {} interpreter: {error:#}", self.name())))
    }
}

impl fmt::Display for Guest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An interpreter ready to be instantiated.
#[derive(Clone)]
pub(super) enum Loaded {
    Python(python::InterpreterPre<Host>),
    JavaScript(javascript::InterpreterPre<Host>),
}

/// An instance of an interpreter.
pub(super) enum Instance {
    Python(python::Interpreter),
    JavaScript(javascript::Interpreter),
}

impl Loaded {
    pub(super) async fn instantiate(&self, store: &mut Store<Host>) -> wasmtime::Result<Instance> {
        Ok(match self {
            Self::Python(instance) => Instance::Python(instance.instantiate_async(store).await?),
            Self::JavaScript(instance) => Instance::JavaScript(instance.instantiate_async(store).await?),
        })
    }
}

impl Instance {
    /// Which interpreter it is of.
    pub(super) fn guest(&self) -> Guest {
        match self {
            Self::Python(_) => Guest::Python,
            Self::JavaScript(_) => Guest::JavaScript,
        }
    }

    pub(super) async fn run(&self, store: &mut Store<Host>, request: &str) -> wasmtime::Result<String> {
        match self {
            Self::Python(instance) => instance.call_run(store, request).await,
            Self::JavaScript(instance) => {
                store
                    .run_concurrent(async |accessor| instance.call_run(accessor, request.to_owned()).await)
                    .await?
            }
        }
    }
}
