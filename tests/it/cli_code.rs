//! Scorers that are code, as a user sees them: through `bench check`, `run` and `score`.

use crate::support::Workspace;
use serde_json::Value;

/// A workspace with one case, whose model answers `The answer is 42.`, and a task with these scorers.
fn with_scorers(scorers: &str) -> Workspace {
    let workspace = Workspace::recorded(
        "{\"case\": \"a\", \"output\": \"The answer is 42.\", \"usage\": {\"input\": 9, \"output\": 5}}\n",
    );
    workspace.write(
        "tasks/sum.yaml",
        &format!(
            "task: sum\ncases:\n  - {{id: a, vars: {{x: 40, y: 2}}, golden: \"42\", meta: {{level: easy}}}}\nprompts: \
             [\"What is {{{{ x }}}} + {{{{ y }}}}?\"]\nscorers:\n{scorers}"
        ),
    );
    workspace
}

/// The only trial of the last run.
fn trial(workspace: &Workspace) -> Value {
    workspace.results().pop().unwrap().remove(0)
}

/// What each scorer said, by name.
fn scores(trial: &Value) -> serde_json::Map<String, Value> {
    let entries = trial["scores"].as_array().unwrap();
    entries
        .iter()
        .map(|entry| (entry["scorer"].as_str().unwrap().to_owned(), entry.clone()))
        .collect()
}

#[test]
fn promptfoo_conventions_work_as_they_are() {
    let workspace = with_scorers(
        "  - {name: expression, python: \"'42' in output and context['vars']['x'] == 40\"}\n  \
         - name: body\n    python: |\n      words = output.split()\n      if len(words) > 3:\n          return {'score': 0.5, 'reason': f'{len(words)} words'}\n      return 0\n  \
         - {name: file, python: file://scorers/own.py}\n  \
         - {name: entry, python: file://scorers/own.py:other}\n  \
         - {name: arrow, javascript: \"(output, context) => output.includes(context.vars.y)\"}\n  \
         - {name: js-body, javascript: {code: \"const n = output.length;\\nreturn n / 34;\"}}\n  \
         - {name: commonjs, javascript: scorers/own.js}\n  \
         - {name: module, javascript: scorers/own.mjs}\n  \
         - {name: typescript, javascript: {file: scorers/own.ts, config: {least: 3}}}\n",
    );
    workspace.write(
        "tasks/scorers/own.py",
        "from lib.words import count\nimport near\n\ndef get_assert(output, context):\n    assert context['prompt'] == 'What is 40 + 2?'\n    assert context['config'] == {}\n    assert near.LEVEL == context['test']['metadata']['level']\n    return {'pass': count(output) == 4, 'score': 0.75, 'reason': context['golden'], 'namedScores': {'recall': 0.25}}\n\n\ndef other(output, context):\n    return True\n",
    );
    workspace.write("tasks/scorers/near.py", "LEVEL = 'easy'\n");
    workspace.write(
        "tasks/scorers/lib/words.py",
        "def count(text):\n    return len(text.split())\n",
    );
    workspace.write(
        "tasks/scorers/own.js",
        "const {words} = require('./lib/words');\nmodule.exports = (output, context) => ({pass: words(output) === 4, score: 1, reason: context.providerResponse.output});\n",
    );
    workspace.write(
        "tasks/scorers/lib/words.js",
        "exports.words = text => text.split(' ').length;\n",
    );
    workspace.write(
        "tasks/scorers/own.mjs",
        "import {words} from './lib/words.js';\nexport default async function (output) { return words(output) === 4; }\n",
    );
    workspace.write(
        "tasks/scorers/own.ts",
        "interface Context { config: { least: number }; meta: Record<string, string> }\nenum Level { easy = 1 }\nexport default function grade(output: string, context: Context): number {\n  return output.length > context.config.least && context.meta.level === Level[1] ? 1 : 0;\n}\n",
    );
    workspace.bench(&["check"]).expect(0);
    workspace.bench(&["run"]).expect(0);
    let trial = trial(&workspace);
    let scores = scores(&trial);
    let value = |name: &str| (scores[name]["score"].as_f64(), scores[name]["pass"].as_bool());
    for (name, wanted) in [
        ("expression", (1.0, true)),
        ("body", (0.5, false)),
        ("file", (0.75, true)),
        ("entry", (1.0, true)),
        ("arrow", (1.0, true)),
        ("js-body", (0.5, false)),
        ("commonjs", (1.0, true)),
        ("module", (1.0, true)),
        ("typescript", (1.0, true)),
    ] {
        assert_eq!(
            value(name),
            (Some(wanted.0), Some(wanted.1)),
            "{name}: {}",
            scores[name]
        );
    }
    assert_eq!(scores["file"]["explanation"], "42");
    assert_eq!(scores["file"]["named"]["recall"], 0.25, "{}", scores["file"]);
    assert_eq!(trial["outcome"], "scored");
}

#[test]
fn a_scorer_that_fails_is_named_with_its_line_and_is_no_score() {
    let workspace = with_scorers(
        "  - {name: raises, python: scorers/bad.py}\n  \
         - {name: javascript, javascript: scorers/bad.ts}\n  \
         - {name: nan, python: \"float('nan')\"}\n  \
         - {name: high, python: \"7\"}\n  \
         - {name: text, javascript: \"'yes'\"}\n  \
         - {name: loop, python: {code: \"while True: pass\\nreturn 1\", limits: {time: 0.3}}}\n  \
         - {name: numpy, python: \"__import__('numpy')\"}\n  \
         - {name: good, python: \"1\"}\n",
    );
    workspace.write(
        "tasks/scorers/bad.py",
        "def helper(text):\n    return int(text)\n\n\ndef get_assert(output, context):\n    return helper(output)\n",
    );
    workspace.write(
        "tasks/scorers/bad.ts",
        "enum Kind { a, b }\n\nexport default (output: string): number => {\n  const missing: any = undefined;\n  return missing.length;\n};\n",
    );
    workspace.bench(&["run"]).expect(102);
    let trial = trial(&workspace);
    assert_eq!(trial["outcome"], "scorer-error");
    assert_eq!(trial["score"], Value::Null);
    let scores = scores(&trial);
    for (name, words) in [
        (
            "raises",
            &["scorers/bad.py:2", "ValueError", "return int(text)"][..],
        ),
        (
            "javascript",
            &["scorers/bad.ts:5", "TypeError", "return missing.length"],
        ),
        ("nan", &["nan"]),
        ("high", &["7", "0 to 1"]),
        ("text", &["yes"]),
        ("loop", &["time limit of 300 ms"]),
        ("numpy", &["numpy"]),
    ] {
        assert_eq!(scores[name]["error"], "failed", "{name}: {}", scores[name]);
        let error = scores[name]["explanation"].as_str().unwrap();
        for word in words {
            assert!(error.contains(word), "{name}: {error}\nlacks {word}");
        }
        assert_eq!(scores[name]["score"], Value::Null, "{name}");
    }
    assert_eq!(scores["good"]["score"], 1.0);
}

#[test]
fn mistakes_in_a_task_are_errors_before_anything_is_sent() {
    for (scorers, words) in [
        (
            "  - python: {file: scorers/none.py}\n",
            &["scorers/none.py", "does not exist"][..],
        ),
        ("  - python: {fil: a.py}\n", &["fil", "file"]),
        ("  - python: {}\n", &["needs the code"]),
        ("  - python: {file: a.py, code: \"1\"}\n", &["both"]),
        ("  - python: {file: scorers/own.js}\n", &["javascript"]),
        (
            "  - python: {code: \"1\", limits: {memory: 9999}}\n",
            &["limits.memory"],
        ),
        ("  - javascript: scorers/broken.ts\n", &["broken.ts:2"]),
        ("  - wasm: scorers/not.wasm\n", &["not WebAssembly"]),
        ("  - wasm: {code: abc}\n", &["compiled module"]),
    ] {
        let workspace = with_scorers(scorers);
        workspace.write("tasks/scorers/own.js", "module.exports = () => 1\n");
        workspace.write(
            "tasks/scorers/broken.ts",
            "export const a = 1;\nexport default (x: => 1;\n",
        );
        workspace.write("tasks/scorers/not.wasm", "#!/bin/sh\n");
        let ended = workspace.bench(&["check"]).expect(2);
        for word in words {
            assert!(
                ended.stderr.contains(word),
                "{scorers}{}\nlacks {word}",
                ended.stderr
            );
        }
        assert!(ended.stderr.contains("tasks/sum.yaml"), "{}", ended.stderr);
    }
}

#[test]
fn a_changed_helper_file_changes_the_hash_and_the_scores() {
    let workspace = with_scorers("  - python: scorers/own.py\n");
    workspace.write(
        "tasks/scorers/own.py",
        "from level import VALUE\n\ndef get_assert(output, context):\n    return VALUE\n",
    );
    workspace.write("tasks/scorers/level.py", "VALUE = 0.25\n");
    workspace.bench(&["run"]).expect(0);
    assert_eq!(trial(&workspace)["score"], 0.25);
    let ended = workspace.bench(&["score", "latest"]).expect(0);
    assert!(ended.stdout.contains("0 scores changed"), "{}", ended.stdout);
    workspace.write("tasks/scorers/level.py", "VALUE = 0.5\n");
    let ended = workspace.bench(&["score", "latest"]).expect(0);
    assert!(ended.stdout.contains("0.250 -> 0.500"), "{}", ended.stdout);
    assert_eq!(trial(&workspace)["score"], 0.5);
}

#[test]
fn a_helper_file_is_found_wherever_it_is_imported() {
    let workspace = with_scorers(
        "  - {name: tried, python: file://scorers/tried.py}\n  \
         - {name: several, python: file://scorers/several.py}\n  \
         - {name: chosen, javascript: file://scorers/chosen.js}\n",
    );
    workspace.write(
        "tasks/scorers/tried.py",
        "try: import near\nexcept ImportError: near = None\n\ndef get_assert(output, context):\n    return near is not None\n",
    );
    workspace.write("tasks/scorers/near.py", "LEVEL = 1\n");
    workspace.write(
        "tasks/scorers/several.py",
        "import os; import importlib\nfrom lib.words import (count,\n    most)\n\ndef get_assert(output, context):\n    return importlib.import_module('near').LEVEL == 1 and count(output) < most\n",
    );
    workspace.write(
        "tasks/scorers/lib/words.py",
        "most = 9\n\ndef count(text):\n    return len(text.split())\n",
    );
    workspace.write(
        "tasks/scorers/chosen.js",
        "const which = './pick';\nmodule.exports = (output) => require(which)(output);\n",
    );
    workspace.write("tasks/scorers/pick.js", "module.exports = () => true;\n");
    workspace.bench(&["run", "-q"]).expect(0);
    for (name, score) in scores(&trial(&workspace)) {
        assert_eq!(score["score"], 1.0, "{name}: {score}");
    }
}

#[test]
fn code_in_a_task_is_read_as_what_it_is() {
    let workspace = with_scorers(
        "  - {name: js-line, javascript: \"return output.length > 3\"}\n  \
         - {name: js-word, javascript: \"!output.includes('return')\"}\n  \
         - {name: js-inner, javascript: \"(() => { return 1; })()\"}\n  \
         - {name: js-object, javascript: \"{score: 1, reason: 'return'}\"}\n  \
         - {name: js-await, javascript: \"return await Promise.resolve(1)\"}\n  \
         - {name: js-awaited, javascript: \"const said = 'await'; return said.length / 5\"}\n  \
         - {name: py-line, python: \"return len(output) > 3\"}\n  \
         - {name: py-lines, python: \"n = 1; return n\"}\n  \
         - {name: py-word, python: \"'return' not in output\"}\n  \
         - {name: py-lambda, python: \"(lambda returned: returned)(1)\"}\n",
    );
    workspace.bench(&["run", "-q"]).expect(0);
    for (name, score) in scores(&trial(&workspace)) {
        assert_eq!(score["score"], 1.0, "{name}: {score}");
    }
}

#[test]
fn a_score_that_is_missing_is_an_error_and_promptfoo_forms_are_taken_or_refused_in_words() {
    let workspace = with_scorers(
        "  - {name: none, python: \"{'score': None, 'pass': True}\"}\n  \
         - {name: undefined, javascript: \"({score: undefined, pass: true})\"}\n  \
         - {name: semicolon, javascript: \"output.length > 3;\"}\n  \
         - {name: name, javascript: \"foo.bar\"}\n  \
         - {name: thrown, javascript: \"throw {a: 1}\"}\n  \
         - name: defined\n    python: |\n      def get_assert(output, context):\n          return 1\n",
    );
    workspace.bench(&["run", "-q"]);
    let scores = scores(&trial(&workspace));
    assert_eq!(scores["semicolon"]["score"], 1.0);
    for (name, words) in [
        ("none", "`score` is null"),
        ("undefined", "`score` is undefined"),
        (
            "name",
            "code:1: ReferenceError: foo is not defined (in `foo.bar`)",
        ),
        ("thrown", "{\"a\":1}"),
        ("defined", "put the function into a file"),
    ] {
        let said = scores[name]["explanation"].as_str().unwrap();
        assert!(said.contains(words), "{name}: {said}");
    }
    let workspace = with_scorers("  - {name: filled, javascript: \"output.includes('{{ x }}')\"}\n");
    let checked = workspace.bench(&["check"]).expect(2);
    let text = checked.stdout + &checked.stderr;
    assert!(text.contains("its code holds `{{ x }}`"), "{text}");
}
