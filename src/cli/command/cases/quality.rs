//! `bench cases` without a question about scorers: the quality of the cases.

use super::Choice;
use crate::analyse::{CaseReader, Grid, TaskQuality, task_quality};
use crate::cli::failure::Failure;
use crate::cli::grids;
use crate::model::{Manifest, Outcome, ScoreEntry};
use crate::store::{Order, RunRef, Store, TrialRow};
use std::collections::HashMap;
use std::ops::ControlFlow;

/// The quality of the cases of the chosen tasks, from the chosen candidates.
pub fn quality(
    store: &Store,
    run: &RunRef,
    manifest: &Manifest,
    choice: &Choice,
) -> Result<Vec<TaskQuality>, Failure> {
    let grids = chosen(grids::of_run(store, run, manifest)?, choice);
    let mut readers: Vec<CaseReader> = grids.iter().map(CaseReader::new).collect();
    let columns: HashMap<u32, usize> = grids
        .iter()
        .flat_map(|grid| grid.candidates.iter().enumerate())
        .map(|(column, candidate)| (candidate.position, column))
        .collect();
    let mut current = None;
    let broken = store.stream_trials(run, Order::Case, |row| {
        let at = row.key.task as usize;
        let (Some(grid), Some(reader), true) = (grids.get(at), readers.get_mut(at), choice.holds(row)) else {
            return ControlFlow::Continue(());
        };
        let first = current.replace((row.key.task, row.key.case)) != Some((row.key.task, row.key.case));
        match each(row, first, grid, columns.get(&row.key.candidate).copied(), reader) {
            Ok(()) => ControlFlow::Continue(()),
            Err(failure) => ControlFlow::Break(failure),
        }
    })?;
    if let Some(failure) = broken {
        return Err(failure);
    }
    let tasks = grids
        .iter()
        .zip(readers)
        .zip(&choice.tasks)
        .filter(|(_, chosen)| **chosen);
    Ok(tasks
        .map(|((grid, mut reader), _)| {
            reader.close();
            task_quality(grid, &reader, manifest.seed)
        })
        .collect())
}

/// The grids with the chosen candidates only.
fn chosen(grids: Vec<Grid>, choice: &Choice) -> Vec<Grid> {
    let holds = |position: u32| choice.candidates.get(position as usize) == Some(&true);
    grids
        .into_iter()
        .map(|grid| grid.with_candidates(|candidate| holds(candidate.position)))
        .collect()
}

fn each(
    row: &TrialRow<'_>,
    first: bool,
    grid: &Grid,
    column: Option<usize>,
    reader: &mut CaseReader,
) -> Result<(), Failure> {
    if first {
        let case = row.case()?;
        if let Some(at) = grid.find_case(row.case_id) {
            reader.case(at, row.case_id, &case.vars, case.golden.as_ref());
        }
    }
    let Some(column) = column.filter(|column| reader.wants(*column)) else {
        return Ok(());
    };
    if row.outcome != Outcome::Scored {
        return Ok(());
    }
    let passes = row.pass == Some(true);
    if passes {
        reader.answer(column, true, None);
        return Ok(());
    }
    let scores = row.scores()?;
    let read = |entry: &ScoreEntry| entry.result.as_ref().ok().and_then(|score| score.answer.clone());
    match scores.iter().find_map(read) {
        Some(answer) => reader.answer(column, false, Some(&answer)),
        None => reader.answer(column, false, row.output()?.as_deref()),
    }
    Ok(())
}
