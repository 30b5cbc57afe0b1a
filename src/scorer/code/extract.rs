//! Takes the program out of an answer: through thoughts, chatter and fences.

use super::exercise::Exercise;
use super::runner::Runner;
use crate::text::{CodeBlock, code_blocks};
use std::borrow::Cow;

/// What reasoning models close their thoughts with; drafts in them are not the answer.
const THOUGHTS_END: &str = "</think>";
/// Tags of fences that say nothing of the language.
const PLAIN_TAGS: [&str; 4] = ["", "text", "plaintext", "code"];

/// The program in an answer; `None` where there is no code.
///
/// 1. Of the blocks in fences, those of the language, else those that name none. Of these the last that defines the
///    function under test, or that defines a name which the tests use; else the longest.
/// 2. Without any fence, the whole answer if it begins like code, else the lines from the first that does.
///
/// Where the case has a prefix and the code does not define the function, it goes on from the prefix; where it does, only
/// what stands before the function (imports, helpers) is put in front.
pub(super) fn program(answer: &str, runner: &dyn Runner, exercise: &Exercise) -> Option<String> {
    let answer = answer
        .rsplit_once(THOUGHTS_END)
        .map_or(answer, |(_, behind)| behind);
    let entry = exercise.entry.as_deref();
    let code = match fenced(answer, runner, exercise) {
        Fenced::Block(code) => code,
        Fenced::Foreign => return None,
        Fenced::None => bare(answer, runner, exercise.prefix.is_some())?,
    };
    if code.trim().is_empty() {
        return None;
    }
    let Some(prefix) = exercise.prefix.as_deref() else {
        return Some(code.into_owned());
    };
    let defined = match entry {
        Some(entry) => runner.defines(&code, entry),
        None => !is_indented(&code),
    };
    Some(match (defined, entry) {
        (true, Some(entry)) => format!("{}{code}", before_definition(prefix, runner, entry)),
        (true, None) => code.into_owned(),
        (false, _) => format!("{prefix}{}", continued(&code, prefix)),
    })
}

enum Fenced<'a> {
    Block(Cow<'a, str>),
    /// There are fences, but none with a program.
    Foreign,
    None,
}

fn fenced<'a>(answer: &'a str, runner: &dyn Runner, exercise: &Exercise) -> Fenced<'a> {
    let blocks = unwrapped(answer);
    if blocks.is_empty() {
        return Fenced::None;
    }
    let tagged = |wanted: &[&str]| -> Vec<&Cow<'a, str>> {
        let fits = |tag: &str| wanted.iter().any(|known| known.eq_ignore_ascii_case(tag));
        let blocks = blocks
            .iter()
            .filter(|block| fits(block.language.unwrap_or_default()));
        blocks.map(|block| &block.content).collect()
    };
    let mut fitting = tagged(runner.tags());
    if fitting.is_empty() {
        fitting = tagged(&PLAIN_TAGS);
    }
    let entry = exercise.entry.as_deref();
    let last = |wanted: &dyn Fn(&str) -> bool| fitting.iter().rev().copied().find(|code| wanted(code));
    let chosen = entry
        .and_then(|entry| last(&|code| runner.defines(code, entry)))
        .or_else(|| last(&|code| runner.names(code).iter().any(|name| exercise.mentions(name))))
        .or_else(|| fitting.iter().copied().max_by_key(|code| code.len()));
    chosen.map_or(Fenced::Foreign, |code| Fenced::Block(code.clone()))
}

/// The blocks in fences; instead of one that is an answer in Markdown itself, the blocks in it.
fn unwrapped(answer: &str) -> Vec<CodeBlock<'_>> {
    let mut blocks = Vec::new();
    for block in code_blocks(answer) {
        let inner = match block.content {
            Cow::Borrowed(text) if block.language.is_some_and(is_markdown) => code_blocks(text),
            _ => Vec::new(),
        };
        if inner.is_empty() {
            blocks.push(block);
        } else {
            blocks.extend(inner);
        }
    }
    blocks
}

fn is_markdown(tag: &str) -> bool {
    tag.eq_ignore_ascii_case("markdown") || tag.eq_ignore_ascii_case("md")
}

/// Code without a fence.
fn bare<'a>(answer: &'a str, runner: &dyn Runner, continues: bool) -> Option<Cow<'a, str>> {
    let first = answer.lines().find(|line| !line.trim().is_empty())?;
    if runner.begins(first) || (continues && (is_indented(answer) || runner.is_statement(first))) {
        return Some(Cow::Borrowed(answer));
    }
    let mut lines = answer
        .split_inclusive('\n')
        .skip_while(|line| !runner.begins(line))
        .peekable();
    lines.peek()?;
    let mut code = String::new();
    let mut after_gap = false;
    for line in lines {
        // What follows a gap at the margin and reads like prose ends the code.
        if after_gap && !line.starts_with(char::is_whitespace) && is_prose(line, runner) {
            break;
        }
        after_gap = line.trim().is_empty();
        code.push_str(line);
    }
    Some(Cow::Owned(code))
}

/// A line of words without any sign of code.
fn is_prose(line: &str, runner: &dyn Runner) -> bool {
    let line = line.trim();
    !runner.begins(line)
        && line.contains(' ')
        && line.starts_with(|c: char| c.is_alphabetic())
        && !line.contains(['=', '(', '{', '[', ';'])
}

fn is_indented(code: &str) -> bool {
    let first = code.lines().find(|line| !line.trim().is_empty());
    first.is_some_and(|line| line.starts_with([' ', '\t']))
}

/// A continuation as it fits the prefix: APIs cut white space at the beginning of an answer, and with it the indent of
/// the first line. It gets back that of the prefix's last line, or four spaces behind a head.
fn continued<'a>(code: &'a str, prefix: &str) -> Cow<'a, str> {
    let Some(last) = prefix.lines().rev().find(|line| !line.trim().is_empty()) else {
        return Cow::Borrowed(code);
    };
    let indent: String = last.chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
    let indent = match indent.as_str() {
        "" if last.trim_end().ends_with([':', '{']) => "    ",
        other => other,
    };
    let mut lines = code.lines().filter(|line| !line.trim().is_empty());
    let lost = !indent.is_empty()
        && prefix.ends_with('\n')
        && lines.next().is_some_and(|line| !line.starts_with([' ', '\t']))
        && lines.all(|line| line.starts_with([' ', '\t', '}']));
    if lost {
        Cow::Owned(format!("{indent}{}", code.trim_start()))
    } else {
        Cow::Borrowed(code)
    }
}

/// What stands in the prefix before the function: whole lines.
fn before_definition<'p>(prefix: &'p str, runner: &dyn Runner, entry: &str) -> &'p str {
    let mut end = 0;
    for line in prefix.split_inclusive('\n') {
        if runner.defines(line, entry) {
            break;
        }
        end += line.len();
    }
    prefix.get(..end).unwrap_or_default()
}
