//! Tests that cannot fail, whatever the program does.

use oxc_ast::ast::{Expression, Program, Statement, VariableDeclaration};

/// Why a test cannot fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idle {
    /// Its last statement compares, and nothing looks at what comes of it.
    Comparison,
    /// It only defines.
    Definitions,
}

/// Whether a test cannot fail; `None` where it may.
pub(super) fn idle(program: &Program) -> Option<Idle> {
    if program.body.iter().all(is_inert) {
        return Some(Idle::Definitions);
    }
    match program.body.last() {
        Some(Statement::ExpressionStatement(last)) if is_comparison(&last.expression) => {
            Some(Idle::Comparison)
        }
        _ => None,
    }
}

/// An expression that says true or false and does nothing else.
fn is_comparison(expression: &Expression) -> bool {
    match expression {
        Expression::BinaryExpression(item) => item.operator.is_equality() || item.operator.is_compare(),
        Expression::LogicalExpression(item) => is_comparison(&item.left) && is_comparison(&item.right),
        Expression::UnaryExpression(item) => item.operator.is_not(),
        Expression::ParenthesizedExpression(item) => is_comparison(&item.expression),
        _ => false,
    }
}

fn is_inert(statement: &Statement) -> bool {
    match statement {
        Statement::FunctionDeclaration(_)
        | Statement::ClassDeclaration(_)
        | Statement::ImportDeclaration(_)
        | Statement::TSTypeAliasDeclaration(_)
        | Statement::TSInterfaceDeclaration(_)
        | Statement::EmptyStatement(_) => true,
        Statement::VariableDeclaration(item) => defines_only(item),
        _ => false,
    }
}

fn defines_only(declaration: &VariableDeclaration) -> bool {
    let plain = |value: &Expression| match value {
        Expression::FunctionExpression(_)
        | Expression::ArrowFunctionExpression(_)
        | Expression::ClassExpression(_)
        | Expression::StringLiteral(_)
        | Expression::NumericLiteral(_) => true,
        Expression::CallExpression(call) => call.callee.is_specific_id("require"),
        _ => false,
    };
    let mut values = declaration.declarations.iter().map(|item| item.init.as_ref());
    values.all(|value| value.is_none_or(plain))
}
