//! What changed between two sources, down to the parts of single cases.

use super::select::Pair;
use crate::analyse::compare::{
    CaseChanges, Change, ChangeKind, candidate_changes, case_changes, task_changes,
};
use crate::cli::failure::Failure;
use crate::cli::sources::{Origin, Place, Source};
use crate::load::cases::{CaseReader, CaseSelection};
use crate::model::{Candidate, Case, Digest, Hasher, TaskEntry};
use crate::plan::PlannedTask;
use crate::report::escape_terminal;
use crate::store::{Order, RunRef, Store};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Everything that changed in what is compared, and notes of what could not be checked.
pub fn changes(
    store: Option<&Store>,
    a: &Source,
    b: &Source,
    pairs: &[Pair],
    notes: &mut Vec<String>,
) -> Result<Vec<Change>, Failure> {
    let mut found: Vec<Change> = Vec::new();
    let mut tasks: BTreeMap<(usize, usize), (Place, Place)> = BTreeMap::new();
    for (_, place_a, place_b) in pairs.iter().flat_map(|pair| &pair.tasks) {
        tasks
            .entry((place_a.grid, place_b.grid))
            .or_insert((*place_a, *place_b));
    }
    let checked = match (&a.origin, &b.origin) {
        (Origin::Run { .. }, Origin::Run { .. } | Origin::Planned { .. }) => true,
        (Origin::File { format: one, .. }, Origin::File { format: other, .. }) => one == other,
        _ => false,
    };
    if !checked {
        notes.push(
            "cases are matched by id alone: these formats have no content hashes in common, so changed cases and scorers are \
             not noticed"
                .to_owned(),
        );
        return Ok(found);
    }
    for (place_a, place_b) in tasks.into_values() {
        if let Some((before, after)) = a.task_entry(place_a.grid).zip(b.task_entry(place_b.grid)) {
            found.extend(task_changes(before, after));
        }
        let Some((arm_a, arm_b)) = a.arm(place_a).zip(b.arm(place_b)) else {
            continue;
        };
        let changed = case_changes(&arm_a, &arm_b);
        if changed.is_empty() {
            continue;
        }
        let parts = match (&a.origin, &b.origin, store) {
            (Origin::Run { run: before, .. }, Origin::Run { run: after, .. }, Some(store)) => Some((
                parts_of(store, before, place_a.grid, &changed)?,
                parts_of(store, after, place_b.grid, &changed)?,
            )),
            (Origin::Run { run: before, .. }, Origin::Planned { tasks, .. }, Some(store)) => Some((
                parts_of(store, before, place_a.grid, &changed)?,
                parts_of_files(tasks.get(place_b.grid), &changed)?,
            )),
            _ => None,
        };
        let mut of_cases = CaseChanges::default();
        for case in &changed {
            match parts
                .as_ref()
                .and_then(|(before, after)| before.get(case).zip(after.get(case)))
            {
                Some((before, after)) => {
                    for (kind, (before, after)) in KINDS.into_iter().zip(before.iter().zip(after)) {
                        if before != after {
                            of_cases.add(kind, case);
                        }
                    }
                }
                None => of_cases.add(ChangeKind::Case, case),
            }
        }
        found.extend(of_cases.changes(&arm_a.grid.task));
    }
    for (_, place_a, place_b) in pairs.iter().flat_map(|pair| &pair.tasks) {
        if let Some((before, after)) = entry(a, *place_a).zip(entry(b, *place_b)) {
            for change in candidate_changes(before, after) {
                if !found.contains(&change) {
                    found.push(change);
                }
            }
        }
    }
    Ok(found)
}

fn entry(source: &Source, place: Place) -> Option<(&TaskEntry, &Candidate)> {
    let position = source
        .grids
        .get(place.grid)?
        .candidates
        .get(place.column)?
        .position;
    let candidate = source.manifest()?.candidates.get(position as usize)?;
    Some((source.task_entry(place.grid)?, &candidate.candidate))
}

/// The parts of a case that are told apart.
const KINDS: [ChangeKind; 4] = [
    ChangeKind::Case,
    ChangeKind::Golden,
    ChangeKind::CaseScorer,
    ChangeKind::Metadata,
];

fn parts(case: &Case) -> [Digest; 4] {
    let part = || Hasher::new("part");
    [
        part().json(&case.vars).digest(),
        part().json(&case.golden).digest(),
        part().json(&case.scorers).digest(),
        part().json(&case.meta).json(&case.verified).digest(),
    ]
}

/// Hashes of the parts of these cases, as the run holds them.
fn parts_of(
    store: &Store,
    run: &RunRef,
    task: usize,
    cases: &[Arc<str>],
) -> Result<HashMap<Arc<str>, [Digest; 4]>, Failure> {
    let mut found: HashMap<Arc<str>, Option<[Digest; 4]>> =
        cases.iter().map(|case| (case.clone(), None)).collect();
    let mut left = found.len();
    let broken = store.stream_trials(run, Order::Case, |row| {
        if row.key.task as usize != task {
            return ControlFlow::Continue(());
        }
        match found.get_mut(row.case_id) {
            Some(slot) if slot.is_none() => match row.case() {
                Ok(case) => {
                    *slot = Some(parts(&case));
                    left -= 1;
                }
                Err(error) => return ControlFlow::Break(Err(error)),
            },
            _ => {}
        }
        if left == 0 {
            return ControlFlow::Break(Ok(()));
        }
        ControlFlow::Continue(())
    })?;
    if let Some(Err(error)) = broken {
        return Err(error.into());
    }
    Ok(found
        .into_iter()
        .filter_map(|(case, parts)| Some((case, parts?)))
        .collect())
}

/// The same as the files have them now.
fn parts_of_files(
    task: Option<&PlannedTask>,
    cases: &[Arc<str>],
) -> Result<HashMap<Arc<str>, [Digest; 4]>, Failure> {
    let Some(task) = task else {
        return Ok(HashMap::new());
    };
    let wanted: HashSet<&str> = cases.iter().map(|case| &**case).collect();
    let mut found = HashMap::new();
    for read in CaseReader::open(&task.task, CaseSelection::default()) {
        let (_, case) = read.map_err(|error| Failure::Usage(error.to_string()))?;
        if wanted.contains(&*case.id) {
            found.insert(Arc::from(&*case.id), parts(&case));
        }
    }
    Ok(found)
}

/// Why two sides are not compared.
pub fn refusal(changes: &[Change]) -> Failure {
    let lines: Vec<String> = changes
        .iter()
        .filter(|change| change.kind.breaks())
        .map(|change| escape_terminal(&format!("{}: {}", change.task, change.what)).into_owned())
        .collect();
    Failure::Usage(format!(
        "the two sides do not measure the same thing:\n  {}\nGrade both by today's scorers and golden outputs with `bench score RUN`, or \
         compare all the same with --despite-changes.",
        lines.join("\n  ")
    ))
}
