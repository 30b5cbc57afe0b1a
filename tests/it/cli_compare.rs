//! `bench compare`: candidates of a run, runs before and after a change, and results of other harnesses.

use crate::support::Workspace;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// What a wrong answer says: it tries to act on the terminal, on Markdown and on HTML.
const WRONG: &str = "no \u{1b}[31m<script>|`# boo";

/// The recordings of a model: one letter a case, `y` right, `n` wrong, `-` not there.
pub fn recording(task: &str, letters: &str) -> String {
    let mut lines = String::new();
    for (at, letter) in letters.chars().enumerate() {
        let output = match letter {
            'y' => "yes",
            'n' => WRONG,
            _ => continue,
        };
        let line = json!({"task": task, "case": format!("c-{at:03}"), "output": output});
        writeln!(lines, "{line}").unwrap();
    }
    lines
}

/// A workspace with the task `t` and a model for each recording.
pub fn replayed(models: &[(&str, &str)]) -> Workspace {
    let workspace = Workspace::empty();
    workspace.write("bench.yaml", "{}\n");
    task(&workspace, "yes", "iequals: {}", "Say {{ word }}");
    let cases = models.iter().map(|(_, letters)| letters.len()).max().unwrap();
    golden(&workspace, cases, "yes");
    let mut provider = "provider: rec\napi: replay\nmodels:\n".to_owned();
    let mut names = Vec::new();
    for (name, letters) in models {
        workspace.write(&format!("recorded/{name}.jsonl"), &recording("t", letters));
        writeln!(provider, "  {name}: {{file: ../recorded/{name}.jsonl}}").unwrap();
        names.push(format!("rec/{name}"));
    }
    workspace.write("providers/rec.yaml", &provider);
    workspace.write("bench.yaml", &format!("models: [{}]\n", names.join(", ")));
    workspace
}

fn golden(workspace: &Workspace, cases: usize, third: &str) {
    let mut lines = String::new();
    for at in 0..cases {
        let golden = if at == 3 { third } else { "yes" };
        let line = json!({"id": format!("c-{at:03}"), "vars": {"word": "yes"}, "golden": golden});
        writeln!(lines, "{line}").unwrap();
    }
    workspace.write("golden/t.jsonl", &lines);
}

fn task(workspace: &Workspace, _golden: &str, scorer: &str, prompt: &str) {
    workspace.write(
        "tasks/t.yaml",
        &format!(
            "task: t\ncases: ../golden/t.jsonl\nprompts:\n  - id: p\n    user: \"{prompt}\"\nscorers:\n  - {scorer}\n"
        ),
    );
}

fn letters(both: usize, lost: usize, gained: usize, neither: usize) -> (String, String) {
    let of = |parts: [&str; 4]| {
        [both, lost, gained, neither]
            .iter()
            .zip(parts)
            .map(|(n, part)| part.repeat(*n))
            .collect::<String>()
    };
    (of(["y", "y", "n", "n"]), of(["y", "n", "y", "n"]))
}

#[track_caller]
fn document(workspace: &Workspace, arguments: &[&str]) -> Value {
    let ended = workspace.bench(&[arguments, &["--json"]].concat()).expect(0);
    serde_json::from_str(&ended.stdout).expect("one JSON document")
}

#[test]
fn two_candidates_of_a_run_are_told_apart_with_the_cases_that_flipped() {
    let (old, new) = letters(30, 2, 18, 10);
    let workspace = replayed(&[("old", &old), ("new", &new)]);
    workspace.bench(&["run", "-q"]).expect(0);
    let text = workspace
        .bench(&["compare", "latest", "--candidates", "rec/old", "rec/new"])
        .expect(0)
        .stdout;
    assert!(text.contains("rec/new is better than rec/old: +0.267"), "{text}");
    assert!(
        text.contains("A alone is right in 2, B alone in 18; McNemar mid-p <0.001"),
        "{text}"
    );
    assert!(
        text.contains("2 cases pass less often with B, 18 more often"),
        "{text}"
    );
    assert!(text.contains("lost: t c-030: 1.000 -> 0.000"), "{text}");
    assert!(
        text.contains("no \\u{1b}[31m<script>") && !text.contains('\u{1b}'),
        "{text}"
    );
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    let markdown = workspace
        .bench(&[
            "compare",
            "latest",
            "--candidates",
            "rec/old",
            "rec/new",
            "--format",
            "markdown",
        ])
        .expect(0)
        .stdout;
    assert!(
        markdown.contains("&lt;script&gt;") && !markdown.contains("<script>"),
        "{markdown}"
    );
    let read = document(
        &workspace,
        &["compare", "latest", "--candidates", "rec/new", "rec/old"],
    );
    let pair = &read["pairs"][0];
    assert_eq!(pair["verdict"], "worse", "{read}");
    let task = &pair["tasks"][0];
    assert_eq!(
        (&task["mcnemar"]["a_only"], &task["mcnemar"]["b_only"]),
        (&json!(18), &json!(2))
    );
    assert!(task["high"].as_f64().unwrap() < 0.0);
    assert_eq!(task["flips"][0]["output_b"], WRONG);
}

#[test]
fn names_that_differ_in_their_middle_stay_apart_in_a_narrow_table() {
    let long = |month: &str| format!("a-model-with-a-very-long-name-2026-{month}-01-and-a-long-end-as-well");
    let (first, second) = (long("01"), long("02"));
    let workspace = replayed(&[(&first, "yyyynn"), (&second, "yynnnn"), ("short", "yyyyyy")]);
    workspace.bench(&["run"]).expect(0);
    let text = workspace.bench(&["compare", "latest"]).expect(0).stdout;
    for line in [
        format!("[1] rec/{first}"),
        format!("[2] rec/{second}"),
        "[3] rec/short".to_owned(),
    ] {
        assert!(text.lines().any(|shown| shown == line), "{line}: {text}");
    }
    assert!(text.lines().any(|line| line.starts_with("[1]  [2] ")), "{text}");
}

#[test]
fn all_pairs_of_a_run_are_adjusted_for_their_number() {
    let (old, new) = letters(30, 6, 16, 8);
    let workspace = replayed(&[("old", &old), ("new", &new), ("same", &new)]);
    workspace.bench(&["run", "-q"]).expect(0);
    let read = document(&workspace, &["compare"]);
    let pairs = read["pairs"].as_array().unwrap();
    assert_eq!(pairs.len(), 3);
    let first = &pairs[0]["tasks"][0];
    let (p, holm) = (first["p"].as_f64().unwrap(), first["p_holm"].as_f64().unwrap());
    assert!(p < 0.05 && (holm - 3.0 * p).abs() < 1e-12, "{first}");
    let text = workspace.bench(&["compare"]).expect(0).stdout;
    assert!(
        text.contains("p (Holm)") && text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    let one = document(&workspace, &["compare", "--candidates", "rec/same"]);
    assert_eq!(one["pairs"].as_array().unwrap().len(), 2);
}

#[test]
fn changed_golden_outputs_and_scorers_are_named_and_refused() {
    let (old, new) = letters(20, 0, 4, 0);
    let workspace = replayed(&[("one", &old)]);
    workspace.bench(&["run", "-q", "--name", "before"]).expect(0);
    workspace.write("recorded/one.jsonl", &recording("t", &new));
    golden(&workspace, 24, "no");
    task(&workspace, "yes", "equals: {}", "Say {{ word }}!");
    workspace
        .bench(&["run", "-q", "--name", "after", "--no-cache"])
        .expect(0);
    let refused = workspace.bench(&["compare", "before", "after"]).expect(2);
    for told in [
        "do not measure the same thing",
        "the golden output of 1 case changed (c-003)",
        "scorer `iequals` was removed",
        "scorer `equals` was added",
        "bench score RUN",
        "--despite-changes",
    ] {
        assert!(refused.stderr.contains(told), "{told}:\n{}", refused.stderr);
    }
    let text = workspace
        .bench(&["compare", "before", "after", "--despite-changes"])
        .expect(0)
        .stdout;
    assert!(text.contains("changed: t: prompt `p` changed"), "{text}");
    // A prompt alone belongs to what is compared.
    golden(&workspace, 24, "yes");
    task(&workspace, "yes", "iequals: {}", "Say {{ word }}!");
    workspace.bench(&["run", "-q", "--no-cache"]).expect(0);
    let read = document(&workspace, &["compare", "before", "latest"]);
    let changes = read["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 1, "{read}");
    assert_eq!(
        (&changes[0]["kind"], &changes[0]["breaks"]),
        (&json!("prompt"), &json!(false))
    );
    assert_eq!(read["pairs"][0]["tasks"][0]["gained"], 4, "{read}");
}

#[test]
fn a_missing_answer_is_no_zero_and_may_leave_the_verdict_open() {
    let workspace = replayed(&[
        ("old", &"y".repeat(40)),
        ("new", &format!("{}----------", "y".repeat(30))),
    ]);
    workspace.bench(&["run", "-q"]).expect(102);
    let read = document(&workspace, &["compare", "--margin", "0.2"]);
    let task = &read["pairs"][0]["tasks"][0];
    assert_eq!(
        (&task["n"], &task["missing"], &task["difference"]),
        (&json!(30), &json!(10), &json!(0.0))
    );
    assert_eq!((&task["worst"], &task["best"]), (&json!(-0.25), &json!(0.0)));
    assert_eq!(
        (&task["verdict"], &task["could_flip"]),
        (&json!("same"), &json!(true))
    );
    let outcomes = &task["outcomes"][0];
    assert_eq!(
        (&outcomes["from"], &outcomes["to"]),
        (&json!("scored"), &json!("provider-error"))
    );
    assert_eq!(outcomes["cases"], 10);
}

const PROMPTFOO: &str = r#"{"config": {"description": "t"}, "results": {"version": 3, "results": [ROWS]}}"#;

fn promptfoo(letters: &str) -> String {
    let row = |(at, letter): (usize, char)| {
        let right = letter == 'y';
        json!({
            "provider": {"id": "openai:chat"}, "prompt": {"label": "Say {{word}}", "raw": "Say yes"}, "testIdx": at,
            "vars": {"id": format!("c-{at:03}"), "word": "yes"}, "success": right, "score": u8::from(right),
            "failureReason": u8::from(!right), "latencyMs": 100, "cost": 0.001,
            "response": {"output": if right { "yes" } else { "maybe" }},
        })
        .to_string()
    };
    let rows: Vec<String> = letters.chars().enumerate().map(row).collect();
    PROMPTFOO.replace("ROWS", &rows.join(","))
}

#[test]
fn a_run_is_compared_with_results_of_promptfoo_by_case_id() {
    let (old, new) = letters(30, 1, 12, 5);
    let workspace = replayed(&[("old", &old)]);
    workspace.bench(&["run", "-q"]).expect(0);
    workspace.write("promptfoo.json", &promptfoo(&new));
    let arguments = [
        "compare",
        "latest",
        "promptfoo.json",
        "--candidates",
        "rec/old",
        "openai:chat",
    ];
    let read = document(&workspace, &arguments);
    let task = &read["pairs"][0]["tasks"][0];
    assert_eq!(
        (&task["verdict"], &task["gained"], &task["lost"]),
        (&json!("better"), &json!(12), &json!(1))
    );
    let outputs: Vec<&Value> = task["flips"]
        .as_array()
        .unwrap()
        .iter()
        .map(|flip| &flip["output_b"])
        .collect();
    assert_eq!(outputs[0], "maybe");
    assert!(
        read["notes"][0].as_str().unwrap().contains("matched by id alone"),
        "{read}"
    );
}

#[test]
fn files_are_compared_without_a_workspace() {
    let workspace = Workspace::empty();
    let sample = |at: usize, right: bool| {
        json!({"id": at, "epoch": 1, "input": format!("q{at}"), "target": "t",
               "scores": {"match": {"value": if right { "C" } else { "I" }}}, "output": {"completion": "o"}})
    };
    let log = |wrong: usize| {
        let samples: Vec<Value> = (0..50).map(|at| sample(at, at >= wrong)).collect();
        json!({"version": 2, "status": "success", "eval": {"task": "sums", "model": "openai/a"}, "samples": samples})
            .to_string()
    };
    workspace.write("old.json", &log(20));
    workspace.write("new.json", &log(5));
    let read = document(&workspace, &["compare", "old.json", "new.json"]);
    assert_eq!(read["pairs"][0]["verdict"], "better", "{read}");
    assert_eq!(read["pairs"][0]["tasks"][0]["flips"][0]["golden"], "t");
    // The same ids with other questions are other cases.
    workspace.write("new.json", &log(5).replace("\"q7\"", "\"Q7\""));
    let refused = workspace.bench(&["compare", "old.json", "new.json"]).expect(2);
    assert!(
        refused.stderr.contains("1 case changed (7)"),
        "{}",
        refused.stderr
    );
    let missing = workspace.bench(&["compare", "old.json", "none.json"]).expect(2);
    assert!(
        missing.stderr.contains("cannot read none.json"),
        "{}",
        missing.stderr
    );
}

#[test]
fn what_does_not_fit_together_is_told_with_what_there_is() {
    let workspace = replayed(&[("old", "yyn"), ("new", "yny")]);
    let none = workspace.bench(&["compare"]).expect(2);
    assert!(none.stderr.contains("no run is stored yet"), "{}", none.stderr);
    workspace.bench(&["run", "-q"]).expect(0);
    let unknown = workspace
        .bench(&["compare", "--candidates", "rec/nwe", "rec/old"])
        .expect(2);
    assert!(
        unknown.stderr.contains("no candidate `rec/nwe`") && unknown.stderr.contains("`rec/new`"),
        "{}",
        unknown.stderr
    );
    let task = workspace.bench(&["compare", "--task", "u*"]).expect(2);
    assert!(
        task.stderr.contains("fits `u*`") && task.stderr.contains("`t`"),
        "{}",
        task.stderr
    );
    let margin = workspace.bench(&["compare", "--margin", "0"]).expect(2);
    assert!(
        margin.stderr.contains("equality itself cannot be proven"),
        "{}",
        margin.stderr
    );
}

/// What would act on a runner of GitHub Actions.
const COMMANDS: &str = "nope\n::error file=a.py,line=1::pwned\n  ::stop-commands::tok and ##[add-mask]x";

#[test]
fn no_line_of_an_output_is_a_command_to_a_ci_runner() {
    let workspace = replayed(&[("old", "yyyyyyyy"), ("new", "nnnnnnnn")]);
    // The recordings of `new` again, with commands for answers; alone in a line after wrapping, too.
    let answer = format!("{} {COMMANDS}", "word ".repeat(13));
    let lines = recording("t", "nnnnnnnn").replace(
        &serde_json::to_string(WRONG).unwrap(),
        &serde_json::to_string(&answer).unwrap(),
    );
    workspace.write("recorded/new.jsonl", &lines);
    workspace.bench(&["run", "-q", "--name", "main"]).expect(0);
    let acts = |text: &str| {
        text.lines()
            .any(|line| line.trim_start().starts_with("::") || line.contains("##["))
    };
    for arguments in [
        &["compare", "main"][..],
        &["compare", "main", "--format", "markdown"],
        &["compare", "main", "--json"],
        &["report", "main"],
        &["report", "main", "--format", "json"],
        &["report", "main", "--format", "jsonl"],
        &["report", "main", "--format", "table"],
        &["report", "main", "--format", "html"],
        &["report", "main", "--format", "junit"],
        &["report", "main", "--format", "csv"],
        &["report", "main", "--brief"],
        &["cases", "main", "--disagree", "--json"],
        &["cases", "main", "--disagree"],
    ] {
        let mut command = workspace.command(arguments);
        command.env("GITHUB_ACTIONS", "true");
        let ended = crate::support::Running::start(command).wait().expect(0);
        assert!(!acts(&ended.stdout), "{arguments:?}:\n{}", ended.stdout);
        assert!(!acts(&ended.stderr), "{arguments:?}:\n{}", ended.stderr);
        if arguments.len() == 2 && arguments[0] == "compare" {
            assert!(ended.stdout.contains(" \\::error file=a.py"), "{}", ended.stdout);
        }
        if arguments == ["compare", "main", "--json"] {
            let read: Value = serde_json::from_str(&ended.stdout).expect("still JSON");
            assert_eq!(read["pairs"][0]["tasks"][0]["flips"][0]["output_b"], answer);
        }
    }
    // A document may be printed by another program later.
    let markdown = workspace.bench(&["report", "main"]).expect(0).stdout;
    assert!(markdown.contains("&#58;:error file"), "{markdown}");
    assert!(!acts(&markdown), "{markdown}");
}

#[test]
fn results_of_a_run_elsewhere_are_checked_by_the_manifest_beside_them() {
    let workspace = replayed(&[("one", "yyyyyy")]);
    workspace.bench(&["run", "-q", "--name", "before"]).expect(0);
    golden(&workspace, 6, "no");
    workspace
        .bench(&["run", "-q", "--name", "after", "--no-cache"])
        .expect(0);
    for (run, name) in [("before", "one"), ("after", "two")] {
        let folder = format!("elsewhere/{name}");
        workspace
            .bench(&["runs", "export", run, "--to", &folder])
            .expect(0);
        let results = workspace.path().join(folder).join("results.jsonl");
        let text = std::fs::read_to_string(results).unwrap();
        workspace.write(&format!("bare/{name}.jsonl"), &text);
    }
    for sides in [
        ["elsewhere/one/results.jsonl", "elsewhere/two/results.jsonl"],
        ["elsewhere/one", "elsewhere/two/"],
        ["before", "elsewhere/two"],
    ] {
        let refused = workspace.bench(&["compare", sides[0], sides[1]]).expect(2);
        assert!(
            refused
                .stderr
                .contains("t: the cases changed (their variables, golden outputs"),
            "{sides:?}: {}",
            refused.stderr
        );
        workspace
            .bench(&["compare", sides[0], sides[1], "--despite-changes"])
            .expect(0);
    }
    let read = document(&workspace, &["compare", "before", "elsewhere/one"]);
    assert_eq!(
        (&read["changes"], &read["notes"]),
        (&json!([]), &json!([])),
        "{read}"
    );
    let read = document(&workspace, &["compare", "bare/one.jsonl", "bare/two.jsonl"]);
    let note = read["notes"][0].as_str().unwrap();
    assert!(
        note.contains("matched by id alone") && note.contains("no manifest.json of its run beside it"),
        "{read}"
    );
    let error = workspace
        .bench(&["compare", "before", "elsewhere/one", "--scorer", "nope"])
        .expect(2);
    assert!(error.stderr.contains("it has `iequals`"), "{}", error.stderr);
}

#[test]
fn a_candidate_named_twice_is_no_comparison() {
    let workspace = replayed(&[("old", "yyn"), ("new", "yny"), ("third", "yyy")]);
    workspace.bench(&["run", "-q"]).expect(0);
    let twice = workspace
        .bench(&["compare", "latest", "--candidates", "rec/old", "rec/old"])
        .expect(2);
    assert!(
        twice
            .stderr
            .contains("--candidates names `rec/old` alone, 2 times"),
        "{}",
        twice.stderr
    );
}

#[test]
fn tasks_of_one_side_and_simulated_sides_are_told() {
    let workspace = replayed(&[("old", &"yn".repeat(20))]);
    workspace.write(
        "providers/sim.yaml",
        "provider: sim\napi: sim\nmodels:\n  fast: {sim: {skill: 0.5}}\n",
    );
    workspace.write("bench.yaml", "models: [rec/old, sim/fast]\n");
    let other = "task: u\ncases: ../golden/t.jsonl\nprompts: [\"{{ word }}\"]\nmodels: [sim/fast]\nscorers: [iequals: {}]\n";
    workspace.bench(&["run", "-q", "--name", "part"]).expect(0);
    workspace.write("tasks/u.yaml", other);
    workspace.bench(&["run", "-q", "--name", "whole"]).expect(0);
    let arguments = ["compare", "part", "whole", "--candidates", "sim/fast", "rec/old"];
    let text = workspace.bench(&arguments).expect(0).stdout;
    let side = |name: &str| {
        let mut lines = text.lines().skip_while(|line| !line.starts_with(name));
        let first = lines.next().unwrap_or_default().to_owned();
        first + lines.next().unwrap_or_default()
    };
    assert!(
        side("A: ").contains("simulated") && !text.contains("(whole); simulated"),
        "{text}"
    );
    assert!(text.contains("has the task `u`: not compared"), "{text}");
    // Notes stand apart from the last case that flipped.
    let before = text.split("- only B").next().unwrap();
    assert!(
        before.ends_with("\n\n") && before.contains("lost: t") || before.contains("gained: t"),
        "{text}"
    );
}
