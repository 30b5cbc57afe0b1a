//! Numbers for cluster names.

use std::collections::HashMap;

/// Gives each cluster name a small number, the same for every candidate of a task. Memory: the distinct names.
#[derive(Clone, Debug, Default)]
pub struct ClusterIndex {
    numbers: HashMap<Box<str>, u32>,
}

impl ClusterIndex {
    /// The number of that cluster: 0, 1, 2.. in the order in which the names first come.
    pub fn number(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        self.numbers.insert(name.into(), number);
        number
    }
}
