//! What users of simulated models see.

use super::SimProvider;
use crate::model::{
    Api, Case, Completion, ErrorClass, Limits, Message, ModelConfig, Params, ProviderConfig, ProviderError,
    Request, Role, SimModel, SimSpec, StopReason, Subject,
};
use crate::port::Provider;
use indexmap::IndexMap;
use serde_json::{Value, json};
use std::sync::Arc;

fn config(models: &[(&str, SimModel)]) -> ProviderConfig {
    ProviderConfig {
        name: "sim".into(),
        path: "providers/sim.yaml".into(),
        api: Api::Sim,
        base_url: None,
        key: None,
        headers: IndexMap::new(),
        query: IndexMap::new(),
        region: None,
        limits: Limits::default(),
        timeout_seconds: 60.0,
        max_attempts: 3,
        stream: false,
        discover: false,
        models: models
            .iter()
            .map(|(name, model)| {
                let entry = ModelConfig {
                    sim: Some(model.clone()),
                    ..ModelConfig::default()
                };
                ((*name).to_owned(), entry)
            })
            .collect(),
        http: None,
        exec: None,
        replay: None,
        sim: Some(SimSpec::default()),
    }
}

fn request(model: &str, case: Value, epoch: u32) -> Request {
    let case: Case = serde_json::from_value(case).unwrap();
    Request {
        model: model.into(),
        messages: vec![Message {
            role: Role::User,
            content: "Which queue is this?".into(),
        }],
        params: Arc::new(Params::default()),
        schema: None,
        subject: Subject {
            task: "triage".into(),
            prompt: "plain".into(),
            case: Arc::new(case),
            epoch,
            attempt: 0,
            seed: 7,
            judged: None,
        },
    }
}

fn ask(provider: &SimProvider, request: &Request) -> Result<Completion, ProviderError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(provider.complete(request))
}

fn answers(model: SimModel, golden: &Value, cases: usize) -> Vec<Completion> {
    let provider = SimProvider::new(&config(&[("m", model)]));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    (0..cases)
        .map(|number| {
            let request = request("m", json!({"id": format!("c{number}"), "golden": golden}), 0);
            runtime.block_on(provider.complete(&request)).unwrap()
        })
        .collect()
}

fn share(completions: &[Completion], is: impl Fn(&Completion) -> bool) -> f64 {
    completions.iter().filter(|completion| is(completion)).count() as f64 / completions.len() as f64
}

#[test]
fn the_share_of_right_answers_is_the_skill_whatever_the_spread() {
    for spread in [0.0, 0.5, 1.0] {
        for skill in [0.3, 0.8, 0.95] {
            let model = SimModel {
                skill,
                spread,
                ..SimModel::default()
            };
            let right = share(&answers(model, &json!("billing"), 4000), |c| c.text == "billing");
            assert!(
                (right - skill).abs() < 0.03,
                "spread {spread}, skill {skill}: {right}"
            );
        }
    }
}

#[test]
fn the_same_cases_are_hard_for_all_models() {
    let model = SimModel {
        skill: 0.5,
        spread: 1.0,
        ..SimModel::default()
    };
    let provider = SimProvider::new(&config(&[("a", model.clone()), ("b", model)]));
    let right = |name: &str, number: usize| {
        let case = json!({"id": format!("c{number}"), "golden": "billing"});
        ask(&provider, &request(name, case, 0)).unwrap().text == "billing"
    };
    let agree = (0..1000)
        .filter(|number| right("a", *number) == right("b", *number))
        .count();
    assert!(agree > 650, "{agree} of 1000 agree");
}

#[test]
fn easy_cases_are_answered_right_more_often_than_hard_ones() {
    let provider = SimProvider::new(&config(&[("m", SimModel::default())]));
    let right = |word: &str| {
        let is_right = |number: &usize| {
            let case = json!({"id": format!("c{number}"), "golden": "x1 y", "meta": {"difficulty": word}});
            ask(&provider, &request("m", case, 0)).unwrap().text == "x1 y"
        };
        (0..500).filter(is_right).count()
    };
    let (easy, medium, hard) = (right("easy"), right("medium"), right("hard"));
    assert!(easy > medium + 20 && medium > hard + 20, "{easy} {medium} {hard}");
}

#[test]
fn an_answer_depends_on_seed_and_epoch_but_not_on_attempts_or_order() {
    let provider = SimProvider::new(&config(&[("m", SimModel::default())]));
    let case = json!({"id": "c", "golden": 120});
    let texts: Vec<Completion> = (0..20)
        .map(|epoch| ask(&provider, &request("m", case.clone(), epoch)).unwrap())
        .collect();
    let again: Vec<Completion> = (0..20)
        .rev()
        .map(|epoch| {
            let mut request = request("m", case.clone(), epoch);
            request.subject.attempt = 3;
            ask(&provider, &request).unwrap()
        })
        .collect();
    assert!(texts.iter().eq(again.iter().rev()));
    let latencies: std::collections::BTreeSet<u64> = texts.iter().map(|c| c.latency_us).collect();
    assert_eq!(latencies.len(), 20);
}

#[test]
fn outcomes_come_at_their_rates() {
    let model = SimModel {
        refusal: 0.1,
        empty: 0.1,
        truncation: 0.1,
        malformed: 0.1,
        skill: 1.0,
        ..SimModel::default()
    };
    let golden = json!({"queue": "billing", "urgent": true});
    let all = answers(model, &golden, 3000);
    let near = |share: f64| (share - 0.1).abs() < 0.025;
    assert!(near(share(&all, |c| c.text.starts_with("I'm sorry")
        && c.stop == StopReason::Stop)));
    assert!(near(share(&all, |c| c.text.is_empty())));
    assert!(near(share(&all, |c| c.stop == StopReason::Length)));
    assert!(near(share(&all, |c| c.text.ends_with("..."))));
}

#[test]
fn wrong_answers_differ_from_the_golden_one_and_keep_its_form() {
    let model = SimModel {
        skill: 0.0,
        ..SimModel::default()
    };
    for golden in [
        json!(42),
        json!("42"),
        json!(3.25),
        json!(true),
        json!("B"),
        json!("other"),
        json!("one two three four five"),
        json!(["a", "b"]),
        json!({"a": {"b": [1, 2]}}),
        json!({}),
        json!([]),
        json!(null),
        json!("A long summary of more than twelve words that a model would have to write out in full."),
    ] {
        let text = match &golden {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        for completion in answers(model.clone(), &golden, 60) {
            assert_ne!(completion.text, text);
            if golden.is_number() {
                completion.text.parse::<f64>().unwrap();
            }
        }
    }
}

#[test]
fn a_case_may_bring_its_own_right_and_wrong_answers() {
    let case = json!({"id": "c", "golden": 1, "meta": {"example": "The answer is 1.", "wrong": ["It is 2.", "It is 3."]}});
    let text = |skill: f64| {
        let model = SimModel {
            skill,
            ..SimModel::default()
        };
        let provider = SimProvider::new(&config(&[("m", model)]));
        ask(&provider, &request("m", case.clone(), 0)).unwrap().text
    };
    assert_eq!(text(1.0), "The answer is 1.");
    assert!(["It is 2.", "It is 3."].contains(&text(0.0).as_str()));
}

#[test]
fn failures_are_drawn_for_each_attempt_and_can_be_retried() {
    let model = SimModel {
        failure: 0.3,
        ..SimModel::default()
    };
    let provider = SimProvider::new(&config(&[("m", model)]));
    let failed = (0..1000u32)
        .filter(|attempt| {
            let mut request = request("m", json!({"id": "c", "golden": 1}), 0);
            request.subject.attempt = *attempt;
            match ask(&provider, &request) {
                Ok(_) => false,
                Err(error) => {
                    assert!(error.class.is_transient());
                    assert_eq!(error.retry_after.is_some(), error.class == ErrorClass::Throttled);
                    true
                }
            }
        })
        .count();
    assert!((250..350).contains(&failed), "{failed}");
}

#[test]
fn max_tokens_cuts_the_answer_and_counts_reasoning() {
    let model = SimModel {
        answer: Some(json!("word ".repeat(100))),
        reasoning_tokens: 10,
        ..SimModel::default()
    };
    let provider = SimProvider::new(&config(&[("m", model)]));
    let mut request = request("m", json!({"id": "c"}), 0);
    request.params = Arc::new(Params {
        max_tokens: Some(40),
        ..Params::default()
    });
    let completion = ask(&provider, &request).unwrap();
    let usage = completion.usage.unwrap();
    assert_eq!(completion.stop, StopReason::Length);
    assert_eq!(usage.output, 40);
    assert_eq!(completion.text.len() as u64, (40 - usage.reasoning) * 4);
}

#[test]
fn an_unknown_model_is_named_with_those_there_are() {
    let provider = SimProvider::new(&config(&[
        ("good", SimModel::default()),
        ("bad", SimModel::default()),
    ]));
    let error = ask(&provider, &request("god", json!({"id": "c"}), 0)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "not-found: sim simulates no model `god`; it has good, bad"
    );
}

#[test]
fn pace_waits_its_share_of_the_latency() {
    let mut config = config(&[("m", SimModel::default())]);
    config.sim = Some(SimSpec { pace: 0.5 });
    let provider = SimProvider::new(&config);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let (waited, latency) = runtime.block_on(async {
        let start = tokio::time::Instant::now();
        let completion = provider
            .complete(&request("m", json!({"id": "c", "golden": 1}), 0))
            .await
            .unwrap();
        (start.elapsed().as_micros() as f64, completion.latency_us as f64)
    });
    assert!((waited - latency / 2.0).abs() < 2000.0, "{waited} of {latency}");
}
