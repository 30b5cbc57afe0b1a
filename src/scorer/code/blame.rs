//! Whose mistake it is when a test that is code fails by itself: a model cannot mend its task.

use super::exercise::{Exercise, has_word};
use crate::model::ScorerError;
use crate::scorer::compile::ScoreInput;
use crate::scorer::program::Fault;

/// Calls that the interpreters tell of an error at most. One with fewer has told them all.
const MOST_FRAMES: usize = 20;

/// Whether an error looks like one that the test makes without any program.
pub(super) fn needs_proof(fault: &Fault) -> bool {
    matches!(fault.kind.as_str(), "syntax" | "idle" | "missing")
}

/// Whether the test alone makes the same error.
pub(super) fn same_mistake(fault: &Fault, alone: &Fault) -> bool {
    let place = |fault: &Fault| (fault.file.clone(), fault.line);
    fault.kind == alone.kind && place(fault) == place(alone) && fault.message == alone.message
}

/// The failure of the scorer that a mistake of a test is.
pub(super) fn broken_test(fault: &Fault) -> ScorerError {
    let what = match fault.kind.as_str() {
        "idle" => "the test tests nothing",
        "missing" => "the test asks for what the sandbox does not have",
        _ => "the test does not parse",
    };
    ScorerError::failed(format!("{what}: {}", fault.summary()))
}

/// The name that a test uses and nobody defines: neither the function under test, nor one that the case or its prompt
/// mentions, which the program could have been asked for.
pub(super) fn name_of_nobody<'f>(
    fault: &'f Fault,
    test: &str,
    exercise: &Exercise,
    input: &ScoreInput<'_>,
) -> Option<&'f str> {
    let name = undefined_name(fault)?;
    let file = fault.file.as_deref();
    // The error has to come from the test itself, not from what the program does below it.
    let own = !fault.trace.is_empty()
        && fault.trace.len() < MOST_FRAMES
        && fault.trace.iter().all(|frame| Some(frame.file.as_str()) == file);
    if !own || !(stands_alone(test, name) || stands_alone(&exercise.setup, name)) {
        return None;
    }
    let entry = exercise.entry.as_deref();
    if entry.is_some_and(|entry| entry.split('.').next() == Some(name)) {
        return None;
    }
    // Without name of the function and prompt nothing tells what the program was asked for.
    if entry.is_none() && input.messages.is_none() {
        return None;
    }
    let vars = input.case.vars.values().map(ToString::to_string);
    let messages = input.messages.unwrap_or_default();
    let mut asked = vars
        .chain(exercise.prefix.clone())
        .chain(messages.iter().map(|message| message.content.to_string()));
    (!asked.any(|text| has_word(&text, name))).then_some(name)
}

/// The name in `name 'x' is not defined` (Python) and `x is not defined` (JavaScript).
fn undefined_name(fault: &Fault) -> Option<&str> {
    if fault.kind != "exception" || !matches!(fault.class.as_str(), "NameError" | "ReferenceError") {
        return None;
    }
    let (before, _) = fault.message.split_once(" is not defined")?;
    let name = before.strip_prefix("name ").unwrap_or(before);
    Some(name.trim_matches('\'')).filter(|name| !name.is_empty() && !name.contains(' '))
}

/// Whether a text has the word, not as a member of something.
fn stands_alone(text: &str, word: &str) -> bool {
    has_word(&text.replace(&format!(".{word}"), "."), word)
}
