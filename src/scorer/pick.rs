//! Picking the answer out of an output, and the expected answers out of a case.

use super::options::{After, Common};
use super::output::Output;
use crate::model::{Case, ScorerError};
use ::regex::Regex;
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;

/// A dotted path into a JSON value.
#[derive(Clone, Debug)]
pub(super) struct Path {
    text: String,
    segments: Vec<(String, Option<usize>)>,
}

impl Path {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let dotted = text.replace('[', ".").replace(']', "");
        let segments: Vec<_> = dotted
            .trim_start_matches('.')
            .split('.')
            .map(|segment| (segment.to_owned(), segment.parse().ok()))
            .collect();
        if segments.iter().any(|(key, _)| key.is_empty()) {
            return Err(format!(
                "the path `{text}` has an empty part; write it like `queue` or `items.0.name`"
            ));
        }
        Ok(Self {
            text: text.to_owned(),
            segments,
        })
    }

    /// The first part, and the path behind it where there is more.
    pub(super) fn split_first(&self) -> (&str, Option<Self>) {
        let first = self.segments.first().map_or("", |(key, _)| key.as_str());
        let rest = self.segments.get(1..).filter(|rest| !rest.is_empty());
        let rest = rest.map(|segments| Self {
            text: self.text.clone(),
            segments: segments.to_vec(),
        });
        (first, rest)
    }

    pub(super) fn follow<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.segments
            .iter()
            .try_fold(value, |value, (key, index)| match value {
                Value::Object(fields) => fields.get(key),
                Value::Array(items) => items.get((*index)?),
                _ => None,
            })
    }

    /// Whether the path can start in that value at all: a plain golden output is the expected answer itself.
    fn applies_to(&self, value: &Value) -> bool {
        match value {
            Value::Object(_) => true,
            Value::Array(_) => self.segments.first().is_some_and(|(_, index)| index.is_some()),
            _ => false,
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A compiled [`After`].
#[derive(Debug)]
enum Marker {
    Text(String),
    Regex(Regex),
}

/// What an output holds where a scorer looks.
#[derive(Clone, Copy, Debug)]
pub(super) enum Found<'a> {
    /// A text, cleaned.
    Text(&'a str),
    /// A JSON value that is not a text.
    Json(&'a Value),
    /// Nothing; why, for people.
    Nothing(Absent),
}

/// Why there is nothing to look at.
#[derive(Clone, Copy, Debug)]
pub(super) enum Absent {
    NoJson,
    NoField,
}

impl Absent {
    pub(super) fn explain(self, path: Option<&Path>) -> Cow<'static, str> {
        match (self, path) {
            (Self::NoField, Some(path)) => format!("the output has no field `{}`", path.text).into(),
            _ => "no JSON found in the output".into(),
        }
    }
}

/// Where an answer is in an output, and how it is cleaned.
#[derive(Debug)]
pub(super) struct Picker {
    pub(super) path: Option<Path>,
    after: Option<(Marker, bool)>,
    strip: Option<String>,
    trim: bool,
    pub(super) ignore_case: bool,
}

impl Picker {
    pub(super) fn new(common: Common<'_>) -> Result<Self, String> {
        Ok(Self {
            path: common.path.map(Path::parse).transpose()?,
            after: common.after.map(marker).transpose()?,
            strip: common.strip.map(str::to_owned).filter(|chars| !chars.is_empty()),
            trim: common.trim,
            ignore_case: common.ignore_case,
        })
    }

    /// True where the picker reads a part of the output, so that the part is worth keeping as the answer.
    pub(super) fn narrows(&self) -> bool {
        self.path.is_some() || self.after.is_some()
    }

    pub(super) fn find<'a>(&self, output: &'a Output<'_>) -> Found<'a> {
        match at(self.path.as_ref(), output) {
            Found::Text(text) => Found::Text(self.clean_output(text)),
            other => other,
        }
    }

    /// The text behind the marker, cleaned.
    fn clean_output<'a>(&self, text: &'a str) -> &'a str {
        let rest = match &self.after {
            None => text,
            Some((marker, last)) => behind(text, marker, *last).unwrap_or(text),
        };
        self.clean(rest)
    }

    /// The text without the characters that do not count at its ends.
    pub(super) fn clean<'a>(&self, text: &'a str) -> &'a str {
        match (&self.strip, self.trim) {
            (None, false) => text,
            (None, true) => text.trim(),
            (Some(chars), trim) => {
                text.trim_matches(|c: char| chars.contains(c) || (trim && c.is_whitespace()))
            }
        }
    }
}

fn marker(after: &After) -> Result<(Marker, bool), String> {
    let marker = match (&after.text, &after.regex) {
        (Some(text), None) if !text.is_empty() => Marker::Text(text.clone()),
        (None, Some(pattern)) => Marker::Regex(super::regex::build(pattern, false)?),
        (Some(_), Some(_)) => return Err("`after` takes either `text` or `regex`, not both".to_owned()),
        _ => return Err("`after` is empty; write the text that stands before the answer".to_owned()),
    };
    Ok((marker, after.last))
}

fn behind<'a>(text: &'a str, marker: &Marker, last: bool) -> Option<&'a str> {
    let end = match (marker, last) {
        (Marker::Text(marker), false) => text.find(marker.as_str())? + marker.len(),
        (Marker::Text(marker), true) => text.rfind(marker.as_str())? + marker.len(),
        (Marker::Regex(regex), false) => regex.find(text)?.end(),
        (Marker::Regex(regex), true) => regex.find_iter(text).last()?.end(),
    };
    text.get(end..)
}

/// The expected answers: fixed ones of the task, or the case's golden output.
#[derive(Debug)]
pub(super) struct Expected {
    fixed: Option<Vec<Value>>,
}

impl Expected {
    /// A golden output or a `value` that is a list means any of its items.
    pub(super) fn new(common: Common<'_>) -> Result<Self, String> {
        let fixed = match (common.value, common.values) {
            (None, None) => None,
            (Some(_), Some(_)) => return Err("takes either `value` or `values`, not both".to_owned()),
            (None, Some([])) => return Err("`values` is empty; list at least one value".to_owned()),
            (None, Some(values)) => Some(values.to_vec()),
            (Some(Value::Array(values)), None) if values.is_empty() => {
                return Err("`value` is an empty list; list at least one value".to_owned());
            }
            (Some(Value::Array(values)), None) => Some(values.clone()),
            (Some(value), None) => Some(vec![value.clone()]),
        };
        Ok(Self { fixed })
    }

    /// The fixed answers, where the task names them.
    pub(super) fn fixed(&self) -> Option<&[Value]> {
        self.fixed.as_deref()
    }

    /// All acceptable answers.
    pub(super) fn any_of<'a>(
        &'a self,
        case: &'a Case,
        path: Option<&Path>,
    ) -> Result<&'a [Value], ScorerError> {
        if let Some(fixed) = &self.fixed {
            return Ok(fixed);
        }
        match golden(case, path)? {
            Value::Array(items) if items.is_empty() => Err(ScorerError::failed(format!(
                "case `{}`: the golden output is an empty list, so nothing could match; give at least one item",
                case.id
            ))),
            Value::Array(items) => Ok(items),
            single => Ok(std::slice::from_ref(single)),
        }
    }

    /// The acceptable answers as texts.
    pub(super) fn texts<'a>(
        &'a self,
        case: &'a Case,
        picker: &Picker,
    ) -> Result<Vec<Cow<'a, str>>, ScorerError> {
        let values = self.any_of(case, picker.path.as_ref())?;
        Ok(values.iter().map(text_of).collect())
    }
}

/// The golden output of a case, or the part of it at that path.
pub(super) fn golden<'a>(case: &'a Case, path: Option<&Path>) -> Result<&'a Value, ScorerError> {
    let Some(golden) = &case.golden else {
        return Err(ScorerError::failed(format!(
            "case `{}` has no golden output; give it one (`golden:`), or give the scorer a `value`",
            case.id
        )));
    };
    match path {
        Some(path) if path.applies_to(golden) => path.follow(golden).ok_or_else(|| {
            ScorerError::failed(format!(
                "the golden output of case `{}` has no field `{}`; add it, or filter the scorer with `cases`",
                case.id, path.text
            ))
        }),
        _ => Ok(golden),
    }
}

/// A value as text: a text as it stands, anything else as compact JSON.
pub(super) fn text_of(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_string()),
    }
}

/// The value at a path of the output, or the whole text.
pub(super) fn at<'a>(path: Option<&Path>, output: &'a Output<'_>) -> Found<'a> {
    let Some(path) = path else {
        return Found::Text(output.text());
    };
    match output.json().map(|json| path.follow(json)) {
        None => Found::Nothing(Absent::NoJson),
        Some(None) => Found::Nothing(Absent::NoField),
        Some(Some(Value::String(text))) => Found::Text(text),
        Some(Some(value)) => Found::Json(value),
    }
}
