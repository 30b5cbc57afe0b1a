//! `bench score`: grading stored answers again, and saying what changed and why.

use crate::support::Workspace;
use serde_json::Value;

/// A workspace with recorded answers of two models to `cases` cases, and a task with these scorers. Answers are right
/// in four of five cases.
pub fn recorded(cases: usize, scorers: &str) -> Workspace {
    let workspace = Workspace::empty();
    workspace.write("bench.yaml", "models: [recorded/one, recorded/two]\n");
    workspace.write(
        "providers/recorded.yaml",
        "provider: recorded\napi: replay\nmodels: {one: {file: ../one.jsonl}, two: {file: ../two.jsonl}}\n",
    );
    for (name, latency) in [("one", 120), ("two", 80)] {
        let lines: String = (1..=cases)
            .map(|n| {
                let answer = if n % 5 == 0 { n + 1 } else { 2 * n };
                format!(
                    "{{\"case\": \"c-{n}\", \"output\": \"The sum is {answer}.\", \"latency_ms\": {latency}, \"usage\": \
                     {{\"input\": {n}, \"output\": 5}}}}\n"
                )
            })
            .collect();
        workspace.write(&format!("{name}.jsonl"), &lines);
    }
    let goldens: String = (1..=cases)
        .map(|n| {
            let sum = 2 * n;
            format!("{{\"id\": \"c-{n}\", \"vars\": {{\"x\": {n}}}, \"golden\": \"{sum}\", \"meta\": {{\"n\": {n}}}}}\n")
        })
        .collect();
    workspace.write("golden/sums.jsonl", &goldens);
    task(&workspace, scorers, "");
    workspace
}

/// Writes the task with these scorers; `more` are further keys of it.
fn task(workspace: &Workspace, scorers: &str, more: &str) {
    workspace.write(
        "tasks/sums.yaml",
        &format!(
            "task: sums\ncases: ../golden/sums.jsonl\nprompts:\n  - {{id: plain, user: \"What is {{{{ x }}}} + {{{{ x \
             }}}}?\"}}\nscorers:\n{scorers}{more}"
        ),
    );
}

/// Everything that a run leaves behind, by name.
fn documents(workspace: &Workspace) -> Vec<(&'static str, String)> {
    workspace
        .bench(&["runs", "export", "latest", "--to", "out"])
        .expect(0);
    ["results.jsonl", "summary.json", "manifest.json", "report.md"]
        .into_iter()
        .map(|name| {
            let path = workspace.path().join("out").join(name);
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect()
}

fn graded_again(workspace: &Workspace, arguments: &[&str]) -> Value {
    let arguments: Vec<&str> = ["--json", "score"].iter().chain(arguments).copied().collect();
    serde_json::from_str(&workspace.bench(&arguments).expect(0).stdout).unwrap()
}

/// The scorer of the only task with that name.
fn scorer<'a>(document: &'a Value, name: &str) -> &'a Value {
    let scorers = document["tasks"][0]["scorers"].as_array().unwrap();
    scorers
        .iter()
        .find(|scorer| scorer["name"] == name)
        .unwrap_or_else(|| panic!("no `{name}` in {document:#}"))
}

const CODE: &str = "const {share} = require('./share');\nmodule.exports = (output, context) => ({\n  pass: output.includes(context.golden),\n  score: share(output, context.golden),\n  reason: `${context.prompt} ${context.usage.input} ${context.latency_ms} ${Math.random()}`,\n  named: {short: output.length < context.config.most ? 1 : 0},\n});\n";
const HELPER: &str = "exports.share = (output, golden) => output.includes(golden) ? 1 : 0.25;\n";

fn with_code(cases: usize) -> Workspace {
    let workspace = recorded(
        cases,
        "  - {name: overlap, javascript: {file: scorers/overlap.js, config: {most: 18}}}\n  - {name: has, contains: {}}\n",
    );
    workspace.write("tasks/scorers/overlap.js", CODE);
    workspace.write("tasks/scorers/share.js", HELPER);
    workspace
}

#[test]
fn grading_again_without_a_change_gives_the_same_bytes_also_with_code() {
    let workspace = with_code(40);
    workspace.bench(&["run"]).expect(0);
    let before = documents(&workspace);
    assert!(
        before[0].1.contains("What is 7 + 7? 7 120"),
        "code saw no prompt: {}",
        before[0].1
    );
    let again = graded_again(&workspace, &[]);
    assert_eq!(
        (&again["graded"], &again["changed"]),
        (&80.into(), &0.into()),
        "{again:#}"
    );
    for name in ["overlap", "has"] {
        assert_eq!(scorer(&again, name)["state"], "unchanged", "{again:#}");
        assert_eq!(scorer(&again, name)["changed"], 0);
    }
    for ((name, before), (_, after)) in before.into_iter().zip(documents(&workspace)) {
        assert!(before == after, "{name} differs");
    }
}

#[test]
fn what_changed_of_each_scorer_is_told_with_means_and_trials() {
    let workspace = with_code(10);
    workspace.bench(&["run"]).expect(0);
    workspace.write("tasks/scorers/share.js", &HELPER.replace("0.25", "0.5"));
    let dry = workspace.bench(&["score", "--dry-run"]).expect(0);
    for words in [
        "overlap  changed        20        4  0.850 -> 0.900",
        "has      unchanged      20        0  0.800",
        "overlap: imported file share.js changed",
        "sums c-5 recorded/one plain: 0.250 -> 0.500",
        "20 completions graded, 4 scores changed",
    ] {
        assert!(dry.stdout.contains(words), "{}\nlacks {words}", dry.stdout);
    }
    assert!(dry.stderr.contains("Nothing was stored"), "{}", dry.stderr);
    assert!(
        dry.stdout.lines().all(|line| line.chars().count() <= 80),
        "{}",
        dry.stdout
    );

    workspace.write(
        "tasks/scorers/overlap.js",
        &CODE.replace("output.length", "0 + output.length"),
    );
    let text = workspace.bench(&["score", "--dry-run"]).expect(0).stdout;
    assert!(
        text.contains("overlap: tasks/scorers/overlap.js changed; imported file share.js changed"),
        "{text}"
    );

    workspace.write("tasks/scorers/overlap.js", CODE);
    workspace.write("tasks/scorers/share.js", HELPER);
    task(
        &workspace,
        "  - {name: overlap, javascript: {file: scorers/overlap.js, config: {most: 99}}}\n  - {name: polite, icontains: \
         please}\n",
        "pass: {score: 0.5}\n",
    );
    let again = graded_again(&workspace, &[]);
    assert_eq!(again["stored"], true);
    assert_eq!(
        scorer(&again, "overlap")["why"],
        serde_json::json!(["its options changed"])
    );
    assert_eq!(scorer(&again, "polite")["state"], "added");
    assert_eq!(
        scorer(&again, "polite")["before"],
        serde_json::json!({"n": 0, "mean": null})
    );
    assert_eq!(scorer(&again, "has")["state"], "removed");
    assert_eq!(scorer(&again, "has")["after"]["n"], 0);
    assert_eq!(
        again["tasks"][0]["rules_changed"],
        serde_json::json!(["its `pass` rule changed"])
    );
    let last = graded_again(&workspace, &[]);
    assert_eq!(last["changed"], 0, "the new hashes are stored: {last:#}");
    assert_eq!(scorer(&last, "polite")["state"], "unchanged");
}

#[test]
fn a_changed_golden_output_is_told_apart_from_a_changed_scorer() {
    let workspace = with_code(10);
    workspace.bench(&["run"]).expect(0);
    let path = workspace.path().join("golden/sums.jsonl");
    let goldens = std::fs::read_to_string(&path).unwrap();
    workspace.write(
        "golden/sums.jsonl",
        &goldens.replace("\"golden\": \"10\"", "\"golden\": \"6\""),
    );
    let ended = workspace.bench(&["score"]).expect(0);
    for words in [
        "has      unchanged      20        2  0.800 -> 0.900",
        "the golden output of 1 case changed",
        "sums c-5 recorded/two plain: 0.000 -> 1.000",
    ] {
        assert!(ended.stdout.contains(words), "{}\nlacks {words}", ended.stdout);
    }
}

#[test]
fn a_run_of_an_older_version_is_graded_again_and_says_what_it_does_not_know() {
    let workspace = with_code(5);
    workspace.bench(&["run"]).expect(0);
    let store = workspace.store();
    let changed = store.execute(
        "UPDATE run SET manifest = json_remove(manifest, '$.tasks[0].grading')",
        [],
    );
    assert_eq!(changed.unwrap(), 1);
    drop(store);
    let same = graded_again(&workspace, &["--dry-run"]);
    assert_eq!(scorer(&same, "overlap")["state"], "unchanged", "{same:#}");
    workspace.write("tasks/scorers/share.js", &HELPER.replace("0.25", "0.5"));
    let again = graded_again(&workspace, &[]);
    assert_eq!(scorer(&again, "has")["state"], "unknown", "{again:#}");
    assert_eq!(scorer(&again, "overlap")["changed"], 2);
    workspace.write("tasks/scorers/share.js", HELPER);
    let last = graded_again(&workspace, &[]);
    assert_eq!(
        scorer(&last, "has")["state"],
        "unchanged",
        "now the hashes are kept: {last:#}"
    );
    assert_eq!(scorer(&last, "overlap")["state"], "changed");
}

#[test]
fn a_prompt_that_changed_is_refused_where_code_would_see_it() {
    let workspace = with_code(5);
    workspace.bench(&["run"]).expect(0);
    let before = documents(&workspace);
    let path = workspace.path().join("tasks/sums.yaml");
    let original = std::fs::read_to_string(&path).unwrap();
    workspace.write("tasks/sums.yaml", &original.replace("What is", "Add"));
    let ended = workspace.bench(&["score"]).expect(2);
    assert!(
        ended
            .stderr
            .contains("prompt `plain` of task `sums` changed since the run"),
        "{}",
        ended.stderr
    );
    assert_eq!(documents(&workspace)[0], before[0]);
    // Built-in scorers see no prompt.
    let without: String = original
        .replace("What is", "Add")
        .lines()
        .filter(|line| !line.contains("overlap"))
        .fold(String::new(), |text, line| text + line + "\n");
    workspace.write("tasks/sums.yaml", &without);
    workspace.bench(&["score"]).expect(0);
}

#[test]
fn an_interruption_leaves_the_stored_scores_as_they_are() {
    let workspace = with_code(400);
    workspace.bench(&["run"]).expect(0);
    let before = documents(&workspace);
    workspace.write(
        "tasks/scorers/overlap.js",
        "module.exports = () => { let n = 0; for (let i = 0; i < 3e5; i += 1) n += i % 7; return n > 0; };\n",
    );
    let running = workspace.start(&["score"]);
    std::thread::sleep(std::time::Duration::from_millis(1500));
    running.interrupt();
    let ended = running.wait().expect(130);
    assert!(
        ended.stderr.contains("the stored scores are unchanged"),
        "{}",
        ended.stderr
    );
    for ((name, before), (_, after)) in before.into_iter().zip(documents(&workspace)) {
        assert!(before == after, "{name} differs");
    }
}

#[test]
fn a_scorer_that_fails_now_is_counted_as_such() {
    let workspace = with_code(5);
    workspace.bench(&["run"]).expect(0);
    workspace.write(
        "tasks/scorers/share.js",
        "exports.share = () => { throw new Error('no idea') };\n",
    );
    let ended = workspace.bench(&["score"]).expect(102);
    assert!(
        ended
            .stdout
            .contains("sums c-1 recorded/one plain: 1.000 -> scorer-error"),
        "{}",
        ended.stdout
    );
    assert!(ended.stdout.contains("0.850 -> -"), "{}", ended.stdout);
    assert_eq!(workspace.outcomes()["scorer-error"], 10);
}

#[test]
fn resume_refuses_a_changed_helper_file_of_a_scorer() {
    let workspace = with_code(5);
    workspace.bench(&["run"]).expect(0);
    workspace.write("tasks/scorers/share.js", &HELPER.replace("0.25", "0.5"));
    let ended = workspace.bench(&["resume", "latest"]).expect(2);
    assert!(
        ended.stderr.contains("a scorer of task `sums` changed"),
        "{}",
        ended.stderr
    );
}

#[test]
fn the_manifest_names_what_graded_by_hash() {
    let workspace = with_code(3);
    workspace.bench(&["run"]).expect(0);
    let manifest = documents(&workspace).remove(2).1;
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    let scorers = &manifest["tasks"][0]["grading"]["scorers"];
    assert_eq!(scorers[0]["file"]["file"], "tasks/scorers/overlap.js");
    assert_eq!(scorers[0]["imports"][0]["file"], "share.js");
    let interpreter = &scorers[0]["interpreter"];
    assert_eq!(interpreter["name"], "JavaScript");
    assert!(
        interpreter["version"]
            .as_str()
            .unwrap()
            .starts_with("componentize-qjs "),
        "{interpreter}"
    );
    assert_eq!(scorers[1]["scorer"], "contains");
    assert!(scorers[1].get("interpreter").is_none());
}
