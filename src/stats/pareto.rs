//! Which candidates nobody beats on quality and cost at once, and how sure that is.

use super::Rng;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// One candidate's values by case.
#[derive(Clone, Debug)]
pub struct FrontColumn {
    /// Quality by case, more is better.
    pub quality: Vec<f64>,
    /// Cost (or latency) by case, less is better.
    pub cost: Vec<f64>,
}

/// Where a candidate stands.
#[derive(Clone, Debug, PartialEq)]
pub struct FrontMember {
    /// Mean quality.
    pub quality: f64,
    /// Mean cost.
    pub cost: f64,
    /// Whether no other candidate is at least as good on both and better on one, by the means.
    pub on_front: bool,
    /// Share of replicates in which that holds.
    pub p_on_front: f64,
    /// Share of replicates in which its quality is the best; ties share.
    pub p_best: f64,
    /// The candidate that dominates it most often, and in which share of the replicates.
    pub dominated_by: Option<(usize, f64)>,
}

/// What may be said of a candidate and the front.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrontPlace {
    /// On it in at least 95 % of the replicates.
    On,
    /// On it in at most 5 %.
    Off,
    /// In between: the data do not tell.
    Unclear,
}

impl FrontPlace {
    /// The word used in documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
            Self::Unclear => "unclear",
        }
    }
}

impl FrontMember {
    /// What may be said.
    pub fn place(&self) -> FrontPlace {
        if self.p_on_front >= 0.95 {
            FrontPlace::On
        } else if self.p_on_front <= 0.05 {
            FrontPlace::Off
        } else {
            FrontPlace::Unclear
        }
    }
}

/// Whether `a` is higher than `b` by more than rounding: sums in another order are no difference.
fn above(a: f64, b: f64) -> bool {
    a - b > 1e-12 * a.abs().max(b.abs())
}

/// Whether `a` is at least as good as `b` on both and better on one.
fn dominates(a: (f64, f64), b: (f64, f64)) -> bool {
    !above(b.0, a.0) && !above(a.1, b.1) && (above(a.0, b.0) || above(b.1, a.1))
}

/// Replicates that one thread takes at a time.
const BLOCK: u64 = 64;

/// Replicates that are summed in one pass over the clusters.
const LANES: usize = 4;

/// How a bootstrap of fronts draws.
#[derive(Clone, Copy, Debug)]
pub struct FrontDraws {
    /// Replicates.
    pub replicates: u64,
    /// Seed: replicate b draws from its stream b.
    pub seed: u64,
    /// Clusters are put together at random until no more than these are left in a stratum. The relative error of a variance
    /// from g groups is about sqrt(2/g).
    pub groups: usize,
}

/// Groups that are drawn from where nothing else is said.
const MOST_GROUPS: usize = 10_000;

/// One row for each cluster: its cases, then sums of quality and cost of each candidate.
struct Rows {
    width: usize,
    sums: Vec<f64>,
}

impl Rows {
    fn of(columns: &[FrontColumn], cases: usize, clusters: Option<&[u32]>) -> Self {
        let width = 1 + 2 * columns.len();
        let mut rows = Self {
            width,
            sums: Vec::new(),
        };
        let mut places: BTreeMap<u32, usize> = BTreeMap::new();
        for case in 0..cases {
            let values: Vec<f64> = columns
                .iter()
                .flat_map(|column| [column.quality.get(case), column.cost.get(case)])
                .flatten()
                .copied()
                .filter(|value| value.is_finite())
                .collect();
            if values.len() + 1 < width {
                continue;
            }
            let cluster = clusters.and_then(|clusters| clusters.get(case));
            let next = rows.len();
            // A case without a cluster is its own.
            let at = cluster.map_or(next, |cluster| *places.entry(*cluster).or_insert(next));
            rows.add(at, std::iter::once(1.0).chain(values));
        }
        rows
    }

    fn len(&self) -> usize {
        self.sums.len() / self.width
    }

    fn add(&mut self, at: usize, values: impl Iterator<Item = f64>) {
        let start = at * self.width;
        if self.sums.len() < start + self.width {
            self.sums.resize(start + self.width, 0.0);
        }
        for (sum, value) in self.sums.iter_mut().skip(start).zip(values) {
            *sum += value;
        }
    }

    /// Puts rows together at random until there are not more than that: sums of independent clusters are independent, and
    /// many of them tell their variance well enough.
    fn grouped(self, draws: &FrontDraws) -> Self {
        let most = draws.groups.max(2);
        if self.len() <= most {
            return self;
        }
        let mut order: Vec<usize> = (0..self.len()).collect();
        Rng::stream(draws.seed, u64::MAX).shuffle(&mut order);
        let mut groups = Self {
            width: self.width,
            sums: Vec::with_capacity(most * self.width),
        };
        for (number, row) in order.into_iter().enumerate() {
            let values = self.sums.iter().skip(row * self.width).take(self.width);
            groups.add(number % most, values.copied());
        }
        groups
    }

    /// Sums over all rows, each as often as `counts` says, for [`LANES`] replicates at once.
    fn weighted(&self, counts: &[[u32; LANES]], sums: &mut [Vec<f64>; LANES]) {
        for (row, counts) in self.sums.chunks_exact(self.width).zip(counts) {
            for (sums, count) in sums.iter_mut().zip(counts) {
                let count = f64::from(*count);
                for (sum, value) in sums.iter_mut().zip(row) {
                    *sum += count * value;
                }
            }
        }
    }
}

/// Mean quality and cost of each candidate, from the sums of its cases.
fn means(sums: &[f64]) -> Vec<(f64, f64)> {
    let (cases, sums) = sums.split_first().unwrap_or((&0.0, &[]));
    sums.chunks_exact(2)
        .map(|pair| (pair[0] / cases.max(1.0), pair[1] / cases.max(1.0)))
        .collect()
}

#[derive(Clone)]
struct Counts {
    on_front: Vec<u64>,
    best: Vec<f64>,
    dominated: Vec<u64>,
}

impl Counts {
    fn none(candidates: usize) -> Self {
        Self {
            on_front: vec![0; candidates],
            best: vec![0.0; candidates],
            dominated: vec![0; candidates * candidates],
        }
    }

    fn count(&mut self, points: &[(f64, f64)]) {
        let top = points
            .iter()
            .map(|point| point.0)
            .fold(f64::NEG_INFINITY, f64::max);
        let winners = points.iter().filter(|point| !above(top, point.0)).count();
        for (number, own) in points.iter().enumerate() {
            let mut free = true;
            for (other, point) in points.iter().enumerate() {
                if dominates(*point, *own) {
                    free = false;
                    self.dominated[number * points.len() + other] += 1;
                }
            }
            self.on_front[number] += u64::from(free);
            if !above(top, own.0) {
                self.best[number] += 1.0 / winners as f64;
            }
        }
    }

    fn add(&mut self, other: &Self) {
        add(&mut self.on_front, &other.on_front);
        add(&mut self.dominated, &other.dominated);
        add(&mut self.best, &other.best);
    }
}

fn add<T: std::ops::AddAssign + Copy>(sums: &mut [T], more: &[T]) {
    for (sum, value) in sums.iter_mut().zip(more) {
        *sum += *value;
    }
}

/// The cases of one task: columns hold the same cases in the same order.
#[derive(Clone, Copy, Debug)]
pub struct FrontStratum<'a> {
    /// One column for each candidate.
    pub columns: &'a [FrontColumn],
    /// The cluster of each case, where the task has any.
    pub clusters: Option<&'a [u32]>,
}

/// Front membership by paired cluster bootstrap: clusters (cases, where there are none) are drawn once per replicate for
/// all candidates and both axes, so that what candidates have in common cancels out. Columns hold the same cases in the
/// same order; cases that a column lacks, or has no finite number for, are left out of all. Identical candidates both stay on the front. The result
/// depends on the seed, not on the number of threads: replicate b draws from stream b. With 9,999 replicates a share is
/// off by less than .005 (one standard deviation). Empty where there is no case.
pub fn front_membership(
    columns: &[FrontColumn],
    clusters: Option<&[u32]>,
    replicates: u64,
    seed: u64,
) -> Vec<FrontMember> {
    let draws = FrontDraws {
        replicates,
        seed,
        groups: MOST_GROUPS,
    };
    front_over(&[FrontStratum { columns, clusters }], &draws)
}

/// The same for averages over tasks that are always part of the average: each is drawn from on its own, and counts the same
/// however many cases it has. All strata have the same candidates. Empty where a stratum has no case.
pub fn front_over(strata: &[FrontStratum<'_>], draws: &FrontDraws) -> Vec<FrontMember> {
    let (replicates, seed) = (draws.replicates, draws.seed);
    let candidates = strata.first().map_or(0, |stratum| stratum.columns.len());
    let rows: Vec<Rows> = strata.iter().map(|stratum| rows_of(stratum, draws)).collect();
    if candidates == 0 || rows.iter().any(|rows| rows.len() == 0) {
        return Vec::new();
    }
    let drawn: Vec<Counts> = (0..replicates.div_ceil(BLOCK))
        .into_par_iter()
        .map(|block| {
            let block = block * BLOCK..((block + 1) * BLOCK).min(replicates);
            count_block(&rows, candidates, block, seed)
        })
        .collect();
    let mut total = Counts::none(candidates);
    drawn.iter().for_each(|counts| total.add(counts));
    let mut points = vec![(0.0, 0.0); candidates];
    for rows in &rows {
        let mut sums = vec![0.0; rows.width];
        for row in rows.sums.chunks_exact(rows.width) {
            add(&mut sums, row);
        }
        average(&mut points, &means(&sums), strata.len());
    }
    members(&points, &total, replicates)
}

fn rows_of(stratum: &FrontStratum<'_>, draws: &FrontDraws) -> Rows {
    let lengths = stratum
        .columns
        .iter()
        .map(|column| column.quality.len().min(column.cost.len()));
    Rows::of(stratum.columns, lengths.min().unwrap_or(0), stratum.clusters).grouped(draws)
}

/// Adds the means of one of `strata` strata to the averages over them.
fn average(points: &mut [(f64, f64)], means: &[(f64, f64)], strata: usize) {
    for (point, mean) in points.iter_mut().zip(means) {
        point.0 += mean.0 / strata as f64;
        point.1 += mean.1 / strata as f64;
    }
}

fn count_block(strata: &[Rows], candidates: usize, block: std::ops::Range<u64>, seed: u64) -> Counts {
    let mut counts = Counts::none(candidates);
    let mut drawn: Vec<[u32; LANES]> = Vec::new();
    let mut sums: [Vec<f64>; LANES] = std::array::from_fn(|_| Vec::new());
    let mut first = block.start;
    while first < block.end {
        let lanes = (block.end - first).min(LANES as u64);
        let mut streams: Vec<Rng> = (first..first + lanes)
            .map(|replicate| Rng::stream(seed, replicate))
            .collect();
        let mut points = vec![vec![(0.0, 0.0); candidates]; streams.len()];
        for rows in strata {
            drawn.clear();
            drawn.resize(rows.len(), [0; LANES]);
            for (lane, rng) in streams.iter_mut().enumerate() {
                for _ in 0..rows.len() {
                    drawn[rng.index(rows.len())][lane] += 1;
                }
            }
            for sums in &mut sums {
                sums.clear();
                sums.resize(rows.width, 0.0);
            }
            rows.weighted(&drawn, &mut sums);
            for (points, sums) in points.iter_mut().zip(&sums) {
                average(points, &means(sums), strata.len());
            }
        }
        points.iter().for_each(|points| counts.count(points));
        first += lanes;
    }
    counts
}

fn members(points: &[(f64, f64)], total: &Counts, replicates: u64) -> Vec<FrontMember> {
    let all = replicates.max(1) as f64;
    let member = |(number, own): (usize, &(f64, f64))| {
        let dominators = &total.dominated[number * points.len()..(number + 1) * points.len()];
        let most = (0..points.len()).max_by_key(|other| (dominators[*other], std::cmp::Reverse(*other)));
        FrontMember {
            quality: own.0,
            cost: own.1,
            on_front: !points.iter().any(|other| dominates(*other, *own)),
            p_on_front: total.on_front[number] as f64 / all,
            p_best: total.best[number] / all,
            dominated_by: most
                .filter(|other| dominators[*other] > 0)
                .map(|other| (other, dominators[other] as f64 / all)),
        }
    };
    points.iter().enumerate().map(member).collect()
}

/// The knee of a front: the candidate farthest above the line from its cheapest to its best member, both axes scaled to
/// the front's own range. `None` with fewer than three members.
pub fn knee(front: &[(f64, f64)]) -> Option<usize> {
    if front.len() < 3 {
        return None;
    }
    let cheapest = front.iter().min_by(|a, b| a.1.total_cmp(&b.1))?;
    let best = front.iter().max_by(|a, b| a.0.total_cmp(&b.0))?;
    let (height, width) = (best.0 - cheapest.0, best.1 - cheapest.1);
    if !(height > 0.0 && width > 0.0) {
        return None;
    }
    let rise = |point: &(f64, f64)| (point.0 - cheapest.0) / height - (point.1 - cheapest.1) / width;
    let (at, point) = front
        .iter()
        .enumerate()
        .max_by(|(_, a), (_, b)| rise(a).total_cmp(&rise(b)))?;
    (rise(point) > 0.0).then_some(at)
}
