//! The documents that a run leaves, written from the store alone, and what the terminal shows of them.

use super::console::Console;
use super::failure::Failure;
use super::grids;
use crate::analyse::{self, Analysis, Grid, Policy, TrialView};
use crate::model::{Manifest, Money, TrialKey};
use crate::report::{self, Beside, TerminalOptions};
use crate::store::{Order, RunRef, Store, TrialRow};
use camino::{Utf8Path, Utf8PathBuf};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;

/// Names of the documents in a run's folder. The drawing is there where a task has several candidates of known cost.
pub const DOCUMENTS: [&str; 5] = [
    "manifest.json",
    "results.jsonl",
    "summary.json",
    "report.md",
    DRAWING,
];
/// The drawing that report.md shows.
const DRAWING: &str = "front.svg";

/// The folder of a run's documents.
pub fn folder(root: &Utf8Path, run: &str) -> Utf8PathBuf {
    root.join("runs").join(run)
}

/// Calls `f` with each trial of a run whose key is `wanted`; the texts of others are not even parsed.
pub fn each_trial(
    store: &Store,
    run: &RunRef,
    manifest: &Manifest,
    order: Order,
    wanted: &dyn Fn(TrialKey) -> bool,
    f: &mut dyn FnMut(&TrialView<'_>) -> std::io::Result<()>,
) -> Result<(), Failure> {
    let each = |row: &TrialRow<'_>| {
        if !wanted(row.key) {
            return ControlFlow::Continue(());
        }
        match view_of(row, manifest.pays_for(row.key.candidate), |view| Ok(f(view)?)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(failure) => ControlFlow::Break(failure),
        }
    };
    match store.stream_trials(run, order, each)? {
        Some(failure) => Err(failure),
        None => Ok(()),
    }
}

/// Reads the trials of a run for its leaderboards; `also` sees each of them.
fn read_trials(
    store: &Store,
    run: &RunRef,
    manifest: &Manifest,
    also: &mut dyn FnMut(&TrialView<'_>) -> std::io::Result<()>,
) -> Result<Analysis, Failure> {
    let mut builder = Analysis::builder(manifest);
    each_trial(store, run, manifest, Order::Case, &|_| true, &mut |view| {
        builder.add(view);
        also(view)
    })?;
    Ok(builder.finish())
}

/// Adds to the leaderboards of a run what it takes its grids to say; returns them.
fn add_fronts(store: &Store, run: &RunRef, analysis: &mut Analysis) -> Result<Vec<Grid>, Failure> {
    let grids = named_grids(store, run, analysis)?;
    analysis.fronts = analyse::fronts(&grids, analysis.manifest.seed);
    Ok(grids)
}

/// The grids of a run, with the names that its leaderboards give candidates.
fn named_grids(store: &Store, run: &RunRef, analysis: &Analysis) -> Result<Vec<Grid>, Failure> {
    let mut grids = grids::of_run(store, run, &analysis.manifest)?;
    for (grid, task) in grids.iter_mut().zip(&analysis.tasks) {
        for candidate in &mut grid.candidates {
            if let Some(row) = task.row(candidate.position) {
                candidate.name.clone_from(&row.name);
            }
        }
    }
    Ok(grids)
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
    analyse_with(store, run, &store.manifest(run)?, false, &mut |_| Ok(()))
}

/// The same, with what the ranking policy says of each task.
pub fn analyse_with_policy(store: &Store, run: &RunRef) -> Result<Analysis, Failure> {
    analyse_with(store, run, &store.manifest(run)?, true, &mut |_| Ok(()))
}

/// The same, with what the ranking policy says of each task where `policy` asks for it; `also` sees each trial.
pub fn analyse_with(
    store: &Store,
    run: &RunRef,
    manifest: &Manifest,
    policy: bool,
    also: &mut dyn FnMut(&TrialView<'_>) -> std::io::Result<()>,
) -> Result<Analysis, Failure> {
    let mut analysis = read_trials(store, run, manifest, also)?;
    let grids = add_fronts(store, run, &mut analysis)?;
    if policy {
        let choices = grids.iter().zip(&analysis.tasks).map(|(grid, task)| {
            let trials = task.task.cases.saturating_mul(u64::from(task.task.epochs));
            analyse::choose(grid, trials, &Policy::default())
        });
        analysis.policies = choices.collect();
    }
    Ok(analysis)
}

/// Writes a run's results.jsonl.
pub fn results(store: &Store, run: &RunRef, out: &mut dyn Write) -> Result<(), Failure> {
    let manifest = store.manifest(run)?;
    each_trial(
        store,
        run,
        &manifest,
        Order::Case,
        &|_| true,
        &mut lines(&manifest, out),
    )
}

/// Writes each trial's line of results.jsonl.
fn lines(manifest: &Manifest, out: &mut dyn Write) -> impl FnMut(&TrialView<'_>) -> std::io::Result<()> {
    let mut buffer = Vec::new();
    move |view| {
        buffer.clear();
        report::result_line(manifest, view, &mut buffer)?;
        out.write_all(&buffer)
    }
}

/// Writes the documents of a run into `folder`; the same store gives the same bytes.
pub fn write(store: &Store, run: &RunRef, folder: &Utf8Path) -> Result<Analysis, Failure> {
    std::fs::create_dir_all(folder)
        .map_err(|error| Failure::System(format!("cannot make the folder {folder}: {error}")))?;
    let results_path = folder.join("results.jsonl");
    let partial = folder.join("results.jsonl.partial");
    let failed =
        |path: &Utf8Path, error: std::io::Error| Failure::System(format!("cannot write {path}: {error}"));
    let mut out = BufWriter::with_capacity(
        1 << 16,
        File::create(&partial).map_err(|error| failed(&partial, error))?,
    );
    let own = store.manifest(run)?;
    let analysis = analyse_with(store, run, &own, false, &mut lines(&own, &mut out))?;
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
    let drawn = write_drawing(&analysis, &folder.join(DRAWING))?;
    let mut markdown = Vec::new();
    let beside = Beside {
        drawing: drawn.then_some(DRAWING),
        baseline: None,
    };
    report::markdown_beside(&analysis, &beside, &mut markdown)
        .map_err(|error| failed(&folder.join("report.md"), error))?;
    write_atomically(&folder.join("report.md"), &markdown)?;
    Ok(analysis)
}

/// Writes the drawing of quality against cost; `false` where there is nothing to draw, and then there is no such file.
pub fn write_drawing(analysis: &Analysis, path: &Utf8Path) -> Result<bool, Failure> {
    let mut svg = Vec::new();
    let drawn = report::front_svg(analysis, &mut svg)?;
    if drawn {
        write_atomically(path, &svg)?;
    } else {
        // One of an earlier report would not be of this run any more.
        let _ = std::fs::remove_file(path);
    }
    Ok(drawn)
}

/// Writes a file whole or not at all.
pub fn write_atomically(path: &Utf8Path, bytes: &[u8]) -> Result<(), Failure> {
    let partial = Utf8PathBuf::from(format!("{path}.partial"));
    let failed = |error: std::io::Error| Failure::System(format!("cannot write {path}: {error}"));
    std::fs::write(&partial, bytes).map_err(failed)?;
    std::fs::rename(&partial, path).map_err(failed)
}

/// How to draw for the console.
pub fn terminal_options(console: &Console) -> TerminalOptions {
    TerminalOptions {
        width: console.width(),
        unicode: console.unicode(),
        color: console.colors_stdout(),
    }
}

/// Prints the leaderboards of a run, or its summary as the one JSON document.
pub fn show(console: &Console, analysis: &Analysis, report_path: Option<&Utf8Path>) -> Result<(), Failure> {
    let mut text = Vec::new();
    if console.json() {
        report::summary_json(analysis, &mut text)?;
        return console.raw_json(&text);
    }
    let options = terminal_options(console);
    if console.verbose() {
        report::fronts_text(analysis, &options, &mut text)?;
    }
    report::policy_text(analysis, &options, &mut text)?;
    report::terminal(analysis, &options, &mut text)?;
    console.out(&String::from_utf8_lossy(&text))?;
    if let Some(path) = report_path {
        console.out(&format!("\nReport: {path}\n"))?;
    }
    Ok(())
}
