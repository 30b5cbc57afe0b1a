//! Published figures from published outputs, with scorers written as a task file writes them.

use crate::replay_sets::recorded::{self, Item};
use bench::model::{Case, Completion, OutputSpec, ScorerSpec};
use bench::scorer::{CompiledScorer, Output, RawScorer, ScoreInput, compile};
use serde_json::Value;
use std::sync::Arc;

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

/// How many of the items score 1, of how many; and how many had no answer.
fn correct(scorer: &CompiledScorer, items: &[Item]) -> (u64, u64, u64) {
    let (mut correct, mut silent) = (0, 0);
    for (index, item) in items.iter().enumerate() {
        let case = Case {
            id: Arc::from(index.to_string()),
            vars: Default::default(),
            golden: Some(Value::String(item.golden.clone())),
            verified: None,
            meta: Default::default(),
            scorers: Vec::new(),
        };
        let completion = Completion {
            text: item.output.clone(),
            ..Completion::default()
        };
        let input = ScoreInput {
            output: &Output::new(&completion, &OutputSpec::default()),
            case: &case,
            completion: &completion,
            cost: None,
            messages: None,
            sandbox: None,
        };
        let score = scorer.score(&input).expect("every output has a score");
        correct += u64::from(score.pass);
        silent += u64::from(score.answer.is_none());
    }
    (correct, silent, items.len() as u64)
}

#[test]
fn scorers_reproduce_the_published_figures_of_recorded_outputs() {
    let Some(data) = recorded::data() else { return };
    for published in recorded::published(&data).into_values().flatten() {
        let yaml = recorded::scorer(&published.set).unwrap();
        let file = std::fs::read_to_string(&published.outputs).unwrap();
        let items = recorded::items(&file, &published.system);
        let (correct, silent, total) = correct(&scorer(yaml), &items);
        let (wanted, what) = (
            &published.expected,
            format!("{} {}", published.set, published.system),
        );
        if let Some(count) = wanted["correct"].as_u64() {
            assert_eq!(
                (correct, total),
                (count, wanted["n_total"].as_u64().unwrap()),
                "{what}"
            );
        }
        if let Some(accuracy) = wanted["accuracy"].as_f64() {
            let found = 100.0 * correct as f64 / total as f64;
            assert!(
                (found - accuracy).abs() <= published.tolerance,
                "{what}: {found}, published {accuracy}"
            );
        }
        if let Some(share) = wanted["no_answer"].as_f64() {
            assert_eq!(100.0 * silent as f64 / total as f64, share, "{what}");
        }
    }
}
