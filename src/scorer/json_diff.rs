//! Comparing two JSON values field by field.

use super::integer;
use super::pick::text_of;
use super::quote::quote;
use serde_json::Value;
use std::cell::Cell;

/// Fields that an explanation names.
const NAMED: usize = 5;
/// Steps that best matching of lists may take in one comparison; beyond it lists are compared in order.
const MATCHING_BUDGET: u64 = 4_000_000;

/// Whether two values are the same JSON: `1` and `1.0` are, and the order of fields does not matter.
pub(super) fn same_json(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => integer::same_number(left, right),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same_json(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(key, value)| right.get(key).is_some_and(|other| same_json(value, other)))
        }
        _ => left == right,
    }
}

/// A path pattern: dotted, `*` stands for any field or index.
#[derive(Clone, Debug)]
pub(super) struct PathPattern(Vec<String>);

impl PathPattern {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let dotted = text.replace('[', ".").replace(']', "");
        let parts: Vec<String> = dotted.split('.').map(str::to_owned).collect();
        if parts.iter().any(String::is_empty) {
            return Err(format!(
                "the path `{text}` has an empty part; write it like `items.*.id`"
            ));
        }
        Ok(Self(parts))
    }
}

/// What counts as a match.
#[derive(Debug, Default)]
pub(super) struct DiffRules {
    pub tolerance: f64,
    pub relative: f64,
    pub ignore_case: bool,
    /// Extra fields of the output do not count.
    pub extra_allowed: bool,
    pub all_unordered: bool,
    pub unordered: Vec<PathPattern>,
    pub ignore: Vec<PathPattern>,
}

/// Where a value stands: the way back to the root.
#[derive(Clone, Copy)]
struct Here<'a> {
    parent: Option<&'a Here<'a>>,
    key: Key<'a>,
}

#[derive(Clone, Copy)]
enum Key<'a> {
    Field(&'a str),
    Index(usize),
}

impl Here<'_> {
    fn write(&self, out: &mut String) {
        if let Some(parent) = self.parent {
            parent.write(out);
            out.push('.');
        }
        match self.key {
            Key::Field(name) => out.push_str(name),
            Key::Index(index) => out.push_str(&index.to_string()),
        }
    }

    fn fits(&self, pattern: &[String]) -> bool {
        let Some((last, before)) = pattern.split_last() else {
            return false;
        };
        let here = last == "*"
            || match self.key {
                Key::Field(name) => name == last,
                Key::Index(index) => last.parse() == Ok(index),
            };
        here && match self.parent {
            Some(parent) => parent.fits(before),
            None => before.is_empty(),
        }
    }
}

fn shown(here: Option<&Here<'_>>) -> String {
    let mut path = String::new();
    match here {
        Some(here) => here.write(&mut path),
        None => path.push_str("the value"),
    }
    quote(&path)
}

/// Fields that match, of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub matched: u64,
    pub total: u64,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.matched += other.matched;
        self.total += other.total;
    }

    fn missed(total: u64) -> Self {
        Self { matched: 0, total }
    }
}

/// The verdicts of single fields, in words.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub lines: Vec<String>,
    pub more: u64,
}

impl Notes {
    fn push(&mut self, note: impl FnOnce() -> String) {
        if self.lines.len() < NAMED {
            self.lines.push(note());
        } else {
            self.more += 1;
        }
    }
}

/// Compares an output with the golden output.
pub(super) fn diff(golden: &Value, output: &Value, rules: &DiffRules) -> (Tally, Notes) {
    let differ = Differ {
        rules,
        budget: Cell::new(MATCHING_BUDGET),
    };
    let mut notes = Notes::default();
    let tally = differ.compare(golden, output, None, Some(&mut notes));
    (tally, notes)
}

struct Differ<'r> {
    rules: &'r DiffRules,
    budget: Cell<u64>,
}

impl Differ<'_> {
    fn compare(
        &self,
        golden: &Value,
        output: &Value,
        here: Option<&Here<'_>>,
        mut notes: Option<&mut Notes>,
    ) -> Tally {
        match (golden, output) {
            (Value::Object(golden), Value::Object(output)) if !(golden.is_empty() && output.is_empty()) => {
                let mut tally = Tally::default();
                for (name, wanted) in golden {
                    let field = Here {
                        parent: here,
                        key: Key::Field(name),
                    };
                    if self.ignored(&field) {
                        continue;
                    }
                    tally.add(match output.get(name) {
                        Some(found) => self.compare(wanted, found, Some(&field), notes.as_deref_mut()),
                        None => self.missing(wanted, &field, notes.as_deref_mut()),
                    });
                }
                for (name, found) in output.iter().filter(|(name, _)| !golden.contains_key(*name)) {
                    let field = Here {
                        parent: here,
                        key: Key::Field(name),
                    };
                    tally.add(self.extra(found, &field, notes.as_deref_mut()));
                }
                tally
            }
            (Value::Array(golden), Value::Array(output)) if !(golden.is_empty() && output.is_empty()) => {
                self.lists(golden, output, here, notes)
            }
            _ => {
                self.spend(1);
                let hit = self.same_leaf(golden, output);
                if let (false, Some(notes)) = (hit, notes) {
                    notes.push(|| {
                        format!(
                            "{} expected {}, got {}",
                            shown(here),
                            quote(&text_of(golden)),
                            quote(&text_of(output))
                        )
                    });
                }
                let total = self.leaves(golden, here).max(1);
                Tally {
                    matched: if hit { total } else { 0 },
                    total,
                }
            }
        }
    }

    fn lists(
        &self,
        golden: &[Value],
        output: &[Value],
        here: Option<&Here<'_>>,
        mut notes: Option<&mut Notes>,
    ) -> Tally {
        let pairs = self.pairs(golden, output, here);
        let mut tally = Tally::default();
        let mut used = vec![false; output.len()];
        for (index, (wanted, pair)) in golden.iter().zip(&pairs).enumerate() {
            let item = Here {
                parent: here,
                key: Key::Index(index),
            };
            if self.ignored(&item) {
                continue;
            }
            tally.add(
                match pair.and_then(|other| output.get(other).map(|found| (other, found))) {
                    Some((other, found)) => {
                        if let Some(flag) = used.get_mut(other) {
                            *flag = true;
                        }
                        self.compare(wanted, found, Some(&item), notes.as_deref_mut())
                    }
                    None => self.missing(wanted, &item, notes.as_deref_mut()),
                },
            );
        }
        for (index, (found, _)) in output
            .iter()
            .zip(&used)
            .enumerate()
            .filter(|(_, (_, used))| !**used)
        {
            let item = Here {
                parent: here,
                key: Key::Index(index),
            };
            tally.add(self.extra(found, &item, notes.as_deref_mut()));
        }
        tally
    }

    /// For each golden item the position of the output's item that it is compared with.
    fn pairs(&self, golden: &[Value], output: &[Value], here: Option<&Here<'_>>) -> Vec<Option<usize>> {
        let in_order = || {
            (0..golden.len())
                .map(|index| (index < output.len()).then_some(index))
                .collect()
        };
        if !self.is_unordered(here) {
            return in_order();
        }
        let (rows, columns) = (golden.len() as u64, output.len() as u64);
        let steps = rows
            .saturating_mul(columns)
            .saturating_mul(rows.min(columns).max(1));
        if !self.spend(steps) {
            return in_order();
        }
        let gain = |row: usize, column: usize| {
            let (Some(wanted), Some(found)) = (golden.get(row), output.get(column)) else {
                return 0.0;
            };
            let item = Here {
                parent: here,
                key: Key::Index(row),
            };
            let tally = self.compare(wanted, found, Some(&item), None);
            // Among pairs with equally many matching fields, the one with fewer differences.
            tally.matched as f64 - tally.total as f64 * 1e-6
        };
        best_pairs(golden.len(), output.len(), gain)
    }

    fn is_unordered(&self, here: Option<&Here<'_>>) -> bool {
        self.rules.all_unordered
            || self.rules.unordered.iter().any(|pattern| match here {
                Some(here) => here.fits(&pattern.0),
                None => pattern.0 == ["*"],
            })
    }

    fn ignored(&self, here: &Here<'_>) -> bool {
        self.rules.ignore.iter().any(|pattern| here.fits(&pattern.0))
    }

    /// Takes steps from the budget; false where there are not enough left.
    fn spend(&self, steps: u64) -> bool {
        let left = self.budget.get().checked_sub(steps);
        self.budget.set(left.unwrap_or(0));
        left.is_some()
    }

    fn missing(&self, wanted: &Value, here: &Here<'_>, notes: Option<&mut Notes>) -> Tally {
        if let Some(notes) = notes {
            notes.push(|| format!("{} is missing", shown(Some(here))));
        }
        Tally::missed(self.leaves(wanted, Some(here)))
    }

    fn extra(&self, found: &Value, here: &Here<'_>, notes: Option<&mut Notes>) -> Tally {
        if self.rules.extra_allowed || self.ignored(here) {
            return Tally::default();
        }
        if let Some(notes) = notes {
            notes.push(|| format!("{} is extra", shown(Some(here))));
        }
        Tally::missed(self.leaves(found, Some(here)))
    }

    /// Leaf fields of a value; an empty list or object is one.
    fn leaves(&self, value: &Value, here: Option<&Here<'_>>) -> u64 {
        let count = |key: Key<'_>, value: &Value| {
            let inner = Here { parent: here, key };
            if self.ignored(&inner) {
                0
            } else {
                self.leaves(value, Some(&inner))
            }
        };
        match value {
            Value::Object(fields) if !fields.is_empty() => fields
                .iter()
                .map(|(name, value)| count(Key::Field(name), value))
                .sum(),
            Value::Array(items) if !items.is_empty() => items
                .iter()
                .enumerate()
                .map(|(index, value)| count(Key::Index(index), value))
                .sum(),
            _ => 1,
        }
    }

    fn same_leaf(&self, golden: &Value, output: &Value) -> bool {
        match (golden, output) {
            (Value::Number(wanted), Value::Number(found)) => {
                if let (Some(wanted), Some(found)) = (integer::of_json(wanted), integer::of_json(found)) {
                    let share = self.rules.relative * (wanted as f64).abs();
                    return integer::within(wanted, found, self.rules.tolerance.max(share));
                }
                let (Some(wanted), Some(found)) = (wanted.as_f64(), found.as_f64()) else {
                    return wanted == found;
                };
                let allowed = self.rules.tolerance.max(self.rules.relative * wanted.abs());
                let rounding = 1e-12 * wanted.abs().max(found.abs());
                (wanted - found).abs() <= allowed + rounding
            }
            (Value::String(wanted), Value::String(found)) if self.rules.ignore_case => {
                super::matching::same_ignoring_case(wanted, found)
            }
            _ => golden == output,
        }
    }
}

/// The assignment of rows to columns with the largest sum of gains (Kuhn 1955, Munkres 1957, in the form with
/// potentials and shortest augmenting paths). Rows beyond the number of columns stay without a partner.
fn best_pairs(rows: usize, columns: usize, gain: impl Fn(usize, usize) -> f64) -> Vec<Option<usize>> {
    // The algorithm wants at least as many columns as rows, so the shorter side is the rows.
    let flipped = rows > columns;
    let (short, long) = if flipped { (columns, rows) } else { (rows, columns) };
    let mut cost = Vec::with_capacity(short * long);
    for row in 0..short {
        for column in 0..long {
            cost.push(-if flipped {
                gain(column, row)
            } else {
                gain(row, column)
            });
        }
    }
    // Position 0 of columns is a helper; `owner[c]` is the row of column `c`, both from 1.
    let mut row_potential = vec![0.0; short + 1];
    let mut column_potential = vec![0.0; long + 1];
    let mut owner = vec![0_usize; long + 1];
    let mut previous = vec![0_usize; long + 1];
    for row in 1..=short {
        owner[0] = row;
        let mut current = 0;
        let mut shortest = vec![f64::INFINITY; long + 1];
        let mut visited = vec![false; long + 1];
        while owner[current] != 0 {
            visited[current] = true;
            let from = owner[current];
            let (mut step, mut next) = (f64::INFINITY, 0);
            for column in 1..=long {
                if visited[column] {
                    continue;
                }
                let reduced =
                    cost[(from - 1) * long + column - 1] - row_potential[from] - column_potential[column];
                if reduced < shortest[column] {
                    shortest[column] = reduced;
                    previous[column] = current;
                }
                if shortest[column] < step {
                    step = shortest[column];
                    next = column;
                }
            }
            for column in 0..=long {
                if visited[column] {
                    row_potential[owner[column]] += step;
                    column_potential[column] -= step;
                } else {
                    shortest[column] -= step;
                }
            }
            current = next;
        }
        while current != 0 {
            owner[current] = owner[previous[current]];
            current = previous[current];
        }
    }
    let mut pairs = vec![None; rows];
    for (column, &row) in owner.iter().enumerate().skip(1) {
        if row != 0 {
            let (golden, output) = if flipped {
                (column - 1, row - 1)
            } else {
                (row - 1, column - 1)
            };
            pairs[golden] = Some(output);
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn tally(golden: Value, output: Value, rules: &DiffRules) -> (u64, u64) {
        let (tally, _) = diff(&golden, &output, rules);
        (tally.matched, tally.total)
    }

    fn unordered() -> DiffRules {
        DiffRules {
            all_unordered: true,
            ..DiffRules::default()
        }
    }

    #[test]
    fn missing_and_extra_fields_count_as_misses() {
        let rules = DiffRules::default();
        assert_eq!(
            tally(json!({"a": 1, "b": 2}), json!({"a": 1, "c": 3}), &rules),
            (1, 3)
        );
        assert_eq!(
            tally(json!({"a": {"b": [1, 2]}}), json!({"a": {"b": [1, 3]}}), &rules),
            (1, 2)
        );
        assert_eq!(
            tally(json!({"a": {"b": 1, "c": 2}}), json!({"a": "x"}), &rules),
            (0, 2)
        );
        assert_eq!(tally(json!({}), json!({}), &rules), (1, 1));
        assert_eq!(tally(json!(1), json!(1.0), &rules), (1, 1));
    }

    #[test]
    fn unordered_lists_are_matched_as_well_as_possible() {
        let golden = json!([{"n": "a", "q": 1}, {"n": "b", "q": 2}, {"n": "c", "q": 3}]);
        let output = json!([{"n": "c", "q": 3}, {"n": "a", "q": 9}, {"n": "b", "q": 2}]);
        assert_eq!(tally(golden.clone(), output.clone(), &unordered()), (5, 6));
        assert_eq!(tally(golden, output, &DiffRules::default()), (0, 6));
        assert_eq!(tally(json!([1, 2, 3]), json!([3, 1]), &unordered()), (2, 3));
        assert_eq!(tally(json!([3, 1]), json!([1, 2, 3]), &unordered()), (2, 3));
    }

    #[test]
    fn greedy_choices_do_not_fool_the_matching() {
        // Each row likes column 0 best; only the whole assignment shows who may have it.
        let gains = [[3.0, 2.0], [3.0, 0.0]];
        assert_eq!(
            best_pairs(2, 2, |row, column| gains[row][column]),
            [Some(1), Some(0)]
        );
    }

    #[test]
    fn best_matching_equals_the_best_permutation() {
        let mut state = 7_u64;
        for size in 1..=5 {
            for _ in 0..40 {
                let gains: Vec<Vec<f64>> = (0..size)
                    .map(|_| {
                        (0..size)
                            .map(|_| {
                                state = state
                                    .wrapping_mul(6364136223846793005)
                                    .wrapping_add(1442695040888963407);
                                (state >> 60) as f64
                            })
                            .collect()
                    })
                    .collect();
                let pairs = best_pairs(size, size, |row, column| gains[row][column]);
                let sum: f64 = pairs
                    .iter()
                    .enumerate()
                    .map(|(row, pair)| gains[row][pair.unwrap()])
                    .sum();
                assert_eq!(sum, best_by_trial(&gains, 0, &mut vec![false; size]));
            }
        }
    }

    fn best_by_trial(gains: &[Vec<f64>], row: usize, used: &mut Vec<bool>) -> f64 {
        if row == gains.len() {
            return 0.0;
        }
        let mut best = f64::MIN;
        for column in 0..gains.len() {
            if !used[column] {
                used[column] = true;
                best = best.max(gains[row][column] + best_by_trial(gains, row + 1, used));
                used[column] = false;
            }
        }
        best
    }

    #[test]
    fn ignored_paths_do_not_count_on_either_side() {
        let rules = DiffRules {
            ignore: vec![
                PathPattern::parse("items.*.id").unwrap(),
                PathPattern::parse("at").unwrap(),
            ],
            ..DiffRules::default()
        };
        let golden = json!({"items": [{"id": 1, "n": 1}], "at": "x"});
        assert_eq!(
            tally(golden, json!({"items": [{"id": 7, "n": 1}]}), &rules),
            (1, 1)
        );
    }

    #[test]
    fn long_hostile_lists_are_compared_in_order_in_bounded_time() {
        let golden: Value = (0..5000).collect();
        let output: Value = (0..5000).rev().collect();
        assert_eq!(tally(golden, output, &unordered()).1, 5000);
    }
}
