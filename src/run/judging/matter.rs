//! What is to be judged together.

use super::member::JudgeRuntime;
use crate::model::{Candidate, JudgeFault, Message, ScorerError, TrialRecord};
use crate::run::TaskRuntime;
use std::sync::Arc;

/// Stored trials of one case, and what judges are to say of them.
pub struct JudgingJob {
    /// Their task.
    pub task: Arc<TaskRuntime>,
    /// The task's judges that are asked.
    pub judges: Arc<[JudgeRuntime]>,
    /// The trials with their candidates; one, or those whose outputs are compared.
    pub trials: Vec<(TrialRecord, Arc<Judgeable>)>,
    /// The questions.
    pub matters: Vec<Matter>,
    /// Outputs that a judge is not asked about.
    pub left_out: Vec<LeftOut>,
}

/// An output that a judge is not asked about, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct LeftOut {
    /// Position of the judge among the job's judges.
    pub judge: usize,
    /// Position of the trial among the job's trials.
    pub trial: usize,
    /// What its entry says.
    pub why: ScorerError,
}

impl LeftOut {
    /// It is not in the sample that the judge sees.
    pub fn not_sampled(judge: usize, trial: usize) -> Self {
        let why = ScorerError::judge(JudgeFault::NotSampled, "not in the sample that this judge sees");
        Self { judge, trial, why }
    }
}

/// A candidate whose outputs are judged.
pub struct Judgeable {
    /// Model, parameters and prompt.
    pub candidate: Candidate,
    /// Its model as leaderboards name it.
    pub label: Arc<str>,
    /// Position of its prompt in the task; `None` where the prompt is no longer what was sent.
    pub prompt: Option<usize>,
}

impl Judgeable {
    /// What the candidate was sent for that trial.
    pub fn messages(&self, task: &TaskRuntime, trial: &TrialRecord) -> Vec<Message> {
        let prompt = self.prompt.and_then(|at| task.prompts.get(at));
        prompt
            .and_then(|prompt| prompt.template.render(&trial.case.vars).ok())
            .unwrap_or_default()
    }
}

/// One thing that a judge is asked to say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Matter {
    /// Position of the judge among the job's judges.
    pub judge: usize,
    /// Position of the judged trial among the job's trials.
    pub trial: usize,
    /// Position of the trial whose output is the other of a pair.
    pub opponent: Option<usize>,
    /// Chance that this output had to be judged, where the judge sees a sample only.
    pub probability: Option<f64>,
}
