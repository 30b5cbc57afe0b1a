//! `bench init` and `bench add-task` as a user sees them.

use crate::support::Workspace;
use serde_json::{Value, json};

fn workspace() -> Workspace {
    let workspace = Workspace::empty();
    workspace.bench(&["init"]).expect(0);
    workspace
}

/// The cases that `add-task t --from FILE` makes of a file.
#[track_caller]
fn cases(file: &str, content: &str, flags: &[&str]) -> Vec<Value> {
    let workspace = workspace();
    workspace.write(file, content);
    let arguments: Vec<&str> = ["add-task", "t", "--from", file]
        .iter()
        .chain(flags)
        .copied()
        .collect();
    workspace.bench(&arguments).expect(0);
    workspace.bench(&["check", "t"]).expect(0);
    let lines = std::fs::read_to_string(workspace.path().join("golden/t.jsonl")).unwrap();
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// What `add-task t --from FILE` says of a file that it refuses, leaving nothing behind.
#[track_caller]
fn refusal(file: &str, content: &str, flags: &[&str]) -> String {
    let workspace = workspace();
    workspace.write(file, content);
    let arguments: Vec<&str> = ["add-task", "t", "--from", file]
        .iter()
        .chain(flags)
        .copied()
        .collect();
    let ended = workspace.bench(&arguments).expect(2);
    for left in ["golden/t.jsonl", "tasks/t.yaml"] {
        assert!(!workspace.path().join(left).exists(), "{left}");
    }
    ended.stderr
}

#[test]
fn a_new_workspace_runs_at_once_and_a_second_init_leaves_it_alone() {
    let workspace = workspace();
    workspace.bench(&["run"]).expect(0);
    workspace.write("bench.yaml", "models: [sim/quick]\n");
    let again = workspace.bench(&["init", "."]).expect(0);
    assert!(
        again.stderr.contains("kept ./bench.yaml as it is"),
        "{}",
        again.stderr
    );
    assert!(again.stdout.contains("Try it: bench run"), "{}", again.stdout);
    let kept = std::fs::read_to_string(workspace.path().join("bench.yaml")).unwrap();
    assert_eq!(kept, "models: [sim/quick]\n");
}

#[test]
fn an_empty_task_is_valid_and_never_overwrites_another() {
    let workspace = workspace();
    workspace.bench(&["add-task", "greeting"]).expect(0);
    workspace.bench(&["run", "greeting"]).expect(0);
    let again = workspace.bench(&["add-task", "greeting"]).expect(2);
    assert!(again.stderr.contains("exists already"), "{}", again.stderr);
    for name in ["", "../up", "a b", ".hidden"] {
        let ended = workspace.bench(&["add-task", name]).expect(2);
        assert!(
            ended.stderr.contains("cannot be the name of a task"),
            "{}",
            ended.stderr
        );
    }
}

#[test]
fn columns_of_a_csv_file_become_what_the_flags_say() {
    let flags = [
        "--golden", "queue", "--id", "no", "--var", "text", "--meta", "who",
    ];
    let made = cases(
        "t.csv",
        "no,text,queue,who,rest\n7,\"a, \"\"b\"\"\nc\",billing,acme,x\n",
        &flags,
    );
    let wanted =
        json!({"id": "7", "vars": {"text": "a, \"b\"\nc"}, "golden": "billing", "meta": {"who": "acme"}});
    assert_eq!(made, [wanted]);
}

#[test]
fn a_spreadsheet_with_semicolons_and_a_byte_order_mark_is_read() {
    let made = cases(
        "t.csv",
        "\u{feff}id;Die Frage;golden\r\n1;Was, bitte?;2,5\r\n",
        &[],
    );
    assert_eq!(
        made,
        [json!({"id": "1", "vars": {"die_frage": "Was, bitte?"}, "golden": "2,5"})]
    );
}

#[test]
fn cases_in_benchs_own_form_keep_their_variables_and_metadata() {
    let case = json!({"id": "x", "vars": {"q": "hello"}, "golden": {"a": [1]}, "meta": {"k": "v"}});
    assert_eq!(cases("t.jsonl", &format!("{case}\n\n"), &[]), [case]);
}

#[test]
fn files_that_are_not_understood_are_refused_with_their_line() {
    let ragged = refusal("t.csv", "q,a\n1,2\n1,2,3\n", &[]);
    assert!(ragged.contains("line: 3"), "{ragged}");
    let double = refusal("t.csv", "q,q\n1,2\n", &[]);
    assert!(double.contains("t.csv:1: two columns are called `q`"), "{double}");
    let list = refusal("t.jsonl", "{\"q\": 1}\n[1]\n", &[]);
    assert!(
        list.contains("t.jsonl:2: not a JSON object: invalid type: sequence"),
        "{list}"
    );
    assert!(!list.contains("line 1"), "{list}");
    let ids = refusal("t.csv", "id,q\n1,a\n1,b\n", &[]);
    assert!(ids.contains("t.csv:3: the id `1` occurs twice"), "{ids}");
    let empty = refusal("t.csv", "q,a\n", &[]);
    assert!(empty.contains("has no rows"), "{empty}");
    let column = refusal("t.csv", "q,answer\n1,2\n", &["--golden", "anwser"]);
    assert!(
        column.contains("no column `anwser`; there is `answer`"),
        "{column}"
    );
    let kind = refusal("t.xml", "<a/>", &[]);
    assert!(kind.contains(".csv, .tsv and .jsonl"), "{kind}");
}
