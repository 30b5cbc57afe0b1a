//! Runs travel between stores.

use super::sample::*;
use crate::model::*;
use crate::port::CompletionCache;
use crate::store::{Order, StoreError};

#[test]
fn a_run_that_travels_through_another_store_is_the_same_byte_for_byte() {
    let (_here, here) = store();
    let run = finished_run(&here, "r1", "2026-11-20T10:00:00Z", Some("baseline"));
    let writer = here.resume(&run).unwrap();
    let mut odd = scored(key(40, 0));
    odd.score = Some(0.1 + 0.2);
    odd.failures = failed(key(40, 0)).failures;
    odd.cluster = None;
    record(&writer, vec![odd, failed(key(41, 0))]).unwrap();
    writer
        .finish(RunStatus::Incomplete, "2026-11-21T10:00:00Z")
        .unwrap();
    let bytes = exported(&here, &run);

    let (_there, there) = store();
    let imported = there.import(bytes.as_slice()).unwrap();
    assert_eq!(
        (imported.trials, imported.already, &imported.name_dropped),
        (22, false, &None)
    );
    assert!(exported(&there, &imported.run) == bytes);
    assert_eq!(
        there.manifest(&imported.run).unwrap(),
        here.manifest(&run).unwrap()
    );
    assert_eq!(there.totals(&imported.run).unwrap(), here.totals(&run).unwrap());
    assert_eq!(
        there.run_info(&imported.run).unwrap().counts,
        here.run_info(&run).unwrap().counts
    );
    assert!(there.cache().get(&cache_key(key(3, 0))).unwrap().is_some());
    assert!(there.cache().get(&cache_key(key(3, 1))).unwrap().is_none());
}

#[test]
fn an_import_can_be_repeated_and_another_run_of_the_same_id_is_refused() {
    let (_here, here) = store();
    let run = finished_run(&here, "r1", "2026-11-20T10:00:00Z", Some("baseline"));
    let bytes = exported(&here, &run);
    let (_there, there) = store();
    let first = there.import(bytes.as_slice()).unwrap();
    there.set_name(&first.run, Some("other name")).unwrap();
    let again = there.import(bytes.as_slice()).unwrap();
    assert!(again.already);
    assert_eq!(collect(&there, &first.run, Order::Case, |_| ()).len(), 20);

    let writer = here.resume(&run).unwrap();
    record(&writer, vec![failed(key(3, 0))]).unwrap();
    drop(writer);
    let changed = exported(&here, &run);
    let error = there.import(changed.as_slice()).unwrap_err();
    assert!(matches!(error, StoreError::RunExists { .. }), "{error}");
    assert_eq!(there.find_run("other name").unwrap(), first.run);
}

#[test]
fn a_name_that_is_taken_stays_where_it_is() {
    let (_here, here) = store();
    let bytes = exported(
        &here,
        &finished_run(&here, "r1", "2026-11-20T10:00:00Z", Some("baseline")),
    );
    let (_there, there) = store();
    let mine = finished_run(&there, "r2", "2026-11-20T10:00:00Z", Some("baseline"));
    let imported = there.import(bytes.as_slice()).unwrap();
    assert_eq!(imported.name_dropped.as_deref(), Some("baseline"));
    assert_eq!(there.find_run("baseline").unwrap(), mine);
}

#[test]
fn a_damaged_export_is_refused_with_its_line_and_leaves_no_trace() {
    let (_here, here) = store();
    let bytes = exported(&here, &finished_run(&here, "r1", "2026-11-20T10:00:00Z", None));
    let text = String::from_utf8(bytes).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let joined = |lines: &[&str]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    let mut swapped = lines.clone();
    swapped.swap(3, 4);
    let stranger = text.replace("\"candidate\":1", "\"candidate\":9");
    let bad_id = text.replace("\"r1\"", "\"../r1\"");
    let newer = text.replace("\"bench_run_export\":1", "\"bench_run_export\":2");
    let (_there, there) = store();
    for (content, expected) in [
        (String::new(), "line 1 of the file to import: the file is empty"),
        (
            "{}\n".to_owned(),
            "line 1 of the file to import: not a run that `bench runs export` wrote",
        ),
        (newer, "format 2, but this bench knows format 1"),
        (joined(&lines[..15]), "the file ends after 14 of 20 trials"),
        (
            text[..text.len() - 200].to_owned(),
            "line 21 of the file to import: the line is cut off",
        ),
        (
            joined(&swapped),
            "line 5 of the file to import: the trials are not in order",
        ),
        (
            stranger,
            "line 3 of the file to import: the trial's task or candidate is not in the manifest",
        ),
        (bad_id, "`../r1` cannot be used here"),
        (
            text.replace("\"scorer\":\"contains\"", "\"scorer\":7"),
            "line 2 of the file to import",
        ),
    ] {
        let error = there.import(content.as_bytes()).unwrap_err().to_string();
        assert!(
            error.contains(expected) && error.contains("nothing was imported"),
            "{error}"
        );
        assert_eq!(there.runs().unwrap().len(), 0);
    }
}
