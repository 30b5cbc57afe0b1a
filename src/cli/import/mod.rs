//! Results of other harnesses: promptfoo result JSON, Inspect eval logs (JSON), lm-eval samples (JSONL), and the
//! results.jsonl of bench itself. Read row by row into the same grids as stored runs.

mod bench_lines;
mod inspect;
mod lm_eval;
mod promptfoo;
mod row;
mod text;

pub use row::{Row, Scale};

use super::failure::Failure;
use crate::analyse::compare::Outcomes;
use crate::analyse::{Grid, GridCandidate, GridTrial};
use crate::model::Manifest;
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// How rows are read.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// Dotted path in a row that holds the case's id, in place of the format's own.
    pub case_id: Option<String>,
    /// Which score of a row is taken, where it has several.
    pub scorer: Option<String>,
    /// The range of the scores, where it is not 0 to 1.
    pub scale: Scale,
}

/// Formats that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `promptfoo eval -o results.json`.
    Promptfoo,
    /// An Inspect eval log as JSON.
    Inspect,
    /// `lm_eval --log_samples`.
    LmEval,
    /// results.jsonl of a run of bench.
    Bench,
}

impl Format {
    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Promptfoo => "promptfoo results",
            Self::Inspect => "Inspect eval log",
            Self::LmEval => "lm-eval samples",
            Self::Bench => "bench results.jsonl",
        }
    }
}

/// Results that were read from a file or from the files of a folder.
pub struct Imported {
    /// The format; that of the first file.
    pub format: Format,
    /// One grid a task, in the order in which they came.
    pub grids: Vec<Grid>,
    /// What became of the trials, grid by grid.
    pub outcomes: Vec<Outcomes>,
    /// What to know of how the rows were read.
    pub notes: Vec<String>,
    /// What was run, of a results.jsonl with its manifest beside it.
    pub manifest: Option<Box<Manifest>>,
}

/// Whether a word of the command line means a file or folder and not a run, from how it is written.
pub fn names_a_file(text: &str) -> bool {
    [".json", ".jsonl", ".eval"].iter().any(|end| text.ends_with(end)) || text.contains('/')
}

/// The files that a path means: itself, or the JSON and JSONL files of the folder, by name.
fn files(path: &Utf8Path) -> Result<Vec<Utf8PathBuf>, Failure> {
    let failed = |error: std::io::Error| Failure::Usage(format!("cannot read {path}: {error}"));
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    // The folder of a run of bench holds its summary and its manifest too.
    if path.join("manifest.json").is_file() && path.join("results.jsonl").is_file() {
        return Ok(vec![path.join("results.jsonl")]);
    }
    let mut files = Vec::new();
    for entry in path.read_dir_utf8().map_err(failed)? {
        let path = entry.map_err(failed)?.into_path();
        let name = path.file_name().unwrap_or_default();
        // Beside its samples lm-eval writes a file with the averages.
        let averages = name.starts_with("results_") && name.ends_with(".json");
        if (name.ends_with(".json") || name.ends_with(".jsonl")) && !averages {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(Failure::Usage(format!(
            "the folder {path} holds no .json or .jsonl file with results"
        )));
    }
    Ok(files)
}

/// Calls `each` with every row of the file or folder; returns the format of the first file, and notes.
fn rows(
    path: &Utf8Path,
    options: &ImportOptions,
    each: &mut dyn FnMut(Row),
) -> Result<(Format, Vec<String>), Failure> {
    let mut first = None;
    let mut notes = Vec::new();
    let files = files(path)?;
    let mut holders = Holders::new(files.len() > 1);
    for file in &files {
        let content = text::read(file)?;
        let format = detect(file, &content)?;
        let source = row::Source { file, options };
        let each: &mut dyn FnMut(Row) = &mut |row| {
            holders.add(&row, file);
            each(row);
        };
        match &content {
            text::Content::Document(document) if format == Format::Promptfoo => {
                promptfoo::rows(&source, document, &mut notes, each)?;
            }
            text::Content::Document(document) => inspect::rows(&source, document, &mut notes, each)?,
            text::Content::Lines(lines) if format == Format::LmEval => {
                lm_eval::rows(&source, lines, &mut notes, each)?;
            }
            text::Content::Lines(lines) => bench_lines::rows(&source, lines, each)?,
        }
        first.get_or_insert(format);
    }
    notes.extend(holders.notes);
    notes.dedup();
    match first {
        Some(format) => Ok((format, notes)),
        None => Err(Failure::Usage(format!("{path} holds no results"))),
    }
}

/// Which file of a folder holds which results.
struct Holders {
    several: bool,
    files: HashMap<(Arc<str>, String, String), String>,
    notes: Vec<String>,
}

impl Holders {
    fn new(several: bool) -> Self {
        Self {
            several,
            files: HashMap::new(),
            notes: Vec::new(),
        }
    }

    /// Notes it where two files hold the same task and candidate.
    fn add(&mut self, row: &Row, file: &Utf8Path) {
        if !self.several {
            return;
        }
        let name = file.file_name().unwrap_or_default();
        let key = (row.task.clone(), row.model.clone(), row.prompt.clone());
        let known = self.files.entry(key).or_insert_with(|| name.to_owned());
        if known != name {
            self.notes.push(format!(
                "{known} and {name} hold results of the same candidate ({}) in the same task ({}): cases of both are taken for \
                 epochs; name one of the files to read it alone",
                row.model, row.task
            ));
            // Each file is told of once.
            name.clone_into(known);
        }
    }
}

fn detect(file: &Utf8Path, content: &text::Content) -> Result<Format, Failure> {
    let has = |value: &Value, keys: &[&str]| keys.iter().all(|key| value.get(key).is_some());
    let format = match content {
        text::Content::Document(document) if has(document, &["eval", "samples"]) => Some(Format::Inspect),
        text::Content::Document(document) if promptfoo::fits(document) => Some(Format::Promptfoo),
        text::Content::Document(document) if has(document, &["eval", "status"]) => {
            return Err(Failure::Usage(format!(
                "{file} is an Inspect eval log without samples; write it with `log_samples` on"
            )));
        }
        text::Content::Document(_) => None,
        text::Content::Lines(lines) => lines.first().and_then(|(_, line)| {
            if has(line, &["doc_id"]) {
                Some(Format::LmEval)
            } else if has(line, &["task", "case", "model", "outcome"]) {
                Some(Format::Bench)
            } else {
                None
            }
        }),
    };
    format.ok_or_else(|| {
        Failure::Usage(format!(
            "{file} is none of the formats that are read: promptfoo results (JSON), Inspect eval logs (JSON), lm-eval samples \
             (JSONL), results.jsonl of bench"
        ))
    })
}

/// Reads a file, or all files of a folder, into grids.
pub fn import(path: &Utf8Path, options: &ImportOptions) -> Result<Imported, Failure> {
    let mut grids: Vec<Grid> = Vec::new();
    let mut outcomes: Vec<Outcomes> = Vec::new();
    let mut tasks: HashMap<Arc<str>, usize> = HashMap::new();
    let mut columns: HashMap<(usize, String, String), usize> = HashMap::new();
    let mut outside = None;
    let (format, notes) = rows(path, options, &mut |row| {
        let at = *tasks.entry(row.task.clone()).or_insert_with(|| {
            grids.push(Grid::new(row.task.clone(), row.cluster.is_some(), 1, Vec::new()));
            outcomes.push(Outcomes::default());
            grids.len() - 1
        });
        let (Some(grid), Some(outcomes)) = (grids.get_mut(at), outcomes.get_mut(at)) else {
            return;
        };
        let column = *columns
            .entry((at, row.model.clone(), row.prompt.clone()))
            .or_insert_with(|| {
                let position = grid.candidates.len() as u32;
                grid.candidate(GridCandidate {
                    position,
                    name: row.model.clone(),
                    model: row.model.clone(),
                    prompt: row.prompt.clone(),
                    simulated: false,
                })
            });
        let score = row.score.map(|score| options.scale.map(score));
        if let Some(score) = score.filter(|score| !(-1e-9..=1.0 + 1e-9).contains(score)) {
            outside.get_or_insert_with(|| (row.score.unwrap_or(score), row.case.clone()));
        }
        let case = grid.case(&row.case, row.cluster.as_deref(), row.hash);
        let trial = GridTrial {
            outcome: row.outcome,
            score,
            pass: row.pass,
            dollars: row.dollars,
            seconds: row.seconds,
        };
        grid.add(case, column, &trial);
        outcomes.add(case, column, row.outcome);
        grid.epochs = grid.epochs.max(grid.cell(case, column).trials);
    })?;
    if let Some((score, case)) = outside {
        return Err(Failure::Usage(format!(
            "{path}: the score {score} of case {case} is outside of {}; name the range of the scores with --scale LOW:HIGH",
            options.scale
        )));
    }
    let manifest = match format {
        Format::Bench => files(path)?
            .first()
            .and_then(|file| bench_lines::manifest(file))
            .map(Box::new),
        _ => None,
    };
    Ok(Imported {
        format,
        grids,
        outcomes,
        notes,
        manifest,
    })
}

/// Which output is looked for: task, case, model, prompt.
pub type Wanted = (Arc<str>, Arc<str>, String, String);

/// The output and the golden output of a trial, where the file has them.
pub type Shown = (Option<String>, Option<String>);

/// The first output and the golden output of each trial that is looked for.
pub fn outputs(
    path: &Utf8Path,
    options: &ImportOptions,
    wanted: &[Wanted],
) -> Result<HashMap<Wanted, Shown>, Failure> {
    let mut found = HashMap::new();
    rows(path, options, &mut |row| {
        let key = (row.task, Arc::from(row.case), row.model, row.prompt);
        if wanted.contains(&key) {
            found.entry(key).or_insert((row.output, row.golden));
        }
    })?;
    Ok(found)
}

#[cfg(test)]
mod tests;
