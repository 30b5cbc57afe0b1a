//! Cases of two sources, matched by id.

use super::Arm;
use std::collections::HashMap;

/// A case of at least one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlignedCase {
    /// Its row in the first grid.
    pub a: Option<usize>,
    /// Its row in the second grid.
    pub b: Option<usize>,
    /// Its cluster's number: 0, 1, 2.. in the order in which clusters first come.
    pub cluster: u32,
}

/// The cases that are compared.
#[derive(Clone, Debug, Default)]
pub struct Aligned {
    /// Cases of both sides, and those of one side that the other was to have and never recorded.
    pub cases: Vec<AlignedCase>,
    /// Cases that only the first side has.
    pub only_a: u64,
    /// Cases that only the second side has.
    pub only_b: u64,
    /// Whether cases are clustered on either side.
    pub clustered: bool,
}

/// Keeps the numbers of clusters of two grids apart.
const OTHER_GRID: u32 = 1 << 31;

/// Matches the cases of two arms by id, in the order of the first one.
pub fn align(a: &Arm<'_>, b: &Arm<'_>) -> Aligned {
    let mut aligned = Aligned {
        clustered: a.grid.clustered || b.grid.clustered,
        ..Aligned::default()
    };
    let mut numbers: HashMap<u32, u32> = HashMap::new();
    let mut dense = |cluster: u32| {
        let next = numbers.len() as u32;
        *numbers.entry(cluster).or_insert(next)
    };
    // The first grid's clusters, unless only the second one knows any.
    let second_knows = b.grid.clustered && !a.grid.clustered;
    for (row, case) in a.grid.cases.iter().enumerate() {
        let other = if std::ptr::eq(a.grid, b.grid) {
            Some(row)
        } else {
            b.grid.find_case(&case.id)
        };
        if other.is_none() {
            aligned.only_a += 1;
            if !b.incomplete {
                continue;
            }
        }
        let cluster = other
            .filter(|_| second_knows)
            .and_then(|other| b.grid.cases.get(other))
            .map_or(case.cluster, |other| other.cluster);
        aligned.cases.push(AlignedCase {
            a: Some(row),
            b: other,
            cluster: dense(cluster),
        });
    }
    if std::ptr::eq(a.grid, b.grid) {
        return aligned;
    }
    for (row, case) in b.grid.cases.iter().enumerate() {
        if a.grid.find_case(&case.id).is_some() {
            continue;
        }
        aligned.only_b += 1;
        if a.incomplete {
            aligned.cases.push(AlignedCase {
                a: None,
                b: Some(row),
                cluster: dense(case.cluster | OTHER_GRID),
            });
        }
    }
    aligned
}
