//! `--until decided`: runs that stop as soon as their pairs of candidates are told apart.

mod blocks;
mod rounds;

use super::failure::Failure;
use super::grids;
use crate::analyse::{self, Decided, GridCandidate};
use crate::model::{Case, Manifest, ScorerSpec, Until};
use crate::plan::{Plan, PlannedTask, known_names};
use crate::store::{RunRef, Store};
use blocks::Blocks;
pub use rounds::UntilRounds;

/// Difference in mean score up to which candidates are the same, unless somebody says otherwise: that of `bench compare`.
const MARGIN: f64 = 0.05;
/// Chance of telling anything wrong, unless somebody says otherwise.
const ALPHA: f64 = 0.05;

/// Flags of a run that may stop early.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Stopping {
    /// Run the cases block by block in random order, and ask a candidate no more once its pairs are decided: better, worse, or
    /// the same within the margin (docs/early-stopping.md)
    #[arg(long, value_name = "WHEN")]
    pub until: Option<When>,
    /// With --until: mean scores that differ by no more are the same [default: 0.05]
    #[arg(long, value_name = "M", requires = "until", value_parser = super::command::compare::margin)]
    margin: Option<f64>,
    /// With --until: chance that anything told of a task's pairs is wrong [default: 0.05]
    #[arg(long, value_name = "A", requires = "until", value_parser = super::command::cascade::share)]
    alpha: Option<f64>,
    /// With --until: decide only the pairs with this candidate (model or label), instead of all pairs
    #[arg(long, value_name = "MODEL", requires = "until")]
    against: Option<String>,
}

/// When a run may stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum When {
    /// Every pair is decided
    Decided,
}

impl Stopping {
    /// What the manifest is to say of it; reads all cases. Refuses what could not be decided while the run goes on.
    pub fn of_plan(&self, plan: &Plan, seed: u64) -> Result<Option<Until>, Failure> {
        if self.until.is_none() {
            return Ok(None);
        }
        for (at, planned) in plan.tasks.iter().enumerate() {
            if planned.task.scorers.iter().any(asks_judge) {
                return Err(unjudged(planned));
            }
            let name = &planned.task.name;
            let candidates = candidates(plan, at);
            if candidates.len() < 2 {
                return Err(Failure::Usage(format!(
                    "--until decided compares candidates, and task `{name}` has one only; add a model, or run without --until"
                )));
            }
            if let Some(against) = &self.against
                && analyse::against_of(&candidates, against).is_empty()
            {
                let known = known_names(against, candidates.iter().map(|candidate| &*candidate.name));
                return Err(Failure::Usage(format!(
                    "no candidate of task `{name}` is called `{against}`{known}"
                )));
            }
        }
        let refuse = |planned: &PlannedTask, case: &Case| match case.scorers.iter().any(asks_judge) {
            true => Err(unjudged(planned)),
            false => Ok(()),
        };
        Ok(Some(Until {
            margin: self.margin.unwrap_or(MARGIN),
            alpha: self.alpha.unwrap_or(ALPHA),
            against: self.against.as_deref().map(Into::into),
            tasks: Blocks::read(plan, seed, &refuse)?.tasks,
        }))
    }
}

fn asks_judge(spec: &ScorerSpec) -> bool {
    spec.config.judging().is_some()
}

fn unjudged(planned: &PlannedTask) -> Failure {
    Failure::Usage(format!(
        "{}: judges grade after a run, so --until decided cannot look at the scores of `{}` while it goes on; leave the task \
         out, or run it without --until",
        planned.task.path, planned.task.name
    ))
}

fn candidates(plan: &Plan, task: usize) -> Vec<GridCandidate> {
    let of_task = plan
        .candidates
        .iter()
        .filter(|candidate| candidate.entry.task as usize == task);
    let named = of_task.map(|candidate| GridCandidate {
        name: candidate.entry.candidate.model_label(),
        model: candidate.entry.candidate.model.to_string(),
        ..GridCandidate::default()
    });
    named.collect()
}

/// What the stored scores of a run tell of its pairs, by task; nothing where it does not stop early.
pub fn decisions(store: &Store, run: &RunRef, manifest: &Manifest) -> Result<Vec<Decided>, Failure> {
    let Some(until) = &manifest.until else {
        return Ok(Vec::new());
    };
    let mut keys: Vec<Vec<u64>> = vec![Vec::new(); manifest.tasks.len()];
    let grids = grids::of_run_with(store, run, manifest, |place, row| {
        let task = manifest.tasks.get(place.grid);
        if let (Some(keys), Some(task)) = (keys.get_mut(place.grid), task)
            && keys.len() <= place.case
        {
            let key = analyse::unit_key(manifest.seed, &task.name, row.case_id, row.cluster);
            keys.resize(place.case + 1, key);
        }
    })?;
    let tasks = until.tasks.iter().zip(grids.iter().zip(&keys));
    Ok(tasks
        .map(|(task, (grid, keys))| analyse::replay(until, task, grid, keys))
        .collect())
}
