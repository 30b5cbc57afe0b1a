//! Python programs.

use super::runner::Runner;
use crate::sandbox::Guest;

pub(super) struct Python;

/// What lines of Python begin with and sentences do not.
const BEGINNINGS: [&str; 9] = [
    "def ",
    "class ",
    "async def ",
    "import ",
    "from ",
    "@",
    "#",
    "\"\"\"",
    "'''",
];
/// What further statements begin with.
const STATEMENTS: [&str; 9] = [
    "return", "if ", "for ", "while ", "with ", "try:", "raise ", "yield ", "assert ",
];

impl Runner for Python {
    fn guest(&self) -> Guest {
        Guest::Python
    }

    fn tags(&self) -> &'static [&'static str] {
        &["python", "py", "python3", "python2", "ipython"]
    }

    fn file(&self) -> &'static str {
        "answer.py"
    }

    fn test_file(&self, number: usize) -> String {
        format!("test-{number}.py")
    }

    fn names<'c>(&self, code: &'c str) -> Vec<&'c str> {
        code.lines().filter_map(name).collect()
    }

    fn begins(&self, line: &str) -> bool {
        // `From the task we see` is a sentence.
        let import = |rest: &str| rest.contains(" import ");
        BEGINNINGS.iter().any(|word| match line.strip_prefix(word) {
            Some(rest) => *word != "from " || import(rest),
            None => false,
        }) || assigned(line).is_some()
    }

    fn is_statement(&self, line: &str) -> bool {
        let line = line.trim_start();
        self.begins(line) || STATEMENTS.iter().any(|word| line.starts_with(word))
    }
}

/// The name that a line at the margin defines.
fn name(line: &str) -> Option<&str> {
    let rest = ["def ", "async def ", "class "]
        .iter()
        .find_map(|word| line.strip_prefix(word));
    match rest {
        Some(rest) => Some(word(rest.trim_start())).filter(|name| !name.is_empty()),
        None => assigned(line),
    }
}

/// The name that a line at the margin assigns to: `square = lambda x: x * x`.
fn assigned(line: &str) -> Option<&str> {
    let name = word(line);
    let rest = line.get(name.len()..)?.trim_start();
    let rest = match rest.strip_prefix(':') {
        // An annotation.
        Some(rest) => rest.get(rest.find('=')?..)?,
        None => rest,
    };
    (!name.is_empty() && rest.starts_with('=') && !rest.starts_with("==")).then_some(name)
}

/// The word at the beginning of a text.
fn word(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_'));
    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
}
