//! Reading files as text, with located errors.

use super::problem::{Excerpt, Place, Problem};
use crate::yaml::Span;
use camino::{Utf8Path, Utf8PathBuf};
use std::io::{ErrorKind, Read};
use std::sync::Arc;

/// Largest file that is read whole.
const MAX_WHOLE: u64 = 1 << 30;

/// A file that was read whole.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// For people: relative to the workspace where it lies inside.
    pub file: Utf8PathBuf,
    /// Where it is.
    pub path: Utf8PathBuf,
    /// Its text without a byte order mark.
    pub text: Arc<str>,
    /// The text as it may be shown: same length, without control characters and secrets.
    pub shown: Arc<str>,
}

impl Source {
    /// A file's text as it is read and shown.
    pub fn new(file: Utf8PathBuf, path: Utf8PathBuf, text: &str) -> Self {
        let text: Arc<str> = text.into();
        let shown = if text
            .chars()
            .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        {
            shown(&text).into()
        } else {
            text.clone()
        };
        Self {
            file,
            path,
            text,
            shown,
        }
    }

    /// Line and column (in characters) of a byte, from 1.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        line_column(&self.text, offset)
    }

    /// The folder of the file.
    pub fn folder(&self) -> &Utf8Path {
        self.path.parent().unwrap_or(Utf8Path::new(""))
    }
}

/// The text with control characters replaced byte by byte, so that spans keep their meaning.
pub(super) fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() && !matches!(c, '\n' | '\r' | '\t') {
            out.extend(std::iter::repeat_n('?', c.len_utf8()));
        } else {
            out.push(c);
        }
    }
    out
}

/// Line and column (in characters) of a byte, from 1.
pub(super) fn line_column(text: &str, offset: usize) -> (usize, usize) {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (
        before.bytes().filter(|byte| *byte == b'\n').count() + 1,
        before[line_start..].chars().count() + 1,
    )
}

/// The path as people know it.
pub(super) fn display_path(root: &Utf8Path, path: &Utf8Path) -> Utf8PathBuf {
    path.strip_prefix(root).unwrap_or(path).to_owned()
}

/// A path relative to a folder, without `.` and `..` where they can be resolved by the names alone.
pub(super) fn join(folder: &Utf8Path, relative: &str) -> Utf8PathBuf {
    let mut path = Utf8PathBuf::new();
    for part in folder.join(relative).components() {
        match part {
            camino::Utf8Component::CurDir => {}
            camino::Utf8Component::ParentDir if path.file_name().is_some() => {
                path.pop();
            }
            other => path.push(other.as_str()),
        }
    }
    path
}

/// Why a file cannot be opened, in words.
pub(super) fn open_error(file: &Utf8Path, path: &Utf8Path, error: &std::io::Error) -> Problem {
    if path.is_dir() {
        return Problem::error(file, "not-a-file", "is a folder, not a file");
    }
    match error.kind() {
        ErrorKind::NotFound => Problem::error(file, "missing-file", "this file does not exist"),
        ErrorKind::PermissionDenied => Problem::error(file, "unreadable", "no permission to read this file"),
        _ => Problem::error(file, "unreadable", format!("cannot be read: {error}")),
    }
}

/// Reads a file as text.
pub(super) fn read_text(root: &Utf8Path, path: &Utf8Path) -> Result<Source, Problem> {
    let file = display_path(root, path);
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(path).and_then(|opened| {
        if opened.metadata()?.is_dir() {
            return Err(ErrorKind::IsADirectory.into());
        }
        opened.take(MAX_WHOLE).read_to_end(&mut bytes)
    });
    opened.map_err(|error| open_error(&file, path, &error))?;
    match std::str::from_utf8(without_bom(&bytes)) {
        Ok(text) => Ok(Source::new(file, path.to_owned(), text)),
        Err(_) => Err(not_utf8(&file, without_bom(&bytes), 1)),
    }
}

/// Reads a file as bytes, at most that many.
pub(super) fn read_bytes(root: &Utf8Path, path: &Utf8Path, most: u64) -> Result<Vec<u8>, Problem> {
    let file = display_path(root, path);
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(path).and_then(|opened| {
        if opened.metadata()?.is_dir() {
            return Err(ErrorKind::IsADirectory.into());
        }
        opened.take(most + 1).read_to_end(&mut bytes)
    });
    opened.map_err(|error| open_error(&file, path, &error))?;
    if bytes.len() as u64 > most {
        let message = format!("is larger than {} MB", most >> 20);
        return Err(Problem::error(&file, "too-large", message));
    }
    Ok(bytes)
}

/// Bytes without a byte order mark of UTF-8 at their beginning.
pub(super) fn without_bom(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// The located error for bytes that are not UTF-8; `first_line` is the number of their first line.
pub(super) fn not_utf8(file: &Utf8Path, bytes: &[u8], first_line: usize) -> Problem {
    let at = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), |_| 0);
    let byte = bytes.get(at).copied().unwrap_or_default();
    let wide = matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
    let message = format!("this is not UTF-8 text (byte 0x{byte:02x})");
    let mut problem = Problem::error(file, "not-utf8", message);
    problem.help = Some(
        if wide {
            "the file is UTF-16; save it as UTF-8"
        } else {
            "save the file as UTF-8"
        }
        .to_owned(),
    );
    let line_start = bytes[..at]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |newline| newline + 1);
    let line_end = bytes[at..]
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or(bytes.len(), |newline| at + newline);
    let line = first_line + bytes[..at].iter().filter(|byte| **byte == b'\n').count();
    let before = String::from_utf8_lossy(&bytes[line_start..at]);
    let rest = String::from_utf8_lossy(&bytes[at..line_end.min(at + 200)]);
    let text = shown(&format!("{before}{rest}"));
    let end = before.len() + rest.chars().next().map_or(0, char::len_utf8);
    let excerpt = Excerpt {
        text: text.into(),
        first_line: line,
        span: Span::new(before.len(), end),
    };
    problem.place = Some(Box::new(Place {
        line,
        column: before.chars().count() + 1,
        excerpt,
    }));
    problem
}
