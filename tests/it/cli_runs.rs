//! `bench runs`, `bench report` and `bench score` as a user sees them.

use crate::support::Workspace;
use serde_json::Value;

/// A workspace in `evals/` with a run.
fn workspace() -> Workspace {
    let workspace = Workspace::empty();
    workspace.bench(&["init", "evals"]).expect(0);
    workspace
        .bench(&["-C", "evals", "run", "--name", "first"])
        .expect(0);
    workspace
}

#[track_caller]
fn document(workspace: &Workspace, arguments: &[&str]) -> Value {
    let arguments: Vec<&str> = ["-C", "evals", "--json"]
        .iter()
        .chain(arguments)
        .copied()
        .collect();
    serde_json::from_str(&workspace.bench(&arguments).expect(0).stdout).expect("one document")
}

#[test]
fn paths_on_the_command_line_start_at_the_folder_to_work_in() {
    let workspace = workspace();
    let evals = workspace.path().join("evals");
    workspace
        .bench(&["-C", "evals", "runs", "export", "first", "--to", "out"])
        .expect(0);
    assert!(evals.join("out/run.jsonl").is_file());
    workspace
        .bench(&["-C", "evals", "report", "-o", "report.md"])
        .expect(0);
    assert!(evals.join("report.md").is_file());
    let again = workspace
        .bench(&["-C", "evals", "runs", "import", "out/run.jsonl"])
        .expect(0);
    assert!(
        again.stdout.contains("is in this store already"),
        "{}",
        again.stdout
    );
    assert!(!workspace.path().join("out").exists());
}

#[test]
fn a_run_travels_to_another_store_with_the_same_documents() {
    let workspace = workspace();
    workspace
        .bench(&["-C", "evals", "runs", "export", "first", "--to", "../out"])
        .expect(0);
    workspace.bench(&["init", "other"]).expect(0);
    workspace
        .bench(&["-C", "other", "runs", "import", "../out/run.jsonl"])
        .expect(0);
    workspace
        .bench(&["-C", "other", "runs", "export", "first", "--to", "../back"])
        .expect(0);
    for name in [
        "manifest.json",
        "results.jsonl",
        "summary.json",
        "report.md",
        "run.jsonl",
    ] {
        let read = |folder: &str| std::fs::read(workspace.path().join(folder).join(name)).unwrap();
        assert!(read("out") == read("back"), "{name}");
    }
    let wrong = workspace
        .bench(&["-C", "other", "runs", "import", "bench.yaml"])
        .expect(2);
    assert!(wrong.stderr.starts_with("error: "), "{}", wrong.stderr);
}

#[test]
fn names_are_unique_and_latest_stays_what_it_is() {
    let workspace = workspace();
    workspace.bench(&["-C", "evals", "run", "-q"]).expect(0);
    let taken = workspace
        .bench(&["-C", "evals", "runs", "name", "latest", "first"])
        .expect(2);
    assert!(
        taken.stderr.contains("the name `first` is taken"),
        "{}",
        taken.stderr
    );
    workspace
        .bench(&["-C", "evals", "runs", "name", "latest", "latest"])
        .expect(2);
    workspace
        .bench(&["-C", "evals", "runs", "name", "first"])
        .expect(0);
    let runs = document(&workspace, &["runs", "list"]);
    assert!(
        runs["runs"]
            .as_array()
            .unwrap()
            .iter()
            .all(|run| run["name"].is_null())
    );
    let shown = document(&workspace, &["runs", "show", "latest~1"]);
    assert_eq!(shown["run"], runs["runs"][1]["run"]);
    let unknown = workspace
        .bench(&["-C", "evals", "runs", "show", "first"])
        .expect(2);
    assert!(
        unknown.stderr.contains("there is no run `first`"),
        "{}",
        unknown.stderr
    );
}

#[test]
fn pruning_needs_a_rule_and_says_what_would_go() {
    let workspace = workspace();
    workspace.bench(&["-C", "evals", "run", "-q"]).expect(0);
    workspace
        .bench(&["-C", "evals", "runs", "prune", "--dry-run"])
        .expect(2);
    let dry = workspace
        .bench(&["-C", "evals", "runs", "prune", "--keep", "0", "--dry-run"])
        .expect(0);
    assert!(dry.stderr.contains("1 run would go."), "{}", dry.stderr);
    let pruned = workspace
        .bench(&["-C", "evals", "runs", "prune", "--keep", "0"])
        .expect(0);
    assert!(
        pruned.stdout.starts_with("deleted 1 run and "),
        "{}",
        pruned.stdout
    );
    let runs = document(&workspace, &["runs", "list"]);
    assert_eq!(runs["runs"].as_array().unwrap().len(), 1, "named runs stay");
    assert_eq!(runs["runs"][0]["name"], "first");
}

#[test]
fn every_report_format_is_written_and_json_is_one_document() {
    let workspace = workspace();
    for format in ["markdown", "table", "json", "csv", "jsonl"] {
        let ended = workspace
            .bench(&["-C", "evals", "report", "first", "-f", format])
            .expect(0);
        assert!(ended.stdout.contains("sim/careful"), "{format}");
    }
    let summary = document(&workspace, &["report", "first"]);
    assert_eq!(summary["simulated"], true);
    let score = document(&workspace, &["score", "first"]);
    assert_eq!(score["changed"], 0, "{score}");
}

#[test]
fn a_recording_without_latencies_has_none_in_the_documents() {
    let workspace = Workspace::empty();
    workspace.write("bench.yaml", "models: [old/m]\n");
    workspace.write(
        "providers/old.yaml",
        "provider: old\napi: replay\nmodels: {m: {file: m.jsonl}}\n",
    );
    workspace.write("providers/m.jsonl", "{\"case\": \"1\", \"output\": \"yes\"}\n");
    workspace.write(
        "tasks/t.yaml",
        "task: t\ncases: [{id: '1', vars: {q: x}, golden: 'yes'}]\nprompts: ['{{ q }}']\nscorers: [equals: {}]\n",
    );
    let ended = workspace.bench(&["run"]).expect(0);
    assert!(!ended.stdout.contains("0 us"), "{}", ended.stdout);
    assert!(workspace.results()[0][0]["latency_ms"].is_null());
}
