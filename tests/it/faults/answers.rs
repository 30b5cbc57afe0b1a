//! Servers that throttle, fail, die, stay silent, or turn everybody away.

use crate::support::{Fault, Outage, Script, Server, Workspace};
use std::collections::BTreeMap;
use std::time::Duration;

fn all_scored(trials: usize) -> BTreeMap<String, usize> {
    BTreeMap::from([("scored".to_owned(), trials)])
}

#[test]
fn every_trial_ends_scored_on_a_flaky_server() {
    let server = Server::start(Script::flaky(7));
    let workspace = Workspace::of_sums(150, &["local/alpha", "local/beta"]).provider(
        "local",
        &server.base_url(),
        "limits: {concurrency: 16}",
    );
    workspace.bench(&["run"]).expect(0);
    assert_eq!(workspace.outcomes(), all_scored(300));
    let counts = server.counts();
    assert_eq!(
        (counts.distinct, counts.answers, counts.paid_twice),
        (300, 300, 0)
    );
    assert!(counts.requests > 310, "hardly any fault was met: {counts:?}");
    assert!(counts.most_in_flight <= 16, "{counts:?}");
}

#[test]
fn a_flaky_server_is_met_without_a_configured_limit_as_well() {
    let server = Server::start(Script::flaky(8));
    let workspace = Workspace::of_sums(200, &["local/alpha"]).provider("local", &server.base_url(), "");
    workspace.bench(&["run"]).expect(0);
    assert_eq!(workspace.outcomes(), all_scored(200));
    assert_eq!(server.counts().paid_twice, 0);
}

#[test]
fn a_server_that_dies_for_a_while_costs_no_trial() {
    let outage = Outage {
        after: 80,
        lasts: Some(Duration::from_secs(2)),
    };
    let server = Server::start(Script {
        outage: Some(outage),
        ..Script::latency(10)
    });
    let workspace = Workspace::of_sums(150, &["local/alpha", "local/beta"]).provider(
        "local",
        &server.base_url(),
        "limits: {concurrency: 16}",
    );
    workspace.bench(&["run"]).expect(0);
    assert_eq!(workspace.outcomes(), all_scored(300));
    let counts = server.counts();
    assert!(
        counts.paid_twice <= 16,
        "more was paid twice than was in flight: {counts:?}"
    );
}

#[test]
fn a_provider_that_never_comes_back_costs_only_its_own_trials() {
    let gone = Server::start(Script {
        outage: Some(Outage {
            after: 40,
            lasts: None,
        }),
        ..Script::latency(10)
    });
    let well = Server::start(Script::latency(10));
    let limits = "limits: {concurrency: 8}\nmax_attempts: 2";
    let workspace = Workspace::of_sums(120, &["gone/alpha", "well/alpha"])
        .provider("gone", &gone.base_url(), limits)
        .provider("well", &well.base_url(), limits);
    let ended = workspace.bench(&["run"]).expect(102);
    assert!(
        ended.errors().iter().any(|line| line.contains("gone")),
        "{}",
        ended.stderr
    );
    assert!(
        !ended.errors().iter().any(|line| line.contains("well")),
        "{}",
        ended.stderr
    );
    let results = workspace.results();
    let scored = |model: &str| {
        let fits = |trial: &&serde_json::Value| trial["model"] == model && trial["outcome"] == "scored";
        results[0].iter().filter(fits).count()
    };
    assert_eq!(scored("well/alpha"), 120);
    let kept = scored("gone/alpha") as u64;
    assert_eq!(
        kept,
        gone.counts().answers,
        "an answer that came before the end was not kept"
    );
    assert!(kept >= 30, "{kept} of the first 40 requests were answered");
}

#[test]
fn a_wrong_key_gives_one_clear_error_and_a_handful_of_requests() {
    let server = Server::start(Script {
        key: Some("another key".to_owned()),
        ..Script::latency(5)
    });
    let workspace = Workspace::of_sums(200, &["local/alpha", "local/beta"]).provider(
        "local",
        &server.base_url(),
        "limits: {concurrency: 8}",
    );
    let ended = workspace.bench(&["run"]).expect(102);
    let errors = ended.errors();
    assert_eq!(errors.len(), 1, "{}", ended.stderr);
    assert!(
        errors[0].contains("local") && errors[0].contains("key"),
        "{}",
        ended.stderr
    );
    assert!(server.counts().rejected <= 8, "{:?}", server.counts());
    let shown = ended.stdout + &ended.stderr;
    assert!(
        !shown.contains(crate::support::program::KEY),
        "the key is shown:\n{shown}"
    );
}

#[test]
fn an_html_error_page_is_reported_in_a_line_without_markup() {
    let server = Server::start(Script::always(Fault::HtmlGateway));
    let workspace = Workspace::of_sums(12, &["local/alpha"]).provider(
        "local",
        &server.base_url(),
        "limits: {concurrency: 12}\nmax_attempts: 2",
    );
    let ended = workspace.bench(&["run"]).expect(102);
    assert!(ended.stderr.contains("502"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("<html"), "{}", ended.stderr);
    assert!(
        server.counts().requests <= 24,
        "retries are bounded: {:?}",
        server.counts()
    );
}

#[test]
fn a_server_that_never_answers_is_given_up_after_the_timeout() {
    let server = Server::start(Script::always(Fault::Hang));
    let workspace = Workspace::of_sums(12, &["local/alpha"]).provider(
        "local",
        &server.base_url(),
        "limits: {concurrency: 12}\nmax_attempts: 2\ntimeout: 0.5",
    );
    let ended = workspace.bench(&["run"]).expect(102);
    assert!(
        ended.stderr.contains("timeout") || ended.stderr.contains("timed out"),
        "{}",
        ended.stderr
    );
    assert!(
        server.counts().requests <= 24,
        "retries are bounded: {:?}",
        server.counts()
    );
}

#[test]
fn the_budget_is_never_exceeded_whatever_the_server_does() {
    let server = Server::start(Script::flaky(11));
    let workspace = Workspace::of_sums(150, &["local/alpha", "local/beta"]).provider(
        "local",
        &server.base_url(),
        "limits: {concurrency: 16}",
    );
    let ended = workspace.bench(&["run", "--budget", "0.30"]).expect(102);
    assert!(ended.stderr.contains("budget"), "{}", ended.stderr);
    let micro_dollars = charged(&server);
    assert!(
        micro_dollars <= 300_000,
        "{micro_dollars} of 300000 micro-dollars were charged"
    );
    assert!(
        micro_dollars >= 100_000,
        "only {micro_dollars} of 300000 micro-dollars were used"
    );

    workspace.bench(&["resume", "--budget", "5"]).expect(0);
    assert_eq!(workspace.outcomes(), all_scored(300));
    assert_eq!(server.counts().paid_twice, 0);
}

/// What the server would bill, by its own count of tokens.
fn charged(server: &Server) -> u64 {
    let counts = server.counts();
    counts.input_tokens * crate::support::workspace::INPUT_PRICE
        + counts.output_tokens * crate::support::workspace::OUTPUT_PRICE
}
