//! Instances of Python in processes of their own: they answer as those in this process do, byte for byte.

use bench::sandbox::{Guest, Limits, Sandbox, Stopped};
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

fn folder() -> Option<PathBuf> {
    Some(concat!(env!("CARGO_MANIFEST_DIR"), "/target/sandbox-cache").into())
}

fn with(program: &str) -> Arc<Sandbox> {
    Sandbox::with_workers(folder(), 2, program.into())
}

/// The answer, the instructions used, and the time slept.
fn ask(sandbox: &Sandbox, limits: &Limits, code: &str) -> (Result<String, Stopped>, Option<u64>, Duration) {
    let request = json!({
        "do": "score", "program": {"file": "code", "source": code, "form": "inline", "entry": null},
        "modules": {}, "output": "the output", "context": {"golden": null, "vars": {}, "config": {}, "meta": {}},
    });
    match sandbox.open(Guest::Python, limits) {
        Ok(mut session) => {
            let answer = session.call(&request.to_string());
            (answer, session.fuel(), session.slept())
        }
        Err(stopped) => (Err(stopped), None, Duration::ZERO),
    }
}

#[test]
fn a_worker_answers_as_this_process_does() {
    let here = Sandbox::new(folder(), 2);
    let there = with(env!("CARGO_BIN_EXE_bench"));
    let limits = Limits {
        time: Duration::from_millis(1500),
        memory: 64 << 20,
        ..Limits::default()
    };
    let fueled = Limits {
        fuel: Some(u64::MAX),
        time: Duration::from_secs(60),
        ..limits
    };
    for (limits, code) in [
        (&limits, "len(output)"),
        (
            &limits,
            "import random, os\nprint('é\\x00')\nreturn [random.random(), os.urandom(4).hex()]",
        ),
        (&limits, "import time\ntime.sleep(5)\nreturn 1"),
        (&limits, "1 / 0"),
        (&limits, "import os\nos._exit(3)"),
        (&limits, "while True: pass\nreturn 1"),
        (&limits, "'x' * 10**9"),
        (&fueled, "sum(range(1000)) > 0"),
    ] {
        assert_eq!(ask(&there, limits, code), ask(&here, limits, code), "{code}");
    }
}

#[test]
fn instances_in_workers_leave_nothing_behind() {
    let sandbox = with(env!("CARGO_BIN_EXE_bench"));
    let code = "import builtins\nleft = getattr(builtins, 'left', 0)\nbuiltins.left = 1\nreturn left";
    let first = ask(&sandbox, &Limits::default(), code);
    for _ in 0..5 {
        assert_eq!(ask(&sandbox, &Limits::default(), code), first);
    }
    assert!(first.0.is_ok_and(|answer| answer.contains("\"value\":0")));
}

#[test]
fn a_worker_that_cannot_be_had_is_an_error() {
    let (answer, ..) = ask(&with("/nowhere/bench"), &Limits::default(), "1");
    assert!(
        matches!(&answer, Err(Stopped::Unavailable(why)) if why.contains("no process")),
        "{answer:?}"
    );
    let (answer, ..) = ask(&with("/bin/false"), &Limits::default(), "1");
    assert_eq!(
        answer,
        Err(Stopped::Failed("the process that it ran in ended".to_owned()))
    );
}
