//! The documents that a run leaves, written from the store alone, and what the terminal shows of them.

use super::console::Console;
use super::failure::Failure;
use crate::analyse::{Analysis, TaskAnalysis, TrialView};
use crate::model::{Manifest, Money};
use crate::plan::known_names;
use crate::report::{self, TerminalOptions};
use crate::store::{Order, RunRef, Store, TrialRow};
use camino::{Utf8Path, Utf8PathBuf};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;

/// Names of the documents in a run's folder.
pub const DOCUMENTS: [&str; 4] = ["manifest.json", "results.jsonl", "summary.json", "report.md"];

/// The one with a line for each trial.
pub const RESULTS: &str = "results.jsonl";

/// The folder of a run's documents.
pub fn folder(root: &Utf8Path, run: &str) -> Utf8PathBuf {
    root.join("runs").join(run)
}

/// Analyses a run; `line` gets each trial's line of results.jsonl where it is asked for.
fn analyse_with(
    store: &Store,
    run: &RunRef,
    manifest: &Manifest,
    by: Option<&str>,
    mut lines: Option<&mut dyn Write>,
) -> Result<Analysis, Failure> {
    let mut builder = Analysis::builder(manifest).by(by);
    let mut buffer = Vec::new();
    let each = |row: &TrialRow<'_>| match view_of(row, manifest.pays_for(row.key.candidate), |view| {
        builder.add(view);
        if let Some(out) = lines.as_deref_mut() {
            buffer.clear();
            report::result_line(manifest, view, &mut buffer)
                .map_err(std::io::Error::from)
                .and_then(|()| out.write_all(&buffer))?;
        }
        Ok(())
    }) {
        Ok(()) => ControlFlow::Continue(()),
        Err(failure) => ControlFlow::Break(failure),
    };
    match store.stream_trials(run, Order::Case, each)? {
        Some(failure) => Err(failure),
        None => Ok(builder.finish()),
    }
}

/// Shows a stored row to `use_view` as the analysis wants it; `paid` tells whether this run pays for its answers.
fn view_of(
    row: &TrialRow<'_>,
    paid: bool,
    use_view: impl FnOnce(&TrialView<'_>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let scores = row.scores()?;
    let completion = row.completion()?;
    let failures = row.failures()?;
    let case = row.case()?;
    let mut view = TrialView {
        cluster: row.cluster,
        score: row.score,
        pass: row.pass,
        scores: &scores,
        attempts_failed: u32::try_from(failures.len()).unwrap_or(u32::MAX),
        golden: case.golden.as_ref(),
        vars: Some(&case.vars),
        meta: Some(&case.meta),
        ..TrialView::new(row.key, row.case_id, row.outcome)
    };
    if let Some(completion) = &completion {
        view = TrialView {
            output: Some(&completion.text),
            stop: Some(completion.stop),
            served_model: completion.served_model.as_deref(),
            request_id: completion.request_id.as_deref(),
            usage: completion.usage,
            cost: if row.from_cache || !paid {
                Some(Money::ZERO)
            } else {
                row.cost
            },
            original_cost: row.cost,
            // Recordings that do not tell their latency have none; nothing answers in no time.
            latency_us: Some(completion.latency_us).filter(|latency| *latency > 0),
            first_token_us: completion.first_token_us,
            from_cache: row.from_cache,
            ..view
        };
    } else {
        view.failure = failures.last();
    }
    use_view(&view)
}

/// The analysis of a run, from the store.
pub fn analyse(store: &Store, run: &RunRef) -> Result<Analysis, Failure> {
    let manifest = store.manifest(run)?;
    analyse_with(store, run, &manifest, None, None)
}

/// The same with leaderboards by the values of a field of the cases.
pub fn analyse_by(store: &Store, run: &RunRef, field: &str) -> Result<Analysis, Failure> {
    let manifest = store.manifest(run)?;
    let analysis = analyse_with(store, run, &manifest, Some(field), None)?;
    let sliced = |task: &TaskAnalysis| {
        task.slices
            .as_ref()
            .is_some_and(|slices| !slices.slices.is_empty())
    };
    if !analysis.tasks.iter().any(sliced) {
        let known = analysis.by.iter().flat_map(|by| &by.known);
        return Err(Failure::Usage(format!(
            "no case of run {} has a variable or metadata field `{field}`{}",
            run.id,
            known_names(field, known.map(String::as_str))
        )));
    }
    Ok(analysis)
}

/// Writes a run's results.jsonl and returns its analysis.
pub fn results(store: &Store, run: &RunRef, out: &mut dyn Write) -> Result<Analysis, Failure> {
    let manifest = store.manifest(run)?;
    analyse_with(store, run, &manifest, None, Some(out))
}

/// Writes the four documents of a run into `folder`; the same store gives the same bytes.
pub fn write(store: &Store, run: &RunRef, folder: &Utf8Path) -> Result<Analysis, Failure> {
    std::fs::create_dir_all(folder)
        .map_err(|error| Failure::System(format!("cannot make the folder {folder}: {error}")))?;
    let results_path = folder.join(RESULTS);
    let partial = folder.join("results.jsonl.partial");
    let failed =
        |path: &Utf8Path, error: std::io::Error| Failure::System(format!("cannot write {path}: {error}"));
    let mut out = BufWriter::with_capacity(
        1 << 16,
        File::create(&partial).map_err(|error| failed(&partial, error))?,
    );
    let analysis = results(store, run, &mut out)?;
    out.flush().map_err(|error| failed(&partial, error))?;
    std::fs::rename(&partial, &results_path).map_err(|error| failed(&results_path, error))?;
    let mut manifest = serde_json::to_vec_pretty(&analysis.manifest)
        .map_err(|error| failed(&folder.join("manifest.json"), error.into()))?;
    manifest.push(b'\n');
    write_atomically(&folder.join("manifest.json"), &manifest)?;
    let mut summary = Vec::new();
    report::summary_json(&analysis, &mut summary)
        .map_err(|error| failed(&folder.join("summary.json"), error))?;
    write_atomically(&folder.join("summary.json"), &summary)?;
    let mut markdown = Vec::new();
    report::markdown(&analysis, &mut markdown).map_err(|error| failed(&folder.join("report.md"), error))?;
    write_atomically(&folder.join("report.md"), &markdown)?;
    Ok(analysis)
}

/// Writes a file whole or not at all.
pub fn write_atomically(path: &Utf8Path, bytes: &[u8]) -> Result<(), Failure> {
    let partial = Utf8PathBuf::from(format!("{path}.partial"));
    let failed = |error: std::io::Error| Failure::System(format!("cannot write {path}: {error}"));
    std::fs::write(&partial, bytes).map_err(failed)?;
    std::fs::rename(&partial, path).map_err(failed)
}

/// Prints the leaderboards of a run, or its summary as the one JSON document.
pub fn show(console: &Console, analysis: &Analysis, report_path: Option<&Utf8Path>) -> Result<(), Failure> {
    let mut text = Vec::new();
    if console.json() {
        report::summary_json(analysis, &mut text)?;
        return console.raw(&text);
    }
    let options = TerminalOptions {
        width: console.width(),
        unicode: console.unicode(),
        color: console.colors_stdout(),
    };
    report::terminal(analysis, &options, &mut text)?;
    console.out(&String::from_utf8_lossy(&text))?;
    if let Some(path) = report_path {
        console.out(&format!("\nReport: {path}\n"))?;
    }
    Ok(())
}
