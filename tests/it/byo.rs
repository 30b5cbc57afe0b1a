//! Scorers that users compile themselves: what `bench init --scorer` writes is built with the public tools that its
//! README names, and scores. `.ci/scorer-tools` installs the tools; a language whose tool is missing is skipped.

mod recipes;

use crate::support::{Workspace, skipped};
use recipes::Recipe;
use serde_json::Value;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Two cases: one that can be scored, and one without the golden that the scorers ask for.
fn workspace() -> Workspace {
    Workspace::recorded(
        "{\"case\": \"a\", \"output\": \"Paris is the \\\"capital\\\" of\\nFrance \\ud83d\\uddfc.\"}\n\
         {\"case\": \"b\", \"output\": \"Rome\"}\n",
    )
}

/// All files of a folder, sorted, without what links lead to.
fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_symlink() {
        } else if path.is_dir() {
            files(&path, out);
        } else {
            out.push(path);
        }
    }
}

/// Builds the scorer, or takes what an earlier run of the tests built from the same files.
fn build(recipe: &Recipe, folder: &Path) {
    let mut sources = Vec::new();
    files(folder, &mut sources);
    let mut hasher = DefaultHasher::new();
    for source in &sources {
        std::fs::read(source).unwrap().hash(&mut hasher);
    }
    recipe.commands.hash(&mut hasher);
    let built = recipes::tools().join("built");
    let kept = built.join(format!("{}-{:016x}.wasm", recipe.language, hasher.finish()));
    if kept.is_file() {
        std::fs::copy(kept, folder.join("scorer.wasm")).unwrap();
        return;
    }
    let path = std::env::join_paths(recipe.path.iter().cloned().chain(std::env::split_paths(
        &std::env::var_os("PATH").unwrap_or_default(),
    )));
    let path = path.unwrap();
    for command in &recipe.commands {
        let ran = Command::new("sh")
            .args(["-c", command])
            .current_dir(folder)
            .env("PATH", &path)
            .envs(recipe.environment.iter().cloned())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(
            ran.status.success(),
            "{}: `{command}`:\n{}{}",
            recipe.language,
            String::from_utf8_lossy(&ran.stdout),
            String::from_utf8_lossy(&ran.stderr)
        );
    }
    std::fs::create_dir_all(&built).unwrap();
    std::fs::copy(folder.join("scorer.wasm"), kept).unwrap();
}

/// Scaffolds, builds and runs the scorer of a language.
fn builds_and_scores(recipe: Result<Recipe, String>) {
    let recipe = match recipe {
        Ok(recipe) => recipe,
        Err(reason) => return skipped(&reason),
    };
    let language = recipe.language;
    let workspace = workspace();
    let ended = workspace.bench(&["init", "--scorer", language]).expect(0);
    let module = format!("../scorers/{language}/scorer.wasm");
    assert!(ended.stdout.contains(&module), "{}", ended.stdout);
    let folder = workspace.path().join("scorers").join(language);
    let readme = std::fs::read_to_string(folder.join("README.md")).unwrap();
    assert!(readme.contains(&format!("wasm: {{file: {module},")), "{readme}");

    // The same scorer, which also tries to get at the machine.
    for (file, from, to) in &recipe.edits {
        let path = folder.join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{language}: {file} has no more:\n{from}");
        std::fs::write(path, text.replacen(from, to, 1)).unwrap();
    }
    for (from, to) in &recipe.links {
        std::os::unix::fs::symlink(from, folder.join(to)).unwrap();
    }
    build(&recipe, &folder);

    workspace.write(
        "tasks/words.yaml",
        &format!(
            "task: words\ncases:\n  - {{id: a, vars: {{}}, golden: \"Paris capital 🗼 Berlin\"}}\n  - {{id: b, vars: \
             {{}}}}\nprompts: [\"Say something.\"]\nscorers:\n  - name: words\n    wasm: {{file: {module}, config: \
             {{least: 0.5}}, limits: {{time: 30}}}}\n"
        ),
    );
    workspace.bench(&["check"]).expect(0);
    // One of the two trials has no score.
    workspace.bench(&["run"]).expect(102);
    let trials = workspace.results().pop().unwrap();
    let of = |case: &str| trials.iter().find(|trial| trial["case"] == case).unwrap();
    let a = &of("a")["scores"][0];
    assert_eq!(of("a")["outcome"], "scored", "{language}: {a}");
    assert_eq!(a["score"], 0.75, "{language}: {a}");
    assert_eq!(a["pass"], true, "{language}: {a}");
    assert_eq!(
        a["explanation"], "3 of 4 words of the golden are there",
        "{language}: {a}"
    );
    let named = |name: &str| a["named"][name].as_f64();
    assert_eq!(named("brief"), Some(4.0 / 7.0), "{language}: {a}");
    for (name, wanted) in [("env", 0.0), ("file", 0.0), ("clock", 1.0)] {
        assert_eq!(named(name), Some(wanted), "{language}: `{name}` in {a}");
    }
    let b = &of("b")["scores"][0];
    assert_eq!(of("b")["outcome"], "scorer-error", "{language}: {b}");
    assert_eq!(b["score"], Value::Null, "{language}: {b}");
    let why = b["explanation"].as_str().unwrap_or_default();
    assert!(
        why.contains("the golden must be a text with words in it"),
        "{language}: {b}"
    );
}

#[test]
fn a_scorer_in_python_builds_and_scores() {
    builds_and_scores(recipes::python());
}

#[test]
fn a_scorer_in_typescript_builds_and_scores() {
    builds_and_scores(recipes::typescript());
}

#[test]
fn a_scorer_in_rust_builds_and_scores() {
    builds_and_scores(recipes::rust());
}

#[test]
fn a_scorer_in_c_builds_and_scores() {
    builds_and_scores(recipes::c());
}

#[test]
fn a_scorer_in_assemblyscript_builds_and_scores() {
    builds_and_scores(recipes::assemblyscript());
}

#[test]
fn files_of_a_scorer_that_exist_are_left_alone() {
    let workspace = Workspace::empty();
    workspace.write("scorers/mine/scorer.c", "mine");
    let ended = workspace
        .bench(&["init", "--scorer", "c", "scorers/mine"])
        .expect(0);
    assert!(
        ended.stderr.contains("kept scorers/mine/scorer.c"),
        "{}",
        ended.stderr
    );
    assert!(
        ended.stdout.contains("wrote scorers/mine/Makefile"),
        "{}",
        ended.stdout
    );
    let text = |path: &str| std::fs::read_to_string(workspace.path().join(path)).unwrap();
    assert_eq!(text("scorers/mine/scorer.c"), "mine");
    assert!(text("scorers/mine/README.md").contains("{file: ../scorers/mine/scorer.wasm,"));
    assert!(!workspace.path().join("bench.yaml").exists());

    let ended = workspace.bench(&["init", "--scorer", "cobol"]).expect(2);
    assert!(ended.stderr.contains("assemblyscript"), "{}", ended.stderr);
}

#[test]
fn check_tells_what_is_wrong_with_a_module() {
    let p1 = "(import \"wasi_snapshot_preview1\" \"fd_write\" (func (param i32 i32 i32 i32) (result i32)))";
    for (text, words) in [
        ("(module)", &["no function `_start`, but nothing"][..]),
        (
            "(module (func (export \"grade\")) (memory (export \"memory\") 1))",
            &[
                "no function `_start`, but `grade`, `memory`",
                "reads a request on stdin",
            ],
        ),
        ("(module (func (export \"_initialize\")))", &["library", "`main`"]),
        (
            "(module (import \"env\" \"abort\" (func)) (func (export \"_start\")))",
            &["`env.abort`", "bench init --scorer assemblyscript"],
        ),
        (
            "(module (import \"wbg\" \"x\" (func)) (func (export \"_start\")))",
            &["wasm-bindgen", "wasm32-wasip1"],
        ),
        (
            "(module (import \"env\" \"memory\" (memory 1)) (func (export \"_start\")))",
            &["`env.memory (not a function)`", "`wasi_snapshot_preview1` only"],
        ),
        (
            &format!("(module {p1} (func (export \"_start\")))"),
            &["exports no memory", "export it"],
        ),
        ("(component)", &["another world", "it exports nothing", "`grade`"]),
        (
            "(component (import \"wasi:http/types@0.2.0\" (instance)))",
            &["`wasi:http/types@0.2.0`", "no network", "--disable http"],
        ),
        (
            "(component (import \"wasi:cli/stdout@0.3.0\" (instance)))",
            &["`wasi:cli/stdout@0.3.0`", "0.2"],
        ),
        (
            "(component (import \"bench:scorer/host@0.9.0\" (instance)))",
            &["`bench:scorer/host@0.9.0`", "0.1.0", "scorer.wit"],
        ),
        (
            "(component (import \"my:own/thing\" (instance)))",
            &["`my:own/thing`", "bench:scorer/host"],
        ),
        (
            "(component (instance $i) (export \"wasi:cli/run@0.3.0\" (instance $i)))",
            &["version of WASI"],
        ),
        (
            "(component (core module $m (func (export \"f\"))) (core instance $i (instantiate $m)) (func $f (canon lift \
             (core func $i \"f\"))) (export \"describe\" (func $f)))",
            &[
                "lacks",
                "`grade: func(output: string, context: string) -> result<score, string>`",
            ],
        ),
    ] {
        let workspace = workspace();
        let wasm = wat::parse_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        std::fs::create_dir_all(workspace.path().join("scorers")).unwrap();
        std::fs::write(workspace.path().join("scorers/own.wasm"), wasm).unwrap();
        workspace.write(
            "tasks/words.yaml",
            "task: words\ncases: [{id: a, vars: {}, golden: x}]\nprompts: [\"Say something.\"]\nscorers:\n  - wasm: \
             {file: ../scorers/own.wasm}\n",
        );
        let ended = workspace.bench(&["check"]).expect(2);
        // As one line: the terminal's width breaks the message anywhere.
        let said: Vec<&str> = ended
            .stderr
            .split_whitespace()
            .filter(|word| *word != "|")
            .collect();
        let said = said.join(" ");
        for word in words.iter().chain(&["scorers/own.wasm", "tasks/words.yaml"]) {
            assert!(said.contains(word), "{text}: {said}\nlacks {word}");
        }
    }
}
