//! Faults of a document, in words for people.

use super::Span;
use serde::de::{Error, Expected, Unexpected};
use std::fmt;

/// What is wrong at one place of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The kind of fault.
    pub kind: FaultKind,
    /// Where.
    pub span: Span,
    /// What is wrong, without the place.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// A second place that belongs to it (the first of two equal keys).
    pub other: Option<Span>,
}

/// Kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Not YAML.
    Syntax,
    /// A key that is not known here.
    UnknownKey,
    /// A key that is written twice.
    DuplicateKey,
    /// A key that has to be there.
    MissingKey,
    /// A value of another type.
    WrongType,
    /// A value that is not allowed.
    BadValue,
}

/// The error that travels through serde until it meets the node it belongs to.
#[derive(Debug)]
pub(super) struct ReadError {
    pub kind: FaultKind,
    pub message: String,
    pub help: Option<String>,
    pub span: Option<Span>,
    /// The key that is unknown or missing.
    pub key: Option<String>,
    /// Address of the innermost value that can be left out to get past the error.
    pub culprit: Option<usize>,
    /// Said already.
    pub silent: bool,
}

impl ReadError {
    fn new(kind: FaultKind, message: String) -> Self {
        Self {
            kind,
            message,
            help: None,
            span: None,
            key: None,
            culprit: None,
            silent: false,
        }
    }

    /// An unknown key; `expected` are the known ones.
    pub fn unknown_key(key: &str, expected: &[&str]) -> Self {
        let mut error = Self::new(FaultKind::UnknownKey, format!("unknown key `{key}`"));
        error.help = Some(nearest_help(key, expected, "key"));
        error.key = Some(key.to_owned());
        error
    }
}

/// `did you mean ..?` where a known name is near, else the list of known names.
fn nearest_help(name: &str, known: &[&str], noun: &str) -> String {
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => format!("there are no {noun}s here"),
        None => {
            let shown: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            format!("known {noun}s: {}", shown.join(", "))
        }
    }
}

/// The known name that is nearest, where it is near enough to be meant.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    let limit = (name.chars().count() / 3).max(1);
    known
        .map(|other| (strsim::damerau_levenshtein(&lower, &other.to_lowercase()), other))
        .filter(|(distance, other)| *distance <= limit && *distance < other.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, other)| other)
}

impl std::error::Error for ReadError {}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for ReadError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(FaultKind::BadValue, message.to_string())
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let mut error = Self::new(
            FaultKind::WrongType,
            format!(
                "expected {}, found {}",
                expected_words(&expected.to_string()),
                found_words(unexpected)
            ),
        );
        if expected.to_string() == "a string"
            && matches!(
                unexpected,
                Unexpected::Signed(_) | Unexpected::Unsigned(_) | Unexpected::Float(_) | Unexpected::Bool(_)
            )
        {
            error.help = Some("put it in quotes to make it a text".to_owned());
        }
        error
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(
            FaultKind::BadValue,
            format!(
                "expected {}, found {}",
                expected_words(&expected.to_string()),
                found_words(unexpected)
            ),
        )
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        let expected = expected.to_string();
        let expected = expected
            .strip_prefix("a tuple of size ")
            .map_or(expected.clone(), |n| format!("{n} elements"));
        Self::new(
            FaultKind::BadValue,
            format!("expected {expected}, found {length}"),
        )
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let mut error = Self::new(FaultKind::BadValue, format!("unknown value `{variant}`"));
        error.help = Some(nearest_help(variant, expected, "value"));
        error
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::unknown_key(field, expected)
    }

    fn missing_field(field: &'static str) -> Self {
        let mut error = Self::new(FaultKind::MissingKey, format!("the key `{field}` is missing"));
        error.key = Some(field.to_owned());
        error
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new(
            FaultKind::DuplicateKey,
            format!("the key `{field}` is written twice"),
        )
    }
}

fn expected_words(expected: &str) -> String {
    match expected {
        "a string" | "a borrowed string" => "a text".to_owned(),
        "a boolean" => "`true` or `false`".to_owned(),
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, 0 or more".to_owned(),
        "i8" | "i16" | "i32" | "i64" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "a sequence" => "a list".to_owned(),
        "a map" => "a mapping".to_owned(),
        other if other.starts_with("struct ") => "a mapping".to_owned(),
        other if other.starts_with("enum ") || other == "string or map" => "a text".to_owned(),
        other if other.starts_with("a tuple of size ") => {
            format!("a list of {}", other.trim_start_matches("a tuple of size "))
        }
        other => other.to_owned(),
    }
}

fn found_words(unexpected: Unexpected<'_>) -> String {
    match unexpected {
        Unexpected::Bool(flag) => format!("`{flag}`"),
        Unexpected::Unsigned(number) => format!("the number {number}"),
        Unexpected::Signed(number) => format!("the number {number}"),
        Unexpected::Float(number) => format!("the number {number}"),
        Unexpected::Str(_) => "a text".to_owned(),
        Unexpected::Unit | Unexpected::Option => "nothing".to_owned(),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "a mapping".to_owned(),
        other => other.to_string(),
    }
}
