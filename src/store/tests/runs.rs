//! How runs are found, named and listed.

use super::sample::*;
use crate::model::*;
use crate::store::{Store, StoreError};

fn message(result: Result<crate::store::RunRef, StoreError>) -> String {
    result.unwrap_err().to_string()
}

fn three_runs(store: &Store) {
    finished_run(store, "019a-aaaa", "2026-11-18T10:00:00Z", Some("baseline"));
    finished_run(store, "019a-bbbb", "2026-11-20T10:00:00Z", None);
    finished_run(store, "019b-cccc", "2026-11-19T10:00:00Z", None);
}

#[test]
fn a_run_is_found_by_id_prefix_name_and_age() {
    let (_folder, store) = store();
    three_runs(&store);
    for (text, id) in [
        ("019a-aaaa", "019a-aaaa"),
        ("019b", "019b-cccc"),
        ("019a-b", "019a-bbbb"),
        ("baseline", "019a-aaaa"),
        ("latest", "019a-bbbb"),
        ("latest~1", "019b-cccc"),
        ("latest~2", "019a-aaaa"),
    ] {
        assert_eq!(store.find_run(text).unwrap().id, id, "{text}");
    }
}

#[test]
fn a_run_that_is_not_found_says_what_there_is() {
    let (_folder, store) = store();
    assert!(message(store.find_run("latest")).contains("no run yet; start one with `bench run`"));
    assert!(message(store.find_run("x")).contains("`bench runs list`"));
    three_runs(&store);
    assert_eq!(
        message(store.find_run("019a")),
        "`019a` fits 2 runs: `019a-bbbb`, `019a-aaaa (baseline)`; give more of the id"
    );
    assert_eq!(
        message(store.find_run("basline")),
        "there is no run `basline`; did you mean `baseline`?"
    );
    assert_eq!(
        message(store.find_run("latest~3")),
        "there is no run `latest~3`: the store holds 3 runs only"
    );
    assert!(message(store.find_run("latest~99999999999999999999")).contains("did you mean `latest`?"));
    assert!(message(store.find_run("")).contains("there is no run ``"));
    assert!(message(store.find_run("%")).contains("there is no run `%`"));
}

#[test]
fn the_list_of_runs_is_newest_first_with_counts_and_cost() {
    let (_folder, store) = store();
    three_runs(&store);
    let runs = store.runs().unwrap();
    let ids: Vec<_> = runs.iter().map(|info| &*info.run.id).collect();
    assert_eq!(ids, ["019a-bbbb", "019b-cccc", "019a-aaaa"]);
    let oldest = &runs[2];
    assert_eq!(
        (oldest.name.as_deref(), oldest.status),
        (Some("baseline"), RunStatus::Complete)
    );
    assert_eq!(
        (oldest.planned, oldest.counts.trials, oldest.counts.passed),
        (20, 20, 20)
    );
    assert_eq!(
        (oldest.counts.paid, oldest.counts.unknown_cost),
        (Money(20_000), 0)
    );
    assert_eq!(oldest.tasks, ["triage"]);
    assert_eq!(oldest.finished.as_deref(), Some("2026-11-21T10:00:00Z"));
}

#[test]
fn a_name_is_unique_and_can_be_moved() {
    let (_folder, store) = store();
    three_runs(&store);
    let run = store.find_run("019b").unwrap();
    let taken = store.set_name(&run, Some("baseline")).unwrap_err().to_string();
    assert!(
        taken.contains("the name `baseline` is taken by run 019a-aaaa"),
        "{taken}"
    );
    for bad in [
        "",
        " ",
        "latest",
        "latest~2",
        "a\nb",
        " a",
        &"x".repeat(101),
        "019a-aaaa",
    ] {
        assert!(store.set_name(&run, Some(bad)).is_err(), "{bad:?}");
    }
    store
        .set_name(&store.find_run("baseline").unwrap(), None)
        .unwrap();
    store.set_name(&run, Some("baseline")).unwrap();
    store.set_name(&run, Some("baseline")).unwrap();
    assert_eq!(store.find_run("baseline").unwrap(), run);
    let error = store
        .start(&manifest("new", "2026-11-21T10:00:00Z"), Some("baseline"))
        .err()
        .unwrap();
    assert!(matches!(error, StoreError::NameTaken { .. }), "{error}");
    assert!(store.find_run("new").is_err());
}

#[test]
fn a_run_that_nobody_works_on_any_more_counts_as_interrupted() {
    let (_folder, store) = store();
    let writer = store
        .start(&manifest("r1", "2026-11-20T10:00:00Z"), None)
        .unwrap();
    record(&writer, vec![scored(key(0, 0))]).unwrap();
    let run = writer.run().clone();
    assert_eq!(store.run_info(&run).unwrap().status, RunStatus::Running);
    assert_eq!(store.run_info(&run).unwrap().counts.trials, 1);
    drop(writer);
    assert_eq!(store.run_info(&run).unwrap().status, RunStatus::Interrupted);
}

#[test]
fn a_run_has_one_writer_at_a_time_and_an_id_only_once() {
    let (_folder, store) = store();
    let writer = store
        .start(&manifest("r1", "2026-11-20T10:00:00Z"), None)
        .unwrap();
    let run = writer.run().clone();
    let second = Store::open(store.path()).unwrap();
    assert!(matches!(second.resume(&run), Err(StoreError::RunInUse { .. })));
    assert!(matches!(second.delete(&run), Err(StoreError::RunInUse { .. })));
    drop(writer);
    drop(second.resume(&run).unwrap());
    let again = second
        .start(&manifest("r1", "2026-11-20T10:00:00Z"), None)
        .err()
        .unwrap();
    assert!(matches!(again, StoreError::RunExists { .. }), "{again}");
}

#[test]
fn an_id_that_is_not_a_plain_folder_name_is_refused() {
    let (_folder, store) = store();
    for bad in ["", "../up", "a/b", ".hidden", "-x", "a b", &"x".repeat(81)] {
        let error = store
            .start(&manifest(bad, "2026-11-20T10:00:00Z"), None)
            .err()
            .unwrap();
        assert!(matches!(error, StoreError::BadName { .. }), "{bad:?}: {error}");
    }
}
