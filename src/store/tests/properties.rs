//! Whatever is written is what is read, and what travels.

use super::sample::*;
use crate::model::*;
use crate::store::{KeySet, Order};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

fn completion() -> impl Strategy<Value = Completion> {
    let usage = (any::<u64>(), 0..1000u64).prop_map(|(input, output)| Usage {
        input,
        output,
        ..Usage::default()
    });
    (
        "\\PC*|[\\x00-\\x7f]*",
        option::of("\\PC*"),
        option::of(usage),
        any::<u64>(),
        option::of(any::<u64>()),
    )
        .prop_map(
            |(text, reasoning, usage, latency_us, first_token_us)| Completion {
                text,
                reasoning,
                usage,
                latency_us,
                first_token_us,
                ..Completion::default()
            },
        )
}

fn record_of() -> impl Strategy<Value = TrialRecord> {
    let keys = (0..1u32, prop_oneof![0..40u64, any::<u64>()], 0..2u32, 0..3u32);
    let score = (0.0..=1.0f64, any::<bool>(), "\\PC*");
    (
        keys,
        vec(score, 0..3),
        option::of((completion(), option::of(any::<i64>()), any::<bool>())),
        0..10usize,
    )
        .prop_map(|((task, case, candidate, epoch), scores, answer, outcome)| {
            let key = TrialKey {
                task,
                case,
                candidate,
                epoch,
            };
            let scores: Vec<_> = scores
                .into_iter()
                .map(|(value, pass, why)| ScoreEntry {
                    scorer: "s".into(),
                    weight: value * 3.0,
                    result: if pass {
                        Ok(Score::graded(value, pass, why))
                    } else {
                        Err(ScorerError::failed(why))
                    },
                    judged: None,
                })
                .collect();
            TrialRecord {
                outcome: Outcome::ALL[outcome],
                score: scores.first().map(|entry| entry.weight / 3.0),
                pass: scores.first().map(|entry| entry.weight > 1.0),
                scores,
                completion: answer.map(|(completion, cost, from_cache)| CompletionRecord {
                    cache_key: Digest::of(completion.text.as_bytes()),
                    completion: Arc::new(completion),
                    cost: cost.map(Money),
                    from_cache,
                    stored_id: None,
                }),
                ..failed(key)
            }
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_written_is_what_is_read(records in vec(record_of(), 0..40)) {
        let (_folder, store) = store();
        let writer = store.start(&manifest("r1", "2026-11-20T10:00:00Z"), None).unwrap();
        let run = writer.run().clone();
        record(&writer, records.clone()).unwrap();
        writer.finish(RunStatus::Complete, "2026-11-20T11:00:00Z").unwrap();
        // The last record of a trial counts.
        let expected: BTreeMap<_, _> = records.into_iter().map(|record| (record.key, record)).collect();
        let rows = collect(&store, &run, Order::Case, |row| {
            let mine = &expected[&row.key];
            assert_eq!((row.outcome, row.score, row.pass), (mine.outcome, mine.score, mine.pass));
            assert_eq!(row.scores().unwrap(), mine.scores);
            assert_eq!(row.failures().unwrap(), mine.failures);
            assert_eq!(row.case().unwrap(), *mine.case);
            let answer = row.completion_record().unwrap();
            assert_eq!(answer.is_some(), mine.completion.is_some());
            if let (Some(answer), Some(mine)) = (answer, &mine.completion) {
                assert_eq!(answer.completion, mine.completion);
                assert_eq!((answer.cost, answer.cache_key), (mine.cost, mine.cache_key));
                assert_eq!(answer.from_cache, mine.from_cache);
                assert_eq!(row.output().unwrap().unwrap(), mine.completion.text.as_str());
            }
            row.key
        });
        prop_assert_eq!(rows.len(), expected.len());
        let finished = store.finished_keys(&run).unwrap();
        for (key, record) in &expected {
            prop_assert_eq!(finished.contains(key), !record.outcome.is_unfinished());
        }
        store.totals(&run).unwrap();

        let bytes = exported(&store, &run);
        let (_other, other) = super::sample::store();
        let imported = other.import(bytes.as_slice()).unwrap();
        prop_assert!(exported(&other, &imported.run) == bytes);
    }

    #[test]
    fn a_set_of_trials_holds_exactly_what_was_put_in(cases in vec((0..3u32, 0..2000u64, 0..2u32), 0..200)) {
        let key = |&(task, case, candidate): &(u32, u64, u32)| TrialKey { task, case, candidate, epoch: 1 };
        let mut set = KeySet::default();
        let mut reference = std::collections::HashSet::new();
        for case in &cases {
            prop_assert_eq!(set.insert(&key(case)), reference.insert(key(case)));
        }
        prop_assert_eq!(set.len(), reference.len() as u64);
        for case in 0..2000 {
            let key = TrialKey { task: 1, case, candidate: 0, epoch: 1 };
            prop_assert_eq!(set.contains(&key), reference.contains(&key));
        }
    }
}
