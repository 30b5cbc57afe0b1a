//! The text of simulated answers.

use super::corrupt::corrupt;
use super::draw::Draw;
use crate::model::{Request, Role, SimModel};
use serde_json::Value;

/// What a simulated model says when it declines.
pub(super) const REFUSAL: &str = "I'm sorry, but I can't help with that request.";

/// What it says when it misses the form that was asked for.
const RAMBLING: &str = "That depends on several things. There are good arguments on more than one side, \
and it would be worth looking into each of them before settling on anything.";

/// The answer that counts as right: the fixed one, the case's `meta.example`, or its golden output as text.
pub(super) fn right(model: &SimModel, request: &Request) -> String {
    let case = &request.subject.case;
    match model
        .answer
        .as_ref()
        .or_else(|| case.meta.get("example"))
        .or(case.golden.as_ref())
    {
        Some(value) => text(value),
        None => {
            let asked = request
                .messages
                .iter()
                .rfind(|message| message.role == Role::User);
            let asked = asked.map_or("", |message| message.content.as_ref());
            let words: Vec<&str> = asked.split_whitespace().take(12).collect();
            format!("An answer to: {}", words.join(" "))
        }
    }
}

/// A wrong answer: one of the case's `meta.wrong`, or the golden output corrupted.
pub(super) fn wrong(model: &SimModel, request: &Request, draw: &mut Draw) -> String {
    let case = &request.subject.case;
    if model.answer.is_some() {
        return right(model, request);
    }
    match case.meta.get("wrong") {
        Some(Value::Array(options)) if !options.is_empty() => text(&options[draw.below(options.len())]),
        Some(option) if !option.is_array() => text(option),
        _ => case
            .golden
            .as_ref()
            .map_or_else(|| RAMBLING.to_owned(), |golden| text(&corrupt(golden, draw))),
    }
}

/// The same answer without the form that was asked for: JSON that ends in the middle, else rambling.
pub(super) fn malformed(answer: &str) -> String {
    if is_json(answer) {
        let cut = floor_boundary(answer, answer.len() / 2).max(1);
        return format!("{}...", &answer[..cut.min(answer.len())]);
    }
    RAMBLING.to_owned()
}

/// JSON answers in the model's own manner: some models put a share of them into code fences or chatter.
pub(super) fn dressed(answer: String, model: &str, draw: &mut Draw) -> String {
    let chance = draw.uniform();
    if !is_json(&answer) {
        return answer;
    }
    let mut habit = Draw::of_model(model);
    let (fenced, chatty) = (0.5 * habit.uniform(), 0.2 * habit.uniform());
    if chance < chatty {
        format!(
            "Sure! Here is the result:\n\n```json\n{answer}\n```\n\nLet me know if you need anything else."
        )
    } else if chance < chatty + fenced {
        format!("```json\n{answer}\n```")
    } else {
        answer
    }
}

/// The first `bytes` bytes or a little less.
pub(super) fn floor_boundary(text: &str, bytes: usize) -> usize {
    (0..=bytes.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}

fn is_json(answer: &str) -> bool {
    answer.starts_with(['{', '['])
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
