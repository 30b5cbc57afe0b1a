//! Makes one module of several.

use super::graph::KINDS;
use super::link::{Linked, Source};
use super::memory::{MEMORY, Ready, memory_module};
use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, HashMap};
use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{
    CodeSection, DataCountSection, DataSection, ElementSection, EntityType, ExportKind, ExportSection,
    FunctionSection, GlobalSection, ImportSection, Instruction, Module, NameMap, NameSection, TableSection,
    TypeSection,
};
use wasmparser::{
    DataKind, ExternalKind, FunctionBody, KnownCustom, Name, Operator, Parser, Payload, TypeRef,
};

/// Under which module name the one imports what comes from outside; its field is the index in the component.
pub const OUTSIDE: &str = "outside";

/// What came of the members.
pub struct Merged {
    /// A module with the memory and what it starts with.
    pub memory: Module,
    /// A module with everything else.
    pub code: Module,
    /// Functions of the component that it imports.
    pub outside: Vec<u32>,
}

/// The name under which the one module exports an item.
pub fn export_name(source: Source) -> Result<String> {
    match source {
        Source::Member(module, index) => Ok(format!("{module}:{index}")),
        Source::Outside(_) => bail!("what comes from outside is not exported"),
    }
}

/// Indices of a member's items among those of the one.
struct Member<'l, 'a> {
    linked: &'l Linked<'a>,
    module: u32,
    types: u32,
    functions: Vec<u32>,
    tables: Vec<u32>,
    data: u32,
    elements: u32,
    globals: &'l HashMap<Source, u32>,
}

impl Member<'_, '_> {
    fn global(&self, index: u32) -> Result<Source> {
        self.linked.in_module(self.module, ExternalKind::Global, index)
    }
}

/// Why something cannot be written anew.
#[derive(Debug)]
pub struct Unfit(String);

impl std::fmt::Display for Unfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unfit {}

/// The error for it.
pub fn unfit(why: impl std::fmt::Display) -> reencode::Error<Unfit> {
    reencode::Error::UserError(Unfit(format!("{why:#}")))
}

fn look(map: &[u32], index: u32) -> Result<u32, reencode::Error<Unfit>> {
    let found = map.get(index as usize).copied();
    found.ok_or_else(|| unfit(format_args!("there is no item {index}")))
}

impl Reencode for Member<'_, '_> {
    type Error = Unfit;

    fn type_index(&mut self, index: u32) -> Result<u32, reencode::Error<Self::Error>> {
        Ok(self.types + index)
    }

    fn function_index(&mut self, index: u32) -> Result<u32, reencode::Error<Self::Error>> {
        look(&self.functions, index)
    }

    fn table_index(&mut self, index: u32) -> Result<u32, reencode::Error<Self::Error>> {
        look(&self.tables, index)
    }

    fn global_index(&mut self, index: u32) -> Result<u32, reencode::Error<Self::Error>> {
        let source = self.global(index).map_err(unfit)?;
        let found = self.globals.get(&source).copied();
        found.ok_or_else(|| {
            unfit(format_args!(
                "global {index} of module {} is a constant",
                self.module
            ))
        })
    }

    fn data_index(&mut self, index: u32) -> Result<u32, reencode::Error<Self::Error>> {
        Ok(self.data + index)
    }

    fn element_index(&mut self, index: u32) -> Result<u32, reencode::Error<Self::Error>> {
        Ok(self.elements + index)
    }

    /// Addresses and table positions are known by now: what reads such a global becomes a number.
    fn instruction<'b>(
        &mut self,
        operator: Operator<'b>,
    ) -> Result<Instruction<'b>, reencode::Error<Self::Error>> {
        if let Operator::GlobalGet { global_index } = operator {
            let source = self.global(global_index).map_err(unfit)?;
            if let Some(value) = self.linked.constant(source).map_err(unfit)? {
                return Ok(Instruction::I32Const(value));
            }
        }
        reencode::utils::instruction(self, operator)
    }
}

/// The sections of the one module, as they grow.
#[derive(Default)]
struct Sections {
    types: TypeSection,
    imports: ImportSection,
    functions: FunctionSection,
    tables: TableSection,
    globals: GlobalSection,
    elements: ElementSection,
    code: CodeSection,
    data: DataSection,
}

/// Numbers of all items, known before anything is written.
#[derive(Default)]
struct Plan {
    outside: BTreeMap<u32, u32>,
    functions: HashMap<Source, u32>,
    tables: HashMap<Source, u32>,
    globals: HashMap<Source, u32>,
}

/// Makes one module of the members; `exported` are the functions and tables that the component asks for.
pub fn merge(
    component: &[u8],
    linked: &Linked<'_>,
    exported: &[(ExternalKind, Source)],
    ready: Ready<'_>,
) -> Result<Merged> {
    let plan = plan(component, linked)?;
    let mut sections = Sections::default();
    let mut memory = None;
    let mut names = BTreeMap::new();
    let mut imported: BTreeMap<u32, u32> = BTreeMap::new();
    let mut functions = Vec::new();
    for module in linked.members.iter().copied() {
        let mut member = Member {
            linked,
            module,
            types: sections.types.len(),
            functions: map(linked, module, 0, |source| match source {
                Source::Outside(index) => plan.outside.get(&index).copied(),
                Source::Member(..) => plan.functions.get(&source).copied(),
            })?,
            tables: map(linked, module, 1, |source| plan.tables.get(&source).copied())?,
            data: sections.data.len(),
            elements: sections.elements.len(),
            globals: &plan.globals,
        };
        let range = linked.graph.modules[module as usize].range.clone();
        let bytes = &component[range];
        let mut index = 0;
        for payload in Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::TypeSection(reader) => member.parse_type_section(&mut sections.types, reader)?,
                Payload::ImportSection(reader) => {
                    for import in reader.into_imports() {
                        if let TypeRef::Func(ty) = import?.ty {
                            if let Source::Outside(outer) = linked.in_module(module, KINDS[0], index)? {
                                imported.entry(outer).or_insert(member.types + ty);
                            }
                            index += 1;
                        }
                    }
                }
                Payload::FunctionSection(reader) => {
                    for ty in reader {
                        functions.push(member.types + ty?);
                    }
                }
                Payload::TableSection(reader) => member.parse_table_section(&mut sections.tables, reader)?,
                Payload::GlobalSection(reader) => member_globals(&mut member, reader, &mut sections.globals)?,
                Payload::MemorySection(reader) => {
                    let made = memory_module(bytes, reader, ready)?;
                    if memory.replace((module, made)).is_some() {
                        bail!("a component with two memories cannot be fused");
                    }
                }
                Payload::ElementSection(reader) => {
                    member.parse_element_section(&mut sections.elements, reader)?
                }
                Payload::DataSection(reader) => {
                    // What is active is part of the memory module.
                    for datum in reader {
                        let datum = datum?;
                        match datum.kind {
                            DataKind::Passive => {
                                sections.data.passive(datum.data.iter().copied());
                            }
                            DataKind::Active { .. }
                                if memory.as_ref().is_some_and(|(own, _)| *own == module) => {}
                            DataKind::Active { .. } => bail!("module {module} fills the memory of another"),
                        }
                    }
                }
                Payload::CodeSectionEntry(body) => function(&mut member, body, &mut sections.code)?,
                Payload::CustomSection(section) => {
                    if let KnownCustom::Name(reader) = section.as_known() {
                        function_names(&member, reader, &mut names)?;
                    }
                }
                _ => {}
            }
        }
    }
    let (_, (memory, memory_type)) = memory.context("a component without a memory")?;
    for outer in plan.outside.keys() {
        let ty = imported.get(outer).context("an import without a type")?;
        sections
            .imports
            .import(OUTSIDE, &outer.to_string(), EntityType::Function(*ty));
    }
    sections
        .imports
        .import(OUTSIDE, MEMORY, EntityType::Memory(memory_type));
    for ty in functions {
        sections.functions.function(ty);
    }
    let mut exports = ExportSection::new();
    for (kind, source) in exported {
        let (kind, index) = match kind {
            ExternalKind::Func => (ExportKind::Func, plan.functions.get(source)),
            ExternalKind::Table => (ExportKind::Table, plan.tables.get(source)),
            other => bail!("an export of kind {other:?} is not known here"),
        };
        exports.export(
            &export_name(*source)?,
            kind,
            *index.context("an export of nothing")?,
        );
    }
    Ok(Merged {
        memory,
        code: assemble(&sections, &exports, &names),
        outside: plan.outside.into_keys().collect(),
    })
}

fn assemble(sections: &Sections, exports: &ExportSection, names: &BTreeMap<u32, String>) -> Module {
    let mut module = Module::new();
    module
        .section(&sections.types)
        .section(&sections.imports)
        .section(&sections.functions)
        .section(&sections.tables)
        .section(&sections.globals)
        .section(exports)
        .section(&sections.elements)
        .section(&DataCountSection {
            count: sections.data.len(),
        })
        .section(&sections.code)
        .section(&sections.data);
    let mut map = NameMap::new();
    for (index, name) in names {
        map.append(*index, name);
    }
    let mut custom = NameSection::new();
    custom.functions(&map);
    module.section(&custom);
    module
}

/// Numbers everything.
fn plan(component: &[u8], linked: &Linked<'_>) -> Result<Plan> {
    let mut plan = Plan::default();
    for module in linked.members.iter().copied() {
        for index in 0..u32::try_from(linked.graph.modules[module as usize].imports[0].len())? {
            if let Source::Outside(outer) = linked.in_module(module, KINDS[0], index)? {
                plan.outside.insert(outer, 0);
            }
        }
    }
    for (at, number) in plan.outside.values_mut().enumerate() {
        *number = u32::try_from(at)?;
    }
    let mut functions = u32::try_from(plan.outside.len())?;
    let (mut tables, mut globals) = (0, 0);
    for module in linked.members.iter().copied() {
        let made = &linked.graph.modules[module as usize];
        let first = |kind: usize| u32::try_from(made.imports[kind].len());
        for payload in Parser::new(0).parse_all(&component[made.range.clone()]) {
            match payload? {
                Payload::FunctionSection(reader) => {
                    for index in 0..reader.count() {
                        plan.functions
                            .insert(Source::Member(module, first(0)? + index), functions);
                        functions += 1;
                    }
                }
                Payload::TableSection(reader) => {
                    for index in 0..reader.count() {
                        plan.tables
                            .insert(Source::Member(module, first(1)? + index), tables);
                        tables += 1;
                    }
                }
                Payload::GlobalSection(reader) => {
                    for index in 0..reader.count() {
                        let source = Source::Member(module, first(3)? + index);
                        if linked.constant(source)?.is_none() {
                            plan.globals.insert(source, globals);
                            globals += 1;
                        }
                    }
                }
                _ => {}
            }
        }
    }
    Ok(plan)
}

/// The numbers of a member's items of a kind, imported ones first.
fn map(
    linked: &Linked<'_>,
    module: u32,
    kind: usize,
    number: impl Fn(Source) -> Option<u32>,
) -> Result<Vec<u32>> {
    let mut made = Vec::new();
    let imported = linked.graph.modules[module as usize].imports[kind].len();
    for index in 0.. {
        let source = linked.in_module(module, KINDS[kind], index)?;
        match number(source) {
            Some(number) => made.push(number),
            None if index as usize >= imported => break,
            None => bail!("import {index} of module {module} leads nowhere: {source:?}"),
        }
    }
    Ok(made)
}

fn member_globals(
    member: &mut Member<'_, '_>,
    reader: wasmparser::GlobalSectionReader<'_>,
    globals: &mut GlobalSection,
) -> Result<()> {
    let first = member.linked.graph.modules[member.module as usize].imports[3].len();
    for (at, global) in reader.into_iter().enumerate() {
        let global = global?;
        let source = Source::Member(member.module, u32::try_from(first + at)?);
        if member.globals.contains_key(&source) {
            let ty = member.global_type(global.ty)?;
            let start = member.const_expr(global.init_expr)?;
            globals.global(ty, &start);
        }
    }
    Ok(())
}

fn function(member: &mut Member<'_, '_>, body: FunctionBody<'_>, code: &mut CodeSection) -> Result<()> {
    member.parse_function_body(code, body)?;
    Ok(())
}

fn function_names(
    member: &Member<'_, '_>,
    reader: wasmparser::NameSectionReader<'_>,
    names: &mut BTreeMap<u32, String>,
) -> Result<()> {
    let imported = member.linked.graph.modules[member.module as usize].imports[0].len();
    for part in reader {
        if let Name::Function(map) = part? {
            for naming in map {
                let naming = naming?;
                if naming.index as usize >= imported
                    && let Some(index) = member.functions.get(naming.index as usize)
                {
                    names.insert(*index, naming.name.to_owned());
                }
            }
        }
    }
    Ok(())
}
