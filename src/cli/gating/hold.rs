//! Which candidates are held against which, and what changed between the two runs. Known before a run starts, so that
//! nothing is paid for a gate that cannot be held.

use super::{Despite, GateAtEnd, Rules};
use crate::cli::command::compare::{changed, select};
use crate::cli::failure::Failure;
use crate::cli::sources::{Place, Source, SourceCandidate};
use crate::model::Manifest;
use crate::plan::Plan;
use crate::store::Store;
use select::Pair;

/// Candidates with what they are held against.
pub(super) struct Held<'s> {
    /// Where the baseline is; `None` where no rule asks.
    pub base: Option<&'s Source>,
    /// Each candidate and its partner there.
    pub arms: Vec<(SourceCandidate, Option<SourceCandidate>)>,
    /// What changed against the baseline.
    pub changes: Vec<String>,
}

/// Fails where a gate could not be held of the run that is about to be made.
pub fn foresee(store: &Store, gate: &GateAtEnd, plan: &Plan, manifest: &Manifest) -> Result<(), Failure> {
    let source = Source::of_plan(plan, manifest)?;
    let base = match &gate.baseline {
        Some(run) if gate.rules.needs_baseline() => Some(Source::of_stored(store, run.clone())?),
        _ => None,
    };
    hold(store, &source, base.as_ref(), &gate.rules, gate.despite).map(|_| ())
}

/// Pairs the candidates of a run with those of its baseline (of the run itself, where `base` is none and only a candidate
/// is named).
pub(super) fn hold<'s>(
    store: &Store,
    source: &'s Source,
    base: Option<&'s Source>,
    rules: &Rules,
    despite: Despite,
) -> Result<Held<'s>, Failure> {
    let ruled = |task: &str| rules.all_tasks.is_some() || rules.of_task(task).is_some();
    if !source.grids.iter().any(|grid| ruled(&grid.task)) {
        return Err(Failure::Usage(format!(
            "no rule of the gate is about a task of {}",
            source.label
        )));
    }
    let against = rules.needs_baseline();
    let other = base.filter(|_| against);
    let base = match (other, rules.baseline.candidate.is_some()) {
        (Some(base), _) => Some(base),
        (None, own) => (own && against).then_some(source),
    };
    let all = source.candidates();
    let same_run = base.is_some_and(|base| std::ptr::eq(base, source));
    let mut pairs: Vec<Pair> = Vec::new();
    let mut arms = Vec::new();
    for candidate in gated(source, &all, rules, same_run)? {
        let partner = base
            .map(|base| partner(base, candidate, rules.baseline.candidate.as_deref()))
            .transpose()?;
        if let (Some(base), Some(partner)) = (base, &partner) {
            pairs.push(pair(base, source, partner, candidate));
        }
        arms.push((candidate.clone(), partner));
    }
    let mut changes = Vec::new();
    if let Some(base) = other {
        let mut notes = Vec::new();
        let found = changed::changes(Some(store), base, source, &pairs, &mut notes)?;
        if found.iter().any(|change| change.kind.breaks()) && !despite.changes {
            return Err(changed::refusal(&found));
        }
        let told = |change: &crate::analyse::compare::Change| format!("{}: {}", change.task, change.what);
        changes.extend(found.iter().map(told));
        if rules.all_tasks.is_some() {
            let here = |task: &str| source.grids.iter().any(|grid| *grid.task == *task);
            let gone = base.grids.iter().filter(|grid| !here(&grid.task));
            changes.extend(gone.map(|grid| format!("{}: only the baseline has this task", grid.task)));
        }
    }
    Ok(Held { base, arms, changes })
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

pub(super) fn place_in(source: &Source, candidate: &SourceCandidate, task: &str) -> Option<Place> {
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
