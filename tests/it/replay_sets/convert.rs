//! From recorded answers to a workspace, as a user would lay one out: cases with golden outputs, a `replay` provider
//! with one model for each system, and a JSONL file of answers for each model.

use super::recorded::{Item, Published, items, scorer};
use crate::support::Workspace;
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// The workspace of a set: one task for each file of answers.
pub struct Replayed {
    /// The folder.
    pub workspace: Workspace,
    /// For each published figure: its task, its model, and what kinds of answers there are.
    pub places: Vec<Place>,
}

/// Where a published figure has to show up.
pub struct Place {
    /// The task.
    pub task: String,
    /// The model as `provider/model`.
    pub model: String,
    /// Recorded answers.
    pub answers: usize,
    /// Those with nothing but white space.
    pub blank: usize,
    /// Those that may be refusals.
    pub apologies: usize,
}

/// Converts a set.
pub fn convert(set: &str, published: &[Published]) -> Replayed {
    let workspace = Workspace::empty();
    let mut files: Vec<&Path> = published.iter().map(|entry| entry.outputs.as_path()).collect();
    files.dedup();
    let mut recordings: BTreeMap<String, String> = BTreeMap::new();
    let mut tasks: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut places = Vec::new();
    for entry in published {
        let at = files.iter().position(|file| *file == entry.outputs);
        let task = format!("{}-{}", name(set), at.expect("it is one of them") + 1);
        let model = name(&entry.system);
        let text = std::fs::read_to_string(&entry.outputs).expect("the answers are text");
        let items = items(&text, &entry.system);
        workspace.write(&format!("golden/{task}.jsonl"), &cases(&items));
        let lines = recordings.entry(model.clone()).or_default();
        for (number, item) in items.iter().enumerate() {
            let line = json!({"task": task, "case": id(number), "output": item.output});
            writeln!(lines, "{line}").expect("text");
        }
        places.push(Place {
            task: task.clone(),
            model: format!("recorded/{model}"),
            answers: items.len(),
            apologies: items.iter().filter(|item| is_apology(&item.output)).count(),
            blank: items.iter().filter(|item| item.output.trim().is_empty()).count(),
        });
        tasks.entry(task).or_default().push(model);
    }
    for (task, models) in &tasks {
        workspace.write(&format!("tasks/{task}.yaml"), &task_file(set, task, models));
    }
    let mut provider = "provider: recorded\napi: replay\nmodels:\n".to_owned();
    for (model, lines) in &recordings {
        workspace.write(&format!("recorded/{model}.jsonl"), lines);
        writeln!(provider, "  \"{model}\": {{file: ../recorded/{model}.jsonl}}").expect("text");
    }
    workspace.write("providers/recorded.yaml", &provider);
    workspace.write("bench.yaml", "{}\n");
    Replayed { workspace, places }
}

/// The publishers grade whatever came, also nothing and apologies.
fn task_file(set: &str, task: &str, models: &[String]) -> String {
    let scorer = scorer(set).expect("sets without a scorer are left out");
    let models: Vec<String> = models
        .iter()
        .map(|model| format!("\"recorded/{model}\""))
        .collect();
    format!(
        "task: {task}\ncases: ../golden/{task}.jsonl\nmodels: [{}]\nprompts:\n  - user: \"{{{{ question }}}}\"\n\
         scorers:\n  - {scorer}\ntreat: {{refused: score, empty: score}}\n",
        models.join(", ")
    )
}

/// Whether an answer holds a word that refusals are made of.
pub fn is_apology(output: &str) -> bool {
    let output = output.to_lowercase().replace('’', "'");
    ["sorry", "can't", "cannot", "unable"]
        .iter()
        .any(|word| output.contains(word))
}

fn cases(items: &[Item]) -> String {
    let mut lines = String::new();
    for (number, item) in items.iter().enumerate() {
        let case = json!({"id": id(number), "vars": {"question": item.question}, "golden": item.golden});
        writeln!(lines, "{case}").expect("text");
    }
    lines
}

fn id(number: usize) -> String {
    format!("c-{number:05}")
}

/// A name as file names and globs take it.
fn name(text: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || c == '.' {
            c
        } else {
            '-'
        }
    };
    text.chars().map(plain).collect()
}
