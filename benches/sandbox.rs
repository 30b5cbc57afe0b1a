//! What a call into the sandbox costs, beside a process of `python3` or `node` for each call in the same run.
//!
//!     cargo bench --bench sandbox                 everything
//!     cargo bench --bench sandbox -- --calls 500  fewer calls
//!
//! Every call has a fresh instance. Start times are of a sandbox made for the occasion with a folder of its own for
//! compiled code: empty for the first start, filled for the later one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark prints, and ends where it cannot go on"
)]

use bench::sandbox::{Guest, Limits, Sandbox};
use serde_json::json;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

const PYTHON: &str = "import difflib\nreturn {'score': difflib.SequenceMatcher(None, output, golden).ratio(), 'reason': 'ratio'}";
const JAVASCRIPT: &str = "const words = new Set(golden.split(' ')); const hits = output.split(' ').filter(word => words.has(word)).length; return {score: hits / words.size, reason: 'overlap'}";
const PROGRAM: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 2)
    (data (i32.const 100) "0.5")
    (func (export "_start")
        (i32.store (i32.const 0) (i32.const 65536))
        (i32.store (i32.const 4) (i32.const 65536))
        (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 20)))
        (i32.store (i32.const 0) (i32.const 100))
        (i32.store (i32.const 4) (i32.const 3))
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 20)))))"#;

const OUTPUT: &str =
    "The capital of France is Paris, a city on the river Seine with about two million people.";
const GOLDEN: &str = "Paris is the capital of France; it lies on the Seine and has two million inhabitants.";

fn request(code: &str) -> String {
    json!({
        "do": "score",
        "program": {"file": "code", "source": code, "form": "inline", "entry": null, "returns": true},
        "modules": {}, "output": OUTPUT,
        "context": {"golden": GOLDEN, "vars": {"question": "What is the capital of France?"}, "config": {}, "meta": {}},
    })
    .to_string()
}

fn call(sandbox: &Sandbox, guest: Guest, request: &str) {
    let mut session = sandbox.open(guest, &Limits::default()).unwrap();
    let answer = session.call(request).unwrap();
    assert!(
        answer.contains("\"error\":null") || answer.contains("\"error\": null"),
        "{answer}"
    );
}

/// Median, 95th percentile, and calls a second of a function called so often on so many threads.
fn measure(calls: usize, threads: usize, call: impl Fn() + Sync) -> (Duration, Duration, f64) {
    let started = Instant::now();
    let mut times: Vec<Duration> = std::thread::scope(|scope| {
        let worker = || {
            let mut times = Vec::with_capacity(calls / threads);
            for _ in 0..calls / threads {
                let at = Instant::now();
                call();
                times.push(at.elapsed());
            }
            times
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap())
            .collect()
    });
    let rate = times.len() as f64 / started.elapsed().as_secs_f64();
    times.sort();
    (times[times.len() / 2], times[times.len() * 95 / 100], rate)
}

fn show(what: &str, (median, p95, rate): (Duration, Duration, f64)) -> f64 {
    println!(
        "{what:<44} {:>9.3} ms {:>9.3} ms {rate:>9.0}/s",
        ms(median),
        ms(p95)
    );
    rate
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn starts(folder: &Path, guest: Guest) {
    let code = if guest == Guest::Python {
        PYTHON
    } else {
        JAVASCRIPT
    };
    for what in ["first start (compiles)", "later start (compiled code on disk)"] {
        let at = Instant::now();
        let sandbox = Sandbox::new(Some(folder.to_owned()), 2);
        sandbox.prepare(guest, &Limits::default()).unwrap();
        let ready = at.elapsed();
        call(&sandbox, guest, &request(code));
        println!(
            "{:<44} {:>9.1} ms, with its first call {:.1} ms",
            format!("{guest}: {what}"),
            ms(ready),
            ms(at.elapsed())
        );
    }
}

fn native(program: &str, code: &str, calls: usize) {
    let run = || {
        let child = Command::new(program)
            .args([if program == "node" { "-e" } else { "-c" }, code])
            .stdout(Stdio::null())
            .status();
        assert!(child.unwrap().success());
    };
    if Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_err()
    {
        println!("{program}: not on this machine, left out");
        return;
    }
    show(
        &format!("{program}: a process for each call"),
        measure(calls, 1, run),
    );
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let flag = |name: &str| {
        arguments
            .iter()
            .position(|argument| argument == name)
            .and_then(|at| arguments.get(at + 1)?.parse().ok())
    };
    let calls: usize = flag("--calls").unwrap_or(2000);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/sandbox-bench");
    let _ = std::fs::remove_dir_all(&folder);
    for guest in [Guest::JavaScript, Guest::Python] {
        starts(&folder, guest);
    }
    println!(
        "\n{:<44} {:>12} {:>12} {:>11}",
        "a scorer call in a fresh instance", "median", "95 %", "rate"
    );
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let sandbox: Arc<Sandbox> = Sandbox::new(Some(folder.clone()), cores);
    // As the program runs Python where there is more than one core.
    let workers = Sandbox::with_workers(Some(folder), 2, env!("CARGO_BIN_EXE_bench").into());
    let module = sandbox.module(&wat::parse_str(PROGRAM).unwrap(), false).unwrap();
    let own = || drop(module.grade(OUTPUT, "{}", &Limits::default()).answer.unwrap());
    let python = request(PYTHON);
    let javascript = request(JAVASCRIPT);
    if cores > 1 {
        // What two threads that share nothing reach on this machine: no call can do better.
        let busy = || {
            std::hint::black_box(blake3::hash(&[7; 1 << 18]));
        };
        let (one, two) = (measure(calls, 1, busy).2, measure(calls, 2, busy).2);
        println!(
            "{:<44} {:>9.2} times one thread",
            "two threads of plain arithmetic",
            two / one
        );
    }
    let kinds: [(&str, &(dyn Fn() + Sync)); 4] = [
        ("own module (WASI program)", &own),
        ("JavaScript", &|| call(&sandbox, Guest::JavaScript, &javascript)),
        ("Python in this process", &|| {
            call(&sandbox, Guest::Python, &python)
        }),
        ("Python in workers", &|| call(&workers, Guest::Python, &python)),
    ];
    for (name, call) in kinds {
        measure(50, 1, call);
        let one = show(&format!("{name}, one thread"), measure(calls, 1, call));
        if cores > 1 {
            let two = show(&format!("{name}, two threads"), measure(calls, 2, call));
            println!("{:<44} {:>9.2} times one thread", "", two / one);
        }
    }
    println!();
    let few = (calls / 40).max(10);
    native(
        "python3",
        &format!(
            "import difflib\noutput, golden = {OUTPUT:?}, {GOLDEN:?}\nprint(difflib.SequenceMatcher(None, output, golden).ratio())"
        ),
        few,
    );
    native(
        "node",
        &format!("const output = {OUTPUT:?}; console.log(output.split(' ').length)"),
        few,
    );
}
