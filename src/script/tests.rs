//! What the front end makes of programs.

use super::*;

fn js(source: &str) -> Script {
    to_commonjs(source, "x.js", Dialect::JavaScript).unwrap()
}

fn ts(source: &str) -> Script {
    to_commonjs(source, "x.ts", Dialect::TypeScript).unwrap()
}

/// The text without the marks before statements.
fn unmarked(text: &str) -> String {
    text.replace("0;", "")
}

/// The text without marks and the spaces that blanked types leave.
fn tight(text: &str) -> String {
    unmarked(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn commonjs_passes_unchanged() {
    let source = "#!/usr/bin/env node\nconst f = require('./lib/f');\nmodule.exports = (o) => f(o); // end";
    let script = js(source);
    assert_eq!(unmarked(&script.text), source);
    assert_eq!(script.requires, ["./lib/f"]);
    assert_eq!(js("if (x) return 1;\n").text, "0;if (x) return 1;\n");
}

#[test]
fn the_name_of_a_file_says_its_language() {
    assert_eq!(Dialect::of("a/b.mjs"), Some(Dialect::JavaScript));
    assert_eq!(Dialect::of("a/b.CTS"), Some(Dialect::TypeScript));
    assert_eq!(Dialect::of("a.py"), None);
}

#[test]
fn modules_become_commonjs_line_by_line() {
    let source = "import d, { y as z } from './lib.js';\nimport * as ns from\n  './ns';\nexport default function grade(o) {\n  return z(d, ns, o);\n}\nexport const [a, b] = [1, 2];\nexport { a as c };\nexport * from './all';\nexport { q as default2 } from './q';\n";
    let script = js(source);
    assert_eq!(script.requires, ["./lib.js", "./ns", "./all", "./q"]);
    let text = unmarked(&script.text);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), source.lines().count());
    assert!(lines[0].starts_with("\"use strict\";"), "{}", lines[0]);
    assert_eq!(lines[3].trim(), "function grade(o) {");
    assert_eq!(lines[4], "  return z(d, ns, o);");
    assert!(
        lines[0].contains("get(){return grade}") && lines[0].contains("\"c\""),
        "{}",
        lines[0]
    );
    assert!(lines[6].trim().starts_with("const [a, b]"));
}

#[test]
fn types_leave_no_trace_and_no_line_moves() {
    let source = "import type { T } from './types';\nimport { U, v } from './u';\ninterface A { x: number }\ntype B = A | U;\nabstract class C<X> extends D<X> implements A {\n  private readonly x: number = 1;\n  y?: string;\n  abstract m(): void;\n  constructor(a: number, b?: string) { super(); }\n  get<T>(this: C<X>, k: keyof T): T { return v(k as any)! as T; }\n}\nexport function f(a: string, ...r: number[]): a is 'x';\nexport function f(a: any): boolean { return <boolean>a satisfies boolean; }\nlet n!: number;\nconst g = async <T,>(x: T): Promise<T> => x;\n";
    let script = ts(source);
    assert_eq!(script.requires, ["./u"]);
    assert_eq!(script.text.lines().count(), source.lines().count());
    let text = tight(&script.text);
    for gone in [
        "interface",
        "type B",
        "implements",
        "private",
        "number",
        "satisfies",
        "abstract",
        "keyof",
        "!:",
        "?:",
    ] {
        assert!(!text.contains(gone), "{gone} in {text}");
    }
    assert!(text.contains("class C extends D {"), "{text}");
    assert!(
        text.contains("get ( k ) { return v(k ) ; }") || text.contains("get( k ) { return v(k ) ; }"),
        "{text}"
    );
    js(&script.text);
}

#[test]
fn enumerations_are_printed_and_lines_lead_back() {
    let source =
        "enum Level {\n  Low = 1,\n  High\n}\n\nexport default (o: string) => {\n  return Level.High;\n};\n";
    let script = ts(source);
    assert!(!script.text.contains("enum "), "{}", script.text);
    let at = script
        .text
        .lines()
        .position(|line| line.contains("return Level.High"))
        .unwrap();
    assert_eq!(script.line_of(u32::try_from(at).unwrap() + 1), 7);
}

#[test]
fn an_answer_gives_its_names() {
    let source = "import assert from 'node:assert';\nfunction f() {}\nclass P {}\nconst k = 1;\nlet n = 0;\nmain() // go";
    let script = answer(source, "answer.js", Dialect::JavaScript).unwrap();
    assert_eq!(script.names, ["P", "assert", "f", "k", "n"]);
    let last = script.text.lines().last().unwrap();
    assert!(
        last.contains("get k(){return k},get n()") && last.contains("set n(v){n=v}"),
        "{last}"
    );
    assert!(script.text.contains("__bench_wait(main())"));
    assert_eq!(script.requires, ["node:assert"]);
}

#[test]
fn dynamic_imports_are_requires_that_are_waited_for() {
    let script = js("const x = await import('./x');\nconst u = import.meta.url;");
    assert_eq!(script.requires, ["./x"]);
    assert!(
        unmarked(&script.text).starts_with("const x = await (async(s)=>require(s))('./x');"),
        "{}",
        script.text
    );
    assert!(!script.text.contains("import.meta"));
}

#[test]
fn an_error_has_its_place() {
    let error = to_commonjs(
        "const a = 1;\nlet é = 'x' ;;; = 2;\n",
        "s.js",
        Dialect::JavaScript,
    )
    .unwrap_err();
    assert_eq!(
        (error.file.as_str(), error.line, error.text.as_str()),
        ("s.js", 2, "let é = 'x' ;;; = 2;")
    );
    assert_eq!(error.column, 17);
    assert!(requires("let = = =", Dialect::TypeScript).is_empty());
}

#[test]
fn lines_lead_back_behind_an_enumeration_of_one_line() {
    let source = "enum Kind { a, b }\n\nexport default (output: string): number => {\n  const missing: any = undefined;\n  return missing.length;\n};\n";
    let script = ts(source);
    for (line, text) in (1..).zip(script.text.lines()) {
        for (words, wanted) in [("const missing", 4), ("return missing", 5)] {
            if text.contains(words) {
                assert_eq!(script.line_of(line), wanted, "{words} in\n{}", script.text);
            }
        }
    }
}
