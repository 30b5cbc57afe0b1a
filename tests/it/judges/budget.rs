//! What judges may cost: planned, capped, and never paid twice.

use super::*;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

const PRICED: &str = "limits: {concurrency: 1}";

/// A workspace with `count` recorded answers and a judge whose model has a price and a limit.
fn priced(count: usize) -> Workspace {
    let outputs: Vec<String> = (0..count).map(|at| format!("Answer number {at}")).collect();
    let answers: Vec<(&str, &str)> = outputs.iter().map(|output| ("a", output.as_str())).collect();
    let workspace = judged(&answers, "  - judge: {by: careful, rubric: Is it right?}\n");
    program_judge(
        &workspace,
        "kind",
        &always(r#"{"reasoning": "It is right.", "score": 8}"#),
        "",
    );
    let provider = std::fs::read_to_string(workspace.path().join("providers/kind.yaml")).expect("text");
    let provider = provider.replace("one: {}", "one: {input: 100, output: 1000}");
    workspace.write("providers/kind.yaml", &format!("{provider}{PRICED}\n"));
    workspace.write(
        "judges/careful.yaml",
        "judge: careful\nmembers: [{model: kind/one}]\nparams: {max_tokens: 100}\n",
    );
    workspace
}

fn plan(workspace: &Workspace) -> Value {
    let ended = workspace.bench(&["plan", "--json"]).expect(0);
    serde_json::from_str(&ended.stdout).expect("a plan")
}

fn dollars(value: &Value) -> f64 {
    value.as_str().expect("dollars").parse().expect("a number")
}

#[test]
fn a_run_whose_judges_do_not_fit_the_budget_stops_and_names_the_judge() {
    let workspace = priced(12);
    let ended = workspace.bench(&["run", "--budget", "0.45"]).expect(102);
    let words = [
        "the budget of $0.45 ends the run",
        "a question to the judge kind/one may cost up to $0.",
        " without a verdict: ",
        "--budget USD",
    ];
    for word in words {
        assert!(ended.stderr.contains(word), "{}\nlacks {word}", ended.stderr);
    }
    let before = asked(&workspace);
    assert!((1..12).contains(&before), "{before} questions were paid");
    assert!(ended.stdout.contains("judge-error"), "{}", ended.stdout);
    workspace.bench(&["resume", "--budget", "10", "-q"]).expect(0);
    assert_eq!(asked(&workspace), 12);
    assert_eq!(workspace.outcomes().get("scored"), Some(&12));
}

#[test]
fn a_budget_that_ends_while_anchors_are_judged_sends_nothing_to_a_candidate() {
    let workspace = priced(2);
    let anchor = |at: usize| {
        let anchor =
            json!({"id": at, "output": format!("Answer {at}"), "rubric": "Is it right?", "verdict": 8});
        format!("{anchor}\n")
    };
    workspace.write("judges/anchors.jsonl", &(0..30).map(anchor).collect::<String>());
    workspace.write(
        "judges/careful.yaml",
        "judge: careful\nmembers: [{model: kind/one}]\nparams: {max_tokens: 100}\nanchors: {file: anchors.jsonl}\n",
    );
    let ended = workspace.bench(&["run", "--budget", "0.45"]).expect(102);
    assert!(
        ended
            .stderr
            .contains("a question to the judge kind/one may cost up to"),
        "{}",
        ended.stderr
    );
    assert!(ended.stderr.contains("2 trials left"), "{}", ended.stderr);
    let before = asked(&workspace);
    assert!((1..30).contains(&before), "{before}");
    let ended = workspace.bench(&["resume", "--budget", "10"]).expect(0);
    assert_eq!(asked(&workspace), 32, "no reply is paid twice");
    assert!(
        ended.stdout.contains("tokens 3000 in, 600 out; cost $0.9"),
        "{}",
        ended.stdout
    );
}

#[test]
fn a_plan_counts_the_questions_of_judges_and_what_they_cost() {
    let workspace = priced(12);
    let told = plan(&workspace);
    let judge = &told["judges"][0];
    assert_eq!(
        (&judge["task"], &judge["scorer"], &judge["judge"]),
        (&json!("q"), &json!("judge"), &json!("careful"))
    );
    assert_eq!(judge["questions"], 12);
    assert!(
        judge["input_tokens"].as_u64().expect("tokens") > 12 * 200,
        "{judge}"
    );
    assert_eq!(judge["output_tokens"], json!({"expected": 600, "worst": 2400}));
    assert!(dollars(&judge["cost_usd"]["expected"]) > 0.6, "{judge}");
    // Recorded answers have no limit, so that nobody knows how long a question may be.
    assert_eq!(judge["cost_usd"]["worst"], Value::Null);
    assert_eq!(told["judges_total"]["questions"], 12);
    assert_eq!(
        told["cost_usd"]["expected"],
        Value::Null,
        "recorded answers have no price here"
    );
    let text = workspace.bench(&["plan"]).expect(0).stdout;
    assert!(text.contains("questions") && text.contains("careful"), "{text}");
    // What was asked is what was planned; the length of replies is known from now on.
    workspace.bench(&["run", "-q"]).expect(0);
    assert_eq!(asked(&workspace), 12);
    let judge = &plan(&workspace)["judges"][0];
    assert_eq!(judge["output_tokens"]["expected"], 12 * 20);
    assert_eq!(judge["from_earlier_runs"], true);
}

#[test]
fn a_plan_counts_samples_pairs_and_anchors_and_leaves_the_unknown_unknown() {
    let workspace = priced(10);
    workspace.write(
        "bench.yaml",
        "models: [local/alpha, local/beta, local/gamma]\nbudget: 0.01\n",
    );
    workspace.write(
        "providers/local.yaml",
        "provider: local\napi: openai-chat\nbase_url: http://127.0.0.1:9/v1\nmodels: {alpha: {input: 1, output: 2}, beta: {input: 1, output: 2}, gamma: {input: 1, output: 2}}\n",
    );
    workspace.write(
        "tasks/q.yaml",
        "task: q\ncases: ../golden/q.jsonl\nprompts: [\"{{ q }}\"]\nparams: {max_tokens: 50}\nepochs: 2\nscorers:\n  - contains: {}\n  \
         - judge: {by: careful, rubric: Is it right?, sample: {top: 0.1, rest: 0.5}}\n    name: sampled\n  \
         - pairwise: {by: careful, against: golden}\n    name: golden\n  \
         - pairwise: {by: careful, against: all}\n    name: all\n    weight: 0\n  \
         - pairwise: {by: careful, against: local/beta}\n    name: beta\n    weight: 0\n  \
         - judge: {by: kind/two, rubric: Is it right?}\n    name: unpriced\n",
    );
    workspace.write(
        "judges/anchors.jsonl",
        "{\"id\": 1, \"output\": \"Lyon\", \"rubric\": \"r\", \"verdict\": 3}\n{\"id\": 2, \"output\": \"Lyon\", \"other\": \"Paris\", \"rubric\": \"r\", \"verdict\": 1}\n",
    );
    workspace.write(
        "judges/careful.yaml",
        "judge: careful\nmembers: [{model: kind/one}]\nparams: {max_tokens: 100}\nanchors: {file: anchors.jsonl}\n",
    );
    let told = workspace.bench(&["plan", "--json"]).expect(0);
    let told: Value = serde_json::from_str(&told.stdout).expect("a plan");
    let questions = |scorer: Value| {
        let rows = told["judges"].as_array().expect("judges");
        let row = rows.iter().find(|row| row["scorer"] == scorer).expect("a row");
        (
            row["questions"].as_u64().expect("a count"),
            row["cost_usd"].clone(),
        )
    };
    // Of 20 answers of each of three candidates 2 for sure and 9 of the rest; pairs are put in both orders.
    assert_eq!(questions(json!("sampled")).0, 3 * 11);
    assert_eq!(questions(json!("golden")).0, 3 * 20 * 2);
    assert_eq!(
        questions(json!("all")).0,
        20 * 2,
        "the budget pays for one of three rounds"
    );
    assert_eq!(questions(json!("beta")).0, 2 * 20 * 2);
    assert_eq!(
        questions(Value::Null).0,
        3,
        "an anchor, and a pair in both orders"
    );
    let (count, cost) = questions(json!("unpriced"));
    assert_eq!((count, cost), (60, json!({"expected": null, "worst": null})));
    let (_, cost) = questions(json!("golden"));
    assert!(
        dollars(&cost["worst"]) > 2.0 * dollars(&cost["expected"]),
        "{cost}"
    );
    assert_eq!(told["judges_total"]["cost_usd"]["expected"], Value::Null);
    let text = workspace.bench(&["plan"]).expect(0).stdout;
    for word in ["(anchors)", "unknown", "`all` plays 1 of 3 rounds"] {
        assert!(text.contains(word), "{text}\nlacks {word}");
    }
}

/// Takes its time, and writes down about which case it is asked.
const SLOW: &str = "import json, sys, time\nfor line in sys.stdin:\n    request = json.loads(line)\n    \
    open('asked.txt', 'a').write(request['case'] + '\\n')\n    time.sleep(0.01)\n    \
    print(json.dumps({'output': json.dumps({'reasoning': 'fine', 'score': 8}), 'cost': 0.002}), flush=True)\n";
const ANSWERS: usize = 120;
const KILLS: usize = 8;
const IN_FLIGHT: usize = 4;

#[test]
fn kills_in_the_middle_of_judging_pay_no_reply_twice() {
    let outputs: Vec<String> = (0..ANSWERS).map(|at| format!("Answer number {at}")).collect();
    let answers: Vec<(&str, &str)> = outputs.iter().map(|output| ("a", output.as_str())).collect();
    let workspace = judged(&answers, "  - judge: {by: slow/one, rubric: Is it right?}\n");
    program_judge(
        &workspace,
        "slow",
        SLOW,
        &format!("limits: {{concurrency: {IN_FLIGHT}}}"),
    );
    for kill in 0..KILLS {
        let before = asked(&workspace);
        let stored = judged_cases(&workspace);
        let mut running = workspace.start(if kill == 0 { &["run"] } else { &["resume"] });
        let patience = Instant::now();
        while asked(&workspace) < before + 6 + kill && patience.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_millis(1));
        }
        running.kill();
        let ended = running.wait();
        assert_eq!(ended.signal, Some(9), "kill {kill}: {}", ended.stderr);
        // What the programs were handed already is written down by then.
        std::thread::sleep(Duration::from_millis(100));
        assert_none_again(&workspace, before, &stored);
        assert_eq!(workspace.integrity(), "ok");
        let kept = judged_cases(&workspace);
        assert!(kept.is_superset(&stored), "kill {kill} lost replies");
    }
    let (before, stored) = (asked(&workspace), judged_cases(&workspace));
    assert!(!stored.is_empty(), "replies are kept as they come");
    workspace.bench(&["resume", "-q"]).expect(0);
    assert_none_again(&workspace, before, &stored);
    assert!(asked(&workspace) <= ANSWERS + KILLS * IN_FLIGHT);
    assert_eq!(workspace.outcomes().get("scored"), Some(&ANSWERS));
    let shown = workspace.bench(&["report", "latest", "--json"]).expect(0);
    let summary: Value = serde_json::from_str(&shown.stdout).expect("a summary");
    let judges = &summary["totals"]["judges"];
    assert_eq!(
        (&judges["asked"], &judges["paid_usd"]),
        (&json!(ANSWERS), &json!("0.24")),
        "{judges}"
    );
}

/// No question was put after the first `before` ones whose reply was on disk by then.
fn assert_none_again(workspace: &Workspace, before: usize, stored: &BTreeSet<String>) {
    let text = std::fs::read_to_string(workspace.path().join("asked.txt")).unwrap_or_default();
    let again: Vec<&str> = text
        .lines()
        .skip(before)
        .filter(|case| stored.contains(*case))
        .collect();
    assert!(again.is_empty(), "paid twice: {again:?}");
}

/// Cases whose replies are on disk.
fn judged_cases(workspace: &Workspace) -> BTreeSet<String> {
    if !workspace.store_path().exists() {
        return BTreeSet::new();
    }
    let store = workspace.store();
    let sql = "SELECT c.case_id FROM judgement j JOIN run_case c
               ON c.run = j.run AND c.task = j.task AND c.case_pos = j.case_pos";
    let Ok(mut query) = store.prepare(sql) else {
        return BTreeSet::new();
    };
    let rows = query.query_map([], |row| row.get(0)).expect("it can be read");
    rows.map(|case| case.expect("a case")).collect()
}
