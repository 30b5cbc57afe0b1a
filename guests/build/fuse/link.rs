//! Who defines what: follows imports through instances to definitions.

use super::graph::{CoreInstance, Graph, Init, Item, KINDS, position};
use anyhow::{Context, Result, bail};
use std::collections::HashSet;
use wasmparser::{ExternalKind, Operator, Parser, Payload};

/// The table through which early functions reach late ones, as the tools name it that make components.
const LATE: &str = "$imports";

/// Where an item comes from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Source {
    /// Defined in a member: its module, and the index among all items of the kind in it.
    Member(u32, u32),
    /// From outside: index among the component's core items of the kind.
    Outside(u32),
}

/// A component with the modules that become one.
pub struct Linked<'a> {
    /// The component.
    pub graph: Graph<'a>,
    /// Modules that become one, in the order of their instantiation.
    pub members: Vec<u32>,
    /// The instance of each module.
    instance_of: Vec<Option<u32>>,
    /// Globals that some code sets.
    set: HashSet<Source>,
}

impl<'a> Linked<'a> {
    /// Finds the members, and which globals are ever set.
    pub fn new(component: &[u8], graph: Graph<'a>) -> Result<Self> {
        let mut instance_of = vec![None; graph.modules.len()];
        let mut members = Vec::new();
        for (index, instance) in graph.instances.iter().enumerate() {
            let CoreInstance::Of(module, _) = instance else {
                continue;
            };
            let at = *module as usize;
            if instance_of[at].replace(u32::try_from(index)?).is_some() {
                bail!("module {module} is instantiated twice");
            }
            let made = &graph.modules[at];
            let late =
                made.exports.contains_key(LATE) || made.imports[1].iter().any(|(_, name)| *name == LATE);
            if made.starts {
                bail!("module {module} has a start function and cannot be fused");
            }
            if !late {
                members.push(*module);
            }
        }
        let mut linked = Self {
            graph,
            members,
            instance_of,
            set: HashSet::new(),
        };
        linked.set = linked.globals_set(component)?;
        Ok(linked)
    }

    /// Whether a module becomes part of the one.
    pub fn is_member(&self, module: u32) -> bool {
        self.members.contains(&module)
    }

    /// Where an item of a member's index space comes from.
    pub fn in_module(&self, module: u32, kind: ExternalKind, index: u32) -> Result<Source> {
        let imports = &self.graph.modules[module as usize].imports[position(kind)?];
        let Some((from, name)) = imports.get(index as usize) else {
            return Ok(Source::Member(module, index));
        };
        let instance = self.instance_of[module as usize].context("a member without an instance")?;
        let CoreInstance::Of(_, arguments) = &self.graph.instances[instance as usize] else {
            bail!("a member without an instance");
        };
        let argument = arguments
            .get(from)
            .with_context(|| format!("module {module} gets no `{from}`"))?;
        self.export(*argument, kind, name, None)
    }

    /// Where an item of the component's index spaces comes from.
    pub fn in_component(&self, kind: ExternalKind, index: u32) -> Result<Source> {
        match self.graph.items[position(kind)?].get(index as usize) {
            Some(Item::Alias(instance, name)) => self.export(*instance, kind, name, Some(index)),
            Some(Item::Canon) => Ok(Source::Outside(index)),
            None => bail!("there is no core item {index} of kind {kind:?}"),
        }
    }

    /// `own` is the index under which the component knows the export, where it does.
    fn export(&self, instance: u32, kind: ExternalKind, name: &str, own: Option<u32>) -> Result<Source> {
        let found = match &self.graph.instances[instance as usize] {
            CoreInstance::Exports(exports) => {
                let (_, index) = exports
                    .get(name)
                    .with_context(|| format!("instance {instance} has no `{name}`"))?;
                return self.in_component(kind, *index);
            }
            CoreInstance::Of(module, _) if self.is_member(*module) => {
                let (_, index) = self.graph.modules[*module as usize]
                    .exports
                    .get(name)
                    .with_context(|| format!("module {module} has no `{name}`"))?;
                return self.in_module(*module, kind, *index);
            }
            CoreInstance::Of(..) => own,
        };
        found
            .map(Source::Outside)
            .with_context(|| format!("`{name}` of instance {instance} has no name in the component"))
    }

    /// The number that a global holds for ever, if it does.
    pub fn constant(&self, source: Source) -> Result<Option<i32>> {
        let Source::Member(module, index) = source else {
            return Ok(None);
        };
        if self.set.contains(&source) {
            return Ok(None);
        }
        let made = &self.graph.modules[module as usize];
        let defined = (index as usize)
            .checked_sub(made.imports[3].len())
            .context("an import that is a definition")?;
        match made.globals.get(defined) {
            Some(Init::Constant(value)) => Ok(Some(*value)),
            Some(Init::Global(other)) => self.constant(self.in_module(module, KINDS[3], *other)?),
            _ => Ok(None),
        }
    }

    fn globals_set(&self, component: &[u8]) -> Result<HashSet<Source>> {
        let mut set = HashSet::new();
        for member in &self.members {
            let range = self.graph.modules[*member as usize].range.clone();
            let mut indices = HashSet::new();
            for payload in Parser::new(0).parse_all(&component[range]) {
                let Payload::CodeSectionEntry(body) = payload? else {
                    continue;
                };
                let mut operators = body.get_operators_reader()?;
                while !operators.eof() {
                    if let Operator::GlobalSet { global_index } = operators.read()? {
                        indices.insert(global_index);
                    }
                }
            }
            for index in indices {
                set.insert(self.in_module(*member, KINDS[3], index)?);
            }
        }
        Ok(set)
    }
}
