//! The grids of a stored run.

use super::failure::Failure;
use crate::analyse::{Grid, GridCandidate, GridTrial};
use crate::load::cases::{CaseReader, CaseSelection};
use crate::model::Manifest;
use crate::plan::Plan;
use crate::store::{CellRow, RunRef, Store, case_hash};
use std::ops::ControlFlow;

/// One grid for each task of a run, in the manifest's order.
pub fn of_run(store: &Store, run: &RunRef, manifest: &Manifest) -> Result<Vec<Grid>, Failure> {
    of_run_with(store, run, manifest, |_, _| {})
}

/// Where a trial is in the grids of a run.
#[derive(Clone, Copy, Debug)]
pub struct GridPlace {
    /// The grid.
    pub grid: usize,
    /// The case's row.
    pub case: usize,
    /// The candidate's column.
    pub column: usize,
}

/// The same; `each` sees every trial with its place.
pub fn of_run_with(
    store: &Store,
    run: &RunRef,
    manifest: &Manifest,
    mut each: impl FnMut(GridPlace, &CellRow<'_>),
) -> Result<Vec<Grid>, Failure> {
    let (mut grids, columns) = empty(manifest);
    store.stream_cells(run, |row| {
        let known = columns.get(row.key.candidate as usize);
        if let (Some(grid), Some(column)) = (grids.get_mut(row.key.task as usize), known) {
            let case = grid.case(row.case_id, row.cluster, row.case_hash);
            let trial = GridTrial {
                outcome: row.outcome,
                score: row.score,
                pass: row.pass,
                dollars: row.cost.map(|cost| cost.0 as f64 / 1e12),
                // Recordings that do not tell their latency have none; nothing answers in no time.
                seconds: row
                    .latency_us
                    .filter(|latency| *latency > 0)
                    .map(|latency| latency as f64 / 1e6),
            };
            grid.add(case, *column, &trial);
            let place = GridPlace {
                grid: row.key.task as usize,
                case,
                column: *column,
            };
            each(place, row);
        }
        ControlFlow::<()>::Continue(())
    })?;
    Ok(grids)
}

/// The grids of a run without any case, and the column of each candidate in its task's grid.
fn empty(manifest: &Manifest) -> (Vec<Grid>, Vec<usize>) {
    let mut columns = vec![0_usize; manifest.candidates.len()];
    let mut grids = Vec::with_capacity(manifest.tasks.len());
    for (task, entry) in manifest.tasks.iter().enumerate() {
        let mut candidates = Vec::new();
        for (position, candidate) in manifest.candidates.iter().enumerate() {
            if candidate.task as usize == task {
                columns[position] = candidates.len();
                candidates.push(GridCandidate {
                    position: position as u32,
                    name: candidate.candidate.model_label(),
                    model: candidate.candidate.model.to_string(),
                    prompt: candidate.candidate.prompt.to_string(),
                    simulated: candidate.simulated,
                });
            }
        }
        grids.push(Grid::new(
            entry.name.clone(),
            entry.cluster.is_some(),
            entry.epochs,
            candidates,
        ));
    }
    (grids, columns)
}

/// The grids of a run that is yet to be made: its cases, and nothing else.
pub fn of_plan(plan: &Plan, manifest: &Manifest) -> Result<Vec<Grid>, Failure> {
    let (mut grids, _) = empty(manifest);
    for (grid, planned) in grids.iter_mut().zip(&plan.tasks) {
        let selection = CaseSelection::new(&planned.case_globs, planned.limit).map_err(Failure::Usage)?;
        for read in CaseReader::open(&planned.task, selection) {
            let (_, case) = read.map_err(|error| Failure::Usage(error.to_string()))?;
            grid.case(&case.id, None, case_hash(&case));
        }
    }
    Ok(grids)
}
