//! `bench gate` and `bench run --gate`: three outcomes, and what CI reads.

use crate::cli_compare::{recording, replayed};
use crate::support::{Running, Workspace};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// What was printed, in one line: lines end at the width of the page.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A workspace with a run `main`, and the recordings of the next run in place.
fn changed(main: &str, next: &str, gate: &str) -> Workspace {
    let workspace = replayed(&[("one", main)]);
    workspace
        .bench(&["run", "-q", "--name", "main"])
        .expect(if main.contains('-') { 102 } else { 0 });
    workspace.write("recorded/one.jsonl", &recording("t", next));
    workspace.write("bench.yaml", &format!("models: [rec/one]\n{gate}"));
    workspace
}

const NOT_WORSE: &str = "gate: {baseline: main, each_task: {not_worse_by: 0.05}}\n";

#[test]
fn a_run_passes_fails_or_stays_open_by_what_is_proven() {
    let right = |n: usize| "y".repeat(n);
    let wrong = |n: usize| "n".repeat(n);
    for (main, next, code, told) in [
        (right(200), right(200), 0, "PASS: 1 check, all proven"),
        (
            right(200),
            right(150) + &wrong(50),
            100,
            "proven to be worse by more than 0.05",
        ),
        (right(20), right(20), 101, "20 cases do not tell; it takes about"),
        (
            right(200),
            right(160) + &"-".repeat(40),
            101,
            "40 cases without a score or answer could flip it",
        ),
    ] {
        let workspace = changed(&main, &next, NOT_WORSE);
        let ended = workspace
            .bench(&["run", "-q", "--gate", "--no-cache"])
            .expect(code);
        let tells = |text: &str| flat(text).contains(told);
        assert!(tells(&ended.stdout), "{told}:\n{}", ended.stdout);
        let again = workspace.bench(&["gate"]).expect(code);
        assert!(tells(&again.stdout), "{told}:\n{}", again.stdout);
        assert!(
            again.stdout.lines().all(|line| line.chars().count() <= 80),
            "{}",
            again.stdout
        );
    }
}

#[test]
fn the_documents_of_a_run_and_of_its_gate_are_one() {
    let workspace = changed(&"y".repeat(200), &"y".repeat(200), NOT_WORSE);
    let ended = workspace
        .bench(&["run", "--gate", "--no-cache", "--json"])
        .expect(0);
    let read: Value = serde_json::from_str(&ended.stdout).expect("one JSON document");
    assert_eq!(read["gate"]["decision"], "pass", "{read}");
    assert_eq!(read["gate"]["run"], read["summary"]["run"], "{read}");
    let check = &read["gate"]["checks"][0];
    assert_eq!(
        (check["rule"].as_str(), check["task"].as_str()),
        (Some("not_worse_by"), Some("t"))
    );
    assert_eq!(
        (check["file"].as_str(), check["line"].as_u64()),
        (Some("bench.yaml"), Some(2))
    );
}

#[test]
fn ci_systems_get_annotations_a_summary_and_junit() {
    let gate = "gate:\n  baseline: main\n  each_task:\n    not_worse_by: 0.05\n    must_pass: [c-001]\n    max_error_rate: 0.01\n";
    let workspace = changed(&"y".repeat(100), &("yn".to_owned() + &"y".repeat(98)), gate);
    workspace.bench(&["run", "-q", "--no-cache"]).expect(0);
    let mut command = workspace.command(&["gate", "--junit", "gate.xml"]);
    command
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_STEP_SUMMARY", workspace.path().join("summary.md"));
    let ended = Running::start(command).wait().expect(100);
    let errors: Vec<&str> = ended
        .stderr
        .lines()
        .filter(|line| line.starts_with("::error "))
        .collect();
    assert_eq!(errors.len(), 1, "{}", ended.stderr);
    // Each rule has its own line.
    assert!(
        errors[0].contains("file=bench.yaml,line=6,title=bench gate%3A t must pass::"),
        "{}",
        errors[0]
    );
    assert!(errors[0].ends_with("case that fails: c-001"), "{}", errors[0]);
    assert!(
        ended.stderr.contains("::warning file=bench.yaml,line=7,"),
        "{}",
        ended.stderr
    );
    assert!(!ended.stdout.contains("::"), "{}", ended.stdout);
    let summary = std::fs::read_to_string(workspace.path().join("summary.md")).unwrap();
    assert!(
        summary.starts_with("## ❌ Gate: FAIL: 1 of 3 checks failed, 1 inconclusive"),
        "{summary}"
    );
    let junit = std::fs::read_to_string(workspace.path().join("gate.xml")).unwrap();
    assert!(
        junit.contains("tests=\"3\" failures=\"1\" errors=\"1\""),
        "{junit}"
    );
    assert!(
        junit.contains("<failure type=\"fail\"") && junit.contains("<error type=\"inconclusive\""),
        "{junit}"
    );
}

#[test]
fn a_gate_that_cannot_be_held_is_told_before_anything_is_sent() {
    let workspace = replayed(&[("one", "yyy")]);
    let none = workspace.bench(&["run", "--gate"]).expect(2);
    assert!(none.stderr.contains("there is no gate rule"), "{}", none.stderr);
    workspace.write(
        "bench.yaml",
        "models: [rec/one]\ngate: {each_task: {not_worse_by: 0.05}}\n",
    );
    let baseline = workspace.bench(&["run", "--gate"]).expect(2);
    assert!(
        baseline.stderr.contains("write --baseline RUN"),
        "{}",
        baseline.stderr
    );
    let unknown = workspace
        .bench(&["run", "--gate", "--baseline", "main"])
        .expect(2);
    assert!(
        unknown.stderr.contains("the gate's baseline"),
        "{}",
        unknown.stderr
    );
    assert!(!workspace.path().join("runs").join("latest").exists());
    let runs = workspace.bench(&["runs", "list", "--json"]).expect(0);
    assert!(!runs.stdout.contains("rec/one"), "{}", runs.stdout);
    let flag = workspace.bench(&["run", "--baseline", "main"]).expect(2);
    assert!(flag.stderr.contains("add --gate"), "{}", flag.stderr);
}

#[test]
fn rules_that_make_no_sense_are_told_with_their_line() {
    let workspace = replayed(&[("one", "yyy")]);
    for (gate, told) in [
        (
            "gate: {each_task: {not_worse_by: 0}}",
            "that two are equal cannot be proven",
        ),
        ("gate: {each_task: {}}", "the gate has no rule"),
        ("gate: {each_task: {min_scroe: 0.5}}", "min_score"),
        (
            "gate: {all_tasks: {each_case: {pass: 3, of: 2}}}",
            "3 of 2 epochs",
        ),
        (
            "gate: {confidence: 95, all_tasks: {improve: true}}",
            "above 0.5 and below 1",
        ),
        ("gate: {all_tasks: {max_latency: {p95: -1}}}", "above 0"),
        ("gate: {all_tasks: {min_score: 1}}", "cannot be proven"),
        ("gate: {all_tasks: {min_pass_rate: 1.0}}", "cannot be proven"),
    ] {
        workspace.write("bench.yaml", &format!("models: [rec/one]\n{gate}\n"));
        let ended = workspace.bench(&["check"]).expect(2);
        assert!(
            ended.stderr.contains(told) && ended.stderr.contains("bench.yaml:2:"),
            "{gate}:\n{}",
            ended.stderr
        );
    }
}

#[test]
fn candidates_of_one_run_are_held_against_one_of_them() {
    let workspace = replayed(&[
        ("old", &"y".repeat(200)),
        ("new", &("n".repeat(60) + &"y".repeat(140))),
    ]);
    workspace.bench(&["run", "-q"]).expect(0);
    let ended = workspace
        .bench(&["gate", "--baseline-candidate", "rec/old", "--margin", "0.05"])
        .expect(100);
    assert!(
        ended.stdout.contains("rec/new") && ended.stdout.contains("rec/old of the same run"),
        "{}",
        ended.stdout
    );
    // A task's own rules go over those of all tasks, key by key.
    workspace.write(
        "bench.yaml",
        "models: [rec/old, rec/new]\ngate: {candidates: [rec/old], each_task: {min_score: 0.999}}\n",
    );
    workspace.bench(&["gate"]).expect(101);
    let task = std::fs::read_to_string(workspace.path().join("tasks/t.yaml")).unwrap();
    workspace.write("tasks/t.yaml", &format!("{task}gate: {{min_score: 0.9}}\n"));
    workspace.bench(&["gate"]).expect(0);
}

/// A workspace with a task of 60 sums and the model `sim/steady`, which is never wrong.
fn sums(gate: &str) -> Workspace {
    let workspace = Workspace::of_sums(60, &["sim/steady"]);
    workspace.write(
        "providers/sim.yaml",
        "provider: sim\napi: sim\nmodels:\n  steady: {sim: {skill: 1.0, spread: 0, latency_ms: 1}, input: 2.00, output: 8.00}\n",
    );
    let task = std::fs::read_to_string(workspace.path().join("tasks/sums.yaml")).unwrap();
    workspace.write("tasks/sums.yaml", &task.replace("contains: {}", "iequals: {}"));
    workspace.write(
        "bench.yaml",
        &format!("models: [sim/steady]\nparams: {{max_tokens: 20}}\n{gate}"),
    );
    workspace
}

/// A run that a budget ends half-way, held against the gate.
fn half(workspace: &Workspace, code: i32) -> String {
    let arguments = [
        "run",
        "-q",
        "--budget",
        "0.0012",
        "--no-cache",
        "--seed",
        "1",
        "--gate",
    ];
    let ended = workspace.bench(&arguments).expect(code);
    let half = |run: &Vec<Value>| (20..50).contains(&run.len());
    assert!(workspace.results().iter().any(half), "{}", ended.stdout);
    flat(&ended.stdout)
}

#[test]
fn cases_that_were_never_sent_do_not_pass() {
    let workspace = sums("gate: {each_task: {must_pass: [\"c-*\"]}}\n");
    let told = half(&workspace, 101);
    assert!(
        told.contains("without a score or answer could flip it; `bench resume`"),
        "{told}"
    );
    // One that was sent passes, though not the run.
    workspace.write(
        "bench.yaml",
        "models: [sim/steady]\nparams: {max_tokens: 20}\ngate: {each_task: {must_pass: [c-1]}}\n",
    );
    let told = half(&workspace, 102);
    assert!(told.contains("PASS: 1 check, all proven"), "{told}");
    workspace.bench(&["gate"]).expect(0);
}

#[test]
fn latencies_and_costs_of_what_was_never_sent_are_unknown() {
    let workspace =
        sums("gate: {baseline: main, each_task: {max_latency: {p50: 60s}, max_cost_ratio: 1.5}}\n");
    workspace.bench(&["run", "-q", "--name", "main"]).expect(0);
    let told = half(&workspace, 101);
    assert!(told.contains("INCONCLUSIVE: 2 of 2 checks"), "{told}");
    assert!(
        told.contains("trials is unknown") && told.contains("cases is unknown"),
        "{told}"
    );
    workspace
        .bench(&["gate", "main", "--baseline", "latest"])
        .expect(101);
}

#[test]
fn latencies_of_trials_without_an_answer_may_be_anything() {
    let workspace = replayed(&[("one", &"y".repeat(60))]);
    let mut lines = String::new();
    for at in 0..55 {
        let line = json!({"task": "t", "case": format!("c-{at:03}"), "output": "yes", "latency_ms": 500});
        writeln!(lines, "{line}").unwrap();
    }
    workspace.write("recorded/one.jsonl", &lines);
    workspace.bench(&["run", "-q"]).expect(102);
    let gate = |percent: &str, code: i32| {
        let gate = format!("gate: {{each_task: {{max_latency: {{{percent}: 1s}}}}}}");
        workspace.write("bench.yaml", &format!("models: [rec/one]\n{gate}\n"));
        flat(&workspace.bench(&["gate"]).expect(code).stdout)
    };
    let told = gate("p90", 101);
    assert!(told.contains("the latency of 5 trials is unknown"), "{told}");
    // The median stays below the limit however slow they are.
    gate("p50", 0);
}

#[test]
fn cases_that_only_the_baseline_has_are_told_and_may_flip_it() {
    let workspace = sums("");
    for (name, limit) in [("base", "60"), ("half", "30"), ("most", "59")] {
        workspace
            .bench(&["run", "-q", "--name", name, "--limit", limit])
            .expect(0);
    }
    let gate = |run: &str, more: &[&str], code: i32| {
        let arguments = ["gate", run, "--baseline", "base", "--margin", "0.3"];
        flat(&workspace.bench(&[&arguments, more].concat()).expect(code).stdout)
    };
    let told = gate("half", &[], 101);
    assert!(
        told.contains("30 of 60 cases of the baseline are not in this run"),
        "{told}"
    );
    assert!(
        told.contains("--despite-fewer-cases") && !told.contains("resume"),
        "{told}"
    );
    let told = gate("half", &["--despite-fewer-cases"], 0);
    assert!(
        told.contains("30 of 60 cases of the baseline are not in this run"),
        "{told}"
    );
    // A single one cannot.
    let told = gate("most", &[], 0);
    assert!(
        told.contains("1 of 60 cases of the baseline is not in this run"),
        "{told}"
    );
}

/// A workspace with tasks of these letters, one task a recording, for each model.
fn tasks(models: &[(&str, &[(&str, &str)])]) -> Workspace {
    let workspace = replayed(&[("one", "y")]);
    std::fs::remove_file(workspace.path().join("tasks/t.yaml")).unwrap();
    let mut provider = "provider: rec\napi: replay\nmodels:\n".to_owned();
    let mut names = Vec::new();
    for (model, recorded) in models {
        let mut lines = String::new();
        for (task, letters) in *recorded {
            lines += &recording(task, letters);
            let mut golden = String::new();
            for at in 0..letters.len() {
                let case = json!({"id": format!("c-{at:03}"), "vars": {"word": "yes"}, "golden": "yes"});
                writeln!(golden, "{case}").unwrap();
            }
            workspace.write(&format!("golden/{task}.jsonl"), &golden);
            workspace.write(
                &format!("tasks/{task}.yaml"),
                &format!(
                    "task: {task}\ncases: ../golden/{task}.jsonl\nprompts: [\"Say {{{{ word }}}}\"]\nscorers: [iequals: {{}}]\n"
                ),
            );
        }
        workspace.write(&format!("recorded/{model}.jsonl"), &lines);
        writeln!(provider, "  {model}: {{file: ../recorded/{model}.jsonl}}").unwrap();
        names.push(format!("rec/{model}"));
    }
    workspace.write("providers/rec.yaml", &provider);
    workspace.write("bench.yaml", &format!("models: [{}]\n", names.join(", ")));
    workspace
}

#[test]
fn an_average_over_tasks_says_how_many_cases_it_takes() {
    let first = "y".repeat(19) + "n";
    let second = "y".repeat(17) + "nnn";
    let workspace = tasks(&[("one", &[("a", &first), ("b", &second)])]);
    workspace.bench(&["run", "-q"]).expect(0);
    let told = flat(
        &workspace
            .bench(&["gate", "--min-score", "0.85"])
            .expect(101)
            .stdout,
    );
    assert!(told.contains("40 cases do not tell; it takes about"), "{told}");
    assert!(!told.contains("more cases would not prove it"), "{told}");
    // What is beyond the limit itself is not proven by more of the same.
    let told = flat(
        &workspace
            .bench(&["gate", "--min-score", "0.95"])
            .expect(101)
            .stdout,
    );
    assert!(
        told.contains("as observed, more cases would not prove it either"),
        "{told}"
    );
}

#[test]
fn an_average_that_rests_on_one_small_task_promises_nothing() {
    let of = |lost: usize, n: usize| "n".repeat(lost) + &"y".repeat(n - lost);
    let (old_a, old_b, new_a, new_b) = (of(6, 40), of(2, 20), of(4, 40), of(3, 20));
    let workspace = tasks(&[
        ("old", &[("a", &old_a), ("b", &old_b), ("tiny", "y")]),
        ("new", &[("a", &new_a), ("b", &new_b), ("tiny", "y")]),
    ]);
    workspace.bench(&["run", "-q", "--name", "main"]).expect(0);
    let told = flat(
        &workspace
            .bench(&["compare", "main", "--candidates", "rec/old", "rec/new"])
            .expect(0)
            .stdout,
    );
    let overall = told.split("overall").next().unwrap_or_default();
    assert!(!overall.contains("61 cases see"), "{told}");
    assert!(told.contains("the interval rests on tiny above all"), "{told}");
    let arguments = [
        "gate",
        "--baseline-candidate",
        "rec/old",
        "--candidate",
        "rec/new",
        "--margin",
        "0.05",
    ];
    let told = flat(&workspace.bench(&arguments).expect(101).stdout);
    assert!(
        told.contains("61 cases do not tell; the interval rests on task tiny above all"),
        "{told}"
    );
}

#[test]
fn no_regression_holds_without_being_proven() {
    let workspace = changed(
        "yyyy",
        "yyyy",
        "gate: {baseline: main, each_task: {no_regression: true}}\n",
    );
    workspace.bench(&["run", "-q", "--no-cache"]).expect(0);
    let told = flat(&workspace.bench(&["gate"]).expect(0).stdout);
    assert!(told.contains("PASS: 1 check, all hold"), "{told}");
    assert!(told.contains("4 cases see one of 0.403 or more"), "{told}");
}

#[test]
fn annotations_name_the_file_as_github_checked_it_out_and_leave_stdout_alone() {
    let gate = "gate:\n  baseline: main\n  each_task: {must_pass: [c-001]}\n";
    let workspace = changed("yyy", "yny", gate);
    workspace.bench(&["run", "-q", "--no-cache"]).expect(0);
    let folder = workspace.path();
    let (name, above) = (folder.file_name().unwrap(), folder.parent().unwrap());
    let started = |checkout: Option<&std::path::Path>| {
        let mut command = workspace.command(&["-C", name.to_str().unwrap(), "gate", "--format", "markdown"]);
        command.current_dir(above).env("GITHUB_ACTIONS", "true");
        match checkout {
            Some(checkout) => command.env("GITHUB_WORKSPACE", checkout),
            None => command.env_remove("GITHUB_WORKSPACE"),
        };
        Running::start(command).wait().expect(100)
    };
    let shown = format!("::error file={}/bench.yaml,line=4,", name.to_str().unwrap());
    for checkout in [Some(above), None] {
        let ended = started(checkout);
        assert!(ended.stderr.contains(&shown), "{shown}\n{}", ended.stderr);
        assert!(
            ended.stdout.starts_with("## ") && !ended.stdout.contains("::error"),
            "{}",
            ended.stdout
        );
    }
    let ended = started(Some(folder));
    assert!(
        ended.stderr.contains("::error file=bench.yaml,line=4,"),
        "{}",
        ended.stderr
    );
}

#[test]
fn what_changed_against_the_baseline_is_told_before_anything_is_sent() {
    let workspace = changed("yyyy", "yyyy", NOT_WORSE);
    let cases = std::fs::read_to_string(workspace.path().join("golden/t.jsonl")).unwrap();
    let runs = || workspace.bench(&["runs", "list", "--json"]).expect(0).stdout;
    let before = runs();
    workspace.write(
        "golden/t.jsonl",
        &cases.replacen("\"golden\":\"yes\"", "\"golden\":\"no\"", 1),
    );
    let refused = workspace.bench(&["run", "--gate"]).expect(2);
    assert!(
        refused.stderr.contains("golden output") && refused.stderr.contains("c-000"),
        "{}",
        refused.stderr
    );
    assert_eq!(runs(), before);
    workspace.write("golden/t.jsonl", &cases);
    // Nor is a run paid for whose candidate the baseline does not have.
    workspace.write(
        "bench.yaml",
        &format!(
            "models: [rec/one]\n{}",
            NOT_WORSE.replace("gate: {", "gate: {candidates: [rec/two], ")
        ),
    );
    let unknown = workspace.bench(&["run", "--gate"]).expect(2);
    assert!(unknown.stderr.contains("rec/two"), "{}", unknown.stderr);
    assert_eq!(runs(), before);
}

#[test]
fn answers_without_a_score_are_not_sent_again() {
    let workspace = replayed(&[("one", &"y".repeat(60))]);
    let task = std::fs::read_to_string(workspace.path().join("tasks/t.yaml")).unwrap();
    let task = task.replace("iequals: {}", "iequals: {path: word}");
    workspace.write("tasks/t.yaml", &format!("{task}output: {{format: json}}\n"));
    for (name, readable) in [("main", 60), ("next", 50)] {
        let mut lines = String::new();
        for at in 0..60 {
            let output = if at < readable { r#"{"word": "yes"}"# } else { "{" };
            let line = json!({"task": "t", "case": format!("c-{at:03}"), "output": output});
            writeln!(lines, "{line}").unwrap();
        }
        workspace.write("recorded/one.jsonl", &lines);
        workspace
            .bench(&["run", "-q", "--no-cache", "--name", name])
            .expect(0);
    }
    let arguments = ["gate", "next", "--baseline", "main", "--margin", "0.1"];
    let told = flat(&workspace.bench(&arguments).expect(101).stdout);
    assert!(
        told.contains("10 cases without a score or answer could flip it"),
        "{told}"
    );
    assert!(
        told.contains("`treat` of the task") && !told.contains("resume"),
        "{told}"
    );
}

#[test]
fn the_task_that_a_baseline_lacks_is_named() {
    let workspace = tasks(&[("one", &[("a", "yyyy"), ("b", "yyyy")])]);
    workspace.bench(&["run", "-q", "a", "--name", "main"]).expect(0);
    workspace.bench(&["run", "-q"]).expect(0);
    let arguments = ["gate", "--baseline", "main", "--margin", "0.9"];
    let told = flat(&workspace.bench(&arguments).expect(101).stdout);
    assert!(told.contains("the baseline has no scores of task b"), "{told}");
    // The other way round it is told what the average leaves out.
    workspace.bench(&["run", "-q", "a"]).expect(0);
    let arguments = ["gate", "--baseline", "latest~1", "--margin", "0.9"];
    let told = flat(&workspace.bench(&arguments).expect(0).stdout);
    assert!(told.contains("b: only the baseline has this task"), "{told}");
}

#[test]
fn a_gate_says_what_its_bounds_are() {
    let workspace = changed(
        "yyyyyyyyyy",
        "yyyyyyyyyy",
        "gate: {each_task: {max_error_rate: 0.02}}\n",
    );
    workspace.bench(&["run", "-q", "--no-cache"]).expect(0);
    let told = flat(&workspace.bench(&["gate"]).expect(101).stdout);
    assert!(
        told.contains("it takes about 149 if all is as observed - "),
        "{told}"
    );
    assert!(
        told.contains("each bound holds with 95 % confidence, one-sided"),
        "{told}"
    );
    let refused = workspace.bench(&["gate", "--min-score", "1"]).expect(2);
    assert!(
        refused.stderr.contains("that it is 1 cannot be proven"),
        "{}",
        refused.stderr
    );
}
