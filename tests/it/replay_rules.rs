//! Published figures from published outputs, with scorers written as a task file writes them.

use bench::model::{Case, Completion, OutputSpec, ScorerSpec};
use bench::scorer::{CompiledScorer, Output, RawScorer, ScoreInput, compile};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The number behind the last `A:`, in the answer and in the worked golden answer alike.
const GSM8K: &str = "numeric: {marker: 'A:'}";
/// The whole answer.
const BBH_DIRECT: &str = "equals: {}";
/// What stands behind the first `answer is`, without the final period; the whole answer without it.
const BBH_COT: &str = "equals: {after: answer is, strip: '.'}";
/// The first number of the field `answer`; where the JSON is broken, of what stands behind that key.
const ZEROEVAL_GSM: &str = "numeric: {path: answer, take: first, marker: '\"answer\":'}";

fn shared() -> Option<PathBuf> {
    let root = std::env::var_os("BENCH_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        PathBuf::from,
    );
    let data = root.join("data");
    if !data.join("replay/expected.json").is_file() {
        eprintln!("skipped: no shared data; set BENCH_SHARED to its folder");
        return None;
    }
    Some(data)
}

fn scorer(yaml: &str) -> CompiledScorer {
    let raw: RawScorer =
        serde_saphyr::from_str_with_options(yaml, serde_saphyr::options! { strict_booleans: true })
            .expect("the scorer is read");
    let lowered = raw.lower().expect("the scorer is valid");
    let spec = ScorerSpec {
        name: lowered.config.key().into(),
        weight: lowered.weight,
        filter: lowered.filter,
        config: lowered.config,
    };
    compile(&spec, &OutputSpec::default()).expect("the scorer compiles")
}

/// How many of the pairs of output and golden output score 1, of how many; and how many had no answer.
fn correct(scorer: &CompiledScorer, pairs: &[(String, Value)]) -> (u64, u64, u64) {
    let (mut correct, mut silent) = (0, 0);
    for (index, (text, golden)) in pairs.iter().enumerate() {
        let case = Case {
            id: Arc::from(index.to_string()),
            vars: Default::default(),
            golden: Some(golden.clone()),
            verified: None,
            meta: Default::default(),
            scorers: Vec::new(),
        };
        let completion = Completion {
            text: text.clone(),
            ..Completion::default()
        };
        let input = ScoreInput {
            output: &Output::new(&completion, &OutputSpec::default()),
            case: &case,
            completion: &completion,
            cost: None,
        };
        let score = scorer.score(&input).expect("every output has a score");
        correct += u64::from(score.pass);
        silent += u64::from(score.answer.is_none());
    }
    (correct, silent, pairs.len() as u64)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn pairs(set: &str, system: &str, file: &str) -> Vec<(String, Value)> {
    let rows: Vec<Value> = match set {
        "gsm8k" => file
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect(),
        _ => {
            let parsed: Value = serde_json::from_str(file).unwrap();
            let list = if parsed.is_array() {
                &parsed
            } else {
                &parsed["outputs"]
            };
            list.as_array().unwrap().clone()
        }
    };
    let pair = |row: &Value| match set {
        "gsm8k" => (text(&row[system]["solution"]), row["ground_truth"].clone()),
        "zeroeval_gsm" => (text(&row["output"][0]), row["answer"].clone()),
        _ => (text(&row["prediction"]), row["target"].clone()),
    };
    rows.iter().map(pair).collect()
}

#[test]
fn scorers_reproduce_the_published_figures_of_recorded_outputs() {
    let Some(data) = shared() else { return };
    let expected = std::fs::read_to_string(data.join("replay/expected.json")).unwrap();
    let expected: Vec<Value> = serde_json::from_str(&expected).unwrap();
    let mut checked = 0;
    for entry in &expected {
        let (set, system) = (text(&entry["set"]), text(&entry["system"]));
        let yaml = match set.as_str() {
            "gsm8k" => GSM8K,
            "bbh_cot" => BBH_COT,
            "bbh_direct" => BBH_DIRECT,
            "zeroeval_gsm" => ZEROEVAL_GSM,
            _ => continue,
        };
        let file = std::fs::read_to_string(data.join(text(&entry["files"]["outputs"]))).unwrap();
        let (correct, silent, total) = correct(&scorer(yaml), &pairs(&set, &system, &file));
        let wanted = &entry["expected"];
        if let Some(count) = wanted["correct"].as_u64() {
            assert_eq!(
                (correct, total),
                (count, wanted["n_total"].as_u64().unwrap()),
                "{set} {system}"
            );
        }
        if let Some(accuracy) = wanted["accuracy"].as_f64() {
            let found = 100.0 * correct as f64 / total as f64;
            let tolerance = entry["tol"].as_f64().unwrap();
            assert!(
                (found - accuracy).abs() <= tolerance,
                "{set} {system}: {found}, published {accuracy}"
            );
        }
        if let Some(share) = wanted["no_answer"].as_f64() {
            assert_eq!(100.0 * silent as f64 / total as f64, share, "{set} {system}");
        }
        checked += 1;
    }
    assert!(checked > 0, "the file of expected figures names none of the sets");
}
