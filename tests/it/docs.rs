//! The pages of docs/ and README.md, run as a reader would: files are written, commands run, outputs compared.
//!
//! In a page, the info string of a fenced block says what becomes of it (readers see only the language):
//! - ` ```yaml file=tasks/a.yaml ` (any language): the block is that file of the page's workspace;
//! - ` ```yaml scorers `: the block is the `scorers:` list of a task of its own;
//! - ` ```console `: lines that begin with `$ bench` are run and must exit 0, or N where `# exit N` stands behind the
//!   command; `$ cd DIR` changes the folder; other commands are not run. All other lines are the expected stdout
//!   (stderr, where stdout is empty), in which `[..]` stands for anything in a line and `...` alone on a line for any lines.
//!
//! `BENCH_UPDATE=1 cargo test` writes what commands print now into the pages (run ids become `[..]`; outputs with a
//! line `...` are left alone).
//!
//! Blocks are taken in order. Each page has a workspace of its own: README.md a copy of this repository's, a page that
//! has its own bench.yaml or begins with `bench init` an empty folder, any other what `bench init` makes. At the end
//! `bench check` must find nothing in it, not even a warning.

#![allow(clippy::unwrap_used, clippy::panic)]

mod facts;
mod page;
mod reference;
mod shell;

use page::{Block, Kind, Step};
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
        let text = read(&path);
        let name = name_of(&path);
        let mut played = play(&name, &page::blocks(&text));
        if std::env::var_os("BENCH_UPDATE").is_some() && !played.outdated.is_empty() {
            std::fs::write(&path, page::rewritten(&text, &played.outdated)).unwrap();
            played.outdated.clear();
        }
        let outdated = played.outdated.iter().map(|(step, printed)| {
            let (line, command) = (step.line, &step.command);
            format!("{line}: `{command}` prints something else than the page says:\n{printed}")
        });
        problems.extend(
            outdated
                .chain(played.problems)
                .map(|problem| format!("{name}:{problem}")),
        );
    }
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}

/// What playing a page gave.
#[derive(Default)]
struct Played {
    /// Each begins with its line.
    problems: Vec<String>,
    /// Commands that print something else than the page shows, with what they print.
    outdated: Vec<(Step, String)>,
}

/// Plays one page in a workspace of its own.
fn play(name: &str, blocks: &[Block]) -> Played {
    let mut played = Played::default();
    let does_something = |block: &Block| !matches!(block.kind, Kind::Other);
    if !blocks.iter().any(does_something) {
        return played;
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
    for (number, block) in blocks.iter().enumerate() {
        match &block.kind {
            Kind::File(path) => shell.write(path, &block.body),
            Kind::Scorers => shell.write(
                &format!("tasks/block-{number}.yaml"),
                &page::task_around(number, &block.body),
            ),
            Kind::Console => console(&mut shell, block, &mut played),
            Kind::Other => {}
        }
    }
    for folder in shell.workspaces() {
        let ran = shell.run_in(&folder, &["check"]);
        if ran.code != 0 || !ran.stderr.is_empty() {
            played.problems.push(format!(
                "1: `bench check` in {}:\n{}{}",
                folder.display(),
                ran.stdout,
                ran.stderr
            ));
        }
    }
    played
}

fn console(shell: &mut Shell, block: &Block, played: &mut Played) {
    for step in page::steps(block) {
        let words = shell::words(&step.command);
        match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["cd", folder] => shell.enter(folder),
            ["bench", arguments @ ..] => {
                let ran = shell.run(arguments);
                if ran.code != step.exit {
                    let (line, command, exit) = (step.line, &step.command, step.exit);
                    let said = format!("{}{}", ran.stdout, ran.stderr);
                    played.problems.push(format!(
                        "{line}: `{command}` exits {}, not {exit}:\n{said}",
                        ran.code
                    ));
                    continue;
                }
                let printed = if ran.stdout.is_empty() {
                    ran.stderr
                } else {
                    ran.stdout
                };
                if !page::matches(&step.output, &printed) {
                    played.outdated.push((step, printed));
                }
            }
            _ => {}
        }
    }
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut broken = Vec::new();
    for path in pages() {
        for (line, link) in page::links(&read(&path)) {
            if link.contains("://") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target = if file.is_empty() {
                path.clone()
            } else {
                path.parent().unwrap().join(file)
            };
            let found = match anchor {
                "" => target.exists(),
                anchor => target.is_file() && page::anchors(&read(&target)).contains(anchor),
            };
            if !found {
                broken.push(format!("{}:{line}: {link}", name_of(&path)));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
