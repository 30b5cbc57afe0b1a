//! Components that users bring, and hostile ones.

use super::*;
use crate::sandbox::{ModuleAnswer, ModuleCall, ModuleScore};
use std::time::Duration;

const UNREACHABLE: &str = "wasm trap: wasm `unreachable` instruction executed";

/// Parts of a scorer as WebAssembly text; each that is left empty does nothing.
#[derive(Default)]
struct Parts<'a> {
    /// Pages of memory; 0 is one.
    pages: u32,
    /// Imports and definitions of the component, before its core modules are instantiated.
    head: &'a str,
    /// Imports of the core module, and what it is instantiated with.
    imports: &'a str,
    with: &'a str,
    /// Further definitions of the core module.
    more: &'a str,
    /// The body of `grade`, which leaves the address of its result; a result of zeroes is a score of 0.
    grade: &'a str,
    /// The body of `realloc`.
    realloc: &'a str,
    /// The body of what is called once the result is read.
    post: &'a str,
}

const TYPES: &str = r#"
    (import "bench:scorer/types@0.1.0" (instance $types
        (type $score (record (field "score" f64) (field "pass" (option bool)) (field "reason" string)
            (field "named" (list (tuple string f64))) (field "metadata" string)))
        (export "score" (type (eq $score)))))
    (alias export $types "score" (type $score))
    (import "bench:scorer/host@0.1.0" (instance $host
        (type $levels (enum "debug" "info" "warn" "error"))
        (export "level" (type $level (eq $levels)))
        (export "log" (func (param "level" $level) (param "message" string)))))
"#;

fn text(parts: &Parts<'_>) -> String {
    let Parts {
        pages,
        head,
        imports,
        with,
        more,
        grade,
        realloc,
        post,
    } = parts;
    let pages = (*pages).max(1);
    let grade = if grade.is_empty() {
        "(i32.const 256)"
    } else {
        grade
    };
    let realloc = if realloc.is_empty() {
        "(i32.const 4096)"
    } else {
        realloc
    };
    format!(
        r#"(component {TYPES}
    (core module $memory
        (memory (export "memory") {pages})
        (func (export "realloc") (param i32 i32 i32 i32) (result i32) {realloc}))
    (core instance $m (instantiate $memory))
    (core func $log (canon lower (func $host "log") (memory (core memory $m "memory"))))
    {head}
    (core module $scorer
        (import "m" "memory" (memory {pages}))
        (import "host" "log" (func $log (param i32 i32 i32)))
        {imports}
        {more}
        (func (export "describe") (result i32) (i32.const 256))
        (func (export "post") (param i32) {post})
        (func $grade (export "grade") (param i32 i32 i32 i32) (result i32) {grade}))
    (core instance $host-core (export "log" (func $log)))
    (core instance $s (instantiate $scorer (with "m" (instance $m)) (with "host" (instance $host-core)) {with}))
    (func $describe (result string) (canon lift (core func $s "describe") (memory (core memory $m "memory"))))
    (func $grade (param "output" string) (param "context" string) (result (result $score (error string)))
        (canon lift (core func $s "grade") (memory (core memory $m "memory")) (realloc (core func $m "realloc"))
            (post-return (core func $s "post"))))
    (export "describe" (func $describe))
    (export "grade" (func $grade)))"#
    )
}

fn limits() -> Limits {
    Limits {
        time: Duration::from_millis(500),
        ..Limits::default()
    }
}

fn call(text: &str) -> ModuleCall {
    let wasm = wat::parse_str(text).unwrap_or_else(|error| panic!("{text}\n{error}"));
    match sandbox().module(&wasm, false) {
        Ok(module) => module.grade("the output", "{}", &limits()),
        Err(stopped) => ModuleCall {
            answer: Err(stopped),
            stderr: String::new(),
            fuel: None,
        },
    }
}

fn run(parts: &Parts<'_>) -> Result<ModuleAnswer, Stopped> {
    call(&text(parts)).answer
}

fn graded(grade: &str) -> Result<ModuleAnswer, Stopped> {
    run(&Parts {
        grade,
        ..Parts::default()
    })
}

#[test]
fn a_component_answers_and_logs() {
    let parts = Parts {
        more: "(data (i32.const 1024) \"well\") (data (i32.const 1032) \"\\d8\\13\\00\\00\\04\\00\\00\\00\\00\\00\\00\\00\
               \\00\\00\\d0\\3f\") (data (i32.const 5080) \"part\")",
        grade: "(call $log (i32.const 2) (i32.const 1024) (i32.const 4))
                (f64.store (i32.const 264) (f64.const 0.5))
                (i32.store16 (i32.const 272) (i32.const 0x0101))
                (i32.store (i32.const 276) (i32.const 1024)) (i32.store (i32.const 280) (i32.const 4))
                (i32.store (i32.const 284) (i32.const 1032)) (i32.store (i32.const 288) (i32.const 1))
                (i32.const 256)",
        ..Parts::default()
    };
    let call = call(&text(&parts));
    let score = ModuleScore {
        score: 0.5,
        pass: Some(true),
        reason: "well".to_owned(),
        named: vec![("part".to_owned(), 0.25)],
    };
    assert_eq!(call.answer, Ok(ModuleAnswer::Score(score)));
    assert_eq!(call.stderr, "warn: well\n");
    let failed = "(i32.store8 (i32.const 256) (i32.const 1)) (i32.store (i32.const 264) (i32.const 1024))
                  (i32.store (i32.const 268) (i32.const 4)) (i32.store (i32.const 1024) (i32.const 0x64616221))
                  (i32.const 256)";
    assert_eq!(graded(failed), Ok(ModuleAnswer::Failed("!bad".to_owned())));
}

#[test]
fn a_component_that_never_ends_is_stopped_wherever_it_loops() {
    let time = Err(Stopped::Time(limits().time));
    let spin = "(loop (br 0))";
    assert_eq!(graded("(loop (br 0)) (unreachable)"), time);
    let start = format!("(func $spin {spin}) (start $spin)");
    for parts in [
        Parts {
            more: &start,
            ..Parts::default()
        },
        Parts {
            realloc: "(loop (br 0)) (unreachable)",
            ..Parts::default()
        },
        Parts {
            post: spin,
            ..Parts::default()
        },
        Parts {
            // Messages beyond what is kept; the host copies each of them.
            grade: "(loop (call $log (i32.const 0) (i32.const 0) (i32.const 60000)) (br 0)) (unreachable)",
            ..Parts::default()
        },
    ] {
        let call = call(&text(&parts));
        assert_eq!(call.answer, time);
        assert!(call.stderr.len() <= 64 << 10, "{}", call.stderr.len());
    }
}

/// A resource of the component's own, with a destructor.
fn with_destructor(body: &str, grade: &str) -> Result<ModuleAnswer, Stopped> {
    let head = format!(
        "(core module $destructor (func (export \"drop\") (param i32) {body}))
         (core instance $d (instantiate $destructor))
         (type $thing (resource (rep i32) (dtor (core func $d \"drop\"))))
         (core func $new (canon resource.new $thing))
         (core func $drop (canon resource.drop $thing))
         (core instance $things (export \"new\" (func $new)) (export \"drop\" (func $drop)))"
    );
    run(&Parts {
        head: &head,
        imports: "(import \"things\" \"new\" (func $new (param i32) (result i32)))
                  (import \"things\" \"drop\" (func $drop (param i32)))",
        with: "(with \"things\" (instance $things))",
        grade,
        ..Parts::default()
    })
}

#[test]
fn a_destructor_cannot_outlive_its_call() {
    let dropped = "(call $drop (call $new (i32.const 1))) (i32.const 256)";
    assert_eq!(
        with_destructor("(loop (br 0))", dropped),
        Err(Stopped::Time(limits().time))
    );
    assert_eq!(
        with_destructor("unreachable", dropped),
        Err(Stopped::Trap(UNREACHABLE.to_owned()))
    );
    // One that is left over is never called.
    let left = with_destructor("unreachable", "(drop (call $new (i32.const 1))) (i32.const 256)");
    assert!(left.is_ok(), "{left:?}");
    let twice = "(call $drop (i32.const 1)) (i32.const 256)";
    assert!(matches!(
        with_destructor("", twice),
        Err(Stopped::Trap(_) | Stopped::Failed(_))
    ));
    let endless = "(loop (drop (call $new (i32.const 1))) (br 0)) (unreachable)";
    assert!(with_destructor("", endless).is_err());
}

#[test]
fn a_component_that_breaks_off_is_an_error() {
    assert_eq!(graded("unreachable"), Err(Stopped::Trap(UNREACHABLE.to_owned())));
    assert_eq!(
        graded("(call $grade (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))"),
        Err(Stopped::Stack)
    );
    let grown =
        "(if (i32.eq (memory.grow (i32.const 5000)) (i32.const -1)) (then unreachable)) (i32.const 256)";
    assert_eq!(graded(grown), Err(Stopped::Memory(limits().memory)));
    let trap = |answer: Result<ModuleAnswer, Stopped>, what: &str| {
        assert!(
            matches!(answer, Err(Stopped::Trap(_) | Stopped::Failed(_))),
            "{what}: {answer:?}"
        );
    };
    trap(graded("(i32.const -8)"), "a result outside of memory");
    trap(graded("(i32.const 257)"), "a result that is not aligned");
    trap(
        graded("(i32.store8 (i32.const 256) (i32.const 7)) (i32.const 256)"),
        "a result of no known case",
    );
    trap(
        graded(
            "(i32.store (i32.const 276) (i32.const 60000)) (i32.store (i32.const 280) (i32.const 9999)) (i32.const 256)",
        ),
        "a text outside of memory",
    );
    trap(
        graded(
            "(i32.store8 (i32.const 0) (i32.const 0xff)) (i32.store (i32.const 280) (i32.const 1)) (i32.const 256)",
        ),
        "a text that is not UTF-8",
    );
    trap(
        run(&Parts {
            realloc: "(i32.const -2)",
            ..Parts::default()
        }),
        "an allocation outside of memory",
    );
}

#[test]
fn an_answer_beyond_the_output_limit_is_an_error_before_it_fills_the_memory_of_the_host() {
    let full = Err(Stopped::Output(limits().output));
    let with = |parts: Parts<'_>| run(&Parts { pages: 3300, ..parts });
    // 200 MB of reason.
    let reason = "(i32.store (i32.const 280) (i32.const 200000000)) (i32.const 256)";
    assert_eq!(
        with(Parts {
            grade: reason,
            ..Parts::default()
        }),
        full
    );
    // A reason a little over the limit.
    let over = "(i32.store (i32.const 280) (i32.const 1048577)) (i32.const 256)";
    assert_eq!(
        with(Parts {
            grade: over,
            ..Parts::default()
        }),
        full
    );
    // Ten million named figures without a name.
    let named =
        "(i32.store (i32.const 288) (i32.const 10000000)) (i32.store (i32.const 284) (i32.const 8192))
                 (i32.const 256)";
    assert_eq!(
        with(Parts {
            grade: named,
            ..Parts::default()
        }),
        full
    );
    // 10,000 named figures whose names are the same 100 MB.
    let names = "(local $at i32) (local.set $at (i32.const 160000))
        (loop (local.set $at (i32.sub (local.get $at) (i32.const 16)))
            (i32.store offset=8196 (local.get $at) (i32.const 100000000))
            (br_if 0 (local.get $at)))
        (i32.store (i32.const 288) (i32.const 10000)) (i32.store (i32.const 284) (i32.const 8192)) (i32.const 256)";
    assert_eq!(
        with(Parts {
            grade: names,
            ..Parts::default()
        }),
        full
    );
    // A log line of 200 MB.
    let logged = "(call $log (i32.const 0) (i32.const 0) (i32.const 200000000)) (i32.const 256)";
    assert_eq!(
        with(Parts {
            grade: logged,
            ..Parts::default()
        }),
        full
    );
}

#[test]
fn a_component_cannot_fill_the_tables_of_the_host() {
    let head = r#"
        (import "wasi:io/poll@0.2.0" (instance $poll (export "pollable" (type (sub resource)))))
        (alias export $poll "pollable" (type $pollable))
        (import "wasi:clocks/monotonic-clock@0.2.0" (instance $clock
            (alias outer 1 $pollable (type $p))
            (export "pollable" (type $own (eq $p)))
            (export "subscribe-duration" (func (param "when" u64) (result (own $own))))))
        (import "wasi:random/random@0.2.0" (instance $random
            (export "get-random-bytes" (func (param "len" u64) (result (list u8))))))
        (core func $wait (canon lower (func $clock "subscribe-duration")))
        (core func $dice (canon lower (func $random "get-random-bytes") (memory (core memory $m "memory"))
            (realloc (core func $m "realloc"))))
        (core instance $more (export "wait" (func $wait)) (export "dice" (func $dice)))"#;
    let with = |grade| {
        run(&Parts {
            head,
            imports: "(import \"more\" \"wait\" (func $wait (param i64) (result i32)))
                      (import \"more\" \"dice\" (func $dice (param i64 i32)))",
            with: "(with \"more\" (instance $more))",
            grade,
            ..Parts::default()
        })
    };
    let once =
        with("(drop (call $wait (i64.const -1))) (call $dice (i64.const 8) (i32.const 512)) (i32.const 256)");
    assert!(once.is_ok(), "{once:?}");
    for grade in [
        "(loop (drop (call $wait (i64.const 1))) (br 0)) (unreachable)",
        "(call $dice (i64.const -1) (i32.const 512)) (i32.const 256)",
        "(call $dice (i64.const 0x7fffffff) (i32.const 512)) (i32.const 256)",
        "(loop (call $dice (i64.const 60000) (i32.const 512)) (br 0)) (unreachable)",
    ] {
        let answer = with(grade);
        assert!(answer.is_err(), "{grade}: {answer:?}");
    }
}

#[test]
fn components_that_cannot_be_run_say_why() {
    let many = "(core module $one) ".to_owned() + &"(core instance (instantiate $one)) ".repeat(300);
    let tables = "(core module $one (table 90000 funcref)) ".to_owned()
        + &"(core instance (instantiate $one)) ".repeat(100);
    for (head, what) in [
        (many.as_str(), "many instances"),
        (&tables, "many tables"),
        (
            "(core module $one (table 4000000000 funcref)) (core instance (instantiate $one))",
            "a giant table",
        ),
        (
            "(core module $one (memory 65536)) (core instance (instantiate $one))",
            "a giant memory",
        ),
    ] {
        let answer = run(&Parts {
            head,
            ..Parts::default()
        });
        assert!(answer.is_err(), "{what}: {answer:?}");
    }
    let base = text(&Parts::default());
    for (from, to, words) in [
        (
            "(export \"grade\" (func $grade)))",
            "(export \"grade\" (func $describe)))",
            "its exports have other types",
        ),
        (
            "(export \"log\" (func (param \"level\" $level) (param \"message\" string)))",
            "(export \"log\" (func (param \"level\" $level) (param \"message\" string))) (export \"more\" (func))",
            "more",
        ),
        (
            "(core module $memory",
            "(import \"wasi:cli/environment@0.2.0\" (instance (export \"get-secrets\" (func)))) (core module $memory",
            "get-secrets",
        ),
    ] {
        assert!(base.contains(from), "{from}");
        let answer = call(&base.replace(from, to)).answer;
        assert!(
            matches!(&answer, Err(Stopped::Invalid(message)) if message.contains(words)),
            "{words}: {answer:?}"
        );
    }
}

#[test]
fn a_program_may_be_a_component() {
    let program = |body: &str| {
        format!(
            r#"(component
            (core module $m (func (export "run") (result i32) {body}))
            (core instance $i (instantiate $m))
            (func $run (result (result)) (canon lift (core func $i "run")))
            (instance $r (export "run" (func $run)))
            (export "wasi:cli/run@0.2.3" (instance $r)))"#
        )
    };
    assert_eq!(
        call(&program("(i32.const 0)")).answer,
        Ok(ModuleAnswer::Text(String::new()))
    );
    assert_eq!(call(&program("(i32.const 1)")).answer, Err(Stopped::Exit(1)));
    assert_eq!(
        call(&program("unreachable")).answer,
        Err(Stopped::Trap(UNREACHABLE.to_owned()))
    );
}
