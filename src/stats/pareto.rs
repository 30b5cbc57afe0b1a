//! Which candidates nobody beats on quality and cost at once, and how sure that is.

use super::Rng;
use rayon::prelude::*;

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

/// Whether `a` is at least as good as `b` on both and better on one.
fn dominates(a: (f64, f64), b: (f64, f64)) -> bool {
    a.0 >= b.0 && a.1 <= b.1 && (a.0 > b.0 || a.1 < b.1)
}

/// Replicates that one thread takes at a time.
const BLOCK: u64 = 64;

#[derive(Clone)]
struct Counts {
    on_front: Vec<u64>,
    best: Vec<f64>,
    dominated: Vec<u64>,
}

/// Front membership by paired cluster bootstrap: clusters (cases, where there are none) are drawn once per replicate for
/// all candidates and both axes, so that what candidates have in common cancels out. All columns hold the same cases.
/// Identical candidates both stay on the front. The result depends on the seed, not on the number of threads. Empty where
/// there is no case.
pub fn front_membership(
    columns: &[FrontColumn],
    clusters: Option<&[u32]>,
    replicates: u64,
    seed: u64,
) -> Vec<FrontMember> {
    let count = columns.len();
    let cases = columns.first().map_or(0, |column| column.quality.len());
    if cases == 0 {
        return Vec::new();
    }
    // One row for each cluster: its cases, then sums of quality and cost of each candidate. Rows are read at random, so
    // each is one piece of memory.
    let width = 1 + 2 * count;
    let mut place = std::collections::BTreeMap::new();
    let mut rows: Vec<f64> = Vec::new();
    for case in 0..cases {
        let cluster = match clusters {
            Some(clusters) => u64::from(clusters.get(case).copied().unwrap_or(u32::MAX)),
            None => case as u64,
        };
        let next = place.len();
        let at = *place.entry(cluster).or_insert(next) * width;
        if rows.len() < at + width {
            rows.resize(at + width, 0.0);
        }
        rows[at] += 1.0;
        for (number, column) in columns.iter().enumerate() {
            rows[at + 1 + 2 * number] += column.quality.get(case).copied().unwrap_or(0.0);
            rows[at + 2 + 2 * number] += column.cost.get(case).copied().unwrap_or(0.0);
        }
    }
    let groups = rows.len() / width;
    let point = |sums: &[f64], number: usize| {
        let cases = sums[0].max(1.0);
        (sums[1 + 2 * number] / cases, sums[2 + 2 * number] / cases)
    };
    let none = Counts {
        on_front: vec![0; count],
        best: vec![0.0; count],
        dominated: vec![0; count * count],
    };
    let blocks = replicates.div_ceil(BLOCK);
    let drawn: Vec<Counts> = (0..blocks)
        .into_par_iter()
        .map(|block| {
            let mut counts = none.clone();
            let mut sums = vec![0.0; width];
            for replicate in block * BLOCK..((block + 1) * BLOCK).min(replicates) {
                let mut rng = Rng::stream(seed, replicate);
                sums.fill(0.0);
                for _ in 0..groups {
                    let at = rng.index(groups) * width;
                    for (sum, value) in sums.iter_mut().zip(&rows[at..at + width]) {
                        *sum += value;
                    }
                }
                count_replicate(&mut counts, count, |number| point(&sums, number));
            }
            counts
        })
        .collect();
    let mut total = none;
    for counts in drawn {
        add(&mut total.on_front, &counts.on_front);
        add(&mut total.dominated, &counts.dominated);
        add(&mut total.best, &counts.best);
    }
    let mut sums = vec![0.0; width];
    for row in rows.chunks_exact(width) {
        for (sum, value) in sums.iter_mut().zip(row) {
            *sum += value;
        }
    }
    let all = replicates.max(1) as f64;
    (0..count)
        .map(|number| {
            let own = point(&sums, number);
            let dominators = &total.dominated[number * count..(number + 1) * count];
            let most = (0..count).max_by_key(|other| (dominators[*other], std::cmp::Reverse(*other)));
            FrontMember {
                quality: own.0,
                cost: own.1,
                on_front: (0..count).all(|other| !dominates(point(&sums, other), own)),
                p_on_front: total.on_front[number] as f64 / all,
                p_best: total.best[number] / all,
                dominated_by: most
                    .filter(|other| dominators[*other] > 0)
                    .map(|other| (other, dominators[other] as f64 / all)),
            }
        })
        .collect()
}

fn count_replicate(counts: &mut Counts, count: usize, point: impl Fn(usize) -> (f64, f64)) {
    let top = (0..count)
        .map(|number| point(number).0)
        .fold(f64::NEG_INFINITY, f64::max);
    let winners = (0..count).filter(|number| point(*number).0 == top).count();
    for number in 0..count {
        let own = point(number);
        let mut free = true;
        for other in 0..count {
            if dominates(point(other), own) {
                free = false;
                counts.dominated[number * count + other] += 1;
            }
        }
        counts.on_front[number] += u64::from(free);
        if own.0 == top {
            counts.best[number] += 1.0 / winners as f64;
        }
    }
}

fn add<T: std::ops::AddAssign + Copy>(sums: &mut [T], more: &[T]) {
    for (sum, value) in sums.iter_mut().zip(more) {
        *sum += *value;
    }
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
