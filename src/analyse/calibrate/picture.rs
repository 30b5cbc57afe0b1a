//! A picture of judge against human: counts in cells.

/// Cells of a picture of numbers, at most, along each side.
const MOST_CELLS: usize = 20;

/// Counts of units by what people and judge said.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Ends of the people's numbers.
    pub human: (f64, f64),
    /// Ends of the judge's numbers.
    pub judge: (f64, f64),
    /// Cells along the people's side.
    pub columns: usize,
    /// Cells along the judge's side.
    pub rows: usize,
    /// The cells that are not empty, by judge and then by human, from low to high.
    pub cells: Vec<Cell>,
}

/// A cell of a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// Position on the people's side, from 0.
    pub column: usize,
    /// Position on the judge's side, from 0.
    pub row: usize,
    /// Units in it.
    pub count: u64,
}

/// One side of a picture.
struct Side {
    low: f64,
    high: f64,
    cells: usize,
}

impl Side {
    /// The ends of the scale where it is known, else those of the numbers. A scale of few whole steps has a cell for
    /// each step.
    fn of(range: Option<(f64, f64)>, numbers: impl Iterator<Item = f64> + Clone) -> Self {
        let (low, high) = range.unwrap_or_else(|| {
            numbers
                .clone()
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), number| {
                    (low.min(number), high.max(number))
                })
        });
        let steps = high - low + 1.0;
        let whole = low.fract() == 0.0 && numbers.clone().all(|number| number.fract() == 0.0);
        if low >= high {
            return Self {
                low,
                high: low,
                cells: 1,
            };
        }
        let cells = match whole && steps <= MOST_CELLS as f64 {
            true => steps as usize,
            false => MOST_CELLS,
        };
        Self { low, high, cells }
    }

    fn cell(&self, number: f64) -> usize {
        let width = self.high - self.low;
        let share = if width > 0.0 {
            (number - self.low) / width
        } else {
            0.0
        };
        // Whole steps sit in the middle of their cells.
        let at = match self.cells < MOST_CELLS {
            true => (share * (self.cells as f64 - 1.0)).round(),
            false => (share * self.cells as f64).floor(),
        };
        (at.max(0.0) as usize).min(self.cells.saturating_sub(1))
    }
}

impl Picture {
    /// The picture of pairs of numbers, the judge's and the people's; `None` without any.
    pub(super) fn of(pairs: &[(f64, f64)], range: Option<(f64, f64)>) -> Option<Self> {
        if pairs.is_empty() {
            return None;
        }
        let judge = Side::of(range, pairs.iter().map(|(judge, _)| *judge));
        let human = Side::of(range, pairs.iter().map(|(_, human)| *human));
        let mut counts = vec![vec![0_u64; human.cells]; judge.cells];
        for (said, label) in pairs {
            let row = counts.get_mut(judge.cell(*said));
            if let Some(count) = row.and_then(|row| row.get_mut(human.cell(*label))) {
                *count += 1;
            }
        }
        let cells = counts.iter().enumerate().flat_map(|(row, counts)| {
            counts
                .iter()
                .enumerate()
                .filter(|(_, count)| **count > 0)
                .map(move |(column, count)| Cell {
                    column,
                    row,
                    count: *count,
                })
        });
        Some(Self {
            cells: cells.collect(),
            human: (human.low, human.high),
            judge: (judge.low, judge.high),
            columns: human.cells,
            rows: judge.cells,
        })
    }
}
