//! Verdicts in free text: on the last line, or the only one in the text.

use super::super::form::Form;
use super::rating::pattern;
use super::words::{bare, number as decimal, on_scale, verdict};
use super::{Said, contradiction};
use crate::text::choice_letter;
use regex::Regex;
use std::sync::LazyLock;

/// What may stand before a verdict on its line.
static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^[\s*_#>]*(?:the |my |final |overall )*(?:answer|score|rating|verdict|grade|choice|winner|result|percentage)[\s*_]*(?:is|[:=])[\s*_]*",
    )
});
/// A statement that one output of a pair is the better one.
static BETTER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:output|response|answer|assistant|submission)\s*[*_]*\(?([ab])\)?[*_]*\s+is\s+(?:the\s+)?(?:slightly\s+|much\s+|significantly\s+|clearly\s+|overall\s+)*better\b",
    )
});
/// What an output of a pair may be called.
static CALLED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)^(?:output|response|answer|assistant|submission)\s*\(?([ab])\)?$"));
static NUMBER: LazyLock<Regex> = LazyLock::new(|| pattern(r"[-+]?\d+(?:\.\d+)?"));

/// The last line that says something, without what stands before its verdict.
fn last(text: &str) -> &str {
    let line = text.trim().lines().next_back().unwrap_or_default();
    let label = LABEL.find(line).map_or(0, |found| found.end());
    bare(&line[label..])
}

/// A letter or word: alone on the last line, or found in the text where nothing speaks against it.
pub(super) fn letter(form: &Form, text: &str) -> Result<Said, String> {
    let last = last(text);
    if matches!(form, Form::Pair) {
        if let Some(called) = CALLED.captures(last).and_then(|captures| captures.get(1)) {
            return verdict(form, called.as_str()).map(Said::One);
        }
        let mut found = None;
        for better in BETTER.captures_iter(text).filter_map(|captures| captures.get(1)) {
            let value = verdict(form, better.as_str())?;
            match found {
                Some(earlier) if earlier != value => return Err(contradiction()),
                _ => found = Some(value),
            }
        }
        if let Some(found) = found {
            return Ok(Said::One(found));
        }
    }
    if let Ok(value) = verdict(form, last) {
        return Ok(Said::One(value));
    }
    let letters: Vec<char> = match form {
        Form::Pair => vec!['A', 'B', 'C'],
        _ => form
            .choices()
            .iter()
            .filter_map(|choice| single(&choice.letter))
            .collect(),
    };
    if letters.len() < 2 || letters.len() < form.choices().len() {
        return Err("the last line of the reply is no verdict".to_owned());
    }
    let found = choice_letter(text, &letters).ok_or("the reply holds no letter that it decides for")?;
    verdict(form, found.encode_utf8(&mut [0; 4])).map(Said::One)
}

fn single(letter: &str) -> Option<char> {
    let mut chars = letter.chars();
    chars
        .next()
        .filter(|c| c.is_ascii_alphabetic() && chars.next().is_none())
        .map(|c| c.to_ascii_uppercase())
}

/// A number: on the last line, or the only one in the text.
pub(super) fn number(form: &Form, text: &str) -> Result<Said, String> {
    let (_, high) = form.ends();
    let line = last(text);
    match (decimal(line, high), form) {
        (Some(_), _) | (None, Form::Pass { .. }) => verdict(form, line).map(Said::One),
        (None, _) => verdict(form, only(text)?).map(Said::One),
    }
}

/// A percentage of the scale: on the last line, or the only number in the text.
pub(super) fn percent(form: &Form, text: &str) -> Result<Said, String> {
    let line = last(text);
    let line = line.strip_suffix('%').map_or(line, str::trim);
    let percent = match decimal(line, 100.0) {
        Some(percent) => percent,
        None => {
            let only = only(text)?;
            decimal(only, 100.0).ok_or_else(|| format!("`{only}` is no percentage"))?
        }
    };
    if !(0.0..=100.0).contains(&percent) {
        return Err(format!("{percent} % is not a share"));
    }
    let (low, high) = form.ends();
    on_scale(form, low + percent / 100.0 * (high - low)).map(Said::One)
}

/// The only number of a text.
fn only(text: &str) -> Result<&str, String> {
    let mut numbers = NUMBER.find_iter(text).map(|found| found.as_str());
    match (numbers.next(), numbers.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err("the reply holds no number".to_owned()),
        (Some(_), Some(_)) => {
            Err("the last line of the reply is no number, and there are several in the text".to_owned())
        }
    }
}
