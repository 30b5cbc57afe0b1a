//! Texts of programs in a build without JavaScript: they go to the interpreter as they are.

use super::fault::Fault;

/// The texts of a program, ready for the interpreter.
#[derive(Default)]
pub(in crate::scorer) struct Texts;

impl Texts {
    /// The text as it is.
    pub(in crate::scorer) fn convert(&mut self, _file: &str, source: &str) -> Result<String, String> {
        Ok(source.to_owned())
    }

    /// The text as it is.
    pub(in crate::scorer) fn convert_inline(&mut self, _file: &str, source: &str) -> (String, bool) {
        (source.to_owned(), false)
    }

    /// Lines are the user's own already.
    pub(in crate::scorer) fn relocate(&self, _fault: &mut Fault) {}
}
