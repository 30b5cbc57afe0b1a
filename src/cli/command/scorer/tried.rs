//! A scorer called, and the calls timed.

use crate::cli::console::Console;
use crate::model::ScorerSpec;
use crate::sandbox::Sandbox;
use crate::scorer::{CompiledScorer, Observed, ScoreInput};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Calls that are timed after the first, at most.
const CALLS: usize = 9;
/// Time that they may take together.
const PATIENCE: Duration = Duration::from_millis(500);

/// What came of a scorer.
pub struct Tried {
    /// The scorer.
    pub spec: ScorerSpec,
    /// What it said; `None` where its `cases` filter leaves the case out.
    pub observed: Option<Observed>,
    /// Time of the first call; for one that failed, of the call that failed.
    pub first: Duration,
    /// Median time of further calls, where there were any.
    pub median: Option<(Duration, usize)>,
}

impl Tried {
    /// Whether it gave a score.
    pub fn scored(&self) -> bool {
        self.observed
            .as_ref()
            .is_some_and(|observed| observed.result.is_ok())
    }
}

/// Calls a scorer: once to see all there is to see, then as a run does, to time it.
pub fn call(
    spec: ScorerSpec,
    scorer: &CompiledScorer,
    input: &ScoreInput<'_>,
    sandbox: &Arc<Sandbox>,
    console: &Console,
) -> Tried {
    if !scorer.applies_to(input.case) {
        return Tried {
            spec,
            observed: None,
            first: Duration::ZERO,
            median: None,
        };
    }
    prepare(scorer, true, sandbox, console);
    let (observed, first) = timed(|| scorer.observe(input));
    // One that fails, perhaps at its time limit, need not do so again.
    if observed.result.is_err() {
        return Tried {
            spec,
            observed: Some(observed),
            first,
            median: None,
        };
    }
    prepare(scorer, false, sandbox, console);
    let (_, first) = timed(|| scorer.score(input));
    let started = Instant::now();
    let mut times = Vec::new();
    while times.len() < CALLS && started.elapsed() < PATIENCE {
        times.push(timed(|| scorer.score(input)).1);
    }
    times.sort_unstable();
    Tried {
        spec,
        observed: Some(observed),
        first,
        median: times.get(times.len() / 2).map(|median| (*median, times.len())),
    }
}

fn timed<T>(call: impl FnOnce() -> T) -> (T, Duration) {
    let started = Instant::now();
    let result = call();
    (result, started.elapsed())
}

/// Starts the interpreter before anything is timed. Counting fuel takes code of its own, which is compiled apart.
fn prepare(scorer: &CompiledScorer, metered: bool, sandbox: &Arc<Sandbox>, console: &Console) {
    let Some((guest, limits)) = scorer.needs().guest else {
        return;
    };
    let limits = if metered { limits.counted() } else { limits };
    if !sandbox.is_compiled(guest, &limits) {
        let counting = if limits.fuel.is_some() {
            ", counting fuel"
        } else {
            ""
        };
        console.note(&format!(
            "Compiling the {guest} sandbox{counting}; this happens once on a machine."
        ));
    }
    // A failure shows in the call.
    drop(sandbox.prepare(guest, &limits));
}
