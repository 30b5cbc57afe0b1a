//! Workspaces on disk: a task of sums, and providers that lead to a server of the test.

use super::program::{self, Ended, Running};
use rusqlite::{Connection, OpenFlags};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// Dollars per million tokens in every price table here.
pub const INPUT_PRICE: u64 = 100;
/// The same for output.
pub const OUTPUT_PRICE: u64 = 1000;

/// A workspace in a folder that goes with it.
pub struct Workspace {
    folder: TempDir,
}

impl Workspace {
    /// A folder with nothing in it.
    pub fn empty() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    /// A workspace without tasks whose only model, `recorded/one`, answers with these lines.
    pub fn recorded(answers: &str) -> Self {
        let workspace = Self::empty();
        workspace.write("bench.yaml", "models: [recorded/one]\n");
        workspace.write(
            "providers/recorded.yaml",
            "provider: recorded\napi: replay\nmodels: {one: {file: ../answers.jsonl}}\n",
        );
        workspace.write("answers.jsonl", answers);
        workspace
    }

    /// A workspace with one task of `cases` sums that names `models`. Case `a` asks for `a + b`; the server gets one
    /// in five wrong.
    pub fn of_sums(cases: usize, models: &[&str]) -> Self {
        let workspace = Self::empty();
        let mut lines = String::new();
        for a in 1..=cases {
            let b = a * 7919 % 1000;
            let sum = a + b;
            writeln!(
                lines,
                r#"{{"id": "c-{a}", "vars": {{"a": {a}, "b": {b}}}, "golden": "{sum}"}}"#
            )
            .expect("text");
        }
        workspace.write("golden/sums.jsonl", &lines);
        workspace.write("bench.yaml", &format!("models: [{}]\n", models.join(", ")));
        workspace.write(
            "tasks/sums.yaml",
            "task: sums\ndescription: Add two numbers\ncases: ../golden/sums.jsonl\nprompts:\n  - id: plain\n    \
             user: \"What is {{ a }} + {{ b }}? Answer with the number only.\"\nparams: {temperature: 0, max_tokens: \
             16}\nscorers:\n  - contains: {}\n",
        );
        workspace
    }

    /// Adds a provider that speaks OpenAI Chat Completions to `base_url`, with the models `alpha` and `beta`; `more`
    /// is further lines of its file.
    pub fn provider(self, name: &str, base_url: &str, more: &str) -> Self {
        let price = format!("{{input: {INPUT_PRICE}, output: {OUTPUT_PRICE}}}");
        let text = format!(
            "provider: {name}\napi: openai-chat\nbase_url: {base_url}\nkey: ${{LOCAL_KEY}}\n{more}\nmodels:\n  alpha: \
             {price}\n  beta: {price}\n"
        );
        self.write(&format!("providers/{name}.yaml"), &text);
        self
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file, with the folders above it.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
        std::fs::write(path, text).expect("the file is written");
    }

    /// The command `bench ARGUMENTS` here.
    pub fn command(&self, arguments: &[&str]) -> Command {
        program::bench(self.path(), arguments)
    }

    /// Starts `bench ARGUMENTS` here.
    pub fn start(&self, arguments: &[&str]) -> Running {
        Running::start(self.command(arguments))
    }

    /// Runs `bench ARGUMENTS` here to its end.
    #[track_caller]
    pub fn bench(&self, arguments: &[&str]) -> Ended {
        self.start(arguments).wait()
    }

    /// The store's file.
    pub fn store_path(&self) -> PathBuf {
        self.path().join("runs/bench.db")
    }

    /// The store as another program reads it.
    pub fn store(&self) -> Connection {
        Connection::open_with_flags(self.store_path(), OpenFlags::SQLITE_OPEN_READ_WRITE)
            .expect("the store opens")
    }

    /// Keys of all completions in the store.
    pub fn completions(&self) -> BTreeSet<Vec<u8>> {
        let store = self.store();
        let mut query = store
            .prepare("SELECT cache_key FROM completion")
            .expect("the table is there");
        let keys = query.query_map([], |row| row.get(0)).expect("it can be read");
        keys.map(|key| key.expect("a key")).collect()
    }

    /// What `PRAGMA integrity_check` says: `ok` for a store without fault.
    pub fn integrity(&self) -> String {
        self.store()
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .expect("the check runs")
    }

    /// The documents `runs/ID/results.jsonl` of all runs, oldest first.
    pub fn results(&self) -> Vec<Vec<serde_json::Value>> {
        let folders = std::fs::read_dir(self.path().join("runs")).expect("there are runs");
        let mut files: Vec<_> = folders
            .map(|entry| entry.expect("an entry").path().join("results.jsonl"))
            .filter(|path| path.exists())
            .collect();
        files.sort();
        let read = |path: PathBuf| {
            let text = std::fs::read_to_string(path).expect("the results are text");
            text.lines()
                .map(|line| serde_json::from_str(line).expect("a line of JSON"))
                .collect()
        };
        files.into_iter().map(read).collect()
    }

    /// How many trials of the latest run have each outcome.
    pub fn outcomes(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for trial in self.results().last().expect("there is a run") {
            *counts
                .entry(trial["outcome"].as_str().unwrap_or("?").to_owned())
                .or_default() += 1;
        }
        counts
    }
}
