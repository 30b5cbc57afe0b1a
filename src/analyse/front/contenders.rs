//! Who can be in a front: the candidates of a task, and the models that ran all tasks.

use super::{Absence, FrontAbsent, FrontAxis};
use crate::analyse::{Cell, Grid, GridCandidate};

/// Someone who may be in a front, with a column in each grid.
#[derive(Clone, Debug)]
pub(super) struct Contender {
    pub candidate: u32,
    pub name: String,
    pub prompt: String,
    pub simulated: bool,
    pub columns: Vec<usize>,
}

impl Contender {
    fn new(candidate: &GridCandidate, prompt: &str, columns: Vec<usize>) -> Self {
        Self {
            candidate: candidate.position,
            name: candidate.name.clone(),
            prompt: prompt.to_owned(),
            simulated: candidate.simulated,
            columns,
        }
    }

    pub fn absent(&self, why: Absence) -> FrontAbsent {
        FrontAbsent {
            name: self.name.clone(),
            prompt: self.prompt.clone(),
            why,
        }
    }

    /// Why it cannot be in a front of that kind.
    pub fn lacks(&self, axis: FrontAxis, grids: &[&Grid]) -> Option<Absence> {
        grids
            .iter()
            .zip(&self.columns)
            .find_map(|(grid, column)| lacks(axis, grid, *column))
    }
}

impl FrontAxis {
    /// The cost or latency of a case, where it is known of each scored trial.
    pub(in crate::analyse) fn of(self, cell: &Cell) -> Option<f64> {
        match self {
            Self::Cost if cell.priced >= cell.scored => cell.mean_dollars(),
            Self::Latency if cell.timed >= cell.scored => cell.mean_seconds(),
            Self::Cost | Self::Latency => None,
        }
    }
}

fn lacks(axis: FrontAxis, grid: &Grid, column: usize) -> Option<Absence> {
    let (mut scored, mut of) = (0, 0);
    for case in 0..grid.cases.len() {
        let cell = grid.cell(case, column);
        let anyone = || (0..grid.candidates.len()).any(|other| grid.cell(case, other).scored > 0);
        scored += u64::from(cell.scored > 0);
        of += u64::from(cell.scored > 0 || anyone());
        if cell.scored > 0 && axis.of(&cell).is_none() {
            return Some(match axis {
                FrontAxis::Cost => Absence::UnknownCost,
                FrontAxis::Latency => Absence::UnknownLatency,
            });
        }
    }
    match scored {
        0 => Some(Absence::NoScore),
        scored if 2 * scored < of => Some(Absence::FewScores { scored, of }),
        _ => None,
    }
}

/// All candidates of a task.
pub(super) fn of_task(grid: &Grid) -> Vec<Contender> {
    let contender = |(column, candidate): (usize, &GridCandidate)| {
        Contender::new(candidate, &candidate.prompt, vec![column])
    };
    grid.candidates.iter().enumerate().map(contender).collect()
}

/// The models that ran all tasks, with each prompt whose id all tasks have; where there is none, with the first prompt of
/// each task. And those that ran only some.
pub(super) fn of_all(grids: &[Grid]) -> (Vec<Contender>, Vec<FrontAbsent>) {
    let (mut found, mut absent) = (Vec::new(), Vec::new());
    let prompts = shared_prompts(grids);
    let prompts: Vec<Option<&str>> = if prompts.is_empty() {
        vec![None]
    } else {
        prompts.into_iter().map(Some).collect()
    };
    for prompt in prompts {
        let mut names: Vec<&str> = Vec::new();
        for candidate in grids.iter().flat_map(|grid| &grid.candidates) {
            if !names.contains(&candidate.name.as_str()) {
                names.push(&candidate.name);
            }
        }
        for name in names {
            let columns: Vec<usize> = grids
                .iter()
                .filter_map(|grid| column(grid, name, prompt))
                .collect();
            let first = grids
                .iter()
                .find_map(|grid| grid.candidates.get(column(grid, name, prompt)?));
            let Some(first) = first else { continue };
            let contender = Contender::new(first, prompt.unwrap_or_default(), columns);
            if contender.columns.len() == grids.len() {
                found.push(contender);
            } else {
                absent.push(contender.absent(Absence::NotAllTasks));
            }
        }
    }
    (found, absent)
}

fn shared_prompts(grids: &[Grid]) -> Vec<&str> {
    let mut shared: Vec<&str> = Vec::new();
    for candidate in grids.first().iter().flat_map(|grid| &grid.candidates) {
        let prompt = candidate.prompt.as_str();
        let has = |grid: &Grid| grid.candidates.iter().any(|other| other.prompt == prompt);
        if !shared.contains(&prompt) && grids.iter().all(has) {
            shared.push(prompt);
        }
    }
    shared
}

fn column(grid: &Grid, name: &str, prompt: Option<&str>) -> Option<usize> {
    let prompt = prompt.or_else(|| Some(grid.candidates.first()?.prompt.as_str()))?;
    let wanted = |candidate: &GridCandidate| candidate.name == name && candidate.prompt == prompt;
    grid.candidates.iter().position(wanted)
}
