//! What judges will use for their anchors.

use super::Anchors;
use crate::cli::judging::estimate::{JudgeRow, terms};
use crate::model::Judge;
use crate::plan::{JudgeEstimate, QuestionTally, estimate_messages};
use crate::scorer::Item;

impl Anchors {
    /// What the judges will use for them.
    pub fn estimate(&self) -> Vec<JudgeRow> {
        self.judges.iter().map(|judge| self.estimate_of(judge)).collect()
    }

    fn estimate_of(&self, judge: &Judge) -> JudgeRow {
        let mut sum = JudgeEstimate::NONE;
        for job in &self.jobs {
            let (Some(asked), [(trial, judgeable)]) = (job.judges.first(), job.trials.as_slice()) else {
                continue;
            };
            if asked.scorer.judge().name != judge.name {
                continue;
            }
            let messages = judgeable.messages(&job.task, trial);
            let other = asked.scorer.other_of(&trial.case);
            let item = Item {
                task: &job.task.task,
                case: &trial.case,
                messages: &messages,
                output: trial
                    .completion
                    .as_ref()
                    .map_or("", |answer| &answer.completion.text),
                other: other.as_deref(),
            };
            for (at, member) in asked.members.iter().enumerate() {
                for order in asked.scorer.orders() {
                    let question = asked.scorer.question(at, *order, &item);
                    if let (Ok(question), Some(reached)) = (question, member.reached(0)) {
                        let input = estimate_messages(&question.messages) as f64;
                        let tally = QuestionTally {
                            questions: 1.0,
                            input,
                            most_input: Some(input),
                        };
                        sum = sum.plus(&JudgeEstimate::of(
                            &tally,
                            1.0,
                            &terms(reached, &self.ways.lanes, None),
                        ));
                    }
                }
            }
        }
        JudgeRow {
            asked_by: None,
            judge: judge.name.clone(),
            estimate: sum,
            from_past: false,
        }
    }
}
