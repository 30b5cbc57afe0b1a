//! A task's scorers and prompts, and its cases read beside the trials.

use super::pipeline::Graded;
use super::why;
use crate::cli::failure::Failure;
use crate::load::cases::{CaseReader, CaseSelection};
use crate::model::{
    Case, Completion, CompletionRecord, Grading, Hasher, JudgeFault, Manifest, Outcome, Prompt, ScoreEntry,
    Task, TaskEntry, TrialKey,
};
use crate::run::CaseIter;
use crate::sandbox::Sandbox;
use crate::scorer::ScorerSet;
use crate::store::{ScoreUpdate, TrialRow};
use crate::template::PromptTemplate;
use std::collections::HashMap;
use std::sync::Arc;

/// A stored trial with its case as it is now.
pub struct Trial {
    /// Which trial.
    pub key: TrialKey,
    case: Arc<Case>,
    record: CompletionRecord,
    /// Whether the stored case or its cluster is to be replaced.
    moved: Option<Option<Arc<str>>>,
    before: Before,
}

/// What a trial had before.
pub struct Before {
    /// What became of it.
    pub outcome: Outcome,
    /// Its score.
    pub score: Option<f64>,
    /// Whether it passed.
    pub pass: Option<bool>,
    /// What each scorer said.
    pub scores: Vec<ScoreEntry>,
    /// The case's id.
    pub case: Arc<str>,
    /// Whether the golden output of its case changed.
    pub golden_changed: bool,
}

/// What all threads use of a task.
pub struct Shared {
    /// Its scorers.
    pub scorers: ScorerSet,
    task: Arc<Task>,
    /// Names of the judges whose verdicts still hold.
    same_judges: Vec<Arc<str>>,
    /// The prompts of the run's candidates, by position; the error says why one is not what was sent.
    templates: HashMap<u32, Result<PromptTemplate, String>>,
}

/// A task whose trials are read.
pub struct Grader {
    /// What all threads use of it.
    pub shared: Arc<Shared>,
    cases: CaseIter,
    current: Option<(u64, Arc<Case>)>,
    /// The stored case that was read last: all trials of a case come together.
    stored: Option<(u64, Case)>,
}

impl Grader {
    /// A task of a run, `at` its position in the manifest; `entry` is what the run recorded of it, `now` what it grades
    /// by now.
    pub fn new(
        task: Arc<Task>,
        selection: CaseSelection,
        sandbox: &Arc<Sandbox>,
        entry: &TaskEntry,
        now: &Grading,
        at: usize,
        manifest: &Manifest,
    ) -> Result<Self, Failure> {
        let scorers = ScorerSet::new(&task)
            .map_err(|error| Failure::Usage(format!("{}: {error}", task.path)))?
            .with_sandbox(sandbox);
        let candidates = manifest.candidates.iter().zip(0u32..);
        let templates = candidates
            .filter(|(candidate, _)| candidate.task as usize == at)
            .map(|(candidate, position)| {
                let id = &*candidate.candidate.prompt;
                let prompt = task.prompts.iter().find(|prompt| *prompt.id == *id);
                let same = |prompt: &Prompt| match &entry.grading {
                    Some(before) => before.prompts.get(id) == now.prompts.get(id),
                    None => {
                        let hash = Hasher::new("prompt")
                            .json(&prompt.messages)
                            .json(&task.output)
                            .digest();
                        candidate.candidate.digest(&hash) == candidate.hash
                    }
                };
                let template = match prompt {
                    Some(prompt) if same(prompt) => {
                        PromptTemplate::compile(prompt).map_err(|error| error.to_string())
                    }
                    Some(_) => Err("changed since the run".to_owned()),
                    None => Err("is no longer there".to_owned()),
                };
                let told = |why| format!("prompt `{id}` of task `{}` {why}", task.name);
                (position, template.map_err(told))
            })
            .collect();
        let cases = CaseReader::open(&task, selection).map(|case| case.map_err(|error| error.to_string()));
        Ok(Self {
            shared: Arc::new(Shared {
                same_judges: why::same_judges(entry, now),
                scorers,
                task,
                templates,
            }),
            cases: Box::new(cases),
            current: None,
            stored: None,
        })
    }

    /// The trial of a row, with its case; `None` where it has no answer.
    pub fn trial(&mut self, row: &TrialRow<'_>) -> Result<Option<Trial>, Failure> {
        let Some(record) = row.completion_record()? else {
            return Ok(None);
        };
        if self.stored.as_ref().is_none_or(|(at, _)| *at != row.key.case) {
            self.stored = Some((row.key.case, row.case()?));
        }
        let found = self.case(row.key.case)?;
        let Some((_, stored)) = &self.stored else {
            return Ok(None);
        };
        let case = found.filter(|case| case.id == stored.id && case.vars == stored.vars);
        let task = &self.shared.task;
        let Some(case) = case else {
            return Err(Failure::Usage(format!(
                "case `{}` of task `{}` is not the one that was sent (its id, position or variables changed); put it \
                 back, or start a new run",
                stored.id, task.name
            )));
        };
        let field = task.cluster.as_deref();
        let cluster = field.and_then(|field| case.field_text(field)).map(Arc::from);
        let golden_changed = case.golden != stored.golden;
        let moved = cluster.as_deref() != row.cluster || golden_changed || case.meta != stored.meta;
        Ok(Some(Trial {
            key: row.key,
            record,
            moved: moved.then_some(cluster),
            before: Before {
                outcome: row.outcome,
                score: row.score,
                pass: row.pass,
                scores: row.scores()?,
                case: case.id.clone(),
                golden_changed,
            },
            case,
        }))
    }

    /// The case at that position, which is the current one or a later one.
    fn case(&mut self, position: u64) -> Result<Option<Arc<Case>>, Failure> {
        while self.current.as_ref().is_none_or(|(at, _)| *at < position) {
            match self.cases.next() {
                Some(next) => self.current = Some(next.map_err(Failure::Usage)?),
                None => return Ok(None),
            }
        }
        let current = self.current.as_ref().filter(|(at, _)| *at == position);
        Ok(current.map(|(_, case)| case.clone()))
    }
}

impl Shared {
    /// Grades a trial as the run did: code sees the messages that were sent.
    pub fn grade(&self, trial: Trial) -> Graded {
        let Trial {
            key,
            case,
            record,
            moved,
            before,
        } = trial;
        let messages = if self.scorers.runs_code(&case) {
            match self.templates.get(&key.candidate) {
                Some(Ok(template)) => match template.render(&case.vars) {
                    Ok(messages) => Some(messages),
                    Err(error) => {
                        return self
                            .other_prompt(&format!("does not render for case `{}`: {error}", case.id));
                    }
                },
                Some(Err(why)) => return self.other_prompt(why),
                None => return self.other_prompt("a prompt of the run is unknown"),
            }
        } else {
            None
        };
        let graded = self
            .scorers
            .grade(&case, &record.completion, record.cost, messages.as_deref());
        let graded = self.with_verdicts(&case, &record.completion, graded, &before);
        let update = ScoreUpdate {
            key,
            outcome: graded.outcome,
            score: graded.score,
            pass: graded.pass,
            scores: graded.scores,
            case: moved.map(|cluster| (case, cluster)),
        };
        Graded::One(Box::new(update), Box::new(before))
    }

    /// The same with what judges said in the run, where they would be asked the same again.
    fn with_verdicts(
        &self,
        case: &Case,
        completion: &Completion,
        mut graded: crate::scorer::Graded,
        before: &Before,
    ) -> crate::scorer::Graded {
        let mut found = false;
        for entry in &mut graded.scores {
            let waits = matches!(&entry.result, Err(error) if error.judge == Some(JudgeFault::Waiting));
            if !waits || before.golden_changed || !self.same_judges.contains(&entry.scorer) {
                continue;
            }
            let said = |known: &&ScoreEntry| known.scorer == entry.scorer;
            if let Some(known) = before.scores.iter().find(said) {
                entry.result.clone_from(&known.result);
                entry.judged.clone_from(&known.judged);
                found = true;
            }
        }
        if found {
            let outcome = self.scorers.outcome_before(case, completion);
            return self.scorers.combine(case, outcome, graded.scores);
        }
        graded
    }

    fn other_prompt(&self, why: &str) -> Graded {
        Graded::Failed(Failure::Usage(format!(
            "{}: {why}, so its scorers that are code would not see what was sent; put the prompt back, or start a new \
             run",
            self.task.path
        )))
    }
}
