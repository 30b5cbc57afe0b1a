//! Which completions are found again.

use super::sample::*;
use crate::model::*;
use crate::port::CompletionCache;
use crate::store::{PruneRule, Store};

fn found(store: &Store, key: TrialKey) -> Option<CompletionRecord> {
    store.cache().get(&cache_key(key)).unwrap()
}

#[test]
fn an_answer_that_was_paid_for_is_found_with_its_cost_and_latency() {
    let (_folder, store) = store();
    assert!(found(&store, key(3, 0)).is_none());
    finished_run(&store, "r1", "2026-11-20T10:00:00Z", None);
    let hit = found(&store, key(3, 0)).unwrap();
    assert!(hit.from_cache && hit.stored_id.is_some());
    assert_eq!((hit.cost, hit.completion.latency_us), (Some(Money(1000)), 4000));
    assert_eq!(hit.completion.text, "billing of case 3");
    let reopened = Store::open(store.path()).unwrap();
    assert!(found(&reopened, key(3, 0)).is_some());
}

#[test]
fn answers_of_simulated_models_and_of_failed_trials_are_not_reused() {
    let (_folder, store) = store();
    let run = finished_run(&store, "r1", "2026-11-20T10:00:00Z", None);
    assert!(found(&store, key(3, 1)).is_none());
    assert!(store.completion_of(&run, &key(3, 1)).unwrap().is_some());
    let writer = store
        .start(&manifest("r2", "2026-11-20T10:00:00Z"), None)
        .unwrap();
    let aborted = TrialRecord {
        outcome: Outcome::ProviderError,
        ..scored(key(50, 0))
    };
    record(&writer, vec![aborted]).unwrap();
    assert!(found(&store, key(50, 0)).is_none());
}

#[test]
fn an_answer_from_the_store_is_referenced_and_survives_the_run_that_paid_for_it() {
    let (_folder, store) = store();
    let first = finished_run(&store, "r1", "2026-11-20T10:00:00Z", None);
    let hit = found(&store, key(3, 0));
    let id = hit.as_ref().and_then(|hit| hit.stored_id);
    let writer = store
        .start(&manifest("r2", "2026-11-20T11:00:00Z"), None)
        .unwrap();
    let second = writer.run().clone();
    record(
        &writer,
        vec![TrialRecord {
            completion: hit,
            ..scored(key(3, 0))
        }],
    )
    .unwrap();
    drop(writer);
    assert_eq!(
        store
            .completion_of(&second, &key(3, 0))
            .unwrap()
            .unwrap()
            .stored_id,
        id
    );

    let gone = store.delete(&first).unwrap();
    assert_eq!(
        (gone.runs.as_slice(), gone.completions),
        (["r1".to_owned()].as_slice(), 19)
    );
    assert_eq!(
        store
            .completion_of(&second, &key(3, 0))
            .unwrap()
            .unwrap()
            .stored_id,
        id
    );
    assert!(found(&store, key(3, 0)).is_some());
    assert!(found(&store, key(4, 0)).is_none());
}

#[test]
fn an_answer_that_was_deleted_after_it_was_looked_up_is_stored_again() {
    let (_folder, store) = store();
    let first = finished_run(&store, "r1", "2026-11-20T10:00:00Z", None);
    let hit = found(&store, key(3, 0));
    store.delete(&first).unwrap();
    let writer = store
        .start(&manifest("r2", "2026-11-20T11:00:00Z"), None)
        .unwrap();
    record(
        &writer,
        vec![
            scored(key(0, 0)),
            TrialRecord {
                completion: hit,
                ..scored(key(3, 0))
            },
        ],
    )
    .unwrap();
    let kept = store.completion_of(writer.run(), &key(3, 0)).unwrap().unwrap();
    assert_eq!(kept.completion.text, "billing of case 3");
    assert!(kept.from_cache);
}

#[test]
fn pruning_keeps_named_and_new_runs_and_gives_space_back() {
    let (_folder, store) = store();
    for day in 10..20 {
        let name = (day == 11).then_some("baseline");
        finished_run(
            &store,
            &format!("r{day}"),
            &format!("2026-11-{day}T10:00:00Z"),
            name,
        );
    }
    let ids = |store: &Store| {
        store
            .runs()
            .unwrap()
            .into_iter()
            .map(|info| info.run.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(store.prune(&PruneRule::default()).unwrap().runs, [""; 0]);
    let older_than = Some("2026-11-18T00:00:00Z".parse().unwrap());
    let held = store.resume(&store.find_run("r12").unwrap()).unwrap();
    let pruned = store
        .prune(&PruneRule {
            older_than,
            keep: Some(4),
        })
        .unwrap();
    assert_eq!(pruned.runs, ["r15", "r14", "r13", "r10"]);
    assert_eq!((pruned.in_use, pruned.completions), (vec!["r12".to_owned()], 80));
    assert!(pruned.freed > 0);
    drop(held);
    assert_eq!(ids(&store), ["r19", "r18", "r17", "r16", "r12", "r11"]);
    let pruned = store
        .prune(&PruneRule {
            older_than: None,
            keep: Some(0),
        })
        .unwrap();
    assert_eq!((pruned.runs.len(), ids(&store)), (5, vec!["r11".to_owned()]));
}
