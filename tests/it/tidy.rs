//! The rules of docs/architecture.md, checked against the code.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Lines that a source file may have; tests in a `tests` file or folder are not counted.
const MOST_LINES: usize = 460;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            out.push(path);
        }
    }
}

fn all_sources() -> Vec<(String, String)> {
    let mut paths = Vec::new();
    sources(&root().join("src"), &mut paths);
    paths.sort();
    let named = |path: PathBuf| {
        let name = path
            .strip_prefix(root())
            .unwrap()
            .to_string_lossy()
            .replace('\\', "/");
        (name, std::fs::read_to_string(path).unwrap())
    };
    paths.into_iter().map(named).collect()
}

fn is_test(name: &str) -> bool {
    name.contains("/tests/") || name.ends_with("/tests.rs")
}

/// The layer of each module, read from the table.
fn layers() -> BTreeMap<String, u32> {
    let text = std::fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    let mut layers = BTreeMap::new();
    for line in text
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains("`src/"))
    {
        let mut cells = line.split('|').map(str::trim).skip(1);
        let Some(Ok(layer)) = cells.next().map(str::parse::<u32>) else {
            continue;
        };
        for name in cells
            .next()
            .unwrap()
            .split('`')
            .filter(|part| part.starts_with("src/"))
        {
            let module = name.trim_start_matches("src/").trim_end_matches(".rs");
            layers.insert(module.to_owned(), layer);
        }
    }
    layers
}

fn module_of(name: &str) -> String {
    let rest = name.trim_start_matches("src/");
    rest.split('/').next().unwrap().trim_end_matches(".rs").to_owned()
}

#[test]
fn modules_import_only_from_layers_above_them() {
    let layers = layers();
    assert!(
        layers.len() >= 15,
        "the table of layers in docs/architecture.md lists {} modules",
        layers.len()
    );
    // Types that name the configuration of a scorer or the lookup of a price live with their logic.
    let allowed = [("model", "scorer"), ("model", "pricing")];
    let mut broken = Vec::new();
    for (name, text) in all_sources() {
        let module = module_of(&name);
        let Some(own) = layers.get(&module) else {
            assert!(
                ["lib", "main"].contains(&module.as_str()),
                "{name}: module `{module}` is in no layer"
            );
            continue;
        };
        if is_test(&name) {
            continue;
        }
        let code = text.split("#[cfg(test)]").next().unwrap();
        for (at, _) in code.match_indices("crate::") {
            let used: String = code[at + 7..]
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            let Some(layer) = layers.get(&used) else { continue };
            let beside = layer == own && used != module && *own != 1 && *own != 6 && *own != 3;
            if (layer > own || beside) && !allowed.contains(&(module.as_str(), used.as_str())) {
                broken.push(format!("{name} imports `{used}`"));
            }
        }
    }
    broken.sort();
    broken.dedup();
    assert!(
        broken.is_empty(),
        "imports against the layers:\n{}",
        broken.join("\n")
    );
}

#[test]
fn libraries_stay_in_their_homes() {
    let homes = [
        ("reqwest::", vec!["provider"]),
        ("rusqlite::", vec!["store"]),
        ("clap::", vec!["cli"]),
        ("indicatif::", vec!["cli"]),
        ("serde_saphyr::", vec!["yaml"]),
        ("minijinja::", vec!["template"]),
        ("jsonschema::", vec!["scorer"]),
        ("wasmparser::", vec!["sandbox"]),
        ("wasmtime::", vec!["sandbox"]),
        ("wasmtime_wasi::", vec!["sandbox"]),
        ("bench_guests::", vec!["sandbox"]),
        ("oxc_allocator::", vec!["script"]),
        ("oxc_ast::", vec!["script"]),
        ("oxc_codegen::", vec!["script"]),
        ("oxc_parser::", vec!["script"]),
        ("oxc_semantic::", vec!["script"]),
        ("oxc_span::", vec!["script"]),
        ("oxc_transformer::", vec!["script"]),
        ("std::env::", vec!["cli"]),
        ("Timestamp::now", vec!["cli"]),
        ("println!", vec![]),
    ];
    let mut broken = Vec::new();
    for (name, text) in all_sources().into_iter().filter(|(name, _)| !is_test(name)) {
        let code = text.split("#[cfg(test)]").next().unwrap();
        for (word, modules) in &homes {
            let used = code.lines().any(|line| {
                let line = line.trim_start();
                !line.starts_with("//") && (line.contains(&format!(" {word}")) || line.starts_with(word))
            });
            if used && !modules.contains(&module_of(&name).as_str()) {
                broken.push(format!("{name} uses {word}"));
            }
        }
    }
    assert!(
        broken.is_empty(),
        "libraries away from home:\n{}",
        broken.join("\n")
    );
}

#[test]
fn files_are_short_and_say_what_they_are() {
    let mut broken = Vec::new();
    for (name, text) in all_sources() {
        if !text.starts_with("//!") {
            broken.push(format!("{name} does not start with //!"));
        }
        let code = text
            .split("#[cfg(test)]\nmod tests")
            .next()
            .unwrap()
            .lines()
            .count();
        if code > MOST_LINES && !is_test(&name) {
            broken.push(format!("{name} has {code} lines"));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn paths_named_in_the_documentation_exist() {
    let mut broken = Vec::new();
    let mut pages = vec![root().join("README.md")];
    pages.extend(
        std::fs::read_dir(root().join("docs"))
            .unwrap()
            .map(|entry| entry.unwrap().path()),
    );
    for page in pages
        .into_iter()
        .filter(|page| page.extension().is_some_and(|extension| extension == "md"))
    {
        let text = std::fs::read_to_string(&page).unwrap();
        for part in text.split('`').skip(1).step_by(2) {
            let ours = ["src/", "tests/it", "benches/", "docs/"]
                .iter()
                .any(|start| part.starts_with(start));
            if ours && !part.contains(['*', ' ', '{', '<', '\n']) && !root().join(part).exists() {
                broken.push(format!("{} names {part}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
