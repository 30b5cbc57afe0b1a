//! Labels of people: a run's judge scores corrected by them, and the reports that show it.

use super::*;

/// Outputs of the system that are judged.
const OUTPUTS: u64 = 200;

/// What the judge gives an output, from 0 to 10: it is generous.
fn verdict(case: u64) -> u64 {
    4 + case * 5 % 7
}

/// What people give it.
fn human(case: u64) -> u64 {
    (verdict(case) - 2 + case % 3).min(10)
}

/// One recorded system with 200 outputs and a recorded judge; the scorers have labels where their text says so.
fn workspace(scorers: &str) -> Workspace {
    let workspace = Workspace::empty();
    let (mut cases, mut outputs, mut verdicts) = (String::new(), String::new(), String::new());
    for case in 0..OUTPUTS {
        let id = format!("c-{case:03}");
        let lines = [
            (
                &mut cases,
                json!({"id": id, "vars": {"q": format!("Question {case}?")}}),
            ),
            (
                &mut outputs,
                json!({"case": id, "output": format!("Answer {case}.")}),
            ),
            (
                &mut verdicts,
                json!({"case": id, "output": json!({"reasoning": "so", "score": verdict(case)}).to_string()}),
            ),
        ];
        for (text, line) in lines {
            writeln!(text, "{line}").expect("text");
        }
    }
    workspace.write("bench.yaml", "models: [recorded/system]\n");
    workspace.write("golden/q.jsonl", &cases);
    workspace.write("outputs.jsonl", &outputs);
    workspace.write("verdicts.jsonl", &verdicts);
    workspace.write(
        "providers/recorded.yaml",
        "provider: recorded\napi: replay\nmax_attempts: 1\nmodels: {system: {file: ../outputs.jsonl}}\n",
    );
    workspace.write(
        "providers/verdicts.yaml",
        "provider: verdicts\napi: replay\nmax_attempts: 1\nmodels: {one: {file: ../verdicts.jsonl}}\n",
    );
    workspace.write(
        "judges/careful.yaml",
        "judge: careful\nmembers: [{model: verdicts/one}]\nlabels: ../labels/careful.csv\n",
    );
    workspace.write(
        "tasks/q.yaml",
        &format!("task: q\ncases: ../golden/q.jsonl\nprompts: [\"{{{{ q }}}}\"]\nscorers:\n{scorers}"),
    );
    workspace
}

const CAREFUL: &str = "  - judge: {by: careful, rubric: Is it good?, at-least: 6}\n    name: quality\n";

/// Labels of some cases: a random part of them, as far as anything here is.
fn labels(cases: impl Iterator<Item = u64>) -> String {
    let rows = cases.map(|case| format!("c-{case:03},{},ann\n", human(case)));
    format!("case,human,rater\n{}", rows.collect::<String>())
}

/// Sixty of the two hundred.
fn sixty() -> impl Iterator<Item = u64> {
    (0..OUTPUTS).filter(|case| case % 10 < 3)
}

fn document(text: &str) -> Value {
    serde_json::from_str(text).expect("one JSON document")
}

fn file(workspace: &Workspace, path: &str) -> String {
    std::fs::read_to_string(workspace.path().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The entry of the only judge of the only task.
fn judge_of(summary: &Value) -> &Value {
    &summary["tasks"][0]["judges"][0]
}

#[test]
fn a_run_with_labels_shows_corrected_scores_beside_raw_ones() {
    let workspace = workspace(CAREFUL);
    workspace.write("labels/careful.csv", &labels(sixty()));
    let ended = workspace.bench(&["run", "--json"]).expect(0);
    let summary = document(&ended.stdout);
    let judge = judge_of(&summary);
    assert_eq!(judge["labels"]["file"], "labels/careful.csv");
    assert_eq!(judge["labels"]["notes"], json!([]));
    let corrected = &judge["candidates"][0]["corrected"];
    assert_eq!(
        (&corrected["by"], &corrected["quantity"]),
        (&"ppi++".into(), &"mean-score".into())
    );
    assert_eq!(
        (&corrected["labels"], &corrected["judged"]),
        (&60.into(), &140.into())
    );
    let mean = |figure: &Value| figure["mean"].as_f64().expect("a mean");
    let people = (0..OUTPUTS).map(|case| human(case) as f64 / 10.0).sum::<f64>() / OUTPUTS as f64;
    let raw = mean(&judge["candidates"][0]["score"]);
    assert!((mean(&corrected["raw"]) - raw).abs() < 1e-12);
    assert!(mean(corrected) < raw - 0.05, "people are stricter: {corrected}");
    assert!(
        corrected["low"].as_f64().expect("a bound") <= people
            && people <= corrected["high"].as_f64().expect("a bound"),
        "{people}: {corrected}"
    );

    // The same as what a calibration by hand says.
    let told = workspace
        .bench(&[
            "judge",
            "calibrate",
            "careful",
            "--labels",
            "labels/careful.csv",
            "--json",
            "--resamples",
            "0",
        ])
        .expect(0);
    let told = document(&told.stdout);
    assert_eq!(told["scale"]["pass"], 6.0, "what passes is known from the scorer");
    let by_hand = &told["corrections"][0];
    for (mine, theirs) in [("mean", "value"), ("low", "low"), ("high", "high")] {
        assert_eq!(corrected[mine], by_hand["corrected"][theirs], "{mine}");
        assert_eq!(corrected["raw"][mine], by_hand["raw"][theirs], "raw {mine}");
    }
    assert_eq!(corrected["lambda"], by_hand["lambda"]);

    // All documents come from the store alone, also where the labels are gone.
    let run = words(&summary["run"]);
    let written = file(&workspace, &format!("runs/{run}/report.md"));
    assert!(
        written.contains("Corrected by labels of people (labels/careful.csv,"),
        "{written}"
    );
    assert!(written.contains("60 of 200"), "{written}");
    std::fs::remove_dir_all(workspace.path().join("labels")).expect("the labels go");
    workspace.write(
        "judges/careful.yaml",
        "judge: careful\nmembers: [{model: verdicts/one}]\n",
    );
    workspace
        .bench(&["runs", "export", &run, "--to", "out"])
        .expect(0);
    for name in ["manifest.json", "results.jsonl", "summary.json", "report.md"] {
        let own = file(&workspace, &format!("runs/{run}/{name}"));
        let exported = std::fs::read_to_string(workspace.path().join("out").join(name))
            .unwrap_or_else(|_| file(&workspace, &format!("out/{run}/{name}")));
        assert_eq!(own, exported, "{name}");
    }
    let text = workspace
        .bench(&["report", &run, "--format", "table"])
        .expect(0)
        .stdout;
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        line.contains("mean score corrected by labels: recorded/system 0."),
        "{text}"
    );
}

fn words(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

#[test]
fn labels_that_change_are_taken_up_by_score_and_resume() {
    let workspace = workspace(CAREFUL);
    workspace.write("labels/careful.csv", "case,human,rater\n");
    let ended = workspace.bench(&["run", "--json"]).expect(0);
    assert!(ended.stderr.contains("labels/careful.csv"), "{}", ended.stderr);
    assert!(ended.stderr.contains("no labels yet"), "{}", ended.stderr);
    let summary = document(&ended.stdout);
    let judge = judge_of(&summary);
    assert_eq!(judge["candidates"][0]["corrected"], Value::Null);
    assert!(judge["labels"]["notes"][0].is_string(), "{}", judge["labels"]);
    let run = words(&summary["run"]);
    let stored = || document(&file(&workspace, &format!("runs/{run}/summary.json")));
    let count = |summary: &Value| judge_of(summary)["candidates"][0]["corrected"]["labels"].clone();

    workspace.write("labels/careful.csv", &labels(sixty()));
    workspace.bench(&["score", "--dry-run"]).expect(0);
    assert_eq!(count(&stored()), Value::Null, "a dry run stores nothing");
    workspace.bench(&["score"]).expect(0);
    assert_eq!(count(&stored()), 60);
    workspace.write("labels/careful.csv", &labels(0..20));
    workspace.bench(&["resume", &run]).expect(0);
    assert_eq!(count(&stored()), 20);
    let corrected = judge_of(&stored())["candidates"][0]["corrected"].clone();
    assert_eq!(
        corrected["by"], "labels-alone",
        "twenty are too few for the judge"
    );
}

#[test]
fn a_mistake_in_labels_is_told_with_its_place_before_the_run_starts() {
    let workspace = workspace(CAREFUL);
    let told = |labels: &str, expected: &[&str]| {
        workspace.write("labels/careful.csv", labels);
        for arguments in [&["run"][..], &["check"]] {
            let ended = workspace.bench(arguments).expect(2);
            for words in expected {
                assert!(ended.stderr.contains(words), "{}\nlacks {words}", ended.stderr);
            }
        }
    };
    told(
        "case,humn\nc-001,5\n",
        &["labels/careful.csv:1:6", "unknown column `humn`"],
    );
    told(
        "case,human\nc-001,5\nc-002,11\n",
        &[
            "labels/careful.csv:3:1",
            "11 is not on the scale from 0 to 10",
            "c-002,11",
        ],
    );
    told(
        "case,human\nc-001,5\nc-002,pass\n",
        &["labels/careful.csv:3:1", "either all numbers or all words"],
    );
    assert!(!workspace.store_path().exists(), "no run was started");
}

#[test]
fn labels_that_fit_no_output_are_a_warning_in_the_run_and_in_its_report() {
    let workspace = workspace(CAREFUL);
    workspace.write(
        "labels/careful.csv",
        "case,human,scorer,task\nx-1,5,,\nx-2,7,,\nx-3,7,other,\n",
    );
    let ended = workspace.bench(&["run", "--json"]).expect(0);
    assert!(
        ended.stderr.contains("2 of 2 labels fit no output"),
        "{}",
        ended.stderr
    );
    let summary = document(&ended.stdout);
    let notes = judge_of(&summary)["labels"]["notes"].to_string();
    assert!(notes.contains("2 of 2 labels fit no output"), "{notes}");
    let text = workspace.bench(&["report"]).expect(0).stdout;
    assert!(text.contains("Not corrected by labels of people"), "{text}");

    let mixed = labels(sixty()) + "x-1,5,ann\n";
    workspace.write("labels/careful.csv", &mixed);
    let ended = workspace.bench(&["score"]).expect(0);
    assert!(
        ended.stderr.contains("1 of 61 labels fit no output"),
        "{}",
        ended.stderr
    );
    let run = words(&summary["run"]);
    let report = file(&workspace, &format!("runs/{run}/report.md"));
    assert!(report.contains("1 of 61 labels fit no output"), "{report}");
    assert!(report.contains("60 of 200"), "{report}");
}

#[test]
fn labels_of_the_scorer_go_before_those_of_its_judge() {
    let own =
        "  - judge: {by: careful, rubric: Is it good?, labels: ../labels/own.jsonl}\n    name: quality\n";
    let workspace = workspace(own);
    workspace.write("labels/careful.csv", &labels(0..10));
    let lines: String = sixty()
        .map(|case| {
            let says = if human(case) >= 6 { "pass" } else { "fail" };
            format!(
                "{{\"case\": \"c-{case:03}\", \"candidate\": \"recorded/system\", \"human\": \"{says}\"}}\n"
            )
        })
        .collect();
    workspace.write("labels/own.jsonl", &lines);
    let summary = document(&workspace.bench(&["run", "--json"]).expect(0).stdout);
    let judge = judge_of(&summary);
    assert_eq!(judge["labels"]["file"], "labels/own.jsonl");
    let corrected = &judge["candidates"][0]["corrected"];
    assert_eq!(corrected["quantity"], "pass-rate");
    assert_eq!(corrected["labels"], 60);
}

#[test]
fn a_judge_that_sees_a_sample_is_not_corrected_and_says_why() {
    let scorers = "  - length: {max: 9}\n  - judge: {by: careful, rubric: Is it good?, sample: {top: 0.2, rest: 0.2}}\n    \
                   name: quality\n";
    let workspace = workspace(scorers);
    workspace.write("labels/careful.csv", &labels(0..OUTPUTS));
    let ended = workspace.bench(&["run", "--json"]).expect(0);
    assert!(ended.stderr.contains("saw a sample"), "{}", ended.stderr);
    let summary = document(&ended.stdout);
    assert_eq!(judge_of(&summary)["candidates"][0]["corrected"], Value::Null);
}

#[test]
fn a_judge_is_calibrated_by_its_name_its_model_or_its_scorer() {
    let scorers = format!(
        "{CAREFUL}  - judge: {{by: verdicts/one, rubric: Is it polite?, scale: [0, 20]}}\n    name: polite\n"
    );
    let workspace = workspace(&scorers);
    workspace.write("labels/careful.csv", &labels(sixty()));
    workspace.bench(&["run", "-q"]).expect(0);
    let calibrate = |more: &[&str]| {
        let all: Vec<&str> = [
            "judge",
            "calibrate",
            "--json",
            "--resamples",
            "0",
            "--labels",
            "labels/careful.csv",
        ]
        .iter()
        .chain(more)
        .copied()
        .collect();
        workspace.bench(&all)
    };
    for (named, scorer, high) in [
        ("careful", "quality", 10.0),
        ("quality", "quality", 10.0),
        ("verdicts/one", "polite", 20.0),
        ("polite", "polite", 20.0),
    ] {
        let told = document(&calibrate(&[named]).expect(0).stdout);
        assert_eq!(told["scorer"], scorer, "{named}");
        assert_eq!(told["scale"]["high"], high, "{named}");
    }
    let ended = calibrate(&["verdicts/two"]).expect(2);
    assert!(ended.stderr.contains("verdicts/two"), "{}", ended.stderr);

    // Where several scorers ask the same judge, a flag picks one.
    let scorers = format!("{CAREFUL}  - judge: {{by: careful, rubric: Is it polite?}}\n    name: polite\n");
    workspace.write(
        "tasks/q.yaml",
        &format!("task: q\ncases: ../golden/q.jsonl\nprompts: [\"{{{{ q }}}}\"]\nscorers:\n{scorers}"),
    );
    workspace.bench(&["run", "-q"]).expect(0);
    let ended = calibrate(&["careful"]).expect(2);
    assert!(
        ended.stderr.contains("--scorer polite") && ended.stderr.contains("--scorer quality"),
        "{}",
        ended.stderr
    );
    let told = document(&calibrate(&["careful", "--scorer", "polite"]).expect(0).stdout);
    assert_eq!(told["scorer"], "polite");
    let ended = calibrate(&["careful", "--scorer", "plite"]).expect(2);
    assert!(ended.stderr.contains("no scorer `plite`"), "{}", ended.stderr);
}
