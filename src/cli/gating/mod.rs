//! The quality gate of a stored run: from the rules of the workspace to a verdict, for `bench gate` and `bench run --gate`.

mod print;
mod rules;

pub use print::{Output, tell};
pub use rules::Rules;

use super::command::compare::{changed, select};
use super::console::Console;
use super::failure::Failure;
use super::sources::{Place, Source, SourceCandidate, in_rounds};
use crate::analyse::Analysis;
use crate::analyse::gate::{GateArm, GateCandidate, GatePlan, GateVerdict, TrialIndex};
use crate::model::{Baseline, Outcome};
use crate::report::summary_json;
use crate::store::{RunRef, Store};
use select::Pair;

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
    /// Gate although cases or scorers changed.
    pub despite_changes: bool,
}

/// A gate that a run is held against when it has ended.
pub struct GateAtEnd {
    /// What is checked.
    pub rules: Rules,
    /// The run that it is held against.
    pub baseline: Option<RunRef>,
    /// Gate although cases or scorers changed.
    pub despite_changes: bool,
}

/// Judges a run that has just ended, after its leaderboards; returns the exit code.
pub fn at_end(
    store: &Store,
    run: RunRef,
    gate: &GateAtEnd,
    analysis: &Analysis,
    console: &Console,
) -> Result<u8, Failure> {
    let verdict = judge(&Request {
        store,
        run,
        rules: &gate.rules,
        baseline: gate.baseline.clone(),
        despite_changes: gate.despite_changes,
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
    tell(&verdict, &Output::default(), beside, console)
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
        let error = matches!(
            row.outcome,
            Outcome::ProviderError | Outcome::JudgeError | Outcome::ScorerError | Outcome::Skipped
        );
        let seconds = row
            .latency_us
            .filter(|latency| *latency > 0)
            .map(|latency| latency as f64 / 1e6);
        if let Some(index) = columns.get_mut(place.column) {
            index.add(place.case, error, seconds);
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
    let against = rules.needs_baseline();
    for source in [Some(&source), base.as_ref()].into_iter().flatten() {
        if let Some(manifest) = source.manifest()
            && let Some(why) = in_rounds(&manifest.run, manifest)
        {
            return Err(Failure::Usage(format!("no gate can be held: {why}")));
        }
    }
    let base_source = match (&base, rules.baseline.candidate.is_some()) {
        (Some(base), _) => Some(base),
        (None, true) => Some(&source),
        (None, false) => None,
    }
    .filter(|_| against);
    let all = source.candidates();
    let gated = gated(
        &source,
        &all,
        rules,
        base_source.is_some_and(|base| std::ptr::eq(base, &source)),
    )?;
    let mut pairs: Vec<Pair> = Vec::new();
    let mut arms: Vec<(&SourceCandidate, Option<SourceCandidate>)> = Vec::new();
    for candidate in gated {
        let partner = base_source
            .map(|base| partner(base, candidate, rules.baseline.candidate.as_deref()))
            .transpose()?;
        if let (Some(base), Some(partner)) = (base_source, &partner) {
            pairs.push(pair(base, &source, partner, candidate));
        }
        arms.push((candidate, partner));
    }
    let mut changes = Vec::new();
    if let Some(base) = &base
        && against
    {
        let mut notes = Vec::new();
        let found = changed::changes(Some(request.store), base, &source, &pairs, &mut notes)?;
        if found.iter().any(|change| change.kind.breaks()) && !request.despite_changes {
            return Err(changed::refusal(&found));
        }
        changes.extend(
            found
                .iter()
                .map(|change| format!("{}: {}", change.task, change.what)),
        );
    }
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
                    let baseline = base_source
                        .zip(partner.as_ref())
                        .and_then(|(base, partner)| base.arm(place_in(base, partner, &task.name)?));
                    Some(GateArm {
                        task: task.name.clone(),
                        arm: source.arm(*place)?,
                        baseline,
                        trials: trials
                            .get(place.grid)
                            .and_then(|columns| columns.get(place.column))
                            .unwrap_or(&empty),
                        planned: task.cases,
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
    if verdict.checks.is_empty() {
        return Err(Failure::Usage(format!(
            "no rule of the gate is about a task of {}",
            source.label
        )));
    }
    Ok(Verdict {
        verdict,
        baseline: base_source.map(|base| {
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
            .filter(|_| against)
            .map(|run| run.id.clone()),
        run_id: request.run.id.clone(),
        run: source.label,
        changes,
    })
}

/// The candidates that are gated; the baseline's own is not held against itself.
fn gated<'c>(
    source: &Source,
    all: &'c [SourceCandidate],
    rules: &Rules,
    same_run: bool,
) -> Result<Vec<&'c SourceCandidate>, Failure> {
    let mut chosen: Vec<&SourceCandidate> = Vec::new();
    if rules.candidates.is_empty() {
        chosen.extend(all);
    }
    for text in &rules.candidates {
        for candidate in select::named(source, all, text)? {
            if !chosen.iter().any(|known| std::ptr::eq(*known, candidate)) {
                chosen.push(candidate);
            }
        }
    }
    if let Some(baseline) = rules.baseline.candidate.as_ref().filter(|_| same_run) {
        let own = select::named(source, all, baseline)?;
        chosen.retain(|candidate| !own.iter().any(|own| std::ptr::eq(*own, *candidate)));
    }
    if chosen.is_empty() {
        return Err(Failure::Usage(format!(
            "{} has no candidate beside the baseline",
            source.label
        )));
    }
    Ok(chosen)
}

/// The candidate of the baseline that a candidate is held against.
fn partner(
    base: &Source,
    candidate: &SourceCandidate,
    asked: Option<&str>,
) -> Result<SourceCandidate, Failure> {
    let all = base.candidates();
    let Some(asked) = asked else {
        let same = |other: &&SourceCandidate| {
            (other.name == candidate.name || other.model == candidate.model)
                && other.prompt == candidate.prompt
        };
        return all.iter().find(same).cloned().ok_or_else(|| {
            let known =
                crate::plan::known_names(&candidate.shown, all.iter().map(|other| other.shown.as_str()));
            Failure::Usage(format!(
                "{} has no candidate {} to hold against{known}; --baseline-candidate names another one",
                base.label, candidate.shown
            ))
        });
    };
    let found = select::named(base, &all, asked)?;
    let same_prompt = found.iter().find(|other| other.prompt == candidate.prompt);
    match (same_prompt, found.as_slice()) {
        (Some(found), _) | (None, [found]) => Ok((*found).clone()),
        _ => Err(Failure::Usage(format!(
            "`{asked}` is several candidates of {}: {}",
            base.label,
            found
                .iter()
                .map(|other| format!("`{}`", other.shown))
                .collect::<Vec<_>>()
                .join(", ")
        ))),
    }
}

fn place_in(source: &Source, candidate: &SourceCandidate, task: &str) -> Option<Place> {
    let of_task = |place: &&Place| {
        source
            .grids
            .get(place.grid)
            .is_some_and(|grid| *grid.task == *task)
    };
    candidate.places.iter().find(of_task).copied()
}

fn pair(base: &Source, source: &Source, before: &SourceCandidate, after: &SourceCandidate) -> Pair {
    let tasks = after.places.iter().filter_map(|place| {
        let name = source.grids.get(place.grid)?.task.clone();
        Some((name.clone(), place_in(base, before, &name)?, *place))
    });
    Pair {
        tasks: tasks.collect(),
        a: before.shown.clone(),
        b: after.shown.clone(),
    }
}
