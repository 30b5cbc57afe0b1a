//! Which block each case of a plan is in.

use crate::analyse::{UnitCounter, block_of, unit_key};
use crate::cli::failure::Failure;
use crate::load::cases::{CaseReader, CaseSelection};
use crate::model::{Case, UntilTask};
use crate::plan::{Plan, PlannedTask};

/// Of a case that is not selected.
const NONE: u16 = u16::MAX;

/// The blocks of all tasks of a plan. Two bytes for each case.
pub struct Blocks {
    /// What the manifest says of them.
    pub tasks: Vec<UntilTask>,
    /// By task, the block of each case by its position.
    of_case: Vec<Vec<u16>>,
}

impl Blocks {
    /// Reads all cases; `check` may refuse one.
    pub fn read(
        plan: &Plan,
        seed: u64,
        check: &dyn Fn(&PlannedTask, &Case) -> Result<(), Failure>,
    ) -> Result<Self, Failure> {
        let mut blocks = Self {
            tasks: Vec::new(),
            of_case: Vec::new(),
        };
        for planned in &plan.tasks {
            let task = &planned.task;
            let selection = CaseSelection::new(&planned.case_globs, planned.limit).map_err(Failure::Usage)?;
            let mut counter = UnitCounter::default();
            let mut keys: Vec<(u64, u64)> = Vec::new();
            for case in CaseReader::open(task, selection) {
                let (position, case) = case.map_err(|error| Failure::Usage(error.to_string()))?;
                check(planned, &case)?;
                let cluster = task.cluster.as_deref().and_then(|field| case.field_text(field));
                let key = unit_key(seed, &task.name, &case.id, cluster.as_deref());
                counter.add(key);
                keys.push((position, key));
            }
            let entry = counter.finish();
            let mut of_case = Vec::new();
            for (position, key) in keys {
                let position = position as usize;
                if of_case.len() <= position {
                    of_case.resize(position + 1, NONE);
                }
                of_case[position] = block_of(key, entry.blocks.len()) as u16;
            }
            blocks.tasks.push(entry);
            blocks.of_case.push(of_case);
        }
        Ok(blocks)
    }

    /// The block of a case; `None` for one that is not selected.
    pub fn of(&self, task: u32, case: u64) -> Option<usize> {
        let block = self.of_case.get(task as usize)?.get(case as usize)?;
        (*block != NONE).then_some(usize::from(*block))
    }

    /// All selected cases of a task, by position, with their blocks.
    pub fn cases(&self, task: u32) -> impl Iterator<Item = (u64, usize)> {
        let all = self.of_case.get(task as usize).map_or(&[][..], Vec::as_slice);
        let numbered = (0_u64..).zip(all).filter(|(_, block)| **block != NONE);
        numbered.map(|(position, block)| (position, usize::from(*block)))
    }
}
