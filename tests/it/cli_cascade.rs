//! `bench cascade` and the fronts of a report, on recorded answers whose figures can be worked out by hand.

use crate::support::Workspace;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Forty cases. `cheap` costs a cent and answers in 100 ms, right in 30 cases; of its ten wrong answers the first six say
/// that they do not know. `strong` costs ten cents, takes a second and is right in all. `bad` costs twenty, and is never
/// right.
fn workspace() -> Workspace {
    let workspace = Workspace::empty();
    workspace.write(
        "tasks/t.yaml",
        "task: t\ncases: ../golden/t.jsonl\nprompts: [\"{{ word }}\"]\nscorers:\n  - equals: {}\n    weight: 1\n  \
         - not-contains: unsure\n    name: sure\n    weight: 0\n",
    );
    let mut golden = String::new();
    let (mut cheap, mut strong, mut bad) = (String::new(), String::new(), String::new());
    for at in 0..40 {
        let case = format!("c-{at:02}");
        writeln!(
            golden,
            "{}",
            json!({"id": case, "vars": {"word": "w"}, "golden": "yes"})
        )
        .unwrap();
        let output = match at {
            0..6 => "unsure",
            6..10 => "no",
            _ => "yes",
        };
        for (lines, output, cost, latency) in [
            (&mut cheap, output, 0.01, 100),
            (&mut strong, "yes", 0.1, 1000),
            (&mut bad, "no", 0.2, 2000),
        ] {
            let line = json!({"case": case, "output": output, "cost": cost, "latency_ms": latency});
            writeln!(lines, "{line}").unwrap();
        }
    }
    workspace.write("golden/t.jsonl", &golden);
    workspace.write("cheap.jsonl", &cheap);
    workspace.write("strong.jsonl", &strong);
    workspace.write("bad.jsonl", &bad);
    workspace.write(
        "providers/rec.yaml",
        "provider: rec\napi: replay\nmodels:\n  cheap: {file: ../cheap.jsonl}\n  strong: {file: ../strong.jsonl}\n  \
         bad: {file: ../bad.jsonl}\n",
    );
    workspace.write("bench.yaml", "models: [rec/cheap, rec/strong, rec/bad]\n");
    workspace.bench(&["run", "-q"]).expect(0);
    workspace
}

#[track_caller]
fn document(workspace: &Workspace, arguments: &[&str]) -> Value {
    let ended = workspace.bench(&[arguments, &["--json"]].concat()).expect(0);
    serde_json::from_str(&ended.stdout).expect("one JSON document")
}

#[track_caller]
fn near(value: &Value, expected: f64) {
    let value = value.as_f64().expect("a number");
    assert!((value - expected).abs() < 1e-9, "{value} is not {expected}");
}

fn ladder<'a>(task: &'a Value, models: &[&str]) -> &'a Value {
    let ladders = task["ladders"].as_array().expect("ladders");
    let found = ladders.iter().find(|ladder| ladder["models"] == json!(models));
    found.unwrap_or_else(|| panic!("no ladder {models:?} in {task}"))
}

#[test]
fn the_cost_score_and_latency_of_a_ladder_are_those_of_the_answers_it_would_have_asked_for() {
    let workspace = workspace();
    let read = document(&workspace, &["cascade", "latest"]);
    let task = &read["tasks"][0];
    // `sure` looks at the output alone, `equals` at the golden output: only the first decides.
    assert_eq!(task["accept"], json!(["sure"]));
    let two = ladder(task, &["rec/cheap", "rec/strong"]);
    near(&two["score"]["mean"], 36.0 / 40.0);
    near(&two["cost_usd"]["mean"], 0.01 + 0.1 * 6.0 / 40.0);
    near(&two["latency_s"]["mean"], 0.1 + 6.0 / 40.0);
    near(&two["answers"][0], 34.0 / 40.0);
    near(&two["answers"][1], 6.0 / 40.0);
    near(&two["difference"]["mean"], -0.1);
    assert_eq!(two["not_worse"], "fail", "{two}");
    let strong = ladder(task, &["rec/strong"]);
    near(&strong["cost_usd"]["mean"], 0.1);
    let best = task["best"].as_u64().unwrap() as usize;
    assert_eq!(task["ladders"][best]["models"], json!(["rec/strong"]));
    assert_eq!(task["chosen"], task["best"], "nothing cheaper is as good");
}

#[test]
fn a_ladder_whose_check_sees_every_wrong_answer_is_as_good_as_the_best_model_and_cheaper() {
    let workspace = workspace();
    // Forty equal answers do not show that the rest would be equal within 0.03, but do within 0.1.
    let read = document(&workspace, &["cascade", "latest", "--accept", "equals"]);
    assert_eq!(read["tasks"][0]["chosen"], read["tasks"][0]["best"]);
    let read = document(
        &workspace,
        &["cascade", "latest", "--accept", "equals", "--margin", "0.1"],
    );
    let task = &read["tasks"][0];
    let chosen = &task["ladders"][task["chosen"].as_u64().unwrap() as usize];
    assert_eq!(chosen["models"], json!(["rec/cheap", "rec/strong"]));
    near(&chosen["score"]["mean"], 1.0);
    near(&chosen["cost_usd"]["mean"], 0.01 + 0.1 * 10.0 / 40.0);
    near(&chosen["times_cheaper"], 0.1 / 0.035);
    assert_eq!(chosen["not_worse"], "pass");
    let note = task["notes"][0].as_str().unwrap();
    assert!(note.contains("`equals` looks at what the case brings"), "{note}");
    let text = workspace
        .bench(&["cascade", "latest", "--accept", "equals"])
        .expect(0)
        .stdout;
    assert!(
        text.contains("rec/cheap") && text.contains("rec/strong"),
        "{text}"
    );
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
}

#[test]
fn a_scorer_that_no_task_has_is_named_with_the_nearest() {
    let workspace = workspace();
    let ended = workspace.bench(&["cascade", "latest", "--accept", "equal"]);
    let message = ended.expect(2).stderr;
    assert!(
        message.contains("`equal`") && message.contains("`equals`"),
        "{message}"
    );
}

#[test]
fn the_front_of_a_report_leaves_out_what_another_model_beats_in_both() {
    let workspace = workspace();
    let read = document(&workspace, &["report", "latest"]);
    for axis in ["cost", "latency"] {
        let front = &read["tasks"][0]["front"][axis];
        let points = front["points"].as_array().expect("points");
        let point = |model: &str| {
            let found = points.iter().find(|point| point["name"] == model);
            found.unwrap_or_else(|| panic!("no {model} in {front}"))
        };
        near(&point("rec/cheap")["p_on_front"], 1.0);
        near(&point("rec/strong")["p_on_front"], 1.0);
        near(&point("rec/bad")["p_on_front"], 0.0);
        near(&point("rec/bad")["beaten_by"]["p"], 1.0);
    }
    let text = workspace
        .bench(&["report", "latest", "--format", "table", "-v"])
        .expect(0)
        .stdout;
    assert!(text.contains("t: quality against cost"), "{text}");
    assert!(text.contains("t: quality against latency"), "{text}");
}
