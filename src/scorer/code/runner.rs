//! What a language has to bring so that programs in it can be graded.

use super::options::CodeLanguage;
use super::{javascript, python};
use crate::sandbox::Guest;
use crate::scorer::program::{Fault, Texts};

/// A language. Another one needs another implementation and a line in [`runner`]; nothing else knows languages.
pub(super) trait Runner: Send + Sync {
    /// The interpreter that runs it.
    fn guest(&self) -> Guest;

    /// Names of the language behind a fence, in lower case.
    fn tags(&self) -> &'static [&'static str];

    /// The file that a program is called in errors.
    fn file(&self) -> &'static str;

    /// The file that a test is called in errors.
    fn test_file(&self, number: usize) -> String;

    /// Whether the text defines that name at its top.
    fn defines(&self, code: &str, name: &str) -> bool {
        self.names(code).contains(&name)
    }

    /// Names that the text defines at its top.
    fn names<'c>(&self, code: &'c str) -> Vec<&'c str>;

    /// Whether a program may begin with that line: prose never does.
    fn begins(&self, line: &str) -> bool;

    /// Whether the line is a statement, as stands in the body of a function.
    fn is_statement(&self, line: &str) -> bool;

    /// The program as its interpreter takes it; what leads back to its lines goes into `texts`.
    fn program(&self, source: &str, _texts: &mut Texts) -> Result<String, Box<Fault>> {
        Ok(source.to_owned())
    }

    /// A test as its interpreter takes it; a fault of the kind `idle` where it can be seen that it cannot fail. `entry` is
    /// what a function `check` of it is called with.
    fn test(
        &self,
        _file: &str,
        source: &str,
        _entry: Option<&str>,
        _texts: &mut Texts,
    ) -> Result<String, Box<Fault>> {
        Ok(source.to_owned())
    }
}

/// The runner of a language.
pub(super) fn runner(language: CodeLanguage) -> &'static dyn Runner {
    match language {
        CodeLanguage::Python => &python::Python,
        CodeLanguage::JavaScript => &javascript::JavaScript { typed: false },
        CodeLanguage::TypeScript => &javascript::JavaScript { typed: true },
    }
}
