//! Published figures from published answers, by the program as a user runs it.

pub mod convert;
pub mod recorded;

use crate::support::Workspace;
use convert::{Place, is_apology};
pub use convert::{Replayed, convert};
use recorded::Published;
use serde_json::Value;
use std::path::{Path, PathBuf};

const DOCUMENTS: [&str; 4] = ["manifest.json", "results.jsonl", "summary.json", "report.md"];

/// Runs everything; the folder of the run's documents and the summary that was printed.
#[track_caller]
fn run(workspace: &Workspace, flags: &[&str]) -> (PathBuf, Value) {
    let arguments: Vec<&str> = ["run", "--json"].iter().chain(flags).copied().collect();
    let ended = workspace.bench(&arguments).expect(0);
    let summary: Value = serde_json::from_str(&ended.stdout).expect("one JSON document");
    let id = summary["run"].as_str().expect("a run's id");
    let folder = workspace.path().join("runs").join(id);
    assert_eq!(read(&folder, "summary.json"), ended.stdout.into_bytes());
    (folder, summary)
}

#[track_caller]
fn read(folder: &Path, name: &str) -> Vec<u8> {
    std::fs::read(folder.join(name)).expect("the document is there")
}

fn row<'a>(summary: &'a Value, place: &Place) -> &'a Value {
    let tasks = summary["tasks"].as_array().expect("tasks");
    let task = tasks
        .iter()
        .find(|task| task["task"] == *place.task)
        .expect("the task");
    let rows = task["leaderboards"][0]["rows"].as_array().expect("rows");
    rows.iter()
        .find(|row| row["model"] == *place.model)
        .expect("the model")
}

/// Compares a row of a leaderboard with what was published, counts over all trials.
fn compare(published: &Published, place: &Place, row: &Value) {
    let what = format!("{} {}", published.set, published.system);
    let count = |field: &Value| field.as_u64().expect("a count");
    let total = count(&row["recorded"]);
    assert_eq!(total, place.answers as u64, "{what}");
    let expected = &published.expected;
    if let Some(wanted) = expected["n_total"].as_u64() {
        assert_eq!(total, wanted, "{what}");
    }
    if let Some(wanted) = expected["correct"].as_u64() {
        assert_eq!(count(&row["passed"]), wanted, "{what}");
    }
    let percent = |count: u64| 100.0 * count as f64 / total as f64;
    if let Some(wanted) = expected["accuracy"].as_f64() {
        let found = percent(count(&row["passed"]));
        assert!(
            (found - wanted).abs() <= published.tolerance,
            "{what}: {found}, published {wanted}"
        );
    }
    if let Some(wanted) = expected["no_answer"].as_f64() {
        let found = percent(count(&row["no_answer"]));
        assert!(
            (found - wanted).abs() <= published.tolerance,
            "{what}: {found} without answer, published {wanted}"
        );
    }
    let outcomes = row["outcomes"].as_object().expect("counts by outcome");
    let outcome = |name: &str| count(&outcomes[name]);
    assert_eq!(outcomes.values().map(count).sum::<u64>(), total, "{what}");
    assert_eq!(outcome("empty"), place.blank as u64, "{what}");
    assert!(outcome("refused") <= place.apologies as u64, "{what}");
    assert_eq!(
        outcome("scored") + outcome("empty") + outcome("refused"),
        total,
        "{what}"
    );
    assert_eq!(
        count(&row["score"]["n"]),
        total,
        "{what}: every trial has a score"
    );
}

#[test]
fn published_figures_come_out_of_the_recorded_answers() {
    let Some(data) = recorded::data() else { return };
    for (set, published) in recorded::published(&data) {
        let Replayed { workspace, places } = convert(&set, &published);
        let (_, summary) = run(&workspace, &[]);
        for (published, place) in published.iter().zip(&places) {
            compare(published, place, row(&summary, place));
        }
        let trials: usize = places.iter().map(|place| place.answers).sum();
        let results = workspace.results().pop().expect("a run");
        assert_eq!(results.len(), trials, "{set}");
        for trial in &results {
            let output = trial["output"].as_str().unwrap_or_default();
            match trial["outcome"].as_str() {
                Some("scored") => {}
                Some("empty") => assert!(output.trim().is_empty(), "{trial}"),
                Some("refused") => assert!(is_apology(output), "{trial}"),
                _ => panic!("{trial}"),
            }
        }
    }
}

#[test]
fn the_same_answers_give_the_same_bytes_whatever_the_number_in_flight() {
    let Some(data) = recorded::data() else { return };
    for (set, published) in recorded::published(&data) {
        let Replayed { workspace, .. } = convert(&set, &published);
        let (first, _) = run(&workspace, &[]);
        for flags in [&[][..], &["-j", "3"]] {
            let (again, _) = run(&workspace, flags);
            assert_ne!(first, again);
            let same = read(&first, "results.jsonl") == read(&again, "results.jsonl");
            assert!(same, "{set} with {flags:?}");
        }
    }
}

#[test]
fn an_export_repeats_the_documents_of_the_run_and_grading_again_changes_nothing() {
    let Some(data) = recorded::data() else { return };
    for (set, published) in recorded::published(&data) {
        let Replayed { workspace, .. } = convert(&set, &published);
        let (folder, _) = run(&workspace, &[]);
        let before: Vec<Vec<u8>> = DOCUMENTS.iter().map(|name| read(&folder, name)).collect();
        let unchanged = |folder: &Path, when: &str| {
            for (name, before) in DOCUMENTS.iter().zip(&before) {
                assert!(read(folder, name) == *before, "{set}: {name} {when}");
            }
        };
        workspace
            .bench(&["runs", "export", "latest", "--to", "elsewhere"])
            .expect(0);
        unchanged(&workspace.path().join("elsewhere"), "differs in the export");
        let score = workspace.bench(&["score", "latest", "--json"]).expect(0);
        let score: Value = serde_json::from_str(&score.stdout).expect("one JSON document");
        assert_eq!(score["changed"], 0, "{score}");
        assert_eq!(score["changes"], serde_json::json!([]), "{score}");
        unchanged(&folder, "changed when graded again");
    }
}
