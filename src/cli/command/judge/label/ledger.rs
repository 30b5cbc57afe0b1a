//! The file that labels are added to: on disk before the next case is shown.

use super::pool::Trial;
use super::written;
use crate::cli::failure::Failure;
use crate::model::Mark;
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::{Value, json};
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};

/// A file that lines are added to.
pub struct Ledger {
    path: Utf8PathBuf,
    file: Option<File>,
}

/// A line of it.
pub struct Line(Value);

impl Line {
    /// What was said of an output; nothing where it was skipped.
    pub fn new(trial: &Trial, scorer: &str, rater: &str, mark: Option<&Mark>) -> Self {
        let mut line = json!({
            "task": trial.task, "case": trial.case_id, "candidate": trial.candidate, "prompt": trial.prompt,
            "epoch": trial.key.epoch, "output": trial.hash.to_string(), "scorer": scorer,
        });
        if let Some(fields) = line.as_object_mut() {
            if !rater.is_empty() {
                fields.insert("rater".to_owned(), json!(rater));
            }
            match mark {
                Some(mark) => fields.insert("human".to_owned(), written(mark)),
                None => fields.insert("skipped".to_owned(), json!(true)),
            };
            fields.insert("stratum".to_owned(), json!(trial.band));
        }
        Self(line)
    }
}

/// A name that can be that of a file.
pub fn file_name(scorer: &str) -> String {
    let safe = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    scorer.chars().map(|c| if safe(c) { c } else { '-' }).collect()
}

impl Ledger {
    /// The file is made with the first line.
    pub fn open(path: &Utf8Path) -> Result<Self, Failure> {
        if path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("csv"))
        {
            return Err(Failure::Usage(format!(
                "{path}: labels are added as JSON lines; name a file that ends in .jsonl"
            )));
        }
        Ok(Self {
            path: path.to_owned(),
            file: None,
        })
    }

    /// Adds a line and waits until it is on disk.
    pub fn add(&mut self, line: &Line) -> Result<(), Failure> {
        let path = &self.path;
        let failed = |error: std::io::Error| Failure::System(format!("cannot write {path}: {error}"));
        let mut text = line.0.to_string();
        text.push('\n');
        let file = match &mut self.file {
            Some(file) => file,
            None => {
                let file = open(path).map_err(failed)?;
                self.file.insert(file)
            }
        };
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_data())
            .map_err(failed)
    }
}

/// Opens a file for adding; a last line without its end gets one.
fn open(path: &Utf8Path) -> std::io::Result<File> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = OpenOptions::new()
        .create(true)
        .read(true)
        .append(true)
        .open(path)?;
    if file.seek(SeekFrom::End(0))? > 0 {
        file.seek(SeekFrom::End(-1))?;
        let mut last = [0];
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            file.write_all(b"\n")?;
        }
    }
    Ok(file)
}
