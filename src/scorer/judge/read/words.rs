//! Single words as verdicts.

use super::super::form::Form;

/// A word as a verdict, or what is wrong with it.
pub(super) fn verdict(form: &Form, word: &str) -> Result<f64, String> {
    let word = bare(word);
    match form {
        Form::Number { low, high, .. } => {
            let number = number(word, *high).ok_or_else(|| format!("`{}` is no number", short(word)))?;
            on_scale(form, number).map_err(|problem| format!("{problem}, which goes from {low} to {high}"))
        }
        Form::Pass { .. } => {
            pass(word).ok_or_else(|| format!("`{}` is neither `pass` nor `fail`", short(word)))
        }
        Form::Choice(choices) => choices
            .iter()
            .find(|choice| {
                let mut words = choice.also.iter().copied().chain([&*choice.letter]);
                words.any(|known| known.eq_ignore_ascii_case(word))
            })
            .map(|choice| choice.value)
            .ok_or_else(|| format!("`{}` is none of the verdicts to choose from", short(word))),
        Form::Pair => second_wins(word).ok_or_else(|| format!("`{}` names neither output", short(word))),
    }
}

/// The number, where it is one of the scale.
pub(super) fn on_scale(form: &Form, number: f64) -> Result<f64, String> {
    let (low, high) = form.ends();
    if number.is_finite() && (low..=high).contains(&number) {
        Ok(number)
    } else {
        Err(format!("the score {number} is not on the scale"))
    }
}

/// A decimal number, perhaps with the highest one behind it: `7`, `7.5`, `7/10`, `7 out of 10`.
pub(super) fn number(text: &str, high: f64) -> Option<f64> {
    let text = text.trim();
    let (text, of) = match text.split_once('/').or_else(|| text.split_once(" out of ")) {
        Some((text, of)) => (text.trim(), Some(of.trim())),
        None => (text, None),
    };
    // `f64` also reads `inf`, `nan` and `1e9`, which no judge means.
    let decimal = |text: &str| {
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        let plain = digits.starts_with(|c: char| c.is_ascii_digit())
            && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
        plain.then(|| text.parse::<f64>().ok()).flatten()
    };
    match of {
        Some(of) if decimal(of)? != high => None,
        _ => decimal(text),
    }
}

fn pass(word: &str) -> Option<f64> {
    match word.to_ascii_lowercase().as_str() {
        "pass" | "passed" | "yes" | "true" => Some(1.0),
        "fail" | "failed" | "no" | "false" => Some(0.0),
        _ => None,
    }
}

/// The chance that the output shown second is the better one. Numbers are those of PandaLM (0 tie, 1, 2) and AlpacaEval
/// (between 1 and 2).
fn second_wins(word: &str) -> Option<f64> {
    match word.to_ascii_lowercase().as_str() {
        "a" | "first" => return Some(0.0),
        "b" | "second" => return Some(1.0),
        "c" | "tie" | "equal" | "both" | "draw" => return Some(0.5),
        _ => {}
    }
    let preference = number(word, f64::NAN)?;
    match preference {
        0.0 => Some(0.5),
        preference if (1.0..=2.0).contains(&preference) => Some(preference - 1.0),
        _ => None,
    }
}

/// A word without what is put around words: quotes, emphasis, brackets, a full stop.
pub(super) fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '*' | '_' | '`' | '"' | '\'' | '“' | '”' | '(' | ')' | '[' | ']' | '.'
            )
    })
}

/// The beginning of a word, for a message.
pub(super) fn short(word: &str) -> String {
    crate::scorer::quote::visible(word, 20)
}
