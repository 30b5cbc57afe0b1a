//! The sandbox of a command: where it keeps compiled code, and how its start shows.

use super::console::Console;
use super::workspace::environment;
use crate::sandbox::{Guest, Limits, Sandbox, WORKER_ARGUMENT};
use crate::scorer::ScorerSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::available_parallelism;

/// A sandbox for as many calls at a time as the machine has cores. Compiled code is kept in `BENCH_CACHE_DIR`, else in
/// the user's cache folder.
pub fn open() -> Arc<Sandbox> {
    let parallel = available_parallelism().map_or(1, std::num::NonZero::get);
    match std::env::current_exe() {
        Ok(program) => Sandbox::with_workers(cache_folder(), parallel, program),
        Err(_) => Sandbox::new(cache_folder(), parallel),
    }
}

/// The folder of compiled code, where this process was started as a worker of a sandbox.
pub fn worker_folder() -> Option<PathBuf> {
    let mut arguments = std::env::args_os().skip(1);
    (arguments.next()? == WORKER_ARGUMENT)
        .then(|| arguments.next())?
        .map(PathBuf::from)
}

fn cache_folder() -> Option<PathBuf> {
    let under = |name: &str, rest: &[&str]| {
        let base = PathBuf::from(environment(name)?);
        base.is_absolute()
            .then(|| rest.iter().fold(base, |path, part| path.join(part)))
    };
    under("BENCH_CACHE_DIR", &[])
        .or_else(|| under("XDG_CACHE_HOME", &["bench"]))
        .or_else(|| {
            if cfg!(target_os = "macos") {
                under("HOME", &["Library", "Caches", "bench"])
            } else {
                under("HOME", &[".cache", "bench"])
            }
        })
        .or_else(|| under("LOCALAPPDATA", &["bench"]))
}

/// Starts the interpreters that scorers need, while other things go on, and says so where it takes its time.
pub fn warm_up<'a>(sandbox: &Arc<Sandbox>, sets: impl Iterator<Item = &'a ScorerSet>, console: &Console) {
    let mut wanted: Vec<(Guest, Limits)> = Vec::new();
    let mut used = false;
    for set in sets {
        used |= set.scorers().iter().any(|scorer| scorer.needs().sandbox);
        for guest in set.scorers().iter().filter_map(|scorer| scorer.needs().guest) {
            let same = |(known, limits): &(Guest, Limits)| {
                *known == guest.0 && limits.fuel.is_some() == guest.1.fuel.is_some()
            };
            if !wanted.iter().any(same) {
                wanted.push(guest);
            }
        }
    }
    if used {
        listen(sandbox, console);
    }
    for (guest, limits) in wanted {
        if !sandbox.is_compiled(guest, &limits) {
            console.note(&format!(
                "Compiling the {guest} sandbox in the background; this happens once on a machine."
            ));
        }
        let sandbox = Arc::clone(sandbox);
        // A failure shows where a scorer asks for the interpreter.
        std::thread::spawn(move || drop(sandbox.prepare(guest, &limits)));
    }
}

/// Says why compiled code is not kept, and where a module takes long to compile.
pub fn listen(sandbox: &Sandbox, console: &Console) {
    if let Some(problem) = sandbox.cache_problem() {
        console.warn(&format!(
            "compiled code is not kept, so each start compiles anew: {problem}; or let BENCH_CACHE_DIR name another folder"
        ));
    }
    let console = console.clone();
    sandbox.on_long_compile(move |size| {
        console.note(&format!(
            "Compiling a module of {:.1} MB; this happens once on a machine.",
            size as f64 / 1e6
        ));
    });
}
