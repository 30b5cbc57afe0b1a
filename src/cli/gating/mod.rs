//! The quality gate of a stored run: from the rules of the workspace to a verdict, for `bench gate` and `bench run --gate`.

mod hold;
mod print;
mod rules;

pub use hold::foresee;
pub use print::{Output, tell};
pub use rules::Rules;

use super::command::gate::Against;
use super::console::Console;
use super::failure::Failure;
use super::sources::{Source, in_rounds};
use crate::analyse::Analysis;
use crate::analyse::gate::{GateArm, GateCandidate, GatePlan, GateTrial, GateVerdict, TrialIndex};
use crate::model::{Baseline, Outcome};
use crate::report::summary_json;
use crate::store::{RunRef, Store};
use camino::Utf8Path;
use hold::Held;

/// Chance of a wrong decision where the workspace says nothing else.
const ALPHA: f64 = 0.05;

/// What is gated, against what.
pub struct Request<'a> {
    /// The store.
    pub store: &'a Store,
    /// The run.
    pub run: RunRef,
    /// What is checked.
    pub rules: &'a Rules,
    /// The run that it is held against; `None`: only what needs no baseline, or a candidate of the run itself.
    pub baseline: Option<RunRef>,
    /// What does not keep it from being gated.
    pub despite: Despite,
}

/// What does not keep a run from being gated.
#[derive(Clone, Copy, Debug, Default)]
pub struct Despite {
    /// Cases or scorers changed.
    pub changes: bool,
    /// The baseline has cases that the run was not to have.
    pub fewer_cases: bool,
}

impl Despite {
    /// As the command line says.
    pub fn of(against: &Against) -> Self {
        Self {
            changes: against.despite_changes,
            fewer_cases: against.despite_fewer_cases,
        }
    }
}

/// A gate that a run is held against when it has ended.
pub struct GateAtEnd {
    /// What is checked.
    pub rules: Rules,
    /// The run that it is held against.
    pub baseline: Option<RunRef>,
    /// What does not keep it from being gated.
    pub despite: Despite,
}

/// Judges a run that has just ended, after its leaderboards; returns the exit code.
pub fn at_end(
    store: &Store,
    run: RunRef,
    gate: &GateAtEnd,
    analysis: &Analysis,
    root: &Utf8Path,
    console: &Console,
) -> Result<u8, Failure> {
    let verdict = judge(&Request {
        store,
        run,
        rules: &gate.rules,
        baseline: gate.baseline.clone(),
        despite: gate.despite,
    })?;
    let beside = if console.json() {
        let mut bytes = Vec::new();
        summary_json(analysis, &mut bytes)?;
        let summary = serde_json::from_slice(&bytes)
            .map_err(|error| Failure::System(format!("the summary is not JSON: {error}")))?;
        Some(summary)
    } else {
        console.out("\n")?;
        None
    };
    tell(&verdict, root, &Output::default(), beside, console)
}

/// A verdict with what it is about.
pub struct Verdict {
    /// The verdict.
    pub verdict: GateVerdict,
    /// The run, for people.
    pub run: String,
    /// The run's id.
    pub run_id: String,
    /// The baseline, for people.
    pub baseline: Option<String>,
    /// The baseline's id or name, as a comparison takes it.
    pub baseline_run: Option<String>,
    /// What changed against the baseline.
    pub changes: Vec<String>,
}

/// The run that a baseline means; found before a run starts, so that nothing is paid for a gate that cannot be held.
pub fn find_baseline(store: &Store, baseline: &Baseline, rules: &Rules) -> Result<Option<RunRef>, Failure> {
    match &baseline.run {
        Some(text) => match store.find_run(text) {
            Ok(run) => Ok(Some(run)),
            Err(error) => {
                let failure = Failure::from(error);
                match failure {
                    Failure::Usage(message) => Err(Failure::Usage(format!("the gate's baseline: {message}"))),
                    other => Err(other),
                }
            }
        },
        None if rules.needs_baseline() && baseline.candidate.is_none() => Err(Failure::Usage(
            "the gate holds a run against a baseline, and none is named: write --baseline RUN, or `baseline: RUN` under `gate:` \
             in bench.yaml"
                .to_owned(),
        )),
        None => Ok(None),
    }
}

/// Judges a run.
pub fn judge(request: &Request<'_>) -> Result<Verdict, Failure> {
    let rules = request.rules;
    let mut trials: Vec<Vec<TrialIndex>> = Vec::new();
    let source = Source::of_stored_with(request.store, request.run.clone(), |place, row| {
        if trials.len() <= place.grid {
            trials.resize(place.grid + 1, Vec::new());
        }
        let Some(columns) = trials.get_mut(place.grid) else {
            return;
        };
        if columns.len() <= place.column {
            columns.resize(place.column + 1, TrialIndex::default());
        }
        let unsent = row.outcome.is_unfinished();
        let trial = GateTrial {
            error: unsent || matches!(row.outcome, Outcome::JudgeError | Outcome::ScorerError),
            unsent,
            seconds: row
                .latency_us
                .filter(|latency| *latency > 0)
                .map(|latency| latency as f64 / 1e6),
        };
        if let Some(index) = columns.get_mut(place.column) {
            index.add(place.case, trial);
        }
    })?;
    let base = match &request.baseline {
        Some(run) if *run == request.run => {
            return Err(Failure::Usage(format!(
                "run {} is its own baseline; name an earlier run with --baseline",
                run.id
            )));
        }
        Some(run) => Some(Source::of_stored(request.store, run.clone())?),
        None => None,
    };
    for source in [Some(&source), base.as_ref()].into_iter().flatten() {
        if let Some(manifest) = source.manifest()
            && let Some(why) = in_rounds(&manifest.run, manifest)
        {
            return Err(Failure::Usage(format!("no gate can be held: {why}")));
        }
    }
    let Held { base, arms, changes } =
        hold::hold(request.store, &source, base.as_ref(), rules, request.despite)?;
    let empty = TrialIndex::default();
    let candidates: Vec<GateCandidate<'_>> = arms
        .iter()
        .map(|(candidate, partner)| GateCandidate {
            name: candidate.shown.clone(),
            tasks: candidate
                .places
                .iter()
                .filter_map(|place| {
                    let task = source.task_entry(place.grid)?;
                    let baseline = base
                        .zip(partner.as_ref())
                        .and_then(|(base, partner)| base.arm(hold::place_in(base, partner, &task.name)?));
                    Some(GateArm {
                        task: task.name.clone(),
                        arm: source.arm(*place)?,
                        baseline,
                        trials: trials
                            .get(place.grid)
                            .and_then(|columns| columns.get(place.column))
                            .unwrap_or(&empty),
                        planned: task.cases,
                        fewer_cases: request.despite.fewer_cases,
                    })
                })
                .collect(),
        })
        .collect();
    let of_task = |name: &str| rules.of_task(name);
    let verdict = GateVerdict::of(
        &candidates,
        &GatePlan {
            all_tasks: rules.all_tasks.as_ref(),
            of_task: &of_task,
            alpha: rules.confidence.map_or(ALPHA, |confidence| 1.0 - confidence),
        },
    );
    Ok(Verdict {
        verdict,
        baseline: base.map(|base| {
            if std::ptr::eq(base, &source) {
                format!(
                    "{} of the same run",
                    rules.baseline.candidate.as_deref().unwrap_or_default()
                )
            } else {
                base.label.clone()
            }
        }),
        baseline_run: request
            .baseline
            .as_ref()
            .filter(|_| rules.needs_baseline())
            .map(|run| run.id.clone()),
        run_id: request.run.id.clone(),
        run: source.label,
        changes,
    })
}
