//! Whole workspaces: what is read, and what is said of mistakes.

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
