//! Records of trials, with an answer and without.

use super::feed::Job;
use crate::model::{CompletionRecord, ErrorClass, Failure, Outcome, Treat, TrialRecord};
use crate::scorer::Graded;
use std::sync::Arc;

/// The record of a trial with an answer, graded or not yet.
pub(super) fn with_answer(
    job: &Job,
    graded: Graded,
    answer: CompletionRecord,
    failures: Vec<Failure>,
) -> TrialRecord {
    TrialRecord {
        key: job.key,
        case: job.case.clone(),
        cluster: cluster(job),
        outcome: graded.outcome,
        score: graded.score,
        pass: graded.pass,
        scores: graded.scores,
        completion: Some(answer),
        failures,
    }
}

/// The record of a trial whose attempts all failed.
pub(super) fn without_answer(job: &Job, failures: Vec<Failure>) -> TrialRecord {
    let filtered = failures
        .last()
        .is_some_and(|failure| failure.class == ErrorClass::Filtered);
    let outcome = if filtered {
        Outcome::Filtered
    } else {
        Outcome::ProviderError
    };
    let zero = filtered && job.task.task.treat.filtered == Treat::Zero;
    TrialRecord {
        key: job.key,
        case: job.case.clone(),
        cluster: cluster(job),
        outcome,
        score: zero.then_some(0.0),
        pass: zero.then_some(false),
        scores: Vec::new(),
        completion: None,
        failures,
    }
}

fn cluster(job: &Job) -> Option<Arc<str>> {
    let field = job.task.task.cluster.as_deref()?;
    job.case.field_text(field).map(Into::into)
}
