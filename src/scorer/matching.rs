//! Comparing texts as they stand: `equals`, `contains`, `starts-with`, `one-of` and their relatives.

use super::compile::{Grade, ScoreInput};
use super::integer;
use super::json_diff::same_json;
use super::options::options;
use super::pick::{Expected, Found, Picker, text_of};
use super::quote::{answer, quote};
use super::visitor::{Plain, Shorthand};
use crate::model::{Score, ScorerError};
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};
use std::borrow::Cow;

options! {
    /// Options of the scorers that compare texts as they stand.
    MatchOptions {}
}

impl Shorthand for MatchOptions {
    const EXPECTS: &'static str = "a value, a list of values or a mapping of options";
    fn from_plain(plain: Plain) -> Result<Self, String> {
        Ok(match plain {
            Plain::Null => Self::default(),
            Plain::List(values) => Self {
                values: Some(values),
                ..Self::default()
            },
            single => Self {
                value: Some(single.into_value()),
                ..Self::default()
            },
        })
    }
}

/// The options of `equals` and `iequals`, where a plain `true` would rarely mean what it says.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct EqualsForm(pub(super) MatchOptions);

impl Shorthand for EqualsForm {
    const EXPECTS: &'static str = MatchOptions::EXPECTS;
    fn from_plain(plain: Plain) -> Result<Self, String> {
        if matches!(plain, Plain::Bool(true)) {
            return Err(
                "`true` is unclear; write `{}` to compare with the golden output, or `{value: true}` where the answer is the word true"
                    .to_owned(),
            );
        }
        MatchOptions::from_plain(plain).map(Self)
    }
}

/// How two texts are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MatchOp {
    /// The answer is one of the expected ones.
    Equals,
    /// The answer is one of the listed ones.
    OneOf,
    /// The answer holds one of the expected texts.
    Contains,
    /// The answer holds at least one of the texts.
    ContainsAny,
    /// The answer holds all of the texts.
    ContainsAll,
    /// The answer starts with one of the expected texts.
    StartsWith,
    /// The answer ends with one of the expected texts.
    EndsWith,
}

/// A comparison with its variants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct MatchRule {
    /// The comparison.
    pub op: MatchOp,
    /// True for the scorers that start with `i`: upper and lower case are the same.
    pub ignore_case: bool,
    /// True for the scorers that start with `not-`.
    pub not: bool,
}

pub(super) fn compile(rule: MatchRule, options: &MatchOptions) -> Result<Box<dyn Grade>, String> {
    let mut common = options.common();
    common.ignore_case |= rule.ignore_case;
    let expected = Expected::new(common)?;
    let searches = !matches!(rule.op, MatchOp::Equals | MatchOp::OneOf);
    if searches
        && expected
            .fixed()
            .is_some_and(|values| values.iter().any(is_empty_text))
    {
        return Err("the text to look for is empty, which every output contains; write the text".to_owned());
    }
    Ok(Box::new(Matcher {
        rule,
        expected,
        picker: Picker::new(common)?,
    }))
}

fn is_empty_text(value: &Value) -> bool {
    value.as_str().is_some_and(str::is_empty)
}

struct Matcher {
    rule: MatchRule,
    expected: Expected,
    picker: Picker,
}

impl Grade for Matcher {
    fn score(&self, input: &ScoreInput<'_>) -> Result<Score, ScorerError> {
        let wanted = self.expected.any_of(input.case, self.picker.path.as_ref())?;
        let searches = !matches!(self.rule.op, MatchOp::Equals | MatchOp::OneOf);
        if searches && wanted.iter().any(is_empty_text) {
            return Err(ScorerError::failed(format!(
                "the golden output of case `{}` is an empty text, which every output contains",
                input.case.id
            )));
        }
        let found = self.picker.find(input.output);
        if let Found::Nothing(absent) = found {
            return Ok(Score::binary(false, absent.explain(self.picker.path.as_ref())));
        }
        let whole = || input.output.json();
        let hit = match self.rule.op {
            MatchOp::ContainsAll => wanted.iter().all(|one| self.fits(found, one, &whole)),
            MatchOp::Equals if equals_list(found, wanted) => true,
            _ => wanted.iter().any(|one| self.fits(found, one, &whole)),
        };
        let pass = hit != self.rule.not;
        let score = Score::binary(pass, self.explain(pass, found, wanted, &whole));
        Ok(if self.picker.narrows() {
            score.with_answer(answer(&found_text(found)))
        } else {
            score
        })
    }
}

/// Whether a text is that number, whole numbers to the last digit.
fn same_written(text: &str, number: &Number) -> bool {
    match (text.parse().ok(), integer::of_json(number)) {
        (Some(written), Some(wanted)) => i128::eq(&written, &wanted),
        _ => text.parse().ok() == number.as_f64(),
    }
}

/// Whether a list in the output is the expected list, item by item.
fn equals_list(found: Found<'_>, wanted: &[Value]) -> bool {
    match found {
        Found::Json(Value::Array(items)) => {
            items.len() == wanted.len()
                && items
                    .iter()
                    .zip(wanted)
                    .all(|(left, right)| same_json(left, right))
        }
        _ => false,
    }
}

fn found_text(found: Found<'_>) -> Cow<'_, str> {
    match found {
        Found::Text(text) => Cow::Borrowed(text),
        Found::Json(value) => text_of(value),
        Found::Nothing(_) => Cow::Borrowed(""),
    }
}

impl Matcher {
    fn fits<'v>(&self, found: Found<'_>, wanted: &Value, whole: &dyn Fn() -> Option<&'v Value>) -> bool {
        let equals = matches!(self.rule.op, MatchOp::Equals | MatchOp::OneOf);
        match (found, wanted) {
            (Found::Json(value), wanted) if equals && same_json(value, wanted) => true,
            (Found::Json(Value::Array(items)), wanted)
                if matches!(
                    self.rule.op,
                    MatchOp::Contains | MatchOp::ContainsAny | MatchOp::ContainsAll
                ) =>
            {
                items
                    .iter()
                    .any(|item| same_json(item, wanted) || self.same_text(&text_of(item), &text_of(wanted)))
            }
            (Found::Text(text), Value::Number(number)) if equals => {
                same_written(text, number) || self.same_text(text, &number.to_string())
            }
            (Found::Text(text), Value::Bool(flag)) if equals => {
                text.eq_ignore_ascii_case(if *flag { "true" } else { "false" })
            }
            (Found::Text(_), Value::Object(_)) if equals && self.picker.path.is_none() => {
                whole().is_some_and(|json| same_json(json, wanted))
            }
            (found, wanted) => self.compare(&found_text(found), &text_of(wanted)),
        }
    }

    fn same_text(&self, left: &str, right: &str) -> bool {
        let (left, right) = (self.picker.clean(left), self.picker.clean(right));
        left == right || (self.picker.ignore_case && same_ignoring_case(left, right))
    }

    fn compare(&self, text: &str, wanted: &str) -> bool {
        let fold = self.picker.ignore_case;
        match self.rule.op {
            MatchOp::Equals | MatchOp::OneOf => self.same_text(text, wanted),
            MatchOp::StartsWith if fold => edge_ignoring_case(text, wanted, true),
            MatchOp::EndsWith if fold => edge_ignoring_case(text, wanted, false),
            MatchOp::StartsWith => text.starts_with(wanted),
            MatchOp::EndsWith => text.ends_with(wanted),
            _ if fold => contains_ignoring_case(text, wanted),
            _ => text.contains(wanted),
        }
    }

    fn explain<'v>(
        &self,
        pass: bool,
        found: Found<'_>,
        wanted: &[Value],
        whole: &dyn Fn() -> Option<&'v Value>,
    ) -> Cow<'static, str> {
        let positive = pass != self.rule.not;
        let fixed_words = match self.rule.op {
            MatchOp::Equals | MatchOp::OneOf => "is the expected answer",
            MatchOp::Contains | MatchOp::ContainsAny => "contains an expected text",
            MatchOp::ContainsAll => "contains all expected texts",
            MatchOp::StartsWith => "starts with an expected text",
            MatchOp::EndsWith => "ends with an expected text",
        };
        if positive && pass {
            return Cow::Borrowed(fixed_words);
        }
        if pass {
            return Cow::Borrowed(match self.rule.op {
                MatchOp::Equals | MatchOp::OneOf => "is none of the excluded answers",
                MatchOp::StartsWith => "starts with no excluded text",
                MatchOp::EndsWith => "ends with no excluded text",
                MatchOp::ContainsAll => "does not contain all excluded texts",
                _ => "contains no excluded text",
            });
        }
        let culprit = |fits: bool| wanted.iter().find(|one| self.fits(found, one, whole) == fits);
        if positive {
            let text = culprit(true).map_or(Cow::Borrowed("…"), text_of);
            return match self.rule.op {
                MatchOp::Equals | MatchOp::OneOf => format!("is {}, which is excluded", quote(&text)),
                MatchOp::StartsWith => format!("starts with {}, which is excluded", quote(&text)),
                MatchOp::EndsWith => format!("ends with {}, which is excluded", quote(&text)),
                _ => format!("contains {}, which is excluded", quote(&text)),
            }
            .into();
        }
        let first = quote(&culprit(false).map_or(Cow::Borrowed("…"), text_of));
        let more = match (wanted.len(), self.rule.op) {
            (0 | 1, _) | (_, MatchOp::ContainsAll) => String::new(),
            (count, _) => format!(" nor {} more", count - 1),
        };
        match self.rule.op {
            MatchOp::Equals | MatchOp::OneOf if more.is_empty() => {
                format!("expected {first}, got {}", quote(&found_text(found)))
            }
            MatchOp::Equals | MatchOp::OneOf => {
                format!("neither {first}{more}: got {}", quote(&found_text(found)))
            }
            MatchOp::StartsWith => {
                format!("does not start with {first}{more}: {}", quote(&found_text(found)))
            }
            MatchOp::EndsWith => format!("does not end with {first}{more}: {}", tail(&found_text(found))),
            _ => format!("does not contain {first}{more}"),
        }
        .into()
    }
}

/// The quoted end of a text.
fn tail(text: &str) -> String {
    let start = text.char_indices().rev().nth(40).map_or(0, |(start, _)| start);
    quote(text.get(start..).unwrap_or(text))
}

pub(super) fn same_ignoring_case(left: &str, right: &str) -> bool {
    if left.is_ascii() && right.is_ascii() {
        left.eq_ignore_ascii_case(right)
    } else {
        left.to_lowercase() == right.to_lowercase()
    }
}

fn edge_ignoring_case(text: &str, wanted: &str, start: bool) -> bool {
    if !wanted.is_ascii() {
        let (text, wanted) = (text.to_lowercase(), wanted.to_lowercase());
        return if start {
            text.starts_with(&wanted)
        } else {
            text.ends_with(&wanted)
        };
    }
    let edge = if start {
        text.as_bytes().get(..wanted.len())
    } else {
        text.len()
            .checked_sub(wanted.len())
            .and_then(|from| text.as_bytes().get(from..))
    };
    edge.is_some_and(|edge| edge.eq_ignore_ascii_case(wanted.as_bytes()))
}

/// Short ASCII texts are searched in place; anything else in copies in lower case.
fn contains_ignoring_case(text: &str, wanted: &str) -> bool {
    const IN_PLACE: usize = 64;
    if !wanted.is_ascii() || wanted.len() > IN_PLACE {
        return text.to_lowercase().contains(&wanted.to_lowercase());
    }
    let Some(first) = wanted.bytes().next() else {
        return true;
    };
    text.as_bytes().windows(wanted.len()).any(|window| {
        window[0].eq_ignore_ascii_case(&first) && window.eq_ignore_ascii_case(wanted.as_bytes())
    })
}
