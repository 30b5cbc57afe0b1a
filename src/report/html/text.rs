//! Texts of a page: shortened, and written as JSON that a page can hold.

use serde::{Serialize, Serializer};
use std::io::{self, Write};

/// Our own words with names that are escaped already; a `<` among them is no tag.
pub(super) fn words(text: &str) -> String {
    text.replace(" < ", " &lt; ")
}

/// A text of any length as the page gets it: itself, or `[beginning, bytes left out, end]` where it is too long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shortened<'a> {
    text: &'a str,
    most: usize,
}

impl<'a> Shortened<'a> {
    /// The text in at most about `most` bytes.
    pub(super) fn new(text: &'a str, most: usize) -> Self {
        Self { text, most }
    }
}

impl Serialize for Shortened<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { text, most } = *self;
        if text.len() <= most {
            return serializer.serialize_str(text);
        }
        // Answers often stand at the end.
        let head = text.floor_char_boundary(most * 2 / 3);
        let tail = text.floor_char_boundary(text.len() - most / 3);
        (&text[..head], tail - head, &text[tail..]).serialize(serializer)
    }
}

/// Passes JSON on with each `<` as `\u003c`: inside a `script` element nothing of it can then end the element or begin
/// a comment. JSON has `<` in strings only.
pub(super) struct ScriptSafe<W>(pub W);

impl<W: Write> Write for ScriptSafe<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut rest = bytes;
        while let Some(at) = rest.iter().position(|byte| *byte == b'<') {
            let (before, after) = rest.split_at(at);
            self.0.write_all(before)?;
            self.0.write_all(b"\\u003c")?;
            rest = after.get(1..).unwrap_or_default();
        }
        self.0.write_all(rest)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Writes a value as JSON for the inside of a `script` element.
pub(super) fn write_json(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(ScriptSafe(out), value).map_err(io::Error::from)
}
