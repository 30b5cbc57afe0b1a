//! Goes through the blocks of a task once more, as the run did.

use super::{Asked, Decided, DecidedPair, PairEnd, block_of};
use crate::analyse::{Grid, GridCandidate};
use crate::model::{Until, UntilTask};
use crate::stats::{SequentialPair, Told};

/// What the stored scores of a task tell, block by block. `keys` has the key of each case of the grid.
///
/// A candidate is asked about a block where one of its pairs is open: neither told before, nor moot. Where every pair is
/// decided, those of a candidate that another one beats are moot: it is not the best, whatever else. A candidate without a
/// record of every trial of a block that it was asked about stalls there, and the others do not wait for it.
pub fn replay(until: &Until, task: &UntilTask, grid: &Grid, keys: &[u64]) -> Decided {
    let mut replay = Replay::new(until, task, grid, keys);
    for block in 0..task.blocks.len() {
        if !replay.block(block) {
            break;
        }
    }
    replay.finish(until)
}

/// The candidates of a grid that `--against` names: those with that label, else those of that model, one for each prompt.
pub fn against_of(candidates: &[GridCandidate], name: &str) -> Vec<usize> {
    let by = |fits: &dyn Fn(&GridCandidate) -> bool| -> Vec<usize> {
        let fitting = candidates.iter().enumerate().filter(|(_, other)| fits(other));
        fitting.map(|(at, _)| at).collect()
    };
    let named = by(&|other| other.name == name);
    if named.is_empty() {
        by(&|other| other.model == name)
    } else {
        named
    }
}

/// Cases of a unit, as rows of the grid.
struct Unit {
    block: usize,
    rows: Vec<usize>,
}

struct Pair {
    a: usize,
    b: usize,
    evidence: SequentialPair,
    cases: u64,
    incomplete: u64,
    known: (f64, u64),
}

struct Replay<'a> {
    task: &'a UntilTask,
    grid: &'a Grid,
    units: Vec<Unit>,
    asked: Vec<Asked>,
    against: Vec<usize>,
    pairs: Vec<Pair>,
    /// Whether a candidate that another beats drops out.
    beating: bool,
}

impl<'a> Replay<'a> {
    fn new(until: &Until, task: &'a UntilTask, grid: &'a Grid, keys: &[u64]) -> Self {
        let mut order: Vec<(u64, usize)> = keys.iter().copied().zip(0..grid.cases.len()).collect();
        order.sort_unstable();
        let units = order.chunk_by(|a, b| a.0 == b.0).map(|cases| Unit {
            block: cases
                .first()
                .map_or(0, |(key, _)| block_of(*key, task.blocks.len())),
            rows: cases.iter().map(|(_, row)| *row).collect(),
        });
        let candidates = &grid.candidates;
        let against = until
            .against
            .as_deref()
            .map_or_else(Vec::new, |name| against_of(candidates, name));
        let duels = duels(candidates, until.against.is_some().then_some(&against));
        let alpha = until.alpha / duels.len().max(1) as f64;
        let asked = candidates.iter().map(|candidate| Asked {
            candidate: candidate.position,
            blocks: 0,
            cases: 0,
            stalled: None,
            beaten_by: None,
        });
        let pair = |(a, b)| Pair {
            a,
            b,
            evidence: SequentialPair::new(until.margin, alpha, task.units),
            cases: 0,
            incomplete: 0,
            known: (0.0, 0),
        };
        Self {
            task,
            grid,
            units: units.collect(),
            asked: asked.collect(),
            against,
            pairs: duels.into_iter().map(pair).collect(),
            beating: until.against.is_none(),
        }
    }

    fn is_moot(&self, pair: &Pair) -> bool {
        let beaten = |at: usize| self.asked.get(at).is_some_and(|asked| asked.beaten_by.is_some());
        beaten(pair.a) || beaten(pair.b)
    }

    fn is_stalled(&self, pair: &Pair) -> bool {
        let stalled = |at: usize| self.asked.get(at).is_some_and(|asked| asked.stalled.is_some());
        stalled(pair.a) || stalled(pair.b)
    }

    /// Asks about a block; false where nobody is to be asked any more.
    fn block(&mut self, block: usize) -> bool {
        let open =
            |pair: &&Pair| pair.evidence.told().is_none() && !self.is_moot(pair) && !self.is_stalled(pair);
        let mut active = vec![false; self.asked.len()];
        for pair in self.pairs.iter().filter(open) {
            for at in [pair.a, pair.b] {
                active.iter_mut().skip(at).take(1).for_each(|is| *is = true);
            }
        }
        if !active.contains(&true) {
            return false;
        }
        let cases = self.task.blocks.get(block).copied().unwrap_or(0);
        let first = self.units.partition_point(|unit| unit.block < block);
        let end = self.units.partition_point(|unit| unit.block <= block);
        let units = self.units.get(first..end).unwrap_or_default();
        let due = cases * u64::from(self.grid.epochs);
        for (at, asked) in self
            .asked
            .iter_mut()
            .enumerate()
            .filter(|(at, _)| active.get(*at) == Some(&true))
        {
            asked.blocks = block + 1;
            asked.cases += cases;
            let rows = units.iter().flat_map(|unit| &unit.rows);
            let recorded: u64 = rows.map(|row| u64::from(self.grid.cell(*row, at).trials)).sum();
            if recorded < due {
                asked.stalled = Some(block);
            }
        }
        let answered = |at: usize| {
            let asked = self.asked.get(at);
            active.get(at) == Some(&true) && asked.is_some_and(|asked| asked.stalled.is_none())
        };
        for pair in &mut self.pairs {
            if answered(pair.a) && answered(pair.b) {
                units.iter().for_each(|unit| pair.add(self.grid, unit));
            }
        }
        if self.beating {
            self.mark_beaten();
        }
        true
    }

    fn mark_beaten(&mut self) {
        for pair in &self.pairs {
            let (winner, loser) = match pair.evidence.told() {
                Some(Told::Better) => (pair.a, pair.b),
                Some(Told::Worse) => (pair.b, pair.a),
                _ => continue,
            };
            let winner = self.asked.get(winner).map(|asked| asked.candidate);
            if let Some(asked) = self.asked.get_mut(loser) {
                asked.beaten_by = asked.beaten_by.or(winner);
            }
        }
    }

    fn finish(self, until: &Until) -> Decided {
        let position = |at: usize| {
            self.grid
                .candidates
                .get(at)
                .map_or(0, |candidate| candidate.position)
        };
        let pairs = self.pairs.iter().map(|pair| DecidedPair {
            a: position(pair.a),
            b: position(pair.b),
            end: match (pair.evidence.told(), pair.evidence.told_after()) {
                (Some(told), Some(units)) => PairEnd::Told(told, units),
                _ if self.is_moot(pair) => PairEnd::Moot,
                _ if self.is_stalled(pair) => PairEnd::Stalled,
                _ => PairEnd::Open,
            },
            units: pair.evidence.units(),
            cases: pair.cases,
            incomplete: pair.incomplete,
            // Without the incomplete units it would be the mean of others than those that the limits are for.
            difference: (pair.known.1 > 0 && pair.incomplete == 0)
                .then(|| pair.known.0 / pair.known.1 as f64),
            limits: pair.evidence.interval(),
        });
        Decided {
            margin: until.margin,
            alpha: until.alpha,
            against: self.against.iter().map(|at| position(*at)).collect(),
            units: self.task.units,
            clustered: self.grid.clustered,
            pairs: pairs.collect(),
            candidates: self.asked,
        }
    }
}

/// All pairs; where somebody is named, everybody against the one of the same prompt.
fn duels(candidates: &[GridCandidate], against: Option<&Vec<usize>>) -> Vec<(usize, usize)> {
    let Some(against) = against else {
        return (0..candidates.len())
            .flat_map(|a| (a + 1..candidates.len()).map(move |b| (a, b)))
            .collect();
    };
    let prompt = |at: usize| candidates.get(at).map(|candidate| &candidate.prompt);
    let other = |at: usize| {
        let same = against.iter().find(|other| prompt(**other) == prompt(at))?;
        (!against.contains(&at)).then_some((at, *same))
    };
    (0..candidates.len()).filter_map(other).collect()
}

impl Pair {
    fn add(&mut self, grid: &Grid, unit: &Unit) {
        let n = unit.rows.len() as f64;
        let (mut lowest, mut highest, mut missing) = (0.0, 0.0, false);
        for row in &unit.rows {
            let (low_a, high_a) = grid.cell(*row, self.a).bounds(grid.epochs);
            let (low_b, high_b) = grid.cell(*row, self.b).bounds(grid.epochs);
            lowest += (low_a - high_b) / n;
            highest += (high_a - low_b) / n;
            let incomplete = high_a > low_a || high_b > low_b;
            missing |= incomplete;
            self.cases += 1;
            self.incomplete += u64::from(incomplete);
        }
        if !missing {
            self.known = (self.known.0 + lowest, self.known.1 + 1);
        }
        self.evidence.add(lowest, highest);
    }
}
