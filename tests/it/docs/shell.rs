//! A folder in which the commands of a page are run.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A temporary folder, the current folder in it, and the environment.
pub struct Shell {
    base: tempfile::TempDir,
    folder: PathBuf,
    variables: BTreeSet<String>,
}

/// What a command did.
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Shell {
    /// An empty folder; the variables have some value.
    pub fn new(variables: &BTreeSet<String>) -> Self {
        let base = tempfile::tempdir().unwrap();
        let folder = base.path().to_owned();
        Self {
            base,
            folder,
            variables: variables.clone(),
        }
    }

    /// Changes the current folder.
    pub fn enter(&mut self, folder: &str) {
        self.folder = self.folder.join(folder);
        assert!(self.folder.is_dir(), "{} is no folder", self.folder.display());
    }

    /// Writes a file below the current folder.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Copies the files of a folder.
    pub fn copy(&self, from: &Path, to: &str) {
        let to = self.folder.join(to);
        std::fs::create_dir_all(&to).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            if entry.path().is_file() {
                std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
            }
        }
    }

    /// The base folder and those in it that are workspaces.
    pub fn workspaces(&self) -> Vec<PathBuf> {
        let below = std::fs::read_dir(self.base.path())
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let mut all: Vec<PathBuf> = below.chain([self.base.path().to_owned()]).collect();
        all.retain(|folder| folder.join("bench.yaml").is_file());
        all.sort();
        all
    }

    /// Runs bench in the current folder; `> FILE` at the end takes its stdout.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        match arguments {
            [arguments @ .., ">", file] => {
                let ran = self.run_in(&self.folder, arguments);
                self.write(file, &ran.stdout);
                Ran {
                    stdout: String::new(),
                    ..ran
                }
            }
            _ => self.run_in(&self.folder, arguments),
        }
    }

    /// Runs bench in that folder.
    pub fn run_in(&self, folder: &Path, arguments: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bench"));
        command.current_dir(folder).args(arguments).env_clear();
        for name in ["PATH", "HOME", "SystemRoot"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.envs(self.variables.iter().map(|name| (name, "set-for-the-docs")));
        let output = command.output().unwrap();
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// The words of a command line, with single and double quotes.
pub fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in line.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), c) => word.get_or_insert_default().push(c),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (None, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}
