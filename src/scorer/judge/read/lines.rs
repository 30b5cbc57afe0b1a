//! Verdicts in free text: on the last line, or where the text states them.

use super::super::form::Form;
use super::rating::pattern;
use super::words::{bare, number as decimal, on_scale, short, verdict};
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

/// The last line that says something, without what stands before its verdict.
fn last(text: &str) -> &str {
    behind_label(text.trim().lines().next_back().unwrap_or_default())
}

fn behind_label(line: &str) -> &str {
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

/// A number: on the last line, or on a line that is labelled as the verdict.
pub(super) fn number(form: &Form, text: &str) -> Result<Said, String> {
    stated(text, |line| verdict(form, line)).map(Said::One)
}

/// A percentage of the scale, in the same places.
pub(super) fn percent(form: &Form, text: &str) -> Result<Said, String> {
    let (low, high) = form.ends();
    let said = stated(text, |line| {
        let marked = line.strip_suffix('%').map(str::trim);
        let number = marked.unwrap_or(line);
        let percent = decimal(number, 100.0).ok_or_else(|| format!("`{}` is no percentage", short(line)))?;
        if marked.is_none() && 0.0 < percent && percent <= 1.0 {
            return Err(format!("`{}` may be a share or a percentage", short(line)));
        }
        if !(0.0..=100.0).contains(&percent) {
            return Err(format!("{percent} % is not a share"));
        }
        on_scale(form, low + percent / 100.0 * (high - low))
    });
    said.map(Said::One)
}

/// What the lines state that have a label and a number, which must agree; without such a line the last one.
fn stated(text: &str, read: impl Fn(&str) -> Result<f64, String>) -> Result<f64, String> {
    let mut found = None;
    let labelled = text.lines().filter(|line| LABEL.is_match(line)).map(behind_label);
    for line in labelled.filter(|line| line.starts_with(|c: char| c.is_ascii_digit() || "+-".contains(c))) {
        let value = read(line)?;
        match found {
            Some(earlier) if earlier != value => return Err(contradiction()),
            _ => found = Some(value),
        }
    }
    match found {
        Some(found) => Ok(found),
        None => read(last(text)),
    }
}
