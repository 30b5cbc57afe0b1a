//! `bench judge`: verdicts against labels of people, and labels taken one by one.

use crate::cli_score::recorded;
use crate::support::program::Ended;
use crate::support::{Running, Workspace};
use serde_json::Value;

/// A run of two models over `cases` sums, graded by `right`.
fn graded(cases: usize) -> Workspace {
    let workspace = recorded(cases, "  - {name: right, contains: {}}\n");
    workspace.bench(&["run"]).expect(0);
    workspace
}

#[track_caller]
fn document(ended: &Ended) -> Value {
    serde_json::from_str(&ended.stdout).expect("one JSON document")
}

#[track_caller]
fn calibrate(workspace: &Workspace, arguments: &[&str]) -> Value {
    let all: Vec<&str> = ["judge", "calibrate", "--json", "--resamples", "199"]
        .iter()
        .chain(arguments)
        .copied()
        .collect();
    document(&workspace.bench(&all).expect(0))
}

/// Runs `bench judge label` with these keys, a line each.
#[track_caller]
fn label(workspace: &Workspace, arguments: &[&str], keys: &str) -> Ended {
    workspace.write("keys.txt", keys);
    let all: Vec<&str> = ["judge", "label"].iter().chain(arguments).copied().collect();
    let mut command = workspace.command(&all);
    command.stdin(std::fs::File::open(workspace.path().join("keys.txt")).unwrap());
    Running::start(command).wait()
}

fn ledger(workspace: &Workspace, path: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(workspace.path().join(path)).unwrap_or_default();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn a_scorer_of_a_run_is_compared_with_people() {
    let workspace = graded(60);
    // People think that multiples of 10 are right, too; `right` fails every fifth.
    let labels: String = (1..=60)
        .map(|n| {
            let says = if n % 5 == 0 && n % 10 != 0 { "fail" } else { "pass" };
            format!("c-{n},recorded/one,{says},ann\n")
        })
        .collect();
    workspace.write("labels.csv", &format!("case,candidate,human,rater\n{labels}"));
    let found = calibrate(&workspace, &["right", "--labels", "labels.csv"]);
    assert_eq!(found["scale"]["kind"], "pass-fail");
    assert_eq!(found["confusion"]["names"], serde_json::json!(["pass", "fail"]));
    assert_eq!(
        found["confusion"]["judge_by_human"],
        serde_json::json!([[48, 0], [6, 6]])
    );
    assert_eq!(found["accuracy"]["value"], 0.9);
    assert!(found["accuracy"]["low"].as_f64().unwrap() > 0.75);
    let kappa = found["kappa"][0]["value"].as_f64().unwrap();
    assert!((kappa - 0.615_384_615_384).abs() < 1e-9, "{kappa}");
    assert!(found["kappa"][0]["low"].as_f64().unwrap() < kappa);
    assert_eq!(found["classes"][0]["sensitivity"]["n"], 54);
    assert_eq!(found["classes"][0]["specificity"]["value"], 1.0);
    assert_eq!(found["alpha"]["raters"]["value"], Value::Null);
    assert!(found["alpha"]["raters"]["why"].is_string());
    // All outputs of one candidate are labelled, none of the other.
    let corrected = found["corrections"].as_array().unwrap();
    assert_eq!(corrected.len(), 2);
    assert_eq!(
        (&corrected[0]["raw"]["value"], &corrected[0]["corrected"]["value"]),
        (&0.8.into(), &0.9.into())
    );
    assert_eq!(corrected[1]["corrected"]["value"], Value::Null);
    assert_eq!(corrected[1]["by"], "none");

    let text = workspace
        .bench(&["judge", "calibrate", "right", "--labels", "labels.csv"])
        .expect(0)
        .stdout;
    for words in [
        "right against 1 rater: 60 labels of 60 outputs",
        "accuracy                  0.900 [0.80, 0.95]",
        "judge \\ human  pass  fail",
        "recorded/one  pass rate",
        "0.900 [0.80, 0.95]   60/60",
    ] {
        assert!(text.contains(words), "{text}\nlacks {words}");
    }
    let long = text.lines().find(|line| line.chars().count() > 80);
    assert!(long.is_none(), "{long:?}");
    let markdown = workspace
        .bench(&[
            "judge",
            "calibrate",
            "right",
            "--labels",
            "labels.csv",
            "--format",
            "markdown",
        ])
        .expect(0)
        .stdout;
    assert!(markdown.contains("| pass | 48 | 0 |"), "{markdown}");
    let again = workspace
        .bench(&["judge", "calibrate", "right", "--labels", "labels.csv"])
        .expect(0)
        .stdout;
    assert_eq!(text, again, "the same labels give the same text");
}

#[test]
fn labels_name_outputs_by_text_or_hash_or_by_whose_they_are() {
    let workspace = graded(5);
    let hash = blake3::hash(b"The sum is 6.").to_hex().to_string();
    workspace.write(
        "labels.jsonl",
        &format!(
            "{{\"case\": \"c-1\", \"output\": \"The sum is 2.\", \"human\": true}}\n\
             {{\"case\": \"c-3\", \"output\": \"{hash}\", \"human\": true}}\n\
             {{\"case\": \"c-5\", \"model\": \"recorded/two\", \"human\": false, \"rater\": \"bo\"}}\n\
             {{\"case\": \"c-4\", \"model\": \"recorded/gone\", \"human\": false}}\n"
        ),
    );
    let found = calibrate(&workspace, &["right", "--labels", "labels.jsonl"]);
    // Both models gave the same text to c-1 and c-3.
    assert_eq!(found["counts"]["outputs"], 5);
    assert_eq!(
        found["confusion"]["judge_by_human"],
        serde_json::json!([[4, 0], [0, 1]])
    );
    let notes = found["notes"].to_string();
    assert!(notes.contains("1 of 4 labels fit no output"), "{notes}");
    assert!(
        notes.contains("no candidate `recorded/gone`; there is `recorded/one`"),
        "{notes}"
    );
}

#[test]
fn what_is_wrong_with_labels_is_told_before_anything_is_computed() {
    let workspace = graded(5);
    let told = |labels: &str, words: &[&str]| {
        workspace.write("labels.csv", labels);
        let ended = workspace
            .bench(&["judge", "calibrate", "right", "--labels", "labels.csv"])
            .expect(2);
        for word in words {
            assert!(ended.stderr.contains(word), "{}\nlacks {word}", ended.stderr);
        }
    };
    told(
        "case,humn\nc-1,1\n",
        &["labels.csv:1:6", "unknown column `humn`", "did you mean `human`?"],
    );
    told(
        "case,human\nc-1,1\n",
        &["labels.csv:2: this label fits 2 outputs", "`candidate`"],
    );
    told(
        "case,human,model\nx-1,1,recorded/one\n",
        &["1 of 1 labels fit no output", "case `x-1`"],
    );
    told(
        "case,human,model\nc-1,1,recorded/one\nc-1,0,recorded/one\n",
        &[
            "labels.csv:3",
            "line 2 says `1` of the same output",
            "name the raters in `rater`",
        ],
    );
    told(
        "case,human,model\nc-1,pass,recorded/one\nc-2,7,recorded/one\n",
        &["labels.csv:3", "either all numbers or all words"],
    );
    let ended = workspace
        .bench(&["judge", "calibrate", "rihgt", "--labels", "labels.csv"])
        .expect(2);
    assert!(
        ended
            .stderr
            .contains("has a judge or scorer `rihgt`; there is `right`"),
        "{}",
        ended.stderr
    );
    let ended = workspace
        .bench(&["judge", "calibrate", "right", "--labels", "none.csv"])
        .expect(2);
    assert!(ended.stderr.contains("none.csv"), "{}", ended.stderr);
}

#[test]
fn verdicts_beside_the_labels_need_neither_run_nor_workspace() {
    let workspace = Workspace::empty();
    let lines: String = (0..80)
        .map(|n| {
            let judge = if n % 4 == 0 { 3 } else { 8 };
            let human = if n % 8 == 0 { 2 } else { 9 };
            match n < 60 {
                true => format!(
                    "{{\"case\": {n}, \"candidate\": \"m\", \"judge\": {judge}, \"human\": {human}}}\n"
                ),
                false => format!("{{\"case\": {n}, \"candidate\": \"m\", \"judge\": {judge}}}\n"),
            }
        })
        .collect();
    workspace.write("both.jsonl", &lines);
    let found = calibrate(
        &workspace,
        &[
            "elsewhere",
            "--labels",
            "both.jsonl",
            "--scale",
            "0,10",
            "--pass",
            "6",
        ],
    );
    assert_eq!(found["scale"]["kind"], "ordinal");
    assert_eq!(found["counts"]["outputs"], 60);
    assert_eq!(found["run"], Value::Null);
    let corrected = &found["corrections"][0];
    assert_eq!(
        (&corrected["candidate"], &corrected["by"]),
        (&"m".into(), &"ppi++".into())
    );
    assert_eq!(
        (&corrected["labels"], &corrected["judged"]),
        (&60.into(), &20.into())
    );
    assert!(corrected["corrected"]["value"].as_f64().unwrap() > corrected["raw"]["value"].as_f64().unwrap());
    let ended = workspace
        .bench(&[
            "judge",
            "calibrate",
            "elsewhere",
            "--labels",
            "both.jsonl",
            "--run",
            "latest",
        ])
        .expect(2);
    assert!(ended.stderr.contains("leave --run out"), "{}", ended.stderr);
}

#[test]
fn names_from_files_do_not_act_on_the_terminal_or_the_page() {
    let workspace = Workspace::empty();
    workspace.write(
        "labels.jsonl",
        "{\"case\": 1, \"human\": \"<b>\\u001b[31m|\", \"judge\": \"<b>\\u001b[31m|\", \"rater\": \"*ann*\"}\n\
         {\"case\": 2, \"human\": \"x\", \"judge\": \"x\", \"rater\": \"*ann*\"}\n\
         {\"case\": 2, \"human\": \"x\", \"judge\": \"x\", \"rater\": \"\\u202ebo\"}\n",
    );
    let arguments = ["judge", "calibrate", "\u{1b}[2Jme", "--labels", "labels.jsonl"];
    let text = workspace.bench(&arguments).expect(0).stdout;
    assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
    let markdown: Vec<&str> = arguments.iter().copied().chain(["-f", "markdown"]).collect();
    let markdown = workspace.bench(&markdown).expect(0).stdout;
    assert!(!markdown.contains(['\u{1b}', '\u{202e}']), "{markdown}");
    assert!(
        !markdown.contains("<b>") && !markdown.contains("*ann*"),
        "{markdown}"
    );
}

#[test]
fn labels_are_taken_key_by_key_and_the_next_call_goes_on() {
    let workspace = graded(30);
    let ended = label(
        &workspace,
        &["--limit", "4", "--rater", "ann"],
        "p\nz\nf\ns\np\np\n",
    )
    .expect(0);
    assert!(
        ended
            .stdout
            .contains("3 labels taken, 1 skipped; 3 in all; 56 outputs left"),
        "{}",
        ended.stdout
    );
    assert!(ended.stdout.contains("golden"), "{}", ended.stdout);
    assert!(ended.stdout.contains("The sum is "), "{}", ended.stdout);
    assert!(
        !ended.stdout.contains("recorded/"),
        "blind to the candidate: {}",
        ended.stdout
    );
    let lines = ledger(&workspace, "labels/right.jsonl");
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[0]["human"], "pass");
    assert_eq!(lines[1]["human"], "fail");
    assert_eq!(lines[2]["skipped"], true);
    assert_eq!(lines[0]["rater"], "ann");
    assert_eq!(lines[0]["scorer"], "right");
    assert_eq!(lines[0]["output"].as_str().unwrap().len(), 64);

    // A line that was cut off in its end is followed by a line of its own.
    let path = workspace.path().join("labels/right.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.trim_end()).unwrap();
    let ended = label(&workspace, &["--rater", "ann"], "p\np\nq\n").expect(0);
    assert!(
        ended.stdout.contains("2 labels taken; 5 in all; 54 outputs left"),
        "{}",
        ended.stdout
    );
    let lines = ledger(&workspace, "labels/right.jsonl");
    let seen = |line: &Value| format!("{} {}", line["case"], line["candidate"]);
    let mut shown: Vec<String> = lines.iter().map(seen).collect();
    shown.sort();
    shown.dedup();
    assert_eq!(shown.len(), 6, "nothing is shown twice");

    // Another person begins at the beginning, with the same outputs.
    label(&workspace, &["--rater", "bo", "--limit", "1"], "p\n").expect(0);
    let lines = ledger(&workspace, "labels/right.jsonl");
    assert_eq!(seen(&lines[6]), seen(&lines[0]));
    // The end of the input ends the labelling; what was said is kept.
    let ended = label(&workspace, &["--rater", "ann"], "f\n").expect(0);
    assert!(
        ended.stdout.contains("1 label taken; 6 in all"),
        "{}",
        ended.stdout
    );
}

#[test]
fn labels_that_were_taken_correct_the_run() {
    let workspace = graded(60);
    let keys = "p\n".repeat(70);
    label(&workspace, &["--limit", "70"], &keys).expect(0);
    let found = calibrate(&workspace, &["right", "--labels", "labels/right.jsonl"]);
    let codes = found["warnings"].to_string();
    assert!(codes.contains("drawn-by-band"), "{codes}");
    for corrected in found["corrections"].as_array().unwrap() {
        assert_eq!(corrected["by"], "ppi++-by-band");
        assert_eq!(corrected["corrected"]["value"], 1.0, "people pass all");
        assert!(corrected["corrected"]["low"].as_f64().unwrap() > 0.7);
        assert_eq!(corrected["raw"]["value"], 0.8);
    }
    // Weighted by band, the accuracy is that of all outputs: people pass the fifth that `right` fails.
    let accuracy = found["accuracy"]["value"].as_f64().unwrap();
    assert!((accuracy - 0.8).abs() < 1e-9, "{accuracy}");
}

#[test]
fn digits_label_on_a_scale_and_the_terminal_is_safe_from_outputs() {
    let workspace = Workspace::recorded("{\"case\": \"a\", \"output\": \"\\u001b[2Jfirst\\nsecond\"}\n");
    workspace.write(
        "golden/t.jsonl",
        "{\"id\": \"a\", \"vars\": {\"q\": \"\\u001b[31mred\"}, \"golden\": \"x\"}\n",
    );
    workspace.write(
        "tasks/t.yaml",
        "task: t\ncases: ../golden/t.jsonl\nprompts: [\"{{ q }}\"]\nscorers: [contains: {}]\n",
    );
    workspace.bench(&["run"]).expect(0);
    let ended = label(
        &workspace,
        &["--scale", "1,5", "--labels", "mine.jsonl", "--json"],
        "7\n4\n",
    )
    .expect(0);
    assert!(!ended.stderr.contains('\u{1b}'), "{}", ended.stderr);
    assert!(ended.stderr.contains("first\n  second\n"), "{}", ended.stderr);
    assert_eq!(ledger(&workspace, "mine.jsonl")[0]["human"], 4);
    let told = document(&ended);
    assert_eq!((&told["taken"], &told["left"]), (&1.into(), &0.into()));
    let ended = label(&workspace, &["--labels", "mine.csv"], "").expect(2);
    assert!(ended.stderr.contains(".jsonl"), "{}", ended.stderr);
}

#[test]
fn the_document_of_a_calibration_meets_its_schema() {
    let workspace = graded(60);
    let schema = document(&workspace.bench(&["schema", "judge-calibration"]).expect(0));
    let validator = jsonschema::validator_for(&schema).unwrap();
    let pass_fail: String = (1..=60)
        .map(|n| {
            format!(
                "c-{n},recorded/one,{},ann\n",
                if n % 7 == 0 { "fail" } else { "pass" }
            )
        })
        .collect();
    workspace.write("labels.csv", &format!("case,candidate,human,rater\n{pass_fail}"));
    let of_run = calibrate(&workspace, &["right", "--labels", "labels.csv"]);
    let numbers: String = (0..30)
        .map(|n| {
            format!(
                "{n},m,{},ann,{}\n{n},m,{},bo,{}\n",
                1 + n % 5,
                1 + n % 4,
                1 + n % 3,
                1 + n % 4
            )
        })
        .collect();
    workspace.write(
        "numbers.csv",
        &format!("case,candidate,human,rater,judge\n{numbers}"),
    );
    let beside = calibrate(&workspace, &["any", "--labels", "numbers.csv", "--scale", "1,5"]);
    let pairs = "case,candidate,human,judge_first,judge_second\n1,m,A,A,A\n2,m,B,A,B\n3,m,tie,A,B\n";
    workspace.write("pairs.csv", pairs);
    let pairs = calibrate(&workspace, &["any", "--labels", "pairs.csv"]);
    assert!(pairs["orders"].is_object() && beside["picture"].is_object());
    for found in [of_run, beside, pairs] {
        let problems: Vec<String> = validator
            .iter_errors(&found)
            .map(|error| error.to_string())
            .collect();
        assert_eq!(problems, Vec::<String>::new());
    }
}

/// A verdict of a judge on a pair, as it is stored.
fn verdict(opponent: u32, order: &str, value: f64) -> Value {
    serde_json::json!({
        "member": 0, "model": "judging/one", "weight": 1.0, "opponent": opponent, "order": order,
        "said": {"Ok": {"raw": value, "value": value}}, "asked": 1, "request": "0".repeat(64),
        "cost": null, "input_tokens": null, "output_tokens": null,
    })
}

#[test]
fn verdicts_on_pairs_are_found_from_either_side_and_by_order() {
    let workspace = graded(5);
    let store = workspace.store();
    // The judge prefers the first model in both orders; of case 3 whatever is shown first.
    for case in 0..5 {
        let first = verdict(1, "first", 1.0);
        let second = verdict(1, "second", if case == 2 { 0.0 } else { 1.0 });
        for (candidate, verdicts) in [(0, vec![first, second]), (1, Vec::new())] {
            let scores = serde_json::json!([{
                "scorer": "right", "weight": 1.0,
                "result": {"Ok": {"value": 1.0, "pass": true, "explanation": ""}},
                "judged": {"verdicts": verdicts},
            }]);
            let changed = store
                .execute(
                    "UPDATE trial SET scores = ?1 WHERE candidate = ?2 AND case_pos = ?3",
                    rusqlite::params![scores.to_string(), candidate, case],
                )
                .unwrap();
            assert_eq!(changed, 1);
        }
    }
    drop(store);
    workspace.write(
        "labels.csv",
        "case,candidate,against,human\nc-1,recorded/one,recorded/two,A\nc-2,recorded/two,recorded/one,B\n\
         c-3,recorded/one,recorded/two,tie\nc-4,recorded/two,recorded/one,A\n",
    );
    let found = calibrate(&workspace, &["right", "--labels", "labels.csv"]);
    assert_eq!(found["scale"]["kind"], "pair");
    let orders = &found["orders"];
    assert_eq!(
        (&orders["first"]["correct"], &orders["first"]["n"]),
        (&2.into(), &4.into())
    );
    assert_eq!(
        (&orders["second"]["correct"], &orders["second"]["n"]),
        (&2.into(), &4.into())
    );
    assert_eq!(
        (&orders["flips"], &orders["flips_to_first"]),
        (&1.into(), &1.into())
    );
    assert_eq!(orders["consistency"]["value"], 0.75);
    assert_eq!(found["accuracy"]["value"], 0.75, "a flip is a tie, as people say");
    assert_eq!(
        found["corrections"],
        serde_json::json!([]),
        "outcomes of pairs have no mean"
    );
    let ended = label(&workspace, &[], "p\n").expect(2);
    assert!(ended.stderr.contains("judges pairs"), "{}", ended.stderr);
    // Half the label is not enough where the other output may be anybody's.
    workspace.write(
        "labels.csv",
        "case,candidate,against,human\nc-1,recorded/one,golden,A\n",
    );
    let ended = workspace
        .bench(&["judge", "calibrate", "right", "--labels", "labels.csv"])
        .expect(2);
    assert!(ended.stderr.contains("fit no output"), "{}", ended.stderr);
}
