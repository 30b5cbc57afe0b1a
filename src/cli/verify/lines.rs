//! Compares a document line by line while it is made, so that it is never held.

use super::texts::first_fields;
use super::{Check, TOLD};
use crate::cli::failure::Failure;
use crate::cli::progress::counted;
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};

/// A stored document of lines, compared with what is written to it.
pub struct LineCheck {
    path: Utf8PathBuf,
    stored: Option<BufReader<File>>,
    derived: Vec<u8>,
    line: Vec<u8>,
    lines: u64,
    differences: u64,
    details: Vec<String>,
}

impl LineCheck {
    /// Opens the stored document; one that is missing differs.
    pub fn open(path: &Utf8Path) -> Result<Self, Failure> {
        let stored = match File::open(path) {
            Ok(file) => Some(BufReader::new(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(Failure::System(format!("cannot read {path}: {error}"))),
        };
        Ok(Self {
            path: path.to_owned(),
            stored,
            derived: Vec::new(),
            line: Vec::new(),
            lines: 0,
            differences: 0,
            details: Vec::new(),
        })
    }

    fn compare(&mut self) -> io::Result<()> {
        self.lines += 1;
        self.line.clear();
        if let Some(stored) = &mut self.stored {
            stored.read_until(b'\n', &mut self.line)?;
            if self.line != self.derived {
                self.differences += 1;
                if self.details.len() < TOLD {
                    self.details.push(told(self.lines, &self.line, &self.derived));
                }
            }
        }
        self.derived.clear();
        Ok(())
    }

    /// The comparison, once everything was written.
    pub fn finish(mut self) -> Check {
        let name = self.path.file_name().unwrap_or_default().to_owned();
        let Some(stored) = &mut self.stored else {
            return Check::new(name, "", 1, vec![format!("{} is missing", self.path)]);
        };
        let mut further = 0_u64;
        self.line.clear();
        while matches!(stored.read_until(b'\n', &mut self.line), Ok(read) if read > 0) {
            further += 1;
            self.line.clear();
        }
        if further > 0 {
            self.details
                .push(format!("{} more than were derived", counted(further, "line")));
        }
        let looked_at = format!("{}, byte by byte", counted(self.lines, "line"));
        Check::new(name, looked_at, self.differences + further, self.details)
    }
}

impl Write for LineCheck {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.derived.extend_from_slice(part);
            if part.ends_with(b"\n") {
                self.compare()?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Which trial, and which of its fields.
fn told(number: u64, stored: &[u8], derived: &[u8]) -> String {
    let parsed = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).ok();
    if stored.is_empty() {
        return format!("line {number} is missing");
    }
    match (parsed(stored), parsed(derived)) {
        (Some(stored), Some(derived)) => {
            let fields = first_fields(&stored, &derived, 3);
            let fields = if fields.is_empty() {
                "the same values in other bytes".to_owned()
            } else {
                fields.join("; ")
            };
            format!(
                "line {number} (case {}): {fields}",
                derived["case"].as_str().unwrap_or("")
            )
        }
        _ => format!("line {number} is not the JSON of a trial"),
    }
}
