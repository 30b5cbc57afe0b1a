//! Judge against people, counted by category.

use std::sync::Arc;

/// How often the judge said what, by what people said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confusion {
    /// The categories.
    pub names: Vec<Arc<str>>,
    /// Counts, by the judge's category and then by that of the people.
    pub cells: Vec<Vec<u64>>,
    /// Whether numbers were cut at the threshold into pass and fail.
    pub by_threshold: bool,
}

impl Confusion {
    /// The table of pairs of categories: the judge's, and that of the people.
    pub(super) fn of(
        names: Vec<Arc<str>>,
        by_threshold: bool,
        pairs: impl Iterator<Item = (usize, usize)>,
    ) -> Self {
        let mut cells = vec![vec![0; names.len()]; names.len()];
        for (judge, human) in pairs {
            if let Some(cell) = cells
                .get_mut(judge)
                .and_then(|row: &mut Vec<u64>| row.get_mut(human))
            {
                *cell += 1;
            }
        }
        Self {
            names,
            cells,
            by_threshold,
        }
    }

    /// How often people said each category.
    pub fn human(&self) -> Vec<u64> {
        (0..self.names.len())
            .map(|human| self.cells.iter().filter_map(|row| row.get(human)).sum())
            .collect()
    }

    /// How often the judge said each category.
    pub fn judge(&self) -> Vec<u64> {
        self.cells.iter().map(|row| row.iter().sum()).collect()
    }
}
