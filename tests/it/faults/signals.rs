//! Ctrl-C once, Ctrl-C twice, and two programs at once.

use crate::support::{Fault, Script, Server, Workspace};
use std::time::Duration;

fn sums(server: &Server, cases: usize) -> Workspace {
    Workspace::of_sums(cases, &["local/alpha", "local/beta"]).provider(
        "local",
        &server.base_url(),
        "limits: {concurrency: 8}",
    )
}

#[test]
fn ctrl_c_drains_and_resume_pays_nothing_twice() {
    let server = Server::start(Script::latency(40));
    let workspace = sums(&server, 150);
    let running = workspace.start(&["run"]);
    server.wait_for(60);
    running.interrupt();
    let ended = running.wait().expect(130);
    assert!(ended.stderr.contains("bench resume"), "{}", ended.stderr);
    let counts = server.counts();
    assert!(counts.requests < 300, "nothing was left to do: {counts:?}");
    assert_eq!(
        counts.answers, counts.requests,
        "a request under way was not waited for"
    );
    assert_eq!(
        workspace.completions().len() as u64,
        counts.answers,
        "a paid answer is not in the store"
    );

    workspace.bench(&["resume"]).expect(0);
    assert_eq!(workspace.outcomes().get("scored"), Some(&300));
    let counts = server.counts();
    assert_eq!((counts.answers, counts.paid_twice), (300, 0));
}

#[test]
fn a_second_ctrl_c_ends_the_program_though_nothing_is_answered() {
    let server = Server::start(Script::always(Fault::Hang));
    let workspace = sums(&server, 20);
    let mut running = workspace.start(&["run"]);
    server.wait_for(8);
    running.interrupt();
    std::thread::sleep(Duration::from_millis(300));
    assert!(
        running.is_running(),
        "the first Ctrl-C did not wait for what was under way"
    );
    running.interrupt();
    let ended = running.wait().expect(130);
    assert!(ended.stderr.contains("bench resume"), "{}", ended.stderr);
    assert_eq!(server.counts().requests, 8);
}

#[test]
fn two_runs_on_one_store_both_complete() {
    let server = Server::start(Script::latency(10));
    let workspace = sums(&server, 100);
    let first = workspace.start(&["run", "--name", "first", "--no-cache"]);
    let second = workspace.start(&["run", "--name", "second", "--no-cache"]);
    first.wait().expect(0);
    second.wait().expect(0);
    let results = workspace.results();
    assert_eq!(results.len(), 2);
    for run in &results {
        assert_eq!(run.len(), 200);
        assert!(run.iter().all(|trial| trial["outcome"] == "scored"));
    }
    assert_eq!(server.counts().answers, 400);
    assert_eq!(workspace.integrity(), "ok");
}

#[test]
fn a_run_that_is_being_worked_on_is_not_resumed_by_another_program() {
    let server = Server::start(Script::latency(100));
    let workspace = sums(&server, 60);
    let running = workspace.start(&["run", "--name", "busy"]);
    server.wait_for(16);
    let ended = workspace.bench(&["resume", "busy"]);
    assert_ne!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(ended.errors().len(), 1, "{}", ended.stderr);
    running.wait().expect(0);
    assert_eq!(server.counts().paid_twice, 0);
}
