//! Workspaces for measurements: one task of sums with a template and one `contains` scorer.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A workspace under the build folder, so on a real disk.
pub struct Workspace {
    folder: PathBuf,
}

impl Workspace {
    /// A workspace of `cases` cases and the two models of a provider whose file is `provider`.
    pub fn new(name: &str, cases: u64, provider: &str) -> Result<Self, String> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&folder);
        let workspace = Self { folder };
        let mut lines = String::new();
        for a in 1..=cases {
            let b = a * 7919 % 1000;
            let sum = a + b;
            let _ = writeln!(
                lines,
                r#"{{"id":"c-{a}","vars":{{"a":{a},"b":{b}}},"golden":"{sum}"}}"#
            );
        }
        workspace.write("golden/sums.jsonl", &lines)?;
        // A rule that passes, since a gate that fails ends with another exit code.
        workspace.write(
            "bench.yaml",
            "models: [local/alpha, local/beta]\ngate:\n  baseline: {candidate: local/alpha}\n  \
             candidates: [local/beta]\n  all_tasks: {not_worse_by: 0.9}\n",
        )?;
        workspace.write("providers/local.yaml", provider)?;
        workspace.write(
            "tasks/sums.yaml",
            "task: sums\ncases: ../golden/sums.jsonl\nprompts:\n  - id: plain\n    user: \"What is {{ a }} + {{ b }}? \
             Answer with the number only.\"\nparams: {temperature: 0, max_tokens: 16}\nscorers:\n  - contains: {}\n",
        )?;
        Ok(workspace)
    }

    /// The file of a provider that leads to a server.
    pub fn served_by(url: &str, in_flight: u64) -> String {
        format!(
            "provider: local\napi: openai-chat\nbase_url: {url}/v1\nkey: ${{LOCAL_KEY}}\nlimits: {{concurrency: \
             {in_flight}}}\nmodels:\n  alpha: {{input: 0.1, output: 0.4}}\n  beta: {{input: 0.2, output: 0.8}}\n"
        )
    }

    /// The file of a provider of simulated models that wait for nothing.
    pub fn simulated() -> &'static str {
        "provider: local\napi: sim\nlimits: {concurrency: 64}\nmodels:\n  alpha: {input: 0.1, output: 0.4, sim: \
         {skill: 0.8}}\n  beta: {input: 0.2, output: 0.8, sim: {skill: 0.6}}\n"
    }

    fn write(&self, path: &str, text: &str) -> Result<(), String> {
        let path = self.folder.join(path);
        let folder = path.parent().unwrap_or(&self.folder);
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(&path, text))
            .map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Forgets all runs.
    pub fn forget_runs(&self) {
        let _ = std::fs::remove_dir_all(self.folder.join("runs"));
    }

    /// `bench ARGUMENTS` here.
    pub fn bench(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bench"));
        command
            .args(arguments)
            .current_dir(&self.folder)
            .env("LOCAL_KEY", "sk-local");
        command
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
