//! Published figures of judges against people, from the verdicts and labels that were published with them.

use crate::replay_sets::recorded::data;
use crate::support::Workspace;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).expect("JSON")
}

fn files(folder: &Path, name: &str, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, name, out);
        } else if path.file_name().is_some_and(|own| own == name) {
            out.push(path);
        }
    }
    out.sort();
}

/// What `bench judge calibrate` says of these lines.
#[track_caller]
fn calibrate(lines: &[Value], more: &[&str]) -> Value {
    let workspace = Workspace::empty();
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    workspace.write("labels.jsonl", &text);
    let arguments: Vec<&str> = [
        "judge",
        "calibrate",
        "published",
        "--labels",
        "labels.jsonl",
        "--json",
    ]
    .iter()
    .chain(more)
    .copied()
    .collect();
    serde_json::from_str(&workspace.bench(&arguments).expect(0).stdout).expect("one JSON document")
}

/// The count and the total of `95 / 100 = 95.0%`.
fn share(text: &Value) -> (u64, u64) {
    let text = text.as_str().expect("a share");
    let (count, rest) = text.split_once(" / ").expect("a count");
    let (total, _) = rest.split_once(" = ").expect("a total");
    (count.parse().expect("a number"), total.parse().expect("a number"))
}

/// Cohen's kappa of lists of two labels, from its definition.
fn kappa(pairs: &[(String, String)]) -> f64 {
    let n = pairs.len() as f64;
    let same = pairs.iter().filter(|(a, b)| a == b).count() as f64 / n;
    let mut counts: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for (a, b) in pairs {
        counts.entry(a).or_default().0 += 1.0 / n;
        counts.entry(b).or_default().1 += 1.0 / n;
    }
    let chance: f64 = counts.values().map(|(a, b)| a * b).sum();
    (same - chance) / (1.0 - chance)
}

#[track_caller]
fn near(found: &Value, wanted: f64, tolerance: f64, what: &str) {
    let found = found.as_f64().unwrap_or_else(|| panic!("{what}: {found}"));
    assert!(
        (found - wanted).abs() <= tolerance,
        "{what}: {found}, published {wanted}"
    );
}

/// A winner as upstream writes it; `None` for what is neither output.
fn side(winner: &Value) -> Option<&'static str> {
    match winner
        .as_str()
        .map_or_else(|| winner.to_string(), str::to_owned)
        .as_str()
    {
        "1" => Some("A"),
        "2" => Some("B"),
        _ => None,
    }
}

#[test]
fn judges_of_pairs_agree_with_gold_labels_as_llmbar_published() {
    let Some(data) = data() else { return };
    let mut found = Vec::new();
    files(&data, "statistics.json", &mut found);
    let mut compared = 0;
    for path in found {
        let results = path.with_file_name("result.json");
        if !results.is_file() {
            continue;
        }
        let (statistics, results) = (read(&path), read(&results));
        let what = path.display().to_string();
        let mut lines = Vec::new();
        let mut orders: [Vec<(String, String)>; 2] = [Vec::new(), Vec::new()];
        let mut both = Vec::new();
        let mut clean = true;
        let mut unread_twice = 0;
        for (case, row) in results.as_array().expect("a list").iter().enumerate() {
            let last = row["results"]
                .as_array()
                .and_then(|results| results.last())
                .expect("a result");
            let label = side(&row["label"]).expect("a gold label");
            let said = ["swap = False", "swap = True"].map(|order| side(&last[order]["winner"]));
            let mut line = json!({"case": case, "human": label});
            for (name, said) in ["judge_first", "judge_second"].iter().zip(said) {
                if let Some(said) = said {
                    line[*name] = said.into();
                }
            }
            for (order, said) in orders.iter_mut().zip(said) {
                if let Some(said) = said {
                    order.push((said.to_owned(), label.to_owned()));
                }
            }
            match said {
                [Some(first), Some(second)] => both.push((first.to_owned(), second.to_owned())),
                [None, None] => {
                    unread_twice += 1;
                    clean = false;
                }
                _ => clean = false,
            }
            lines.push(line);
        }
        let calibrated = calibrate(&lines, &["--resamples", "0"]);
        let told = &calibrated["orders"];
        let count = |value: &Value| value.as_u64().expect("a count");
        for (name, order) in [("correct_False", "first"), ("correct_True", "second")] {
            let (correct, total) = share(&statistics[name]);
            assert_eq!(count(&told[order]["correct"]), correct, "{what} {name}");
            assert_eq!(
                count(&told[order]["n"]) + count(&told[order]["missing"]),
                total,
                "{what} {name}"
            );
        }
        let total = lines.len() as f64;
        let average = 100.0 * (count(&told["first"]["correct"]) + count(&told["second"]["correct"])) as f64
            / (2.0 * total);
        let published: f64 = statistics["correct_average"]
            .as_str()
            .and_then(|text| text.trim_end_matches('%').parse().ok())
            .expect("a percentage");
        assert!(
            (average - published).abs() < 1e-9,
            "{what}: {average}, published {published}"
        );
        let counted = |figure: &Value| {
            let n = figure["n"].as_f64().expect("a count");
            (figure["value"].as_f64().expect("a share") * n).round() as u64
        };
        assert_eq!(
            (counted(&told["both"]), lines.len() as u64),
            share(&statistics["correct_both"]),
            "{what}"
        );
        // What was read in neither order counts as equal upstream.
        assert_eq!(
            (counted(&told["consistency"]) + unread_twice, lines.len() as u64),
            share(&statistics["equal"]),
            "{what}"
        );
        if clean {
            let published = statistics["kappa_agreement"].as_f64().expect("a kappa");
            near(&told["consistency_kappa"]["value"], published, 1e-12, &what);
        }
        near(&told["consistency_kappa"]["value"], kappa(&both), 1e-12, &what);
        for (name, pairs) in ["first", "second"].iter().zip(&orders) {
            near(&told[*name]["kappa"]["value"], kappa(pairs), 1e-12, &what);
        }
        if what.contains("LLMBar/Natural/evaluators/GPT-4/Vanilla/") {
            near(&told["first"]["kappa"]["value"], 0.8977, 5e-5, &what);
            let upstream = statistics["kappa_False"].as_f64().expect("a kappa");
            assert!(
                (upstream - 0.2678).abs() < 5e-5,
                "upstream maps labels and winners differently"
            );
        }
        compared += 1;
    }
    eprintln!("compared {compared} statistics.json");
    assert!(compared > 0, "there is no statistics.json beside a result.json");
}

/// Entries of expected.json whose set begins so.
fn published(data: &Path, set: &str) -> Vec<Value> {
    let all = read(&data.join("replay/expected.json"));
    let entries = all.as_array().expect("a list").iter();
    entries
        .filter(|entry| entry["set"].as_str().is_some_and(|name| name.starts_with(set)))
        .cloned()
        .collect()
}

#[test]
fn raters_agree_two_by_two_as_pandalm_published() {
    let Some(data) = data() else { return };
    for entry in published(&data, "pandalm") {
        let file = data.join(entry["files"]["labels"].as_str().expect("a file"));
        let tolerance = entry["tol"].as_f64().expect("a tolerance");
        let mut lines = Vec::new();
        for row in read(&file).as_array().expect("a list") {
            for (key, said) in row.as_object().expect("an object") {
                if let Some(rater) = key.strip_prefix("annotator") {
                    // The judge does not matter here: the first annotator stands in for one.
                    lines.push(json!({
                        "case": row["idx"], "rater": rater, "human": format!("choice {said}"),
                        "judge": format!("choice {}", row["annotator1"]),
                    }));
                }
            }
        }
        let found = calibrate(&lines, &["--resamples", "0"]);
        let pairs = found["rater_pairs"].as_array().expect("pairs");
        let mut compared = 0;
        for (name, wanted) in entry["expected"].as_object().expect("figures") {
            let Some((a, b)) = name.strip_prefix("kappa_").and_then(|name| name.split_once('_')) else {
                continue;
            };
            let pair = pairs
                .iter()
                .find(|pair| pair["judge"] == false && pair["a"] == *a && pair["b"] == *b)
                .unwrap_or_else(|| panic!("no pair {a} {b}"));
            near(
                &pair["kappa"]["value"],
                wanted.as_f64().expect("a kappa"),
                tolerance,
                name,
            );
            compared += 1;
        }
        assert!(compared > 0);
    }
}

#[test]
fn metrics_correlate_with_people_as_unieval_published() {
    let Some(data) = data() else { return };
    for entry in published(&data, "unieval") {
        let file = data.join(entry["files"]["scores"].as_str().expect("a file"));
        let tolerance = entry["tol"].as_f64().expect("a tolerance");
        let system = entry["system"].as_str().expect("a figure's name");
        let rows = read(&file);
        let lines: Vec<Value> = rows
            .as_array()
            .expect("a list")
            .iter()
            .enumerate()
            .map(|(at, row)| {
                json!({"case": at, "human": row["scores"][system], "judge": row["predict_scores"][system]})
            })
            .collect();
        let found = calibrate(&lines, &["--resamples", "0"]);
        assert_eq!(found["scale"]["kind"], "graded");
        for (name, wanted) in entry["expected"].as_object().expect("figures") {
            let figure = &found["correlations"][name.as_str()]["value"];
            near(
                figure,
                wanted.as_f64().expect("a figure"),
                tolerance,
                &format!("{system} {name}"),
            );
        }
    }
}

/// Questions with outputs, golden outputs and people's scores: a scorer that only looks for the golden words, calibrated.
#[test]
fn a_scorer_of_words_is_calibrated_by_labels_of_facts() {
    let Some(data) = data() else { return };
    let mut sets = Vec::new();
    for entry in std::fs::read_dir(data.join("judge-human/autoevals"))
        .into_iter()
        .flatten()
    {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "json") {
            sets.push(path);
        }
    }
    for path in sets {
        let rows = read(&path);
        let (mut cases, mut answers, mut labels, mut sum) =
            (String::new(), String::new(), String::new(), 0.0);
        let rows = rows.as_array().expect("a list");
        for (at, row) in rows.iter().enumerate() {
            let input = &row["input"];
            let case = json!({"id": format!("q{at}"), "vars": {"question": input["input"]}, "golden": input["expected"]});
            cases += &format!("{case}\n");
            answers += &format!(
                "{}\n",
                json!({"case": format!("q{at}"), "output": input["output"]})
            );
            labels += &format!(
                "{}\n",
                json!({"case": format!("q{at}"), "human": row["expected"], "rater": "authors"})
            );
            sum += row["expected"].as_f64().expect("a score");
        }
        let workspace = Workspace::recorded(&answers);
        workspace.write("golden/facts.jsonl", &cases);
        workspace.write(
            "tasks/facts.yaml",
            "task: facts\ncases: ../golden/facts.jsonl\nprompts: [\"{{ question }}\"]\nscorers: [token-f1: {}]\n",
        );
        workspace.write("labels.jsonl", &labels);
        workspace.bench(&["run"]).expect(0);
        let ended = workspace
            .bench(&[
                "judge",
                "calibrate",
                "token-f1",
                "--labels",
                "labels.jsonl",
                "--json",
                "--pass",
                "1",
                "--resamples",
                "199",
            ])
            .expect(0);
        let found: Value = serde_json::from_str(&ended.stdout).expect("one JSON document");
        assert_eq!(found["counts"]["judged"], rows.len());
        let spearman = found["correlations"]["spearman"]["value"]
            .as_f64()
            .expect("a correlation");
        assert!(spearman > 0.5, "{spearman}");
        // All are labelled: what is corrected is what people said.
        near(
            &found["corrections"][0]["corrected"]["value"],
            sum / rows.len() as f64,
            1e-9,
            "the mean of the labels",
        );
    }
}
