//! What is taken for the program, and what becomes of it in its tests.

mod mistakes;

use super::exercise::{Exercise, read};
use super::extract::program;
use super::options::{CodeLanguage, CodeOptions, Given};
use super::runner::runner;
use crate::model::{Case, Completion, OutputSpec, Score, ScorerError, ScorerSpec, Verdict};
use crate::sandbox::Sandbox;
use crate::scorer::{Output, ScoreInput, ScorerConfig, compile};
use serde_json::{Value, json};
use std::sync::{Arc, LazyLock};

const PYTHON: CodeLanguage = CodeLanguage::Python;

fn case(golden: Value) -> Case {
    Case {
        id: "a".into(),
        vars: [("tests".to_owned(), json!(["assert f() == 1"]))]
            .into_iter()
            .collect(),
        golden: Some(golden),
        verified: None,
        meta: Default::default(),
        scorers: Vec::new(),
    }
}

fn options(language: CodeLanguage) -> CodeOptions {
    CodeOptions {
        language: Some(language),
        ..CodeOptions::default()
    }
}

fn exercise(golden: Value) -> Exercise {
    read(&options(PYTHON), &case(golden)).unwrap()
}

fn taken(answer: &str, golden: Value) -> Option<String> {
    program(answer, runner(PYTHON), &exercise(golden))
}

#[test]
fn the_block_that_defines_the_function_is_the_program() {
    let golden = json!({"entry": "f", "tests": "assert f() == 1"});
    let answer = "First:\n```bash\npip install x\n```\nThen\n```python\ndef f():\n    return 1\n```\nUse it:\n```python\nprint(f())\n```\n";
    assert_eq!(
        taken(answer, golden.clone()).as_deref(),
        Some("def f():\n    return 1")
    );
    // Without a name the tests tell it.
    assert_eq!(
        taken(answer, json!(["assert f() == 1"])).as_deref(),
        Some("def f():\n    return 1")
    );
    let draft = "<think>\n```python\ndef f(): return 0\n```\n</think>\n```\ndef f(): return 1\n```";
    assert_eq!(taken(draft, golden.clone()).as_deref(), Some("def f(): return 1"));
    let listed = "1. Solution:\n\n   ```python\n   def f():\n       return 1\n   ```\n";
    assert_eq!(
        taken(listed, golden.clone()).as_deref(),
        Some("def f():\n    return 1")
    );
    let wrapped = "````markdown\n# Answer\n```python\ndef f(): return 1\n```\n````";
    assert_eq!(
        taken(wrapped, golden.clone()).as_deref(),
        Some("def f(): return 1")
    );
    let corrected = "```python\ndef f(): return 0\n```\nNo, better:\n```python\ndef f(): return 1\n```";
    assert_eq!(
        taken(corrected, golden.clone()).as_deref(),
        Some("def f(): return 1")
    );
    assert_eq!(taken("```rust\nfn f() {}\n```", golden), None);
}

#[test]
fn code_without_a_fence_is_found_between_sentences() {
    let golden = json!({"entry": "f", "tests": "assert f() == 1"});
    let answer = "Sure! Here is the function.\n\nimport math\n\ndef f():\n    return 1\n\nThis works because one is one.\n";
    assert_eq!(
        taken(answer, golden.clone()).as_deref(),
        Some("import math\n\ndef f():\n    return 1\n\n")
    );
    assert_eq!(
        taken("f = lambda: 1", golden.clone()).as_deref(),
        Some("f = lambda: 1")
    );
    for prose in ["I cannot do that.", "From my point of view it is easy.", "  \n"] {
        assert_eq!(taken(prose, golden.clone()), None, "{prose}");
    }
}

#[test]
fn an_answer_may_go_on_from_the_prefix_or_write_it_anew() {
    let prefix = "import math\n\ndef f(x):\n    \"\"\"One.\"\"\"\n";
    let golden = json!({"entry": "f", "prefix": prefix, "tests": "assert f() == 1"});
    for (answer, wanted) in [
        ("    return 1\n", format!("{prefix}    return 1\n")),
        // The indent that an API cut off is put back.
        (
            "if x:\n        return 1\n    return 2",
            format!("{prefix}    if x:\n        return 1\n    return 2"),
        ),
        (
            "```python\ndef f(x):\n    return math.e\n```",
            "import math\n\ndef f(x):\n    return math.e".to_owned(),
        ),
        ("\treturn 1", format!("{prefix}\treturn 1")),
    ] {
        assert_eq!(taken(answer, golden.clone()), Some(wanted), "{answer}");
    }
}

#[test]
fn javascript_programs_are_found_too() {
    let exercise = read(
        &options(CodeLanguage::TypeScript),
        &case(json!({"entry": "f", "tests": "assert(f())"})),
    )
    .unwrap();
    for code in [
        "export default async function f(a: number) { return a }",
        "export const f = (a: number) => a;",
        "class f {}",
        "module.exports.f = a => a;",
        "function* f() {}",
    ] {
        let answer = format!("```ts\nconst g = 1;\n```\n```ts\n{code}\n```\n```ts\nf(1)\n```");
        assert_eq!(
            program(&answer, runner(CodeLanguage::TypeScript), &exercise).as_deref(),
            Some(code)
        );
    }
    let bare = "Here you are:\nconst f = () => 1;\n";
    assert_eq!(
        program(bare, runner(CodeLanguage::JavaScript), &exercise).as_deref(),
        Some("const f = () => 1;\n")
    );
}

#[test]
fn what_a_case_lacks_is_said() {
    let told = |options: CodeOptions, golden: Value| read(&options, &case(golden)).unwrap_err();
    let path = |path: &str| Some(Given(json!({"path": path})));
    for (golden, words) in [
        (json!({"entry": "f"}), "no field `tests`"),
        (json!([]), "no test"),
        (json!(" "), "empty"),
        (json!(7), "neither a text nor a list"),
        (json!([{"args": [1], "expected": 2}]), "need `entry`"),
        (
            json!({"entry": "f", "tests": [{"args": 1, "expected": 2}]}),
            "list of one",
        ),
        (
            json!({"entry": "f", "tests": [{"arguments": []}]}),
            "unknown key `arguments`",
        ),
        (json!({"entry": "f g", "tests": "1"}), "not the name"),
        (
            json!({"entry": "f", "tests": [{"args": [], "expected": 1, "raises": "E"}]}),
            "write code",
        ),
    ] {
        let message = told(options(PYTHON), golden.clone());
        assert!(message.contains(words), "{golden}: {message}");
    }
    let with = |tests| CodeOptions {
        tests,
        ..options(PYTHON)
    };
    assert!(told(with(path("meta.tests")), json!("x")).contains("nothing at `meta.tests`"));
    let found = read(&with(path("vars.tests")), &case(json!("x"))).unwrap();
    assert!(found.mentions("f") && !found.mentions("assert_f"));
}

fn sandbox() -> &'static Arc<Sandbox> {
    static SANDBOX: LazyLock<Arc<Sandbox>> = LazyLock::new(|| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/target/sandbox-cache");
        Sandbox::new(Some(folder.into()), 2)
    });
    &SANDBOX
}

fn graded(options: CodeOptions, golden: Value, answer: &str) -> Result<Score, ScorerError> {
    graded_case(options, &case(golden), answer)
}

fn graded_case(options: CodeOptions, case: &Case, answer: &str) -> Result<Score, ScorerError> {
    let spec = ScorerSpec {
        name: "code".into(),
        weight: 1.0,
        filter: None,
        config: ScorerConfig::Code(options),
    };
    let scorer = compile(&spec, &OutputSpec::default()).unwrap();
    let completion = Completion {
        text: answer.to_owned(),
        ..Completion::default()
    };
    scorer.score(&ScoreInput {
        output: &Output::new(&completion, &OutputSpec::default()),
        case,
        completion: &completion,
        cost: None,
        messages: None,
        sandbox: Some(sandbox()),
    })
}

/// How each test ended.
fn verdicts(language: CodeLanguage, golden: Value, answer: &str) -> Vec<Verdict> {
    let options = CodeOptions {
        timeout: Some(2.0),
        ..options(language)
    };
    let score = graded(options, golden, answer).unwrap();
    let passed = score
        .tests
        .iter()
        .filter(|test| test.verdict == Verdict::Passed)
        .count();
    assert_eq!(score.value, passed as f64 / score.tests.len() as f64, "{score:?}");
    score.tests.iter().map(|test| test.verdict).collect()
}

#[test]
fn each_way_to_fail_has_its_own_name() {
    use Verdict::*;
    let python = json!({"entry": "f", "tests": [
        {"args": [2], "expected": 4},
        "assert f(3) == 9",
        {"args": ["x"], "raises": "TypeError"},
    ]});
    let script = json!({"entry": "f", "tests": [
        {"args": [2], "expected": 4},
        "const assert = require('assert'); assert.equal(f(3), 9)",
        {"args": ["x"], "raises": "TypeError"},
    ]});
    let check = "if (typeof x !== 'number') throw new TypeError('no');";
    for (language, golden, answer, wanted) in [
        (
            PYTHON,
            &python,
            "def f(x): return x * x".to_owned(),
            vec![Passed, Passed, Passed],
        ),
        (
            PYTHON,
            &python,
            "def f(x): return x + 2".to_owned(),
            vec![Passed, Wrong, Passed],
        ),
        (
            PYTHON,
            &python,
            "def f(x): return str(x)".to_owned(),
            vec![Wrong, Wrong, Wrong],
        ),
        (PYTHON, &python, "def f(x) return x".to_owned(), vec![Syntax; 3]),
        (PYTHON, &python, "def g(x): return x".to_owned(), vec![Raises; 3]),
        (
            PYTHON,
            &python,
            "import numpy\ndef f(x): return x * x".to_owned(),
            vec![Raises; 3],
        ),
        (
            PYTHON,
            &python,
            "def f(x): return x / 0".to_owned(),
            vec![Raises, Raises, Passed],
        ),
        (
            PYTHON,
            &python,
            "import time\ndef f(x):\n    time.sleep(60)\n    return x * x".to_owned(),
            vec![Time; 3],
        ),
        (
            PYTHON,
            &python,
            "def f(x):\n    while True: pass".to_owned(),
            vec![Time; 3],
        ),
        (
            PYTHON,
            &python,
            "def f(x): return [0] * 10**9".to_owned(),
            vec![Memory, Memory, Memory],
        ),
        (
            PYTHON,
            &python,
            "import sys\ndef f(x): sys.exit(0)".to_owned(),
            vec![Raises, Raises, Raises],
        ),
        (
            CodeLanguage::JavaScript,
            &script,
            format!("function f(x) {{ {check} return x * x; }}"),
            vec![Passed; 3],
        ),
        (
            CodeLanguage::JavaScript,
            &script,
            format!("const f = (x) => {{ {check} return x + 2; }};"),
            vec![Passed, Wrong, Passed],
        ),
        (
            CodeLanguage::JavaScript,
            &script,
            "function f(x { return x }".to_owned(),
            vec![Syntax; 3],
        ),
        (
            CodeLanguage::JavaScript,
            &script,
            "function f(x) { return x.y.z }".to_owned(),
            vec![Raises, Raises, Passed],
        ),
        (
            CodeLanguage::JavaScript,
            &script,
            "function f(x) { for (;;) {} }".to_owned(),
            vec![Time; 3],
        ),
        (
            CodeLanguage::JavaScript,
            &script,
            "const f = x => new Promise(d => setTimeout(() => d(x * x), 60000));".to_owned(),
            // The second test does not wait for the promise.
            vec![Time, Wrong, Time],
        ),
        (
            CodeLanguage::TypeScript,
            &script,
            format!("export function f(x: number): number {{ {check} return x * x; }}"),
            vec![Passed; 3],
        ),
    ] {
        let answer = format!("```\n{answer}\n```");
        assert_eq!(verdicts(language, golden.clone(), &answer), wanted, "{answer}");
    }
}

#[test]
fn tests_that_are_only_defined_are_run() {
    let golden = json!({"entry": "f", "tests": [
        "def test_one():\n    assert f(1) == 2\n",
        "import unittest\nclass Tests(unittest.TestCase):\n    def test_one(self):\n        self.assertEqual(f(1), 2)\n",
    ]});
    for (program, wanted) in [
        ("def f(x): return x + 1", Verdict::Passed),
        ("def f(x): return x", Verdict::Wrong),
        ("def test_one(): pass\nf = int", Verdict::Wrong),
    ] {
        let answer = format!("```python\n{program}\n```");
        assert_eq!(
            verdicts(PYTHON, golden.clone(), &answer),
            [wanted; 2],
            "{program}"
        );
    }
}

#[test]
fn a_program_cannot_talk_its_tests_into_passing() {
    let golden = json!({"entry": "f", "tests": [
        {"args": [1], "expected": 2},
        "def check(candidate):\n    assert candidate(1) == 2\n",
    ]});
    for answer in [
        "import sys\nsys.exit(0)",
        "import os\ndef f(x): os._exit(0)",
        "import builtins\nclass A(Exception): pass\nbuiltins.AssertionError = A\ndef f(x): return 0",
        "def check(candidate): pass\ndef f(x): return 0",
        "import json\njson.dumps = lambda *a, **k: '{\"value\": 2, \"error\": null}'\ndef f(x): return 0",
        "raise SystemExit",
        "def f(x): raise SystemExit(0)",
    ] {
        let found = verdicts(PYTHON, golden.clone(), &format!("```python\n{answer}\n```"));
        assert!(
            found.iter().all(|verdict| *verdict != Verdict::Passed),
            "{answer}: {found:?}"
        );
    }
}

#[test]
fn no_code_is_no_score_and_a_broken_test_is_the_scorers_failure() {
    let golden = json!({"entry": "f", "tests": ["assert f() == 1"]});
    let silent = graded(options(PYTHON), golden, "I am sorry.").unwrap_err();
    assert!(silent.unparseable, "{silent:?}");
    for (language, test) in [
        (PYTHON, "assert f( == 1"),
        (CodeLanguage::JavaScript, "assert(f("),
    ] {
        let golden = json!({"entry": "f", "tests": [test]});
        let answer = match language {
            PYTHON => "def f(): return 1",
            _ => "const f = () => 1;",
        };
        let error = graded(options(language), golden, answer).unwrap_err();
        assert!(
            !error.unparseable && error.message.contains("test does not parse"),
            "{error:?}"
        );
        assert!(error.message.contains("test-1"), "{error:?}");
    }
    // Also behind a test that fails.
    let golden = json!({"entry": "f", "tests": ["assert f() == 2", "assert f( == 1"]});
    let error = graded(options(PYTHON), golden, "def f(): return 1").unwrap_err();
    assert!(error.message.contains("test-2"), "{error:?}");
}

#[test]
fn a_program_cannot_blame_its_test() {
    let golden = json!({"entry": "f", "tests": ["assert f() == 1"]});
    for answer in [
        "def f(): raise SyntaxError('no', ('test-1.py', 1, 1, 'assert'))",
        "def f(): exec(compile('1 +', 'test-1.py', 'exec'))",
    ] {
        let found = verdicts(PYTHON, golden.clone(), answer);
        assert_eq!(found, [Verdict::Raises], "{answer}");
    }
}

#[test]
fn what_a_program_prints_is_kept_short_and_harmless() {
    let golden = json!({"entry": "f", "tests": [{"args": [], "expected": 1}]});
    let answer = "```python\ndef f():\n    print('\\x1b[31mred', 'x' * 100000)\n    return 1\n```";
    let score = graded(options(PYTHON), golden, answer).unwrap();
    assert!(score.pass && score.printed.contains("red"), "{score:?}");
    assert!(!score.printed.contains('\u{1b}') && score.printed.len() < 3000);
}
