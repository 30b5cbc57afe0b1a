//! Which files beside a scorer its text may import.
//!
//! An over-estimate does no harm: what does not exist beside the scorer is not supplied.

use regex::Regex;
use std::sync::LazyLock;

static PYTHON: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?m)^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]+([^#\n]*)|import[ \t]+([^#\n]+))").ok()
});
static JAVASCRIPT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?:\bfrom|\bimport|\brequire)\s*\(?\s*["'](\.{1,2}/[^"'\n]+)["']"#).ok());

/// Candidates for the modules that a Python text imports: `a.b` is `a/b.py` or `a/b/__init__.py`.
pub(super) fn python(from: &str, text: &str) -> Vec<String> {
    let own = folder(from);
    let mut found = Vec::new();
    let Some(pattern) = PYTHON.as_ref() else {
        return found;
    };
    for captures in pattern.captures_iter(text) {
        if let Some(module) = captures.get(1) {
            let dots = module.as_str().chars().take_while(|c| *c == '.').count();
            let base = match dots {
                0 => Some(String::new()),
                // One dot is the own package, each further dot one folder up.
                _ => up(own, dots - 1),
            };
            let Some(base) = base else { continue };
            let name = module.as_str().trim_start_matches('.');
            packages(&base, name, &mut found);
            // `from package import module`
            for item in captures.get(2).map_or("", |items| items.as_str()).split(',') {
                let item = word(item.trim_start_matches(['(', ' ']));
                if !item.is_empty() {
                    let dotted = if name.is_empty() {
                        item.to_owned()
                    } else {
                        format!("{name}.{item}")
                    };
                    packages(&base, &dotted, &mut found);
                }
            }
        }
        for item in captures.get(3).map_or("", |items| items.as_str()).split(',') {
            packages("", word(item), &mut found);
        }
    }
    found.sort();
    found.dedup();
    found
}

/// The dotted name at the beginning of a text.
fn word(text: &str) -> &str {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'));
    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
}

/// The files of a dotted name: those of its packages on the way, then its own.
fn packages(base: &str, dotted: &str, found: &mut Vec<String>) {
    let mut path = base.to_owned();
    for part in dotted.split('.').filter(|part| !part.is_empty()) {
        if !path.is_empty() {
            path.push('/');
        }
        path.push_str(part);
        found.push(format!("{path}/__init__.py"));
        found.push(format!("{path}.py"));
    }
}

/// Candidates for the files that a JavaScript or TypeScript text requires by a relative path.
pub(super) fn javascript(from: &str, text: &str) -> Vec<String> {
    let own = folder(from);
    let mut found = Vec::new();
    let Some(pattern) = JAVASCRIPT.as_ref() else {
        return found;
    };
    for captures in pattern.captures_iter(text) {
        let Some(path) = captures.get(1).and_then(|path| resolve(own, path.as_str())) else {
            continue;
        };
        found.push(path.clone());
        // TypeScript names `./lib.ts` as `./lib.js`.
        let stem = path.strip_suffix(".js").map(str::to_owned);
        for ending in ["js", "cjs", "mjs", "ts", "cts", "mts", "json"] {
            found.push(format!("{path}.{ending}"));
            found.push(format!("{path}/index.{ending}"));
        }
        found.extend(stem.map(|stem| format!("{stem}.ts")));
    }
    found.sort();
    found.dedup();
    found
}

fn folder(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A folder so many folders up; `None` outside the scorer's own.
fn up(folder: &str, levels: usize) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for _ in 0..levels {
        parts.pop()?;
    }
    Some(parts.join("/"))
}

/// A relative path from a folder; `None` outside the scorer's own folder.
fn resolve(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn python_imports_are_found_in_all_their_forms() {
        let text = "import os, helper as h\nfrom lib.text import clean\n  from . import near  # why\nfrom .deep import x\n";
        let found = python("main.py", text);
        for wanted in [
            "helper.py",
            "lib/text.py",
            "lib/__init__.py",
            "near.py",
            "deep.py",
        ] {
            assert!(found.iter().any(|path| path == wanted), "{wanted} in {found:?}");
        }
        assert!(python("lib/a.py", "from .b import c").contains(&"lib/b.py".to_owned()));
        assert!(
            python("a.py", "from ... import c").is_empty(),
            "outside the folder"
        );
    }

    #[test]
    fn javascript_imports_stay_in_the_folder() {
        let found = javascript(
            "a/b.ts",
            "import {x} from '../lib.js';\nconst y = require(\"./c\");\nrequire('../../etc')",
        );
        for wanted in ["lib.ts", "a/c.js", "a/c/index.js"] {
            assert!(found.iter().any(|path| path == wanted), "{wanted} in {found:?}");
        }
        assert!(!found.iter().any(|path| path.contains("etc")), "{found:?}");
    }
}
