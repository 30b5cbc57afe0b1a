//! Which scorers of a run ask which judges, as the workspace has them now.

use crate::model::{Manifest, Project, Task};
use crate::scorer::{JudgeKind, JudgeScorer, Judging};
use std::sync::Arc;

/// A scorer of a run that asks a judge.
pub struct Asked {
    /// Position of its task in the manifest.
    pub task: u32,
    /// The scorer's name.
    pub scorer: Arc<str>,
    /// Its judge: a name of `judges/`, or `provider/model`.
    pub by: String,
    /// The scorer, compiled.
    pub judge: JudgeScorer,
}

impl Asked {
    /// Whether it compares outputs: such verdicts have no mean.
    pub fn compares(&self) -> bool {
        compares(&self.judge)
    }
}

/// Whether a judge compares outputs.
pub fn compares(judge: &JudgeScorer) -> bool {
    matches!(judge.kind(), JudgeKind::Pairwise(_))
}

/// The scorers of a task that ask judges, those apart that cannot be compiled: `bench check` tells of them.
pub fn of_task(task: &Task) -> impl Iterator<Item = (&Arc<str>, &Judging, JudgeScorer)> {
    task.scorers.iter().filter_map(|spec| {
        let judging = spec.config.judging()?;
        Some((&spec.name, judging, JudgeScorer::new(judging).ok()?))
    })
}

/// All scorers of a run that ask judges, in the order of its tasks.
pub fn asked(project: &Project, manifest: &Manifest) -> Vec<Asked> {
    let mut all = Vec::new();
    for (position, entry) in (0_u32..).zip(&manifest.tasks) {
        let Some(task) = project.tasks.iter().find(|task| task.name == entry.name) else {
            continue;
        };
        all.extend(of_task(task).map(|(scorer, judging, judge)| Asked {
            task: position,
            scorer: scorer.clone(),
            by: judging.by().to_owned(),
            judge,
        }));
    }
    all
}
