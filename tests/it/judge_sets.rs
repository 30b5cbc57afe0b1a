//! Published figures from recorded verdicts of real judges, by the program as a user runs it.

use crate::support::Workspace;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::Path;

/// One judged output.
struct Judged {
    task: String,
    input: String,
    output: String,
    /// What it is compared with, where it is.
    golden: Option<String>,
    /// Keys of the recorded verdict; nothing where the verdict is missing.
    verdict: Option<Value>,
}

fn words(value: &Value) -> String {
    value.as_str().map_or_else(String::new, str::to_owned)
}

fn rows(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).expect("the file is text");
    serde_json::from_str(&text).unwrap_or_else(|_| {
        text.lines()
            .map(|line| serde_json::from_str(line).expect("a line of JSON"))
            .collect()
    })
}

/// The chance that the judge gives to the token for the second output, and the likeliest first tokens.
fn logprobs(row: &Value) -> Option<(f64, Value)> {
    let tokens = row["raw_completion"]["logprobs"]["content"][0]["top_logprobs"].as_array()?;
    let chance = |token: &str| {
        tokens
            .iter()
            .find(|entry| entry["token"] == token)
            .and_then(|entry| entry["logprob"].as_f64())
            .map_or(0.0, f64::exp)
    };
    let (first, second) = (chance("m"), chance("M"));
    let listed: serde_json::Map<String, Value> = tokens
        .iter()
        .map(|entry| (words(&entry["token"]), entry["logprob"].clone()))
        .collect();
    (first + second > 0.0).then(|| (second / (first + second), Value::Object(listed)))
}

/// AlpacaEval: `preference` is 1 where the baseline wins and 2 where the model does; 0 is a draw, null is no verdict. The
/// model's output is shown first here, so the winner is 1 for the model and 2 for the baseline.
fn alpaca(path: &Path) -> Vec<Judged> {
    let judged = rows(path).into_iter().map(|row| {
        let preference = row["preference"].as_f64().map(|p| if p == 0.0 { 1.5 } else { p });
        Judged {
            task: "alpaca".to_owned(),
            input: words(&row["instruction"]),
            output: words(&row["output_2"]),
            golden: Some(words(&row["output_1"])),
            verdict: preference.map(|p| {
                json!({"output": json!({"reasoning": "recorded", "winner": 3.0 - p}).to_string(),
                       "cost": row["price_per_example"]})
            }),
        }
    });
    judged.collect()
}

fn wildbench(path: &Path) -> Vec<Judged> {
    let judged = rows(path).into_iter().map(|row| {
        let usage = &row["meta_data"]["usage"];
        Judged {
            task: "wildbench".to_owned(),
            input: words(&row["session_id"]),
            output: words(&row["model_output"]),
            golden: None,
            verdict: Some(json!({"output": row["parsed_result"].to_string(),
                "usage": {"input": usage["prompt_tokens"], "output": usage["completion_tokens"]}})),
        }
    });
    judged.collect()
}

fn mt_bench(outputs: &Path, path: &Path) -> Vec<Judged> {
    let answers = rows(outputs);
    let judged = rows(path).into_iter().map(|row| {
        let turn = row["turn"].as_u64().expect("a turn");
        let answer = answers
            .iter()
            .find(|answer| answer["question_id"] == row["question_id"])
            .expect("the answer is there");
        Judged {
            task: format!("turn-{turn}"),
            input: format!("{} turn {turn}", row["question_id"]),
            output: words(&answer["choices"][0]["turns"][turn as usize - 1]),
            golden: None,
            verdict: Some(json!({"output": row["judgment"]})),
        }
    });
    judged.collect()
}

/// A workspace with the outputs as one recorded system and the verdicts as one recorded judge.
fn workspace(judged: &[Judged], scorer: &str) -> Workspace {
    let workspace = Workspace::empty();
    workspace.write("bench.yaml", "{}\n");
    let (mut outputs, mut verdicts) = (String::new(), String::new());
    let mut tasks: Vec<&str> = judged.iter().map(|item| item.task.as_str()).collect();
    tasks.sort_unstable();
    tasks.dedup();
    for task in &tasks {
        let mut cases = String::new();
        for (number, item) in judged.iter().enumerate().filter(|(_, item)| item.task == *task) {
            let id = format!("c-{number:05}");
            let mut case = json!({"id": id, "vars": {"input": item.input}});
            if let Some(golden) = &item.golden {
                case["golden"] = json!(golden);
            }
            writeln!(cases, "{case}").expect("text");
            let line = json!({"case": id, "task": task, "output": item.output});
            writeln!(outputs, "{line}").expect("text");
            if let Some(verdict) = &item.verdict {
                let mut line = verdict.clone();
                line["case"] = json!(id);
                line["task"] = json!(task);
                writeln!(verdicts, "{line}").expect("text");
            }
        }
        workspace.write(&format!("golden/{task}.jsonl"), &cases);
        workspace.write(
            &format!("tasks/{task}.yaml"),
            &format!(
                "task: {task}\ncases: ../golden/{task}.jsonl\nmodels: [recorded/system]\nprompts: [\"{{{{ input }}}}\"]\n\
                 scorers:\n  - {scorer}\ntreat: {{refused: score, empty: score, truncated: score}}\n"
            ),
        );
    }
    workspace.write("recorded/outputs.jsonl", &outputs);
    workspace.write("recorded/verdicts.jsonl", &verdicts);
    workspace.write(
        "providers/recorded.yaml",
        "provider: recorded\napi: replay\nmax_attempts: 1\nmodels: {system: {file: ../recorded/outputs.jsonl}}\n",
    );
    workspace.write(
        "providers/verdicts.yaml",
        "provider: verdicts\napi: replay\nmax_attempts: 1\nmodels: {judge: {file: ../recorded/verdicts.jsonl, input: 2.5, output: 10}}\n",
    );
    workspace
}

/// Runs, and gives the summary; verdicts that are missing leave the run incomplete.
fn run(workspace: &Workspace, missing: bool) -> Value {
    let ended = workspace
        .bench(&["run", "--json"])
        .expect(if missing { 102 } else { 0 });
    serde_json::from_str(&ended.stdout).expect("one JSON document")
}

fn judge<'a>(summary: &'a Value, task: &str) -> &'a Value {
    let tasks = summary["tasks"].as_array().expect("tasks");
    let task = tasks
        .iter()
        .find(|entry| entry["task"] == task)
        .expect("the task");
    &task["judges"][0]
}

#[track_caller]
fn near(found: &Value, expected: f64, tolerance: f64, what: &str) {
    let found = found.as_f64().unwrap_or_else(|| panic!("{what} is {found}"));
    assert!(
        (found - expected).abs() <= tolerance,
        "{what}: {found}, published {expected}"
    );
}

#[test]
fn published_figures_come_out_of_recorded_verdicts() {
    let Some(data) = crate::replay_sets::recorded::data() else {
        return;
    };
    let text = std::fs::read_to_string(data.join("replay/expected.json")).expect("text");
    let entries: Vec<Value> = serde_json::from_str(&text).expect("a list");
    let mut seen = 0;
    for entry in entries
        .iter()
        .filter(|entry| entry["files"]["verdicts"].is_string())
    {
        let set = words(&entry["set"]);
        let what = format!("{set} {}", words(&entry["system"]));
        let verdicts = data.join(words(&entry["files"]["verdicts"]));
        let outputs = data.join(words(&entry["files"]["outputs"]));
        let (expected, tolerance) = (&entry["expected"], entry["tol"].as_f64().expect("a tolerance"));
        let number = |key: &str| expected[key].as_f64().unwrap_or_else(|| panic!("{what}: {key}"));
        // Sums of floats in another order differ in the last digits.
        let tolerance = tolerance.max(1e-9);
        seen += 1;
        if set.starts_with("alpaca_eval") {
            let judged = alpaca(&verdicts);
            let missing = judged.iter().filter(|item| item.verdict.is_none()).count();
            assert_eq!(missing as f64, number("dropped_null"), "{what}");
            let cost: f64 = judged
                .iter()
                .filter_map(|item| item.verdict.as_ref()?["cost"].as_f64())
                .sum();
            let scorer = "pairwise: {by: verdicts/judge, against: golden, orders: first}";
            let workspace = workspace(&judged, scorer);
            // The recorded costs count, not those of a price table.
            let provider = "provider: verdicts\napi: replay\nmax_attempts: 1\nmodels: {judge: {file: ../recorded/verdicts.jsonl}}\n";
            workspace.write("providers/verdicts.yaml", provider);
            let summary = run(&workspace, missing > 0);
            let judge = judge(&summary, "alpaca");
            let standing = &judge["pairwise"]["candidates"][0];
            let rate = &standing["win_rate"];
            near(
                &json!(100.0 * rate["mean"].as_f64().unwrap()),
                number("win_rate"),
                tolerance,
                &what,
            );
            near(
                &json!(100.0 * rate["se"].as_f64().unwrap()),
                number("standard_error"),
                tolerance,
                &what,
            );
            assert_eq!(rate["n"].as_f64(), Some(number("n_total")), "{what}");
            for (ours, theirs) in [("wins", "n_wins"), ("losses", "n_losses"), ("draws", "n_draws")] {
                assert_eq!(standing[ours].as_f64(), Some(number(theirs)), "{what}: {ours}");
            }
            if cost > 0.0 && judge["questions"]["unknown_costs"] == 0 {
                let found: f64 = words(&judge["questions"]["cost_usd"]).parse().expect("dollars");
                assert!(
                    (found - cost).abs() < 1e-6,
                    "{what}: cost {found}, recorded {cost}"
                );
            }
        } else if set == "wildbench" {
            let judged = wildbench(&verdicts);
            let tokens: (f64, f64) = judged.iter().fold((0.0, 0.0), |sum, item| {
                let usage = &item.verdict.as_ref().expect("a verdict")["usage"];
                (
                    sum.0 + usage["input"].as_f64().unwrap(),
                    sum.1 + usage["output"].as_f64().unwrap(),
                )
            });
            let workspace = workspace(
                &judged,
                "judge: {by: verdicts/judge, rubric: How good is the answer?, scale: [1, 10]}",
            );
            let summary = run(&workspace, false);
            let judge = judge(&summary, "wildbench");
            let candidate = &judge["candidates"][0];
            assert_eq!(
                candidate["score"]["n"].as_f64(),
                Some(number("n_total")),
                "{what}"
            );
            near(&candidate["raw"]["value"], number("mean_score"), tolerance, &what);
            let questions = &judge["questions"];
            assert_eq!(questions["input_tokens"].as_f64(), Some(tokens.0), "{what}");
            assert_eq!(questions["output_tokens"].as_f64(), Some(tokens.1), "{what}");
            let cost = (2.5 * tokens.0 + 10.0 * tokens.1) / 1e6;
            let found: f64 = words(&questions["cost_usd"]).parse().expect("dollars");
            assert!((found - cost).abs() < 1e-6, "{what}: cost {found} for {cost}");
        } else if set == "mt_bench" {
            let judged = mt_bench(&outputs, &verdicts);
            let scorer =
                "judge: {by: verdicts/judge, rubric: How good is the answer?, scale: [1, 10], reads: rating}";
            let summary = run(&workspace(&judged, scorer), false);
            for turn in [1, 2] {
                let judge = judge(&summary, &format!("turn-{turn}"));
                let expected = number(&format!("mean_turn_{turn}"));
                near(
                    &judge["candidates"][0]["raw"]["value"],
                    expected,
                    tolerance,
                    &what,
                );
            }
        } else {
            panic!("{what}: no rule for its verdicts");
        }
    }
    assert!(seen > 0, "no recorded verdicts");
}

#[test]
fn verdicts_are_recovered_from_the_log_probabilities_of_their_first_token() {
    let Some(data) = crate::replay_sets::recorded::data() else {
        return;
    };
    let text = std::fs::read_to_string(data.join("replay/expected.json")).expect("text");
    let entries: Vec<Value> = serde_json::from_str(&text).expect("a list");
    let mut checked = 0;
    for entry in entries.iter().filter(|entry| entry["set"] == "alpaca_eval_2") {
        let rows = rows(&data.join(words(&entry["files"]["verdicts"])));
        let mut judged = Vec::new();
        let mut wanted = Vec::new();
        for row in &rows {
            let (Some((second, tokens)), Some(preference)) = (logprobs(row), row["preference"].as_f64())
            else {
                continue;
            };
            // Which output was shown second is not stored; it follows from the preference.
            let model_second = (1.0 + second - preference).abs() < (2.0 - second - preference).abs();
            let (model, baseline) = (words(&row["output_2"]), words(&row["output_1"]));
            let (shown_first, shown_second) = if model_second {
                (baseline, model)
            } else {
                (model, baseline)
            };
            wanted.push(if model_second {
                2.0 - preference
            } else {
                preference - 1.0
            });
            judged.push(Judged {
                task: "alpaca".to_owned(),
                input: words(&row["instruction"]),
                output: shown_first,
                golden: Some(shown_second),
                verdict: Some(json!({"output": row["raw_completion"]["text"], "logprobs": tokens})),
            });
        }
        if judged.is_empty() {
            continue;
        }
        let scorer = "pairwise: {by: verdicts/judge, against: golden, orders: first, reads: logprobs}";
        let workspace = workspace(&judged, scorer);
        run(&workspace, false);
        let results = workspace.results().pop().expect("a run");
        assert_eq!(results.len(), wanted.len());
        for (trial, wanted) in results.iter().zip(&wanted) {
            let score = trial["scores"][0]["score"].as_f64().expect("a verdict");
            assert!(
                (score - wanted).abs() < 1e-6,
                "{}: {score}, recorded {wanted}",
                trial["case"]
            );
        }
        checked += wanted.len();
    }
    assert!(checked > 0, "no log-probabilities");
}
