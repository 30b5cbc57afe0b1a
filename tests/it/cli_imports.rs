//! `bench compare` with results of other harnesses: what their files hold, and what is told of how they were read.

use crate::support::Workspace;
use serde_json::{Value, json};

#[track_caller]
fn compared(workspace: &Workspace, arguments: &[&str]) -> (Value, String) {
    let arguments = [&["compare"], arguments].concat();
    let text = workspace.bench(&arguments).expect(0).stdout;
    let ended = workspace.bench(&[&arguments[..], &["--json"]].concat()).expect(0);
    (serde_json::from_str(&ended.stdout).expect("one document"), text)
}

#[track_caller]
fn refused(workspace: &Workspace, arguments: &[&str], told: &[&str]) {
    let ended = workspace.bench(&[&["compare"], arguments].concat()).expect(2);
    for words in told {
        assert!(ended.stderr.contains(words), "{words}:\n{}", ended.stderr);
    }
}

/// Text in which lines are joined again.
fn flowing(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A promptfoo row of a test.
fn row(test: usize, provider: &str, question: &str, right: bool) -> Value {
    json!({
        "provider": {"id": provider, "label": ""}, "prompt": {"raw": "p", "label": "p"}, "promptIdx": 0, "testIdx": test,
        "vars": {"q": question}, "success": right, "score": u8::from(right),
        "namedScores": {"f1": if right { 0.5 } else { 1.0 }},
        "failureReason": u8::from(!right), "latencyMs": 100, "response": {"output": if right { "yes" } else { "no" }},
    })
}

fn promptfoo(rows: &[Value]) -> String {
    json!({"evalId": "e", "config": {"description": "t"}, "results": {"version": 3, "results": rows}})
        .to_string()
}

/// Rows of two providers for 12 questions: the first is right where `right` says so, the second always.
fn two(right: impl Fn(usize) -> bool) -> Vec<Value> {
    (0..12)
        .flat_map(|at| {
            let question = format!("what {at}");
            [row(at, "a", &question, right(at)), row(at, "b", &question, true)]
        })
        .collect()
}

#[test]
fn repeats_of_a_promptfoo_test_are_epochs_of_one_case() {
    let workspace = Workspace::empty();
    // promptfoo numbers the repeats of a test like tests.
    let repeated: Vec<Value> = (0..36)
        .flat_map(|test| {
            let question = format!("what {}", test / 3);
            [
                row(test, "a", &question, test % 3 == 0),
                row(test, "b", &question, true),
            ]
        })
        .collect();
    workspace.write("repeated.json", &promptfoo(&repeated));
    workspace.write("once.json", &promptfoo(&two(|at| at > 2)));
    let (read, text) = compared(&workspace, &["repeated.json"]);
    let task = &read["pairs"][0]["tasks"][0];
    assert_eq!(task["n"], 12, "{read}");
    assert!(
        (task["difference"].as_f64().unwrap() - 2.0 / 3.0).abs() < 1e-12,
        "{read}"
    );
    assert!(
        flowing(&text)
            .contains("36 tests with the variables of others are repeats (`--repeat`): epochs of 12 cases"),
        "{text}"
    );
    // A file without repeats has the same cases under the same numbers.
    let (read, _) = compared(&workspace, &["once.json", "repeated.json", "--candidates", "b"]);
    assert_eq!(read["pairs"][0]["tasks"][0]["n"], 12, "{read}");
    assert_eq!(read["changes"], json!([]), "{read}");
}

#[test]
fn a_scorer_that_a_file_does_not_have_is_an_error_with_those_it_has() {
    let workspace = Workspace::empty();
    workspace.write("pf.json", &promptfoo(&two(|at| at > 2)));
    refused(
        &workspace,
        &["pf.json", "--scorer", "nope"],
        &["has no scores of `nope` (--scorer); it has `f1`"],
    );
    workspace.write("log.json", &inspect("success", 12, |at| at > 2));
    refused(
        &workspace,
        &["log.json", "log.json", "--scorer", "nope"],
        &["has no scores of `nope` (--scorer); it has `match`"],
    );
    // What passes is what the chosen score says: f1 is 1 just where the test failed.
    let (read, _) = compared(&workspace, &["pf.json", "--scorer", "f1"]);
    let task = &read["pairs"][0]["tasks"][0];
    assert_eq!((&task["lost"], &task["gained"]), (&json!(3), &json!(0)), "{read}");
}

#[test]
fn prompts_that_are_named_by_their_whole_text_get_numbers() {
    let workspace = Workspace::empty();
    let long = "You are a helpful assistant. ".repeat(9);
    let mut rows = two(|at| at > 2);
    for row in &mut rows {
        row["prompt"] = json!({"raw": long, "label": long});
    }
    let mut others = rows.clone();
    for row in &mut others {
        row["promptIdx"] = json!(1);
        row["prompt"] = json!({"raw": "short", "label": "short"});
    }
    rows.extend(others);
    workspace.write("pf.json", &promptfoo(&rows));
    let (read, text) = compared(&workspace, &["pf.json", "--candidates", "a"]);
    let names: Vec<&str> = read["pairs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pair| pair["candidate_b"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["a@short"], "{read}");
    assert_eq!(read["pairs"][0]["candidate_a"], "a@prompt 1");
    assert!(
        flowing(&text).contains("prompt 1 begins with `You are a helpful assistant. You are a h..`"),
        "{text}"
    );
}

/// An Inspect log of `n` samples.
fn inspect(status: &str, n: usize, right: impl Fn(usize) -> bool) -> String {
    let sample = |at: usize| {
        json!({"id": at, "epoch": 1, "input": format!("q{at}"), "target": "t",
               "scores": {"match": {"value": if right(at) { "C" } else { "I" }, "explanation": "e"}},
               "output": {"model": "openai/a", "completion": if right(at) { "t" } else { "u" }, "time": 1.0 + at as f64},
               "model_usage": {"openai/a": {"input_tokens": 5, "output_tokens": 3}}})
    };
    let samples: Vec<Value> = (0..n).map(sample).collect();
    json!({
        "version": 2, "status": status, "eval": {"task": "sums", "model": "openai/a", "dataset": {"samples": 50},
        "config": {"epochs": 1}}, "error": {"message": "rate limit\nat line 1"}, "samples": samples,
        "results": {"scores": [{"name": "match", "scorer": "match", "metrics": {}}]}
    })
    .to_string()
}

#[test]
fn inspect_logs_tell_flips_latency_and_an_eval_that_did_not_end_well() {
    let workspace = Workspace::empty();
    workspace.write("old.json", &inspect("success", 50, |at| at >= 20));
    workspace.write("new.json", &inspect("error", 40, |at| at >= 2));
    let (read, text) = compared(&workspace, &["old.json", "new.json"]);
    let pair = &read["pairs"][0];
    assert_eq!(pair["verdict"], "better", "{read}");
    let task = &pair["tasks"][0];
    assert_eq!(
        (
            &task["n"],
            &task["gained"],
            &task["only_a"],
            &task["latency_ratio"]["ratio"]
        ),
        (&json!(40), &json!(18), &json!(10), &json!(1.0)),
        "{read}"
    );
    let text = flowing(&text);
    assert!(
        text.contains("new.json: the eval did not end well: its status is error (rate limit..); the log has 40 of 50 samples"),
        "{text}"
    );
    assert!(text.contains("gained: sums 2: 0.000 -> 1.000"), "{text}");
    assert!(!text.contains("old.json: the eval"), "{text}");
}

#[test]
fn two_runs_in_one_folder_are_told_of() {
    let workspace = Workspace::empty();
    workspace.write("logs/1.json", &inspect("success", 12, |at| at >= 2));
    workspace.write("logs/2.json", &inspect("success", 12, |at| at >= 4));
    workspace.write("once/1.json", &inspect("success", 12, |_| true));
    // A folder needs no slash to be seen as one.
    let (read, text) = compared(&workspace, &["logs", "once"]);
    assert_eq!(read["pairs"][0]["tasks"][0]["n"], 12, "{read}");
    assert!(
        flowing(&text).contains(
            "1.json and 2.json hold results of the same candidate (openai/a) in the same task (sums)"
        ),
        "{text}"
    );
    let (_, text) = compared(&workspace, &["logs/1.json", "once"]);
    assert!(!text.contains("hold results of the same"), "{text}");
}

/// Samples of lm-eval.
fn lm_eval(n: usize, right: impl Fn(usize) -> bool) -> String {
    let line = |at: usize| {
        let score = f64::from(u8::from(right(at)));
        json!({"doc_id": at, "doc": {"question": format!("q{at}")}, "target": "1", "arguments": {}, "resps": [["x"]],
               "filtered_resps": [if right(at) { "1" } else { "2" }], "filter": "none", "metrics": ["acc", "acc_norm"],
               "doc_hash": format!("h{at}"), "prompt_hash": "p", "target_hash": "t", "acc": score, "acc_norm": 1.0 - score})
        .to_string()
    };
    (0..n).map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn folders_of_lm_eval_are_compared_task_by_task() {
    let workspace = Workspace::empty();
    for (folder, from) in [("org__one", 12), ("org__two", 3)] {
        for task in ["arc_easy", "hellaswag"] {
            let file = format!("lm/{folder}/samples_{task}_2025-01-01T10-00-00.123456.jsonl");
            workspace.write(&file, &lm_eval(40, |at| at >= from));
        }
        workspace.write(
            &format!("lm/{folder}/results_2025-01-01T10-00-00.123456.json"),
            "{\"results\": {}}",
        );
    }
    let extra = "lm/org__one/samples_piqa_2025-01-01T10-00-00.123456.jsonl";
    workspace.write(extra, &lm_eval(5, |_| true));
    let (read, text) = compared(&workspace, &["lm/org__one", "lm/org__two"]);
    let pair = &read["pairs"][0];
    assert_eq!(
        (&pair["candidate_a"], &pair["candidate_b"], &pair["verdict"]),
        (&json!("org/one"), &json!("org/two"), &json!("better")),
        "{read}"
    );
    assert_eq!(pair["tasks"].as_array().unwrap().len(), 2);
    assert_eq!(pair["overall"]["strata"], 2);
    let text = flowing(&text);
    assert!(
        text.contains("only A (lm/org__one (lm-eval samples)) has the task `piqa`: not compared"),
        "{text}"
    );
    let arguments = [
        "lm/org__one",
        "lm/org__two",
        "--scorer",
        "acc_norm",
        "--task",
        "arc*",
    ];
    let (read, text) = compared(&workspace, &arguments);
    assert_eq!(read["pairs"][0]["verdict"], "worse", "{read}");
    assert!(!text.contains("piqa"), "{text}");
    refused(
        &workspace,
        &["lm/org__one", "lm/org__two", "--scorer", "f1"],
        &["no sample has the metric `f1`", "they have `acc`, `acc_norm`"],
    );
}

#[test]
fn cases_and_tasks_without_a_counterpart_are_told_of() {
    let workspace = Workspace::empty();
    let other_ids = promptfoo(&two(|_| true)).replace("\"testIdx\":", "\"metadata\":{\"id\":\"x\"},\"n\":");
    workspace.write("one.json", &promptfoo(&two(|at| at > 2)));
    workspace.write("other.json", &other_ids);
    refused(
        &workspace,
        &["one.json", "other.json"],
        &[
            "no case is on both sides",
            "`0`, `1`, `2` ..",
            "`x`",
            "--case-id PATH",
        ],
    );
    let renamed = promptfoo(&two(|_| true)).replace("\"description\":\"t\"", "\"description\":\"u\"");
    workspace.write("other.json", &renamed);
    let (_, text) = compared(&workspace, &["one.json", "other.json"]);
    assert!(
        flowing(&text).contains("the task `t` of A is held against `u` of B, each the only one of its side"),
        "{text}"
    );
}

#[test]
fn tables_of_several_pairs_show_what_qualifies_them() {
    let workspace = Workspace::empty();
    workspace.write("one.json", &promptfoo(&two(|at| at > 5)));
    // Of the second side, most scores are missing.
    let mut rows = two(|_| true);
    for row in rows.iter_mut().filter(|row| row["testIdx"].as_u64() < Some(4)) {
        row["failureReason"] = json!(2);
        row["error"] = json!("429");
    }
    rows.truncate(22);
    workspace.write("two.json", &promptfoo(&rows));
    let (read, text) = compared(&workspace, &["one.json", "two.json"]);
    let task = &read["pairs"][0]["tasks"][0];
    assert_eq!(
        (&task["could_flip"], &task["n"]),
        (&json!(true), &json!(7)),
        "{read}"
    );
    let table: Vec<&str> = text.lines().filter(|line| line.starts_with("a ")).collect();
    assert!(table[0].split_whitespace().any(|cell| cell == "7"), "{text}");
    assert!(table[0].ends_with(" *"), "{text}");
    let text = flowing(&text);
    assert!(
        text.contains("* scores are missing, and what they are could change the verdict"),
        "{text}"
    );
    assert!(
        text.contains("t: cases only on one side, not compared: 1 of A, 0 of B"),
        "{text}"
    );
    let narrow = ["one.json", "two.json", "--candidates", "a", "--margin", "0.9"];
    let (read, text) = compared(&workspace, &narrow);
    assert_eq!(read["pairs"][0]["verdict"], "same", "{read}");
    assert!(
        flowing(&text).contains("p = 0.") && flowing(&text).contains("; missing scores could change that."),
        "{text}"
    );
}
