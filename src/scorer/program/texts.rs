//! JavaScript and TypeScript as the interpreter takes them, and the way back to the user's lines.

use super::fault::Fault;
use crate::script::{Dialect, Script, to_commonjs};
use std::collections::BTreeMap;

/// A text as the interpreter gets it, with what leads back.
struct Origin {
    script: Script,
    source: String,
}

/// The texts of a program, ready for the interpreter.
#[derive(Default)]
pub(in crate::scorer) struct Texts {
    /// By the name that errors give.
    origins: BTreeMap<String, Origin>,
}

impl Texts {
    /// Turns a text into CommonJS; the error says file, line and column. Files of other kinds (JSON) stay as they are.
    pub(in crate::scorer) fn convert(&mut self, file: &str, source: &str) -> Result<String, String> {
        let Some(dialect) = Dialect::of(file) else {
            return Ok(source.to_owned());
        };
        let script = to_commonjs(source, file, dialect).map_err(|error| error.to_string())?;
        let text = script.text.clone();
        self.keep(file, source, script);
        Ok(text)
    }

    /// Marks the lines of JavaScript that stands in a task. What is no program by itself (an expression in braces, a
    /// function without a name) stays as it is: the interpreter finds out what it is. Also whether it returns at its top.
    pub(in crate::scorer) fn convert_inline(&mut self, file: &str, source: &str) -> (String, bool) {
        match to_commonjs(source, file, Dialect::JavaScript) {
            Ok(script) => {
                let converted = (script.text.clone(), script.returns);
                self.keep(file, source, script);
                converted
            }
            Err(_) => (source.to_owned(), false),
        }
    }

    /// Keeps a text that was turned otherwise.
    pub(in crate::scorer) fn keep(&mut self, file: &str, source: &str, script: Script) {
        let source = source.to_owned();
        self.origins.insert(file.to_owned(), Origin { script, source });
    }

    /// Puts the user's own lines and source text into an error.
    pub(in crate::scorer) fn relocate(&self, fault: &mut Fault) {
        let at = |file: &str, line: u32| {
            let origin = self.origins.get(file)?;
            let line = origin.script.line_of(line);
            let index = usize::try_from(line).ok()?.checked_sub(1)?;
            Some((line, origin.source.lines().nth(index)?.to_owned()))
        };
        if let (Some(file), Some(line)) = (&fault.file, fault.line)
            && let Some((line, text)) = at(file, line)
        {
            let origin = self.origins.get(file.as_str());
            let at = fault.line.zip(fault.column);
            fault.column = origin
                .zip(at)
                .and_then(|(origin, (line, column))| origin.script.column_of(line, column));
            (fault.line, fault.text) = (Some(line), Some(text));
        }
        for frame in &mut fault.trace {
            if let Some((line, text)) = at(&frame.file, frame.line) {
                (frame.line, frame.text) = (line, Some(text));
            }
        }
    }
}
