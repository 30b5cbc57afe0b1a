//! Attempts to get out of the sandbox, to learn what code in it must not know, or to answer in bench's place.
//!
//! An attempt succeeds where its code says `True`, `true` or `1`. Whatever else happens (an error, a limit, another
//! value) is a failure of the attempt. None may succeed, and none may bring the process down.

mod cheats;
mod javascript;
mod python;
mod wasm;

use bench::sandbox::{Guest, Limits, ModuleAnswer, Sandbox};
use serde_json::{Value, json};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

/// What is tried, and the code that tries it.
type Attempt = (&'static str, &'static str);

/// The least number of attempts over all kinds.
const LEAST: usize = 60;

fn sandbox() -> &'static Arc<Sandbox> {
    static SANDBOX: LazyLock<Arc<Sandbox>> = LazyLock::new(|| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/target/sandbox-cache");
        Sandbox::new(Some(folder.into()), 2)
    });
    &SANDBOX
}

fn limits() -> Limits {
    Limits {
        time: Duration::from_secs(2),
        memory: 128 << 20,
        ..Limits::default()
    }
}

/// What an inline scorer says, in words.
fn said(guest: Guest, code: &str) -> String {
    let request = json!({
        "do": "score",
        "program": {"file": "code", "source": code, "form": "inline", "entry": null},
        "modules": {}, "output": "the output",
        "context": {"golden": "the golden output", "vars": {}, "config": {}, "meta": {}},
    });
    let mut session = match sandbox().open(guest, &limits()) {
        Ok(session) => session,
        Err(stopped) => panic!("the sandbox does not start: {stopped}"),
    };
    match session.call(&request.to_string()) {
        Err(stopped) => format!("stopped: {stopped}"),
        Ok(answer) => match serde_json::from_str::<Value>(&answer) {
            Ok(answer) if answer["error"].is_null() => answer["value"].to_string(),
            Ok(answer) => format!("error: {}", answer["error"]["message"]),
            // An answer of another form is the code's own: bench takes it for a failure.
            Err(_) => format!("broken: {answer}"),
        },
    }
}

fn none_succeeds(guest: Guest, attempts: &[Attempt]) {
    let mut succeeded = Vec::new();
    for (what, code) in attempts {
        let said = said(guest, code);
        eprintln!("{guest}: {what}: {}", said.chars().take(100).collect::<String>());
        if said == "true" || said == "1" || said == "1.0" {
            succeeded.push(*what);
        }
    }
    assert!(succeeded.is_empty(), "{guest}: escaped by {succeeded:?}");
}

#[test]
fn no_python_code_gets_out() {
    none_succeeds(Guest::Python, &python::ATTEMPTS);
}

#[test]
fn no_javascript_code_gets_out() {
    none_succeeds(Guest::JavaScript, &javascript::ATTEMPTS);
}

#[test]
fn no_module_gets_out() {
    for (what, text) in wasm::attempts() {
        let wasm = wat::parse_str(&text).unwrap_or_else(|error| panic!("{what}: {error}"));
        let answer = match sandbox().module(&wasm, false) {
            Ok(module) => module.grade("the output", "{}", &limits()).answer,
            Err(stopped) => Err(stopped),
        };
        eprintln!("module: {what}: {answer:?}");
        assert_ne!(
            answer,
            Ok(ModuleAnswer::Text("1".to_owned())),
            "escaped by {what}"
        );
    }
}

#[test]
fn there_are_enough_attempts() {
    let count = python::ATTEMPTS.len()
        + javascript::ATTEMPTS.len()
        + wasm::attempts().len()
        + cheats::PYTHON.len()
        + cheats::JAVASCRIPT.len();
    assert!(count >= LEAST, "{count}");
}

/// After all that the sandbox still gives right answers.
#[test]
fn the_sandbox_survives() {
    for guest in [Guest::Python, Guest::JavaScript] {
        assert_eq!(said(guest, "output + '!'"), "\"the output!\"");
    }
}
