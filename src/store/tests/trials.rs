//! What is recorded is what is read.

use super::sample::*;
use crate::model::*;
use crate::port::TrialSink;
use crate::store::{Order, ScoreUpdate};
use pretty_assertions::assert_eq;
use std::ops::ControlFlow;
use std::sync::Arc;

#[test]
fn a_trial_comes_back_with_everything_that_was_recorded() {
    let (_folder, store) = store();
    let run = finished_run(&store, "r1", "2026-11-20T10:00:00Z", None);
    let written = scored(key(3, 0));
    let rows = collect(&store, &run, Order::Case, |row| {
        (row.key == written.key).then(|| {
            let answer = row.completion_record().unwrap().unwrap();
            let mine = written.completion.as_ref().unwrap();
            assert_eq!(row.case().unwrap(), *written.case);
            assert_eq!(row.case_id, "t-003");
            assert_eq!(row.cluster, Some("acme"));
            assert_eq!(
                (row.outcome, row.score, row.pass),
                (written.outcome, written.score, written.pass)
            );
            assert_eq!(row.scores().unwrap(), written.scores);
            assert_eq!(row.failures().unwrap(), []);
            assert_eq!(row.output().unwrap().unwrap(), "billing of case 3");
            assert_eq!(*answer.completion, *mine.completion);
            assert_eq!((answer.cost, answer.cache_key), (mine.cost, mine.cache_key));
            assert_eq!((row.input_tokens, row.output_tokens), (Some(100), Some(10)));
            assert_eq!((row.latency_us, row.first_token_us), (Some(4000), Some(500)));
        })
    });
    assert_eq!((rows.len(), rows.into_iter().flatten().count()), (20, 1));
}

#[test]
fn trials_are_read_by_case_or_by_candidate_and_reading_stops_on_request() {
    let (_folder, store) = store();
    let run = finished_run(&store, "r1", "2026-11-20T10:00:00Z", None);
    let by_case = collect(&store, &run, Order::Case, |row| (row.key.case, row.key.candidate));
    assert_eq!(by_case[..3], [(0, 0), (0, 1), (1, 0)]);
    let by_candidate = collect(&store, &run, Order::Candidate, |row| {
        (row.key.candidate, row.key.case)
    });
    assert_eq!(by_candidate[9..11], [(0, 9), (1, 0)]);
    assert!(by_case.is_sorted() && by_candidate.is_sorted());
    let stop = store.stream_trials(&run, Order::Case, |row| match row.key.case {
        4 => ControlFlow::Break(row.case_id.to_owned()),
        _ => ControlFlow::Continue(()),
    });
    assert_eq!(stop.unwrap().as_deref(), Some("t-004"));
}

#[test]
fn a_resumed_run_knows_what_is_finished_and_replaces_what_failed() {
    let (_folder, store) = store();
    let writer = store
        .start(&manifest("r1", "2026-11-20T10:00:00Z"), None)
        .unwrap();
    let run = writer.run().clone();
    let skipped = TrialRecord {
        outcome: Outcome::Skipped,
        ..failed(key(2, 0))
    };
    record(&writer, vec![scored(key(0, 0)), failed(key(1, 0)), skipped]).unwrap();
    drop(writer);

    let finished = store.finished_keys(&run).unwrap();
    assert_eq!(finished.len(), 1);
    assert!(
        finished.contains(&key(0, 0)) && !finished.contains(&key(1, 0)) && !finished.contains(&key(0, 1))
    );

    let writer = store.resume(&run).unwrap();
    record(&writer, vec![scored(key(1, 0)), scored(key(2, 0))]).unwrap();
    writer
        .finish(RunStatus::Complete, "2026-11-20T11:00:00Z")
        .unwrap();
    let outcomes = collect(&store, &run, Order::Case, |row| {
        (row.outcome, row.failures_json.is_none())
    });
    assert_eq!(outcomes, [(Outcome::Scored, true); 3]);
    assert_eq!(store.finished_keys(&run).unwrap().len(), 3);
}

#[test]
fn an_attempt_that_failed_before_the_answer_is_kept_with_it() {
    let (_folder, store) = store();
    let writer = store
        .start(&manifest("r1", "2026-11-20T10:00:00Z"), None)
        .unwrap();
    let failures = failed(key(0, 0)).failures;
    record(
        &writer,
        vec![TrialRecord {
            failures: failures.clone(),
            ..scored(key(0, 0))
        }],
    )
    .unwrap();
    let read = collect(&store, writer.run(), Order::Case, |row| row.failures().unwrap());
    assert_eq!(read, [failures]);
}

#[test]
fn sums_and_latencies_are_right_and_unknown_cost_is_not_zero() {
    let (_folder, store) = store();
    let writer = store
        .start(&manifest("r1", "2026-11-20T10:00:00Z"), None)
        .unwrap();
    let run = writer.run().clone();
    let mut records: Vec<_> = (0..10).map(|case| scored(key(case, 0))).collect();
    if let Some(answer) = records[4].completion.as_mut() {
        answer.cost = None;
    }
    if let Some(answer) = records[5].completion.as_mut() {
        answer.from_cache = true;
    }
    for case in [20, 21] {
        let mut rich = scored(key(case, 1));
        if let Some(answer) = rich.completion.as_mut() {
            answer.cost = Some(Money(i64::MAX));
        }
        records.push(rich);
    }
    records.push(failed(key(22, 1)));
    record(&writer, records).unwrap();
    let totals = store.totals(&run).unwrap();
    let [cheap, rich] = totals.as_slice() else {
        panic!("{totals:?}")
    };
    assert_eq!(
        (cheap.trials, cheap.passed, cheap.cached, cheap.answers),
        (10, 10, 1, 10)
    );
    assert_eq!((cheap.cost, cheap.unknown_cost), (Money(9000), 1));
    assert_eq!((cheap.paid, cheap.unknown_paid), (Money(8000), 1));
    assert_eq!(
        (cheap.input_tokens, cheap.output_tokens, cheap.latency_us),
        (1000, 100, 55_000)
    );
    assert_eq!((rich.trials, rich.answers, rich.cost), (3, 2, Money(i64::MAX)));
    assert_eq!(rich.outcomes[Outcome::ProviderError.index()], 1);

    let quantiles = store
        .latency_quantiles(&run, 0, 0, &[0.0, 0.5, 0.95, 1.0])
        .unwrap();
    assert_eq!(quantiles, [1000, 5000, 10_000, 10_000]);
    assert_eq!(store.latency_quantiles(&run, 0, 7, &[0.5]).unwrap(), [0u64; 0]);
}

#[test]
fn scores_are_replaced_and_answers_stay() {
    let (_folder, store) = store();
    let run = finished_run(&store, "r1", "2026-11-20T10:00:00Z", None);
    let before = store.completion_of(&run, &key(2, 0)).unwrap().unwrap();
    let mut manifest = store.manifest(&run).unwrap();
    manifest.tasks[0].scorer_hash = Digest::of(b"other scorer");
    let mut corrected = (*case(2)).clone();
    corrected.golden = Some("technical".into());
    let updates = (0..10).map(|position| ScoreUpdate {
        key: key(position, 0),
        outcome: Outcome::Unparseable,
        score: None,
        pass: Some(false),
        scores: vec![ScoreEntry {
            scorer: "json".into(),
            weight: 2.0,
            result: Err(ScorerError::unparseable("no JSON")),
            judged: None,
        }],
        case: (position == 2).then(|| (Arc::new(corrected.clone()), Some("other".into()))),
    });
    let stranger = ScoreUpdate {
        key: key(900, 0),
        outcome: Outcome::Scored,
        score: None,
        pass: None,
        scores: Vec::new(),
        case: Some((case(900), None)),
    };
    store
        .update_scores(&run, &manifest, updates.chain([stranger]).map(Ok))
        .unwrap();

    assert_eq!(store.manifest(&run).unwrap(), manifest);
    let rows = collect(&store, &run, Order::Case, |row| {
        (
            row.key,
            row.outcome,
            row.scores().unwrap()[0].weight,
            row.case().unwrap().golden,
        )
    });
    assert_eq!(rows.len(), 20);
    for (key, outcome, weight, golden) in rows {
        let changed = key.candidate == 0;
        assert_eq!(outcome == Outcome::Unparseable, changed);
        assert_eq!(weight, if changed { 2.0 } else { 1.0 });
        assert_eq!(golden == corrected.golden, key.case == 2);
    }
    let after = store.completion_of(&run, &key(2, 0)).unwrap().unwrap();
    assert_eq!((after.stored_id, after.cost), (before.stored_id, before.cost));
    assert_eq!(store.run_info(&run).unwrap().counts.passed, 10);
}

#[tokio::test]
async fn an_answer_that_was_stored_before_it_was_graded_is_stored_once() {
    let (_folder, store) = store();
    let writer = store
        .start(&manifest("r1", "2026-11-20T10:00:00Z"), None)
        .unwrap();
    let graded = scored(key(0, 0));
    let mut waiting = graded.clone();
    (waiting.outcome, waiting.score, waiting.pass) = (Outcome::ScorerError, None, None);
    writer.record(waiting).await.unwrap();
    writer.record_again(graded.clone()).await.unwrap();
    let run = writer.run().clone();
    writer
        .finish(RunStatus::Complete, "2026-11-20T10:01:00Z")
        .unwrap();
    let rows = collect(&store, &run, Order::Case, |row| {
        let answer = row.completion_record().unwrap().unwrap();
        (row.outcome, row.score, answer.completion.text.clone())
    });
    let text = graded.completion.unwrap().completion.text.clone();
    assert_eq!(rows, [(Outcome::Scored, graded.score, text)]);
    let count: i64 = rusqlite::Connection::open(store.path())
        .unwrap()
        .query_row("SELECT count(*) FROM completion", [], |row| row.get(0))
        .unwrap();
    assert_eq!(count, 1);
}
