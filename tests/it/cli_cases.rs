//! Two graders of the same trials, and where they disagree.

use crate::cli_score::recorded;
use crate::support::Workspace;
use serde_json::Value;

/// `code` passes what holds the golden output, `strict` what is short and not of case 3, and fails to score case 4.
fn graded_twice() -> Workspace {
    let workspace = recorded(
        10,
        "  - {name: code, contains: {}}\n  - {name: strict, javascript: scorers/strict.js, weight: 0}\n",
    );
    workspace.write(
        "tasks/scorers/strict.js",
        "module.exports = (output, context) => {\n  if (context.case === 'c-4') throw new Error('no verdict');\n  return {pass: context.case === 'c-5' || (context.case !== 'c-3' && output.includes(context.golden)), reason: '\\u001b[31m' + output};\n};\n",
    );
    // Case 4 has no score in the end, since one of its scorers failed.
    workspace.bench(&["run"]).expect(102);
    workspace
}

#[test]
fn the_trials_that_one_scorer_passes_and_another_fails_are_one_command_away() {
    let workspace = graded_twice();
    let ended = workspace
        .bench(&["cases", "latest", "--pass", "code", "--fail", "strict"])
        .expect(0);
    for words in [
        "sums c-3: recorded/one, prompt plain, epoch 0, scored 1.000",
        "sums c-3: recorded/two",
        "code    1.000, passes: ",
        "strict  0.000, fails: \\u{1b}[31mThe sum is 6.",
        "golden  6",
        "output  The sum is 6.",
        "sums: 2 trials that code passes and strict fails, of 18 that both graded; 2 more\n",
    ] {
        assert!(ended.stdout.contains(words), "{}\nlacks {words}", ended.stdout);
    }
    assert!(!ended.stdout.contains("c-5"), "{}", ended.stdout);
    let long = ended.stdout.lines().find(|line| line.chars().count() > 80);
    assert!(long.is_none(), "{long:?}");

    let one = workspace
        .bench(&[
            "cases", "--pass", "strict", "--fail", "code", "--model", "*/one", "--task", "s*",
        ])
        .expect(0);
    assert!(
        one.stdout.contains("sums c-5: recorded/one") && !one.stdout.contains("two"),
        "{}",
        one.stdout
    );
    let all = workspace.bench(&["cases", "--disagree"]).expect(0);
    assert_eq!(all.stdout.matches("recorded/").count(), 4, "{}", all.stdout);
}

#[test]
fn disagreements_are_data_as_well() {
    let workspace = graded_twice();
    let lines = workspace
        .bench(&["cases", "--disagree", "--format", "jsonl"])
        .expect(0)
        .stdout;
    let lines: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[0]["case"], "c-3");
    assert_eq!(lines[0]["scores"][1]["pass"], false);
    assert_eq!(lines[0]["output"], "The sum is 6.");
    let document = workspace
        .bench(&["--json", "cases", "--disagree"])
        .expect(0)
        .stdout;
    let document: Value = serde_json::from_str(&document).unwrap();
    assert_eq!(document["trials"], Value::Array(lines));
    assert_eq!(document["pairs"][0]["trials"], 2);
    let none = workspace
        .bench(&[
            "--json", "cases", "--pass", "code", "--fail", "strict", "--task", "sums", "-m", "*/one",
        ])
        .expect(0);
    let none: Value = serde_json::from_str(&none.stdout).unwrap();
    assert_eq!(none["pairs"][0]["no_score"], 1, "{none:#}");
}

#[test]
fn reports_count_where_scorers_disagree() {
    let workspace = graded_twice();
    let summary = workspace.bench(&["report", "--format", "json"]).expect(0).stdout;
    let summary: Value = serde_json::from_str(&summary).unwrap();
    let pair = &summary["tasks"][0]["leaderboards"][0]["rows"][0]["disagreements"][0];
    let wanted = serde_json::json!({
        "a": "code", "b": "strict", "both": 9, "a_pass_b_fail": 1, "b_pass_a_fail": 1, "a_pass_b_error": 1,
        "b_pass_a_error": 0
    });
    assert_eq!(*pair, wanted);
    let table = workspace.bench(&["report", "--format", "table"]).expect(0).stdout;
    assert!(
        table.contains("scorers disagree: code passes and strict fails 2 trials"),
        "{table}"
    );
    let markdown = workspace.bench(&["report"]).expect(0).stdout;
    assert!(markdown.contains("Where scorers disagree"), "{markdown}");
}

#[test]
fn questions_that_cannot_be_answered_say_why() {
    let workspace = recorded(3, "  - {name: code, contains: {}}\n");
    let said = |arguments: &[&str]| {
        let arguments: Vec<&str> = ["cases"].iter().chain(arguments).copied().collect();
        workspace.bench(&arguments).expect(2).stderr
    };
    assert!(said(&["--disagree"]).contains("no run is stored yet"));
    assert!(!workspace.store_path().exists());
    workspace.bench(&["run"]).expect(0);
    for (arguments, words) in [
        (&["--pass", "code"][..], "--fail SCORER"),
        (&["--pass", "code", "--fail", "code"], "agrees with itself"),
        (
            &["--pass", "code", "--fail", "cod"],
            "no scorer of these trials is called `cod`; there is `code`",
        ),
        (&["--disagree", "--task", "sum"], "no task `sum`; there is `sums`"),
        (&["--disagree", "-m", "none/*"], "there is `recorded/"),
        (&["nothing", "--disagree"], "there is no run `nothing`"),
    ] {
        let said = said(arguments);
        assert!(said.contains(words), "{arguments:?}: {said}\nlacks {words}");
    }
    let none = workspace.bench(&["cases", "--disagree"]).expect(0);
    assert!(none.stdout.starts_with("0 trials"), "{}", none.stdout);
    let none = workspace.bench(&["--json", "cases", "--disagree"]).expect(0);
    let document: Value = serde_json::from_str(&none.stdout).unwrap();
    assert_eq!(document["trials"], serde_json::json!([]));
}

#[test]
fn without_a_question_the_quality_of_the_cases_is_told() {
    let workspace = recorded(10, "  - {name: code, contains: {}}\n");
    let path = workspace.path().join("golden/sums.jsonl");
    let mut goldens = std::fs::read_to_string(&path).unwrap();
    goldens.push_str("{\"id\": \"again\", \"vars\": {\"x\": 3}, \"golden\": \"6\"}\n");
    std::fs::write(path, goldens).unwrap();
    for name in ["one.jsonl", "two.jsonl"] {
        let path = workspace.path().join(name);
        let lines = std::fs::read_to_string(&path).unwrap();
        std::fs::write(
            path,
            format!("{lines}{{\"case\": \"again\", \"output\": \"6\"}}\n"),
        )
        .unwrap();
    }
    workspace.bench(&["run"]).expect(0);
    let printed = workspace.bench(&["cases"]).expect(0).stdout;
    for words in [
        "sums: 11 cases, 2 candidates",
        "saturated 9: ",
        "dead 2: no candidate scores: c-5, c-10",
        "the same variables: c-3, again",
        "suspected golden: c-5: 2 of 2 strong candidates answer \"The sum is 6.\",",
        "subset: these cases tell no pair of candidates apart",
    ] {
        assert!(printed.contains(words), "{printed}\nlacks {words}");
    }
    assert!(
        printed.lines().all(|line| line.chars().count() <= 80),
        "{printed}"
    );
    let document = workspace.bench(&["cases", "--json"]).expect(0).stdout;
    let document: Value = serde_json::from_str(&document).unwrap();
    let schema = workspace.bench(&["schema", "case-quality"]).expect(0).stdout;
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let problems: Vec<String> = jsonschema::validator_for(&schema)
        .expect("a schema")
        .iter_errors(&document)
        .map(|error| error.to_string())
        .collect();
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(document["tasks"][0]["counts"]["suspected_golden"], 2);
    let lines = workspace.bench(&["cases", "--format", "jsonl"]).expect(0).stdout;
    assert_eq!(lines.lines().count(), 11);
    assert!(
        lines
            .lines()
            .all(|line| serde_json::from_str::<Value>(line).is_ok())
    );
    let one = workspace.bench(&["cases", "--model", "*/one"]).expect(0).stdout;
    assert!(one.contains("sums: 11 cases, 1 candidate\n"), "{one}");
}
