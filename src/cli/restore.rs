//! The plan of a stored run, rebuilt from its manifest and the workspace as it is now.
//!
//! A run may only go on over the very same inputs: every hash of the manifest is compared.

use super::console::Console;
use super::failure::Failure;
use super::providers::provider_hash;
use super::workspace;
use crate::load::cases::scan;
use crate::model::{CandidateEntry, Hasher, Manifest, Project, Task, TaskEntry};
use crate::plan::{Catalog, Plan, PlannedCandidate, PlannedTask};
use std::sync::Arc;

/// The plan of a run; an error names the first input that changed since.
pub fn plan(project: &Project, manifest: &Manifest, console: &Console) -> Result<Plan, Failure> {
    let catalog = Catalog::new(project, Vec::new());
    let mut plan = Plan {
        tasks: Vec::new(),
        candidates: Vec::new(),
    };
    for provider in &manifest.providers {
        let now = project
            .provider(&provider.name)
            .ok_or_else(|| gone("provider", &provider.name))?;
        if provider_hash(now) != provider.hash {
            return Err(changed(
                &format!("provider `{}`", provider.name),
                now.path.as_str(),
            ));
        }
    }
    for (index, entry) in manifest.tasks.iter().enumerate() {
        let task = task(project, entry)?;
        if task.prompt_hash != entry.prompt_hash {
            return Err(changed(
                &format!("a prompt, parameter or schema of task `{}`", entry.name),
                task.path.as_str(),
            ));
        }
        if task.scorer_hash != entry.scorer_hash {
            return Err(changed(
                &format!("a scorer of task `{}`", entry.name),
                task.path.as_str(),
            ));
        }
        check_cases(project, &task, entry, console)?;
        let start = plan.candidates.len();
        for candidate in manifest
            .candidates
            .iter()
            .filter(|candidate| candidate.task as usize == index)
        {
            plan.candidates
                .push(self::candidate(project, &catalog, &task, candidate)?);
        }
        plan.tasks.push(PlannedTask {
            candidates: start..plan.candidates.len(),
            epochs: entry.epochs,
            case_globs: entry.case_globs.clone(),
            limit: entry.limit,
            task,
        });
    }
    Ok(plan)
}

/// The task of a manifest entry as the workspace has it now.
pub fn task(project: &Project, entry: &TaskEntry) -> Result<Arc<Task>, Failure> {
    let found = project.tasks.iter().find(|task| task.name == entry.name);
    found.cloned().ok_or_else(|| gone("task", &entry.name))
}

fn check_cases(
    project: &Project,
    task: &Arc<Task>,
    entry: &TaskEntry,
    console: &Console,
) -> Result<(), Failure> {
    let scan = scan(task, &project.root, false);
    workspace::report_problems(console, &scan.problems)?;
    if scan.hash != entry.cases_hash {
        return Err(changed(
            &format!("a case of task `{}`", entry.name),
            task.path.as_str(),
        ));
    }
    Ok(())
}

fn candidate(
    project: &Project,
    catalog: &Catalog,
    task: &Task,
    entry: &CandidateEntry,
) -> Result<PlannedCandidate, Failure> {
    let model = &entry.candidate.model;
    let provider = project
        .provider(&model.provider)
        .ok_or_else(|| gone("provider", &model.provider))?;
    let prompt = task
        .prompts
        .iter()
        .position(|prompt| *prompt.id == *entry.candidate.prompt)
        .ok_or_else(|| gone("prompt", &entry.candidate.prompt))?;
    let hash = Hasher::new("prompt")
        .json(&task.prompts[prompt].messages)
        .json(&task.output)
        .digest();
    if entry.candidate.digest(&hash) != entry.hash {
        return Err(changed(
            &format!("prompt `{}` of task `{}`", entry.candidate.prompt, task.name),
            task.path.as_str(),
        ));
    }
    let mut config = catalog.config(project, model);
    // The price of the run's start holds for the whole run.
    config.price = entry.price.clone();
    Ok(PlannedCandidate {
        entry: entry.clone(),
        prompt,
        sent_model: config
            .name
            .as_deref()
            .map_or_else(|| model.name.clone(), Into::into),
        params: Arc::new(entry.candidate.params.clone()),
        provider: provider.clone(),
        model: config,
    })
}

fn gone(kind: &str, name: &str) -> Failure {
    Failure::Usage(format!(
        "the run needs the {kind} `{name}`, which the workspace no longer has"
    ))
}

fn changed(what: &str, path: &str) -> Failure {
    Failure::Usage(format!(
        "{what} changed since the run started ({path}): its trials would not be comparable. Put it back to resume, \
         or start a new run: completions of unchanged requests are reused without cost."
    ))
}
