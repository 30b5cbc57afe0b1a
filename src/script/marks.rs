//! Marks before statements, so that errors have the line they happened in.
//!
//! QuickJS notes a position for calls, throws and expression statements only: `return a.b.c` would be reported at the
//! beginning of its function. `0;` before a statement is an expression statement; it costs nothing at run time.

use super::edit::Edits;
use oxc_ast::AstKind;
use oxc_ast::ast::Statement;
use oxc_semantic::Semantic;
use oxc_span::GetSpan;

/// What is put before statements.
const MARK: &str = "0;";
/// Its width in columns.
const WIDTH: u32 = 2;

/// Places of marks in a text: line and column from 1, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Marks(Vec<(u32, u32)>);

impl Marks {
    /// The column of the source for a column of the marked text.
    pub(super) fn column_of(&self, line: u32, column: u32) -> u32 {
        let from = self.0.partition_point(|(at, _)| *at < line);
        let mut before = 0;
        for (_, start) in self.0.iter().skip(from).take_while(|(at, _)| *at == line) {
            let marked = start + before;
            if column < marked + WIDTH {
                return column.saturating_sub(before).min(*start).max(1);
            }
            before += WIDTH;
        }
        column.saturating_sub(before).max(1)
    }
}

/// Puts marks before the statements that have no position of their own.
pub(super) fn mark(semantic: &Semantic, source: &str, edits: &mut Edits) -> Marks {
    let mut starts: Vec<u32> = Vec::new();
    for node in semantic.nodes().iter() {
        let statements = match node.kind() {
            AstKind::Program(item) => &item.body,
            AstKind::FunctionBody(item) => &item.statements,
            AstKind::BlockStatement(item) => &item.body,
            AstKind::StaticBlock(item) => &item.body,
            AstKind::SwitchCase(item) => &item.consequent,
            _ => continue,
        };
        let marked = statements.iter().filter(|statement| wants_mark(statement));
        starts.extend(marked.map(|statement| statement.span().start));
    }
    starts.sort_unstable();
    starts.dedup();
    for start in &starts {
        edits.insert(*start, MARK);
    }
    Marks(places(source, &starts))
}

fn wants_mark(statement: &Statement) -> bool {
    match statement {
        Statement::VariableDeclaration(item) => !item.declare,
        Statement::ReturnStatement(_)
        | Statement::IfStatement(_)
        | Statement::ForStatement(_)
        | Statement::ForInStatement(_)
        | Statement::ForOfStatement(_)
        | Statement::WhileStatement(_)
        | Statement::DoWhileStatement(_)
        | Statement::SwitchStatement(_) => true,
        _ => false,
    }
}

/// Line and column of sorted offsets.
fn places(source: &str, starts: &[u32]) -> Vec<(u32, u32)> {
    let mut places = Vec::with_capacity(starts.len());
    let (mut line, mut column, mut wanted) = (1, 1, starts.iter().copied().peekable());
    for (at, character) in source.char_indices() {
        let Some(next) = wanted.peek() else { break };
        if at as u64 == u64::from(*next) {
            places.push((line, column));
            wanted.next();
        }
        if character == '\n' {
            (line, column) = (line + 1, 1);
        } else {
            column += 1;
        }
    }
    places
}
