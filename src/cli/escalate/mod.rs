//! `--escalate`: runs that send each case up a ladder of models.

mod rounds;

use super::command::cascade::{Accept, Choice, Rules, attempt};
use super::failure::Failure;
use crate::analyse::{self, CascadeCandidate, CascadeTable, Walked};
use crate::model::{CandidateEntry, Escalation, Manifest, Project};
use crate::plan::{Plan, glob};
use crate::stats::ClusterIndex;
use crate::store::{Order, RunRef, Store};
pub use rounds::EscalationRounds;
use std::ops::ControlFlow;

/// Flags of a run up a ladder.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Climbing {
    /// Send each case to the first of these models, and to the next only where its answer is not accepted: `cheap>mid>strong`,
    /// or with commas; each names one model, by name or glob (docs/choosing.md)
    #[arg(long, value_name = "LADDER", conflicts_with_all = ["models", "until", "gate"])]
    pub escalate: Option<String>,
    /// With --escalate: take an answer only if this scorer passes; may be repeated [default: the task's scorers that look at the
    /// output alone]
    #[arg(
        long,
        value_name = "SCORER",
        requires = "escalate",
        conflicts_with = "form_only"
    )]
    accept: Vec<String>,
    /// With --escalate: take every answer that is complete, no refusal, and has the task's form
    #[arg(long, requires = "escalate")]
    form_only: bool,
}

impl Climbing {
    /// The patterns of the ladder, in order; none where there is no ladder.
    pub fn rungs(&self) -> Result<Vec<String>, Failure> {
        let Some(ladder) = &self.escalate else {
            return Ok(Vec::new());
        };
        let parts: Vec<String> = ladder
            .split(['>', ','])
            .map(|part| part.trim().to_owned())
            .collect();
        if parts.len() < 2 || parts.iter().any(String::is_empty) {
            return Err(Failure::Usage(format!(
                "`{ladder}` is no ladder: name two models or more, the first to be asked first, as `cheap/model>dear/model`"
            )));
        }
        Ok(parts)
    }

    /// What the manifest is to say of it. Refuses a rung that is not one model, and what could not be decided while the run
    /// goes on.
    pub fn of_plan(
        &self,
        plan: &Plan,
        manifest: &Manifest,
        project: &Project,
    ) -> Result<Vec<Escalation>, Failure> {
        let rungs = self.rungs()?;
        if rungs.is_empty() {
            return Ok(Vec::new());
        }
        for planned in &plan.tasks {
            let mut judging = planned
                .task
                .scorers
                .iter()
                .filter_map(|spec| spec.config.judging());
            if judging.next().is_some() {
                return Err(Failure::Usage(format!(
                    "{}: judges grade after a run, so --escalate cannot wait for those of `{}`; leave the task out, or try \
                     ladders on a stored run with `bench cascade`",
                    planned.task.path, planned.task.name
                )));
            }
        }
        let rules = Rules {
            asked: &self.accept,
            form_only: self.form_only,
        };
        let everything = Choice::new(manifest, &[], &[], &[])?;
        let accepts = rules.of_run(manifest, project, &everything)?;
        let mut escalations = Vec::new();
        for ((task, entry), accept) in (0_u32..).zip(&manifest.tasks).zip(accepts) {
            let accept = accept.ok_or_else(|| {
                Failure::Usage(format!(
                    "task `{}` has no scorer `{}`; leave the task out, or name another one with --accept",
                    entry.name,
                    self.accept.join("`, `")
                ))
            })?;
            let mut prompts: Vec<&std::sync::Arc<str>> = Vec::new();
            let of_task = manifest
                .candidates
                .iter()
                .filter(|candidate| candidate.task == task);
            for prompt in of_task.map(|candidate| &candidate.candidate.prompt) {
                if !prompts.contains(&prompt) {
                    prompts.push(prompt);
                }
            }
            for prompt in prompts {
                let candidates = (0_u32..).zip(&manifest.candidates);
                let here: Vec<(u32, &CandidateEntry)> = candidates
                    .filter(|(_, candidate)| candidate.task == task && candidate.candidate.prompt == *prompt)
                    .collect();
                escalations.push(Escalation {
                    task,
                    prompt: prompt.clone(),
                    rungs: climb(&rungs, &here, &entry.name)?,
                    accept: accept.scorers.clone(),
                    notes: accept.notes.clone(),
                });
            }
        }
        Ok(escalations)
    }
}

/// The candidate of each rung.
fn climb(rungs: &[String], candidates: &[(u32, &CandidateEntry)], task: &str) -> Result<Vec<u32>, Failure> {
    let mut taken: Vec<u32> = Vec::new();
    for pattern in rungs {
        let matcher = glob(pattern)?;
        let fits = |entry: &CandidateEntry| {
            matcher.is_match(entry.candidate.model.to_string())
                || matcher.is_match(entry.candidate.model_label())
        };
        let found: Vec<(u32, String)> = candidates
            .iter()
            .filter(|(_, entry)| fits(entry))
            .map(|(position, entry)| (*position, entry.candidate.model_label()))
            .collect();
        let why = match found.as_slice() {
            [(position, _)] if !taken.contains(position) => {
                taken.push(*position);
                continue;
            }
            [(_, name)] => format!("`{name}` is in the ladder twice"),
            [] => format!("no model of task `{task}` fits the rung `{pattern}`"),
            several => {
                let names: Vec<String> = several.iter().map(|(_, name)| format!("`{name}`")).collect();
                format!(
                    "the rung `{pattern}` has to be one model, and fits {}",
                    names.join(", ")
                )
            }
        };
        return Err(Failure::Usage(why));
    }
    Ok(taken)
}

fn accept_of(escalation: &Escalation) -> Accept {
    Accept {
        scorers: escalation.accept.clone(),
        ..Accept::default()
    }
}

/// What the ladders of a run gave, in the manifest's order, each with the position of its task.
pub fn walked(store: &Store, run: &RunRef, manifest: &Manifest) -> Result<Vec<(u32, Walked)>, Failure> {
    let mut tables: Vec<CascadeTable> = manifest
        .escalations
        .iter()
        .map(|of| table(manifest, of))
        .collect();
    if tables.is_empty() {
        return Ok(Vec::new());
    }
    let mut current: Vec<Option<(u64, usize)>> = vec![None; tables.len()];
    let mut clusters: Vec<ClusterIndex> = vec![ClusterIndex::default(); manifest.tasks.len()];
    let broken = store.stream_trials(run, Order::Case, |row| {
        let Some((at, rung)) = place(manifest, row.key.candidate) else {
            return ControlFlow::Continue(());
        };
        let (Some(table), Some(escalation)) = (tables.get_mut(at), manifest.escalations.get(at)) else {
            return ControlFlow::Continue(());
        };
        let case = match current.get(at).copied().flatten() {
            Some((case, number)) if case == row.key.case => number,
            _ => {
                let index = clusters.get_mut(row.key.task as usize);
                let number = table.add_case(index.zip(row.cluster).map(|(index, name)| index.number(name)));
                if let Some(of) = current.get_mut(at) {
                    *of = Some((row.key.case, number));
                }
                number
            }
        };
        match attempt(row, &accept_of(escalation)) {
            Ok(found) => {
                found
                    .into_iter()
                    .for_each(|attempt| table.add(case, rung, row.key.epoch, attempt));
                ControlFlow::Continue(())
            }
            Err(failure) => ControlFlow::Break(failure),
        }
    })?;
    if let Some(failure) = broken {
        return Err(failure);
    }
    let ladders = manifest.escalations.iter().zip(&tables);
    Ok(ladders
        .map(|(escalation, table)| {
            let task = manifest.tasks.get(escalation.task as usize);
            let planned = task.map_or(0, |task| task.cases);
            let walked = Walked {
                prompt: escalation.prompt.clone(),
                accept: escalation.accept.clone(),
                notes: escalation.notes.clone(),
                ..analyse::walk(table, planned)
            };
            (escalation.task, walked)
        })
        .collect())
}

/// Ladder and rung of a candidate.
fn place(manifest: &Manifest, candidate: u32) -> Option<(usize, usize)> {
    let mut ladders = manifest.escalations.iter().enumerate();
    ladders.find_map(|(at, ladder)| {
        let rung = ladder.rungs.iter().position(|rung| *rung == candidate)?;
        Some((at, rung))
    })
}

fn table(manifest: &Manifest, escalation: &Escalation) -> CascadeTable {
    let task = manifest.tasks.get(escalation.task as usize);
    let candidate = |position: &u32| {
        let entry = manifest.candidates.get(*position as usize);
        CascadeCandidate {
            candidate: *position,
            name: entry.map_or_else(String::new, |entry| entry.candidate.model_label()),
            simulated: entry.is_some_and(|entry| entry.simulated),
        }
    };
    CascadeTable::new(
        task.is_some_and(|task| task.cluster.is_some()),
        task.map_or(1, |task| task.epochs),
        escalation.rungs.iter().map(candidate).collect(),
    )
}
