//! Writes the component anew, around the one module.

use super::graph::{CoreInstance, Graph, Item, KINDS};
use super::link::{Linked, Source};
use super::memory::{MEMORY, Ready};
use super::merge::{Merged, OUTSIDE, Unfit, export_name, merge, unfit};
use anyhow::{Context, Result, bail};
use std::collections::HashMap;
use wasm_encoder::reencode::{self, Reencode, ReencodeComponent};
use wasm_encoder::{
    Alias, CanonicalFunctionSection, Component, ComponentAliasSection, ExportKind, InstanceSection,
    ModuleArg, ModuleSection, RawSection,
};
use wasmparser::{CanonicalFunction, ComponentAlias, Encoding, ExternalKind, Parser, Payload};

/// Writes the component with its members as one module.
pub fn rewrite(component: &[u8], linked: &Linked<'_>, ready: Ready<'_>) -> Result<Vec<u8>> {
    let canons = canons(component)?;
    let exported = exported(linked, &canons)?;
    let merged = merge(component, linked, &exported, ready)?;
    let mut outer = Outer {
        component,
        linked,
        canons,
        made: Component::new(),
        modules: 0,
        instances: 0,
        memory: None,
        code: None,
        numbers: [0; 4],
        items: HashMap::new(),
        others: HashMap::new(),
    };
    outer.run(merged)?;
    Ok(outer.made.finish())
}

/// Canonical functions by the index of the core function that they make, then the lifted ones.
struct Canons {
    made: HashMap<u32, CanonicalFunction>,
    lifted: Vec<CanonicalFunction>,
}

fn canons(component: &[u8]) -> Result<Canons> {
    let mut canons = Canons {
        made: HashMap::new(),
        lifted: Vec::new(),
    };
    let (mut depth, mut index) = (0_u32, 0);
    for payload in Parser::new(0).parse_all(component) {
        match payload? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            Payload::ComponentAliasSection(reader) => {
                for alias in reader {
                    if let ComponentAlias::CoreInstanceExport {
                        kind: ExternalKind::Func,
                        ..
                    } = alias?
                    {
                        index += 1;
                    }
                }
            }
            Payload::ComponentCanonicalSection(reader) => {
                for function in reader {
                    let function = function?;
                    if matches!(function, CanonicalFunction::Lift { .. }) {
                        canons.lifted.push(function);
                    } else {
                        canons.made.insert(index, function);
                        index += 1;
                    }
                }
            }
            _ => {}
        }
    }
    Ok(canons)
}

/// Notes which core items something names.
#[derive(Default)]
struct Named(Vec<(ExternalKind, u32)>);

impl Reencode for Named {
    type Error = Unfit;

    fn function_index(&mut self, index: u32) -> Result<u32, reencode::Error<Self::Error>> {
        self.0.push((ExternalKind::Func, index));
        Ok(index)
    }

    fn table_index(&mut self, index: u32) -> Result<u32, reencode::Error<Self::Error>> {
        self.0.push((ExternalKind::Table, index));
        Ok(index)
    }

    fn memory_index(&mut self, index: u32) -> Result<u32, reencode::Error<Self::Error>> {
        self.0.push((ExternalKind::Memory, index));
        Ok(index)
    }
}

impl ReencodeComponent for Named {}

fn named(function: &CanonicalFunction) -> Result<Vec<(ExternalKind, u32)>> {
    let mut named = Named::default();
    named.parse_component_canonical(&mut CanonicalFunctionSection::new(), function.clone())?;
    Ok(named.0)
}

/// Functions and tables of members that what stays outside asks for.
fn exported(linked: &Linked<'_>, canons: &Canons) -> Result<Vec<(ExternalKind, Source)>> {
    let mut asked = Vec::new();
    for function in canons.made.values().chain(&canons.lifted) {
        asked.extend(named(function)?);
    }
    for instance in &linked.graph.instances {
        let CoreInstance::Of(module, arguments) = instance else {
            continue;
        };
        if linked.is_member(*module) {
            continue;
        }
        for argument in arguments.values() {
            match &linked.graph.instances[*argument as usize] {
                CoreInstance::Exports(exports) => asked.extend(exports.values().copied()),
                CoreInstance::Of(..) => bail!("module {module} is given a whole instance"),
            }
        }
    }
    let mut exported = Vec::new();
    for (kind, index) in asked {
        let source = linked.in_component(kind, index)?;
        if matches!(source, Source::Member(..)) && kind != ExternalKind::Memory {
            exported.push((kind, source));
        }
    }
    exported.sort_by_key(|(kind, source)| (*kind == ExternalKind::Table, format!("{source:?}")));
    exported.dedup();
    Ok(exported)
}

struct Outer<'l, 'a> {
    component: &'l [u8],
    linked: &'l Linked<'a>,
    canons: Canons,
    made: Component,
    /// Modules and instances so far.
    modules: u32,
    instances: u32,
    /// Instances of the memory and of the one module.
    memory: Option<u32>,
    code: Option<u32>,
    /// Items so far, by kind.
    numbers: [u32; 4],
    /// New indices of items by kind and old index.
    items: HashMap<(usize, u32), u32>,
    /// New instances of modules that are no members, by old instance.
    others: HashMap<u32, u32>,
}

impl Outer<'_, '_> {
    fn run(&mut self, merged: Merged) -> Result<()> {
        let mut merged = Some(merged);
        let mut depth = 0_u32;
        let mut lifted = self.canons.lifted.clone().into_iter();
        for payload in Parser::new(0).parse_all(self.component) {
            let payload = payload?;
            match payload {
                Payload::Version {
                    encoding: Encoding::Module | Encoding::Component,
                    ..
                } => {}
                Payload::ModuleSection { .. } => depth += 1,
                Payload::ComponentSection { unchecked_range, .. } => {
                    if depth == 0 {
                        self.raw(4, unchecked_range.clone());
                    }
                    depth += 1;
                }
                Payload::End(_) => depth = depth.saturating_sub(1),
                _ if depth > 0 => {}
                // Written when they are asked for.
                Payload::InstanceSection(_) => {}
                Payload::ComponentAliasSection(reader) => {
                    let mut section = ComponentAliasSection::new();
                    for alias in reader {
                        let alias = alias?;
                        if !matches!(alias, ComponentAlias::CoreInstanceExport { .. }) {
                            section.alias(Named::default().component_alias(alias)?);
                        }
                    }
                    if !section.is_empty() {
                        self.made.section(&section);
                    }
                }
                Payload::ComponentCanonicalSection(reader) => {
                    for function in reader {
                        if matches!(function?, CanonicalFunction::Lift { .. }) {
                            if let Some(merged) = merged.take() {
                                self.instantiate(&merged)?;
                            }
                            let function = lifted.next().context("a lifted function is missing")?;
                            self.canon(&function)?;
                        }
                    }
                }
                other => {
                    if let Some((id, range)) = other.as_section() {
                        self.raw(id, range);
                    }
                }
            }
        }
        if merged.is_some() {
            bail!("the component exports no function");
        }
        Ok(())
    }

    fn raw(&mut self, id: u8, range: std::ops::Range<usize>) {
        let data = &self.component[range];
        self.made.section(&RawSection { id, data });
    }

    /// Puts the modules in, and makes their instances.
    fn instantiate(&mut self, merged: &Merged) -> Result<()> {
        self.made.section(&ModuleSection(&merged.memory));
        let memory = self.instance(self.modules, &[]);
        self.modules += 1;
        self.memory = Some(memory);
        let given = self.alias(memory, 2, MEMORY)?;
        let mut items = vec![(MEMORY.to_owned(), ExportKind::Memory, given)];
        for index in &merged.outside {
            items.push((index.to_string(), ExportKind::Func, self.item(0, *index)?));
        }
        let given = self.bundle(&items);
        self.made.section(&ModuleSection(&merged.code));
        let code = self.instance(self.modules, &[(OUTSIDE, given)]);
        self.modules += 1;
        self.code = Some(code);
        let graph: &Graph<'_> = &self.linked.graph;
        for (index, instance) in graph.instances.iter().enumerate() {
            if matches!(instance, CoreInstance::Of(module, _) if !self.linked.is_member(*module)) {
                self.other(u32::try_from(index)?)?;
            }
        }
        Ok(())
    }

    fn instance(&mut self, module: u32, arguments: &[(&str, u32)]) -> u32 {
        let mut section = InstanceSection::new();
        let arguments = arguments
            .iter()
            .map(|(name, index)| (*name, ModuleArg::Instance(*index)));
        section.instantiate(module, arguments);
        self.made.section(&section);
        self.instances += 1;
        self.instances - 1
    }

    fn bundle(&mut self, items: &[(String, ExportKind, u32)]) -> u32 {
        let mut section = InstanceSection::new();
        let items = items
            .iter()
            .map(|(name, kind, index)| (name.as_str(), *kind, *index));
        section.export_items(items.collect::<Vec<_>>());
        self.made.section(&section);
        self.instances += 1;
        self.instances - 1
    }

    /// The new instance of a module that is no member.
    fn other(&mut self, old: u32) -> Result<u32> {
        if let Some(index) = self.others.get(&old) {
            return Ok(*index);
        }
        let linked = self.linked;
        let CoreInstance::Of(module, arguments) = &linked.graph.instances[old as usize] else {
            bail!("instance {old} is of no module");
        };
        let mut given = Vec::new();
        for (name, argument) in arguments {
            let CoreInstance::Exports(exports) = &linked.graph.instances[*argument as usize] else {
                bail!("instance {old} is given a whole instance");
            };
            let mut items = Vec::new();
            for (name, (kind, index)) in exports {
                let at = super::graph::position(*kind)?;
                items.push(((*name).to_owned(), encoded(*kind)?, self.item(at, *index)?));
            }
            given.push((*name, self.bundle(&items)));
        }
        self.raw(1, linked.graph.modules[*module as usize].range.clone());
        let index = self.instance(self.modules, &given);
        self.modules += 1;
        self.others.insert(old, index);
        Ok(index)
    }

    /// The new index of an item of the component, which is written if it is not there yet.
    fn item(&mut self, kind: usize, old: u32) -> Result<u32> {
        if let Some(index) = self.items.get(&(kind, old)) {
            return Ok(*index);
        }
        let source = self.linked.in_component(KINDS[kind], old)?;
        let index = match source {
            Source::Member(..) if kind == 2 => {
                let memory = self.memory.context("the memory is asked for too early")?;
                self.alias(memory, kind, MEMORY)?
            }
            Source::Member(..) => {
                let code = self
                    .code
                    .context("the one module is asked for before it is there")?;
                self.alias(code, kind, &export_name(source)?)?
            }
            Source::Outside(at) if at != old => self.item(kind, at)?,
            Source::Outside(_) => match self.linked.graph.items[kind].get(old as usize) {
                Some(Item::Alias(instance, name)) => {
                    let instance = self.other(*instance)?;
                    self.alias(instance, kind, name)?
                }
                _ => {
                    let function = self.canons.made.get(&old).cloned();
                    self.canon(&function.context("a function that nobody makes")?)?;
                    self.numbers[0] += 1;
                    self.numbers[0] - 1
                }
            },
        };
        self.items.insert((kind, old), index);
        Ok(index)
    }

    fn alias(&mut self, instance: u32, kind: usize, name: &str) -> Result<u32> {
        let mut section = ComponentAliasSection::new();
        let kind_of = encoded(KINDS[kind])?;
        section.alias(Alias::CoreInstanceExport {
            instance,
            kind: kind_of,
            name,
        });
        self.made.section(&section);
        self.numbers[kind] += 1;
        Ok(self.numbers[kind] - 1)
    }

    /// Writes a canonical function; first what it names.
    fn canon(&mut self, function: &CanonicalFunction) -> Result<()> {
        for (kind, index) in named(function)? {
            self.item(super::graph::position(kind)?, index)?;
        }
        let mut section = CanonicalFunctionSection::new();
        Renumbered(&self.items).parse_component_canonical(&mut section, function.clone())?;
        self.made.section(&section);
        Ok(())
    }
}

fn encoded(kind: ExternalKind) -> Result<ExportKind> {
    Ok(match kind {
        ExternalKind::Func => ExportKind::Func,
        ExternalKind::Table => ExportKind::Table,
        ExternalKind::Memory => ExportKind::Memory,
        ExternalKind::Global => ExportKind::Global,
        other => bail!("items of kind {other:?} are not known here"),
    })
}

/// Replaces indices of core items.
struct Renumbered<'m>(&'m HashMap<(usize, u32), u32>);

impl Renumbered<'_> {
    fn look(&self, kind: usize, index: u32) -> Result<u32, reencode::Error<Unfit>> {
        let found = self.0.get(&(kind, index)).copied();
        found.ok_or_else(|| unfit(format_args!("core item {index} is not there")))
    }
}

impl Reencode for Renumbered<'_> {
    type Error = Unfit;

    fn function_index(&mut self, index: u32) -> Result<u32, reencode::Error<Self::Error>> {
        self.look(0, index)
    }

    fn table_index(&mut self, index: u32) -> Result<u32, reencode::Error<Self::Error>> {
        self.look(1, index)
    }

    fn memory_index(&mut self, index: u32) -> Result<u32, reencode::Error<Self::Error>> {
        self.look(2, index)
    }
}

impl ReencodeComponent for Renumbered<'_> {}
