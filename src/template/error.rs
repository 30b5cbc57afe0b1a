//! Why a template cannot be compiled or rendered, in words and with its place.

use minijinja::ErrorKind;

/// Why a template cannot be compiled or rendered.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TemplateError {
    /// What is wrong and what to do, in one line and without the place.
    pub message: String,
    /// Line in the message's template, from 1; 0 where it is not known.
    pub line: usize,
    /// Column (characters) in that line, from 1.
    pub column: Option<usize>,
    /// Which message of the prompt, from 0.
    pub message_index: usize,
}

impl TemplateError {
    /// Reads an error of an environment in debug mode; `source` is the template.
    pub(super) fn read(error: &minijinja::Error, source: &str) -> Self {
        let start = error.range().map(|range| range.start);
        let (line, column) = match start.and_then(|start| source.get(..start)) {
            Some(before) => {
                let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
                let column = before[line_start..].chars().count() + 1;
                (before.matches('\n').count() + 1, Some(column))
            }
            None => (error.line().unwrap_or(0), None),
        };
        Self {
            message: Self::words(error),
            line,
            column,
            message_index: 0,
        }
    }

    fn words(error: &minijinja::Error) -> String {
        if error.kind() == ErrorKind::OutOfFuel {
            return "the template takes too much work: does a loop never end, or run over too long a list?"
                .to_owned();
        }
        let mut words = match error.detail() {
            Some(detail) => format!("{}: {detail}", error.kind()),
            None => error.kind().to_string(),
        };
        let mut cause = std::error::Error::source(error);
        while let Some(inner) = cause {
            words.push_str(": ");
            words.push_str(&inner.to_string());
            cause = inner.source();
        }
        words.replace('\n', " ")
    }

    /// The error for a variable that the case does not define; `known` are those that it does.
    pub(super) fn undefined<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
        let mut known: Vec<(bool, usize, &str)> = known
            .map(|other| {
                let distance = strsim::damerau_levenshtein(&name.to_lowercase(), &other.to_lowercase());
                let related = other.contains(name) || name.contains(other);
                (!related, distance, other)
            })
            .collect();
        known.sort_by_key(|(unrelated, distance, _)| (*distance > 2 && *unrelated, *distance));
        if known.is_empty() {
            return format!("the variable `{name}` is not defined; the case has no variables");
        }
        let shown: Vec<String> = known
            .iter()
            .take(12)
            .map(|(_, _, other)| format!("`{other}`"))
            .collect();
        let more = match known.len().saturating_sub(shown.len()) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!(
            "the variable `{name}` is not defined; the case has {}{more}",
            shown.join(", ")
        )
    }
}
