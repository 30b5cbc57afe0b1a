//! `bench gate` and `bench run --gate`: three outcomes, and what CI reads.

use crate::cli_compare::{recording, replayed};
use crate::support::Workspace;
use serde_json::Value;

/// A workspace with a run `main`, and the recordings of the next run in place.
fn changed(main: &str, next: &str, gate: &str) -> Workspace {
    let workspace = replayed(&[("one", main)]);
    workspace
        .bench(&["run", "-q", "--name", "main"])
        .expect(if main.contains('-') { 102 } else { 0 });
    workspace.write("recorded/one.jsonl", &recording("t", next));
    workspace.write("bench.yaml", &format!("models: [rec/one]\n{gate}"));
    workspace
}

const NOT_WORSE: &str = "gate: {baseline: main, each_task: {not_worse_by: 0.05}}\n";

#[test]
fn a_run_passes_fails_or_stays_open_by_what_is_proven() {
    let right = |n: usize| "y".repeat(n);
    let wrong = |n: usize| "n".repeat(n);
    for (main, next, code, told) in [
        (right(200), right(200), 0, "PASS: 1 check, all proven"),
        (
            right(200),
            right(150) + &wrong(50),
            100,
            "proven to be worse by more than 0.05",
        ),
        (right(20), right(20), 101, "20 cases do not tell; it takes about"),
        (
            right(200),
            right(160) + &"-".repeat(40),
            101,
            "40 cases without a score or answer could flip it",
        ),
    ] {
        let workspace = changed(&main, &next, NOT_WORSE);
        let ended = workspace
            .bench(&["run", "-q", "--gate", "--no-cache"])
            .expect(code);
        // Lines end at the width of the page.
        let tells = |text: &str| {
            text.split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .contains(told)
        };
        assert!(tells(&ended.stdout), "{told}:\n{}", ended.stdout);
        let again = workspace.bench(&["gate"]).expect(code);
        assert!(tells(&again.stdout), "{told}:\n{}", again.stdout);
        assert!(
            again.stdout.lines().all(|line| line.chars().count() <= 80),
            "{}",
            again.stdout
        );
    }
}

#[test]
fn the_documents_of_a_run_and_of_its_gate_are_one() {
    let workspace = changed(&"y".repeat(200), &"y".repeat(200), NOT_WORSE);
    let ended = workspace
        .bench(&["run", "--gate", "--no-cache", "--json"])
        .expect(0);
    let read: Value = serde_json::from_str(&ended.stdout).expect("one JSON document");
    assert_eq!(read["gate"]["decision"], "pass", "{read}");
    assert_eq!(read["gate"]["run"], read["summary"]["run"], "{read}");
    let check = &read["gate"]["checks"][0];
    assert_eq!(
        (check["rule"].as_str(), check["task"].as_str()),
        (Some("not_worse_by"), Some("t"))
    );
    assert_eq!(
        (check["file"].as_str(), check["line"].as_u64()),
        (Some("bench.yaml"), Some(2))
    );
}

#[test]
fn ci_systems_get_annotations_a_summary_and_junit() {
    let gate = "gate:\n  baseline: main\n  each_task:\n    not_worse_by: 0.05\n    must_pass: [c-001]\n    max_error_rate: 0.01\n";
    let workspace = changed(&"y".repeat(100), &("yn".to_owned() + &"y".repeat(98)), gate);
    workspace.bench(&["run", "-q", "--no-cache"]).expect(0);
    let mut command = workspace.command(&["gate", "--junit", "gate.xml"]);
    command
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_STEP_SUMMARY", workspace.path().join("summary.md"));
    let ended = crate::support::Running::start(command).wait().expect(100);
    let errors: Vec<&str> = ended
        .stdout
        .lines()
        .filter(|line| line.starts_with("::error "))
        .collect();
    assert_eq!(errors.len(), 1, "{}", ended.stdout);
    assert!(
        errors[0].contains("file=bench.yaml,line=5,title=bench gate%3A t must pass::"),
        "{}",
        errors[0]
    );
    assert!(errors[0].ends_with("cases that fail: c-001"), "{}", errors[0]);
    assert!(
        ended.stdout.contains("::warning file=bench.yaml"),
        "{}",
        ended.stdout
    );
    let summary = std::fs::read_to_string(workspace.path().join("summary.md")).unwrap();
    assert!(
        summary.starts_with("## ❌ Gate: FAIL: 1 of 3 checks failed, 1 inconclusive"),
        "{summary}"
    );
    let junit = std::fs::read_to_string(workspace.path().join("gate.xml")).unwrap();
    assert!(
        junit.contains("tests=\"3\" failures=\"1\" errors=\"1\""),
        "{junit}"
    );
    assert!(
        junit.contains("<failure type=\"fail\"") && junit.contains("<error type=\"inconclusive\""),
        "{junit}"
    );
}

#[test]
fn a_gate_that_cannot_be_held_is_told_before_anything_is_sent() {
    let workspace = replayed(&[("one", "yyy")]);
    let none = workspace.bench(&["run", "--gate"]).expect(2);
    assert!(none.stderr.contains("there is no gate rule"), "{}", none.stderr);
    workspace.write(
        "bench.yaml",
        "models: [rec/one]\ngate: {each_task: {not_worse_by: 0.05}}\n",
    );
    let baseline = workspace.bench(&["run", "--gate"]).expect(2);
    assert!(
        baseline.stderr.contains("write --baseline RUN"),
        "{}",
        baseline.stderr
    );
    let unknown = workspace
        .bench(&["run", "--gate", "--baseline", "main"])
        .expect(2);
    assert!(
        unknown.stderr.contains("the gate's baseline"),
        "{}",
        unknown.stderr
    );
    assert!(!workspace.path().join("runs").join("latest").exists());
    let runs = workspace.bench(&["runs", "list", "--json"]).expect(0);
    assert!(!runs.stdout.contains("rec/one"), "{}", runs.stdout);
    let flag = workspace.bench(&["run", "--baseline", "main"]).expect(2);
    assert!(flag.stderr.contains("add --gate"), "{}", flag.stderr);
}

#[test]
fn rules_that_make_no_sense_are_told_with_their_line() {
    let workspace = replayed(&[("one", "yyy")]);
    for (gate, told) in [
        (
            "gate: {each_task: {not_worse_by: 0}}",
            "that two are equal cannot be proven",
        ),
        ("gate: {each_task: {}}", "the gate has no rule"),
        ("gate: {each_task: {min_scroe: 0.5}}", "min_score"),
        (
            "gate: {all_tasks: {each_case: {pass: 3, of: 2}}}",
            "3 of 2 epochs",
        ),
        (
            "gate: {confidence: 95, all_tasks: {improve: true}}",
            "above 0.5 and below 1",
        ),
        ("gate: {all_tasks: {max_latency: {p95: -1}}}", "above 0"),
    ] {
        workspace.write("bench.yaml", &format!("models: [rec/one]\n{gate}\n"));
        let ended = workspace.bench(&["check"]).expect(2);
        assert!(
            ended.stderr.contains(told) && ended.stderr.contains("bench.yaml:2:"),
            "{gate}:\n{}",
            ended.stderr
        );
    }
}

#[test]
fn candidates_of_one_run_are_held_against_one_of_them() {
    let workspace = replayed(&[
        ("old", &"y".repeat(200)),
        ("new", &("n".repeat(60) + &"y".repeat(140))),
    ]);
    workspace.bench(&["run", "-q"]).expect(0);
    let ended = workspace
        .bench(&["gate", "--baseline-candidate", "rec/old", "--margin", "0.05"])
        .expect(100);
    assert!(
        ended.stdout.contains("rec/new") && ended.stdout.contains("rec/old of the same run"),
        "{}",
        ended.stdout
    );
    // A task's own rules go over those of all tasks, key by key.
    workspace.write(
        "bench.yaml",
        "models: [rec/old, rec/new]\ngate: {candidates: [rec/old], each_task: {min_score: 0.999}}\n",
    );
    workspace.bench(&["gate"]).expect(101);
    let task = std::fs::read_to_string(workspace.path().join("tasks/t.yaml")).unwrap();
    workspace.write("tasks/t.yaml", &format!("{task}gate: {{min_score: 0.9}}\n"));
    workspace.bench(&["gate"]).expect(0);
}
