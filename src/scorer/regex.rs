//! `regex`: a regular expression is found, or what it captures is the expected answer.

use super::compile::{Grade, ScoreInput};
use super::matching::same_ignoring_case;
use super::options::options;
use super::pick::{Expected, Found, Picker};
use super::quote::{answer, quote};
use super::visitor::{Plain, Shorthand};
use crate::model::{Score, ScorerError};
use ::regex::{Regex, RegexBuilder};
use serde_json::Value;
use std::borrow::Cow;

/// Most memory of a compiled expression, in bytes.
const SIZE_LIMIT: usize = 4 << 20;

options! {
    /// Options of `regex`.
    RegexOptions {
        /// The regular expression (syntax of Rust's `regex` crate: no look-around, linear time).
        pattern: String,
        /// Number or name of the group whose text is compared with the golden output or `value`; 0 is the whole
        /// match. Without it, any match passes.
        group: Value,
        /// Whether the last match counts; the first by default.
        last: bool,
    }
}

impl Shorthand for RegexOptions {
    const EXPECTS: &'static str = "a regular expression in quotes or a mapping of options";
    fn from_plain(plain: Plain) -> Result<Self, String> {
        match plain {
            Plain::Text(pattern) => Ok(Self {
                pattern: Some(pattern),
                ..Self::default()
            }),
            _ => Err(String::new()),
        }
    }
}

/// Builds an expression, or says in one line what is wrong with it.
pub(super) fn build(pattern: &str, ignore_case: bool) -> Result<Regex, String> {
    let built = RegexBuilder::new(pattern)
        .case_insensitive(ignore_case)
        .size_limit(SIZE_LIMIT)
        .build();
    built.map_err(|error| {
        let message = error.to_string();
        let reason = message.lines().last().unwrap_or("it is not valid");
        let reason = reason.trim_start_matches("error: ");
        format!("the regular expression `{pattern}` cannot be used: {reason}")
    })
}

enum Group {
    Number(usize),
    Name(String),
}

struct Pattern {
    regex: Regex,
    group: Option<Group>,
    last: bool,
    not: bool,
    expected: Expected,
    picker: Picker,
}

pub(super) fn compile(not: bool, options: &RegexOptions) -> Result<Box<dyn Grade>, String> {
    let common = options.common();
    let Some(pattern) = options.pattern.as_deref().filter(|pattern| !pattern.is_empty()) else {
        return Err("has no `pattern`; write the regular expression".to_owned());
    };
    let regex = build(pattern, common.ignore_case)?;
    let compares = common.value.is_some() || common.values.is_some();
    let group = match &options.group {
        None if compares => Some(Group::Number(usize::from(regex.captures_len() > 1))),
        None => None,
        Some(group) => Some(group_of(group, &regex)?),
    };
    Ok(Box::new(Pattern {
        regex,
        group,
        last: options.last.unwrap_or(false),
        not,
        expected: Expected::new(common)?,
        picker: Picker::new(common)?,
    }))
}

fn group_of(group: &Value, regex: &Regex) -> Result<Group, String> {
    let count = regex.captures_len();
    match group {
        Value::Number(number) => match number.as_u64().and_then(|number| usize::try_from(number).ok()) {
            Some(number) if number < count => Ok(Group::Number(number)),
            _ => Err(format!(
                "`group: {number}` does not exist: the expression has {} groups; 0 is the whole match",
                count - 1
            )),
        },
        Value::String(name) if regex.capture_names().flatten().any(|known| known == name) => {
            Ok(Group::Name(name.clone()))
        }
        other => Err(format!(
            "`group: {other}` does not exist: name a group of the expression, `(?P<name>..)`, or its number"
        )),
    }
}

impl Grade for Pattern {
    fn score(&self, input: &ScoreInput<'_>) -> Result<Score, ScorerError> {
        let rendered;
        let text = match self.picker.find(input.output) {
            Found::Nothing(absent) => {
                return Ok(Score::binary(false, absent.explain(self.picker.path.as_ref())));
            }
            Found::Text(text) => text,
            Found::Json(value) => {
                rendered = value.to_string();
                &rendered
            }
        };
        let Some(group) = &self.group else {
            let hit = self.regex.is_match(text);
            return Ok(Score::binary(
                hit != self.not,
                if hit {
                    "the pattern is found"
                } else {
                    "the pattern is not found"
                },
            ));
        };
        let wanted = self.expected.texts(input.case, &self.picker)?;
        let found = if self.last {
            self.regex.captures_iter(text).last()
        } else {
            self.regex.captures(text)
        };
        let captured = found.as_ref().and_then(|found| match group {
            Group::Number(number) => found.get(*number),
            Group::Name(name) => found.name(name),
        });
        let Some(captured) = captured.map(|captured| self.picker.clean(captured.as_str())) else {
            return Ok(Score::binary(
                self.not,
                "the pattern is not found, so nothing is captured",
            ));
        };
        let fits = |one: &Cow<'_, str>| {
            let one = self.picker.clean(one);
            one == captured || (self.picker.ignore_case && same_ignoring_case(one, captured))
        };
        let hit = wanted.iter().any(fits);
        let explanation: Cow<'static, str> = match (hit, wanted.first()) {
            (false, Some(first)) => format!("captured {}, expected {}", quote(captured), quote(first)).into(),
            _ => format!("captured {}", quote(captured)).into(),
        };
        Ok(Score::binary(hit != self.not, explanation).with_answer(answer(captured)))
    }
}
