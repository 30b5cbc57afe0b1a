//! How a judge is told to reply, in words. The form that an API is asked to enforce is in [`super::schema`].

use super::form::{Choice, Form};
use super::prompt::number;
use crate::model::Reads;
use std::fmt::Write;

/// What the judge is told about the form of its reply.
pub(super) fn reply(form: &Form, reads: Reads, lists: &[String], labels: [&str; 2]) -> String {
    let verdict = in_words(form, labels);
    match reads {
        Reads::Json => json(form, lists, labels),
        Reads::Rating => format!(
            "First explain your reasons in a few sentences. Then end with the verdict between double square brackets, \
             written once, such as [[{}]]: {verdict}.",
            sample(form, labels)
        ),
        Reads::Letter => format!(
            "First explain your reasons in a few sentences. Then end with a line that holds only `Answer: ` and the \
             verdict: {verdict}."
        ),
        Reads::Number => format!(
            "First explain your reasons in a few sentences. Then end with a line that holds only `Score: ` and {verdict}."
        ),
        Reads::Percent => {
            "First explain your reasons in a few sentences. Then end with a line that holds only `Score: ` \
                           and a percentage from 0 % to 100 %, where 100 % is best."
                .to_owned()
        }
        Reads::Logprobs => format!("Reply with one token and nothing else: {verdict}."),
    }
}

fn in_words(form: &Form, labels: [&str; 2]) -> String {
    match form {
        Form::Number { low, high, .. } => format!(
            "a number from {} to {}, where {} is best",
            number(*low),
            number(*high),
            number(*high)
        ),
        Form::Pass { .. } => "`pass` or `fail`".to_owned(),
        Form::Choice(choices) => listed(choices),
        Form::Pair => {
            let [first, second] = labels;
            if first.eq_ignore_ascii_case(second) {
                return format!("`{first}` or `{second}`, whichever is better");
            }
            format!("`{first}` or `{second}`, whichever is better, or `tie`")
        }
    }
}

fn listed(choices: &[Choice]) -> String {
    let letters: Vec<String> = choices
        .iter()
        .map(|choice| format!("`{}`", choice.letter))
        .collect();
    match letters.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => letters.concat(),
    }
}

fn sample(form: &Form, labels: [&str; 2]) -> String {
    match form {
        Form::Number { low, high, .. } => number(((low + high) / 2.0).round().clamp(*low, *high)).to_string(),
        Form::Pass { .. } => "pass".to_owned(),
        Form::Choice(choices) => choices
            .first()
            .map(|choice| choice.letter.clone())
            .unwrap_or_default(),
        Form::Pair => labels[0].to_owned(),
    }
}

fn json(form: &Form, lists: &[String], labels: [&str; 2]) -> String {
    let verdict = in_words(form, labels);
    let mut text = "Reply with one JSON object and nothing else. It has these keys, in this order:\n\
                    - \"reasoning\": why, step by step, in a few sentences, before you decide\n"
        .to_owned();
    for list in lists {
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "- \"{list}\": a list of short texts, empty where there are none"
        );
    }
    let (key, what) = match form {
        Form::Number { .. } => ("score", verdict),
        Form::Pass { .. } => ("pass", "true or false".to_owned()),
        Form::Choice(_) => ("choice", verdict),
        Form::Pair => ("winner", verdict),
    };
    if form.criteria().is_empty() {
        let _ = write!(text, "- \"{key}\": {what}");
    } else {
        let names: Vec<String> = form
            .criteria()
            .iter()
            .map(|criterion| serde_json::Value::from(&*criterion.name).to_string())
            .collect();
        let _ = write!(
            text,
            "- \"scores\": an object with exactly these keys, for each {what}: {}",
            names.join(", ")
        );
    }
    text
}
