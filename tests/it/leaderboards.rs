//! Leaderboards: published figures of repeated trials, ranks that follow from paired comparisons, slices, and the same
//! bytes at any number of threads.

use crate::replay_sets::convert::{Replayed, convert};
use crate::replay_sets::recorded;
use crate::support::Workspace;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Runs everything and gives the summary.
#[track_caller]
fn summary(workspace: &Workspace) -> Value {
    let ended = workspace.bench(&["run", "--json"]).expect(0);
    serde_json::from_str(&ended.stdout).expect("one JSON document")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

#[test]
fn pass_hat_k_of_recorded_agent_runs_is_what_was_published() {
    let Some(data) = recorded::data() else { return };
    let path = data.join("replay/tau_bench/gpt-4o-airline_tasks0-24.json");
    let text = std::fs::read_to_string(path).expect("the trajectories are text");
    let trials: Vec<Value> = serde_json::from_str(&text).expect("a list");
    let workspace = Workspace::empty();
    let (mut cases, mut lines) = (BTreeMap::new(), String::new());
    for trial in &trials {
        let case = format!("task-{}", trial["task_id"]);
        let output = if number(&trial["reward"]) == 1.0 {
            "solved"
        } else {
            "not solved"
        };
        let line = json!({"case": case, "epoch": trial["trial"], "output": output});
        writeln!(lines, "{line}").unwrap();
        cases.insert(
            case.clone(),
            json!({"id": case, "vars": {"task": case}, "golden": "solved"}),
        );
    }
    let cases: String = cases.values().map(|case| format!("{case}\n")).collect();
    workspace.write("golden/airline.jsonl", &cases);
    workspace.write("recorded.jsonl", &lines);
    workspace.write("bench.yaml", "models: [recorded/gpt-4o]\n");
    workspace.write(
        "providers/recorded.yaml",
        "provider: recorded\napi: replay\nmodels: {gpt-4o: {file: ../recorded.jsonl}}\n",
    );
    workspace.write(
        "tasks/airline.yaml",
        "task: airline\ncases: ../golden/airline.jsonl\nepochs: 4\nprompts:\n  - user: \"{{ task }}\"\nscorers:\n  - equals: {}\n",
    );
    let summary = summary(&workspace);
    let row = &summary["tasks"][0]["leaderboards"][0]["rows"][0];
    let published = [("1", 0.31), ("2", 0.1933), ("3", 0.17), ("4", 0.16)];
    for (k, wanted) in published {
        let found = &row["pass_hat_k"][k];
        let (low, mean, high) = (
            number(&found["low"]),
            number(&found["mean"]),
            number(&found["high"]),
        );
        println!("pass^{k} {mean:.4} [{low:.4}, {high:.4}]");
        assert!((mean - wanted).abs() < 5e-5, "pass^{k}: {mean}");
        assert!(
            0.0 < low && low < mean && mean < high && high < 1.0,
            "pass^{k}: {low} {high}"
        );
    }
    let report = workspace.bench(&["report"]).expect(0).stdout;
    assert!(report.contains("pass^2 0.193 ["), "{report}");
}

/// Holm's adjustment, as in the textbook.
fn holm(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*a].total_cmp(&p[*b]));
    let (mut adjusted, mut largest) = (vec![0.0; p.len()], 0.0_f64);
    for (rank, at) in order.into_iter().enumerate() {
        largest = largest.max(p[at] * (p.len() - rank) as f64).min(1.0);
        adjusted[at] = largest;
    }
    adjusted
}

#[test]
fn rank_intervals_of_recorded_answers_follow_from_their_paired_comparisons() {
    let Some(data) = recorded::data() else { return };
    let published = recorded::published(&data)
        .remove("gsm8k")
        .expect("the set is there");
    let Replayed { workspace, .. } = convert("gsm8k", &published);
    let summary = summary(&workspace);
    let task = &summary["tasks"][0];
    let rows = task["leaderboards"][0]["rows"].as_array().expect("rows");
    let comparisons = task["comparisons"].as_array().expect("comparisons");
    assert_eq!((rows.len(), comparisons.len()), (4, 6));
    let raw: Vec<f64> = comparisons
        .iter()
        .map(|pair| number(&pair["difference"]["p"]))
        .collect();
    let mut places: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for row in rows {
        places.insert(row["name"].as_str().unwrap(), (1, 4));
    }
    for (pair, adjusted) in comparisons.iter().zip(holm(&raw)) {
        let (a, b) = (
            pair["a"]["name"].as_str().unwrap(),
            pair["b"]["name"].as_str().unwrap(),
        );
        let difference = &pair["difference"];
        let mean = number(&difference["mean"]);
        println!(
            "{a} - {b}: {mean:+.4} [{:+.4}, {:+.4}], p {:.3e}, adjusted {adjusted:.3e}, McNemar mid-p {:.3e}",
            number(&difference["low"]),
            number(&difference["high"]),
            number(&difference["p"]),
            number(&pair["mcnemar_mid_p"]),
        );
        assert!((number(&pair["p_holm"]) - adjusted).abs() < 1e-12, "{pair}");
        let excludes = number(&difference["low"]) > 0.0 || number(&difference["high"]) < 0.0;
        assert_eq!(
            number(&difference["p"]) < 0.05,
            excludes,
            "p and interval are of one statistic: {pair}"
        );
        if adjusted <= 0.05 {
            let (better, worse) = if mean > 0.0 { (a, b) } else { (b, a) };
            places.get_mut(worse).unwrap().0 += 1;
            places.get_mut(better).unwrap().1 -= 1;
        }
    }
    for row in rows {
        let name = row["name"].as_str().unwrap();
        let interval = &row["rank_interval"];
        println!("{name}: {} {interval}", row["score"]["mean"]);
        let found = (
            interval["best"].as_u64().unwrap(),
            interval["worst"].as_u64().unwrap(),
        );
        assert_eq!(found, places[name], "{name}");
    }
}

#[test]
fn slices_are_asked_for_by_a_field_and_marked_exploratory() {
    let workspace = Workspace::empty();
    workspace.bench(&["init", "."]).expect(0);
    workspace.bench(&["run"]).expect(0);
    let ended = workspace.bench(&["report", "--by", "difficulty"]).expect(0);
    for words in [
        "### city-facts by difficulty (exploratory)",
        "| easy | 5 |",
        "Benjamini-Hochberg",
    ] {
        assert!(ended.stdout.contains(words), "{}", ended.stdout);
    }
    let document = workspace
        .bench(&["report", "--by", "difficulty", "--json"])
        .expect(0)
        .stdout;
    let document: Value = serde_json::from_str(&document).expect("JSON");
    let slices = &document["tasks"][0]["slices"];
    assert_eq!(slices["exploratory"], true);
    assert_eq!(slices["slices"][0]["rows"].as_array().map(Vec::len), Some(2));
    let table = workspace
        .bench(&["report", "--by", "difficulty", "--format", "csv"])
        .expect(0)
        .stdout;
    assert!(
        table.starts_with("task,field,value,cases,prompt,model"),
        "{table}"
    );
    assert_eq!(table.lines().count(), 7);
    let wrong = workspace.bench(&["report", "--by", "dificulty"]).expect(2);
    assert!(
        wrong.stderr.contains("`dificulty`") && wrong.stderr.contains("`difficulty`"),
        "{}",
        wrong.stderr
    );
    // Without the flag, nothing of it.
    let plain = workspace.bench(&["report", "--json"]).expect(0).stdout;
    assert!(!plain.contains("\"slices\""));
}

#[test]
fn reports_are_the_same_bytes_at_any_number_of_threads() {
    let workspace = Workspace::of_sums(40, &["sim/one", "sim/two", "sim/three"]);
    workspace.write(
        "providers/sim.yaml",
        "provider: sim\napi: sim\nmodels:\n  one: {sim: {skill: 0.9}}\n  two: {sim: {skill: 0.7}}\n  three: {sim: {skill: 0.6}}\n",
    );
    workspace.bench(&["run"]).expect(0);
    let with = |threads: &str, arguments: &[&str]| {
        let output = workspace
            .command(arguments)
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .expect("it starts");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        output.stdout
    };
    for arguments in [
        &["report"][..],
        &["report", "--json"],
        &["report", "--format", "csv"],
        &["cases", "--json"],
    ] {
        assert!(with("1", arguments) == with("4", arguments), "{arguments:?}");
    }
}
