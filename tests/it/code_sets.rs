//! Programs of published sets, run through the binary: reference solutions pass, stubs fail, published figures come out.
//!
//! Walks the folder `data/golden` of the shared data. A file of JSON lines whose rows have `canonical_solution` is a set
//! in the form of HumanEval; beside `NAME_problem.jsonl`, `NAME_samples.jsonl` holds answers. A JSON list whose rows have
//! `test_list` is one in the form of MBPP.

use crate::replay_sets::recorded;
use crate::support::{Workspace, skipped};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Published figure of the samples that come with HumanEval: its README.
const SAMPLES_PASS_AT_1: f64 = 0.499_999_999_999_999_9;

fn golden_files(ending: &str) -> Vec<PathBuf> {
    let Some(data) = recorded::data() else {
        return Vec::new();
    };
    let entries = std::fs::read_dir(data.join("golden")).expect("the folder of golden outputs");
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .collect();
    files.sort();
    files
}

fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).expect("the file is text");
    let parsed = text.lines().filter(|line| !line.trim().is_empty());
    parsed
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect()
}

/// A workspace with these cases, and a task that runs programs of these systems: (system, case, output).
fn workspace(cases: &[Value], answers: &[(&str, String, String)], options: &str, epochs: usize) -> Workspace {
    let workspace = Workspace::empty();
    let (mut case_lines, mut answer_lines) = (String::new(), String::new());
    for case in cases {
        writeln!(case_lines, "{case}").expect("text");
    }
    let mut systems: Vec<&str> = Vec::new();
    for (system, case, output) in answers {
        let line = json!({"model": system, "case": case, "output": output});
        writeln!(answer_lines, "{line}").expect("text");
        if !systems.contains(system) {
            systems.push(system);
        }
    }
    workspace.write("golden/programs.jsonl", &case_lines);
    workspace.write("answers.jsonl", &answer_lines);
    let models: Vec<String> = systems
        .iter()
        .map(|system| format!("recorded/{system}"))
        .collect();
    workspace.write("bench.yaml", &format!("models: [{}]\n", models.join(", ")));
    let named: Vec<String> = systems.iter().map(|system| format!("{system}: {{}}")).collect();
    workspace.write(
        "providers/recorded.yaml",
        &format!(
            "provider: recorded\napi: replay\nreplay: {{file: ../answers.jsonl}}\nmodels: {{{}}}\n",
            named.join(", ")
        ),
    );
    workspace.write(
        "tasks/programs.yaml",
        &format!(
            "task: programs\ncases: ../golden/programs.jsonl\nprompts: [\"{{{{ prompt }}}}\"]\nepochs: {epochs}\n\
             scorers:\n  - code: {{language: python{options}}}\n"
        ),
    );
    workspace
}

fn text(row: &Value, key: &str) -> String {
    row[key]
        .as_str()
        .unwrap_or_else(|| panic!("`{key}` of {row}"))
        .to_owned()
}

/// Trials of the only run as (system, case, pass, what the scorer said).
fn trials(workspace: &Workspace) -> Vec<(String, String, Option<bool>, String)> {
    let results = workspace.results().pop().expect("a run");
    let trial = |trial: &Value| {
        let said = trial["scores"][0]["explanation"].as_str().unwrap_or_default();
        let model = text(trial, "model");
        (
            model.trim_start_matches("recorded/").to_owned(),
            text(trial, "case"),
            trial["pass"].as_bool(),
            format!("{} {said}", trial["outcome"]),
        )
    };
    results.iter().map(trial).collect()
}

#[test]
fn canonical_solutions_pass_and_stubs_fail() {
    let mut sets = 0;
    for file in golden_files("jsonl") {
        let rows = lines(&file);
        if !rows
            .first()
            .is_some_and(|row| row["canonical_solution"].is_string())
        {
            continue;
        }
        sets += 1;
        let mut answers = Vec::new();
        for row in &rows {
            answers.push(("canonical", text(row, "task_id"), text(row, "canonical_solution")));
            answers.push(("stub", text(row, "task_id"), "    pass\n".to_owned()));
        }
        let cases: Vec<Value> = rows.iter().map(human_eval_case).collect();
        let workspace = workspace(&cases, &answers, ", timeout: 20", 1);
        workspace.bench(&["check"]).expect(0);
        workspace.bench(&["run"]).expect(0);
        let trials = trials(&workspace);
        assert_eq!(trials.len(), 2 * rows.len(), "{}", file.display());
        for (system, case, pass, said) in trials {
            assert_eq!(pass, Some(system == "canonical"), "{system} {case}: {said}");
        }
    }
    if sets == 0 {
        skipped("no set in the form of HumanEval");
    }
}

fn human_eval_case(row: &Value) -> Value {
    json!({
        "id": row["task_id"],
        "vars": {"prompt": row["prompt"]},
        "golden": {"prefix": row["prompt"], "entry": row["entry_point"], "tests": row["test"]},
    })
}

#[test]
fn pass_at_1_of_the_example_samples_is_the_published_figure() {
    let mut found = 0;
    for file in golden_files("jsonl") {
        let name = file
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let Some(stem) = name.strip_suffix("_problem.jsonl") else {
            continue;
        };
        found += 1;
        let rows = lines(&file);
        let samples = lines(&file.with_file_name(format!("{stem}_samples.jsonl")));
        let answers: Vec<_> = samples
            .iter()
            .map(|sample| ("samples", text(sample, "task_id"), text(sample, "completion")))
            .collect();
        let cases: Vec<Value> = rows.iter().map(human_eval_case).collect();
        let epochs = samples.len() / rows.len();
        let workspace = workspace(&cases, &answers, ", timeout: 3", epochs);
        workspace.bench(&["run"]).expect(0);
        let summary = workspace.bench(&["report", "latest", "--json"]).expect(0);
        let summary: Value = serde_json::from_str(&summary.stdout).expect("a summary");
        let row = &summary["tasks"][0]["leaderboards"][0]["rows"][0];
        assert_eq!(
            row["pass_at_k"]["1"]["mean"].as_f64(),
            Some(SAMPLES_PASS_AT_1),
            "{:#?}",
            trials(&workspace)
        );
        assert_eq!(row["passed"], 3);
    }
    if found == 0 {
        skipped("no example problem with samples");
    }
}

#[test]
fn reference_solutions_pass_their_own_assertions() {
    let mut sets = 0;
    for file in golden_files("json") {
        let text_of = std::fs::read_to_string(&file).expect("the file is text");
        let Ok(Value::Array(rows)) = serde_json::from_str(&text_of) else {
            continue;
        };
        if !rows.first().is_some_and(|row| row["test_list"].is_array()) {
            continue;
        }
        sets += 1;
        let case = |row: &Value| {
            json!({
                "id": row["task_id"].to_string(), "vars": {"prompt": row["prompt"]},
                "golden": {"tests": row["test_list"], "setup": row["test_imports"]},
            })
        };
        let cases: Vec<Value> = rows.iter().map(case).collect();
        let answers: Vec<_> = rows
            .iter()
            .map(|row| {
                let fenced = format!("Here it is:\n```python\n{}\n```", text(row, "code"));
                ("reference", row["task_id"].to_string(), fenced)
            })
            .collect();
        let workspace = workspace(&cases, &answers, ", timeout: 300", 1);
        workspace.bench(&["run"]).expect(0);
        let failed: Vec<_> = trials(&workspace)
            .into_iter()
            .filter(|(_, _, pass, _)| *pass != Some(true))
            .map(|(_, case, _, said)| format!("{case}: {said}"))
            .collect();
        assert!(
            failed.is_empty(),
            "{} of {}:\n{}",
            failed.len(),
            rows.len(),
            failed.join("\n")
        );
    }
    if sets == 0 {
        skipped("no set in the form of MBPP");
    }
}
