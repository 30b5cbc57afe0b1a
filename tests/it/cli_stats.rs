//! `bench stats`: tables from files and stdin, and the protocol of one interval a line.

use crate::support::Workspace;
use serde_json::Value;
use std::io::Write as _;
use std::process::Stdio;

fn piped(arguments: &[&str], input: &str) -> (Option<i32>, String) {
    let (code, stdout, _) = told_by(arguments, input);
    (code, stdout)
}

fn told_by(arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let workspace = Workspace::empty();
    let mut command = workspace.command(arguments);
    command.stdin(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let ended = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (ended.status.code(), text(ended.stdout), text(ended.stderr))
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

#[test]
fn lines_with_what_no_score_can_be_are_refused() {
    for (line, told) in [
        (
            "{\"id\": 1, \"scores\": [1, 5]}",
            "`scores` holds 5; scores are 0 to 1",
        ),
        ("{\"id\": 1, \"a\": [1, 0], \"b\": [0, -0.5]}", "`b` holds -0.5"),
        (
            "{\"id\": 1, \"scores\": [1, 0], \"cluster\": [1, 2]}",
            "unknown field `cluster`",
        ),
    ] {
        let ended = told_by(&["stats", "interval", "--jsonl"], line);
        assert_eq!(ended.0, Some(2), "{line}");
        assert!(
            ended.2.contains("line 1") && ended.2.contains(told),
            "{line}: {}",
            ended.2
        );
    }
}

#[test]
fn a_gate_and_a_plan_name_the_same_number_of_cases() {
    let mut table = "case,model,score\n".to_owned();
    for at in 0..200 {
        table += &format!(
            "{at},old,{}\n{at},new,{}\n",
            u8::from(at % 10 > 1),
            u8::from(at % 7 > 1)
        );
    }
    let more = |arguments: &[&str], name: &str| {
        let (_, json) = piped(arguments, &table);
        let read: Value = serde_json::from_str(&json).unwrap();
        read["rows"][0]["more"][name].as_f64().unwrap()
    };
    let margin = ["--baseline", "old", "--margin", "0.03", "--json"];
    let gate = more(
        &[&["stats", "gate"], &margin[..]].concat(),
        "cases needed if equal",
    );
    let power = more(
        &[&["stats", "power"], &margin[..]].concat(),
        "cases to prove non-inferiority if equal",
    );
    assert!(gate > 200.0);
    assert_eq!(gate, power);
    // The confidence on the one side that is asked about: z(0.95) and not z(0.975).
    let equal = "case,model,score\n1,a,1\n1,b,1\n2,a,1\n2,b,1\n3,a,0\n3,b,0\n";
    let (_, json) = piped(&["stats", "power", "--margin", "0.03", "--json"], equal);
    let read: Value = serde_json::from_str(&json).unwrap();
    let row = &read["rows"][0];
    assert_eq!(
        row["more"]["cases to prove non-inferiority if equal"], 88.0,
        "{read}"
    );
    assert_eq!(row["more"]["cases for the margin"], 125.0, "{read}");
    assert_eq!(row["more"].get("smallest difference seen"), None, "{read}");
}

/// The study of coverage at a small size, with `bench` as the tool under study.
#[test]
fn intervals_cover_as_the_reference_methods_do() {
    let shared = std::env::var_os("BENCH_SHARED").map_or_else(
        || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        std::path::PathBuf::from,
    );
    let study = shared.join("reference/coverage-study.py");
    if !study.is_file() {
        crate::support::skipped("no coverage study; set BENCH_SHARED to the folder of shared data");
        return;
    }
    let has = std::process::Command::new("python3")
        .args(["-c", "import numpy, scipy"])
        .output();
    if !has.is_ok_and(|ended| ended.status.success()) {
        crate::support::skipped("the coverage study needs python3 with numpy and scipy");
        return;
    }
    let workspace = Workspace::empty();
    let tool = format!("{} stats interval --jsonl", env!("CARGO_BIN_EXE_bench"));
    let ended = std::process::Command::new("python3")
        .arg(&study)
        .args([
            "--cmd", &tool, "--n", "10,30", "--p", "0.5,0.95", "--reps", "200", "--B", "49",
        ])
        .args(["--out", "coverage"])
        .current_dir(workspace.path())
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&ended.stdout);
    let told = String::from_utf8_lossy(&ended.stderr);
    assert!(
        ended.status.success() && out.contains("verdict: PASS"),
        "{out}\n{told}"
    );
    for task in ["iid ", "clustered ", "epochs ", "paired "] {
        assert!(out.lines().any(|line| line.starts_with(task)), "{task}: {out}");
    }
}
