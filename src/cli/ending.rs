//! What a session says when it has ended: what went wrong, once, and what to do about it.

use super::console::Console;
use super::judging::Judged;
use super::progress::{counted, duration};
use crate::model::{ErrorClass, Failure as Lost, Manifest, Outcome};
use crate::report::escape_terminal;
use crate::run::{Progress, RunEnd, StopCause};
use std::time::Duration;

/// What is to be told of a session.
pub struct Ending<'a> {
    /// How it ended.
    pub end: &'a RunEnd,
    /// Counters of the candidates' providers.
    pub progress: &'a Progress,
    /// How long it took.
    pub elapsed: Duration,
    /// What was run.
    pub manifest: &'a Manifest,
    /// Models that judge, in the order of their numbers, which follow those of the candidates.
    pub judges: &'a [String],
    /// Trials without a verdict of a judge.
    pub unjudged: u64,
    /// Trials that a scorer could not grade.
    pub ungraded: u64,
}

/// Kinds of losses that are told one by one.
const TOLD: usize = 5;

/// Says why trials have no answer: the first failure of each kind, with how many there were. Those of a provider that
/// was given up are told once, with it.
fn tell_losses(console: &Console, end: &RunEnd, manifest: &Manifest) {
    let label = |candidate: u32| {
        let entry = manifest.candidates.get(candidate as usize);
        entry.map_or_else(String::new, |entry| entry.candidate.model_label())
    };
    let told_with_provider = |candidate: u32, failure: &Lost| {
        let entry = manifest.candidates.get(candidate as usize);
        let provider = entry.map(|entry| &entry.candidate.model.provider);
        end.given_up
            .iter()
            .any(|(name, reason)| Some(name) == provider && reason.class == failure.class)
    };
    let mut kinds: Vec<(String, &Lost, u64)> = Vec::new();
    for (candidate, failure, count) in &end.losses {
        if told_with_provider(*candidate, failure) {
            continue;
        }
        let label = label(*candidate);
        match kinds
            .iter_mut()
            .find(|(known, first, _)| *known == label && first.class == failure.class)
        {
            Some((_, _, sum)) => *sum += count,
            None => kinds.push((label, failure, *count)),
        }
    }
    for (label, failure, count) in kinds.iter().take(TOLD) {
        let times = if *count == 1 {
            String::new()
        } else {
            format!(" ({count} trials)")
        };
        let message = escape_terminal(&failure.message);
        console.error(&format!("{label}: {}: {message}{times}", failure.class));
    }
    if kinds.len() > TOLD {
        console.error(&format!(
            "and {} more kinds of failures; the report has them",
            kinds.len() - TOLD
        ));
    }
}

/// Says why judges gave no reply.
pub fn tell_judges_lost(console: &Console, end: &RunEnd, models: &[String], manifest: &Manifest) {
    for (candidate, failure, count) in end.losses.iter().take(TOLD) {
        let model = judge_at(*candidate, models, manifest);
        console.error(&format!(
            "judge {}: {}: {} ({count} questions)",
            model.map_or("", String::as_str),
            failure.class,
            escape_terminal(&failure.message)
        ));
    }
    for (provider, failure) in &end.given_up {
        console.error(&format!(
            "{provider}: given up while judging ({}): {}",
            failure.class,
            escape_terminal(&failure.message)
        ));
    }
}

/// The judging model with that number; `None` for a candidate.
fn judge_at<'a>(number: u32, models: &'a [String], manifest: &Manifest) -> Option<&'a String> {
    models.get((number as usize).checked_sub(manifest.candidates.len())?)
}

/// Says what became of the judges.
pub fn tell_judging(console: &Console, judged: &Judged, manifest: &Manifest, judge_errors: u64) {
    tell_judges_lost(console, &judged.end, &judged.models, manifest);
    let view = judged.progress.total();
    console.note(&format!(
        "{} replies of judges, {} of them from the store, {} paid for them.",
        view.with(Outcome::Scored),
        view.cached,
        view.paid
    ));
    if judge_errors > 0 {
        console.warn(&format!(
            "{judge_errors} trials have no verdict (judge-error; see the report); `bench resume {}` asks again.",
            manifest.run
        ));
    }
}

/// Says what went wrong, once, and what to do about it.
pub fn tell_end(console: &Console, ending: &Ending<'_>) {
    let Ending {
        end,
        progress,
        elapsed,
        manifest,
        judges,
        unjudged,
        ungraded,
    } = *ending;
    let run = &manifest.run;
    tell_losses(console, end, manifest);
    for (provider, failure) in &end.given_up {
        let advice = match failure.class {
            ErrorClass::Auth => "check its key",
            _ => "it did not recover after all retries",
        };
        let message = escape_terminal(&failure.message);
        console.error(&format!(
            "{provider}: given up ({}): {message} - {advice}",
            failure.class
        ));
    }
    for lane in &progress.lanes {
        let view = lane.view();
        console.detail(&format!(
            "{}: {}, {} answered from the store, {} retries, {} input and {} output tokens, {} paid",
            lane.name,
            counted(view.total(), "trial"),
            view.cached,
            view.retries,
            view.input_tokens,
            view.output_tokens,
            view.paid
        ));
    }
    let view = progress.total();
    let missing = progress.planned().saturating_sub(view.total());
    let left = match (missing, unjudged) {
        (0, 0) => "no trial left".to_owned(),
        (0, unjudged) => format!("{} without a verdict", counted(unjudged, "trial")),
        (missing, 0) if manifest.in_rounds() => format!("at least {} left", counted(missing, "trial")),
        (missing, 0) => format!("{} left", counted(missing, "trial")),
        (missing, unjudged) => format!(
            "{} left and {unjudged} without a verdict",
            counted(missing, "trial")
        ),
    };
    let failed = view.with(Outcome::ProviderError);
    let resume = format!("`bench resume {run}` sends what is missing");
    match &end.cause {
        Some(StopCause::Interrupted) => console.note(&format!("Interrupted with {left}; {resume}.")),
        Some(StopCause::Budget { candidate, worst }) => {
            let entry = manifest.candidates.get(*candidate as usize);
            let what = match (entry, judge_at(*candidate, judges, manifest)) {
                (None, Some(judge)) => format!("a question to the judge {judge}"),
                (entry, _) => {
                    let model = entry.map_or_else(String::new, |entry| entry.candidate.model_label());
                    format!("a call of {model}")
                }
            };
            let cap = manifest.budget.unwrap_or_default();
            console.warn(&format!(
                "the budget of {cap} ends the run with {left}: {what} may cost up to {worst}, and that no longer \
                 fits. `bench resume {run} --budget USD` goes on with a higher one."
            ));
        }
        Some(StopCause::Deadline) => console.warn(&format!("the deadline came with {left}; {resume}.")),
        Some(StopCause::FailFast) => {
            console.warn(&format!("stopped at the first failure; {left}; {resume}."))
        }
        Some(StopCause::Cases(message)) => console.error(message),
        Some(StopCause::Store(_)) => {}
        None if missing + failed > 0 => {
            console.warn(&format!(
                "{} failed and {missing} not sent; {resume}.",
                counted(failed, "trial")
            ));
        }
        None => {}
    }
    if ungraded > 0 {
        console.warn(&format!(
            "{} could not be graded (scorer-error; see the report); fix the scorer, then \
             `bench score {run}`.",
            counted(ungraded, "trial")
        ));
    }
    console.note(&format!(
        "{} in {}, {} paid{}{}.",
        counted(view.total(), "trial"),
        duration(elapsed.as_secs_f64()),
        view.paid,
        if view.unpriced > 0 {
            format!(" and {} of unknown price", view.unpriced)
        } else {
            String::new()
        },
        if view.cached > 0 {
            format!(", {} answered from the store", view.cached)
        } else {
            String::new()
        },
    ));
}
