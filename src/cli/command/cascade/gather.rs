//! From stored trials to the attempts that ladders are made of.

use super::accept::Accept;
use crate::analyse::{Attempt, CascadeCandidate, CascadeTable};
use crate::cli::failure::Failure;
use crate::model::{Manifest, Money, Outcome, ScoreEntry};
use crate::plan::{glob, known_names};
use crate::stats::ClusterIndex;
use crate::store::{Order, RunRef, Store, TrialRow};
use std::ops::ControlFlow;

/// Which tasks and candidates are looked at, by position.
pub struct Choice {
    tasks: Vec<bool>,
    candidates: Vec<bool>,
}

impl Choice {
    /// What the globs leave of a run.
    pub fn new(
        manifest: &Manifest,
        tasks: &[String],
        models: &[String],
        prompts: &[String],
    ) -> Result<Self, Failure> {
        let names: Vec<String> = manifest.tasks.iter().map(|task| task.name.to_string()).collect();
        let chosen_tasks = matching("task", tasks, &names, |_, name, glob| glob.is_match(name))?;
        let labels: Vec<String> = manifest
            .candidates
            .iter()
            .map(|entry| entry.candidate.model_label())
            .collect();
        let of_model = matching("model", models, &labels, |at, label, glob| {
            let entry = manifest.candidates.get(at);
            let model = entry.map(|entry| entry.candidate.model.to_string());
            glob.is_match(label) || model.is_some_and(|model| glob.is_match(model))
        })?;
        let ids: Vec<String> = manifest
            .candidates
            .iter()
            .map(|entry| entry.candidate.prompt.to_string())
            .collect();
        let of_prompt = matching("prompt", prompts, &ids, |_, id, glob| glob.is_match(id))?;
        let both = of_model
            .iter()
            .zip(&of_prompt)
            .map(|(model, prompt)| *model && *prompt);
        Ok(Self {
            tasks: chosen_tasks,
            candidates: both.collect(),
        })
    }

    /// Whether the task at that position is looked at.
    pub fn holds_task(&self, at: usize) -> bool {
        self.tasks.get(at).copied().unwrap_or(false)
    }
}

/// Which of the names fit one of the patterns; all without any pattern, an error where none fits.
fn matching(
    what: &str,
    patterns: &[String],
    names: &[String],
    fits: impl Fn(usize, &str, &globset::GlobMatcher) -> bool,
) -> Result<Vec<bool>, Failure> {
    let globs = patterns
        .iter()
        .map(|pattern| glob(pattern))
        .collect::<Result<Vec<_>, _>>()?;
    let one =
        |(at, name): (usize, &String)| globs.is_empty() || globs.iter().any(|glob| fits(at, name, glob));
    let found: Vec<bool> = names.iter().enumerate().map(one).collect();
    if found.contains(&true) {
        return Ok(found);
    }
    let asked = patterns.join(", ");
    let known = known_names(&asked, names.iter().map(String::as_str));
    Err(Failure::Usage(format!("the run has no {what} `{asked}`{known}")))
}

/// A task with one of its prompts.
pub struct Place {
    /// Position of the task.
    pub task: usize,
    /// The prompt's id.
    pub prompt: String,
    /// Its attempts.
    pub table: CascadeTable,
    /// Position in the task and number of the case whose trials come in.
    current: Option<(u64, usize)>,
}

/// All tasks and prompts that are looked at.
pub struct Places {
    /// In the order of the manifest.
    pub places: Vec<Place>,
    /// Place and column of each candidate that is looked at.
    columns: Vec<Option<(usize, usize)>>,
    clusters: Vec<ClusterIndex>,
}

impl Places {
    /// Empty places for what was chosen.
    pub fn new(manifest: &Manifest, choice: &Choice, accepts: &[Option<Accept>]) -> Self {
        let mut keys: Vec<(usize, String, Vec<CascadeCandidate>)> = Vec::new();
        let mut columns = Vec::with_capacity(manifest.candidates.len());
        for (position, entry) in manifest.candidates.iter().enumerate() {
            let (task, prompt) = (entry.task as usize, &*entry.candidate.prompt);
            let tried = accepts.get(task).is_some_and(Option::is_some);
            let chosen = choice.candidates.get(position).copied().unwrap_or(false);
            if !(tried && chosen && choice.holds_task(task)) {
                columns.push(None);
                continue;
            }
            let found = keys.iter().position(|(at, id, _)| *at == task && id == prompt);
            let place = found.unwrap_or_else(|| {
                keys.push((task, prompt.to_owned(), Vec::new()));
                keys.len() - 1
            });
            let Some((_, _, candidates)) = keys.get_mut(place) else {
                continue;
            };
            columns.push(Some((place, candidates.len())));
            candidates.push(CascadeCandidate {
                candidate: position as u32,
                name: entry.candidate.model_label(),
                simulated: entry.simulated,
            });
        }
        let places = keys.into_iter().map(|(task, prompt, candidates)| {
            let entry = manifest.tasks.get(task);
            let clustered = entry.is_some_and(|entry| entry.cluster.is_some());
            let epochs = entry.map_or(1, |entry| entry.epochs);
            let mut table = CascadeTable::new(clustered, epochs, candidates);
            let judges = accepts
                .get(task)
                .and_then(Option::as_ref)
                .map(|accept| &accept.judges);
            table.judged = judges.is_some_and(|judges| !judges.is_empty());
            Place {
                task,
                prompt,
                table,
                current: None,
            }
        });
        Self {
            places: places.collect(),
            columns,
            clusters: vec![ClusterIndex::default(); manifest.tasks.len()],
        }
    }

    fn add(&mut self, row: &TrialRow<'_>, accept: &Accept) -> Result<(), Failure> {
        let column = self.columns.get(row.key.candidate as usize).copied().flatten();
        let Some((at, column)) = column else { return Ok(()) };
        let Some(place) = self.places.get_mut(at) else {
            return Ok(());
        };
        let case = match place.current {
            Some((case, number)) if case == row.key.case => number,
            _ => {
                let index = self.clusters.get_mut(row.key.task as usize);
                let cluster = index.zip(row.cluster).map(|(index, name)| index.number(name));
                let number = place.table.add_case(cluster);
                place.current = Some((row.key.case, number));
                number
            }
        };
        if let Some(attempt) = attempt(row, accept)? {
            place.table.add(case, column, row.key.epoch, attempt);
        }
        Ok(())
    }
}

/// Reads the trials of a run.
pub fn fill(
    store: &Store,
    run: &RunRef,
    accepts: &[Option<Accept>],
    places: &mut Places,
) -> Result<(), Failure> {
    let broken = store.stream_trials(run, Order::Case, |row| {
        let accept = accepts.get(row.key.task as usize).and_then(Option::as_ref);
        match accept.map_or(Ok(()), |accept| places.add(row, accept)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(failure) => ControlFlow::Break(failure),
        }
    })?;
    broken.map_or(Ok(()), Err)
}

/// What a trial gave; `None` where no answer came, or where nobody knows its score.
pub fn attempt(row: &TrialRow<'_>, accept: &Accept) -> Result<Option<Attempt>, Failure> {
    let scored = row.outcome == Outcome::Scored;
    match row.outcome {
        Outcome::ProviderError | Outcome::Skipped | Outcome::JudgeError | Outcome::ScorerError => {
            return Ok(None);
        }
        Outcome::Scored if row.score.is_none() => return Ok(None),
        _ => {}
    }
    let scores = match accept.scorers.is_empty() {
        true => Vec::new(),
        false => row.scores()?,
    };
    let of = |name: &str| scores.iter().find(|entry| *entry.scorer == *name);
    // A scorer whose filter leaves the case out has nothing against it.
    let passes = |entry: &ScoreEntry| entry.result.as_ref().is_ok_and(|score| score.pass);
    let accepted = scored && accept.scorers.iter().all(|name| of(name).is_none_or(passes));
    let judged = accept.judges.iter().filter_map(|name| of(name)?.judged.as_ref());
    let verdicts = judged.flat_map(|judged| &judged.verdicts);
    let check: Option<Vec<Money>> = verdicts.map(|verdict| verdict.cost).collect();
    Ok(Some(Attempt {
        accepted,
        passed: row.pass == Some(true),
        score: row.score,
        dollars: row.cost.map(Money::dollars),
        check: check.map(|costs| costs.into_iter().map(Money::dollars).sum()),
        seconds: row
            .latency_us
            .filter(|latency| *latency > 0)
            .map(|latency| latency as f64 / 1e6),
    }))
}
