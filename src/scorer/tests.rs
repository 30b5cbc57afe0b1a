//! Tests of the scorers as a task file writes them.

mod items;
mod judges;
pub(super) mod outcomes;
mod verdicts;

use super::{CompiledScorer, LoweredScorer, Output, RawScorer, ScoreInput, ScorerConfig, compile};
use crate::model::{Case, Completion, Money, OutputFormat, OutputSpec, Score, ScorerError, ScorerSpec};
use crate::sandbox::Sandbox;
use serde_json::Value;
use std::sync::{Arc, LazyLock};

/// Reads YAML as task files are read: `no` and `y` are texts.
fn read<T: serde::de::DeserializeOwned>(yaml: &str) -> Result<T, String> {
    let options = serde_saphyr::options! { strict_booleans: true };
    serde_saphyr::from_str_with_options(yaml, options).map_err(|error| error.to_string())
}

pub(super) fn lowered(yaml: &str) -> Result<LoweredScorer, String> {
    let raw: RawScorer = read(yaml)?;
    raw.lower().map_err(|problems| problems.join("\n"))
}

pub(super) fn spec(yaml: &str) -> ScorerSpec {
    let mut lowered = lowered(yaml).unwrap_or_else(|problem| panic!("{yaml}: {problem}"));
    if let ScorerConfig::Judge(judging) = &mut lowered.config {
        judging.supplied = Some(Arc::new(super::judge::tests::panel(1)));
    }
    ScorerSpec {
        name: lowered
            .name
            .unwrap_or_else(|| lowered.config.key().to_owned())
            .into(),
        weight: lowered.weight,
        filter: lowered.filter,
        config: lowered.config,
    }
}

fn scorer(yaml: &str) -> CompiledScorer {
    compile(&spec(yaml), &OutputSpec::default()).unwrap_or_else(|problem| panic!("{yaml}: {problem}"))
}

pub(super) fn case(golden: Value) -> Case {
    Case {
        id: Arc::from("c-1"),
        vars: Default::default(),
        golden: (!golden.is_null()).then_some(golden),
        verified: None,
        meta: Default::default(),
        scorers: Vec::new(),
    }
}

pub(super) fn completion(text: &str) -> Completion {
    Completion {
        text: text.to_owned(),
        ..Completion::default()
    }
}

/// One sandbox for all tests; compiled interpreters are kept beside the build.
fn sandbox() -> Arc<Sandbox> {
    static SANDBOX: LazyLock<Arc<Sandbox>> = LazyLock::new(|| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/target/sandbox-cache");
        Sandbox::new(Some(folder.into()), 2)
    });
    Arc::clone(&SANDBOX)
}

/// What a scorer says of an output.
fn judge(yaml: &str, golden: Value, output: &str) -> Result<Score, ScorerError> {
    let completion = completion(output);
    let spec = OutputSpec {
        format: OutputFormat::Text,
        ..OutputSpec::default()
    };
    scorer(yaml).score(&ScoreInput {
        output: &Output::new(&completion, &spec),
        case: &case(golden),
        completion: &completion,
        cost: Some(Money(1_000)),
        messages: None,
        sandbox: Some(&sandbox()),
    })
}

/// The value that a scorer gives an output.
fn value(yaml: &str, golden: Value, output: &str) -> f64 {
    judge(yaml, golden, output)
        .unwrap_or_else(|error| panic!("{yaml}: {error}"))
        .value
}
