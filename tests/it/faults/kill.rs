//! `kill -9`, again and again.

use crate::support::server::uniform;
use crate::support::{Script, Server, Workspace};
use std::collections::BTreeSet;
use std::time::Duration;

const KILLS: u64 = 50;
const IN_FLIGHT: u64 = 8;
const TRIALS: u64 = 1200;

/// Fifty kills at moments drawn from a seed: half of them some requests into the session, half of them some
/// milliseconds after the start, which also meets loading, opening and resuming.
#[test]
fn fifty_kills_lose_nothing_and_repeat_only_what_was_in_flight() {
    let server = Server::start(Script::latency(20));
    let workspace = Workspace::of_sums(TRIALS as usize / 2, &["local/alpha", "local/beta"]).provider(
        "local",
        &server.base_url(),
        &format!("limits: {{concurrency: {IN_FLIGHT}}}"),
    );
    let mut kept = BTreeSet::new();
    for kill in 0..KILLS {
        let before = server.settled();
        let started = workspace.store_path().exists() && !kept.is_empty();
        let mut running = workspace.start(if started {
            &["resume"]
        } else {
            &["run", "--no-cache"]
        });
        let draw = uniform(kill);
        if kill % 2 == 0 {
            server.saw(
                before.requests + 1 + (draw * 30.0) as u64,
                Duration::from_secs(30),
            );
        } else {
            std::thread::sleep(Duration::from_secs_f64(draw * 0.12));
        }
        std::thread::sleep(Duration::from_secs_f64(uniform(kill + KILLS) * 0.02));
        running.kill();
        let ended = running.wait();
        assert_eq!(
            ended.signal,
            Some(9),
            "kill {kill} came too late, or the program failed:\n{}",
            ended.stderr
        );

        if !workspace.store_path().exists() {
            continue;
        }
        assert_eq!(workspace.integrity(), "ok", "after kill {kill}");
        let now = completions(&workspace);
        assert!(
            now.is_superset(&kept),
            "kill {kill} lost completions that were committed"
        );
        let after = server.settled();
        let repeated = after.paid_twice - before.paid_twice;
        assert!(
            repeated <= IN_FLIGHT,
            "session {kill} repeated {repeated} answers: {after:?}"
        );
        let paid = after.answers - after.paid_twice;
        assert!(
            now.len() as u64 + IN_FLIGHT >= paid,
            "kill {kill}: {} of {paid} paid answers are kept",
            now.len()
        );
        kept = now;
    }
    workspace.bench(&["resume"]).expect(0);
    assert_eq!(workspace.outcomes().get("scored"), Some(&(TRIALS as usize)));
    assert!(completions(&workspace).is_superset(&kept));
    let counts = server.counts();
    assert_eq!(counts.distinct, TRIALS);
    assert!(counts.paid_twice <= KILLS * IN_FLIGHT, "{counts:?}");
    assert_eq!(workspace.integrity(), "ok");
}

/// The completions in the store; none where a kill came before its tables were made.
fn completions(workspace: &Workspace) -> BTreeSet<Vec<u8>> {
    let store = workspace.store();
    let tables = "SELECT count(*) FROM sqlite_schema WHERE name = 'completion'";
    match store.query_row(tables, [], |row| row.get(0)) {
        Ok(1) => workspace.completions(),
        _ => BTreeSet::new(),
    }
}
