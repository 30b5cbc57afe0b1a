//! ES modules as CommonJS: `import` becomes `require`, `export` becomes a getter on `exports`.

use super::edit::Edits;
use super::erase::is_type;
use oxc_ast::AstKind;
use oxc_ast::ast::{
    Argument, Declaration, ExportDefaultDeclarationKind, ExportSpecifier, Expression, ImportDeclaration,
    ImportDeclarationSpecifier, ImportOrExportKind, ModuleExportName, Statement,
};
use oxc_semantic::Semantic;
use oxc_span::{GetSpan, Span};
use std::fmt::Write;

/// What the conversion has found.
#[derive(Default)]
pub(super) struct Found {
    /// Text for the first line, before anything else.
    pub(super) head: String,
    /// Specifiers of all modules that the text asks for, in order, each once.
    pub(super) requires: Vec<String>,
    /// Names that imports bind.
    pub(super) imported: Vec<String>,
    count: usize,
}

impl Found {
    fn asks_for(&mut self, specifier: &str) {
        if !self.requires.iter().any(|known| known == specifier) {
            self.requires.push(specifier.to_owned());
        }
    }

    fn fresh(&mut self) -> String {
        self.count += 1;
        format!("__bench_module{}", self.count)
    }

    /// `exports.NAME` gives what the expression gives at that moment.
    fn getter(&mut self, name: &str, expression: &str) {
        self.head += &getter(name, expression);
    }
}

fn getter(name: &str, expression: &str) -> String {
    let name = quote(name);
    format!(
        "Object.defineProperty(exports,{name},{{enumerable:true,configurable:true,get(){{return {expression}}}}});"
    )
}

fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A read of a member of a module object.
fn member(module: &str, name: &ModuleExportName) -> String {
    let name = name.name();
    if name == "default" {
        format!("({module}!=null&&{module}.__esModule?{module}.default:{module})")
    } else {
        format!("{module}[{}]", quote(&name))
    }
}

/// Converts module syntax, and whatever else cannot stand in the body of a function. `typed`: imports that are used
/// as types only are left out.
pub(super) fn convert(semantic: &Semantic, typed: bool, edits: &mut Edits) -> Found {
    let mut found = Found::default();
    let body = &semantic.nodes().program().body;
    let module = body.iter().any(|statement| {
        statement.is_module_declaration() && !matches!(statement, Statement::TSExportAssignment(_))
    });
    if module {
        found.head.push_str("\"use strict\";");
    }
    let exporting = body.iter().any(|statement| {
        statement.is_module_declaration()
            && !matches!(
                statement,
                Statement::ImportDeclaration(_) | Statement::TSExportAssignment(_)
            )
    });
    if exporting {
        found
            .head
            .push_str("Object.defineProperty(exports,\"__esModule\",{value:true});");
    }
    for statement in body {
        self::statement(statement, semantic, typed, edits, &mut found);
    }
    for node in semantic.nodes().iter() {
        expression(node.kind(), edits, &mut found);
    }
    found
}

fn statement(statement: &Statement, semantic: &Semantic, typed: bool, edits: &mut Edits, found: &mut Found) {
    let span = statement.span();
    match statement {
        Statement::ImportDeclaration(item) if item.import_kind != ImportOrExportKind::Type => {
            let text = import(item, semantic, typed, found);
            edits.replace(span, &text);
        }
        Statement::ExportAllDeclaration(item) if item.export_kind != ImportOrExportKind::Type => {
            let specifier = item.source.value.as_str();
            found.asks_for(specifier);
            let module = found.fresh();
            let mut text = format!("const {module}=require({});", quote(specifier));
            match &item.exported {
                Some(name) => text += &getter(&name.name(), &module),
                None => {
                    let _ = write!(
                        text,
                        "for(const k of Object.keys({module}))if(k!==\"default\"&&!Object.hasOwn(exports,k))\
                         Object.defineProperty(exports,k,{{enumerable:true,configurable:true,get(){{return {module}[k]}}}});"
                    );
                }
            }
            edits.replace(span, &text);
        }
        Statement::ExportFromDeclaration(item) if item.export_kind != ImportOrExportKind::Type => {
            let specifier = item.source.value.as_str();
            found.asks_for(specifier);
            let module = found.fresh();
            let mut text = format!("const {module}=require({});", quote(specifier));
            for name in values(&item.specifiers) {
                text += &getter(&name.exported.name(), &member(&module, &name.local));
            }
            edits.replace(span, &text);
        }
        Statement::ExportNamedDeclaration(item) if item.export_kind != ImportOrExportKind::Type => {
            for name in values(&item.specifiers) {
                let local = name.local.name();
                if !typed || is_value(semantic, &local) {
                    found.getter(&name.exported.name(), &local);
                }
            }
            edits.replace(span, ";");
        }
        Statement::ExportDeclaration(item) if !is_type(&item.declaration) => {
            edits.blank(span.start, item.declaration.span().start);
            for name in declared(&item.declaration) {
                found.getter(&name, &name);
            }
        }
        Statement::ExportDefaultDeclaration(item) => {
            let inner = item.declaration.span();
            let name = match &item.declaration {
                ExportDefaultDeclarationKind::FunctionDeclaration(function) if function.body.is_none() => {
                    return;
                }
                ExportDefaultDeclarationKind::TSInterfaceDeclaration(_) => return,
                ExportDefaultDeclarationKind::FunctionDeclaration(function) => function.id.as_ref(),
                ExportDefaultDeclarationKind::ClassDeclaration(class) => class.id.as_ref(),
                _ => None,
            };
            match name {
                Some(name) => {
                    edits.blank(span.start, inner.start);
                    found.getter("default", &name.name);
                }
                None => {
                    edits.replace(Span::new(span.start, inner.start), "exports.default = ");
                    edits.insert(inner.end, ";");
                }
            }
        }
        _ => {}
    }
}

/// `import` as declarations of constants.
fn import(item: &ImportDeclaration, semantic: &Semantic, typed: bool, found: &mut Found) -> String {
    let specifier = item.source.value.as_str();
    let specifiers: &[ImportDeclarationSpecifier] = item.specifiers.as_deref().map_or(&[], |all| all);
    let used: Vec<&ImportDeclarationSpecifier> = specifiers
        .iter()
        .filter(|one| !typed || is_used(one, semantic))
        .collect();
    if used.is_empty() && !specifiers.is_empty() {
        return String::new();
    }
    found.asks_for(specifier);
    let module = found.fresh();
    let mut text = format!("const {module}=require({})", quote(specifier));
    for one in used {
        let (local, value) = match one {
            ImportDeclarationSpecifier::ImportSpecifier(one) => (&one.local, member(&module, &one.imported)),
            ImportDeclarationSpecifier::ImportDefaultSpecifier(one) => (
                &one.local,
                format!("({module}!=null&&{module}.__esModule?{module}.default:{module})"),
            ),
            ImportDeclarationSpecifier::ImportNamespaceSpecifier(one) => (&one.local, module.clone()),
        };
        let _ = write!(text, ",{}={value}", local.name);
        found.imported.push(local.name.to_string());
    }
    text.push(';');
    text
}

/// Whether an imported name is used as a value.
fn is_used(one: &ImportDeclarationSpecifier, semantic: &Semantic) -> bool {
    let local = match one {
        ImportDeclarationSpecifier::ImportSpecifier(one) => {
            if one.import_kind == ImportOrExportKind::Type {
                return false;
            }
            &one.local
        }
        ImportDeclarationSpecifier::ImportDefaultSpecifier(one) => &one.local,
        ImportDeclarationSpecifier::ImportNamespaceSpecifier(one) => &one.local,
    };
    let Some(symbol) = local.symbol_id.get() else {
        return true;
    };
    semantic
        .symbol_references(symbol)
        .any(|reference| reference.is_value())
}

fn is_value(semantic: &Semantic, name: &str) -> bool {
    let scoping = semantic.scoping();
    let symbol = scoping
        .get_bindings(scoping.root_scope_id())
        .iter()
        .find(|(known, _)| known.as_str() == name);
    symbol.is_some_and(|(_, symbol)| scoping.symbol_flags(*symbol).can_be_referenced_by_value())
}

fn values<'s, 'a>(specifiers: &'s [ExportSpecifier<'a>]) -> impl Iterator<Item = &'s ExportSpecifier<'a>> {
    specifiers
        .iter()
        .filter(|one| one.export_kind != ImportOrExportKind::Type)
}

/// The names that a declaration binds.
fn declared(declaration: &Declaration) -> Vec<String> {
    match declaration {
        Declaration::VariableDeclaration(item) => item
            .declarations
            .iter()
            .flat_map(|one| one.id.get_binding_identifiers())
            .map(|id| id.name.to_string())
            .collect(),
        Declaration::FunctionDeclaration(item) => item.id.iter().map(|id| id.name.to_string()).collect(),
        Declaration::ClassDeclaration(item) => item.id.iter().map(|id| id.name.to_string()).collect(),
        _ => Vec::new(),
    }
}

/// `import()`, `import.meta` and `require()` wherever they stand.
fn expression(kind: AstKind, edits: &mut Edits, found: &mut Found) {
    match kind {
        AstKind::ImportExpression(item) => {
            if let Expression::StringLiteral(specifier) = &item.source {
                found.asks_for(specifier.value.as_str());
            }
            let span = item.span;
            edits.replace(Span::new(span.start, span.start + 6), "(async(s)=>require(s))");
        }
        AstKind::CallExpression(item) => {
            let named = matches!(&item.callee, Expression::Identifier(name) if name.name == "require");
            if let (true, Some(Argument::StringLiteral(specifier))) = (named, item.arguments.first()) {
                found.asks_for(specifier.value.as_str());
            }
        }
        AstKind::ImportMeta(item) => edits.replace(item.span, "({url:\"\"})"),
        _ => {}
    }
}
