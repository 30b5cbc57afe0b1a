//! What is compared: a stored run, or results of another harness.

use super::failure::Failure;
use super::grids::{self, GridPlace};
use super::import::{self, ImportOptions, Wanted};
use crate::analyse::Grid;
use crate::analyse::compare::{Arm, Flip, Outcomes};
use crate::model::{Candidate, Manifest, TaskEntry};
use crate::plan::{Plan, PlannedTask};
use crate::store::{CellRow, RunRef, Store};
use camino::{Utf8Path, Utf8PathBuf};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Where scores come from.
pub enum Origin {
    /// A run of the store.
    Run {
        /// The run.
        run: RunRef,
        /// What was run.
        manifest: Box<Manifest>,
    },
    /// A run that is yet to be made.
    Planned {
        /// What would be run.
        manifest: Box<Manifest>,
        /// Its tasks, in the manifest's order.
        tasks: Vec<PlannedTask>,
    },
    /// A file, or a folder of files.
    File {
        /// Where.
        path: Utf8PathBuf,
        /// How it is read.
        options: ImportOptions,
        /// In which format it is.
        format: import::Format,
        /// What was run, of results of bench with their manifest.
        manifest: Option<Box<Manifest>>,
    },
}

/// Scores with where they come from.
pub struct Source {
    /// What it is, for people.
    pub label: String,
    /// Where it comes from.
    pub origin: Origin,
    /// One grid a task; of a run, in the manifest's order.
    pub grids: Vec<Grid>,
    /// What became of the trials, grid by grid.
    pub outcomes: Vec<Outcomes>,
    /// What to know of how it was read.
    pub notes: Vec<String>,
}

/// A candidate in a grid of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The grid.
    pub grid: usize,
    /// The candidate's column.
    pub column: usize,
}

/// A candidate of a source, over all its tasks.
#[derive(Clone, Debug)]
pub struct SourceCandidate {
    /// As leaderboards name it.
    pub name: String,
    /// `provider/model`.
    pub model: String,
    /// The prompt's id.
    pub prompt: String,
    /// The name, with `@PROMPT` where a task has several prompts.
    pub shown: String,
    /// Where it is, task by task.
    pub places: Vec<Place>,
}

/// What to know of a run whose scores decided which trials it has; `None` of any other.
pub fn in_rounds(run: &str, manifest: &Manifest) -> Option<String> {
    let how = match &manifest.until {
        Some(_) => "stopped when its scores told the candidates apart",
        None if manifest.in_rounds() => "sent later models only what earlier ones could not do",
        None => return None,
    };
    Some(format!(
        "run {run} {how}: intervals that hold for a planned number of cases do not hold for it; `bench report {run}` has what does"
    ))
}

impl Source {
    /// A run of the store.
    pub fn of_run(store: &Store, text: &str) -> Result<Self, Failure> {
        Self::of_stored(store, store.find_run(text)?)
    }

    /// A run that was found.
    pub fn of_stored(store: &Store, run: RunRef) -> Result<Self, Failure> {
        Self::of_stored_with(store, run, |_, _| {})
    }

    /// The same; `each` sees every trial.
    pub fn of_stored_with(
        store: &Store,
        run: RunRef,
        mut each: impl FnMut(GridPlace, &CellRow<'_>),
    ) -> Result<Self, Failure> {
        let manifest = store.manifest(&run)?;
        let mut outcomes = vec![Outcomes::default(); manifest.tasks.len()];
        let grids = grids::of_run_with(store, &run, &manifest, |place, row| {
            if let Some(outcomes) = outcomes.get_mut(place.grid) {
                outcomes.add(place.case, place.column, row.outcome);
            }
            each(place, row);
        })?;
        let label = match store.run_info(&run)?.name {
            Some(name) => format!("run {} ({name})", run.id),
            None => format!("run {}", run.id),
        };
        let notes = in_rounds(&run.id, &manifest);
        Ok(Self {
            label,
            notes: notes.into_iter().collect(),
            origin: Origin::Run {
                run,
                manifest: Box::new(manifest),
            },
            grids,
            outcomes,
        })
    }

    /// A run that is yet to be made: cases and candidates without a score.
    pub fn of_plan(plan: &Plan, manifest: &Manifest) -> Result<Self, Failure> {
        Ok(Self {
            label: "this run".to_owned(),
            origin: Origin::Planned {
                manifest: Box::new(manifest.clone()),
                tasks: plan.tasks.clone(),
            },
            grids: grids::of_plan(plan, manifest)?,
            outcomes: vec![Outcomes::default(); manifest.tasks.len()],
            notes: Vec::new(),
        })
    }

    /// A file, or a folder of files; `shown` is its path as it was written.
    pub fn of_file(path: &Utf8Path, shown: &str, options: &ImportOptions) -> Result<Self, Failure> {
        let imported = import::import(path, options)?;
        Ok(Self {
            label: format!("{shown} ({})", imported.format.name()),
            origin: Origin::File {
                path: path.to_owned(),
                options: options.clone(),
                format: imported.format,
                manifest: imported.manifest,
            },
            grids: imported.grids,
            outcomes: imported.outcomes,
            notes: imported.notes,
        })
    }

    /// The manifest's entry of a grid's task.
    pub fn task_entry(&self, grid: usize) -> Option<&TaskEntry> {
        match &self.origin {
            Origin::Run { manifest, .. } | Origin::Planned { manifest, .. } => manifest.tasks.get(grid),
            Origin::File { manifest, .. } => {
                let name = &self.grids.get(grid)?.task;
                manifest.as_ref()?.tasks.iter().find(|task| task.name == *name)
            }
        }
    }

    /// The manifest: of a run, or beside results of bench.
    pub fn manifest(&self) -> Option<&Manifest> {
        match &self.origin {
            Origin::Run { manifest, .. } | Origin::Planned { manifest, .. } => Some(manifest),
            Origin::File { manifest, .. } => manifest.as_deref(),
        }
    }

    /// What a candidate of a grid is made of.
    pub fn candidate_entry(&self, place: Place) -> Option<&Candidate> {
        let shown = self.grids.get(place.grid)?.candidates.get(place.column)?;
        let manifest = self.manifest()?;
        match &self.origin {
            Origin::Run { .. } | Origin::Planned { .. } => manifest.candidates.get(shown.position as usize),
            // Lines name what they are of; positions are those in the file.
            Origin::File { .. } => {
                let task = self.task_entry(place.grid)?;
                manifest.candidates.iter().find(|entry| {
                    let own = manifest.tasks.get(entry.task as usize);
                    own.is_some_and(|own| own.name == task.name)
                        && *entry.candidate.prompt == *shown.prompt
                        && entry.candidate.model_label() == shown.model
                })
            }
        }
        .map(|entry| &entry.candidate)
    }

    /// One side of a comparison.
    pub fn arm(&self, place: Place) -> Option<Arm<'_>> {
        let grid = self.grids.get(place.grid)?;
        let planned = match self.origin {
            Origin::Run { .. } => self.task_entry(place.grid).map(|task| task.cases),
            // A file may hold a chosen part of a run, and a plan has no scores yet.
            Origin::File { .. } | Origin::Planned { .. } => None,
        };
        Some(Arm {
            grid,
            column: place.column,
            outcomes: self.outcomes.get(place.grid),
            incomplete: planned.is_some_and(|planned| (grid.cases.len() as u64) < planned),
        })
    }

    /// The candidates, in the order in which they were declared.
    pub fn candidates(&self) -> Vec<SourceCandidate> {
        let mut found: Vec<SourceCandidate> = Vec::new();
        for (grid, scores) in self.grids.iter().enumerate() {
            for (column, candidate) in scores.candidates.iter().enumerate() {
                let place = Place { grid, column };
                let known = found
                    .iter_mut()
                    .find(|known| known.name == candidate.name && known.prompt == candidate.prompt);
                match known {
                    Some(known) => known.places.push(place),
                    None => found.push(SourceCandidate {
                        name: candidate.name.clone(),
                        model: candidate.model.clone(),
                        prompt: candidate.prompt.clone(),
                        shown: candidate.name.clone(),
                        places: vec![place],
                    }),
                }
            }
        }
        let several = |name: &str| {
            self.grids.iter().any(|grid| {
                let of_name = grid.candidates.iter().filter(|candidate| candidate.name == name);
                of_name.count() > 1
            })
        };
        for candidate in &mut found {
            if several(&candidate.name) {
                candidate.shown = format!("{}@{}", candidate.name, candidate.prompt);
            }
        }
        found
    }

    /// Reads the outputs of flips: the first output of the candidate and the golden output of each case.
    pub fn read_outputs(
        &self,
        store: Option<&Store>,
        place: Place,
        flips: &mut [&mut Flip],
        first_side: bool,
    ) -> Result<(), Failure> {
        let Some(grid) = self.grids.get(place.grid) else {
            return Ok(());
        };
        let Some(candidate) = grid.candidates.get(place.column) else {
            return Ok(());
        };
        let put = |flip: &mut Flip, output: Option<String>, golden: Option<String>| {
            if first_side {
                flip.output_a = output;
            } else {
                flip.output_b = output;
            }
            flip.golden = flip.golden.take().or(golden);
        };
        match (&self.origin, store) {
            (Origin::Run { run, .. }, Some(store)) => {
                for flip in flips {
                    let found = store.stream_case(run, place.grid as u32, &flip.case, |row| {
                        if row.key.candidate != candidate.position {
                            return ControlFlow::Continue(());
                        }
                        let read = || -> Result<_, Failure> {
                            let golden = row.case()?.golden;
                            let golden = golden.map(|golden| match golden.as_str() {
                                Some(text) => text.to_owned(),
                                None => golden.to_string(),
                            });
                            Ok((row.output()?.map(|output| output.into_owned()), golden))
                        };
                        ControlFlow::Break(read())
                    })?;
                    if let Some(found) = found {
                        let (output, golden) = found?;
                        put(flip, output, golden);
                    }
                }
            }
            (Origin::File { path, options, .. }, _) => {
                let key = |flip: &Flip| -> Wanted {
                    (
                        grid.task.clone(),
                        Arc::clone(&flip.case),
                        candidate.name.clone(),
                        candidate.prompt.clone(),
                    )
                };
                let wanted: Vec<Wanted> = flips.iter().map(|flip| key(flip)).collect();
                if wanted.is_empty() {
                    return Ok(());
                }
                let mut found = import::outputs(path, options, &wanted)?;
                for flip in flips {
                    if let Some((output, golden)) = found.remove(&key(flip)) {
                        put(flip, output, golden);
                    }
                }
            }
            (Origin::Run { .. }, None) | (Origin::Planned { .. }, _) => {}
        }
        Ok(())
    }
}
