//! A problem of a file, for people and as JSON.

use super::files::Source;
use crate::yaml::{Fault, FaultKind, Span};
use camino::Utf8PathBuf;
use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};
use std::fmt;
use std::sync::Arc;

/// Whether a problem stops a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing can be run.
    Error,
    /// Worth knowing.
    Warning,
}

/// A problem of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Whether it stops a run.
    pub severity: Severity,
    /// A stable word for the kind of problem (`unknown-key`).
    pub code: &'static str,
    /// What is wrong, without the place.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The file, relative to the workspace where it lies inside.
    pub file: Utf8PathBuf,
    /// Where in the file; `None`: the file as a whole.
    pub place: Option<Box<Place>>,
    /// A second place that belongs to it.
    pub related: Option<Box<Related>>,
}

/// A place in a file, with the text around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The text to show.
    pub excerpt: Excerpt,
}

/// A piece of a file with the part that is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// Whole lines; control characters and secrets are already replaced.
    pub text: Arc<str>,
    /// Number of the first of these lines, from 1.
    pub first_line: usize,
    /// The bytes of `text` that are meant.
    pub span: Span,
}

/// A second place: the first of two equal names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Related {
    /// What is there.
    pub message: String,
    /// The file.
    pub file: Utf8PathBuf,
    /// Line, from 1; 0 where it is not known.
    #[serde(skip_serializing_if = "unknown")]
    pub line: usize,
}

fn unknown(line: &usize) -> bool {
    *line == 0
}

impl Problem {
    /// An error of a whole file.
    pub fn error(file: impl Into<Utf8PathBuf>, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: printable(&message.into()),
            help: None,
            file: file.into(),
            place: None,
            related: None,
        }
    }

    /// An error at a place of a file that was read whole.
    pub(super) fn at(source: &Source, span: Span, code: &'static str, message: impl Into<String>) -> Self {
        let mut problem = Self::error(source.file.clone(), code, message);
        let (line, column) = source.line_column(span.start);
        let excerpt = Excerpt {
            text: source.shown.clone(),
            first_line: 1,
            span,
        };
        problem.place = Some(Box::new(Place {
            line,
            column,
            excerpt,
        }));
        problem
    }

    /// The problem that a fault of a document is.
    pub(super) fn fault(source: &Source, fault: Fault) -> Self {
        let mut problem = Self::at(source, fault.span, Self::fault_code(fault.kind), fault.message);
        problem.help = fault.help.map(|help| printable(&help));
        if let Some(first) = fault.other {
            problem = problem.first_at(source, first);
        }
        problem
    }

    /// The code of a kind of fault.
    pub(super) fn fault_code(kind: FaultKind) -> &'static str {
        match kind {
            FaultKind::Syntax => "syntax",
            FaultKind::UnknownKey => "unknown-key",
            FaultKind::DuplicateKey => "duplicate-key",
            FaultKind::MissingKey => "missing-key",
            FaultKind::WrongType => "wrong-type",
            FaultKind::BadValue => "bad-value",
        }
    }

    /// The same problem as a warning.
    #[must_use]
    pub fn warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    /// The same problem with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(printable(&help.into()));
        self
    }

    /// The same problem with the place where the name stands first.
    #[must_use]
    pub(super) fn first_at(mut self, source: &Source, span: Span) -> Self {
        let line = source.line_column(span.start).0;
        self.related = Some(Box::new(Related {
            message: "first here".to_owned(),
            file: source.file.clone(),
            line,
        }));
        self
    }

    /// True for errors.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Problem {
    /// `file:line:column: message`, in one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(
                f,
                "{}:{}:{}: {}",
                self.file, place.line, place.column, self.message
            ),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

impl Serialize for Problem {
    /// `{severity, code, message, file, line, column, help, related}`; absent parts are `null`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_struct("Problem", 8)?;
        map.serialize_field("severity", &self.severity)?;
        map.serialize_field("code", self.code)?;
        map.serialize_field("message", &self.message)?;
        map.serialize_field("file", &self.file)?;
        map.serialize_field("line", &self.place.as_ref().map(|place| place.line))?;
        map.serialize_field("column", &self.place.as_ref().map(|place| place.column))?;
        map.serialize_field("help", &self.help)?;
        map.serialize_field("related", &self.related)?;
        map.end()
    }
}

/// The text with control characters replaced: files are not trusted with the terminal.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() && c != '\n' {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect()
}
