//! Where the cases of a task are.

use super::scorer::case_scorers;
use crate::load::check::is_glob;
use crate::load::files::{Source, display_path, join, open_error};
use crate::load::names::nearest;
use crate::load::problem::Problem;
use crate::load::raw::{RawCase, RawCaseItem, RawCases};
use crate::load::workspace::Loader;
use crate::model::{Case, CaseFormat, CaseSource, OutputSpec, ScorerSpec};
use crate::yaml::{Span, Spanned};
use camino::{Utf8Path, Utf8PathBuf};
use globset::GlobBuilder;
use std::sync::Arc;

/// Finds the case files and takes the inline cases.
pub fn sources(
    loader: &mut Loader<'_>,
    source: &Source,
    raw: Spanned<RawCases>,
    scorers: &[ScorerSpec],
    output: &OutputSpec,
) -> Vec<CaseSource> {
    if raw.value.0.is_empty() {
        loader
            .problems
            .push(Problem::at(source, raw.span, "no-cases", "the task has no cases"));
    }
    let mut sources: Vec<CaseSource> = Vec::new();
    let mut position = 0_u64;
    for item in raw.value.0 {
        let span = if item.span == Span::default() {
            raw.span
        } else {
            item.span
        };
        match item.value {
            RawCaseItem::Path(path) => sources.extend(files(loader, source, &path, span)),
            RawCaseItem::Case(case) => {
                position += 1;
                let case = match case_of(*case, position, scorers, output) {
                    Ok(case) => Arc::new(case),
                    Err(messages) => {
                        let problems = messages
                            .into_iter()
                            .map(|m| Problem::at(source, span, "bad-scorer", m));
                        loader.problems.extend(problems);
                        continue;
                    }
                };
                match sources.last_mut() {
                    Some(CaseSource::Inline(cases)) => cases.push(case),
                    _ => sources.push(CaseSource::Inline(vec![case])),
                }
            }
        }
    }
    sources
}

/// A case as the model has it; `number` becomes its id where it has none.
pub fn case_of(
    raw: RawCase,
    number: u64,
    scorers: &[ScorerSpec],
    output: &OutputSpec,
) -> Result<Case, Vec<String>> {
    Ok(Case {
        id: raw.id.map_or_else(|| number.to_string().into(), |id| id.0),
        vars: raw.vars,
        golden: raw.golden,
        verified: raw.verified,
        meta: raw.meta,
        scorers: if raw.scorers.is_empty() {
            Vec::new()
        } else {
            case_scorers(raw.scorers, scorers, output)?
        },
    })
}

fn files(loader: &mut Loader<'_>, source: &Source, path: &str, span: Span) -> Vec<CaseSource> {
    let at = |code, message: String| Problem::at(source, span, code, message);
    let relative_help = "the path is relative to the file of the task";
    let full = join(source.folder(), path);
    if !is_glob(path) || full.exists() {
        let Some(format) = format_of(&full) else {
            loader.problems.push(
                at("bad-cases", format!("`{path}` is no case file"))
                    .help("case files end in .jsonl, .json, .yaml or .csv"),
            );
            return Vec::new();
        };
        let error = match std::fs::metadata(&full) {
            Ok(found) if found.is_file() => return vec![CaseSource::File { path: full, format }],
            Ok(_) => Problem::error("", "not-a-file", "is not a file"),
            Err(error) => open_error(Utf8Path::new(""), &full, &error),
        };
        let shown = display_path(loader.root, &full);
        let near = full
            .parent()
            .and_then(|folder| near_file(folder, full.file_name()?));
        let help = near.map_or(relative_help.to_owned(), |near| {
            format!("did you mean `{near}`? {relative_help}")
        });
        loader
            .problems
            .push(at(error.code, format!("case file {shown}: {}", error.message)).help(help));
        return Vec::new();
    }
    let matcher = match GlobBuilder::new(full.as_str()).literal_separator(true).build() {
        Ok(glob) => glob.compile_matcher(),
        Err(error) => {
            loader.problems.push(at(
                "bad-glob",
                format!("`{path}` is not a valid glob: {}", error.kind()),
            ));
            return Vec::new();
        }
    };
    let mut base = full.as_path();
    while is_glob(base.as_str()) {
        base = base.parent().unwrap_or(Utf8Path::new("/"));
    }
    let mut found = Vec::new();
    walk(base, 0, &mut |path| {
        if matcher.is_match(path) {
            found.push(path.to_owned());
        }
    });
    found.sort();
    let sources: Vec<CaseSource> = found
        .into_iter()
        .filter_map(|path| format_of(&path).map(|format| CaseSource::File { path, format }))
        .collect();
    if sources.is_empty() {
        loader
            .problems
            .push(at("missing-file", format!("no case file matches `{path}`")).help(relative_help));
    }
    sources
}

/// Visits all files below a folder; links to folders are not followed.
fn walk(folder: &Utf8Path, depth: usize, visit: &mut dyn FnMut(&Utf8Path)) {
    let Ok(entries) = folder.read_dir_utf8() else {
        return;
    };
    for entry in entries.filter_map(Result::ok) {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && depth < 16 => walk(entry.path(), depth + 1, visit),
            Ok(kind) if !kind.is_dir() => visit(entry.path()),
            _ => {}
        }
    }
}

fn near_file(folder: &Utf8Path, name: &str) -> Option<String> {
    let names: Vec<String> = folder
        .read_dir_utf8()
        .ok()?
        .filter_map(Result::ok)
        .map(|entry| entry.file_name().to_owned())
        .collect();
    nearest(
        name,
        names.iter().map(String::as_str).filter(|other| *other != name),
    )
    .map(str::to_owned)
}

fn format_of(path: &Utf8PathBuf) -> Option<CaseFormat> {
    match path.extension()?.to_lowercase().as_str() {
        "jsonl" | "ndjson" => Some(CaseFormat::Jsonl),
        "json" => Some(CaseFormat::Json),
        "yaml" | "yml" => Some(CaseFormat::Yaml),
        "csv" => Some(CaseFormat::Csv),
        _ => None,
    }
}
