//! The documents that a run leaves, written from the store alone, and what the terminal shows of them.

use super::console::Console;
use super::failure::Failure;
use super::{escalate, grids, until};
use crate::analyse::{self, Analysis, Decided, Grid, Policy, TaskAnalysis, TrialView, Walked};
use crate::model::{Manifest, Money, TrialKey};
use crate::plan::known_names;
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
pub const DRAWING: &str = "front.svg";

/// The one with a line for each trial.
pub const RESULTS: &str = "results.jsonl";

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
    by: Option<&str>,
    also: &mut dyn FnMut(&TrialView<'_>) -> std::io::Result<()>,
) -> Result<Analysis, Failure> {
    let mut builder = Analysis::builder(manifest).by(by);
    let decisions = until::decisions(store, run, manifest)?;
    let ladders = escalate::walked(store, run, manifest)?;
    if manifest.in_rounds() {
        builder = builder.asked(asked(manifest, &decisions, &ladders));
    }
    each_trial(store, run, manifest, Order::Case, &|_| true, &mut |view| {
        builder.add(view);
        also(view)
    })?;
    let mut analysis = builder.finish();
    for (task, decided) in analysis.tasks.iter_mut().zip(decisions) {
        task.decided = Some(decided);
    }
    for (task, walked) in ladders {
        if let Some(task) = analysis.tasks.get_mut(task as usize) {
            task.ladders.push(walked);
        }
    }
    Ok(analysis)
}

/// Cases and trials that each candidate of a run in rounds was to be asked for.
fn asked(manifest: &Manifest, decisions: &[Decided], ladders: &[(u32, Walked)]) -> Vec<(u64, u64)> {
    let mut planned = vec![(0, 0); manifest.candidates.len()];
    let mut set = |candidate: u32, cases: u64, trials: u64| {
        if let Some(of) = planned.get_mut(candidate as usize) {
            *of = (cases, trials);
        }
    };
    for (decided, task) in decisions.iter().zip(&manifest.tasks) {
        for asked in &decided.candidates {
            set(asked.candidate, asked.cases, asked.cases * u64::from(task.epochs));
        }
    }
    for rung in ladders.iter().flat_map(|(_, walked)| &walked.rungs) {
        set(rung.candidate, rung.cases, rung.asked);
    }
    planned
}

/// Gives the candidates of grids the names that leaderboards give them.
fn name_grids(grids: &mut [Grid], analysis: &Analysis) {
    for (grid, task) in grids.iter_mut().zip(&analysis.tasks) {
        for candidate in &mut grid.candidates {
            if let Some(row) = task.row(candidate.position) {
                candidate.name.clone_from(&row.name);
            }
        }
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
    analyse_with(store, run, &store.manifest(run)?, &Extras::default(), &mut |_| {
        Ok(())
    })
}

/// What an analysis may hold beside the leaderboards.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extras<'a> {
    /// What the ranking policy says of each task.
    pub policy: bool,
    /// Leaderboards by the values of that field of the cases.
    pub by: Option<&'a str>,
}

/// The same, with more beside the leaderboards; `also` sees each trial.
pub fn analyse_with(
    store: &Store,
    run: &RunRef,
    manifest: &Manifest,
    extras: &Extras<'_>,
    also: &mut dyn FnMut(&TrialView<'_>) -> std::io::Result<()>,
) -> Result<Analysis, Failure> {
    // Trials and grids are read side by side: each takes seconds where there are a million trials.
    let (analysis, grids) = std::thread::scope(|scope| {
        let grids = scope.spawn(|| grids::of_run(store, run, manifest));
        let analysis = read_trials(store, run, manifest, extras.by, also);
        (analysis, grids.join())
    });
    let mut analysis = analysis?;
    let mut grids =
        grids.map_err(|_| Failure::System("reading the scores stopped unexpectedly".to_owned()))??;
    name_grids(&mut grids, &analysis);
    if let Some(field) = extras.by {
        check_slices(&analysis, run, field)?;
    }
    // The cases that two rungs share are those that the lower one failed on.
    if analysis.manifest.escalations.is_empty() {
        analysis.fronts = analyse::fronts(&grids, analysis.manifest.seed);
    }
    if extras.policy && analysis.manifest.escalations.is_empty() {
        let choices = grids.iter().zip(&analysis.tasks).map(|(grid, task)| {
            let trials = task.task.cases.saturating_mul(u64::from(task.task.epochs));
            analyse::choose(grid, trials, &Policy::default())
        });
        analysis.policies = choices.collect();
    }
    Ok(analysis)
}

/// A field that no case has is an error that names those there are.
fn check_slices(analysis: &Analysis, run: &RunRef, field: &str) -> Result<(), Failure> {
    let sliced = |task: &TaskAnalysis| {
        task.slices
            .as_ref()
            .is_some_and(|slices| !slices.slices.is_empty())
    };
    if analysis.tasks.iter().any(sliced) {
        return Ok(());
    }
    let known = analysis.by.iter().flat_map(|by| &by.known);
    Err(Failure::Usage(format!(
        "no case of run {} has a variable or metadata field `{field}`{}",
        run.id,
        known_names(field, known.map(String::as_str))
    )))
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

/// Writes a run's results.jsonl and returns the analysis that its other documents are made from.
pub fn results_and_analysis(store: &Store, run: &RunRef, out: &mut dyn Write) -> Result<Analysis, Failure> {
    let manifest = store.manifest(run)?;
    let extras = Extras::default();
    analyse_with(store, run, &manifest, &extras, &mut lines(&manifest, out))
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
    let results_path = folder.join(RESULTS);
    let partial = folder.join("results.jsonl.partial");
    let failed =
        |path: &Utf8Path, error: std::io::Error| Failure::System(format!("cannot write {path}: {error}"));
    let mut out = BufWriter::with_capacity(
        1 << 16,
        File::create(&partial).map_err(|error| failed(&partial, error))?,
    );
    let own = store.manifest(run)?;
    let analysis = analyse_with(store, run, &own, &Extras::default(), &mut lines(&own, &mut out))?;
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
        report::pairs_text(analysis, &options, &mut text)?;
    }
    report::policy_text(analysis, &options, &mut text)?;
    report::terminal(analysis, &options, &mut text)?;
    console.out(&String::from_utf8_lossy(&text))?;
    if let Some(path) = report_path {
        console.out(&format!("\nReport: {path}\n"))?;
    }
    Ok(())
}
