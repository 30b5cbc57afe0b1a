//! Whole workspaces: what is read, and what is said of mistakes.

mod judges;

use super::cases::scan;
use super::{Loaded, Problem, RenderOptions, load, render};
use camino::{Utf8Path, Utf8PathBuf};
use std::fs;

/// A workspace in a temporary folder.
struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    /// A small valid workspace.
    fn new() -> Self {
        let files = Self {
            folder: tempfile::tempdir().expect("a folder"),
        };
        files
            .with("bench.yaml", "models: [sim/a]\n")
            .with(
                "providers/sim.yaml",
                "provider: sim\napi: sim\nmodels: {a: {input: 1, output: 2, sim: {skill: 1}}}\n",
            )
            .with(
                "golden/t.jsonl",
                "{\"id\": \"c1\", \"vars\": {\"q\": \"1+1\"}, \"golden\": \"2\"}\n",
            )
            .with(
                "tasks/t.yaml",
                "task: t\ncases: ../golden/t.jsonl\nprompts: [\"{{ q }}\"]\nscorers: [{equals: {}}]\n",
            )
    }

    fn with(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("created");
        fs::write(path, text).expect("written");
        self
    }

    fn task(self, text: &str) -> Self {
        self.with("tasks/t.yaml", text)
    }

    fn provider(self, text: &str) -> Self {
        self.with("providers/p.yaml", text)
    }

    fn root(&self) -> Utf8PathBuf {
        Utf8PathBuf::from_path_buf(self.folder.path().canonicalize().expect("a path")).expect("UTF-8")
    }

    fn load(&self) -> Loaded {
        load(&self.root(), &|name| {
            (name == "SET").then(|| "from-env".to_owned())
        })
    }

    /// All problems with those of the cases, one a line.
    fn problems(&self) -> String {
        let loaded = self.load();
        let mut problems = loaded.problems.clone();
        for task in &loaded.project.tasks {
            problems.extend(scan(task, &self.root(), true).problems);
        }
        problems
            .iter()
            .map(|problem| self.line(problem))
            .collect::<Vec<_>>()
            .join("\n")
    }

    fn line(&self, problem: &Problem) -> String {
        let related = problem
            .related
            .as_ref()
            .map(|at| format!(" <{}:{}>", at.file, at.line))
            .unwrap_or_default();
        let help = problem
            .help
            .as_ref()
            .map(|help| format!(" ({help})"))
            .unwrap_or_default();
        let severity = if problem.is_error() { "" } else { "warning " };
        format!("{severity}[{}] {problem}{related}{help}", problem.code).replace(self.root().as_str(), "ROOT")
    }
}

#[test]
fn a_valid_workspace_has_no_problems() {
    let files = Files::new();
    let loaded = files.load();
    assert_eq!(files.problems(), "");
    let task = &loaded.project.tasks[0];
    assert_eq!(
        (&*task.name, task.epochs, task.prompts[0].id.as_str()),
        ("t", 1, "default")
    );
    assert_eq!(&*task.scorers[0].name, "equals");
    assert_eq!(task.models[0].pattern, "sim/a");
}

#[test]
fn this_repository_is_a_valid_workspace() {
    let root = Utf8Path::new(env!("CARGO_MANIFEST_DIR"));
    if !root.join("bench.yaml").exists() {
        return;
    }
    let loaded = load(root, &|_| None);
    let mut problems = loaded.problems;
    for task in &loaded.project.tasks {
        problems.extend(scan(task, root, true).problems);
    }
    assert!(
        problems.is_empty(),
        "{}",
        render(&problems, RenderOptions::default())
    );
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_make_no_difference() {
    let files = Files::new()
        .with("bench.yaml", "\u{feff}models: [sim/a]\r\nseed: 5\r\n")
        .with("golden/t.jsonl", "\u{feff}{\"id\": \"c1\", \"vars\": {\"q\": \"1\"}}\r\n\r\n{\"id\": \"c2\", \"vars\": {\"q\": \"1\"}}\r\n")
        .with("golden/t.csv", "\u{feff}id,q,expected\r\nc3,\"a\r\nb\",x\r\n")
        .with("tasks/p.txt", "\u{feff}Say\r\n{{ q }}\r\n")
        .task("\u{feff}task: t\r\ncases: [../golden/t.jsonl, ../golden/t.csv]\r\nprompts:\r\n  - {file: p.txt}\r\n  - id: b\r\n    user: |\r\n      a\r\n      {{ q }}\r\nscorers: [contains: x]\r\n");
    assert_eq!(files.problems(), "");
    let loaded = files.load();
    let task = &loaded.project.tasks[0];
    assert_eq!(loaded.project.workspace.seed, 5);
    assert_eq!(task.prompts[0].messages[0].content, "Say\n{{ q }}\n");
    assert_eq!(task.prompts[1].messages[0].content, "a\n{{ q }}\n");
    assert_eq!(scan(task, &files.root(), true).count, 3);
}

#[test]
fn bytes_that_are_not_utf8_are_located() {
    let files = Files::new()
        .with("judges/j.yaml", b"judge: j\nmembers: \xff\n")
        .with("judges/k.yaml", b"\xff\xfej\0u\0d\0")
        .with(
            "golden/t.jsonl",
            b"{\"id\": \"c1\", \"vars\": {\"q\": \"1\"}}\n{\"id\": \"\xc3\x28\"}\n",
        );
    let problems = files.problems();
    assert!(
        problems.contains("judges/j.yaml:2:10: this is not UTF-8 text (byte 0xff)"),
        "{problems}"
    );
    assert!(
        problems.contains("the file is UTF-16; save it as UTF-8"),
        "{problems}"
    );
    assert!(
        problems.contains("golden/t.jsonl:2:9: this is not UTF-8"),
        "{problems}"
    );
}

#[test]
fn a_folder_in_place_of_a_file_is_named() {
    let files = Files::new().with("providers/x.yaml/y", "");
    assert_eq!(
        files.problems(),
        "[not-a-file] providers/x.yaml: is a folder, not a file"
    );
}

#[test]
fn a_workspace_is_found_from_a_folder_inside_it() {
    let files = Files::new().with("tasks/deep/x", "");
    assert_eq!(
        super::find_workspace(&files.root().join("tasks/deep")),
        Ok(files.root())
    );
    let error = super::find_workspace(Utf8Path::new("/nowhere/at/all")).expect_err("none");
    assert!(error.to_string().contains("bench init"), "{error}");
}

#[test]
fn environment_variables_work_in_providers_and_bench_yaml_only() {
    let files = Files::new()
        .with("bench.yaml", "models: [sim/a]\nparams: {reasoning_effort: '${SET}'}\n")
        .provider("provider: p\napi: openai-chat\nkey: ${SET}\nbase_url: https://${UNSET}/v1\n")
        .task("task: t\ndescription: ${SET}\ncases: ../golden/t.jsonl\nprompts: ['${SET} {{ q }}']\nscorers: [{equals: {}}]\n");
    assert_eq!(files.problems(), "");
    let project = files.load().project;
    assert_eq!(
        project.workspace.params.reasoning_effort.as_deref(),
        Some("from-env")
    );
    assert_eq!(project.tasks[0].description, "${SET}");
    assert_eq!(project.tasks[0].prompts[0].messages[0].content, "${SET} {{ q }}");
    let provider = project.provider("p").expect("there");
    assert_eq!(
        provider.key.as_ref().map(|key| key.expose()),
        Some(Ok("from-env"))
    );
    assert_eq!(
        provider.base_url.as_ref().map(|url| url.expose()),
        Some(Err("UNSET"))
    );
    assert!(!format!("{project:?}").contains("Secret(from-env"));
}

#[test]
fn problems_have_a_form_for_programs() {
    let files = Files::new().task("task: t\ncase: x\n");
    let json = serde_json::to_value(&files.load().problems[0]).expect("JSON");
    assert_eq!(
        json,
        serde_json::json!({
            "severity": "error", "code": "unknown-key", "message": "unknown key `case`", "file": "tasks/t.yaml",
            "line": 2, "column": 1, "help": "did you mean `cases`?", "related": null
        })
    );
}

#[test]
fn a_hash_changes_with_what_it_covers_and_nothing_else() {
    let hashes = |text: &str| {
        let task = Files::new().task(text).load().project.tasks[0].clone();
        (task.prompt_hash, task.scorer_hash)
    };
    let base = "task: t\ncases: ../golden/t.jsonl\nprompts: ['{{ q }}']\nscorers: [{contains: a}]\n";
    let (prompt, scorer) = hashes(base);
    assert_eq!(
        hashes(&format!("{base}description: x\nepochs: 3\n")),
        (prompt, scorer)
    );
    let other = hashes(&format!("{base}params: {{temperature: 1}}\n"));
    assert!(other.0 != prompt && other.1 == scorer);
    let other = hashes(&base.replace("contains: a", "contains: b"));
    assert!(other.0 == prompt && other.1 != scorer);
}

#[test]
fn control_characters_of_a_file_do_not_reach_the_terminal() {
    let files = Files::new().with("golden/t.jsonl", "{\"\u{1b}[31m\": 1, \"vars\": {\"q\": 1}, \"x\\u001b]0;\": 2}\n").task("task: t\ncases: ../golden/t.jsonl\nprompts: ['{{ q }}']\nscorers: [{equals: {}}]\n\"\\e[2Jx\": 1\n");
    let loaded = files.load();
    let mut problems = loaded.problems.clone();
    problems.extend(
        loaded
            .project
            .tasks
            .iter()
            .flat_map(|task| scan(task, &files.root(), true).problems),
    );
    assert!(!problems.is_empty());
    let text = render(&problems, RenderOptions::default());
    assert!(!text.contains('\u{1b}'), "{text:?}");
}
