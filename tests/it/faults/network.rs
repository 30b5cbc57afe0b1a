//! What lies between the program and a server: proxies, certificates, redirects, compression.

use crate::support::{Running, Script, Server, Workspace, tls};

const LIMITS: &str = "limits: {concurrency: 4}\nmax_attempts: 2";

#[test]
fn a_proxy_from_the_environment_is_used() {
    let proxy = Server::start(Script::default());
    let workspace =
        Workspace::of_sums(10, &["far/alpha"]).provider("far", "http://api.example.invalid/v1", LIMITS);
    let mut command = workspace.command(&["run"]);
    command
        .env("HTTP_PROXY", proxy.url())
        .env("http_proxy", proxy.url());
    Running::start(command).wait().expect(0);
    assert_eq!(proxy.counts().answers, 10);
}

#[test]
fn no_proxy_is_respected() {
    let server = Server::start(Script::default());
    let proxy = Server::start(Script::default());
    let workspace = Workspace::of_sums(10, &["near/alpha"]).provider("near", &server.base_url(), LIMITS);
    let mut command = workspace.command(&["run"]);
    command
        .env("HTTP_PROXY", proxy.url())
        .env("http_proxy", proxy.url());
    command.env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1");
    Running::start(command).wait().expect(0);
    assert_eq!((server.counts().answers, proxy.counts().requests), (10, 0));
}

#[test]
fn a_bad_certificate_is_named_as_such() {
    let address = tls::self_signed();
    let workspace =
        Workspace::of_sums(10, &["odd/alpha"]).provider("odd", &format!("https://{address}/v1"), LIMITS);
    let ended = workspace.bench(&["run"]).expect(102);
    assert!(ended.stderr.contains("certificate"), "{}", ended.stderr);
}

#[test]
fn a_name_that_does_not_resolve_is_named() {
    let workspace =
        Workspace::of_sums(10, &["lost/alpha"]).provider("lost", "http://api.example.invalid/v1", LIMITS);
    let ended = workspace.bench(&["run"]).expect(102);
    assert!(ended.stderr.contains("api.example.invalid"), "{}", ended.stderr);
}

#[test]
fn a_redirect_is_followed_with_its_body() {
    let server = Server::start(Script::default());
    let workspace = Workspace::of_sums(10, &["moved/alpha"]).provider(
        "moved",
        &format!("{}/moved/v1", server.url()),
        LIMITS,
    );
    workspace.bench(&["run"]).expect(0);
    assert_eq!((server.counts().redirected, server.counts().answers), (10, 10));
}

#[test]
fn a_gzip_body_is_decoded() {
    let server = Server::start(Script::default());
    let workspace = Workspace::of_sums(10, &["packed/alpha"]).provider(
        "packed",
        &format!("{}/gzip/v1", server.url()),
        LIMITS,
    );
    workspace.bench(&["run"]).expect(0);
    assert_eq!(workspace.outcomes().get("scored"), Some(&10));
}

#[test]
fn the_models_of_a_server_are_discovered() {
    let server = Server::start(Script::default());
    let workspace = Workspace::of_sums(10, &["local/alpha"]).provider("local", &server.base_url(), LIMITS);
    let ended = workspace.bench(&["models", "discover"]).expect(0);
    assert!(
        ended.stdout.contains("alpha") && ended.stdout.contains("beta"),
        "{}",
        ended.stdout
    );
    assert_eq!((server.counts().listings, server.counts().requests), (1, 0));
}
