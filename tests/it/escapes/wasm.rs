//! Attempts in WebAssembly itself, by WASI preview 1.

/// What is tried, and a module that writes `1` where it succeeds.
pub(super) fn attempts() -> Vec<(&'static str, String)> {
    let mut all: Vec<(&'static str, String)> = CALLS
        .iter()
        .map(|(what, name, params, call)| (*what, module(name, params, call)))
        .collect();
    all.extend(WHOLE.iter().map(|(what, text)| (*what, (*text).to_owned())));
    all
}

/// A call that succeeds where it gives 0: what is tried, the function, its parameters, the arguments.
///
/// At 1000 stands `/etc/passwd`, at 1100 `../../etc/passwd`; results go to 2000 and later.
const CALLS: [(&str, &str, &str, &str); 17] = [
    (
        "opening a file",
        "path_open",
        "i32 i32 i32 i32 i32 i64 i64 i32 i32",
        "(i32.const 3) (i32.const 0) (i32.const 1000) (i32.const 11) (i32.const 0) (i64.const -1) (i64.const -1) (i32.const 0) (i32.const 2000)",
    ),
    (
        "opening a file from stdin",
        "path_open",
        "i32 i32 i32 i32 i32 i64 i64 i32 i32",
        "(i32.const 0) (i32.const 1) (i32.const 1000) (i32.const 11) (i32.const 0) (i64.const 2) (i64.const 2) (i32.const 0) (i32.const 2000)",
    ),
    (
        "climbing to a file",
        "path_open",
        "i32 i32 i32 i32 i32 i64 i64 i32 i32",
        "(i32.const 3) (i32.const 1) (i32.const 1100) (i32.const 16) (i32.const 0) (i64.const 2) (i64.const 2) (i32.const 0) (i32.const 2000)",
    ),
    (
        "creating a file",
        "path_open",
        "i32 i32 i32 i32 i32 i64 i64 i32 i32",
        "(i32.const 3) (i32.const 0) (i32.const 1000) (i32.const 11) (i32.const 9) (i64.const 64) (i64.const 64) (i32.const 0) (i32.const 2000)",
    ),
    (
        "an open folder",
        "fd_prestat_get",
        "i32 i32",
        "(i32.const 3) (i32.const 2000)",
    ),
    (
        "a second open folder",
        "fd_prestat_get",
        "i32 i32",
        "(i32.const 4) (i32.const 2000)",
    ),
    (
        "the state of a file",
        "path_filestat_get",
        "i32 i32 i32 i32 i32",
        "(i32.const 3) (i32.const 0) (i32.const 1000) (i32.const 11) (i32.const 2000)",
    ),
    (
        "making a folder",
        "path_create_directory",
        "i32 i32 i32",
        "(i32.const 3) (i32.const 1000) (i32.const 11)",
    ),
    (
        "removing a file",
        "path_unlink_file",
        "i32 i32 i32",
        "(i32.const 3) (i32.const 1000) (i32.const 11)",
    ),
    (
        "a link",
        "path_symlink",
        "i32 i32 i32 i32 i32",
        "(i32.const 1000) (i32.const 11) (i32.const 3) (i32.const 1100) (i32.const 16)",
    ),
    (
        "reading a folder",
        "fd_readdir",
        "i32 i32 i32 i64 i32",
        "(i32.const 3) (i32.const 2000) (i32.const 1000) (i64.const 0) (i32.const 3000)",
    ),
    (
        "a file number that is not open",
        "fd_seek",
        "i32 i64 i32 i32",
        "(i32.const 5) (i64.const 0) (i32.const 0) (i32.const 2000)",
    ),
    (
        "taking another's file number",
        "fd_renumber",
        "i32 i32",
        "(i32.const 3) (i32.const 1)",
    ),
    (
        "accepting a connection",
        "sock_accept",
        "i32 i32 i32",
        "(i32.const 3) (i32.const 0) (i32.const 2000)",
    ),
    (
        "sending to a socket",
        "sock_send",
        "i32 i32 i32 i32 i32",
        "(i32.const 3) (i32.const 2000) (i32.const 1) (i32.const 0) (i32.const 3000)",
    ),
    (
        "results beyond the memory",
        "random_get",
        "i32 i32",
        "(i32.const -16) (i32.const 1024)",
    ),
    (
        "a clock that does not exist",
        "clock_time_get",
        "i32 i64 i32",
        "(i32.const 99) (i64.const 0) (i32.const 2000)",
    ),
];

fn module(name: &str, params: &str, arguments: &str) -> String {
    format!(
        r#"(module
            (import "wasi_snapshot_preview1" "{name}" (func $try (param {params}) (result i32)))
            (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
            (memory (export "memory") 2)
            (data (i32.const 100) "01")
            (data (i32.const 1000) "/etc/passwd")
            (data (i32.const 1100) "../../etc/passwd")
            (func (export "_start")
                (i32.store (i32.const 0) (i32.add (i32.const 100) (i32.eqz (call $try {arguments}))))
                (i32.store (i32.const 4) (i32.const 1))
                (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 20)))))"#
    )
}

/// Modules that are written out: each writes `1` where it succeeds.
const WHOLE: [(&str, &str); 8] = [
    (
        "environment variables",
        r#"(module
            (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
            (memory (export "memory") 1)
            (data (i32.const 100) "01")
            (func (export "_start")
                (drop (call $sizes (i32.const 2000) (i32.const 2004)))
                (i32.store (i32.const 0) (i32.add (i32.const 100) (i32.ne (i32.load (i32.const 2000)) (i32.const 0))))
                (i32.store (i32.const 4) (i32.const 1))
                (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 20)))))"#,
    ),
    (
        "the real date",
        r#"(module
            (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
            (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
            (memory (export "memory") 1)
            (data (i32.const 100) "01")
            (func (export "_start")
                (drop (call $clock (i32.const 0) (i64.const 0) (i32.const 2000)))
                (i32.store (i32.const 0) (i32.add (i32.const 100)
                    (i64.ne (i64.div_u (i64.load (i32.const 2000)) (i64.const 1000000000)) (i64.const 1767225600))))
                (i32.store (i32.const 4) (i32.const 1))
                (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 20)))))"#,
    ),
    (
        "a function of the host by another name",
        r#"(module (import "env" "system" (func $f (param i32) (result i32))) (memory (export "memory") 1)
            (func (export "_start") (drop (call $f (i32.const 0)))))"#,
    ),
    (
        "a thread",
        r#"(module (import "wasi" "thread-spawn" (func $f (param i32) (result i32))) (memory (export "memory") 1)
            (func (export "_start") (drop (call $f (i32.const 0)))))"#,
    ),
    (
        "the memory of another",
        r#"(module (import "env" "memory" (memory 1)) (func (export "_start")))"#,
    ),
    (
        "a read before the memory",
        r#"(module (memory (export "memory") 1)
            (func (export "_start") (drop (i32.load offset=4294967295 (i32.const -1)))))"#,
    ),
    (
        "an indirect call into nothing",
        r#"(module (table 1 funcref) (memory (export "memory") 1) (type $f (func))
            (func (export "_start") (call_indirect (type $f) (i32.const 99))))"#,
    ),
    (
        "a signal to the process",
        r#"(module (import "wasi_snapshot_preview1" "proc_raise" (func $f (param i32) (result i32)))
            (memory (export "memory") 1) (func (export "_start") (drop (call $f (i32.const 9)))))"#,
    ),
];
