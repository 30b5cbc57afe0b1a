//! Time, memory, fuel and stack.

use super::*;
use std::time::Duration;

fn limits() -> Limits {
    Limits {
        time: Duration::from_secs(20),
        ..Limits::default()
    }
}

fn short() -> Limits {
    Limits {
        time: Duration::from_millis(300),
        ..Limits::default()
    }
}

#[test]
fn both_interpreters_answer() {
    for guest in [Guest::Python, Guest::JavaScript] {
        let answer = inline(guest, &limits(), "output").unwrap();
        assert_eq!(answer["value"], "the output", "{guest}: {answer}");
        assert_eq!(answer["error"], Value::Null, "{guest}");
    }
}

#[test]
fn an_endless_loop_ends_at_the_time_limit() {
    for (guest, code) in [
        (Guest::Python, "while True: pass\nreturn 1"),
        (
            Guest::Python,
            "import re\nreturn re.match('(a+)+$', 'a' * 40 + 'b')",
        ),
        (Guest::JavaScript, "while (true) {}\nreturn 1"),
    ] {
        // Ready before the clock runs.
        sandbox().prepare(guest, &short()).unwrap();
        assert_eq!(
            inline(guest, &short(), code),
            Err(Stopped::Time(short().time)),
            "{guest}: {code}"
        );
    }
}

#[test]
fn a_sleep_costs_no_time() {
    let slept = "import time\nstart = time.time()\ntime.sleep(3600)\nreturn time.time() - start >= 3600";
    assert_eq!(inline(Guest::Python, &limits(), slept).unwrap()["value"], true);
    let slept = "return new Promise(done => setTimeout(() => done(true), 3600000))";
    assert_eq!(
        inline(Guest::JavaScript, &limits(), slept).unwrap()["value"],
        true
    );
}

#[test]
fn too_much_memory_is_refused() {
    for (guest, code) in [
        (Guest::Python, "all = []\nwhile True: all.append('x' * 1000000)"),
        (
            Guest::JavaScript,
            "const all = []; for (;;) all.push(new Uint8Array(1000000).fill(1));",
        ),
    ] {
        match inline(guest, &limits(), code) {
            Ok(answer) => assert_eq!(answer["error"]["kind"], "memory", "{guest}: {answer}"),
            Err(stopped) => assert_eq!(stopped, Stopped::Memory(limits().memory), "{guest}"),
        }
    }
}

#[test]
fn recursion_without_end_is_an_error() {
    for (guest, code) in [
        (Guest::Python, "def f(): return f()\nreturn f()"),
        (Guest::JavaScript, "const f = () => f() + 1; return f()"),
    ] {
        match inline(guest, &limits(), code) {
            Ok(answer) => assert_eq!(answer["error"]["kind"], "recursion", "{guest}: {answer}"),
            Err(stopped) => assert_eq!(stopped, Stopped::Stack, "{guest}"),
        }
    }
}

#[test]
fn a_promise_that_nobody_resolves_is_told_as_such() {
    let never = inline(Guest::JavaScript, &limits(), "new Promise(() => {})");
    assert_eq!(never, Err(Stopped::Waits));
}

#[test]
fn fuel_is_counted_alike_every_time_and_its_limit_strikes() {
    let fueled = |fuel| Limits {
        fuel: Some(fuel),
        time: Duration::from_secs(120),
        ..Limits::default()
    };
    let used = || {
        let mut session = sandbox().open(Guest::JavaScript, &fueled(u64::MAX)).unwrap();
        let request = json!({
            "do": "score", "program": {"file": "code", "source": "output.length", "form": "inline", "entry": null},
            "modules": {}, "output": "abc", "context": {},
        });
        session.call(&request.to_string()).unwrap();
        session.fuel().unwrap()
    };
    let (first, second) = (used(), used());
    assert_eq!(first, second);
    assert!(first > 1000, "{first}");
    assert_eq!(
        inline(Guest::JavaScript, &fueled(1_000_000), "for (;;) {}"),
        Err(Stopped::Fuel(1_000_000))
    );
}

#[test]
fn the_same_call_gives_the_same_bytes() {
    for (guest, code) in [
        (
            Guest::Python,
            "import random, time, uuid, os\nreturn {'score': 1, 'reason': str([random.random(), time.time(), \
             str(uuid.uuid4()), os.urandom(4).hex(), hash('a'), list({'a', 'b', 'c'})])}",
        ),
        (
            Guest::JavaScript,
            "return {score: 1, reason: String([Math.random(), Date.now(), new Date().toISOString()])}",
        ),
    ] {
        let first = inline_raw(guest, &limits(), code).unwrap();
        assert!(
            first.contains("\"error\":null") || first.contains("\"error\": null"),
            "{first}"
        );
        for _ in 0..5 {
            assert_eq!(inline_raw(guest, &limits(), code).unwrap(), first);
        }
    }
}

#[test]
fn nothing_goes_from_one_call_to_the_next() {
    for (guest, write, read) in [
        (
            Guest::Python,
            "import json, builtins\njson.secret = 1\nbuiltins.secret = 1\nreturn 1",
            "import json, builtins\nreturn hasattr(json, 'secret') or hasattr(builtins, 'secret')",
        ),
        (
            Guest::JavaScript,
            "globalThis.secret = 1; Object.prototype.secret = 1; return 1",
            "return typeof secret !== 'undefined' || ({}).secret !== undefined",
        ),
    ] {
        inline(guest, &limits(), write).unwrap();
        assert_eq!(inline(guest, &limits(), read).unwrap()["value"], false, "{guest}");
    }
}
