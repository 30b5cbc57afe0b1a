//! What a user of the Python interpreter sees: results, tracebacks, imports, output, and programs under test.

use super::*;

fn limits() -> Limits {
    Limits {
        time: std::time::Duration::from_secs(20),
        ..Limits::default()
    }
}

/// Several requests to one instance.
fn session(requests: &[Value]) -> Vec<Value> {
    let mut session = sandbox().open(Guest::Python, &limits()).unwrap();
    requests
        .iter()
        .map(|request| serde_json::from_str(&session.call(&request.to_string()).unwrap()).unwrap())
        .collect()
}

/// Scores with a file, and files beside it.
fn file(source: &str, entry: Option<&str>, modules: Value) -> Value {
    session(&[json!({
        "do": "score",
        "program": {"file": "scorers/own.py", "source": source, "form": "module", "entry": entry},
        "modules": modules, "output": "a b c",
        "context": {"golden": "c", "vars": {"x": 40}, "config": {}, "meta": {}, "json": null, "prompt": "Say it."},
    })])
    .remove(0)
}

fn code(source: &str) -> Value {
    inline(Guest::Python, &limits(), source).unwrap()
}

/// Loads a program and runs tests on it; their answers.
fn tests(program: &str, tests: &[&str]) -> Vec<Value> {
    let mut requests = vec![json!({
        "do": "load", "modules": {},
        "program": {"file": "solution.py", "source": program, "form": "module", "entry": null},
    })];
    requests.extend(
        tests
            .iter()
            .map(|source| json!({"do": "test", "file": "tests.py", "source": source, "entry": "f"})),
    );
    let mut answers = session(&requests);
    answers.remove(0);
    answers
}

/// The error of one test on a program.
fn failure(program: &str, test: &str) -> Value {
    tests(program, &[test]).remove(0)["error"].clone()
}

fn assert_holds(text: &Value, words: &[&str]) {
    let text = text.to_string();
    for word in words {
        assert!(text.contains(word), "{text}\nlacks {word}");
    }
}

#[test]
fn code_in_a_task_is_an_expression_or_lines() {
    for (source, wanted) in [
        ("len(output)", json!(10)),
        (
            "words = output.split()\nif words:\n    return len(words) / 4\nreturn 0",
            json!(0.5),
        ),
        ("n = 1\nn + golden", json!(2)),
        ("lambda output, context: context['golden']", json!(1)),
        ("json.loads('[1]')", json!([1])),
        ("import json\nreturn json.loads('2')", json!(2)),
        ("import asyncio\nawait asyncio.sleep(60)\nreturn 1", json!(1)),
        ("text = '''a\n  b'''\nreturn text", json!("a\n  b")),
    ] {
        let answer = code(source);
        assert_eq!(answer["value"], wanted, "{source}: {answer}");
    }
}

#[test]
fn a_file_is_called_by_its_entry_with_what_it_takes() {
    for (source, entry, wanted) in [
        (
            "def get_assert(output, context): return context['vars']['x']",
            None,
            json!(40),
        ),
        ("def grade(output): return len(output)", None, json!(5)),
        ("async def score(output, context): return True", None, json!(true)),
        (
            "def mine(output, context, golden, *, vars, **rest): return [golden, vars['x'], rest['prompt']]",
            Some("mine"),
            json!(["c", 40, "Say it."]),
        ),
        (
            "class Own:\n    def __call__(self, output, context): return output\nscore = Own()",
            None,
            json!("a b c"),
        ),
    ] {
        let answer = file(source, entry, json!({}));
        assert_eq!(answer["value"], wanted, "{source}: {answer}");
    }
    let answer = file("def other(output): pass", None, json!({}));
    assert_eq!(answer["error"]["kind"], "missing", "{answer}");
    assert_holds(
        &answer["error"]["message"],
        &["scorers/own.py", "other", "get_assert"],
    );
    let answer = file("def other(output): pass", Some("mine"), json!({}));
    assert_holds(&answer["error"]["message"], &["`mine`", "other"]);
}

#[test]
fn results_of_many_kinds_are_read() {
    let wanted = json!({"score": 0.5, "pass": true, "reason": "r", "named": {"a": 1}});
    for source in [
        "return {'score': 0.5, 'pass': True, 'reason': 'r', 'namedScores': {'a': 1}, 'componentResults': {1, 2}}",
        "import dataclasses\n@dataclasses.dataclass\nclass R:\n    score: float\n    pass_: bool\n    reason: str\n    named_scores: dict\nreturn R(0.5, True, 'r', {'a': 1})",
        "import collections\nR = collections.namedtuple('R', 'score pass_ reason named')\nfrom fractions import Fraction\nreturn R(Fraction(1, 2), True, 'r', {'a': 1})",
        "class R: pass\nr = R()\nr.score, r.pass_, r.reason, r.named = 0.5, True, 'r', {'a': 1}\nreturn r",
    ] {
        let answer = code(source);
        assert_eq!(answer["value"], wanted, "{source}: {answer}");
    }
    for (source, words) in [
        ("None", &["returned nothing", "score"][..]),
        ("float('nan')", &["nan"]),
        ("{'score': float('inf')}", &["inf", "score"]),
        ("{1, 2}", &["set", "list"]),
        ("b'a'", &["bytes"]),
        ("object()", &["`object`"]),
        ("print", &["function", "called"]),
        ("a = []\na.append(a)\nreturn a", &["contains itself"]),
        ("10 ** 400", &["too large"]),
    ] {
        let answer = code(source);
        assert_eq!(answer["error"]["kind"], "value", "{source}: {answer}");
        assert_holds(&answer["error"]["message"], words);
    }
}

#[test]
fn an_error_names_the_users_own_lines() {
    let helper = "import json\n\ndef read(text):\n    é = 1; return json.loads(text)\n";
    let answer = file(
        "import helper\n\ndef get_assert(output, context):\n    return helper.read(output)\n",
        None,
        json!({"helper.py": helper}),
    );
    let error = &answer["error"];
    assert_eq!(error["type"], "JSONDecodeError", "{error}");
    assert_eq!(error["file"], "scorers/helper.py", "{error}");
    assert_eq!(
        (&error["line"], &error["column"]),
        (&json!(4), &json!(19)),
        "{error}"
    );
    let trace: Vec<_> = error["trace"]
        .as_array()
        .unwrap()
        .iter()
        .map(|frame| (&frame["file"], &frame["line"], &frame["function"]))
        .collect();
    assert_eq!(
        trace,
        [
            (&json!("scorers/own.py"), &json!(4), &json!("get_assert")),
            (&json!("scorers/helper.py"), &json!(4), &json!("read")),
        ]
    );
    for (source, kind, line, text) in [
        ("x = 1\ny = (\n", "syntax", 2, "y = ("),
        (
            "def f(x): return f(x)\nreturn f(1)",
            "recursion",
            1,
            "def f(x): return f(x)",
        ),
        (
            "x = 1\nassert (\n    x\n    == 2\n), 'no'\nreturn 1",
            "assertion",
            3,
            "x == 2",
        ),
        ("import sys\nsys.exit(3)", "exit", 2, "sys.exit(3)"),
        ("import os\nos._exit(0)", "exit", 2, "os._exit(0)"),
        ("import numpy\nreturn 1", "missing", 1, "import numpy"),
        (
            "class E(BaseException):\n    def __str__(self): raise self\nraise E()",
            "exception",
            3,
            "raise E()",
        ),
    ] {
        let answer = code(source);
        let error = &answer["error"];
        assert_eq!(error["kind"], kind, "{source}: {answer}");
        assert_eq!(error["file"], "code", "{source}: {error}");
        assert_eq!(error["line"], line, "{source}: {error}");
        assert_eq!(error["text"], text, "{source}: {error}");
    }
    assert_holds(
        &code("import numpy")["error"]["message"],
        &["`numpy`", "standard library"],
    );
}

#[test]
fn files_beside_a_scorer_are_modules() {
    let own = "from lib.words import count\nimport near\nimport statistics\nimport own\n\ndef get_assert(output, context):\n    return [count(output), near.LEVEL, statistics.mean, own.get_assert is get_assert]\n";
    let modules = json!({
        "lib/words.py": "from .deep.split import parts\n\ndef count(text):\n    return len(parts(text))\n",
        "lib/deep/__init__.py": "",
        "lib/deep/split.py": "from .. import words\n\ndef parts(text):\n    return text.split()\n",
        "near.py": "LEVEL = 'easy'\n",
        "statistics.py": "mean = 'a file before the library'\n",
    });
    let answer = file(own, None, modules);
    assert_eq!(
        answer["value"],
        json!([3, "easy", "a file before the library", true]),
        "{answer}"
    );
    let answer = file(
        "import os\ndef get_assert(output, context): return 1",
        None,
        json!({"os.py": ""}),
    );
    assert_holds(&answer["error"]["message"], &["scorers/os.py", "another name"]);
    let answer = file(
        "import near\ndef get_assert(output, context): return 1",
        None,
        json!({"near.py": "x = 1\ny = (\n"}),
    );
    assert_eq!(
        (
            &answer["error"]["kind"],
            &answer["error"]["file"],
            &answer["error"]["line"]
        ),
        (&json!("syntax"), &json!("scorers/near.py"), &json!(2))
    );
}

#[test]
fn what_is_printed_is_kept_up_to_a_limit() {
    let answer = code(
        "import sys, os, logging\nprint('a')\nsys.__stdout__.write('b')\nos.write(1, b'c')\nsys.stdout.buffer.write(b'd')\nos.write(2, b'e')\nlogging.warning('f')\nreturn 1",
    );
    assert_eq!(answer["stdout"], "a\nbcd", "{answer}");
    assert_eq!(answer["stderr"], "eWARNING:root:f\n", "{answer}");
    assert_eq!(answer["cut"], false);
    let answer = code("for _ in range(100): print('x' * 100000)\nreturn 1");
    assert_eq!(answer["error"]["type"], "OutputLimit");
    assert_eq!(answer["cut"], true);
    assert_eq!(answer["stdout"].as_str().unwrap().len(), 1 << 20);
}

#[test]
fn what_there_is_not_is_said() {
    for (source, words) in [
        (
            "open('data.txt')",
            &["FileNotFoundError", "no files", "data.txt"][..],
        ),
        (
            "import pathlib\npathlib.Path('a').write_text('b')",
            &["PermissionError", "no files"],
        ),
        (
            "import tempfile\ntempfile.TemporaryFile()",
            &["FileNotFoundError"],
        ),
        ("input()", &["EOFError", "no input"]),
        (
            "import threading\nthreading.Thread(target=print).start()",
            &["RuntimeError", "no threads"],
        ),
        ("import subprocess\nsubprocess.run(['ls'])", &["Error"]),
        ("import wit_world", &["no module"]),
        ("import componentize_py_runtime", &["ImportError"]),
    ] {
        let answer = code(source);
        assert_holds(&answer["error"], words);
    }
    assert_eq!(
        code("import os, sys\nreturn [dict(os.environ), sys.argv]")["value"],
        json!([{}, ["program"]])
    );
}

#[test]
fn the_library_is_there() {
    let source = "import argparse, ast, base64, bisect, calendar, collections, copy, csv, dataclasses, datetime, decimal, difflib, email, enum, fractions, functools, \
        graphlib, hashlib, heapq, html.parser, inspect, io, itertools, json, logging, math, operator, pathlib, pickle, pprint, queue, random, re, secrets, shlex, \
        sqlite3, statistics, string, struct, textwrap, timeit, tomllib, traceback, typing, unicodedata, unittest.mock, urllib.parse, uuid, xml.etree.ElementTree, \
        zipfile, zlib, zoneinfo, concurrent.futures, asyncio, email.mime.text, json.tool, http.cookies\n\
        rows = sqlite3.connect(':memory:').execute('select 1 + 1').fetchall()\n\
        tree = xml.etree.ElementTree.fromstring('<a><b/></a>')\n\
        return [rows, tree[0].tag, hashlib.sha256(b'').hexdigest()[:4], statistics.mean([1, 2]), str(decimal.Decimal(1) / 8)]";
    assert_eq!(code(source)["value"], json!([[[2]], "b", "e3b0", 1.5, "0.125"]));
}

#[test]
fn a_failed_test_says_what_it_compared() {
    let program = "def f(a, b):\n    return a + b\n\nasync def later(x):\n    return x\n\nif __name__ == '__main__':\n    raise SystemExit(1)\n";
    for (test, wanted) in [
        ("assert f(1, 2) == 3", Value::Null),
        (
            "from solution import f as g\nassert g('a', 'b') == 'ab'",
            Value::Null,
        ),
        (
            "def check(candidate):\n    assert candidate(1, 2) == 3",
            Value::Null,
        ),
        ("assert f(1, 2) == 4", json!("3 != 4")),
        ("assert f(1, 2) == 4, 'sum'", json!("sum (3 != 4)")),
        ("assert f(1, 2) > 4", json!("not 3 > 4")),
        ("assert f('a', 'b') in ['a']", json!("'ab' not in ['a']")),
        (
            "def check(candidate):\n    for n in range(2):\n        assert candidate(n, n) == 0",
            json!("2 != 0"),
        ),
        ("assert await later(1) == 2", json!("1 != 2")),
        (
            "class R:\n    def __repr__(self): raise SystemExit\nassert R() == 1",
            json!("<R whose text cannot be read> != 1"),
        ),
    ] {
        let error = failure(program, test);
        assert_eq!(error["message"], wanted, "{test}: {error}");
        if !error.is_null() {
            assert_eq!(error["kind"], "assertion");
            assert_eq!(error["file"], "tests.py");
            assert_holds(&error["text"], &["assert"]);
        }
    }
    let long = failure("def f(x): return [x] * 1000000", "assert f('y' * 1000) == 1");
    assert!(long["message"].as_str().unwrap().len() < 1000, "{long}");
    let error = failure("def f(x): return 1 / x", "assert f(0) == 1");
    assert_eq!(
        (&error["file"], &error["type"]),
        (&json!("solution.py"), &json!("ZeroDivisionError"))
    );
}

#[test]
fn tests_have_names_of_their_own() {
    let program = "seen = []\n\ndef f(x):\n    seen.append(x)\n    return len(seen)\n";
    let answers = tests(
        program,
        &[
            "f = None\nseen = None\nassert f is seen",
            "assert f(1) == 1",
            "assert f(1) == 2",
            "assert seen == [1, 1]",
        ],
    );
    for answer in answers {
        assert_eq!(answer["error"], Value::Null, "{answer}");
    }
}

#[test]
fn a_function_of_a_program_is_called_with_values() {
    let program = json!({
        "do": "load", "modules": {},
        "program": {"file": "solution.py", "source": "def f(a): return (a, {'k': (1, 2)})\nasync def g(): return 1\ndef s(): return {1}\ndef n(): return None\n", "form": "module", "entry": null},
    });
    let call = |entry: &str, args: Value| json!({"do": "call", "entry": entry, "args": args});
    let answers = session(&[
        program,
        call("f", json!([[1]])),
        call("g", json!([])),
        call("n", json!([])),
        call("s", json!([])),
        call("h", json!([])),
        call("f", json!([])),
    ]);
    assert_eq!(answers[1]["value"], json!([[1], {"k": [1, 2]}]));
    assert_eq!(answers[2]["value"], 1);
    assert_eq!(
        (&answers[3]["value"], &answers[3]["error"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(answers[4]["error"]["kind"], "value");
    assert_eq!(answers[5]["error"]["kind"], "missing");
    assert_holds(&answers[5]["error"]["message"], &["`h`", "f, g, s, n"]);
    assert_eq!(answers[6]["error"]["type"], "TypeError");
}
