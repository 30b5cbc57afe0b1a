//! The random order of cases, and its blocks.

use crate::model::{Hasher, UntilTask};

/// Blocks that a task is cut into where it has enough units.
const BLOCKS: u64 = 20;
/// Units of a block, on average, at least.
const UNITS_OF_BLOCK: u64 = 10;

/// Where a case stands in the random order of its task: by rising key. The cases of a cluster share a key. It depends on
/// nothing but what is given, so that it can be told from a stored trial.
pub fn unit_key(seed: u64, task: &str, case: &str, cluster: Option<&str>) -> u64 {
    let mut hasher = Hasher::new("until");
    hasher.number(seed).text(task);
    match cluster {
        Some(cluster) => hasher.text("cluster").text(cluster),
        None => hasher.text("case").text(case),
    };
    hasher.digest().as_u64()
}

/// The block of a key, where there are that many: each is as likely.
pub fn block_of(key: u64, blocks: usize) -> usize {
    ((u128::from(key) * blocks as u128) >> 64) as usize
}

/// Counts the units of a task, case by case.
#[derive(Clone, Debug, Default)]
pub struct UnitCounter(Vec<u64>);

impl UnitCounter {
    /// Adds a case by its key.
    pub fn add(&mut self, key: u64) {
        self.0.push(key);
    }

    /// The blocks of these cases.
    pub fn finish(mut self) -> UntilTask {
        self.0.sort_unstable();
        let all = self.0.len();
        let units = self.0.chunk_by(|a, b| a == b).count() as u64;
        let count = (units / UNITS_OF_BLOCK).clamp(1, BLOCKS) as usize;
        let mut blocks = vec![0; count];
        for key in self.0 {
            if let Some(cases) = blocks.get_mut(block_of(key, count)) {
                *cases += 1;
            }
        }
        debug_assert_eq!(blocks.iter().sum::<u64>(), all as u64);
        UntilTask { units, blocks }
    }
}
