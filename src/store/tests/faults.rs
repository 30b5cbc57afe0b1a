//! Full disks and several writers.

use super::sample::*;
use crate::model::*;
use crate::store::{Order, Store};

/// Records until a write fails; returns how many were acknowledged, and the message.
fn fill(store: &Store, id: &str, make_room: impl Fn()) -> (u64, String) {
    let writer = store.start(&manifest(id, "2026-11-20T10:00:00Z"), None).unwrap();
    let run = writer.run().clone();
    let mut kept = 0;
    let message = loop {
        let batch: Vec<_> = (kept..kept + 40).map(|case| scored(key(case, 0))).collect();
        match record(&writer, batch) {
            Ok(()) => kept += 40,
            Err(error) => break error.message,
        }
        assert!(kept < 1_000_000, "the disk never fills up");
    };
    let later = record(&writer, vec![scored(key(0, 1))]).unwrap_err();
    assert_eq!(later.message, message);
    // On a full disk this may fail, but the run is interrupted all the same.
    let _ = writer.finish(RunStatus::Interrupted, "2026-11-20T11:00:00Z");
    make_room();
    let reopened = Store::open(store.path()).unwrap();
    assert_eq!(reopened.run_info(&run).unwrap().status, RunStatus::Interrupted);
    let stored = collect(&reopened, &run, Order::Case, |row| row.key.case);
    assert!(
        (0..kept).all(|case| stored.binary_search(&case).is_ok()),
        "{kept} acknowledged"
    );
    let whole = rusqlite::Connection::open(store.path()).unwrap();
    let check: String = whole
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(check, "ok");
    (kept, message)
}

#[test]
fn a_store_that_is_full_keeps_what_it_has_and_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bench.db");
    let store = Store::open_with(&path, Some(60)).unwrap();
    let (kept, message) = fill(&store, "r1", || {});
    assert!(kept > 0);
    assert!(message.contains("no space is left on the disk of"), "{message}");
    assert!(
        message.contains("bench.db") && message.contains("`bench resume`"),
        "{message}"
    );

    drop(store);
    let roomy = Store::open(&path).unwrap();
    let run = roomy.find_run("r1").unwrap();
    let writer = roomy.resume(&run).unwrap();
    record(&writer, vec![scored(key(kept, 0))]).unwrap();
    assert!(roomy.finished_keys(&run).unwrap().len() > kept);
}

#[test]
fn a_disk_that_is_really_full_loses_nothing_either() {
    let folder = tempfile::tempdir().unwrap();
    let mount = std::process::Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"])
        .arg(folder.path())
        .output();
    if !mount.is_ok_and(|output| output.status.success()) {
        #[allow(clippy::print_stderr, reason = "a skipped test says so")]
        {
            eprintln!("skipped: mounting a small tmpfs is not allowed here");
        }
        return;
    }
    struct Mounted<'a>(&'a std::path::Path);
    impl Drop for Mounted<'_> {
        fn drop(&mut self) {
            let _ = std::process::Command::new("umount").arg(self.0).status();
        }
    }
    let mounted = Mounted(folder.path());
    let store = Store::open(folder.path().join("runs/bench.db")).unwrap();
    let (kept, message) = fill(&store, "r1", || {
        let remount = std::process::Command::new("mount")
            .args(["-o", "remount,size=8m"])
            .arg(folder.path())
            .status();
        assert!(remount.is_ok_and(|status| status.success()));
    });
    assert!(kept > 0);
    assert!(
        message.contains("everything recorded before is kept"),
        "{message}"
    );
    drop(store);
    drop(mounted);
}

#[test]
fn two_stores_write_to_one_file_at_the_same_time() {
    let (_folder, store) = store();
    let path = store.path().to_owned();
    std::thread::scope(|scope| {
        for id in ["r1", "r2", "r3"] {
            let path = &path;
            scope.spawn(move || {
                let store = Store::open(path).unwrap();
                let writer = store.start(&manifest(id, "2026-11-20T10:00:00Z"), None).unwrap();
                for case in 0..30 {
                    record(&writer, (0..2).map(|c| scored(key(case, c))).collect()).unwrap();
                }
                writer
                    .finish(RunStatus::Complete, "2026-11-20T11:00:00Z")
                    .unwrap();
            });
        }
    });
    for info in store.runs().unwrap() {
        assert_eq!((info.status, info.counts.trials), (RunStatus::Complete, 60));
    }
    let bodies = rusqlite::Connection::open(&path).unwrap();
    let bodies: i64 = bodies
        .query_row("SELECT count(*) FROM case_body", [], |row| row.get(0))
        .unwrap();
    assert_eq!(bodies, 30, "runs share the bodies of their cases");
}

#[test]
fn a_caller_that_gives_up_waiting_holds_nobody_up_and_its_record_is_kept() {
    use crate::port::TrialSink;
    use futures_util::FutureExt;
    let (_folder, store) = store();
    let writer = store
        .start(&manifest("r1", "2026-11-20T10:00:00Z"), None)
        .unwrap();
    for case in 0..50 {
        let _ = writer.record(scored(key(case, 0))).now_or_never();
        record(&writer, vec![scored(key(case, 1))]).unwrap();
        let _ = writer.record(scored(key(case, 0))).now_or_never();
    }
    let run = writer.run().clone();
    drop(writer);
    assert_eq!(store.finished_keys(&run).unwrap().len(), 100);
}
