//! Reading verdicts out of replies.
//!
//! A reply holds exactly one verdict of the form that was asked for, or none: what is missing, out of range, cut off,
//! unknown or said twice in two ways is an error that quotes the reply. It is never guessed at, and never a pass or a 0.

mod json;
mod lines;
mod logprobs;
mod objects;
mod rating;
mod words;

use super::form::Form;
use crate::model::{Completion, Opinion, Reads, Shown, StopReason};
use crate::scorer::quote::quote;
use std::sync::Arc;

/// Characters of reasons that are kept.
const KEPT: usize = 4000;

/// How the outputs of a pair are called: the one shown first, and the other.
pub(super) fn pair_labels(reads: Reads) -> [&'static str; 2] {
    match reads {
        // One token each, and equally likely before anything is read (AlpacaEval).
        Reads::Logprobs => ["m", "M"],
        _ => ["A", "B"],
    }
}

/// What a reply says.
#[derive(Clone, Debug, PartialEq)]
enum Said {
    /// The verdict: a number on the scale, 1 or 0 for yes or no, the value of a choice, or the chance that the output
    /// shown second is the better one.
    One(f64),
    /// The same for each criterion, in order.
    Each(Vec<f64>),
}

/// Reads a reply. The error says what is wrong, and quotes it.
pub(super) fn read(
    form: &Form,
    reads: Reads,
    lists: &[String],
    order: Shown,
    reply: &Completion,
) -> Result<Opinion, String> {
    let (text, thinking) = spoken(&reply.text);
    let quoted = |problem: String| {
        if text.trim().is_empty() {
            problem
        } else {
            format!("{problem}: {}", quote(ending(text)))
        }
    };
    match reply.stop {
        StopReason::ContentFilter => {
            return Err(quoted("the reply was withheld by a content filter".to_owned()));
        }
        StopReason::Refusal => return Err(quoted("the judge declined".to_owned())),
        StopReason::Length if reads != Reads::Logprobs => {
            return Err(quoted("the reply was cut off at the token limit".to_owned()));
        }
        _ => {}
    }
    if thinking && reads != Reads::Logprobs {
        return Err(quoted(
            "the reply ends in its thoughts, before a verdict".to_owned(),
        ));
    }
    if text.trim().is_empty() && reads != Reads::Logprobs {
        return Err("the reply is empty".to_owned());
    }
    let (said, reasoning) = match reads {
        Reads::Json => json::read(form, lists, text),
        Reads::Rating => rating::read(form, text).map(|said| (said, text.to_owned())),
        Reads::Letter => lines::letter(form, text).map(|said| (said, text.to_owned())),
        Reads::Number => lines::number(form, text).map(|said| (said, text.to_owned())),
        Reads::Percent => lines::percent(form, text).map(|said| (said, text.to_owned())),
        Reads::Logprobs => logprobs::read(form, &reply.first_logprobs).map(|said| (said, text.to_owned())),
    }
    .map_err(quoted)?;
    Ok(opinion(form, order, said, &reasoning))
}

/// A reply without the thoughts that it begins with, where a model writes them into its reply. Thoughts end at the first
/// tag that ends them: one that was quoted from the judged output hides no verdict, but makes two of them. Also whether
/// they never end: what stands in them is no verdict yet.
fn spoken(text: &str) -> (&str, bool) {
    let Some(thoughts) = text.trim_start().strip_prefix("<think>") else {
        return (text, false);
    };
    match thoughts.split_once("</think>") {
        Some((_, spoken)) => (spoken, false),
        None => (text, true),
    }
}

/// Where a verdict stands in a long reply: at its end.
fn ending(text: &str) -> &str {
    let text = text.trim();
    match text.char_indices().nth_back(59) {
        Some((start, _)) => &text[start..],
        None => text,
    }
}

fn opinion(form: &Form, order: Shown, said: Said, reasoning: &str) -> Opinion {
    let (raw, criteria) = match said {
        Said::One(raw) => (raw, Vec::new()),
        Said::Each(each) => {
            let (mut sum, mut weights) = (0.0, 0.0);
            let mut named: Vec<(Arc<str>, f64)> = Vec::with_capacity(each.len());
            for (criterion, raw) in form.criteria().iter().zip(each) {
                sum += criterion.weight * raw;
                weights += criterion.weight;
                named.push((criterion.name.clone(), form.share(raw)));
            }
            // Criteria have weights: options are checked for that.
            (sum / weights, named)
        }
    };
    let raw = match (form, order) {
        (Form::Pair, Shown::First | Shown::Alone) => 1.0 - raw,
        _ => raw,
    };
    let value = form.share(raw);
    let reasoning = reasoning.trim();
    Opinion {
        raw,
        value,
        pass: matches!(form, Form::Pass { .. }).then_some(value >= 0.5),
        reasoning: match reasoning.char_indices().nth(KEPT) {
            Some((end, _)) => format!("{}…", &reasoning[..end]),
            None => reasoning.to_owned(),
        },
        criteria,
    }
}

/// What is said of a reply with two verdicts.
fn contradiction() -> String {
    "the reply holds verdicts that contradict each other".to_owned()
}
