//! Fixture workspaces through the loader and the JSON Schemas.
//!
//! A fixture is one text file with `-- PATH --` before each file of the workspace; files that it leaves out are those
//! of a small valid one. In `invalid/`, the part `-- expected --` is what the user reads; `BENCH_UPDATE=1` writes it.

use bench::load::cases::scan;
use bench::load::{RenderOptions, SchemaKind, load, render, schema};
use camino::{Utf8Path, Utf8PathBuf};
use pretty_assertions::assert_eq;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;

const EXPECTED: &str = "expected";

fn manifest_dir() -> &'static Utf8Path {
    Utf8Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn updating() -> bool {
    std::env::var_os("BENCH_UPDATE").is_some()
}

/// The parts of a fixture by path.
fn parts(text: &str) -> BTreeMap<String, String> {
    let mut parts: BTreeMap<String, String> = [
        ("bench.yaml", "models: [sim/a]\n"),
        (
            "providers/sim.yaml",
            "provider: sim\napi: sim\nmodels: {a: {input: 1, output: 2, sim: {skill: 1}}}\n",
        ),
        (
            "golden/t.jsonl",
            "{\"id\": \"c1\", \"vars\": {\"q\": \"1+1\"}, \"golden\": \"2\"}\n",
        ),
        (
            "tasks/t.yaml",
            "task: t\ncases: ../golden/t.jsonl\nprompts: [\"{{ q }}\"]\nscorers: [{equals: {}}]\n",
        ),
    ]
    .map(|(path, text)| (path.to_owned(), text.to_owned()))
    .into();
    let mut path = None;
    for line in text.split_inclusive('\n') {
        match line
            .trim_end()
            .strip_prefix("-- ")
            .and_then(|rest| rest.strip_suffix(" --"))
        {
            Some(name) => {
                parts.insert(name.to_owned(), String::new());
                path = Some(name.to_owned());
            }
            None => {
                let part = path
                    .as_ref()
                    .and_then(|path| parts.get_mut(path))
                    .expect("a part before text");
                part.push_str(line);
            }
        }
    }
    parts
}

/// What the user reads about a workspace with these files.
fn rendered(parts: &BTreeMap<String, String>) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let root = Utf8PathBuf::from_path_buf(folder.path().canonicalize().expect("a path")).expect("UTF-8");
    for (path, text) in parts.iter().filter(|(path, _)| *path != EXPECTED) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("created");
        fs::write(path, text).expect("written");
    }
    let loaded = load(&root, &|_| None);
    let mut problems = loaded.problems;
    for task in &loaded.project.tasks {
        let scan = scan(task, &root, true);
        problems.extend(scan.problems);
    }
    let text = render(
        &problems,
        RenderOptions {
            colour: false,
            unicode: true,
            width: 80,
        },
    );
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

fn fixtures(kind: &str) -> Vec<Utf8PathBuf> {
    let folder = manifest_dir().join("tests/it/fixtures").join(kind);
    let mut paths: Vec<_> = folder
        .read_dir_utf8()
        .expect("fixtures")
        .map(|entry| entry.expect("an entry").into_path())
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths
}

#[test]
fn every_mistake_is_told_with_its_place_and_what_to_do() {
    let mut wrong = Vec::new();
    for path in fixtures("invalid") {
        let text = fs::read_to_string(&path).expect("readable");
        let parts = parts(&text);
        let got = format!("{}\n", rendered(&parts));
        if updating() {
            let (files, _) = text.split_once("-- expected --\n").expect("an expected part");
            fs::write(&path, format!("{files}-- expected --\n{got}")).expect("written");
        } else if got != parts[EXPECTED] {
            wrong.push(format!("{path}:\n{got}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "BENCH_UPDATE=1 accepts these:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn no_secret_of_a_provider_file_is_ever_shown() {
    for path in fixtures("invalid") {
        let shown = rendered(&parts(&fs::read_to_string(&path).expect("readable")));
        assert!(
            !shown.contains("secret-1234") && !shown.contains("other-secret"),
            "{path}:\n{shown}"
        );
    }
}

/// The kind of a file by its path in a workspace.
fn kind_of(path: &str) -> Option<SchemaKind> {
    let is_yaml = path.ends_with(".yaml") || path.ends_with(".yml");
    let depth = path.matches('/').count();
    match path.split('/').next()? {
        "bench.yaml" => Some(SchemaKind::Workspace),
        "tasks" if is_yaml && (depth == 1 || path.ends_with("/task.yaml")) => Some(SchemaKind::Task),
        "providers" if is_yaml => Some(SchemaKind::Provider),
        "judges" if is_yaml => Some(SchemaKind::Judge),
        "golden" if path.ends_with(".jsonl") => Some(SchemaKind::Cases),
        _ => None,
    }
}

fn assert_fits_schema(path: &str, text: &str) {
    let Some(kind) = kind_of(path) else { return };
    let value: Value = if kind == SchemaKind::Cases {
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        Value::Array(
            lines
                .map(|line| serde_json::from_str(line).expect("JSON"))
                .collect(),
        )
    } else {
        bench::yaml::parse(text).expect("YAML").root.to_json()
    };
    let validator = jsonschema::validator_for(&schema(kind)).expect("a valid schema");
    let errors: Vec<String> = validator
        .iter_errors(&value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(
        errors.is_empty(),
        "{path} does not fit the schema of a {kind}:\n{}",
        errors.join("\n")
    );
}

#[test]
fn valid_workspaces_load_without_a_word_and_fit_the_schemas() {
    for path in fixtures("valid") {
        let parts = parts(&fs::read_to_string(&path).expect("readable"));
        assert_eq!(rendered(&parts), "", "{path}");
        for (file, text) in &parts {
            assert_fits_schema(file, text);
        }
    }
}

#[test]
fn the_files_of_this_repository_fit_the_schemas() {
    let root = manifest_dir();
    let mut folders = vec![
        root.join("tasks"),
        root.join("providers"),
        root.join("judges"),
        root.join("golden"),
    ];
    let mut files = vec![root.join("bench.yaml")];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = folder.read_dir_utf8() else {
            continue;
        };
        for path in entries.map(|entry| entry.expect("an entry").into_path()) {
            if path.is_dir() {
                folders.push(path)
            } else {
                files.push(path)
            }
        }
    }
    for path in files.iter().filter(|path| path.exists()) {
        let name = path.strip_prefix(root).expect("inside").as_str();
        assert_fits_schema(name, &fs::read_to_string(path).expect("readable"));
    }
}

#[test]
fn the_published_schemas_are_those_of_the_types() {
    for kind in SchemaKind::ALL {
        let path = manifest_dir().join(format!("docs/reference/{kind}.schema.json"));
        let text = format!("{:#}\n", schema(kind));
        if updating() {
            fs::create_dir_all(path.parent().expect("a parent")).expect("created");
            fs::write(&path, &text).expect("written");
        }
        let published = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(published, text, "BENCH_UPDATE=1 cargo test writes {path}");
    }
}
