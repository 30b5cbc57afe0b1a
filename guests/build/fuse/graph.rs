//! What a component is made of: its core modules, how they are instantiated, and what its core index spaces hold.
//!
//! <https://github.com/WebAssembly/component-model/blob/main/design/mvp/Binary.md>

use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use wasmparser::{
    CanonicalFunction, ComponentAlias, ExternalKind, Instance, Operator, Parser, Payload, TypeRef,
};

/// Kinds of core items that this tool knows, in the order of their index spaces.
pub const KINDS: [ExternalKind; 4] = [
    ExternalKind::Func,
    ExternalKind::Table,
    ExternalKind::Memory,
    ExternalKind::Global,
];

/// Position of a kind in [`KINDS`].
pub fn position(kind: ExternalKind) -> Result<usize> {
    KINDS
        .iter()
        .position(|known| *known == kind)
        .with_context(|| format!("items of kind {kind:?} are not known here"))
}

/// A core module.
pub struct Module<'a> {
    /// Where its bytes are in the component.
    pub range: Range<usize>,
    /// Imports of each kind, by index: module name and field name.
    pub imports: [Vec<(&'a str, &'a str)>; 4],
    /// Exports.
    pub exports: HashMap<&'a str, (ExternalKind, u32)>,
    /// What each defined global starts with, where that is a constant.
    pub globals: Vec<Init>,
    /// Whether it runs something as soon as it is there.
    pub starts: bool,
}

/// What a global starts with.
#[derive(Clone, Copy)]
pub enum Init {
    /// A number.
    Constant(i32),
    /// Another global of the same module.
    Global(u32),
    /// Anything else.
    Other,
}

/// A core instance.
pub enum CoreInstance<'a> {
    /// Of a module; arguments by name are instances.
    Of(u32, BTreeMap<&'a str, u32>),
    /// A bundle of items of the component's index spaces.
    Exports(BTreeMap<&'a str, (ExternalKind, u32)>),
}

/// An item of one of the component's core index spaces.
#[derive(Clone, Copy)]
pub enum Item<'a> {
    /// An export of a core instance.
    Alias(u32, &'a str),
    /// Made by the component itself.
    Canon,
}

/// A component of one level.
#[derive(Default)]
pub struct Graph<'a> {
    /// Core modules by index.
    pub modules: Vec<Module<'a>>,
    /// Core instances by index.
    pub instances: Vec<CoreInstance<'a>>,
    /// Core items by kind and index.
    pub items: [Vec<Item<'a>>; 4],
}

impl<'a> Graph<'a> {
    /// Whether several modules share a memory, as libraries do.
    pub fn has_libraries(&self) -> bool {
        self.modules.iter().any(|module| !module.imports[2].is_empty())
    }

    /// Reads a component.
    pub fn read(component: &'a [u8]) -> Result<Self> {
        let mut graph = Self::default();
        let mut depth = 0_u32;
        for payload in Parser::new(0).parse_all(component) {
            let payload = payload?;
            match payload {
                Payload::ModuleSection { unchecked_range, .. } => {
                    if depth == 0 {
                        graph.modules.push(Module::read(component, unchecked_range)?);
                    }
                    depth += 1;
                }
                Payload::ComponentSection { .. } => depth += 1,
                Payload::End(_) => depth = depth.saturating_sub(1),
                _ if depth > 0 => {}
                Payload::InstanceSection(reader) => {
                    for instance in reader {
                        graph.instances.push(match instance? {
                            Instance::Instantiate { module_index, args } => CoreInstance::Of(
                                module_index,
                                args.iter().map(|arg| (arg.name, arg.index)).collect(),
                            ),
                            Instance::FromExports(exports) => CoreInstance::Exports(
                                exports
                                    .iter()
                                    .map(|export| (export.name, (export.kind, export.index)))
                                    .collect(),
                            ),
                        });
                    }
                }
                Payload::ComponentAliasSection(reader) => {
                    for alias in reader {
                        if let ComponentAlias::CoreInstanceExport {
                            kind,
                            instance_index,
                            name,
                        } = alias?
                        {
                            graph.items[position(kind)?].push(Item::Alias(instance_index, name));
                        }
                    }
                }
                Payload::ComponentCanonicalSection(reader) => {
                    for function in reader {
                        if !matches!(function?, CanonicalFunction::Lift { .. }) {
                            graph.items[0].push(Item::Canon);
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(graph)
    }
}

impl<'a> Module<'a> {
    fn read(component: &'a [u8], range: Range<usize>) -> Result<Self> {
        let mut module = Self {
            range: range.clone(),
            imports: Default::default(),
            exports: HashMap::new(),
            globals: Vec::new(),
            starts: false,
        };
        for payload in Parser::new(0).parse_all(&component[range]) {
            match payload? {
                Payload::ImportSection(reader) => {
                    for import in reader.into_imports() {
                        let import = import?;
                        let kind = match import.ty {
                            TypeRef::Func(_) => ExternalKind::Func,
                            TypeRef::Table(_) => ExternalKind::Table,
                            TypeRef::Memory(_) => ExternalKind::Memory,
                            TypeRef::Global(_) => ExternalKind::Global,
                            other => bail!("an import of kind {other:?} is not known here"),
                        };
                        module.imports[position(kind)?].push((import.module, import.name));
                    }
                }
                Payload::ExportSection(reader) => {
                    for export in reader {
                        let export = export?;
                        module.exports.insert(export.name, (export.kind, export.index));
                    }
                }
                Payload::GlobalSection(reader) => {
                    for global in reader {
                        let mut operators = global?.init_expr.get_operators_reader();
                        let init = match (operators.read()?, operators.read()?) {
                            (Operator::I32Const { value }, Operator::End) => Init::Constant(value),
                            (Operator::GlobalGet { global_index }, Operator::End) => {
                                Init::Global(global_index)
                            }
                            _ => Init::Other,
                        };
                        module.globals.push(init);
                    }
                }
                Payload::StartSection { .. } => module.starts = true,
                _ => {}
            }
        }
        Ok(module)
    }
}
