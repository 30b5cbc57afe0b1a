//! Whose mistake a failure is: that of the program, which is a verdict, or of the task, which is no score.

use super::*;
use std::slice::from_ref;

/// Why there is no score.
fn refused(language: CodeLanguage, golden: Value, answer: &str) -> String {
    let error = graded(options(language), golden, answer).unwrap_err();
    assert!(!error.unparseable, "{error:?}");
    error.message
}

#[test]
fn what_cannot_be_sent_is_neither_an_exception_nor_a_value() {
    use Verdict::*;
    let test = |wanted: Value| {
        let mut test = json!({"args": [1]});
        let (key, value) = wanted.as_object().unwrap().iter().next().unwrap();
        test[key] = value.clone();
        json!({"entry": "f", "tests": [test]})
    };
    let raises = |class: Value| test(json!({"raises": class}));
    for (language, program, golden, wanted) in [
        (PYTHON, "def f(x): return {x}", raises(json!("ValueError")), Wrong),
        (PYTHON, "def f(x): return {x}", raises(json!(true)), Wrong),
        (
            PYTHON,
            "def f(x): return {x}",
            test(json!({"expected": [1]})),
            Wrong,
        ),
        (
            PYTHON,
            "def f(x): return float('nan')",
            test(json!({"expected": 1})),
            Wrong,
        ),
        (
            CodeLanguage::JavaScript,
            "const f = () => new Map();",
            raises(json!(true)),
            Wrong,
        ),
        (
            CodeLanguage::JavaScript,
            "const f = () => {};",
            test(json!({"expected": 1})),
            Wrong,
        ),
        (
            PYTHON,
            "def f(x): raise ValueError",
            raises(json!("Exception")),
            Passed,
        ),
        (
            PYTHON,
            "def f(x): return {}[x]",
            raises(json!("LookupError")),
            Passed,
        ),
        (
            PYTHON,
            "import json\ndef f(x): json.loads('{')",
            raises(json!("json.JSONDecodeError")),
            Passed,
        ),
        (
            PYTHON,
            "def f(x): return {}[x]",
            raises(json!("ValueError")),
            Wrong,
        ),
        (
            PYTHON,
            "class E(KeyError): pass\ndef f(x): raise E",
            raises(json!("KeyError")),
            Passed,
        ),
        (
            CodeLanguage::JavaScript,
            "const f = (x) => x.y.z;",
            raises(json!("Error")),
            Passed,
        ),
        (
            CodeLanguage::TypeScript,
            "class Bad extends RangeError {}\nconst f = () => { throw new Bad('no'); };",
            raises(json!("Bad")),
            Passed,
        ),
        (
            CodeLanguage::JavaScript,
            "const f = (x) => x.y.z;",
            raises(json!("RangeError")),
            Wrong,
        ),
        (
            CodeLanguage::JavaScript,
            "const f = () => { throw 'no'; };",
            raises(json!(true)),
            Passed,
        ),
        (
            CodeLanguage::JavaScript,
            "const f = () => new Promise(() => {});",
            raises(json!(true)),
            Raises,
        ),
    ] {
        assert_eq!(
            verdicts(language, golden, program),
            from_ref(&wanted),
            "{program}"
        );
    }
}

#[test]
fn classes_of_tests_are_run_as_pytest_runs_them() {
    use Verdict::*;
    let class = "class TestF:\n    def setup_method(self):\n        self.two = 2\n    def test_a(self):\n        assert f(1) == self.two\n";
    let suite = "import unittest\nclass T(unittest.TestCase):\n    @classmethod\n    def setUpClass(cls): cls.two = 2\n    def test_a(self): self.assertEqual(f(1), self.two)\n";
    for test in [class, suite] {
        let golden = json!({"entry": "f", "tests": [test]});
        assert_eq!(
            verdicts(PYTHON, golden.clone(), "def f(x): return x + 1"),
            [Passed],
            "{test}"
        );
        assert_eq!(verdicts(PYTHON, golden, "def f(x): return x"), [Wrong], "{test}");
    }
}

#[test]
fn a_test_that_tests_nothing_is_a_mistake_of_the_task() {
    for (test, words) in [
        ("f(1) == 2", "compares and asserts nothing"),
        ("x = f(1)\nx == 2 and x > 0", "compares and asserts nothing"),
        (
            "class TestF:\n    def __init__(self): pass\n    def test_a(self): assert f(1) == 2",
            "only defines",
        ),
        (
            "class TestF:\n    def test_a(self, made): assert made == 2",
            "`TestF.test_a` takes parameters",
        ),
        ("def test_a(made): assert made == 2", "`test_a` takes parameters"),
        (
            "import unittest\nclass T(unittest.TestCase):\n    @unittest.skip('no')\n    def test_a(self): self.fail()",
            "`T.test_a` is skipped",
        ),
        ("def helper(): return f(1)", "only defines"),
    ] {
        for program in ["def f(x): return x + 1", "def f(x): raise KeyError"] {
            let golden = json!({"entry": "f", "tests": [test]});
            let message = match graded(options(PYTHON), golden, program) {
                Err(error) => error.message,
                // Only a test that runs before it can be told may fail by the program.
                Ok(score) => panic!("{test}: {score:?}"),
            };
            assert!(message.contains(words), "{test}: {message}");
        }
    }
    let unnamed = json!({"tests": ["def check(candidate): assert candidate(1) == 2"]});
    let message = refused(PYTHON, unnamed, "def f(x): return x");
    assert!(message.contains("has `entry`"), "{message}");
    for (test, words) in [
        ("f(1) === 2", "compares and asserts nothing"),
        (
            "const x = f(1);\n(x > 1 && x < 3)",
            "compares and asserts nothing",
        ),
        ("function helper() { return f(1); }", "only defines"),
    ] {
        let golden = json!({"entry": "f", "tests": [test]});
        let message = refused(CodeLanguage::JavaScript, golden, "const f = (x) => x + 1;");
        assert!(message.contains(words), "{test}: {message}");
    }
    let check =
        json!({"entry": "f", "tests": ["const check = (candidate) => { if (candidate(1) !== 2) throw 1; }"]});
    let found = verdicts(CodeLanguage::JavaScript, check, "const f = (x) => x + 1;");
    assert_eq!(found, [Verdict::Passed]);
}

#[test]
fn what_a_test_lacks_is_not_blamed_on_the_program() {
    for (language, test, words) in [
        (
            PYTHON,
            "import pytest\ndef test_a():\n    assert f(1) == 2",
            "pytest",
        ),
        (PYTHON, "from solution import f\nassert f(1) == 2", "solution"),
        (PYTHON, "assert f(1) == approx(2)", "`approx`"),
        (
            CodeLanguage::JavaScript,
            "const t = require('jest');\nt(f(1))",
            "jest",
        ),
        (CodeLanguage::JavaScript, "expect(f(1)).toBe(2)", "`expect`"),
    ] {
        let golden = json!({"entry": "f", "tests": [test]});
        let answer = match language {
            PYTHON => "def f(x): return x + 1",
            _ => "const f = (x) => x + 1;",
        };
        let message = refused(language, golden, answer);
        assert!(message.contains(words), "{test}: {message}");
    }
    // What the case mentions, the program could have been asked for; so the function under test.
    for (program, test) in [
        ("def g(x): return 1", "assert f(1) == 1"),
        ("def f(x): return 1", "assert assertion(1) == 1"),
        ("def f(x): return undefined_here", "assert f(1) == 1"),
    ] {
        let golden = json!({"entry": "f", "tests": [test]});
        let mut case = case(golden);
        case.vars
            .insert("task".to_owned(), json!("write f and assertion(x)"));
        let error = graded_case(options(PYTHON), &case, program);
        let score = error.unwrap();
        assert_eq!(score.tests[0].verdict, Verdict::Raises, "{program}: {score:?}");
    }
    let golden = json!({"entry": "f", "tests": ["assert f(1) == approx(2)"]});
    let forged = "def f(x): raise NameError(\"name 'approx' is not defined\")";
    assert_eq!(verdicts(PYTHON, golden, forged), [Verdict::Raises]);
}

#[test]
fn tests_of_javascript_find_assert() {
    use Verdict::*;
    let golden = json!({"entry": "f", "tests": ["assert.strictEqual(f(1), 2)", "assert(f(1) === 2)"]});
    let honest = "const f = (x) => x + 1;";
    assert_eq!(
        verdicts(CodeLanguage::JavaScript, golden.clone(), honest),
        [Passed; 2]
    );
    let sly = "function assert() {}\nassert.strictEqual = () => {};\nglobalThis.assert = assert;\nconst f = (x) => x;";
    assert_eq!(verdicts(CodeLanguage::JavaScript, golden, sly), [Wrong; 2]);
}

#[test]
fn output_without_end_is_told() {
    let golden = json!({"entry": "f", "tests": [{"args": [], "expected": 1}]});
    for (language, program) in [
        (PYTHON, "def f():\n    print('x' * 3000000)\n    return 1"),
        (PYTHON, "def f():\n    while True:\n        print('x' * 1000)"),
        (
            CodeLanguage::JavaScript,
            "function f() { for (;;) console.log('x'.repeat(1000)); }",
        ),
        (
            CodeLanguage::JavaScript,
            "function f() { try { console.log('x'.repeat(3000000)); } catch {} return 1; }",
        ),
    ] {
        let score = graded(options(language), golden.clone(), program).unwrap();
        assert_eq!(score.tests[0].verdict, Verdict::Raises, "{program}");
        assert!(
            score.explanation.contains("output limit of 1048576 bytes"),
            "{}",
            score.explanation
        );
    }
}

#[test]
fn names_of_classes_are_shown_without_their_control_characters() {
    let golden = json!({"entry": "f", "tests": [{"args": [], "expected": 1}]});
    let program = "class X(Exception): pass\nX.__name__ = '\\x1b[2JX'\ndef f(): raise X('\\x1b[31mhi')";
    let score = graded(options(PYTHON), golden, program).unwrap();
    assert!(!score.explanation.contains('\u{1b}'), "{:?}", score.explanation);
}
