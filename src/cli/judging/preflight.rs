//! What must be there before a run with judges starts: nothing is paid for answers that could not be judged.

use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::cli::{labelled, wire, workspace};
use crate::load::Problem;
use crate::model::{Api, Judge, JudgeModel, ModelRef, Project, Task};
use crate::plan::{Catalog, Plan};
use crate::provider;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The judges of a plan's tasks, each once.
pub fn judges_of(plan: &Plan) -> Vec<Arc<Judge>> {
    judges_of_tasks(plan.tasks.iter().map(|planned| &planned.task))
}

fn judges_of_tasks<'a>(tasks: impl Iterator<Item = &'a Arc<Task>>) -> Vec<Arc<Judge>> {
    let mut judges: Vec<Arc<Judge>> = Vec::new();
    for spec in tasks.flat_map(|task| &task.scorers) {
        if let Some(judge) = spec
            .config
            .judging()
            .and_then(|judging| judging.supplied.as_ref())
            && !judges.iter().any(|known| known.name == judge.name)
        {
            judges.push(judge.clone());
        }
    }
    judges
}

/// What is wrong with the recordings that judges of the workspace answer from.
pub fn check_recordings(project: &Project) -> Vec<Problem> {
    let mut judges = judges_of_tasks(project.tasks.iter());
    for judge in &project.judges {
        if !judges.iter().any(|known| known.name == judge.name) {
            judges.push(judge.clone());
        }
    }
    recordings(project, &judges)
}

fn recordings(project: &Project, judges: &[Arc<Judge>]) -> Vec<Problem> {
    let mut seen = BTreeSet::new();
    let mut problems = Vec::new();
    for judge in judges {
        for member in &judge.members {
            let JudgeModel::Named(model) = &member.model else {
                continue;
            };
            let Some(provider) = project.provider(&model.provider) else {
                continue;
            };
            if !seen.insert(model) {
                continue;
            }
            if let Some(why) = provider::recordings_problem(provider, &project.root, &model.name) {
                let why = why.replace(&format!("{}/", project.root), "");
                let message = format!("the judge `{}` has no verdicts: {why}", judge.name);
                problems.push(Problem::error(provider.path.clone(), "bad-recording", message));
            }
        }
    }
    problems
}

/// Refuses a plan whose judges could not be asked, or whose scores could not be corrected, for labels are wrong.
pub fn preflight(project: &Project, plan: &Plan, capped: bool, console: &Console) -> Result<(), Failure> {
    labelled::check_labels(project, plan.tasks.iter().map(|planned| &planned.task), console)?;
    workspace::report_problems(console, &recordings(project, &judges_of(plan)))?;
    askable(project, plan, capped)
}

/// Refuses a plan whose scores count comparisons with nobody, and tells of those that are reported only.
pub fn comparable(plan: &Plan, console: &Console) -> Result<(), Failure> {
    for planned in &plan.tasks {
        let labels: Vec<String> = plan.candidates[planned.candidates.clone()]
            .iter()
            .map(|candidate| candidate.entry.candidate.model_label())
            .collect();
        for spec in &planned.task.scorers {
            let Some(judging) = spec.config.judging().filter(|it| it.meets_candidates()) else {
                continue;
            };
            let why = match judging.opponent() {
                Some(against) if !labels.iter().any(|label| fits(against, label)) => {
                    format!("no candidate of this run is `{against}`, which it compares with")
                }
                Some(against) if labels.iter().all(|label| fits(against, label)) => {
                    format!("every candidate of this run is `{against}`, which it compares with")
                }
                None if labels.len() < 2 => "this run has one candidate only".to_owned(),
                _ => continue,
            };
            let message = format!(
                "task `{}`: `{}` has nothing to compare: {why}",
                planned.task.name, spec.name
            );
            if spec.weight > 0.0 {
                return Err(Failure::Usage(format!(
                    "{message}, and without it no trial has a score. Add a candidate (`-m`, or `models` of the task), or \
                     give the scorer `weight: 0`."
                )));
            }
            console.note(&format!("{message}."));
        }
    }
    Ok(())
}

fn fits(pattern: &str, name: &str) -> bool {
    globset::Glob::new(pattern).is_ok_and(|glob| glob.compile_matcher().is_match(name))
}

/// Refuses a plan whose judges could not be asked: an unknown provider, a key that is not set, or, with a spending cap, a
/// price or a limit that is unknown.
pub fn askable(project: &Project, plan: &Plan, capped: bool) -> Result<(), Failure> {
    let catalog = Catalog::new(project, Vec::new());
    let mut missing = BTreeSet::new();
    for judge in judges_of(plan) {
        for member in &judge.members {
            let JudgeModel::Named(model) = &member.model else {
                continue;
            };
            let provider = project.provider(&model.provider).ok_or_else(|| {
                Failure::Usage(format!(
                    "the judge `{}` names the model `{model}`, but no provider is called `{}`",
                    judge.name, model.provider
                ))
            })?;
            for name in provider.missing_variables() {
                missing.insert(format!(
                    "{}: the environment variable {name} is not set or empty; the judge `{}` needs it",
                    provider.path, judge.name
                ));
            }
            if capped && provider.api != Api::Replay {
                affordable(project, &catalog, &judge, member.params.max_tokens, model)?;
            }
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = missing.into_iter().collect();
    Err(Failure::Usage(lines.join("\n       ")))
}

fn affordable(
    project: &Project,
    catalog: &Catalog,
    judge: &Judge,
    own_limit: Option<u32>,
    model: &ModelRef,
) -> Result<(), Failure> {
    let config = catalog.config(project, model);
    let limit = own_limit
        .or(judge.params.max_tokens)
        .or(config.params.max_tokens)
        .map(u64::from)
        .or(config.max_output);
    let missing = match &config.price {
        None => "its price is unknown: add `input` and `output` to the model in its provider's file",
        Some(price) if !wire::is_complete(price) => {
            "its price lacks `input` or `output`: add it in its provider's file"
        }
        Some(_) if limit.is_none() => {
            "nothing limits its replies: set `params: {max_tokens: N}` in the judge's file"
        }
        Some(_) => return Ok(()),
    };
    Err(Failure::Usage(format!(
        "the budget cannot be kept for `{model}`, which the judge `{}` asks: {missing}",
        judge.name
    )))
}
