//! JavaScript and TypeScript as the interpreter takes them.

use super::source::Program;
use serde_json::{Value, json};

/// The text of a scorer and of the files it imports, as CommonJS.
pub(super) fn prepare(
    program: &Program,
    _file: &str,
    source: &str,
    _form: &str,
) -> Result<(String, Value), String> {
    let modules = program.supplied.as_ref().map(|supplied| json!(supplied.modules));
    Ok((source.to_owned(), modules.unwrap_or_else(|| json!({}))))
}
