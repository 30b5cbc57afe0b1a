//! From a selection to a checked plan and its manifest: what `plan`, `run` and `resume` share.

use super::console::Console;
use super::discovery;
use super::failure::Failure;
use super::providers::{judge_entries, provider_entries};
use super::workspace;
use crate::load::cases::{CaseReader, CaseScan, CaseSelection, scan};
use crate::model::{Digest, Manifest, Project, Task, TaskEntry};
use crate::plan::{Catalog, CatalogModel, Plan, PlannedTask, Selection, plan, select_tasks};
use crate::scorer::grading;
use crate::store::Store;
use camino::Utf8Path;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Version of the manifest document.
pub const MANIFEST_VERSION: u32 = 1;

/// Which trials a command is about.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Choice {
    /// Tasks: names, globs, `tag:WORD` or paths [default: all]
    #[arg(value_name = "TASK")]
    pub tasks: Vec<String>,
    /// Only models that match; a known model that no task lists may be named as well
    #[arg(short, long = "model", value_name = "GLOB")]
    pub models: Vec<String>,
    /// Only prompts with this id
    #[arg(long = "prompt", value_name = "ID")]
    pub prompts: Vec<String>,
    /// Only cases whose id matches
    #[arg(long = "case", value_name = "GLOB")]
    pub cases: Vec<String>,
    /// At most this many cases of each task
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub limit: Option<u64>,
    /// Repeats of each trial, in place of the tasks' own
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub epochs: Option<u32>,
}

impl Choice {
    fn selection(&self) -> Selection {
        Selection {
            models: self.models.clone(),
            prompts: self.prompts.clone(),
            cases: self.cases.clone(),
            limit: self.limit,
            epochs: self.epochs,
        }
    }
}

/// A plan whose cases were read and checked.
pub struct Prepared {
    /// The plan.
    pub plan: Plan,
    /// Selected cases of each planned task, and the hash of all its cases.
    cases: Vec<(u64, Digest)>,
}

impl Prepared {
    /// How many cases of that planned task are selected.
    pub fn selected_cases(&self, task: usize) -> u64 {
        self.cases.get(task).map_or(0, |(selected, _)| *selected)
    }
}

/// Plans what is chosen, reads all its cases once, and refuses what could not run.
pub fn prepare(project: &Project, choice: &Choice, console: &Console) -> Result<Prepared, Failure> {
    let tasks = select_tasks(project, &choice.tasks)?;
    let discovered = discovery::needed(project, &tasks, &choice.models, console)?;
    let prepared = prepare_with(project, choice, &tasks, discovered, console)?;
    check_environment(&prepared.plan)?;
    Ok(prepared)
}

/// The same without a request and without keys: globs see the lists that are kept.
pub fn prepare_offline(project: &Project, choice: &Choice, console: &Console) -> Result<Prepared, Failure> {
    let tasks = select_tasks(project, &choice.tasks)?;
    let discovered = discovery::kept(project)
        .into_iter()
        .flat_map(|list| list.models.unwrap_or_default());
    prepare_with(project, choice, &tasks, discovered.collect(), console)
}

fn prepare_with(
    project: &Project,
    choice: &Choice,
    tasks: &[Arc<Task>],
    discovered: Vec<CatalogModel>,
    console: &Console,
) -> Result<Prepared, Failure> {
    let catalog = Catalog::new(project, discovered);
    let plan = plan(project, &catalog, tasks, &choice.selection())?;
    let mut cases = Vec::with_capacity(plan.tasks.len());
    for planned in &plan.tasks {
        let scan = scan(&planned.task, &project.root, false);
        workspace::report_problems(console, &scan.problems)?;
        let selected = selected(planned, &scan)?;
        if selected == 0 {
            let asked = match planned.case_globs.as_slice() {
                [] => "has no cases".to_owned(),
                globs => format!("has no case whose id matches {}", globs.join(", ")),
            };
            return Err(Failure::Usage(format!("task `{}` {asked}", planned.task.name)));
        }
        cases.push((selected, scan.hash));
    }
    Ok(Prepared { plan, cases })
}

/// How many cases of a planned task are selected.
fn selected(planned: &PlannedTask, scan: &CaseScan) -> Result<u64, Failure> {
    let limit = planned.limit.unwrap_or(u64::MAX);
    if planned.case_globs.is_empty() {
        return Ok(scan.count.min(limit));
    }
    let selection = CaseSelection::new(&planned.case_globs, planned.limit).map_err(Failure::Usage)?;
    Ok(CaseReader::open(&planned.task, selection).count() as u64)
}

/// Names every environment variable that the plan's providers need and do not find, once each.
fn check_environment(plan: &Plan) -> Result<(), Failure> {
    let mut missing = BTreeSet::new();
    for candidate in &plan.candidates {
        let provider = &candidate.provider;
        for name in provider.missing_variables() {
            missing.insert(format!(
                "{}: the environment variable {name} is not set or empty",
                provider.path
            ));
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = missing.into_iter().collect();
    Err(Failure::Usage(format!(
        "{}\nSet it, or leave these models out with --model.",
        lines.join("\n       ")
    )))
}

/// The workspace's store, if a run was ever stored.
pub fn existing_store(project: &Project) -> Result<Option<Store>, Failure> {
    if project.root.join("runs/bench.db").exists() {
        open_store(project).map(Some)
    } else {
        Ok(None)
    }
}

/// Opens the workspace's store, making it where there is none.
pub fn open_store(project: &Project) -> Result<Store, Failure> {
    store_at(&project.root)
}

/// Opens the store of the workspace in that folder.
pub fn store_at(root: &Utf8Path) -> Result<Store, Failure> {
    Ok(Store::open(root.join("runs/bench.db"))?)
}

/// What is said where a run is needed and there is none.
pub fn no_run_yet() -> Failure {
    Failure::Usage("no run is stored yet; `bench run` makes one".to_owned())
}

/// The store of the workspace in that folder for reading; an error that says so where no run is stored yet.
pub fn store_with_runs(root: &Utf8Path) -> Result<Store, Failure> {
    if !root.join("runs/bench.db").exists() {
        return Err(no_run_yet());
    }
    store_to_read(root)
}

/// Opens the store of the workspace in that folder for reading; it may lie where nothing can be written.
pub fn store_to_read(root: &Utf8Path) -> Result<Store, Failure> {
    Ok(Store::open_existing(root.join("runs/bench.db"))?)
}

impl Prepared {
    /// The manifest of a new run.
    pub fn manifest(&self, project: &Project, seed: Option<u64>) -> Manifest {
        let started = jiff::Timestamp::now();
        let tasks = self
            .plan
            .tasks
            .iter()
            .zip(&self.cases)
            .map(|(planned, (selected, hash))| TaskEntry {
                name: planned.task.name.clone(),
                description: planned.task.description.clone(),
                path: planned.task.path.to_string(),
                prompt_hash: planned.task.prompt_hash,
                scorer_hash: planned.task.scorer_hash,
                cases_hash: *hash,
                scorers: planned
                    .task
                    .scorers
                    .iter()
                    .map(|spec| (spec.name.clone(), spec.weight))
                    .collect(),
                cases: *selected,
                case_globs: planned.case_globs.clone(),
                limit: planned.limit,
                epochs: planned.epochs,
                cluster: planned.task.cluster.clone(),
                grading: Some(grading(&planned.task)),
            });
        let tasks: Vec<TaskEntry> = tasks.collect();
        let trials = self
            .plan
            .tasks
            .iter()
            .zip(&tasks)
            .map(|(planned, entry)| entry.cases * u64::from(entry.epochs) * planned.candidates.len() as u64)
            .sum();
        let judges = judge_entries(project, &self.plan);
        Manifest {
            schema_version: MANIFEST_VERSION,
            run: run_id(started),
            bench_version: env!("CARGO_PKG_VERSION").to_owned(),
            started: started.to_string(),
            seed: seed.unwrap_or(project.workspace.seed),
            budget: None,
            cache: true,
            tasks,
            candidates: self
                .plan
                .candidates
                .iter()
                .map(|candidate| candidate.entry.clone())
                .collect(),
            providers: provider_entries(project, &self.plan, &judges),
            judges,
            trials,
            until: None,
            escalations: Vec::new(),
            anchors: Vec::new(),
            tournaments: Vec::new(),
            corrections: Vec::new(),
        }
    }
}

/// `20261121-034512-7f3a`: sorts by start, and the last digits keep runs of the same second apart.
fn run_id(started: jiff::Timestamp) -> String {
    let unique = uuid::Uuid::now_v7().simple().to_string();
    format!("{}-{}", started.strftime("%Y%m%d-%H%M%S"), &unique[28..])
}
