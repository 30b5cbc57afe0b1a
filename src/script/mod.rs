//! The front end of JavaScript and TypeScript programs: types go, ES modules become CommonJS, lines stay where they are.
//!
//! The interpreter in the sandbox runs CommonJS text. Types are blanked out in place, and an `import` or `export` is
//! replaced within its line, so that a line of the result is the same line of the file. Only TypeScript that has code
//! of its own (enumerations, namespaces, properties as parameters) is printed anew; [`Script::line_of`] leads back.

mod edit;
mod erase;
mod idle;
mod lower;
mod marks;
mod modules;
#[cfg(test)]
mod tests;

pub use idle::Idle;

use edit::Edits;
use marks::Marks;
use modules::Found;
use oxc_allocator::Allocator;
use oxc_ast::ast::{Expression, Program, Statement};
use oxc_parser::{ParseOptions, Parser};
use oxc_semantic::{Semantic, SemanticBuilder};
use oxc_span::{GetSpan, SourceType};
use std::fmt::Write;

/// The language of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `.js`, `.cjs`, `.mjs`
    JavaScript,
    /// `.ts`, `.mts`, `.cts`
    TypeScript,
}

impl Dialect {
    /// The language that the name of a file says, if it is one of these.
    pub fn of(file: &str) -> Option<Dialect> {
        let (_, extension) = file.rsplit_once('.')?;
        match extension.to_ascii_lowercase().as_str() {
            "js" | "cjs" | "mjs" => Some(Dialect::JavaScript),
            "ts" | "mts" | "cts" => Some(Dialect::TypeScript),
            _ => None,
        }
    }
}

/// A text that the interpreter can run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// CommonJS text.
    pub text: String,
    /// Modules that the text asks for, as they are written in it, in order, each once.
    pub requires: Vec<String>,
    /// Names at the top of the text, in the order of the alphabet.
    pub names: Vec<String>,
    /// Whether a `return` stands at its top: then it is no expression.
    pub returns: bool,
    /// Where lines moved: the line of the file for each line of the text.
    lines: Option<Vec<u32>>,
    marks: Marks,
    idle: Option<Idle>,
}

impl Script {
    /// Why it cannot fail, where it is a test that cannot. A function `check` is called where `entry` says what with.
    pub fn idle(&self, entry: Option<&str>) -> Option<Idle> {
        let checks = entry.is_some() && self.names.iter().any(|name| name == "check");
        self.idle.filter(|idle| *idle != Idle::Definitions || !checks)
    }

    /// The line of the file that a line of the text comes from; both start at 1.
    pub fn line_of(&self, line: u32) -> u32 {
        let Some(lines) = &self.lines else { return line };
        let at = (line.max(1) - 1) as usize;
        lines.get(at).or(lines.last()).copied().unwrap_or(line)
    }

    /// The column of the file that a place of the text comes from; `None` where the line was printed anew.
    pub fn column_of(&self, line: u32, column: u32) -> Option<u32> {
        self.lines.is_none().then(|| self.marks.column_of(line, column))
    }
}

/// A text that is no JavaScript or TypeScript.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {message}")]
pub struct ScriptError {
    /// The file as it was named.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// The source line.
    pub text: String,
    /// What is wrong.
    pub message: String,
}

/// What the text is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// A scorer or a helper file.
    Module,
    /// A program whose names tests use.
    Answer,
    /// Tests.
    Tests,
}

/// A scorer or a helper file as CommonJS. CommonJS text without types passes as it is.
pub fn to_commonjs(source: &str, file: &str, dialect: Dialect) -> Result<Script, ScriptError> {
    script(source, file, dialect, Purpose::Module)
}

/// A program under test: as [`to_commonjs`], with a last line that gives its top-level names to the guest.
pub fn answer(source: &str, file: &str, dialect: Dialect) -> Result<Script, ScriptError> {
    script(source, file, dialect, Purpose::Answer)
}

/// Tests: as [`to_commonjs`]; a promise of a call at the top is waited for, so that its failure is a failure.
pub fn tests(source: &str, file: &str, dialect: Dialect) -> Result<Script, ScriptError> {
    script(source, file, dialect, Purpose::Tests)
}

/// The modules that a text asks for; none where the text cannot be read.
pub fn requires(source: &str, dialect: Dialect) -> Vec<String> {
    to_commonjs(source, "", dialect)
        .map(|script| script.requires)
        .unwrap_or_default()
}

fn script(source: &str, file: &str, dialect: Dialect, purpose: Purpose) -> Result<Script, ScriptError> {
    let allocator = Allocator::default();
    let program = parse(&allocator, source, file, dialect)?;
    let semantic = SemanticBuilder::new()
        .with_build_nodes(true)
        .build(allocator.alloc(program))
        .semantic;
    let typed = dialect == Dialect::TypeScript;
    if typed && erase::needs_lowering(&semantic) {
        let (text, lines) = lower::lower(source, file)?;
        let mut script = self::script(&text, file, Dialect::JavaScript, purpose)?;
        script.lines = Some(lines);
        return Ok(script);
    }
    let mut edits = Edits::new(source);
    if typed {
        erase::erase(&semantic, source, &mut edits);
    }
    let idle = (purpose == Purpose::Tests)
        .then(|| idle::idle(semantic.nodes().program()))
        .flatten();
    let returns = |statement: &Statement<'_>| matches!(statement, Statement::ReturnStatement(_));
    let returns = semantic.nodes().program().body.iter().any(returns);
    let found = modules::convert(&semantic, typed, &mut edits);
    let marks = marks::mark(&semantic, source, &mut edits);
    if purpose != Purpose::Module {
        wait_for_calls(semantic.nodes().program(), &mut edits);
    }
    let bindings = bindings(&semantic, &found);
    if purpose == Purpose::Answer && !bindings.is_empty() {
        // The end of the text, on a line of its own: the last line may end in a comment.
        let end = u32::try_from(source.len()).unwrap_or(u32::MAX);
        edits.insert(end, &registration(&bindings));
    }
    let Found { head, requires, .. } = found;
    if !head.is_empty() {
        let start = semantic
            .nodes()
            .program()
            .hashbang
            .as_ref()
            .map_or(0, |bang| bang.span.end);
        let head = if start > 0 { format!("\n{head}") } else { head };
        edits.insert(start, &head);
    }
    Ok(Script {
        text: edits.finish(),
        requires,
        names: bindings.into_iter().map(|(name, _)| name).collect(),
        returns,
        lines: None,
        marks,
        idle,
    })
}

/// Parses a text: as a module, or else as CommonJS, where `return` may stand at the top and words are less reserved.
fn parse<'a>(
    allocator: &'a Allocator,
    source: &'a str,
    file: &str,
    dialect: Dialect,
) -> Result<Program<'a>, ScriptError> {
    let typed = dialect == Dialect::TypeScript;
    let module = Parser::new(allocator, source, SourceType::mjs().with_typescript(typed)).parse();
    if !module.panicked && !module.diagnostics.has_errors() {
        return Ok(module.program);
    }
    let options = ParseOptions {
        allow_return_outside_function: true,
        ..ParseOptions::default()
    };
    let common = Parser::new(allocator, source, SourceType::cjs().with_typescript(typed))
        .with_options(options)
        .parse();
    if !common.panicked && !common.diagnostics.has_errors() {
        return Ok(common.program);
    }
    let failed = if module.module_record.has_module_syntax {
        module
    } else {
        common
    };
    let first = failed.diagnostics.errors().next();
    let offset = first
        .and_then(|error| error.labels.first())
        .map_or(0, |label| label.offset() as usize);
    let message = first.map_or_else(
        || "this is no JavaScript".to_owned(),
        |error| error.message.to_string(),
    );
    Err(error_at(source, file, offset, message))
}

/// An error at a byte of the source.
fn error_at(source: &str, file: &str, offset: usize, message: String) -> ScriptError {
    let offset = (0..=offset.min(source.len()))
        .rev()
        .find(|at| source.is_char_boundary(*at))
        .unwrap_or(0);
    let (before, after) = source.split_at(offset);
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let rest = after.split('\n').next().unwrap_or_default();
    let left = before.get(start..).unwrap_or_default();
    ScriptError {
        file: file.to_owned(),
        line: u32::try_from(before.matches('\n').count() + 1).unwrap_or(u32::MAX),
        column: u32::try_from(left.chars().count() + 1).unwrap_or(u32::MAX),
        text: format!("{left}{}", rest.trim_end_matches('\r')),
        message,
    }
}

/// Wraps the calls at the top, so that the guest sees the promises that nobody waits for.
fn wait_for_calls(program: &Program, edits: &mut Edits) {
    for statement in &program.body {
        if let Statement::ExpressionStatement(item) = statement
            && let Expression::CallExpression(call) = &item.expression
        {
            let span = call.span();
            edits.insert(span.start, "__bench_wait(");
            edits.insert(span.end, ")");
        }
    }
}

/// The names at the top of a text that have values, and whether they can be assigned.
fn bindings(semantic: &Semantic, found: &Found) -> Vec<(String, bool)> {
    let scoping = semantic.scoping();
    let mut names: Vec<(String, bool)> = scoping
        .get_bindings(scoping.root_scope_id())
        .iter()
        .filter_map(|(name, symbol)| {
            let flags = scoping.symbol_flags(*symbol);
            if flags.is_import() || flags.is_type_import() {
                return found
                    .imported
                    .iter()
                    .any(|known| known == name.as_str())
                    .then(|| (name.to_string(), false));
            }
            let lives = (flags.is_value()) && !flags.is_ambient();
            lives.then(|| (name.to_string(), !flags.is_const_variable()))
        })
        .collect();
    names.sort();
    names
}

/// The line that gives the names of a program to the guest.
fn registration(bindings: &[(String, bool)]) -> String {
    let mut line = String::from("\n;__bench_names({");
    for (name, assignable) in bindings {
        let _ = write!(line, "get {name}(){{return {name}}},");
        if *assignable {
            let _ = write!(line, "set {name}(v){{{name}=v}},");
        }
    }
    line.push_str("});");
    line
}
