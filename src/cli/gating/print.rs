//! A verdict for people, for CI and for programs.

use super::Verdict;
use crate::cli::console::Console;
use crate::cli::documents::write_atomically;
use crate::cli::failure::{Failure, exit};
use crate::cli::table::{Column, plain_table};
use crate::cli::workspace::environment;
use crate::report::{self, Gated, escape_terminal, wrap};
use crate::stats::Decision;
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;
use std::io::Write as _;

/// What is written beside the verdict itself.
#[derive(Clone, Debug, Default)]
pub struct Output {
    /// JUnit file.
    pub junit: Option<Utf8PathBuf>,
    /// Markdown in place of text.
    pub markdown: bool,
}

const COLUMNS: [Column; 5] = [
    Column::text(""),
    Column::text("task").shortenable(),
    Column::text("candidate").shortenable(),
    Column::text("rule"),
    Column::number("seen"),
];

/// The exit code of a decision.
fn code(decision: Decision) -> u8 {
    match decision {
        Decision::Pass => exit::DONE,
        Decision::Fail => exit::GATE_FAILED,
        Decision::Inconclusive => exit::GATE_INCONCLUSIVE,
    }
}

/// Shows a verdict and writes what CI systems read; with `beside`, as one part of a larger JSON document. `root` is the
/// workspace. Returns the exit code.
pub fn tell(
    verdict: &Verdict,
    root: &Utf8Path,
    output: &Output,
    beside: Option<Value>,
    console: &Console,
) -> Result<u8, Failure> {
    let gated = Gated {
        run: &verdict.run,
        run_id: &verdict.run_id,
        baseline: verdict.baseline.as_deref(),
        changes: &verdict.changes,
    };
    if let Some(path) = &output.junit {
        let mut bytes = Vec::new();
        report::junit(&verdict.verdict, &gated, &mut bytes)?;
        write_atomically(path, &bytes)?;
    }
    let mut markdown = Vec::new();
    report::gate_markdown(&verdict.verdict, &gated, &mut markdown)?;
    if let Some(path) = environment("GITHUB_STEP_SUMMARY") {
        let written = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .and_then(|mut file| file.write_all(&markdown));
        if let Err(error) = written {
            console.warn(&format!("cannot write the step summary {path}: {error}"));
        }
    }
    if console.json() {
        let document = report::gate_document(&verdict.verdict, &gated);
        match beside {
            Some(summary) => console.document(&serde_json::json!({"summary": summary, "gate": document}))?,
            None => console.document(&document)?,
        }
    } else if output.markdown {
        console.raw(&markdown)?;
    } else {
        console.out(&text(verdict, console.text_width()))?;
    }
    // The runner reads both streams; stdout may go into a comment.
    console.commands(|| report::annotations(&verdict.verdict, &|file| as_checked_out(root, file)));
    Ok(code(verdict.verdict.decision()))
}

/// The path of a file of the workspace in the repository that GitHub checked out, else as seen from the current folder.
fn as_checked_out(root: &Utf8Path, file: &Utf8Path) -> Utf8PathBuf {
    let whole = root.join(file);
    let checkout = environment("GITHUB_WORKSPACE").map(Utf8PathBuf::from);
    let here = std::env::current_dir()
        .ok()
        .and_then(|here| Utf8PathBuf::from_path_buf(here).ok());
    checkout
        .into_iter()
        .chain(here)
        .filter_map(|folder| folder.canonicalize_utf8().ok())
        .find_map(|folder| whole.strip_prefix(folder).ok().map(Utf8Path::to_owned))
        .unwrap_or_else(|| file.to_owned())
}

fn text(verdict: &Verdict, width: usize) -> String {
    let mut text = String::new();
    let mut put = |line: &str, indent: usize| {
        for line in wrap(&escape_terminal(line), width, indent) {
            text.push_str(&line);
            text.push('\n');
        }
    };
    put(&report::gate_headline(&verdict.verdict), 0);
    match &verdict.baseline {
        Some(baseline) => put(&format!("{} against {baseline}", verdict.run), 0),
        None => put(&verdict.run, 0),
    }
    let mut checks: Vec<_> = verdict.verdict.checks.iter().collect();
    let place = |decision| match decision {
        Decision::Fail => 0,
        Decision::Inconclusive => 1,
        Decision::Pass => 2,
    };
    checks.sort_by_key(|check| place(check.decision));
    let rows: Vec<Vec<String>> = checks
        .iter()
        .map(|check| {
            vec![
                match check.decision {
                    Decision::Pass => "pass",
                    Decision::Fail => "FAIL",
                    Decision::Inconclusive => "open",
                }
                .to_owned(),
                report::scope(check).to_owned(),
                check.candidate.clone(),
                report::rule_words(check.rule),
                report::seen(check),
            ]
        })
        .collect();
    text.push('\n');
    text += &plain_table(&COLUMNS, &rows, width);
    text.push('\n');
    let mut bullet = |line: &str| {
        for line in wrap(&format!("- {}", escape_terminal(line)), width, 2) {
            text.push_str(&line);
            text.push('\n');
        }
    };
    for check in &checks {
        if let Some(advice) = report::advice(check, &str::to_owned) {
            bullet(&format!(
                "{}, {}, {}: {advice}",
                report::scope(check),
                check.candidate,
                report::rule_words(check.rule)
            ));
        }
    }
    for change in &verdict.changes {
        bullet(&format!("changed: {change}"));
    }
    bullet(&format!(
        "each bound holds with {} % confidence, one-sided",
        (verdict.verdict.confidence * 1000.0).round() / 10.0
    ));
    if verdict.verdict.decision() != Decision::Pass
        && let Some(baseline) = &verdict.baseline_run
    {
        bullet(&format!(
            "the cases that flipped: bench compare {baseline} {}",
            verdict.run_id
        ));
    }
    text
}
