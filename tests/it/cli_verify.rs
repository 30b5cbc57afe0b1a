//! `bench verify`: everything that is reported follows from what is stored, and what does not is named.

use crate::cli_score::recorded;
use crate::support::Workspace;
use serde_json::Value;
use std::path::PathBuf;

const CODE: &str = "  - {name: code, contains: {}}\n";

fn ran() -> Workspace {
    let workspace = recorded(10, CODE);
    workspace.bench(&["run"]).expect(0);
    workspace
}

fn document(workspace: &Workspace, name: &str) -> PathBuf {
    let folder = std::fs::read_dir(workspace.path().join("runs"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.is_dir())
        .expect("the run's folder");
    folder.join(name)
}

fn checks(workspace: &Workspace, code: i32) -> Vec<(String, String, String)> {
    let printed = workspace.bench(&["verify", "--json"]).expect(code).stdout;
    let printed: Value = serde_json::from_str(&printed).expect("JSON");
    assert_eq!(printed["verified"], code == 0);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    printed["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|check| {
            (
                text(&check["what"]),
                text(&check["outcome"]),
                check["details"].to_string(),
            )
        })
        .collect()
}

fn differing(workspace: &Workspace) -> Vec<(String, String)> {
    let all = checks(workspace, 102);
    let found = all.into_iter().filter(|(_, outcome, _)| outcome != "same");
    found.map(|(what, _, details)| (what, details)).collect()
}

#[test]
fn a_run_as_it_was_written_is_verified() {
    let workspace = ran();
    let names: Vec<String> = checks(&workspace, 0).into_iter().map(|(what, ..)| what).collect();
    assert_eq!(
        names,
        [
            "scores of sums",
            "costs",
            "counts",
            "manifest.json",
            "results.jsonl",
            "summary.json",
            "report.md"
        ]
    );
    let printed = workspace.bench(&["verify"]).expect(0).stdout;
    assert!(
        printed.contains("every reported number follows from what is stored"),
        "{printed}"
    );
    assert!(
        printed.lines().all(|line| line.chars().count() <= 80),
        "{printed}"
    );
}

#[test]
fn a_document_that_was_edited_is_named_with_what_differs() {
    let workspace = ran();
    for (name, old, new) in [
        ("summary.json", "\"passed\": 8", "\"passed\": 9"),
        ("results.jsonl", "\"score\":0.0", "\"score\":1.0"),
        ("report.md", "80.0 %", "90.0 %"),
    ] {
        let path = document(&workspace, name);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(old), "{name}: {text}");
        std::fs::write(&path, text.replacen(old, new, 1)).unwrap();
        let found = differing(&workspace);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0, name);
        let told = &found[0].1;
        match name {
            "summary.json" => assert!(
                told.contains("leaderboards.0.rows.0.passed: stored 9, derived 8"),
                "{told}"
            ),
            "results.jsonl" => assert!(
                told.contains("(case c-5): ") && told.contains("score: stored 1.0, derived 0.0"),
                "{told}"
            ),
            _ => assert!(told.contains("90.0 %"), "{told}"),
        }
        std::fs::write(&path, text).unwrap();
    }
    std::fs::remove_file(document(&workspace, "report.md")).unwrap();
    assert!(differing(&workspace)[0].1.contains("is missing"));
}

#[test]
fn a_stored_score_that_its_completion_does_not_earn_is_found() {
    let workspace = ran();
    let changed = workspace
        .store()
        .execute(
            "UPDATE trial SET score = 1.0, pass = 1 WHERE score = 0.0 AND candidate = 0 AND case_pos = 4",
            [],
        )
        .unwrap();
    assert_eq!(changed, 1);
    let found = differing(&workspace);
    let scores = &found[0];
    assert_eq!(scores.0, "scores of sums");
    assert!(
        scores.1.contains("case c-5") && scores.1.contains("stored 1 (passes), derived 0 (fails)"),
        "{}",
        scores.1
    );
    // The documents were written before the store was changed.
    assert!(found.iter().any(|(what, _)| what == "results.jsonl"), "{found:?}");
}

#[test]
fn a_scorer_that_is_not_the_runs_is_named_and_nothing_is_claimed() {
    let workspace = ran();
    let task = workspace.path().join("tasks/sums.yaml");
    let text = std::fs::read_to_string(&task).unwrap();
    std::fs::write(
        &task,
        text.replace("contains: {}", "contains: {ignore-case: true}"),
    )
    .unwrap();
    let all = checks(&workspace, 102);
    let (what, outcome, details) = &all[0];
    assert_eq!(
        (what.as_str(), outcome.as_str()),
        ("scores of sums", "not-derived")
    );
    assert!(details.contains("scorer code is changed"), "{details}");
    assert!(
        all[1..].iter().all(|(_, outcome, _)| outcome == "same"),
        "{all:?}"
    );
    // A changed case cannot be graded again either.
    std::fs::write(&task, text).unwrap();
    workspace.write(
        "golden/sums.jsonl",
        "{\"id\": \"c-1\", \"vars\": {\"x\": 99}, \"golden\": \"2\"}\n",
    );
    let all = checks(&workspace, 102);
    assert_eq!(all[0].1, "not-derived", "{all:?}");
}

#[test]
fn a_verdict_that_its_reply_did_not_give_and_a_score_that_its_verdicts_do_not_give_are_found() {
    let workspace = crate::judges::judged(
        &[("a", "Lyon"), ("a", "Paris")],
        "  - judge: {by: kind/one, rubric: Is it right?}\n",
    );
    let reply = r#"{"reasoning": "fine", "score": 8}"#;
    crate::judges::program_judge(&workspace, "kind", &crate::judges::always(reply), "");
    workspace.bench(&["run"]).expect(0);
    let all = checks(&workspace, 0);
    assert!(all.iter().any(|(what, ..)| what == "verdicts"), "{all:?}");
    // The score of the judge in the first trial.
    let change = |old: &str, new: &str| {
        let changed = workspace
            .store()
            .execute(
                "UPDATE trial SET scores = replace(scores, ?1, ?2) WHERE case_pos = 0",
                [old, new],
            )
            .unwrap();
        assert_eq!(changed, 1);
    };
    let verdicts = |workspace: &Workspace| {
        let found = differing(workspace);
        let own = found.into_iter().find(|(what, _)| what == "verdicts");
        own.expect("the verdicts differ").1
    };
    change(r#""value":0.8,"pass":true"#, r#""value":0.9,"pass":true"#);
    let told = verdicts(&workspace);
    assert!(
        told.contains("case c-00") && told.contains("stored 0.9 (passes), its verdicts give 0.8 (passes)"),
        "{told}"
    );
    change(r#""value":0.9,"pass":true"#, r#""value":0.8,"pass":true"#);
    assert_eq!(checks(&workspace, 0).len(), all.len());
    change("\"raw\":8.0", "\"raw\":9.0");
    let told = verdicts(&workspace);
    assert!(
        told.contains("says something else than the verdict that is stored"),
        "{told}"
    );
}
