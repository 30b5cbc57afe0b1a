//! Comparisons of published answers: GSM8K of four systems, and BIG-Bench Hard in two settings.

use crate::replay_sets::recorded::{self, Item};
use crate::replay_sets::{Replayed, convert};
use crate::support::Workspace;
use serde_json::{Value, json};
use std::fmt::Write as _;

#[track_caller]
fn document(workspace: &Workspace, arguments: &[&str]) -> Value {
    let ended = workspace.bench(&[arguments, &["--json"]].concat()).expect(0);
    serde_json::from_str(&ended.stdout).expect("one JSON document")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

#[test]
fn six_pairs_of_four_systems_have_intervals_and_p_of_one_statistic() {
    let Some(data) = recorded::data() else { return };
    let published = recorded::published(&data)
        .remove("gsm8k")
        .expect("the set is there");
    let Replayed { workspace, .. } = convert("gsm8k", &published);
    workspace.bench(&["run", "-q"]).expect(0);
    let read = document(&workspace, &["compare", "latest"]);
    let pairs = read["pairs"].as_array().unwrap();
    assert_eq!(pairs.len(), 6);
    let correct = |name: &Value| {
        let system = name
            .as_str()
            .unwrap()
            .strip_prefix("recorded/")
            .unwrap()
            .replace('-', "_");
        let entry = published.iter().find(|entry| entry.system == system);
        entry.expect("a published system").expected["correct"]
            .as_f64()
            .unwrap()
    };
    for pair in pairs {
        let task = &pair["tasks"][0];
        assert_eq!(number(&task["n"]), 1319.0);
        let difference = (correct(&pair["candidate_b"]) - correct(&pair["candidate_a"])) / 1319.0;
        assert!((number(&task["difference"]) - difference).abs() < 1e-12, "{pair}");
        // McNemar's statistic is that of the interval.
        let (b, c) = (
            number(&task["mcnemar"]["b_only"]),
            number(&task["mcnemar"]["a_only"]),
        );
        let p = bench::stats::two_sided_p((b - c) / (b + c).sqrt(), f64::INFINITY);
        assert!((number(&task["p"]) - p).abs() <= 1e-9 * p, "{pair}");
        let excludes = number(&task["low"]) > 0.0 || number(&task["high"]) < 0.0;
        assert_eq!(number(&task["p"]) < 0.05, excludes, "{pair}");
        let exact = bench::stats::mcnemar(b as u64, c as u64);
        assert_eq!(number(&task["mcnemar"]["mid_p"]), exact.mid);
        let verdict = if difference > 0.0 { "better" } else { "worse" };
        assert_eq!(pair["verdict"] == verdict, excludes, "{pair}");
        assert!(number(&task["p_holm"]) >= number(&task["p"]));
    }
}

const TASKS: [&str; 5] = [
    "boolean_expressions",
    "causal_judgement",
    "date_understanding",
    "multistep_arithmetic_two",
    "sports_understanding",
];

/// The question itself, behind the worked examples.
fn question(item: &Item) -> &str {
    let last = item.question.rsplit("\n\nQ:").next().unwrap_or_default();
    last.trim_end()
        .trim_end_matches("Let's think step by step.")
        .trim_end()
        .trim_end_matches("A:")
        .trim()
}

/// Writes the tasks of a setting, answered by `recorded/one`, whose recordings these become.
fn setting(workspace: &Workspace, data: &std::path::Path, set: &str) {
    let published = recorded::published(data).remove(set).expect("the set is there");
    let scorer = recorded::scorer(set).expect("it has a scorer");
    let mut answers = String::new();
    for task in TASKS {
        let entry = published
            .iter()
            .find(|entry| entry.system == task)
            .expect("a shared task");
        let text = std::fs::read_to_string(&entry.outputs).expect("the answers are text");
        let mut cases = String::new();
        for (at, item) in recorded::items(&text, task).iter().enumerate() {
            let id = format!("c-{at:03}");
            let case = json!({"id": id, "vars": {"question": question(item)}, "golden": item.golden});
            writeln!(cases, "{case}").unwrap();
            writeln!(
                answers,
                "{}",
                json!({"task": task, "case": id, "output": item.output})
            )
            .unwrap();
        }
        workspace.write(&format!("golden/{task}.jsonl"), &cases);
        workspace.write(
            &format!("tasks/{task}.yaml"),
            &format!(
                "task: {task}\ncases: ../golden/{task}.jsonl\nmodels: [recorded/one]\nprompts:\n  - user: \"{{{{ question }}}}\"\n\
                 scorers:\n  - {scorer}\ntreat: {{refused: score, empty: score}}\n"
            ),
        );
    }
    workspace.write("answers.jsonl", &answers);
}

#[test]
fn two_settings_are_compared_over_all_tasks_that_they_share() {
    let Some(data) = recorded::data() else { return };
    let workspace = Workspace::recorded("");
    for set in ["bbh_direct", "bbh_cot"] {
        setting(&workspace, &data, set);
        workspace
            .bench(&["run", "-q", "--no-cache", "--name", set])
            .expect(0);
    }
    // The settings are read by different rules, and that is told.
    let refused = workspace.bench(&["compare", "bbh_direct", "bbh_cot"]).expect(2);
    assert!(
        refused.stderr.contains("scorer `equals` changed (options)"),
        "{}",
        refused.stderr
    );
    let mut listed = refused.stderr.lines().filter(|line| line.starts_with("  "));
    assert!(!listed.any(|line| line.contains("golden")), "{}", refused.stderr);
    let read = document(
        &workspace,
        &["compare", "bbh_direct", "bbh_cot", "--despite-changes"],
    );
    let pair = &read["pairs"][0];
    let overall = &pair["overall"];
    assert_eq!(number(&overall["strata"]), 5.0);
    // The published accuracies, averaged.
    let direct = [88.4, 63.636_363_636_363_63, 63.6, 1.2, 72.8];
    let cot = [92.8, 54.010_695_187_165_78, 87.2, 47.6, 97.6];
    let difference = direct
        .iter()
        .zip(cot)
        .map(|(direct, cot)| cot - direct)
        .sum::<f64>()
        / 500.0;
    assert!(
        (number(&overall["difference"]) - difference).abs() < 1e-9,
        "{overall}"
    );
    assert_eq!(overall["verdict"], "better", "{overall}");
    assert!(
        number(&overall["low"]) > 0.13 && number(&overall["high"]) < 0.23,
        "{overall}"
    );
    let tasks = pair["tasks"].as_array().unwrap();
    let causal = tasks
        .iter()
        .find(|task| task["task"] == "causal_judgement")
        .unwrap();
    assert_eq!(causal["verdict"], "worse", "{causal}");
    let text = workspace
        .bench(&["compare", "bbh_direct", "bbh_cot", "--despite-changes"])
        .expect(0)
        .stdout;
    assert!(
        text.contains("averaged over 5 tasks") && text.contains("all tasks"),
        "{text}"
    );
}
