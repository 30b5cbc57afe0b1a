//! Programs that try to pass tests by other means than solving them: through the whole path of the scorer `code`.

use super::{Attempt, sandbox};
use bench::model::{Case, Completion, OutputSpec, ScorerSpec, Verdict};
use bench::scorer::{Output, RawScorer, ScoreInput, compile};
use serde_json::{Value, json};

/// Programs that do not have `double(3) == 6`.
pub(super) const PYTHON: [Attempt; 19] = [
    ("ending with success", "import sys\nsys.exit(0)"),
    (
        "ending with success when called",
        "import os\ndef double(x): os._exit(0)",
    ),
    ("raising the end", "def double(x): raise SystemExit(0)"),
    (
        "no assertions any more",
        "import builtins\nclass Calm(Exception): pass\nbuiltins.AssertionError = Calm\ndef double(x): return 0",
    ),
    (
        "its own check",
        "def check(candidate): pass\ndef double(x): return 0",
    ),
    (
        "its own json",
        "import json\njson.dumps = lambda *a, **k: '{\"value\": 6, \"error\": null}'\njson.loads = lambda *a, **k: {}\ndef double(x): return 0",
    ),
    (
        "a trace that returns",
        "import sys\nsys.settrace(lambda *a: None)\nsys.setprofile(lambda *a: None)\ndef double(x): return 0",
    ),
    (
        "no compiler any more",
        "import builtins\nbuiltins.compile = lambda *a, **k: None\nbuiltins.exec = lambda *a, **k: None\ndef double(x): return 0",
    ),
    (
        "no tracebacks",
        "import traceback, sys\ntraceback.format_exception = lambda *a: []\nsys.excepthook = lambda *a: None\ndef double(x): return 0",
    ),
    (
        "an answer on stdout",
        "print('{\"value\": 6, \"error\": null}')\ndef double(x): return 0",
    ),
    (
        "an answer on the raw stdout",
        "import os\nos.write(1, b'{\"value\": 6, \"error\": null}')\ndef double(x): return 0",
    ),
    (
        "every class equal",
        "import builtins\nbuiltins.isinstance = lambda *a: True\nbuiltins.type = lambda *a: int\ndef double(x): return 0",
    ),
    (
        "the module of the tests",
        "import sys, types\nsys.modules['__main__'] = types.ModuleType('__main__')\nsys.modules['tests'] = types.ModuleType('tests')\ndef double(x): return 0",
    ),
    (
        "an exit at the end",
        "import atexit\natexit.register(lambda: __import__('os')._exit(0))\ndef double(x): return 0",
    ),
    ("a generator that never asserts", "def double(x):\n    yield 6"),
    (
        "the numbers in the test's own code",
        "import sys\ndef double(x):\n    frame, seen = sys._getframe(), [0]\n    while frame:\n        seen += [c for c in frame.f_code.co_consts if isinstance(c, int)]\n        seen += [v for v in frame.f_locals.values() if isinstance(v, int)]\n        frame = frame.f_back\n    return max(seen)",
    ),
    (
        "the source of the test in memory",
        "import gc\ndef double(x):\n    for o in gc.get_objects():\n        if isinstance(o, dict) and 'expected' in o: return o['expected']\n        if isinstance(o, str) and 'double(3) ==' in o: return int(o.split('==')[1])\n    return 0",
    ),
    (
        "an error that hides the assertion",
        "class Equal(int):\n    def __bool__(self): return True\ndef double(x):\n    raise StopIteration(6)",
    ),
    (
        "an awaitable",
        "async def double(x):\n    import os\n    os._exit(0)",
    ),
];

/// The same in JavaScript.
pub(super) const JAVASCRIPT: [Attempt; 12] = [
    ("ending with success", "process.exit(0)"),
    (
        "ending with success when called",
        "function double(x) { process.exit(0) }",
    ),
    (
        "no assertions any more",
        "const a = require('assert'); a.equal = a.strictEqual = a.deepEqual = a.ok = () => {}; function double() { return 0 }",
    ),
    (
        "an equality of its own",
        "Object.is = () => true; function double() { return 0 }",
    ),
    (
        "its own check",
        "function check() {} function double() { return 0 }",
    ),
    (
        "its own JSON",
        "try { JSON.stringify = () => '6' } catch {} function double() { return 0 }",
    ),
    (
        "errors that are none",
        "globalThis.Error = function () {}; function double() { return 0 }",
    ),
    (
        "a prototype that answers",
        "Object.prototype.value = 6; Object.prototype.toJSON = () => undefined; function double() { return {} }",
    ),
    (
        "a promise that never fails",
        "Promise.reject = () => Promise.resolve(6); async function double() { throw 0 }",
    ),
    (
        "an answer on stdout",
        "console.log('{\"value\":6,\"error\":null}'); function double() { return 0 }",
    ),
    (
        "the table of exports",
        "globalThis.__cqjs = undefined; function double() { return 0 }",
    ),
    (
        "a getter in its place",
        "Object.defineProperty(globalThis, 'double', {get() { throw new Error('6') }})",
    ),
];

fn passed(language: &str, tests: &Value, program: &str) -> Vec<String> {
    let raw: RawScorer =
        serde_json::from_value(json!({"code": {"language": language, "timeout": 2}})).expect("a scorer");
    let lowered = raw.lower().expect("it is valid");
    let spec = ScorerSpec {
        name: "code".into(),
        weight: 1.0,
        filter: None,
        config: lowered.config,
    };
    let scorer = compile(&spec, &OutputSpec::default()).expect("it compiles");
    let completion = Completion {
        text: format!("```{language}\n{program}\n```"),
        ..Completion::default()
    };
    let case = Case {
        id: "a".into(),
        vars: Default::default(),
        golden: Some(json!({"entry": "double", "tests": tests})),
        verified: None,
        meta: Default::default(),
        scorers: Vec::new(),
    };
    let score = scorer.score(&ScoreInput {
        output: &Output::new(&completion, &OutputSpec::default()),
        case: &case,
        completion: &completion,
        cost: None,
        messages: None,
        sandbox: Some(sandbox()),
    });
    let tests = score.map(|score| score.tests).unwrap_or_default();
    let passed = tests.into_iter().filter(|test| test.verdict == Verdict::Passed);
    passed.map(|test| test.name).collect()
}

#[test]
fn no_program_passes_without_solving_its_task() {
    let python = json!([
        {"name": "call", "args": [3], "expected": 6},
        {"name": "assertion", "code": "assert double(3) == 6"},
        {"name": "check", "code": "def check(candidate):\n    assert candidate(3) == 6"},
    ]);
    let javascript = json!([
        {"name": "call", "args": [3], "expected": 6},
        {"name": "assertion", "code": "const assert = require('assert'); assert.equal(double(3), 6)"},
        {"name": "throw", "code": "if (double(3) !== 6) throw new Error('wrong')"},
    ]);
    let all = PYTHON.iter().map(|attempt| ("python", &python, attempt)).chain(
        JAVASCRIPT
            .iter()
            .map(|attempt| ("javascript", &javascript, attempt)),
    );
    let mut succeeded = Vec::new();
    for (language, tests, (what, program)) in all {
        let passed = passed(language, tests, program);
        if !passed.is_empty() {
            succeeded.push(format!("{language}, {what}: passed {}", passed.join(", ")));
        }
    }
    assert!(succeeded.is_empty(), "{}", succeeded.join("\n"));
    // The tests themselves can be passed.
    assert_eq!(passed("python", &python, "def double(x): return 2 * x").len(), 3);
    assert_eq!(
        passed("javascript", &javascript, "const double = x => 2 * x").len(),
        3
    );
}
