//! Modules that users bring, and hostile ones.

use super::*;
use crate::sandbox::{ModuleAnswer, ModuleKind};
use std::time::Duration;

fn limits() -> Limits {
    Limits {
        time: Duration::from_millis(500),
        memory: 64 << 20,
        ..Limits::default()
    }
}

/// Runs a WASI program given as WebAssembly text.
fn run(text: &str) -> Result<ModuleAnswer, Stopped> {
    let wasm = wat::parse_str(text).expect("valid text");
    sandbox()
        .module(&wasm, false)?
        .grade("out", "{}", &limits())
        .answer
}

#[test]
fn a_program_answers_on_stdout() {
    let answer = run(r#"(module
            (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
            (memory (export "memory") 1)
            (data (i32.const 100) "0.5")
            (func (export "_start")
                (i32.store (i32.const 0) (i32.const 100))
                (i32.store (i32.const 4) (i32.const 3))
                (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 20)))))"#);
    assert_eq!(answer, Ok(ModuleAnswer::Text("0.5".to_owned())));
}

#[test]
fn the_header_tells_what_a_file_is() {
    let program = wat::parse_str("(module (func (export \"_start\")))").expect("valid text");
    assert_eq!(ModuleKind::detect(&program), Ok(ModuleKind::Command));
    for (bytes, words) in [
        (&b""[..], "not WebAssembly"),
        (b"\0asm", "ends within its header"),
        (b"#!/bin/sh\n", "not WebAssembly"),
        (b"\0asm\x02\0\0\0", "version"),
        (b"\0asm\x01\0\0\0", "no program"),
        (b"\0asm\x0d\0\x01\0", "another world"),
        (b"\0asm\x01\0\0\0\x01\xff", "not valid WebAssembly"),
        (b" (module)", "as text"),
    ] {
        let said = ModuleKind::detect(bytes);
        assert!(
            matches!(&said, Err(Stopped::Invalid(message)) if message.contains(words)),
            "{bytes:?}: {said:?}"
        );
    }
}

#[test]
fn hostile_modules_are_errors() {
    let start =
        |body: &str| format!("(module (memory (export \"memory\") 1) (func (export \"_start\") {body}))");
    let time = Stopped::Time(limits().time);
    for (name, text, wanted) in [
        ("a loop", start("(loop (br 0))"), time.clone()),
        (
            "a loop before the start",
            "(module (func $spin (loop (br 0))) (start $spin) (func (export \"_start\")))".to_owned(),
            time,
        ),
        (
            "recursion",
            "(module (func $f (call $f)) (func (export \"_start\") (call $f)))".to_owned(),
            Stopped::Stack,
        ),
        (
            "a trap",
            start("unreachable"),
            Stopped::Trap("wasm trap: wasm `unreachable` instruction executed".to_owned()),
        ),
    ] {
        assert_eq!(run(&text), Err(wanted), "{name}");
    }
    for (name, text) in [
        (
            "a huge memory",
            "(module (memory 65536) (func (export \"_start\")))".to_owned(),
        ),
        (
            "a giant table",
            "(module (table 100000000 funcref) (func (export \"_start\")))".to_owned(),
        ),
        (
            "an unknown import",
            "(module (import \"env\" \"system\" (func)) (func (export \"_start\")))".to_owned(),
        ),
        ("no start", "(module)".to_owned()),
        ("a wild read", start("(drop (i32.load (i32.const -4)))")),
        (
            "memory past its limit",
            start("(if (i32.eq (memory.grow (i32.const 4000)) (i32.const -1)) (then unreachable))"),
        ),
    ] {
        assert!(run(&text).is_err(), "{name}");
    }
    for bytes in [
        &b"\0asm\x01\0\0\0\x01\xff"[..],
        b"\0asm\x0d\0\x01\0\xff\xff\xff",
        b"not wasm",
    ] {
        assert!(sandbox().module(bytes, false).is_err(), "{bytes:?}");
    }
}

/// A program with these functions of WASI, their names short, and `_start`.
fn wasi(body: &str) -> Result<ModuleAnswer, Stopped> {
    let import = |name: &str, parameters: &str| {
        format!(
            "(import \"wasi_snapshot_preview1\" \"{name}\" (func ${name} (param {parameters}) (result i32)))"
        )
    };
    let imports: String = [
        ("fd_write", "i32 i32 i32 i32"),
        ("fd_read", "i32 i32 i32 i32"),
        ("fd_prestat_get", "i32 i32"),
        ("poll_oneoff", "i32 i32 i32 i32"),
        ("random_get", "i32 i32"),
        ("environ_get", "i32 i32"),
        ("args_get", "i32 i32"),
        ("clock_time_get", "i32 i64 i32"),
        ("path_open", "i32 i32 i32 i32 i32 i64 i64 i32 i32"),
        ("sock_accept", "i32 i32 i32"),
        ("fd_renumber", "i32 i32"),
    ]
    .iter()
    .map(|(name, parameters)| import(name, parameters))
    .collect();
    run(&format!(
        "(module {imports}
            (import \"wasi_snapshot_preview1\" \"proc_exit\" (func $proc_exit (param i32)))
            (memory (export \"memory\") 2)
            (func (export \"_start\") {body}))"
    ))
}

#[test]
fn a_program_that_writes_without_end_is_stopped() {
    let full = Err(Stopped::Output(limits().output));
    let write = |fd: u32, size: u32| {
        format!(
            "(i32.store (i32.const 4) (i32.const {size})) (i32.store (i32.const 0) (i32.const 64))
             (loop (drop (call $fd_write (i32.const {fd}) (i32.const 0) (i32.const 1) (i32.const 16))) (br 0))"
        )
    };
    for fd in [1, 2] {
        for size in [1000, 4097, 65536] {
            assert_eq!(wasi(&write(fd, size)), full, "{size} bytes at a time to {fd}");
        }
    }
}

#[test]
fn a_program_that_reads_or_waits_without_end_is_stopped() {
    let time = Err(Stopped::Time(limits().time));
    let read = "(i32.store (i32.const 4) (i32.const 1000)) (i32.store (i32.const 0) (i32.const 64))
                (loop (drop (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 16))) (br 0))";
    assert_eq!(wasi(read), time);
    let wait =
        "(loop (drop (call $poll_oneoff (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 128))) (br 0))";
    assert_eq!(wasi(wait), time);
}

#[test]
fn the_exit_code_of_a_program_is_told() {
    let exit = |code: i32| wasi(&format!("(call $proc_exit (i32.const {code}))"));
    assert_eq!(exit(0), Ok(ModuleAnswer::Text(String::new())));
    for code in [1, 3, 125, 126, 255, 70_000, -1] {
        assert_eq!(exit(code), Err(Stopped::Exit(code)));
    }
}

#[test]
fn what_a_program_writes_must_be_text() {
    let bytes = "(i32.store (i32.const 64) (i32.const 0xfffffe)) (i32.store (i32.const 4) (i32.const 4))
                 (i32.store (i32.const 0) (i32.const 64))
                 (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16)))";
    let Err(Stopped::Failed(message)) = wasi(bytes) else {
        panic!("not a text");
    };
    assert!(message.contains("not UTF-8"), "{message}");
}

#[test]
fn wild_pointers_hurt_nobody() {
    for (name, arguments) in [
        (
            "fd_write",
            "(i32.const 1) (i32.const -8) (i32.const 1) (i32.const 16)",
        ),
        (
            "fd_write",
            "(i32.const 1) (i32.const 0) (i32.const -1) (i32.const 16)",
        ),
        (
            "fd_write",
            "(i32.const 99) (i32.const 0) (i32.const 1) (i32.const 16)",
        ),
        (
            "fd_read",
            "(i32.const 0) (i32.const 0) (i32.const 1) (i32.const -1)",
        ),
        (
            "poll_oneoff",
            "(i32.const -48) (i32.const 0) (i32.const 1) (i32.const 0)",
        ),
        (
            "poll_oneoff",
            "(i32.const 0) (i32.const -1) (i32.const 1) (i32.const 0)",
        ),
        (
            "poll_oneoff",
            "(i32.const 0) (i32.const 0) (i32.const 1) (i32.const -1)",
        ),
        (
            "poll_oneoff",
            "(i32.const 0) (i32.const 0) (i32.const -1) (i32.const 0)",
        ),
        (
            "poll_oneoff",
            "(i32.const 131000) (i32.const 0) (i32.const 1000) (i32.const 0)",
        ),
        ("random_get", "(i32.const 0) (i32.const -1)"),
        ("random_get", "(i32.const -1) (i32.const 100)"),
        ("environ_get", "(i32.const -1) (i32.const -1)"),
        ("args_get", "(i32.const -1) (i32.const -1)"),
        ("clock_time_get", "(i32.const 9) (i64.const 0) (i32.const -1)"),
        (
            "path_open",
            "(i32.const 3) (i32.const 0) (i32.const -1) (i32.const 9) (i32.const 0) (i64.const -1) (i64.const -1) \
             (i32.const 0) (i32.const -1)",
        ),
        ("fd_prestat_get", "(i32.const 3) (i32.const -1)"),
        ("sock_accept", "(i32.const 0) (i32.const 0) (i32.const -1)"),
        ("fd_renumber", "(i32.const 1) (i32.const 99999)"),
    ] {
        // An error of the call, or the end of the program: then the score is missing.
        match wasi(&format!("(drop (call ${name} {arguments}))")) {
            Ok(ModuleAnswer::Text(text)) => assert_eq!(text, "", "{name} {arguments}"),
            Ok(other) => panic!("{name} {arguments}: {other:?}"),
            Err(stopped) => assert!(
                matches!(stopped, Stopped::Trap(_) | Stopped::Failed(_)),
                "{name} {arguments}: {stopped:?}"
            ),
        }
    }
}
