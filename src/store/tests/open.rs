//! What happens with files that are not what they should be.

use super::sample::*;
use crate::store::{Store, StoreError};
use rusqlite::Connection;

#[test]
fn a_newer_file_is_refused_and_left_as_it_is() {
    let (_folder, store) = store();
    let path = store.path().to_owned();
    finished_run(&store, "r1", "2026-11-20T10:00:00Z", None);
    drop(store);
    Connection::open(&path)
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    let before = std::fs::read(&path).unwrap();
    let error = Store::open(&path).unwrap_err();
    assert!(
        matches!(
            error,
            StoreError::Newer {
                found: 99,
                known: 2,
                ..
            }
        ),
        "{error:?}"
    );
    assert!(
        error
            .to_string()
            .contains("has format 99, this bench knows formats up to 2"),
        "{error}"
    );
    assert!(std::fs::read(&path).unwrap() == before);
}

#[test]
fn a_file_that_is_not_a_store_is_named_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text.db");
    let long_text = "this is not a database, whatever its name says\n".repeat(100);
    std::fs::write(&text, &long_text).unwrap();
    let error = Store::open(&text).unwrap_err().to_string();
    assert!(
        error.contains("text.db is not a store of bench (not an SQLite file)"),
        "{error}"
    );
    assert_eq!(std::fs::read_to_string(&text).unwrap(), long_text);

    let other = folder.path().join("other.db");
    Connection::open(&other)
        .unwrap()
        .execute_batch("CREATE TABLE song (title TEXT)")
        .unwrap();
    let before = std::fs::read(&other).unwrap();
    let error = Store::open(&other).unwrap_err().to_string();
    assert!(error.contains("(an SQLite file of another program)"), "{error}");
    assert!(std::fs::read(&other).unwrap() == before);

    let error = Store::open(folder.path()).unwrap_err().to_string();
    assert!(error.contains("(a folder)"), "{error}");
}

#[test]
fn a_damaged_file_is_reported_and_nothing_panics() {
    let (_folder, store) = store();
    let path = store.path().to_owned();
    for n in 0..5 {
        finished_run(&store, &format!("r{n}"), "2026-11-20T10:00:00Z", None);
    }
    drop(store);
    let whole = std::fs::read(&path).unwrap();
    let mut reported = 0;
    for page in 1..whole.len() / 4096 {
        let mut damaged = whole.clone();
        damaged[page * 4096..(page + 1) * 4096].fill(0xA5);
        std::fs::write(&path, &damaged).unwrap();
        let read = Store::open(&path).and_then(|store| {
            let run = store.find_run("latest")?;
            store.export(&run, std::io::sink())
        });
        reported += usize::from(read.is_err_and(|error| error.to_string().contains("damaged")));
    }
    assert!(reported > 0);
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let cut = Store::open(&path)
        .and_then(|store| store.runs().map(drop))
        .unwrap_err();
    assert!(cut.to_string().contains("is damaged"), "{cut}");
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("runs"), "a file").unwrap();
    let error = Store::open(folder.path().join("runs/bench.db"))
        .unwrap_err()
        .to_string();
    assert!(error.contains("runs is a file, not a folder"), "{error}");
    let error = Store::open("/proc/no-such-folder/bench.db")
        .unwrap_err()
        .to_string();
    assert!(error.contains("/proc/no-such-folder"), "{error}");
}

/// Everything that reading commands ask of a store.
fn read_all(store: &Store) -> (usize, Vec<u8>) {
    let run = store.find_run("latest").unwrap();
    let mut export = Vec::new();
    store.export(&run, &mut export).unwrap();
    assert_eq!(store.run_info(&run).unwrap().run.id, "r1");
    (store.runs().unwrap().len(), export)
}

#[test]
fn a_store_that_cannot_be_written_is_read_and_stays_as_it_is() {
    let (folder, store) = store();
    finished_run(&store, "r1", "2026-11-20T10:00:00Z", None);
    let whole = read_all(&store);
    let path = store.path().to_owned();

    // Another process is at work: its log is read as well.
    let beside = Store::open_read_only(&path).unwrap();
    assert_eq!(read_all(&beside), whole);
    drop((beside, store));

    let frozen = folder.path().join("50% of #1?.db");
    std::fs::rename(&path, &frozen).unwrap();
    let before = std::fs::read(&frozen).unwrap();
    let names = || std::fs::read_dir(folder.path()).unwrap().count();
    let files = names();
    let store = Store::open_read_only(&frozen).unwrap();
    assert_eq!(read_all(&store), whole);
    let run = store.find_run("latest").unwrap();
    let error = store.set_name(&run, Some("mine")).unwrap_err();
    assert!(matches!(error, StoreError::ReadOnly { .. }), "{error:?}");
    assert_eq!(names(), files);
    assert!(std::fs::read(&frozen).unwrap() == before);
    assert_eq!(read_all(&Store::open_existing(&frozen).unwrap()), whole);
}

#[test]
fn a_new_folder_is_made_and_many_may_open_it_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/runs/bench.db");
    std::thread::scope(|scope| {
        let opened: Vec<_> = (0..8)
            .map(|n| {
                let path = &path;
                scope.spawn(move || {
                    let store = Store::open(path).unwrap();
                    finished_run(&store, &format!("r{n}"), "2026-11-20T10:00:00Z", None);
                })
            })
            .collect();
        opened.into_iter().for_each(|thread| thread.join().unwrap());
    });
    assert_eq!(Store::open(&path).unwrap().runs().unwrap().len(), 8);
}
