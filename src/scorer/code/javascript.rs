//! JavaScript and TypeScript programs.

use super::runner::Runner;
use crate::sandbox::Guest;
#[cfg(feature = "javascript")]
use crate::scorer::program::{Fault, Texts};

pub(super) struct JavaScript {
    /// TypeScript.
    pub(super) typed: bool,
}

/// What lines of these languages begin with and sentences do not.
const BEGINNINGS: [&str; 16] = [
    "function ",
    "function*",
    "async function",
    "const ",
    "let ",
    "var ",
    "class ",
    "export ",
    "import ",
    "module.",
    "exports.",
    "//",
    "/*",
    "'use ",
    "\"use ",
    "#!",
];
/// What lines of TypeScript begin with beside these.
const TYPED: [&str; 5] = ["interface ", "type ", "enum ", "declare ", "abstract class "];
/// What further statements begin with.
const STATEMENTS: [&str; 8] = ["return", "if ", "if(", "for ", "for(", "while ", "throw ", "try "];
/// Words before the name of a declaration.
const DECLARING: [&str; 14] = [
    "export",
    "default",
    "async",
    "function",
    "function*",
    "const",
    "let",
    "var",
    "class",
    "declare",
    "abstract",
    "enum",
    "type",
    "interface",
];

impl Runner for JavaScript {
    fn guest(&self) -> Guest {
        Guest::JavaScript
    }

    fn tags(&self) -> &'static [&'static str] {
        if self.typed {
            &["typescript", "ts", "tsx", "mts", "cts", "javascript", "js"]
        } else {
            &[
                "javascript",
                "js",
                "jsx",
                "mjs",
                "cjs",
                "node",
                "nodejs",
                "ecmascript",
            ]
        }
    }

    fn file(&self) -> &'static str {
        if self.typed { "answer.ts" } else { "answer.js" }
    }

    fn test_file(&self, number: usize) -> String {
        format!("test-{number}.{}", if self.typed { "ts" } else { "js" })
    }

    fn names<'c>(&self, code: &'c str) -> Vec<&'c str> {
        code.lines().filter_map(name).collect()
    }

    fn begins(&self, line: &str) -> bool {
        let starts = |words: &[&str]| words.iter().any(|word| line.starts_with(word));
        // `Let us see` and `Type the following` are sentences; these words are written small in code.
        starts(&BEGINNINGS) || (self.typed && starts(&TYPED)) || assigned(line).is_some()
    }

    fn is_statement(&self, line: &str) -> bool {
        let line = line.trim_start();
        self.begins(line) || STATEMENTS.iter().any(|word| line.starts_with(word))
    }

    #[cfg(feature = "javascript")]
    fn program(&self, source: &str, texts: &mut Texts) -> Result<String, Box<Fault>> {
        use crate::script::answer;
        let script = answer(source, self.file(), self.dialect()).map_err(fault)?;
        let text = script.text.clone();
        texts.keep(self.file(), source, script);
        Ok(text)
    }

    #[cfg(feature = "javascript")]
    fn test(
        &self,
        file: &str,
        source: &str,
        entry: Option<&str>,
        texts: &mut Texts,
    ) -> Result<String, Box<Fault>> {
        use crate::script::tests;
        let script = tests(source, file, self.dialect()).map_err(fault)?;
        if let Some(idle) = script.idle(entry) {
            return Err(cannot_fail(file, idle));
        }
        let text = script.text.clone();
        texts.keep(file, source, script);
        Ok(text)
    }
}

#[cfg(feature = "javascript")]
impl JavaScript {
    fn dialect(&self) -> crate::script::Dialect {
        if self.typed {
            crate::script::Dialect::TypeScript
        } else {
            crate::script::Dialect::JavaScript
        }
    }
}

/// An error of syntax in the form in which interpreters tell theirs.
#[cfg(feature = "javascript")]
fn fault(error: crate::script::ScriptError) -> Box<Fault> {
    Box::new(Fault {
        kind: "syntax".to_owned(),
        class: "SyntaxError".to_owned(),
        message: error.message,
        file: Some(error.file),
        line: Some(error.line),
        column: Some(error.column),
        text: Some(error.text),
        ..Fault::default()
    })
}

/// A test that cannot fail, in the same form.
#[cfg(feature = "javascript")]
fn cannot_fail(file: &str, idle: crate::script::Idle) -> Box<Fault> {
    let message = match idle {
        crate::script::Idle::Comparison => {
            "it compares and asserts nothing; write `assert(..)` around the comparison"
        }
        crate::script::Idle::Definitions => {
            "it only defines, and nothing of it is run; call what it defines, or name it `check` and give the case an `entry`"
        }
    };
    Box::new(Fault {
        kind: "idle".to_owned(),
        message: message.to_owned(),
        file: Some(file.to_owned()),
        ..Fault::default()
    })
}

/// The name that a line at the margin defines.
fn name(line: &str) -> Option<&str> {
    if let Some(name) = assigned(line) {
        return Some(name);
    }
    let mut rest = line;
    let mut declares = false;
    loop {
        let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$' | '*')));
        let word = rest.get(..end.unwrap_or(rest.len()))?;
        if !DECLARING.contains(&word) {
            return (declares && !word.is_empty()).then_some(word);
        }
        declares = true;
        rest = rest.get(word.len()..)?.trim_start_matches([' ', '\t', '*']);
    }
}

/// The name that a line gives to its reader: `exports.square = ..`, `module.exports.square = ..`.
fn assigned(line: &str) -> Option<&str> {
    let rest = line
        .strip_prefix("module.exports.")
        .or_else(|| line.strip_prefix("exports."))?;
    let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$')))?;
    let (name, rest) = rest.split_at(end);
    (!name.is_empty() && rest.trim_start().starts_with('=')).then_some(name)
}
