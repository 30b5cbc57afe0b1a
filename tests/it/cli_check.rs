//! `bench check`, `bench plan` and wrong command lines as a user sees them.

use crate::support::Workspace;
use serde_json::Value;

fn workspace() -> Workspace {
    let workspace = Workspace::empty();
    workspace.bench(&["init"]).expect(0);
    workspace
}

#[test]
fn check_counts_what_is_valid() {
    let workspace = workspace();
    let ended = workspace.bench(&["check"]).expect(0);
    assert_eq!(ended.stdout, "1 task with 12 cases is valid.\n");
    workspace.bench(&["add-task", "second"]).expect(0);
    let ended = workspace.bench(&["check"]).expect(0);
    assert_eq!(ended.stdout, "2 tasks with 14 cases are valid.\n");
}

#[test]
fn a_workspace_without_tasks_says_how_to_make_one() {
    let workspace = Workspace::empty();
    workspace.write("bench.yaml", "");
    let advice = "`bench add-task NAME` makes one";
    let check = workspace.bench(&["check"]).expect(0);
    assert!(check.stderr.contains(advice), "{}", check.stderr);
    for command in ["run", "plan"] {
        let ended = workspace.bench(&[command]).expect(2);
        assert!(ended.stderr.contains(advice), "{}", ended.stderr);
    }
}

#[test]
fn all_problems_of_all_files_come_at_once_also_as_one_document() {
    let workspace = workspace();
    workspace.write(
        "tasks/bad.yaml",
        "task: bad\ncase: x\nscorers:\n  - contians: x\n",
    );
    workspace.write("providers/bad.yaml", "provider: bad\napi: opnai-chat\n");
    let text = workspace.bench(&["check"]).expect(2);
    let document = workspace.bench(&["check", "--json"]).expect(2);
    let document: Value = serde_json::from_str(&document.stdout).expect("one document");
    let messages: Vec<&str> = document["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| problem["message"].as_str().unwrap())
        .collect();
    for part in ["`case`", "`contians`", "`opnai-chat`"] {
        assert!(
            messages.iter().any(|message| message.contains(part)),
            "{messages:?}"
        );
        assert!(text.stderr.contains(part), "{}", text.stderr);
    }
    for command in [&["run", "--json"][..], &["plan", "--json"]] {
        let ended = workspace.bench(command).expect(2);
        let document: Value = serde_json::from_str(&ended.stdout).expect("one document");
        assert_eq!(document["ok"], false, "{document}");
    }
}

#[test]
fn a_wrong_name_is_answered_with_the_names_that_there_are_once_each() {
    let workspace = workspace();
    workspace.bench(&["add-task", "second"]).expect(0);
    let prompt = workspace.bench(&["plan", "--prompt", "nope"]).expect(2);
    assert_eq!(
        prompt.stderr,
        "error: no prompt has the id `nope`; there is `plain`\n"
    );
    let task = workspace.bench(&["run", "secnd"]).expect(2);
    assert!(
        task.stderr
            .contains("no task is called `secnd`; there is `second`"),
        "{}",
        task.stderr
    );
    let model = workspace.bench(&["run", "-m", "gpt*"]).expect(2);
    assert!(
        model.stderr.contains("no model matches `gpt*`"),
        "{}",
        model.stderr
    );
}

#[test]
fn wrong_flags_end_with_code_2_and_a_document_where_one_is_asked_for() {
    let workspace = workspace();
    for arguments in [
        &["run", "-j", "0"][..],
        &["run", "--limit", "0"],
        &["run", "--budget", "nan"],
        &["run", "-q", "-v"],
        &["frobnicate"],
        &["schema", "nope"],
    ] {
        let ended = workspace.bench(arguments).expect(2);
        assert!(ended.stdout.is_empty(), "{arguments:?}: {}", ended.stdout);
        let mut arguments = arguments.to_vec();
        arguments.push("--json");
        let ended = workspace.bench(&arguments).expect(2);
        let document: Value = serde_json::from_str(&ended.stdout).expect("one document");
        let message = document["error"].as_str().expect("a message");
        assert!(
            ended.stderr.starts_with(&format!("error: {message}")),
            "{arguments:?}"
        );
    }
}

#[test]
fn no_folder_no_workspace_and_a_file_in_its_place_are_told_apart_from_faults() {
    let workspace = Workspace::empty();
    let none = workspace.bench(&["check"]).expect(2);
    assert!(
        none.stderr.contains("make a workspace with `bench init`"),
        "{}",
        none.stderr
    );
    let missing = workspace.bench(&["-C", "nowhere", "check"]).expect(2);
    assert!(missing.stderr.contains("nowhere"), "{}", missing.stderr);
}
