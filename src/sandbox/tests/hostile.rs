//! Programs under test that would rather pass than be right. None of them returns 2.

use super::*;

const TEST: &str = "import math, json\nassert f(1) == 2";

/// The error of a test on a program, whatever became of the load; what an instance that died gives counts as one.
fn error(program: &str, test: &str) -> String {
    let limits = Limits {
        time: std::time::Duration::from_secs(20),
        ..Limits::default()
    };
    let mut session = sandbox().open(Guest::Python, &limits).unwrap();
    let load = json!({
        "do": "load", "modules": {},
        "program": {"file": "solution.py", "source": program, "form": "module", "entry": null},
    });
    let test = json!({"do": "test", "file": "tests.py", "source": test, "entry": "f"});
    let mut last = String::new();
    for request in [load, test] {
        match session.call(&request.to_string()) {
            Ok(answer) => {
                let answer: Value = serde_json::from_str(&answer).unwrap();
                last = if answer["error"].is_null() {
                    format!("PASSED, having printed {}", answer["stdout"])
                } else {
                    answer["error"].to_string()
                };
            }
            Err(stopped) => return stopped.to_string(),
        }
    }
    last
}

#[test]
fn no_trick_makes_a_wrong_program_pass() {
    for (program, test, word) in [
        (
            "import builtins, json\nbuiltins.AssertionError = ValueError\njson.dumps = lambda *a: '{}'\nf = lambda x: 1",
            TEST,
            "1 != 2",
        ),
        ("import sys\ndef f(x): sys.exit(0)", TEST, "exit"),
        ("import os\ndef f(x): os._exit(0)", TEST, "exit"),
        ("import posix\ndef f(x): posix._exit(0)", TEST, "exit"),
        ("def f(x): raise BaseException", TEST, "BaseException"),
        (
            "def check(candidate): pass\ndef f(x): return 1",
            "def check(candidate):\n    assert candidate(1) == 2",
            "1 != 2",
        ),
        (
            "import builtins\nbuiltins.abs = lambda x: 0\ndef f(x): return 5",
            "assert abs(f(1) - 2) < 1",
            "not 3 < 1",
        ),
        (
            "import math\nmath.isclose = lambda *a: True\ndef f(x): return 5",
            "assert math.isclose(f(1), 2)",
            "assertion",
        ),
        (
            "import math, sys\nclass M: isclose = staticmethod(lambda *a: True)\nsys.modules['math'] = M\ndef f(x): return 5",
            "import math\nassert math.isclose(f(1), 2)",
            "assertion",
        ),
        (
            "import unittest\nunittest.TestCase.assertEqual = lambda *a: None\nunittest.TestCase.run = lambda *a: None\ndef f(x): return 1",
            "import unittest\nclass T(unittest.TestCase):\n    def test_f(self): self.assertEqual(f(1), 2)\nr = unittest.TextTestRunner().run(unittest.defaultTestLoader.loadTestsFromTestCase(T))\nassert r.wasSuccessful() and r.testsRun == 1",
            "assertion",
        ),
        (
            "import fractions\nfractions.Fraction.__eq__.__code__ = (lambda a, b: True).__code__\ndef f(x): return fractions.Fraction(1)",
            "from fractions import Fraction\nassert f(1) == Fraction(2)",
            "Fraction(1, 1) != ",
        ),
        (
            "import _ast\n_ast.Assert.test = property(lambda s: _ast.Constant(True), lambda s, v: None)\ndef f(x): return 1",
            TEST,
            "assertion",
        ),
        (
            "import asyncio\nasyncio.Runner.run = lambda self, c: None\ndef f(x): return 1",
            "async def check(c):\n    assert c(1) == 2",
            "never finished",
        ),
        (
            "import importlib._bootstrap as b\nclass T: mock = 1\nb._handle_fromlist = lambda *a: T\ndef f(x): return 1",
            "from unittest import mock\nassert mock.Mock and f(1) == 2",
            "assertion",
        ),
        (
            "import sys\nsys.setrecursionlimit(60)\nsys.stdout = None\nsys.modules.clear()\ndef f(x): return 1",
            TEST,
            "1 != 2",
        ),
        (
            "import os\nspace = os.write.__globals__\nspace['__builtins__'].clear()\nspace.clear()\ndef f(x): return 1",
            TEST,
            "",
        ),
        (
            "class E:\n    def __eq__(self, other): raise SystemExit(0)\ndef f(x): return E()",
            TEST,
            "exit",
        ),
    ] {
        let error = error(program, test);
        assert!(
            !error.starts_with("PASSED") && error.contains(word),
            "{program}\n{error}"
        );
    }
}

#[test]
fn a_program_under_test_finds_no_way_to_its_test() {
    let closed = "shows no frames";
    for (program, word) in [
        ("import sys\ndef f(x): return sys._getframe(1)", closed),
        (
            "def f(x):\n    try: 1 / 0\n    except Exception as e: return e.__traceback__.tb_frame",
            closed,
        ),
        (
            "import types\ndef f(x):\n    try: 1 / 0\n    except Exception as e: return types.TracebackType.tb_frame.__get__(e.__traceback__)",
            closed,
        ),
        ("def g(): yield\ndef f(x): return g().gi_frame", closed),
        ("async def g(): pass\ndef f(x): return g().cr_frame", closed),
        ("import gc\ndef f(x): return gc.get_objects()", closed),
        ("import gc\ndef f(x): return gc.get_referrers(f)", closed),
        ("import gc\ndef f(x): return gc.get_referents(f)", closed),
        ("import sys\ndef f(x): sys.settrace(print)", closed),
        ("import sys\ndef f(x): sys.setprofile(print)", closed),
        ("import sys\ndef f(x): return sys._current_frames()", closed),
        (
            "import sys\ndef f(x):\n    sys.monitoring.use_tool_id(1, 'x')\n    sys.monitoring.register_callback(1, 1, print)",
            closed,
        ),
        ("import inspect\ndef f(x): return inspect.stack()", closed),
        (
            "import signal\ndef f(x):\n    signal.signal(2, print)\n    signal.raise_signal(2)",
            "no signals",
        ),
        (
            "import gc\ndef f(x): gc.set_debug(gc.DEBUG_SAVEALL)",
            "no garbage",
        ),
        (
            "import _imp, importlib.machinery as m\ndef f(x): return _imp.create_builtin(m.ModuleSpec('_signal', None))",
            "no second",
        ),
        (
            "import traceback\ndef f(x):\n    try: 1 / 0\n    except Exception as e: return [frame.f_back for frame, line in traceback.walk_tb(e.__traceback__)]",
            "[None] != 2",
        ),
        (
            "import sys, traceback\ndef f(x): return [name for name in sys.modules if name in ('app', 'wit_world', 'tests') or name.startswith(('parts', 'bench'))]",
            "[] != 2",
        ),
        (
            "import sys\ndef f(x):\n    import __main__\n    return sorted(set(vars(__main__)) & {'check', 'run', 'math', 'f'})",
            "[] != 2",
        ),
        (
            "import sys\nseen = []\nsys.addaudithook(lambda *a: seen.append(a))\ndef f(x): return seen",
            "[] != 2",
        ),
    ] {
        let error = error(program, TEST);
        assert!(error.contains(word), "{program}\n{error}");
    }
}

#[test]
fn tracebacks_work_for_programs_under_test() {
    let program = "import traceback, logging, collections, dataclasses, enum\n\
        P = collections.namedtuple('P', 'x')\n\
        E = enum.Enum('E', 'a b')\n\
        def f(x):\n    try: 1 / 0\n    except Exception:\n        logging.exception('why')\n        return traceback.format_exc()\n";
    let error = error(
        program,
        "text = f(1)\nassert P.__module__ == 'solution'\nassert 'ZeroDivisionError' in text and 'line 5, in f' in text\nassert text == 2",
    );
    assert!(error.contains("division by zero"), "{error}");
    assert!(!error.contains("tests.py\\\", line"), "{error}");
}
