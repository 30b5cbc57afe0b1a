//! TypeScript whose types can be blanked out, line by line.

use super::edit::Edits;
use oxc_ast::AstKind;
use oxc_ast::ast::{
    ClassElement, Declaration, ExportDefaultDeclarationKind, FormalParameter, ImportOrExportKind, Statement,
};
use oxc_semantic::Semantic;
use oxc_span::{GetSpan, Span};

/// Words that stand before the name of a class member and mean nothing at run time.
const MODIFIERS: [&str; 7] = [
    "public",
    "private",
    "protected",
    "readonly",
    "override",
    "abstract",
    "declare",
];

/// Whether the text has constructs that run and that JavaScript does not have: enumerations, namespaces, parameters
/// that are properties.
pub(super) fn needs_lowering(semantic: &Semantic) -> bool {
    semantic.nodes().iter().any(|node| match node.kind() {
        AstKind::TSEnumDeclaration(item) => !item.declare,
        AstKind::TSNamespaceDeclaration(item) => !item.declare,
        AstKind::TSImportEqualsDeclaration(_) | AstKind::Decorator(_) => true,
        AstKind::FormalParameter(item) => is_property(item),
        _ => false,
    })
}

fn is_property(item: &FormalParameter) -> bool {
    item.accessibility.is_some() || item.readonly || item.r#override
}

/// Blanks out all that is only types.
pub(super) fn erase(semantic: &Semantic, source: &str, edits: &mut Edits) {
    for node in semantic.nodes().iter() {
        let span = node.kind().span();
        match node.kind() {
            AstKind::TSTypeAnnotation(_)
            | AstKind::TSTypeParameterDeclaration(_)
            | AstKind::TSTypeParameterInstantiation(_)
            | AstKind::TSInterfaceDeclaration(_)
            | AstKind::TSTypeAliasDeclaration(_)
            | AstKind::TSNamespaceDeclaration(_)
            | AstKind::TSExternalModuleDeclaration(_)
            | AstKind::TSGlobalDeclaration(_)
            | AstKind::TSEnumDeclaration(_)
            | AstKind::TSNamespaceExportDeclaration(_) => edits.blank(span.start, span.end),
            AstKind::TSAsExpression(item) => after(item.expression.span(), span, edits),
            AstKind::TSSatisfiesExpression(item) => after(item.expression.span(), span, edits),
            AstKind::TSNonNullExpression(item) => after(item.expression.span(), span, edits),
            AstKind::TSTypeAssertion(item) => edits.blank(span.start, item.expression.span().start),
            AstKind::TSThisParameter(_) => this_parameter(span, source, edits),
            AstKind::TSExportAssignment(item) => {
                edits.replace(
                    Span::new(span.start, item.expression.span().start),
                    "module.exports = ",
                );
            }
            AstKind::VariableDeclaration(item) if item.declare => edits.blank(span.start, span.end),
            AstKind::Function(item) if item.body.is_none() || item.declare => {
                edits.blank(span.start, span.end)
            }
            AstKind::FormalParameter(item) if item.optional => {
                mark(b'?', item.pattern.span().end, span.end, source, edits);
            }
            AstKind::VariableDeclarator(item) if item.definite => {
                mark(b'!', item.id.span().end, span.end, source, edits);
            }
            AstKind::Class(item) if item.declare => edits.blank(span.start, span.end),
            AstKind::Class(item) => {
                let name = item.id.as_ref().map_or(item.body.span.start, |id| id.span.start);
                if item.r#abstract {
                    words(span.start, name, source, edits);
                }
                if let Some(first) = item.implements.first() {
                    let from = rfind(source, "implements", first.span.start);
                    edits.blank(from, item.body.span.start);
                }
                item.body
                    .body
                    .iter()
                    .for_each(|member| class_member(member, source, edits));
            }
            _ => {}
        }
    }
    semantic
        .nodes()
        .program()
        .body
        .iter()
        .for_each(|statement| types_only(statement, edits));
}

/// Blanks imports and exports of types alone, and the `export` before a declaration that is gone.
fn types_only(statement: &Statement, edits: &mut Edits) {
    let span = statement.span();
    let gone = match statement {
        Statement::ImportDeclaration(item) => item.import_kind == ImportOrExportKind::Type,
        Statement::ExportAllDeclaration(item) => item.export_kind == ImportOrExportKind::Type,
        Statement::ExportNamedDeclaration(item) => item.export_kind == ImportOrExportKind::Type,
        Statement::ExportFromDeclaration(item) => item.export_kind == ImportOrExportKind::Type,
        Statement::ExportDeclaration(item) => is_type(&item.declaration),
        Statement::ExportDefaultDeclaration(item) => match &item.declaration {
            ExportDefaultDeclarationKind::TSInterfaceDeclaration(_) => true,
            ExportDefaultDeclarationKind::FunctionDeclaration(function) => function.body.is_none(),
            _ => false,
        },
        _ => false,
    };
    if gone {
        edits.blank(span.start, span.end);
    }
}

/// Whether a declaration leaves nothing behind at run time.
pub(super) fn is_type(declaration: &Declaration) -> bool {
    match declaration {
        Declaration::VariableDeclaration(item) => item.declare,
        Declaration::FunctionDeclaration(item) => item.body.is_none() || item.declare,
        Declaration::ClassDeclaration(item) => item.declare,
        Declaration::TSEnumDeclaration(item) => item.declare,
        Declaration::TSNamespaceDeclaration(item) => item.declare,
        Declaration::TSImportEqualsDeclaration(_) => false,
        _ => true,
    }
}

/// Blanks what follows an expression inside its span.
fn after(expression: Span, span: Span, edits: &mut Edits) {
    edits.blank(expression.end, span.end);
}

fn class_member(member: &ClassElement, source: &str, edits: &mut Edits) {
    let span = member.span();
    match member {
        ClassElement::TSIndexSignature(_) => edits.blank(span.start, span.end),
        ClassElement::MethodDefinition(item) => {
            if item.value.body.is_none() {
                edits.blank(span.start, span.end);
                return;
            }
            words(span.start, item.key.span().start, source, edits);
            if item.optional {
                mark(b'?', item.key.span().end, item.value.span.start, source, edits);
            }
        }
        ClassElement::PropertyDefinition(item) => {
            if item.declare || item.r#type.is_abstract() {
                edits.blank(span.start, span.end);
                return;
            }
            words(span.start, item.key.span().start, source, edits);
            let until = item.value.as_ref().map_or(span.end, |value| value.span().start);
            if item.optional {
                mark(b'?', item.key.span().end, until, source, edits);
            }
            if item.definite {
                mark(b'!', item.key.span().end, until, source, edits);
            }
        }
        ClassElement::AccessorProperty(item) => words(span.start, item.key.span().start, source, edits),
        ClassElement::StaticBlock(_) => {}
    }
}

/// Blanks the first such character of a part.
fn mark(character: u8, from: u32, to: u32, source: &str, edits: &mut Edits) {
    let part = source
        .as_bytes()
        .get(from as usize..to as usize)
        .unwrap_or_default();
    if let Some(at) = part.iter().position(|byte| *byte == character) {
        let at = from + u32::try_from(at).unwrap_or(0);
        edits.blank(at, at + 1);
    }
}

/// Blanks the modifiers of a part.
fn words(from: u32, to: u32, source: &str, edits: &mut Edits) {
    let part = source.get(from as usize..to as usize).unwrap_or_default();
    let mut start = None;
    for (at, character) in part.char_indices().chain([(part.len(), ' ')]) {
        if character.is_ascii_alphabetic() {
            start.get_or_insert(at);
        } else if let Some(first) = start.take()
            && part.get(first..at).is_some_and(|word| MODIFIERS.contains(&word))
        {
            let base = from as usize;
            edits.blank(offset(base + first), offset(base + at));
        }
    }
}

/// The parameter `this`, with the comma behind it.
fn this_parameter(span: Span, source: &str, edits: &mut Edits) {
    let rest = source.get(span.end as usize..).unwrap_or_default();
    let comma = rest.find(|character: char| !character.is_whitespace());
    let with_comma = comma.filter(|at| rest.as_bytes().get(*at) == Some(&b','));
    edits.blank(span.start, span.end + with_comma.map_or(0, |at| offset(at + 1)));
}

fn rfind(source: &str, word: &str, before: u32) -> u32 {
    let part = source.get(..before as usize).unwrap_or_default();
    part.rfind(word).map_or(before, offset)
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
