//! The prompts of judges, written for each case before anything is sent.

use crate::model::{Case, Message, Task};
use crate::scorer::{CompiledScorer, Item, compile};
use std::sync::Arc;

/// The judges of a task whose prompt is not the built-in one.
pub(super) struct Asking {
    task: Arc<Task>,
    scorers: Vec<CompiledScorer>,
}

impl Asking {
    /// Those of a task. What cannot be built is a problem of its own.
    pub fn of(task: &Arc<Task>) -> Self {
        let own = task.scorers.iter().filter(|spec| {
            let judge = spec
                .config
                .judging()
                .and_then(|judging| judging.supplied.as_ref());
            judge.is_some_and(|judge| judge.template.is_some() || judge.system.is_some())
        });
        Self {
            scorers: own.filter_map(|spec| compile(spec, &task.output).ok()).collect(),
            task: task.clone(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.scorers.is_empty()
    }

    /// The first scorer whose judge could not be asked about an output to that case, with the judge and why. `messages`
    /// are what a candidate would be sent.
    pub fn misfit(&self, case: &Case, messages: &[Message]) -> Option<(&str, &str, String)> {
        let looking = self.scorers.iter().filter(|scorer| scorer.applies_to(case));
        looking
            .filter_map(|scorer| Some((scorer, scorer.judge()?)))
            .find_map(|(scorer, judge)| {
                let other = judge.other_of(case);
                let item = Item {
                    task: &self.task,
                    case,
                    messages,
                    output: "output",
                    other: other.as_deref().or(judge.meets_candidates().then_some("output")),
                };
                let members = 0..judge.judge().members.len();
                let mut questions = members
                    .flat_map(|member| judge.orders().iter().map(move |order| (member, *order)))
                    .map(|(member, order)| judge.question(member, order, &item));
                let error = questions.find_map(Result::err)?;
                Some((&**scorer.name(), judge.judge().name.as_str(), error.message))
            })
    }
}
