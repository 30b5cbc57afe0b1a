//! Reading a page: its fenced blocks, the steps of a console, links.

use std::collections::BTreeSet;

/// What a block is.
pub enum Kind {
    /// A file of the workspace, at that path.
    File(String),
    /// A list of scorers.
    Scorers,
    /// Commands and their output.
    Console,
    /// Something to read only.
    Other,
}

/// A fenced block.
pub struct Block {
    pub kind: Kind,
    /// Line of its fence, from 1.
    pub line: usize,
    pub body: String,
}

/// A command of a console with what it prints.
pub struct Step {
    pub line: usize,
    pub command: String,
    pub exit: i32,
    pub output: Vec<String>,
}

/// All fenced blocks of a page.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        if ticks < 3 {
            continue;
        }
        let fence = "`".repeat(ticks);
        let body: Vec<&str> = lines
            .by_ref()
            .map(|(_, line)| line)
            .take_while(|line| *line != fence)
            .collect();
        let body = body.iter().map(|line| format!("{line}\n")).collect();
        blocks.push(Block {
            kind: kind(line[ticks..].trim()),
            line: at + 1,
            body,
        });
    }
    blocks
}

fn kind(info: &str) -> Kind {
    let words: Vec<&str> = info.split_whitespace().collect();
    if let Some(path) = words.iter().find_map(|word| word.strip_prefix("file=")) {
        return Kind::File(path.to_owned());
    }
    match words.as_slice() {
        ["yaml", "scorers"] => Kind::Scorers,
        ["console"] => Kind::Console,
        _ => Kind::Other,
    }
}

/// Names of the environment variables that the files of a page mention.
pub fn variables(blocks: &[Block]) -> BTreeSet<String> {
    let files = blocks.iter().filter(|block| matches!(block.kind, Kind::File(_)));
    let names = files.flat_map(|block| {
        block
            .body
            .split("${")
            .skip(1)
            .filter_map(|rest| rest.split('}').next())
    });
    names.map(str::to_owned).collect()
}

/// A task with these scorers, so that they can be checked.
pub fn task_around(number: usize, scorers: &str) -> String {
    let indented: String = scorers.lines().map(|line| format!("  {line}\n")).collect();
    format!(
        "task: block-{number}\ncases: [{{id: a, golden: 1}}]\nprompts: [Hello]\n\
         output: {{format: json, schema: {{type: object}}}}\nscorers:\n{indented}"
    )
}

/// The commands of a console.
pub fn steps(block: &Block) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (offset, line) in block.body.lines().enumerate() {
        if let Some(command) = line.strip_prefix("$ ") {
            let (command, comment) = command.split_once('#').unwrap_or((command, ""));
            let exit = comment
                .trim()
                .strip_prefix("exit ")
                .map_or(0, |code| code.parse().unwrap());
            let command = command.trim().to_owned();
            steps.push(Step {
                line: block.line + 1 + offset,
                command,
                exit,
                output: Vec::new(),
            });
        } else if let Some(step) = steps.last_mut() {
            step.output.push(line.to_owned());
        }
    }
    steps
}

/// Whether the output is what the page shows. A command without any shown output may print anything.
pub fn matches(shown: &[String], printed: &str) -> bool {
    let printed: Vec<&str> = printed.trim_end().lines().map(str::trim_end).collect();
    let mut shown: Vec<&str> = shown.iter().map(|line| line.trim_end()).collect();
    while shown.last() == Some(&"") {
        shown.pop();
    }
    shown.is_empty() || lines_match(&shown, &printed)
}

/// The page with the outputs of these steps replaced. Lines that still fit keep their `[..]`.
pub fn rewritten(text: &str, outdated: &[(Step, String)]) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for (step, printed) in outdated.iter().rev() {
        if step.output.iter().any(|line| line == "...") {
            continue;
        }
        let kept = |line: &str| {
            step.output
                .iter()
                .find(|shown| line_matches(shown, line))
                .cloned()
        };
        let new: Vec<String> = printed
            .trim_end()
            .lines()
            .map(str::trim_end)
            .map(|line| kept(line).unwrap_or_else(|| without_run_ids(line)))
            .collect();
        lines.splice(step.line..step.line + step.output.len(), new);
    }
    lines.join("\n") + "\n"
}

/// Run ids (`20261121-034512-7f3a`) become `[..]`.
fn without_run_ids(line: &str) -> String {
    let id = regex::Regex::new(r"\b\d{8}-\d{6}-[0-9a-f]{4}\b").unwrap();
    id.replace_all(line, "[..]").into_owned()
}

fn lines_match(shown: &[&str], printed: &[&str]) -> bool {
    match shown {
        [] => printed.is_empty(),
        ["...", rest @ ..] => (0..=printed.len()).any(|skipped| lines_match(rest, &printed[skipped..])),
        [first, rest @ ..] => match printed {
            [line, more @ ..] => line_matches(first, line) && lines_match(rest, more),
            [] => false,
        },
    }
}

fn line_matches(shown: &str, printed: &str) -> bool {
    let mut parts = shown.split("[..]");
    let Some(mut rest) = printed.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Targets of inline links outside of fenced blocks, with their lines.
pub fn links(text: &str) -> Vec<(usize, String)> {
    let mut links = Vec::new();
    let mut fenced = false;
    for (at, line) in text.lines().enumerate() {
        if line.starts_with("```") {
            fenced = !fenced;
        }
        if !fenced {
            let targets = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
            links.extend(targets.map(|target| (at + 1, target.to_owned())));
        }
    }
    links
}

/// The anchors that GitHub gives to the headings of a page.
pub fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let anchor = |heading: &str| {
        let title = heading
            .trim_start_matches('#')
            .trim()
            .to_lowercase()
            .replace(' ', "-");
        title
            .chars()
            .filter(|c| c.is_alphanumeric() || "-_".contains(*c))
            .collect()
    };
    headings.map(anchor).collect()
}

#[test]
fn dots_stand_for_anything_in_a_line_and_for_lines() {
    let shown = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    assert!(matches(
        &shown("Run [..]: ok\n...\nend"),
        "Run 7: ok\na\nb\nend\n"
    ));
    assert!(matches(&shown("...\nend"), "end"));
    assert!(!matches(&shown("Run [..]: ok"), "Run 7: not ok?\n"));
    assert!(!matches(&shown("a"), "a\nb\n"));
}
