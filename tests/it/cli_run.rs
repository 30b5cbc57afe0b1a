//! `bench run`, `plan`, `resume` and `score` as a user sees them.

use crate::support::Workspace;
use serde_json::Value;

/// A workspace whose only model knows every answer.
fn knowing() -> Workspace {
    let workspace = Workspace::empty();
    workspace.write("bench.yaml", "models: [sim/knows]\n");
    workspace.write(
        "providers/sim.yaml",
        "provider: sim\napi: sim\nmodels:\n  knows: {input: 1, output: 2, sim: {skill: 1.0, spread: 0.0}}\n",
    );
    workspace
}

fn capitals() -> Workspace {
    let workspace = knowing();
    workspace.write(
        "tasks/capitals.yaml",
        "task: capitals\ncases: ../golden/capitals.jsonl\nprompts: [\"Capital of {{ country }}?\"]\nscorers:\n  - \
         contains: {}\n",
    );
    workspace.write(
        "golden/capitals.jsonl",
        "{\"id\": \"a\", \"vars\": {\"country\": \"France\"}, \"golden\": \"Paris\"}\n{\"id\": \"b\", \"vars\": \
         {\"country\": \"Japan\"}, \"golden\": \"Tokyo\"}\n{\"id\": \"c\", \"vars\": {\"country\": \"Peru\"}, \
         \"golden\": \"Lima\"}\n",
    );
    workspace
}

fn mean_scores(summary: &str) -> Vec<f64> {
    let summary: Value = serde_json::from_str(summary).unwrap();
    let tasks = summary["tasks"].as_array().unwrap();
    let rows = tasks
        .iter()
        .flat_map(|task| task["leaderboards"].as_array().unwrap())
        .flat_map(|board| board["rows"].as_array().unwrap());
    rows.map(|row| row["score"]["mean"].as_f64().unwrap()).collect()
}

#[test]
fn a_task_made_of_examples_grades_right_answers_as_right() {
    let goldens = [
        "billing",
        "12.5",
        "A long golden text of more than sixty characters, so that it is no label any more",
    ];
    for golden in goldens {
        let workspace = knowing();
        workspace.write(
            "t.csv",
            &format!("question,answer\nfirst,\"{golden}\"\nsecond,\"{golden}\"\n"),
        );
        workspace.bench(&["add-task", "t", "--from", "t.csv"]).expect(0);
        let ended = workspace.bench(&["run", "--json"]).expect(0);
        assert_eq!(mean_scores(&ended.stdout), [1.0], "{golden}");
    }
}

#[test]
fn grading_again_that_fails_changes_nothing() {
    // The case that differs is the first one, and the last one.
    for (case, country) in [("a", "France"), ("c", "Peru")] {
        let workspace = capitals();
        workspace.bench(&["run"]).expect(0);
        workspace
            .bench(&["runs", "export", "latest", "--to", "before"])
            .expect(0);
        let path = workspace.path().join("golden/capitals.jsonl");
        let cases = std::fs::read_to_string(&path).unwrap();
        workspace.write("golden/capitals.jsonl", &cases.replace(country, "Elsewhere"));
        let task = std::fs::read_to_string(workspace.path().join("tasks/capitals.yaml")).unwrap();
        workspace.write(
            "tasks/capitals.yaml",
            &task.replace("contains: {}", "word-count: {min: 100}"),
        );
        let ended = workspace.bench(&["score", "latest"]).expect(2);
        assert!(
            ended.stderr.contains(&format!("case `{case}`")),
            "{}",
            ended.stderr
        );
        workspace
            .bench(&["runs", "export", "latest", "--to", "after"])
            .expect(0);
        for name in ["manifest.json", "results.jsonl", "summary.json", "report.md"] {
            let read =
                |folder: &str| std::fs::read_to_string(workspace.path().join(folder).join(name)).unwrap();
            assert_eq!(read("before"), read("after"), "{name}");
        }
    }
}

#[test]
fn changed_scorers_and_goldens_are_graded_again_without_a_request() {
    let workspace = capitals();
    workspace.bench(&["run"]).expect(0);
    let cases = std::fs::read_to_string(workspace.path().join("golden/capitals.jsonl")).unwrap();
    workspace.write("golden/capitals.jsonl", &cases.replace("Lima", "Cusco"));
    let dry = workspace.bench(&["score", "--dry-run"]).expect(0);
    assert!(
        dry.stdout.contains("1 scores changed") || dry.stdout.contains("1 score changed"),
        "{}",
        dry.stdout
    );
    assert!(dry.stdout.contains("capitals c sim/knows"), "{}", dry.stdout);
    let report = workspace.bench(&["report", "--format", "json"]).expect(0);
    assert_eq!(mean_scores(&report.stdout), [1.0], "a dry run stores nothing");
    workspace.bench(&["score"]).expect(0);
    let report = workspace.bench(&["report", "--format", "json"]).expect(0);
    assert!((mean_scores(&report.stdout)[0] - 2.0 / 3.0).abs() < 1e-6);
}

#[test]
fn a_slip_in_the_name_of_a_model_is_not_sent() {
    let workspace = capitals();
    let ended = workspace.bench(&["run", "-m", "sim/nkows"]).expect(2);
    assert!(
        ended
            .stderr
            .contains("no model matches `sim/nkows`; there is `sim/knows`"),
        "{}",
        ended.stderr
    );
    let ended = workspace.bench(&["run", "-m", "nowhere/x"]).expect(2);
    assert!(
        ended.stderr.contains("no model matches `nowhere/x`"),
        "{}",
        ended.stderr
    );
}

#[test]
fn the_reasons_of_failures_are_told_once_with_their_counts() {
    let workspace = capitals();
    workspace.write(
        "providers/own.yaml",
        "provider: own\napi: exec\nexec: {command: [sh, -c, \"echo it went wrong >&2; exit 3\"]}\nmodels:\n  m: {input: 0, output: 0}\n",
    );
    let ended = workspace.bench(&["run", "-m", "own/m"]).expect(102);
    let lines: Vec<&str> = ended
        .stderr
        .lines()
        .filter(|line| line.contains("it went wrong"))
        .collect();
    assert_eq!(lines.len(), 1, "{}", ended.stderr);
    assert!(
        lines[0].contains("own/m") && lines[0].contains("(3 trials)"),
        "{}",
        lines[0]
    );
}

#[test]
fn an_empty_key_is_told_before_anything_is_sent() {
    let workspace = capitals().provider("local", "http://127.0.0.1:9/v1", "");
    let mut command = workspace.command(&["run", "-m", "local/alpha"]);
    let output = command.env("LOCAL_KEY", "").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("LOCAL_KEY is not set or empty"), "{stderr}");
}

#[test]
fn a_budget_that_ends_a_run_says_whose_call_did_not_fit() {
    let workspace = capitals();
    let task = std::fs::read_to_string(workspace.path().join("tasks/capitals.yaml")).unwrap();
    workspace.write(
        "tasks/capitals.yaml",
        &format!("{task}params: {{max_tokens: 100}}\n"),
    );
    let ended = workspace.bench(&["run", "--budget", "0.000001"]).expect(102);
    assert!(
        ended.stderr.contains("a call of sim/knows may cost up to $"),
        "{}",
        ended.stderr
    );
    let more = workspace.bench(&["resume", "--budget", "1"]).expect(0);
    assert!(
        more.stdout.contains("3 scored") || more.stdout.contains("3 trials"),
        "{}",
        more.stdout
    );
}

#[test]
fn absurd_numbers_of_epochs_are_refused() {
    let workspace = capitals();
    workspace.bench(&["plan", "--epochs", "4294967295"]).expect(2);
    let ended = workspace
        .bench(&["plan", "--epochs", "10000", "--json"])
        .expect(0);
    let plan: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(plan["total"]["trials"], 30_000);
}

#[test]
fn the_same_seed_gives_the_same_results_whatever_the_concurrency() {
    let workspace = capitals();
    workspace.write(
        "providers/sim.yaml",
        "provider: sim\napi: sim\nmodels:\n  knows: {input: 1, output: 2, sim: {skill: 0.6, failure: 0.2, refusal: 0.1}}\n",
    );
    for jobs in ["1", "3", "64"] {
        workspace
            .bench(&["run", "-j", jobs, "--epochs", "20", "--seed", "5"])
            .expect(0);
    }
    let results = workspace.results();
    assert_eq!(results.len(), 3);
    assert_eq!(results[0].len(), 60);
    assert_eq!(results[0], results[1]);
    assert_eq!(results[1], results[2]);
}
