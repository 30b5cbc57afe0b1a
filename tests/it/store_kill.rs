//! A run that is killed at any moment loses nothing that was acknowledged, and two processes share a store.
//!
//! The test binary runs itself again as the process to kill; an environment variable tells it so.

#![allow(
    clippy::unwrap_used,
    reason = "a test ends where something is not as it should be"
)]

use bench::model::*;
use bench::port::TrialSink;
use bench::store::{Order, Store};
use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

/// Folder of the store; set only in the process that writes.
const STORE: &str = "BENCH_TEST_WRITER_STORE";
/// The run that it writes, and how many trials.
const RUN: &str = "BENCH_TEST_WRITER_RUN";
const TRIALS: &str = "BENCH_TEST_WRITER_TRIALS";
/// Trials recorded at the same time.
const IN_FLIGHT: u64 = 64;
const ROUNDS: u64 = 50;

fn manifest(run: &str) -> Manifest {
    let model = ModelRef {
        provider: "openai".into(),
        name: "small".into(),
    };
    let candidate = Candidate {
        model,
        label: None,
        params: Params::default(),
        prompt: "plain".into(),
    };
    Manifest {
        schema_version: 1,
        run: run.to_owned(),
        bench_version: "0.1.0".to_owned(),
        started: "2026-11-20T10:00:00Z".to_owned(),
        seed: 7,
        budget: None,
        cache: true,
        tasks: Vec::new(),
        candidates: vec![CandidateEntry {
            task: 0,
            candidate,
            hash: Digest::of(b"candidate"),
            price: None,
            simulated: false,
        }],
        providers: Vec::new(),
        trials: 1,
        until: None,
        escalations: Vec::new(),
        anchors: Vec::new(),
        judges: Vec::new(),
        tournaments: Vec::new(),
        corrections: Vec::new(),
    }
}

fn trial(case: u64) -> TrialRecord {
    TrialRecord {
        key: TrialKey {
            task: 0,
            case,
            candidate: 0,
            epoch: 0,
        },
        case: Arc::new(Case {
            id: format!("c-{case}").into(),
            vars: [("text".to_owned(), format!("text of case {case}").into())].into(),
            golden: None,
            verified: None,
            meta: Default::default(),
            scorers: Vec::new(),
        }),
        cluster: None,
        outcome: Outcome::Scored,
        score: Some(1.0),
        pass: Some(true),
        scores: Vec::new(),
        completion: Some(CompletionRecord {
            cache_key: Digest::of(&case.to_le_bytes()),
            completion: Arc::new(Completion {
                text: format!("answer {case}"),
                ..Completion::default()
            }),
            cost: Some(Money(1)),
            from_cache: false,
            stored_id: None,
        }),
        failures: Vec::new(),
    }
}

/// The process that writes: resumes the run, or starts it, and prints each case once it is acknowledged.
#[test]
fn the_writer_process() {
    let (Ok(path), Ok(run), Ok(trials)) = (std::env::var(STORE), std::env::var(RUN), std::env::var(TRIALS))
    else {
        return;
    };
    let trials: u64 = trials.parse().unwrap();
    let store = Store::open(path).unwrap();
    let writer = match store.find_run(&run) {
        Ok(found) => store.resume(&found).unwrap(),
        Err(_) => store.start(&manifest(&run), None).unwrap(),
    };
    let finished = store.finished_keys(writer.run()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let next = std::cell::Cell::new(0);
        let work = || async {
            while next.get() < trials {
                let record = trial(next.replace(next.get() + 1));
                let key = record.key;
                if !finished.contains(&key) {
                    writer.record(record).await.unwrap();
                    // One write for each line, so that a kill cuts none in two.
                    std::io::stdout()
                        .write_all(format!("acknowledged {}\n", key.case).as_bytes())
                        .unwrap();
                }
            }
        };
        futures_util::future::join_all((0..IN_FLIGHT).map(|_| work())).await;
    });
    writer
        .finish(RunStatus::Complete, "2026-11-20T11:00:00Z")
        .unwrap();
}

fn spawn(store: &Path, run: &str, trials: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "store_kill::the_writer_process",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(STORE, store)
        .env(RUN, run)
        .env(TRIALS, trials.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The cases that a writer acknowledged in what it printed.
fn acknowledged(line: &str) -> Option<u64> {
    // The test harness may print something before it on the same line.
    line.split("acknowledged ").nth(1)?.trim().parse().ok()
}

fn stored(store: &Store, run: &str) -> HashSet<u64> {
    let run = store.find_run(run).unwrap();
    let mut cases = HashSet::new();
    let flow = store.stream_trials(&run, Order::Case, |row| {
        let case = row.key.case;
        assert_eq!(row.output().unwrap().unwrap(), format!("answer {case}"));
        assert_eq!(row.case().unwrap(), *trial(case).case);
        assert!(cases.insert(case));
        ControlFlow::<()>::Continue(())
    });
    assert_eq!(flow.unwrap(), None);
    cases
}

fn integrity(store: &Path) -> String {
    let connection = rusqlite::Connection::open(store).unwrap();
    connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap()
}

#[test]
fn a_kill_at_any_moment_loses_nothing_that_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs/bench.db");
    let mut kept = HashSet::new();
    for round in 0..ROUNDS {
        // Between the start of the process and a few hundred commits, the same moments in every run of the test.
        let moment = Digest::of(&round.to_le_bytes()).as_u64();
        let mut writer = spawn(&path, "killed", u64::MAX);
        let mut lines = BufReader::new(writer.stdout.take().unwrap());
        let mut line = String::new();
        for _ in 0..moment % 300 {
            line.clear();
            lines.read_line(&mut line).unwrap();
            kept.extend(acknowledged(&line));
        }
        std::thread::sleep(Duration::from_micros((moment >> 32) % 4000));
        writer.kill().unwrap();
        writer.wait().unwrap();
        kept.extend(
            lines
                .lines()
                .map_while(Result::ok)
                .filter_map(|line| acknowledged(&line)),
        );

        let store = Store::open(&path).unwrap();
        assert_eq!(integrity(&path), "ok", "round {round}");
        if !kept.is_empty() {
            let stored = stored(&store, "killed");
            let lost: Vec<_> = kept.difference(&stored).collect();
            assert!(lost.is_empty(), "round {round} lost {lost:?}");
            // What was committed without the writer hearing of it is at most what was in flight.
            assert!(stored.len() - kept.len() <= IN_FLIGHT as usize, "round {round}");
            let run = store.find_run("killed").unwrap();
            assert_eq!(store.run_info(&run).unwrap().status, RunStatus::Interrupted);
            kept = stored;
        }
    }
    assert!(kept.len() > 1000, "only {} trials in all rounds", kept.len());
}

#[test]
fn two_processes_write_to_one_store_and_both_complete() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs/bench.db");
    let writers = ["left", "right"].map(|run| (run, spawn(&path, run, 3000)));
    for (run, writer) in writers {
        let output = writer.wait_with_output().unwrap();
        assert!(output.status.success(), "{run}");
        let lines = String::from_utf8(output.stdout).unwrap();
        assert_eq!(lines.lines().filter_map(acknowledged).count(), 3000, "{run}");
    }
    let store = Store::open(&path).unwrap();
    for run in ["left", "right"] {
        assert_eq!(stored(&store, run).len(), 3000);
        let info = store.run_info(&store.find_run(run).unwrap()).unwrap();
        assert_eq!((info.status, info.counts.trials), (RunStatus::Complete, 3000));
    }
    assert_eq!(integrity(&path), "ok");
}

#[test]
fn a_run_is_worked_on_by_one_process_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs/bench.db");
    let mut writer = spawn(&path, "busy", u64::MAX);
    let mut lines = BufReader::new(writer.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.is_ok_and(|line| acknowledged(&line).is_some())));
    let store = Store::open(&path).unwrap();
    let run = store.find_run("busy").unwrap();
    assert_eq!(store.run_info(&run).unwrap().status, RunStatus::Running);
    let refused = store.resume(&run).err().unwrap().to_string();
    writer.kill().unwrap();
    writer.wait().unwrap();
    assert!(
        refused.contains("run busy is being worked on by another process"),
        "{refused}"
    );
    drop(store.resume(&run).unwrap());
}
