//! Which scorer of a run is meant, where a judge is named.

use crate::cli::failure::Failure;
use crate::cli::labelled::{Asked, asked};
use crate::model::{Manifest, Project};
use crate::plan::known_names;
use std::collections::BTreeSet;

/// What the command line says.
pub struct Which<'a> {
    /// A scorer of the run, or a judge: a name of `judges/`, or `provider/model`.
    pub name: &'a str,
    /// The scorer, where several ask the judge.
    pub scorer: Option<&'a str>,
    /// The task, where scorers of that name differ by task.
    pub task: Option<&'a str>,
}

/// The scorer that is meant, with what it says of its verdicts.
pub struct Meant {
    /// Its name.
    pub scorer: String,
    /// Positions of its tasks; `None` for all of the run.
    pub tasks: Option<Vec<u32>>,
    /// Lowest and highest verdict.
    pub range: (f64, f64),
    /// The lowest verdict that passes, where it is a judge's.
    pub pass: Option<f64>,
}

/// Finds the scorer: by its own name, or as the one that asks that judge.
pub fn scorer(
    which: &Which<'_>,
    project: &Project,
    run: &str,
    manifest: &Manifest,
) -> Result<Meant, Failure> {
    let tasks = tasks(which, run, manifest)?;
    let is_meant = |task: u32| tasks.as_ref().is_none_or(|tasks| tasks.contains(&task));
    let names: BTreeSet<&str> = (0_u32..)
        .zip(&manifest.tasks)
        .filter(|(task, _)| is_meant(*task))
        .flat_map(|(_, task)| task.scorers.iter().map(|(name, _)| &**name))
        .collect();
    let mut asking = asked(project, manifest);
    asking.retain(|asked| is_meant(asked.task) && names.contains(&*asked.scorer));
    let by_judge: BTreeSet<&str> = asking
        .iter()
        .filter(|asked| asked.by == which.name)
        .map(|asked| &*asked.scorer)
        .collect();
    let name = match which.scorer {
        Some(scorer) if scorer == which.name && names.contains(scorer) => scorer,
        Some(scorer) if by_judge.contains(scorer) => scorer,
        Some(scorer) => {
            return Err(Failure::Usage(format!(
                "no scorer `{scorer}` of run {run} asks the judge `{}`{}",
                which.name,
                known_names(scorer, by_judge.into_iter())
            )));
        }
        None if names.contains(which.name) => which.name,
        None => only(which.name, &by_judge, &names, project, run)?,
    };
    let mut same = asking.iter().filter(|asked| *asked.scorer == *name);
    let Some(first) = same.next() else {
        return Ok(plain(name, tasks, project));
    };
    if let Some(other) = same.find(|other| scale_of(other) != scale_of(first)) {
        let task = |asked: &Asked| {
            manifest
                .tasks
                .get(asked.task as usize)
                .map_or("", |task| &task.name)
        };
        return Err(Failure::Usage(format!(
            "`{name}` has one scale in task `{}` and another in task `{}`; pick one with --task NAME",
            task(first),
            task(other)
        )));
    }
    Ok(Meant {
        scorer: name.to_owned(),
        tasks,
        range: first.judge.scale(),
        pass: first.judge.threshold(),
    })
}

fn scale_of(asked: &Asked) -> ((f64, f64), Option<f64>) {
    (asked.judge.scale(), asked.judge.threshold())
}

fn tasks(which: &Which<'_>, run: &str, manifest: &Manifest) -> Result<Option<Vec<u32>>, Failure> {
    let Some(name) = which.task else { return Ok(None) };
    let found = (0_u32..)
        .zip(&manifest.tasks)
        .find(|(_, task)| *task.name == *name);
    match found {
        Some((position, _)) => Ok(Some(vec![position])),
        None => Err(Failure::Usage(format!(
            "run {run} has no task `{name}`{}",
            known_names(name, manifest.tasks.iter().map(|task| &*task.name))
        ))),
    }
}

/// The only scorer that asks a judge.
fn only<'a>(
    judge: &str,
    by_judge: &BTreeSet<&'a str>,
    names: &BTreeSet<&'a str>,
    project: &Project,
    run: &str,
) -> Result<&'a str, Failure> {
    let mut found = by_judge.iter();
    match (found.next(), found.next()) {
        (Some(only), None) => Ok(only),
        (Some(_), Some(_)) => {
            let told: Vec<String> = by_judge.iter().map(|name| format!("--scorer {name}")).collect();
            Err(Failure::Usage(format!(
                "several scorers of run {run} ask the judge `{judge}`; pick one: {}",
                told.join(", ")
            )))
        }
        (None, _) if project.judges.iter().any(|known| known.name == judge) => Err(Failure::Usage(format!(
            "no scorer of run {run} asks the judge `{judge}`"
        ))),
        (None, _) => {
            let known = project.judges.iter().map(|judge| judge.name.as_str());
            Err(Failure::Usage(format!(
                "neither judges/ nor run {run} has a judge or scorer `{judge}`{}",
                known_names(judge, known.chain(names.iter().copied()))
            )))
        }
    }
}

/// A scorer that the workspace has as no judge: scores are in 0..=1, unless a file of a judge of that name says more.
fn plain(name: &str, tasks: Option<Vec<u32>>, project: &Project) -> Meant {
    let judge = project.judges.iter().find(|judge| judge.name == name);
    Meant {
        scorer: name.to_owned(),
        tasks,
        range: judge.map_or((0.0, 1.0), |judge| judge.scale),
        pass: None,
    }
}
