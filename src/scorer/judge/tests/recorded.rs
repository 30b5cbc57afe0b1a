//! Replies of real judges, in the data that is shared beside the repository: what they say is known.

use super::*;
use std::path::PathBuf;

/// A file of recorded replies; `None` where the data is not here.
fn recorded(path: &str) -> Option<String> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared");
    let shared = std::env::var_os("BENCH_SHARED").map_or_else(|| PathBuf::from(beside), PathBuf::from);
    let text = std::fs::read_to_string(shared.join("data/replay").join(path)).ok();
    if text.is_none() {
        println!("skipped: no {path} in {}", shared.display());
    }
    text
}

#[test]
fn ratings_of_mt_bench_are_read_as_published() {
    let Some(text) = recorded("mt_bench/gpt-4_single__llama2_chat_7b.jsonl") else {
        return;
    };
    let scorer = scorer("judge: {by: careful, rubric: r, scale: [1, 10], reads: rating}");
    for line in text.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let reply = completion(row["judgment"].as_str().unwrap());
        let opinion = scorer.read(0, Shown::Alone, &reply).unwrap();
        assert_eq!(Some(opinion.raw), row["score"].as_f64());
    }
}

#[test]
fn scores_of_wildbench_have_the_published_mean() {
    let Some(text) = recorded("wildbench/v2.0625_judge-gpt-4o/gemma-2b-it.json") else {
        return;
    };
    let scorer = scorer("judge: {by: careful, rubric: r, scale: [1, 10]}");
    let rows: Vec<Value> = serde_json::from_str(&text).unwrap();
    let raw = |row: &Value| {
        let reply = completion(&row["parsed_result"].to_string());
        scorer.read(0, Shown::Alone, &reply).unwrap().raw
    };
    let sum: f64 = rows.iter().map(raw).sum();
    assert_eq!((rows.len(), sum / rows.len() as f64), (1021, 4.737512242899118));
}

#[test]
fn winners_of_llmbar_are_read_or_not_read_but_never_misread() {
    let scorer = scorer("pairwise: {by: careful, against: golden, reads: letter}");
    for (set, model, kind) in [
        ("Natural", "GPT-4", "CoT"),
        ("Natural", "ChatGPT", "CoT"),
        ("Natural", "GPT-4", "Vanilla"),
        ("Adversarial/GPTOut", "ChatGPT", "CoT"),
    ] {
        let Some(text) = recorded(&format!(
            "llmbar/LLMBar/{set}/evaluators/{model}/{kind}/result.json"
        )) else {
            return;
        };
        let rows: Vec<Value> = serde_json::from_str(&text).unwrap();
        for last in rows
            .iter()
            .map(|row| row["results"].as_array().unwrap().last().unwrap())
        {
            for (key, order) in [("swap = False", Shown::First), ("swap = True", Shown::Second)] {
                let reply = last[key]["completion"][0].as_str().unwrap();
                let winner = last[key]["winner"].as_str();
                match said(&scorer, order, reply) {
                    Ok(value) => assert_eq!(Some(if value > 0.5 { "1" } else { "2" }), winner, "{reply}"),
                    Err(_) => assert!(!matches!(winner, Some("1" | "2")), "{reply}"),
                }
            }
        }
    }
}

#[test]
fn preferences_of_alpaca_eval_are_recovered_from_log_probabilities() {
    let Some(text) = recorded("alpaca_eval/claude-2/weighted_alpaca_eval_gpt4_turbo/annotations.json") else {
        return;
    };
    let scorer = scorer("pairwise: {by: careful, against: golden, reads: logprobs}");
    let rows: Vec<Value> = serde_json::from_str(&text).unwrap();
    for row in &rows {
        let Some(top) = row["raw_completion"]["logprobs"]["content"][0]["top_logprobs"].as_array() else {
            continue;
        };
        let pair = |entry: &Value| {
            let token = entry["token"].as_str().unwrap().to_owned();
            (token, entry["logprob"].as_f64().unwrap())
        };
        let reply = Completion {
            first_logprobs: top.iter().map(pair).collect(),
            ..completion("M")
        };
        let second = scorer.read(0, Shown::Second, &reply).unwrap().value;
        // Which output came first is not recorded.
        let preference = row["preference"].as_f64().unwrap();
        let fits = |preferred: f64| (preference - preferred).abs() < 1e-6;
        assert!(fits(1.0 + second) || fits(2.0 - second), "{preference} {second}");
    }
}
