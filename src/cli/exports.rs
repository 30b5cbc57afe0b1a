//! Reports that are written trial by trial: the HTML page, JUnit and `results.jsonl`. Memory holds an index at most.

use super::console::Console;
use super::documents::{Extras, analyse_with, each_trial};
use super::failure::Failure;
use crate::report::{Against, CasePicker, HtmlReport, Junit, JunitCounts, MOST_TRIALS};
use crate::store::{Order, RunRef, Store};
use camino::{Utf8Path, Utf8PathBuf};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;

/// Gives `write` the file, whole or not at all, or stdout.
pub fn to_file_or_stdout(
    console: &Console,
    path: Option<&Utf8Path>,
    write: &mut dyn FnMut(&mut dyn Write) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let Some(path) = path else {
        let mut out = console.lines();
        write(&mut out)?;
        return Ok(out.flush()?);
    };
    let failed = |error: io::Error| Failure::System(format!("cannot write {path}: {error}"));
    let partial = Utf8PathBuf::from(format!("{path}.partial"));
    let mut out = BufWriter::with_capacity(1 << 16, File::create(&partial).map_err(failed)?);
    let written = write(&mut out).and_then(|()| out.flush().map_err(failed));
    drop(out);
    match written {
        Ok(()) => std::fs::rename(&partial, path).map_err(failed),
        Err(failure) => {
            let _ = std::fs::remove_file(&partial);
            Err(failure)
        }
    }
}

/// The report as one HTML file. The run is read twice: for its leaderboards, which stand first, and for its texts.
pub fn html(
    store: &Store,
    run: &RunRef,
    extras: &Extras<'_>,
    baseline: Option<&Against<'_>>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let manifest = store.manifest(run)?;
    let mut picker = CasePicker::default();
    let analysis = analyse_with(store, run, &manifest, extras, &mut |view| {
        picker.add(view);
        Ok(())
    })?;
    let picked = picker.pick(MOST_TRIALS);
    let mut page = HtmlReport::begin(&analysis, &picked, baseline, out)?;
    let wanted = |key: crate::model::TrialKey| picked.holds(key.task, key.case);
    each_trial(store, run, &manifest, Order::Case, &wanted, &mut |view| {
        page.trial(view)
    })?;
    Ok(page.end()?)
}

/// The trials as JUnit XML. The run is read twice: a suite begins with its sums.
pub fn junit(store: &Store, run: &RunRef, out: &mut dyn Write) -> Result<(), Failure> {
    let manifest = store.manifest(run)?;
    let mut counts = JunitCounts::new(&manifest);
    store.stream_cells(run, |row| {
        counts.add(row.key, row.outcome, row.pass);
        ControlFlow::<()>::Continue(())
    })?;
    let mut file = Junit::begin(&manifest, &counts, out)?;
    each_trial(store, run, &manifest, Order::Candidate, &|_| true, &mut |view| {
        file.trial(view)
    })?;
    Ok(file.end()?)
}
