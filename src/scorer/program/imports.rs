//! Which files beside a scorer its text may import.
//!
//! An over-estimate does no harm: what does not exist beside the scorer is not supplied. So words count wherever they
//! stand, also in a `try`, behind a semicolon, or in a comment. Only a name that is put together while the code runs is
//! not seen.

use regex::Regex;
use std::sync::LazyLock;

/// `from MODULE import NAMES`, over lines where there are parentheses.
static FROM: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\bfrom\s+([.\w]+)\s+import\s*(\([^)]*\)|[^;\n]*)").ok());
/// `import NAMES`.
static IMPORT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\bimport[ \t]+([^;\n]+)").ok());
/// Texts that may be the name of a module.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"["'](\.*[\w.]+)["']"#).ok());
/// Texts that are relative paths.
static RELATIVE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"["'`](\.{1,2}(?:/[^"'`\n]*)?)["'`]"#).ok());

/// What imports a module by a text.
const BY_TEXT: [&str; 5] = ["importlib", "__import__", "import_module", "runpy", "pkgutil"];

/// Candidates for the modules that a Python text imports: `a.b` is `a/b.py` or `a/b/__init__.py`.
pub(super) fn python(from: &str, text: &str) -> Vec<String> {
    let own = folder(from);
    let mut found = Vec::new();
    let (Some(from), Some(import), Some(named)) = (FROM.as_ref(), IMPORT.as_ref(), NAMED.as_ref()) else {
        return found;
    };
    // A line that goes on is one line.
    let text = text.replace("\r\n", "\n").replace("\\\n", " ");
    let mut clauses = Vec::new();
    for captures in from.captures_iter(&text) {
        clauses.extend(captures.get(0).map(|whole| whole.range()));
        let module = captures.get(1).map_or("", |module| module.as_str());
        module_files(own, module, &mut found);
        let items = captures.get(2).map_or("", |items| items.as_str());
        for item in items.lines().flat_map(|line| {
            let code = line.split('#').next().unwrap_or_default();
            code.split(',')
        }) {
            // `from package import module`
            let item = word(item.trim_start_matches(['(', ' ', '\t']));
            if !item.is_empty() {
                let dot = if module.ends_with('.') { "" } else { "." };
                module_files(own, &format!("{module}{dot}{item}"), &mut found);
            }
        }
    }
    for captures in import.captures_iter(&text) {
        // The second half of a `from`.
        let start = captures.get(0).map_or(0, |whole| whole.start());
        if clauses.iter().any(|clause| clause.contains(&start)) {
            continue;
        }
        for item in captures.get(1).map_or("", |items| items.as_str()).split(',') {
            packages("", word(item), &mut found);
        }
    }
    if BY_TEXT.iter().any(|word| text.contains(word)) {
        for captures in named.captures_iter(&text) {
            module_files(own, captures.get(1).map_or("", |name| name.as_str()), &mut found);
        }
    }
    found.sort();
    found.dedup();
    found
}

/// The files of a module that a file in the folder names; nothing outside the scorer's own folder.
fn module_files(own: &str, module: &str, found: &mut Vec<String>) {
    let name = module.trim_start_matches('.');
    let base = match module.len() - name.len() {
        0 => Some(String::new()),
        // One dot is the own package, each further dot one folder up.
        dots => up(own, dots - 1),
    };
    if let Some(base) = base {
        packages(&base, name, found);
    }
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

/// Candidates for the files that a JavaScript or TypeScript text requires: every text in it that is a relative path.
pub(super) fn javascript(from: &str, text: &str) -> Vec<String> {
    let own = folder(from);
    let mut found = Vec::new();
    let Some(pattern) = RELATIVE.as_ref() else {
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
    fn imports_are_found_wherever_they_stand() {
        for (text, wanted) in [
            ("from helper import (clean,\n    # why\n    count)\n", "helper.py"),
            ("from lib import (\n    near,  # first\n    far,\n)", "lib/far.py"),
            ("from \\\n  lib import \\\n  far", "lib/far.py"),
            ("import os; import helper", "helper.py"),
            ("import os; from lib import far; x = 1", "lib/far.py"),
            (
                "try: import helper\nexcept ImportError: helper = None",
                "helper.py",
            ),
            ("if True: from helper import x", "helper.py"),
            (
                "import importlib\nh = importlib.import_module('lib.far')",
                "lib/far.py",
            ),
            ("names = ['helper']\nh = __import__(names[0])", "helper.py"),
            ("import os, \\\n   helper as h", "helper.py"),
        ] {
            let found = python("main.py", text);
            assert!(found.iter().any(|path| path == wanted), "{text}: {found:?}");
        }
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
        let found = javascript(
            "a.js",
            "const which = fast ? './fast' : `./slow`;\nrequire(which)",
        );
        for wanted in ["fast.js", "slow.json"] {
            assert!(found.iter().any(|path| path == wanted), "{wanted} in {found:?}");
        }
    }
}
