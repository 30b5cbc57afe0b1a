//! From what the scorers of a trial say to its outcome and its score; done again once judges have spoken.

use super::compile::CompiledScorer;
use super::judge::JudgeScorer;
use super::set::{Graded, SLACK, ScorerSet, is_remark};
use crate::model::{Case, JudgeFault, Outcome, PassRule, ScoreEntry, Treat};
use std::sync::Arc;

/// A scorer of a task that asks a judge.
#[derive(Clone, Copy, Debug)]
pub struct TaskJudge<'a> {
    position: usize,
    compiled: &'a CompiledScorer,
    scorer: &'a Arc<JudgeScorer>,
}

impl<'a> TaskJudge<'a> {
    /// Position among the task's scorers.
    pub fn position(&self) -> usize {
        self.position
    }

    /// The scorer's name.
    pub fn name(&self) -> &'a Arc<str> {
        &self.compiled.name
    }

    /// Weight in the weighted mean.
    pub fn weight(&self) -> f64 {
        self.compiled.weight
    }

    /// What it asks, and how it reads replies.
    pub fn scorer(&self) -> &'a Arc<JudgeScorer> {
        self.scorer
    }

    /// Whether it looks at that case.
    pub fn applies_to(&self, case: &Case) -> bool {
        self.compiled.applies_to(case)
    }
}

impl ScorerSet {
    /// The scorers that ask judges.
    pub fn judges(&self) -> impl Iterator<Item = TaskJudge<'_>> {
        self.scorers()
            .iter()
            .enumerate()
            .filter_map(|(position, compiled)| {
                Some(TaskJudge {
                    position,
                    compiled,
                    scorer: compiled.judge.as_ref()?,
                })
            })
    }

    /// Grades a trial again from what its scorers say, some of whose entries were replaced. `outcome` is that of the
    /// trial; an answer that waited for its judges becomes a scored one.
    pub fn combine(&self, case: &Case, outcome: Outcome, mut entries: Vec<ScoreEntry>) -> Graded {
        entries.retain(|entry| !is_remark(entry));
        let outcome = match outcome {
            Outcome::JudgeError | Outcome::ScorerError => Outcome::Scored,
            outcome => outcome,
        };
        self.settle(case, outcome, entries)
    }

    /// The verdict on a trial whose scorers have spoken.
    pub(super) fn settle(&self, case: &Case, outcome: Outcome, mut scores: Vec<ScoreEntry>) -> Graded {
        for scorer in self.scorers() {
            let Some(layers) = &scorer.layers else { continue };
            let own = |entry: &ScoreEntry| entry.scorer == scorer.name;
            if scores.iter().any(own) {
                let result = layers.combine(case, &scores);
                if let Some(entry) = scores.iter_mut().find(|entry| own(entry)) {
                    entry.result = result;
                }
            }
        }
        let mut failed = None;
        let (mut sum, mut weights, mut all) = (0.0, 0.0, true);
        for entry in &scores {
            match &entry.result {
                Ok(score) if entry.weight > 0.0 => {
                    sum += entry.weight * score.value;
                    weights += entry.weight;
                    all &= score.pass;
                }
                Ok(_) => {}
                Err(error) => {
                    let failure = match error.judge {
                        None if error.unparseable => Outcome::Unparseable,
                        None => Outcome::ScorerError,
                        Some(JudgeFault::NotSampled) => continue,
                        // It counts for nothing, and stands in the report of its judge.
                        Some(JudgeFault::Failed) if entry.weight == 0.0 => continue,
                        Some(JudgeFault::Waiting | JudgeFault::Failed) => Outcome::JudgeError,
                    };
                    failed = failed.max(Some((gravity(failure), failure)));
                }
            }
        }
        match failed {
            Some((_, Outcome::Unparseable)) if self.treatment(Outcome::Unparseable) == Treat::Zero => {
                return Graded {
                    outcome: Outcome::Unparseable,
                    score: Some(0.0),
                    pass: Some(false),
                    scores,
                };
            }
            Some((_, failed)) => return Graded::unscored(failed, scores),
            None => {}
        }
        if weights <= 0.0 {
            let none = scores.is_empty();
            scores.push(self.nothing_counts(case, none));
            return Graded::unscored(Outcome::ScorerError, scores);
        }
        let mean = sum / weights;
        Graded {
            outcome,
            score: Some(mean),
            pass: Some(match self.pass_rule() {
                PassRule::Score(least) => mean >= least - SLACK,
                PassRule::All => all,
            }),
            scores,
        }
    }
}

/// A failed scorer weighs more than an output without form, and that more than a judge who may still speak.
fn gravity(failure: Outcome) -> u8 {
    match failure {
        Outcome::ScorerError => 2,
        Outcome::Unparseable => 1,
        _ => 0,
    }
}
