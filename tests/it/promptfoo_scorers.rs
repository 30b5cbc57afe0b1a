//! Scorers in Python and JavaScript from public promptfoo configurations: each loads and runs on a stand-in output, or
//! says what it needs that the sandbox does not have.
//!
//! Walks `data/promptfoo-configs` of the shared data for mappings with `type: python` or `type: javascript`.

use crate::replay_sets::recorded;
use crate::support::skipped;
use bench::model::{Case, Completion, Message, OutputSpec, Role, ScorerSpec};
use bench::sandbox::Sandbox;
use bench::scorer::{Language, Output, Program, RawScorer, ScoreInput, ScorerConfig, Supplied, compile};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Outputs of the forms that such scorers expect.
const OUTPUTS: [&str; 3] = [
    "## Steps\n\n1. Check the cluster.\n2. Run `kubectl get nodes`.\n\n```json\n{\"score\": 1}\n```\n",
    r#"{"summary": "A short summary", "severity": "low", "score": 1, "items": []}"#,
    "[]",
];

/// A scorer as a configuration has it.
struct Found {
    file: PathBuf,
    language: Language,
    value: String,
    config: Option<Value>,
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            walk(&path, files);
        } else if path
            .extension()
            .is_some_and(|ending| ending == "yaml" || ending == "yml")
        {
            files.push(path);
        }
    }
}

fn collect(file: &Path, value: &Value, found: &mut Vec<Found>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(file, item, found)),
        Value::Object(fields) => {
            let language = match fields.get("type").and_then(Value::as_str) {
                Some("python") => Some(Language::Python),
                Some("javascript") => Some(Language::JavaScript),
                _ => None,
            };
            if let (Some(language), Some(Value::String(text))) = (language, fields.get("value")) {
                found.push(Found {
                    file: file.to_owned(),
                    language,
                    value: text.clone(),
                    config: fields.get("config").cloned(),
                });
            }
            fields.values().for_each(|value| collect(file, value, found));
        }
        _ => {}
    }
}

/// The scorer's file, if the configuration came with it.
fn supplied(found: &Found) -> Result<Option<Supplied>, String> {
    let Some(path) = found.value.strip_prefix("file://") else {
        return Ok(None);
    };
    let path = path.split(".py:").next().unwrap_or(path);
    let full = found.file.parent().expect("a folder").join(path);
    match std::fs::read(&full) {
        Ok(bytes) => Ok(Some(Supplied::new(path.to_owned(), bytes))),
        Err(_) => Err(format!("its file {path} is not in the data")),
    }
}

fn config(found: &Found, supplied: Option<Supplied>) -> ScorerConfig {
    let item = json!({found.language.key(): {"code": found.value, "config": found.config}});
    let item = match &supplied {
        Some(file) => json!({found.language.key(): {"file": file.file, "config": found.config}}),
        None => item,
    };
    let raw: RawScorer = serde_json::from_value(item).expect("the item is read");
    match raw.lower().expect("the item is valid").config {
        ScorerConfig::Program(program) => ScorerConfig::Program(Program { supplied, ..program }),
        other => other,
    }
}

/// A score, or the kind of failure and its message.
type Said = Result<f64, (String, String)>;

/// What the scorer says of each stand-in.
fn run(sandbox: &Arc<Sandbox>, found: &Found) -> Result<Vec<Said>, String> {
    let spec = ScorerSpec {
        name: "scorer".into(),
        weight: 1.0,
        filter: None,
        config: config(found, supplied(found)?),
    };
    let scorer = compile(&spec, &OutputSpec::default())?;
    let said = OUTPUTS.map(|text| {
        let completion = Completion {
            text: text.to_owned(),
            ..Completion::default()
        };
        let case = Case {
            id: "stand-in".into(),
            vars: [
                ("input".to_owned(), json!("a ticket")),
                ("request".to_owned(), json!("a form")),
            ]
            .into_iter()
            .collect(),
            golden: None,
            verified: None,
            meta: Default::default(),
            scorers: Vec::new(),
        };
        let messages = [Message {
            role: Role::User,
            content: "a ticket".into(),
        }];
        let observed = scorer.observe(&ScoreInput {
            output: &Output::new(&completion, &OutputSpec::default()),
            case: &case,
            completion: &completion,
            cost: None,
            messages: Some(&messages),
            sandbox: Some(sandbox),
        });
        observed.result.map(|score| score.value).map_err(|error| {
            let kind = observed.fault.map_or("value".to_owned(), |fault| fault.kind);
            (kind, error.message)
        })
    });
    Ok(said.into())
}

#[test]
fn public_scorers_run_or_say_what_they_lack() {
    let Some(data) = recorded::data() else { return };
    let folder = data.join("promptfoo-configs");
    if !folder.is_dir() {
        return skipped("no promptfoo configurations");
    }
    let mut files = Vec::new();
    walk(&folder, &mut files);
    let mut all = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("the file is text");
        let Ok(tree) = serde_saphyr::from_str::<Value>(&text) else {
            continue;
        };
        collect(&file, &tree, &mut all);
    }
    assert!(!all.is_empty(), "no scorer in {}", folder.display());
    let cache = concat!(env!("CARGO_MANIFEST_DIR"), "/target/sandbox-cache");
    let sandbox = Sandbox::new(Some(cache.into()), 2);
    let mut lacking: BTreeMap<String, usize> = BTreeMap::new();
    let mut ran = 0;
    for found in &all {
        let said = match run(&sandbox, found) {
            Ok(said) => said,
            Err(why) => {
                *lacking.entry(why).or_default() += 1;
                continue;
            }
        };
        if said.iter().any(Result::is_ok) {
            ran += 1;
            continue;
        }
        // What no stand-in satisfies has to be told with its cause: what the sandbox lacks, or the line that raised.
        for result in said {
            let Err((kind, message)) = result else { continue };
            assert!(
                matches!(kind.as_str(), "missing" | "exception"),
                "{}: {}\n{kind}: {message}",
                found.file.display(),
                found.value
            );
            *lacking.entry(message).or_default() += 1;
        }
    }
    eprintln!("{ran} of {} scorers ran", all.len());
    for (why, count) in &lacking {
        eprintln!("  {count} times: {why}");
    }
    assert!(ran > 0);
}
