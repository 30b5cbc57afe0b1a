//! Who judged, where, and at what price: kept with the run, and held to when it goes on.

use super::*;

const GOOD: &str = r#"{"reasoning": "It is right.", "score": 8}"#;

fn manifest(workspace: &Workspace) -> Value {
    let mut folders: Vec<_> = std::fs::read_dir(workspace.path().join("runs"))
        .expect("runs")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    let folder = folders.pop().expect("a run");
    let text = std::fs::read_to_string(folder.join("manifest.json")).expect("a manifest");
    serde_json::from_str(&text).expect("JSON")
}

/// Answers and a judge that has verdicts for the first of two only, since the file `mended` is not there.
fn half_judged() -> Workspace {
    let workspace = judged(
        &[("a", "Lyon"), ("a", "Paris")],
        "  - judge: {by: kind/one, rubric: Is it right?}\n",
    );
    let program = always(GOOD).replace(
        "    print(",
        "    import os\n    if request['case'] == 'c-01' and not os.path.exists('mended'):\n        \
         print(json.dumps({'error': {'class': 'unavailable', 'message': 'not now'}}), flush=True)\n        continue\n    print(",
    );
    program_judge(&workspace, "kind", &program, "max_attempts: 1");
    priced(&workspace, "input: 10, output: 100");
    workspace
}

fn priced(workspace: &Workspace, price: &str) {
    let text = std::fs::read_to_string(workspace.path().join("providers/kind.yaml")).expect("text");
    let models = text.find("models:").expect("models");
    let (before, _) = text.split_at(models);
    workspace.write(
        "providers/kind.yaml",
        &format!("{before}models: {{one: {{{price}}}, two: {{}}}}\n"),
    );
}

#[test]
fn the_manifest_and_the_report_say_who_judged_where_and_at_what_price() {
    let workspace = half_judged();
    workspace.write("mended", "");
    workspace.bench(&["run", "-q"]).expect(0);
    let manifest = manifest(&workspace);
    assert_eq!(
        manifest["judges"][0]["model"],
        json!({"provider": "kind", "name": "one"})
    );
    assert!(manifest["judges"][0]["price"].is_object(), "{manifest}");
    let names: Vec<&Value> = manifest["providers"]
        .as_array()
        .expect("providers")
        .iter()
        .map(|provider| &provider["name"])
        .collect();
    assert_eq!(names, [&json!("recorded"), &json!("kind")]);
    assert_eq!(manifest["candidates"].as_array().map(Vec::len), Some(1));
    let report = workspace
        .bench(&["report", "--format", "markdown"])
        .expect(0)
        .stdout;
    for line in ["| kind/one | input 10, output 100 |", "| kind | exec |"] {
        assert!(report.contains(line), "{report}\nlacks {line}");
    }
}

#[test]
fn a_run_does_not_go_on_with_another_judge_behind_the_same_name() {
    let workspace = half_judged();
    workspace.bench(&["run", "-q"]).expect(102);
    let provider = std::fs::read_to_string(workspace.path().join("providers/kind.yaml")).expect("text");
    workspace.write("mended", "");
    workspace.write(
        "providers/kind.yaml",
        &provider.replace("one: {", "one: {name: another, "),
    );
    let before = asked(&workspace);
    let ended = workspace.bench(&["resume"]).expect(2);
    assert!(
        ended.stderr.contains("provider `kind` changed"),
        "{}",
        ended.stderr
    );
    let ended = workspace.bench(&["score", "latest", "--judges"]).expect(2);
    assert!(
        ended.stderr.contains("provider `kind` changed"),
        "{}",
        ended.stderr
    );
    assert_eq!(asked(&workspace), before);
    // A judge that is asked something else is asked of everybody, so that it may be another one.
    let task = std::fs::read_to_string(workspace.path().join("tasks/q.yaml")).expect("text");
    workspace.write("tasks/q.yaml", &task.replace("Is it right?", "Is it polite?"));
    workspace.bench(&["score", "latest", "--judges"]).expect(0);
    assert_eq!(workspace.outcomes().get("scored"), Some(&2));
}

#[test]
fn the_price_of_the_start_holds_for_the_whole_run() {
    let workspace = half_judged();
    let program = std::fs::read_to_string(workspace.path().join("programs/kind.py")).expect("text");
    workspace.write("programs/kind.py", &program.replace(", 'cost': 0.002", ""));
    workspace.bench(&["run", "-q"]).expect(102);
    priced(&workspace, "input: 1000, output: 1000");
    workspace.write("mended", "");
    let ended = workspace.bench(&["resume"]).expect(0);
    // 100 tokens in and 20 out, twice.
    assert!(
        ended.stdout.contains("cost $0.006, paid $0.006"),
        "{}",
        ended.stdout
    );
}

#[test]
fn recorded_verdicts_cost_what_they_did_and_are_paid_by_nobody() {
    let workspace = judged(
        &[("a", "Lyon")],
        "  - judge: {by: kept/one, rubric: Is it right?}\n",
    );
    workspace.write(
        "providers/kept.yaml",
        "provider: kept\napi: replay\nmodels: {one: {file: ../verdicts.jsonl}}\n",
    );
    let verdict =
        json!({"case": "c-00", "output": GOOD, "cost": 0.25, "usage": {"input": 100, "output": 10}});
    workspace.write("verdicts.jsonl", &format!("{verdict}\n"));
    let ended = workspace.bench(&["run"]).expect(0);
    assert!(ended.stdout.contains("cost $0.25, paid $0"), "{}", ended.stdout);
    assert!(!ended.stdout.contains("paid $0.25"), "{}", ended.stdout);
    assert!(ended.stderr.contains("$0 paid for them"), "{}", ended.stderr);
}

#[test]
fn recorded_verdicts_that_are_missing_or_broken_are_found_before_an_answer_is_paid() {
    let workspace = judged(
        &[("a", "Lyon")],
        "  - judge: {by: kept/one, rubric: Is it right?}\n",
    );
    workspace.write(
        "providers/kept.yaml",
        "provider: kept\napi: replay\nmodels: {one: {file: ../verdicts.jsonl}}\n",
    );
    for command in ["check", "run"] {
        let ended = workspace.bench(&[command]).expect(2);
        for word in ["providers/kept.yaml", "the judge `kept/one` has no verdicts: "] {
            assert!(ended.stderr.contains(word), "{}\nlacks {word}", ended.stderr);
        }
    }
    workspace.write(
        "verdicts.jsonl",
        "{\"case\": \"c-00\", \"output\": \"7\"}\nno verdict\n",
    );
    for command in ["check", "run"] {
        let ended = workspace.bench(&[command]).expect(2);
        let told = "verdicts.jsonl:2: is not a";
        assert!(ended.stderr.contains(told), "{}", ended.stderr);
    }
    assert!(!workspace.store_path().exists(), "no run was started");
}

#[test]
fn a_judge_whose_template_lacks_something_of_a_case_is_found_before_an_answer_is_paid() {
    let workspace = judged(
        &[("a", "Lyon"), ("a", "Paris"), ("a", "Rome")],
        "  - judge: {by: careful, rubric: Is it right?}\n",
    );
    program_judge(&workspace, "kind", &always(GOOD), "");
    let judge = |golden: &str| {
        format!(
            "judge: careful\nmembers: [{{model: kind/one}}]\ntemplate: |\n  {{{{ rubric }}}} {{{{ notice }}}}\n  {golden}\n  \
             {{{{ output }}}}\n  {{{{ reply }}}}\n"
        )
    };
    workspace.write("judges/careful.yaml", &judge("{{ golden }}"));
    let cases = std::fs::read_to_string(workspace.path().join("golden/q.jsonl")).expect("text");
    let lines: Vec<String> = cases
        .lines()
        .enumerate()
        .map(|(at, line)| match at {
            1 => line
                .replace(",\"golden\":\"Lyon\"", "")
                .replace("\"golden\":\"Lyon\",", ""),
            _ => line.to_owned(),
        })
        .collect();
    workspace.write("golden/q.jsonl", &(lines.join("\n") + "\n"));
    for command in ["check", "run"] {
        let ended = workspace.bench(&[command]).expect(2);
        let words = [
            "golden/q.jsonl:2",
            "case `c-01`: scorer `judge` cannot ask its judge `careful`",
            "{% if golden is defined %}",
        ];
        for word in words {
            assert!(ended.stderr.contains(word), "{}\nlacks {word}", ended.stderr);
        }
    }
    assert!(!workspace.store_path().exists(), "no run was started");
    workspace.write(
        "judges/careful.yaml",
        &judge("{% if golden is defined %}{{ golden }}{% endif %}"),
    );
    workspace.bench(&["run", "-q"]).expect(0);
    assert_eq!(asked(&workspace), 3);
}
