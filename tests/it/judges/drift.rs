//! Anchors: has a judge changed since its verdicts were written down?

use super::*;

/// A judge that gives the score in the file `score`, and counts what it is asked.
const MOODY: &str = "import json, sys\nfor line in sys.stdin:\n    request = json.loads(line)\n    \
    open('asked.txt', 'a').write(request['task'] + '\\n')\n    score = open('score').read().strip()\n    \
    print(json.dumps({'output': json.dumps({'reasoning': 'as ever', 'score': int(score)}), \
    'usage': {'input': 100, 'output': 20}, 'cost': 0.002}), flush=True)\n";

/// Lines of anchors with these verdicts.
fn anchors(verdicts: &[f64]) -> String {
    let line = |(at, verdict): (usize, &f64)| {
        let anchor = json!({
            "id": format!("a-{at}"), "task": "Answer the question", "input": format!("Question {at}?"),
            "output": format!("Answer {at}"), "golden": "Lyon", "rubric": "Is it right?", "verdict": verdict,
        });
        format!("{anchor}\n")
    };
    verdicts.iter().enumerate().map(line).collect()
}

/// A workspace whose judge `careful` has anchors.
fn anchored(verdicts: &[f64], more: &str) -> Workspace {
    let workspace = judged(
        &[("a", "Lyon"), ("a", "Paris")],
        "  - judge: {by: careful, rubric: Is it right?}\n",
    );
    program_judge(&workspace, "moody", MOODY, "");
    workspace.write("score", "8");
    workspace.write("judges/anchors.jsonl", &anchors(verdicts));
    workspace.write(
        "judges/careful.yaml",
        &format!("judge: careful\nmembers: [{{model: moody/one}}]\nanchors: {{file: anchors.jsonl{more}}}\n"),
    );
    workspace
}

/// How many requests were about anchors.
fn asked_about_anchors(workspace: &Workspace) -> usize {
    let text = std::fs::read_to_string(workspace.path().join("asked.txt")).unwrap_or_default();
    text.lines().filter(|line| *line == "anchors").count()
}

fn summary(workspace: &Workspace) -> Value {
    let shown = workspace.bench(&["report", "latest", "--json"]).expect(0);
    serde_json::from_str(&shown.stdout).expect("a summary")
}

#[test]
fn a_judge_that_says_what_it_said_before_has_not_changed() {
    let workspace = anchored(&[8.0; 12], "");
    let ended = workspace.bench(&["run"]).expect(0);
    assert!(
        ended.stderr.contains("no change of the judge careful is shown"),
        "{}",
        ended.stderr
    );
    assert!(!ended.stdout.contains("warning:"), "{}", ended.stdout);
    let summary = summary(&workspace);
    let anchors = &summary["anchors"][0];
    assert_eq!(
        (&anchors["judge"], &anchors["n"]),
        (&json!("careful"), &json!(12))
    );
    assert_eq!(
        (&anchors["shift"], &anchors["moved"]),
        (&json!(0.0), &json!(false))
    );
    assert_eq!(anchors["warning"], Value::Null);
    assert_eq!(
        (&anchors["replies"], &anchors["cost_usd"]),
        (&json!(12), &json!("0.024"))
    );
    assert_eq!(asked_about_anchors(&workspace), 12);
    assert_eq!(asked(&workspace), 14);
}

#[test]
fn anchors_are_asked_about_again_before_each_run() {
    // A verdict from the store would say what is known already.
    let workspace = anchored(&[8.0; 12], "");
    workspace.bench(&["run", "-q"]).expect(0);
    workspace.write("score", "4");
    let ended = workspace.bench(&["run"]).expect(0);
    assert_eq!(asked_about_anchors(&workspace), 24);
    assert_eq!(asked(&workspace), 26, "verdicts on the candidates are reused");
    for text in [&ended.stderr, &ended.stdout] {
        assert!(text.contains("careful has changed: -0.400"), "{text}");
    }
    let summary = summary(&workspace);
    let anchors = &summary["anchors"][0];
    assert_eq!(anchors["moved"], true, "{anchors}");
    assert!(anchors["high"].as_f64().expect("a bound") < 0.0, "{anchors}");
    assert!(
        anchors["warning"]
            .as_str()
            .expect("a warning")
            .contains("has changed"),
        "{anchors}"
    );
    let runs = workspace.path().join("runs");
    let reports: Vec<_> = std::fs::read_dir(runs)
        .expect("runs")
        .map(|entry| entry.expect("an entry").path().join("report.md"))
        .filter(|path| path.exists())
        .collect();
    // Ids of runs of the same second do not say which came first.
    let warns = |path: std::path::PathBuf| {
        let report = std::fs::read_to_string(path).expect("text");
        report.contains("**Warning:** the judge careful has changed")
    };
    assert!(reports.into_iter().any(warns), "no report warns");
}

#[test]
fn on_shift_error_stops_the_run_before_a_candidate_is_asked() {
    let workspace = anchored(&[2.0; 12], ", on_shift: error");
    let ended = workspace.bench(&["run"]).expect(2);
    assert!(
        ended.stderr.contains("careful has changed: +0.600"),
        "{}",
        ended.stderr
    );
    assert!(
        ended.stderr.contains("No candidate was asked"),
        "{}",
        ended.stderr
    );
    assert_eq!(asked(&workspace), 12);
    // Nothing has changed, and nothing is paid to hear it again.
    workspace.bench(&["resume"]).expect(2);
    assert_eq!(asked(&workspace), 12);
    workspace.write(
        "judges/careful.yaml",
        "judge: careful\nmembers: [{model: moody/one}]\nanchors: {file: anchors.jsonl}\n",
    );
    let ended = workspace.bench(&["resume"]).expect(0);
    assert!(
        ended.stdout.contains("warning: the judge careful has changed"),
        "{}",
        ended.stdout
    );
    assert_eq!(asked(&workspace), 14, "the candidates' answers were judged");
    let summary = summary(&workspace);
    assert_eq!(summary["anchors"][0]["cost_usd"], "0.024");
}

#[test]
fn a_judge_that_says_nothing_of_its_anchors_does_not_pass_for_unchanged() {
    let workspace = anchored(&[8.0; 3], ", on_shift: error");
    program_judge(&workspace, "moody", &always("no idea"), "");
    let ended = workspace.bench(&["run"]).expect(2);
    assert!(
        ended
            .stderr
            .contains("nobody knows whether the judge careful has changed"),
        "{}",
        ended.stderr
    );
    assert!(
        ended.stderr.contains("3 anchors without a verdict"),
        "{}",
        ended.stderr
    );
    assert_eq!(asked(&workspace), 6, "each was asked about twice");
}

#[test]
fn pairs_are_anchors_as_well() {
    let workspace = anchored(&[], "");
    let pair = |at: usize| {
        let anchor =
            json!({"id": at, "output": "Lyon", "other": "Paris", "rubric": "Which is better?", "verdict": 1});
        format!("{anchor}\n")
    };
    workspace.write("judges/anchors.jsonl", &(0..6).map(pair).collect::<String>());
    // This one always prefers what it sees first: a tie, which the known verdicts are not.
    program_judge(
        &workspace,
        "moody",
        &always(r#"{"reasoning": "The first.", "winner": "A", "score": 8}"#),
        "",
    );
    workspace.bench(&["run", "-q"]).expect(0);
    let summary = summary(&workspace);
    assert_eq!(summary["anchors"][0]["shift"], -0.5, "{}", summary["anchors"]);
}

#[test]
fn what_is_wrong_with_anchors_is_told_with_its_line() {
    let workspace = anchored(&[8.0; 3], "");
    let told = |lines: &str, words: &[&str]| {
        workspace.write("judges/anchors.jsonl", lines);
        for command in ["check", "run"] {
            let ended = workspace.bench(&[command]).expect(2);
            for word in words {
                assert!(ended.stderr.contains(word), "{}\nlacks {word}", ended.stderr);
            }
        }
        assert_eq!(asked(&workspace), 0);
    };
    let good = anchors(&[8.0]);
    told(
        &good.replace("\"verdict\":8.0", "\"verdict\":11"),
        &["judges/anchors.jsonl:1:", "the verdict is 11", "from 0 to 10"],
    );
    told(
        &format!("{good}{good}"),
        &["judges/anchors.jsonl:2:", "stands on line 1 as well"],
    );
    told(
        &format!("{good}{{\"id\": 2, \"outputs\": 1}}\n"),
        &["judges/anchors.jsonl:2:", "`outputs`", "did you mean `output`?"],
    );
    told(
        &format!("{good}{{\"id\": 2,\n"),
        &["judges/anchors.jsonl:2:", "not valid JSON"],
    );
    told(&good, &["judges/anchors.jsonl", "1 anchor is too few"]);
    told("", &["judges/anchors.jsonl", "no anchor"]);
}

#[test]
fn an_exported_run_keeps_what_was_paid_for_its_anchors() {
    let workspace = anchored(&[8.0; 4], "");
    workspace.bench(&["run", "-q"]).expect(0);
    let exported = workspace.bench(&["runs", "export", "latest"]).expect(0);
    let other = Workspace::empty();
    other.write("bench.yaml", "models: []\n");
    let file = exported_file(&workspace);
    std::fs::copy(file, other.path().join("run.jsonl")).expect("copied");
    other.bench(&["runs", "import", "run.jsonl"]).expect(0);
    let paid = |workspace: &Workspace| -> Value {
        let listed = workspace.bench(&["runs", "list", "--json"]).expect(0);
        serde_json::from_str(&listed.stdout).expect("a list")
    };
    assert_eq!(paid(&other), paid(&workspace), "{}", exported.stderr);
}

fn exported_file(workspace: &Workspace) -> std::path::PathBuf {
    let folders = std::fs::read_dir(workspace.path().join("runs")).expect("runs");
    let files = folders.map(|entry| entry.expect("an entry").path().join("run.jsonl"));
    files
        .into_iter()
        .find(|path| path.exists())
        .expect("the exported run")
}
