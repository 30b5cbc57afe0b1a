//! Problems as text for people: each with its place underlined.

use super::problem::{Problem, Severity};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    SourceCode, SourceSpan, SpanContents,
};
use std::fmt::{self, Write};

/// How problems are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RenderOptions {
    /// Use colour.
    pub colour: bool,
    /// Use box-drawing characters.
    pub unicode: bool,
    /// Columns of the terminal.
    pub width: usize,
}

impl Default for RenderOptions {
    fn default() -> Self {
        Self {
            colour: false,
            unicode: true,
            width: 100,
        }
    }
}

/// All problems as text, errors and warnings in the order given, then a line with their count.
pub fn render(problems: &[Problem], options: RenderOptions) -> String {
    let theme = match (options.unicode, options.colour) {
        (true, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::unicode_nocolor(),
        (false, true) => GraphicalTheme {
            characters: miette::ThemeCharacters::ascii(),
            ..GraphicalTheme::unicode()
        },
        (false, false) => GraphicalTheme::none(),
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(options.width.max(40))
        .with_context_lines(1)
        .with_links(false);
    let mut out = String::new();
    for problem in problems {
        if handler.render_report(&mut out, &Shown(problem)).is_err() {
            let _ = writeln!(out, "{}: {}", problem.file, problem.message);
        }
        out.push('\n');
    }
    let count = |severity| {
        problems
            .iter()
            .filter(|problem| problem.severity == severity)
            .count()
    };
    let plural = |count: usize, noun: &str| match count {
        1 => format!("1 {noun}"),
        count => format!("{count} {noun}s"),
    };
    let parts: Vec<String> = [(Severity::Error, "error"), (Severity::Warning, "warning")]
        .into_iter()
        .map(|(severity, noun)| (count(severity), noun))
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| plural(count, noun))
        .collect();
    if !parts.is_empty() {
        let _ = writeln!(out, "{}", parts.join(", "));
    }
    out
}

/// A problem as miette wants it.
#[derive(Debug)]
struct Shown<'a>(&'a Problem);

impl std::error::Error for Shown<'_> {}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.place {
            Some(_) => f.write_str(&self.0.message),
            None => write!(f, "{}: {}", self.0.file, self.0.message),
        }
    }
}

impl Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.0.code))
    }
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.0.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let related = self.0.related.as_ref().map(|first| match first.line {
            0 => format!("{}: {}", first.message, first.file),
            line => format!("{}: {}:{line}", first.message, first.file),
        });
        match (related, &self.0.help) {
            (Some(related), Some(help)) => Some(Box::new(format!("{related}\n{help}"))),
            (Some(related), None) => Some(Box::new(related)),
            (None, Some(help)) => Some(Box::new(help)),
            (None, None) => None,
        }
    }
    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.0.place.as_ref().map(|_| self as &dyn SourceCode)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let excerpt = &self.0.place.as_ref()?.excerpt;
        let span = excerpt.span;
        // Only the first line of a longer text is shown and underlined.
        let meant = excerpt.text.get(span.start..span.end).unwrap_or_default();
        let length = meant.lines().next().map_or(0, str::len).max(1);
        Some(Box::new(std::iter::once(LabeledSpan::new_primary_with_span(
            None,
            SourceSpan::new(span.start.into(), length),
        ))))
    }
}

impl SourceCode for Shown<'_> {
    /// Without context, the bytes that are meant, for the place in the title; else the whole line they begin in.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let place = self.0.place.as_ref().ok_or(MietteError::OutOfBounds)?;
        let text: &str = &place.excerpt.text;
        let mut at = span.offset().min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let line_start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
        let (start, column) = if before == 0 {
            (at, place.column - 1)
        } else {
            (line_start, 0)
        };
        Ok(Box::new(MietteSpanContents::new_named(
            self.0.file.to_string(),
            &text.as_bytes()[start..line_end],
            SourceSpan::new(start.into(), line_end - start),
            place.line - 1,
            column,
            1,
        )))
    }
}
