//! The sandbox seen from outside: limits, isolation, modules of users.

mod components;
mod hostile;
mod limits;
mod modules;
mod python;

use super::{Guest, Limits, Sandbox, Stopped};
use serde_json::{Value, json};
use std::sync::{Arc, LazyLock};

/// One sandbox for all tests; compiled interpreters are kept beside the build.
fn sandbox() -> &'static Arc<Sandbox> {
    static SANDBOX: LazyLock<Arc<Sandbox>> = LazyLock::new(|| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/target/sandbox-cache");
        Sandbox::new(Some(folder.into()), 2)
    });
    &SANDBOX
}

/// Scores with an inline program; the raw answer, or why there is none.
fn inline_raw(guest: Guest, limits: &Limits, code: &str) -> Result<String, Stopped> {
    let request = json!({
        "do": "score",
        "program": {"file": "code", "source": code, "form": "inline", "entry": null},
        "modules": {}, "output": "the output", "context": {"golden": 1, "vars": {}, "config": {}, "meta": {}},
    });
    sandbox().open(guest, limits)?.call(&request.to_string())
}

fn inline(guest: Guest, limits: &Limits, code: &str) -> Result<Value, Stopped> {
    Ok(serde_json::from_str(&inline_raw(guest, limits, code)?).expect("an answer is JSON"))
}
