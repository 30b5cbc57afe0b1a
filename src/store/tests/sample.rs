//! Small runs to test with.

use crate::model::*;
use crate::port::{SinkError, TrialSink};
use crate::store::{Order, RunRef, RunWriter, Store, TrialRow};
use serde_json::json;
use std::ops::ControlFlow;
use std::sync::Arc;
use tempfile::TempDir;

/// A store in a folder that goes away with the returned guard.
pub(super) fn store() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path().join("runs/bench.db")).unwrap();
    (folder, store)
}

/// A run of one task with a paid candidate (0) and a simulated one (1).
pub(super) fn manifest(run: &str, started: &str) -> Manifest {
    let candidate = |provider: &str| {
        let model = ModelRef {
            provider: provider.into(),
            name: "small".into(),
        };
        CandidateEntry {
            task: 0,
            candidate: Candidate {
                model,
                label: None,
                params: Params::default(),
                prompt: "plain".into(),
            },
            hash: Digest::of(provider.as_bytes()),
            price: None,
            simulated: provider == "sim",
        }
    };
    let provider = |name: &str, api: &str| ProviderEntry {
        name: name.into(),
        api: api.to_owned(),
        base_url: None,
        hash: Digest::of(name.as_bytes()),
    };
    Manifest {
        schema_version: 1,
        run: run.to_owned(),
        bench_version: "0.1.0".to_owned(),
        started: started.to_owned(),
        seed: 7,
        budget: None,
        cache: true,
        tasks: vec![TaskEntry {
            name: "triage".into(),
            description: String::new(),
            path: "tasks/triage.yaml".to_owned(),
            prompt_hash: Digest::of(b"prompt"),
            scorer_hash: Digest::of(b"scorer"),
            cases_hash: Digest::of(b"cases"),
            scorers: vec![("contains".into(), 1.0)],
            cases: 10,
            case_globs: Vec::new(),
            limit: None,
            epochs: 1,
            cluster: None,
            grading: None,
        }],
        candidates: vec![candidate("openai"), candidate("sim")],
        providers: vec![provider("openai", "openai-chat"), provider("sim", "sim")],
        trials: 20,
        until: None,
        escalations: Vec::new(),
        anchors: Vec::new(),
        judges: Vec::new(),
        tournaments: Vec::new(),
        corrections: Vec::new(),
    }
}

pub(super) fn key(case: u64, candidate: u32) -> TrialKey {
    TrialKey {
        task: 0,
        case,
        candidate,
        epoch: 0,
    }
}

pub(super) fn case(position: u64) -> Arc<Case> {
    Arc::new(Case {
        id: format!("t-{position:03}").into(),
        vars: [(
            "ticket".to_owned(),
            json!(format!("Ticket {position}: \u{1F600} \"where\" is my bill?\n")),
        )]
        .into(),
        golden: Some(json!({"queue": "billing", "share": 0.1 + 0.2})),
        verified: Some(Verified {
            by: "human".to_owned(),
            at: None,
        }),
        meta: [("customer".to_owned(), json!("acme"))].into(),
        scorers: Vec::new(),
    })
}

/// The hash of the request that a trial sends.
pub(super) fn cache_key(key: TrialKey) -> Digest {
    Digest::of(format!("{key:?}").as_bytes())
}

/// An answered and graded trial that cost 1,000 pico-dollars and took `case` + 1 milliseconds.
pub(super) fn scored(key: TrialKey) -> TrialRecord {
    TrialRecord {
        key,
        case: case(key.case),
        cluster: Some("acme".into()),
        outcome: Outcome::Scored,
        score: Some(2.0 / 3.0),
        pass: Some(true),
        scores: vec![ScoreEntry {
            scorer: "contains".into(),
            weight: 1.0,
            result: Ok(Score::graded(2.0 / 3.0, true, "contains `billing`").with_named("recall", 0.7)),
            judged: None,
        }],
        completion: Some(CompletionRecord {
            cache_key: cache_key(key),
            completion: Arc::new(Completion {
                text: format!("billing of case {}", key.case),
                stop: StopReason::Stop,
                usage: Some(Usage {
                    input: 100,
                    output: 10,
                    ..Usage::default()
                }),
                latency_us: key.case.saturating_add(1).saturating_mul(1000),
                first_token_us: Some(500),
                ..Completion::default()
            }),
            cost: Some(Money(1000)),
            from_cache: false,
            stored_id: None,
        }),
        failures: Vec::new(),
    }
}

/// A trial that the provider did not answer.
pub(super) fn failed(key: TrialKey) -> TrialRecord {
    TrialRecord {
        outcome: Outcome::ProviderError,
        score: None,
        pass: None,
        scores: Vec::new(),
        completion: None,
        failures: vec![Failure {
            class: ErrorClass::Overloaded,
            message: "busy".to_owned(),
            status: Some(503),
            request_id: None,
        }],
        ..scored(key)
    }
}

/// Records from this thread, all at once, and waits for all.
pub(super) fn record(writer: &RunWriter, records: Vec<TrialRecord>) -> Result<(), SinkError> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let all = futures_util::future::join_all(records.into_iter().map(|record| writer.record(record)));
    runtime.block_on(all).into_iter().collect()
}

/// A finished run of ten cases and both candidates.
pub(super) fn finished_run(store: &Store, id: &str, started: &str, name: Option<&str>) -> RunRef {
    let writer = store.start(&manifest(id, started), name).unwrap();
    let run = writer.run().clone();
    let records = (0..10)
        .flat_map(|case| [scored(key(case, 0)), scored(key(case, 1))])
        .collect();
    record(&writer, records).unwrap();
    writer
        .finish(RunStatus::Complete, "2026-11-21T10:00:00Z")
        .unwrap();
    run
}

/// What `f` makes of each trial, in that order.
pub(super) fn collect<T>(
    store: &Store,
    run: &RunRef,
    order: Order,
    mut f: impl FnMut(&TrialRow<'_>) -> T,
) -> Vec<T> {
    let mut all = Vec::new();
    let flow = store.stream_trials(run, order, |row| {
        all.push(f(row));
        ControlFlow::<()>::Continue(())
    });
    assert_eq!(flow.unwrap(), None);
    all
}

/// The file that `bench runs export` writes.
pub(super) fn exported(store: &Store, run: &RunRef) -> Vec<u8> {
    let mut bytes = Vec::new();
    store.export(run, &mut bytes).unwrap();
    bytes
}
