//! `bench stats`: tables from files and stdin, and the protocol of one interval a line.

use crate::support::Workspace;
use serde_json::Value;
use std::io::Write as _;
use std::process::Stdio;

fn piped(arguments: &[&str], input: &str) -> (Option<i32>, String) {
    let workspace = Workspace::empty();
    let mut command = workspace.command(arguments);
    command.stdin(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let ended = child.wait_with_output().unwrap();
    (ended.status.code(), String::from_utf8(ended.stdout).unwrap())
}

#[test]
fn each_line_is_answered_with_an_interval_and_its_id() {
    let input = "{\"id\": 7, \"scores\": [1, 1, 1, 0], \"clusters\": null, \"level\": 0.95}\n\
                 {\"id\": 8, \"a\": [1, 1, 0, 1], \"b\": [1, 0, 1, 1], \"clusters\": null, \"level\": 0.95}\n\
                 {\"id\": \"one\", \"scores\": [1, 0.5], \"clusters\": [3, 3], \"level\": 0.95}\n";
    let (code, out) = piped(&["stats", "interval", "--jsonl"], input);
    assert_eq!(code, Some(0));
    let lines: Vec<Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["id"], 7);
    // Wilson's interval of 3 in 4.
    assert!(
        (lines[0]["lower"].as_f64().unwrap() - 0.3006).abs() < 1e-4,
        "{out}"
    );
    assert!(
        (lines[1]["lower"].as_f64().unwrap() + lines[1]["upper"].as_f64().unwrap()).abs() < 1e-9,
        "{out}"
    );
    // One cluster gives no interval.
    assert_eq!(
        (&lines[2]["id"], &lines[2]["lower"]),
        (&Value::from("one"), &Value::Null)
    );
    let (code, _) = piped(&["stats", "interval", "--jsonl"], "{\"id\": 1}\n");
    assert_eq!(code, Some(2));
}

#[test]
fn a_table_from_stdin_gives_text_or_one_document() {
    let table = "case,model,score\na,x,1\nb,x,0\nc,x,1\na,y,1\nb,y,1\nc,y,1\n";
    let (code, text) = piped(&["stats", "interval"], table);
    assert_eq!(code, Some(0));
    assert!(
        text.contains("effective-n-wilson") && text.contains("x") && text.contains("0.6667"),
        "{text}"
    );
    let (_, json) = piped(&["stats", "difference", "--json"], table);
    let read: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (&read["rows"][0]["name"], &read["rows"][0]["against"]),
        (&Value::from("y"), &Value::from("x"))
    );
    let (code, _) = piped(&["stats", "difference", "--case", "nr"], table);
    assert_eq!(code, Some(2));
}
