//! The pages of docs/ and README.md, run as a reader would: files are written, commands run, outputs compared.
//!
//! In a page, the info string of a fenced block says what becomes of it (readers see only the language):
//! - ` ```yaml file=tasks/a.yaml ` (any language): the block is that file of the page's workspace;
//! - ` ```yaml scorers `: the block is the `scorers:` list of a task of its own;
//! - ` ```console `: lines that begin with `$ bench` are run and must exit 0, or N where `# exit N` stands behind the
//!   command; `$ cd DIR` changes the folder; all other lines are the expected stdout, in which `[..]` stands for
//!   anything in a line and `...` alone on a line for any lines.
//!
//! Blocks are taken in order. Each page has a workspace of its own: README.md a copy of this repository's, a page that
//! has its own bench.yaml or begins with `bench init` an empty folder, any other what `bench init` makes. At the end
//! `bench check` must find nothing in it, not even a warning.

#![allow(clippy::unwrap_used, clippy::panic)]

mod facts;
mod page;
mod reference;
mod shell;

use page::{Block, Kind};
use shell::Shell;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// README.md, CONTRIBUTING.md and the pages of docs/, sorted.
fn pages() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("docs")).unwrap();
    let mut pages: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    pages.extend(["README.md", "CONTRIBUTING.md"].map(|name| root().join(name)));
    pages.sort();
    pages
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn name_of(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap()
        .to_string_lossy()
        .replace('\\', "/")
}

#[test]
fn files_and_commands_of_the_pages_work_as_the_pages_say() {
    let mut problems = Vec::new();
    for path in pages() {
        let blocks = page::blocks(&read(&path));
        let name = name_of(&path);
        problems.extend(
            play(&name, &blocks)
                .into_iter()
                .map(|problem| format!("{name}:{problem}")),
        );
    }
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}

/// Plays one page in a workspace of its own; each problem begins with its line.
fn play(name: &str, blocks: &[Block]) -> Vec<String> {
    let does_something = |block: &Block| !matches!(block.kind, Kind::Other);
    if !blocks.iter().any(does_something) {
        return Vec::new();
    }
    let mut shell = Shell::new(&page::variables(blocks));
    let own = blocks
        .iter()
        .any(|block| matches!(&block.kind, Kind::File(path) if path == "bench.yaml"));
    let first = blocks
        .iter()
        .find(|block| does_something(block))
        .map(|block| block.body.as_str());
    let begins_with_init = first.is_some_and(|body| body.starts_with("$ bench init"));
    if name == "README.md" {
        for folder in ["tasks", "golden", "providers", "judges"] {
            shell.copy(&root().join(folder), folder);
        }
        shell.write("bench.yaml", &read(&root().join("bench.yaml")));
    } else if !own && !begins_with_init {
        shell.run(&["init"]);
    }
    let mut problems = Vec::new();
    for (number, block) in blocks.iter().enumerate() {
        match &block.kind {
            Kind::File(path) => shell.write(path, &block.body),
            Kind::Scorers => shell.write(
                &format!("tasks/block-{number}.yaml"),
                &page::task_around(number, &block.body),
            ),
            Kind::Console => problems.extend(console(&mut shell, block)),
            Kind::Other => {}
        }
    }
    for folder in shell.workspaces() {
        let ran = shell.run_in(&folder, &["check"]);
        if ran.code != 0 || !ran.stderr.is_empty() {
            problems.push(format!(
                "1: `bench check` in {}:\n{}{}",
                folder.display(),
                ran.stdout,
                ran.stderr
            ));
        }
    }
    problems
}

fn console(shell: &mut Shell, block: &Block) -> Vec<String> {
    let mut problems = Vec::new();
    for step in page::steps(block) {
        let words = shell::words(&step.command);
        match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["cd", folder] => shell.enter(folder),
            ["bench", arguments @ ..] => {
                let ran = shell.run(arguments);
                let at = format!("{}: `{}`", step.line, step.command);
                if ran.code != step.exit {
                    problems.push(format!(
                        "{at} exits {}, not {}:\n{}{}",
                        ran.code, step.exit, ran.stdout, ran.stderr
                    ));
                } else if !page::matches(&step.output, &ran.stdout) {
                    problems.push(format!(
                        "{at} prints something else than the page says:\n{}",
                        ran.stdout
                    ));
                }
            }
            _ => problems.push(format!(
                "{}: only `bench` and `cd` are run here: {}",
                step.line, step.command
            )),
        }
    }
    problems
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut broken = Vec::new();
    for path in pages() {
        let text = read(&path);
        for (line, link) in page::links(&text) {
            let target = link.split('#').next().unwrap();
            let is_local = !link.contains("://") && !link.starts_with("mailto:") && !target.is_empty();
            if is_local && !path.parent().unwrap().join(target).exists() {
                broken.push(format!("{}:{line}: {link}", name_of(&path)));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
