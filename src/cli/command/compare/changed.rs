//! What changed between two sources, down to the parts of single cases.

use super::select::Pair;
use crate::analyse::compare::{
    CaseChanges, Change, ChangeKind, candidate_changes, case_changes, task_changes,
};
use crate::cli::failure::Failure;
use crate::cli::import::Format;
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
        (Origin::File { format: one, .. }, Origin::File { format: other, .. }) if one == other => {
            *one != Format::Bench || (a.manifest().is_some() && b.manifest().is_some())
        }
        _ => a.manifest().is_some() && b.manifest().is_some(),
    };
    if !checked {
        notes.push(unchecked(a, b));
        return Ok(found);
    }
    for (place_a, place_b) in tasks.into_values() {
        let entries = a.task_entry(place_a.grid).zip(b.task_entry(place_b.grid));
        if let Some((before, after)) = entries {
            found.extend(task_changes(before, after));
        }
        let Some((arm_a, arm_b)) = a.arm(place_a).zip(b.arm(place_b)) else {
            continue;
        };
        if let (true, Some((before, after))) = (by_manifest(a) || by_manifest(b), entries) {
            whole(before, after, &mut found, notes);
            continue;
        }
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
    Some((source.task_entry(place.grid)?, source.candidate_entry(place)?))
}

/// Whether all that is known of the cases is the hash in a manifest.
fn by_manifest(source: &Source) -> bool {
    matches!(&source.origin, Origin::File { format, .. } if *format == Format::Bench)
}

/// Why changes cannot be noticed.
fn unchecked(a: &Source, b: &Source) -> String {
    let without = [a, b]
        .into_iter()
        .find(|source| by_manifest(source) && source.manifest().is_none());
    let why = match without {
        Some(source) => format!(
            "{} holds no hashes of them, and there is no manifest.json of its run beside it",
            source.label
        ),
        None => "these formats have no content hashes in common".to_owned(),
    };
    format!(
        "cases are matched by id alone: {why}, so changed cases, golden outputs and scorers are not noticed"
    )
}

/// Compares the cases of a task by the one hash of all of them.
fn whole(before: &TaskEntry, after: &TaskEntry, found: &mut Vec<Change>, notes: &mut Vec<String>) {
    if before.cases_hash == after.cases_hash {
        return;
    }
    let selected = |task: &TaskEntry| (task.cases, task.case_globs.clone(), task.limit);
    if selected(before) == selected(after) {
        found.push(Change {
            task: before.name.clone(),
            kind: ChangeKind::Case,
            what: "the cases changed (their variables, golden outputs, scorers, metadata or order); results.jsonl does not tell \
                   which, two runs of one store do"
                .to_owned(),
        });
    } else {
        notes.push(format!(
            "{}: the sides ran different selections of cases, so whether those of both changed is not noticed; they are \
             matched by id alone",
            before.name
        ));
    }
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
