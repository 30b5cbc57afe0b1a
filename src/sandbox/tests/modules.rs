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
    assert_eq!(ModuleKind::detect(b"\0asm\x01\0\0\0"), Ok(ModuleKind::Command));
    assert_eq!(
        ModuleKind::detect(b"\0asm\x0d\0\x01\0"),
        Ok(ModuleKind::Component)
    );
    for bytes in [&b""[..], b"\0asm", b"#!/bin/sh\n", b"\0asm\x02\0\0\0"] {
        assert!(
            matches!(ModuleKind::detect(bytes), Err(Stopped::Invalid(_))),
            "{bytes:?}"
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
