//! The numbers of a front.

use super::contenders::Contender;
use super::{ALPHA, Front, FrontAbsent, FrontAxis, FrontChance, FrontPoint, Span};
use crate::analyse::Grid;
use crate::stats::{
    FrontColumn, FrontDraws, FrontMember, FrontStratum, MeanAccumulator, REPLICATES, Stratum, Warning,
    front_over, knee, macro_average, positive_average, positive_mean,
};

/// Groups that clusters are put together in for the bootstrap: enough for shares that are told to a hundredth, and as quick
/// for a million trials as for a thousand.
const GROUPS: usize = 1_000;

/// What a task holds of the contenders: the cases that all have.
struct Part {
    columns: Vec<FrontColumn>,
    /// One for each contender.
    scores: Vec<MeanAccumulator>,
    clusters: Option<Vec<u32>>,
    cases: u64,
    left_out: u64,
}

impl Part {
    /// `at` is the position of the grid among those of the contenders.
    fn of(axis: FrontAxis, grid: &Grid, at: usize, contenders: &[Contender]) -> Self {
        let clustered = grid.clustered;
        let mut part = Self {
            columns: contenders
                .iter()
                .map(|_| FrontColumn {
                    quality: Vec::new(),
                    cost: Vec::new(),
                })
                .collect(),
            scores: vec![MeanAccumulator::new(clustered); contenders.len()],
            clusters: clustered.then(Vec::new),
            cases: 0,
            left_out: 0,
        };
        for (case, entry) in grid.cases.iter().enumerate() {
            let values: Option<Vec<(f64, f64, bool)>> = contenders
                .iter()
                .map(|contender| {
                    let cell = grid.cell(case, *contender.columns.get(at)?);
                    Some((cell.mean()?, axis.of(&cell)?, cell.scored > 1))
                })
                .collect();
            let Some(values) = values else {
                part.left_out += 1;
                continue;
            };
            part.cases += 1;
            let cluster = clustered.then_some(entry.cluster);
            part.clusters.iter_mut().for_each(|list| list.extend(cluster));
            let columns = part.columns.iter_mut().zip(&mut part.scores);
            for ((column, scores), (quality, cost, repeated)) in columns.zip(values) {
                column.quality.push(quality);
                column.cost.push(cost);
                scores.add(quality, cluster, repeated);
            }
        }
        part
    }

    fn stratum(&self) -> FrontStratum<'_> {
        FrontStratum {
            columns: &self.columns,
            clusters: self.clusters.as_deref(),
        }
    }

    /// Clusters, or cases where there are none.
    fn units(&self) -> u64 {
        let estimate = self.scores.first().map(|scores| scores.estimate(ALPHA, 0));
        estimate.map_or(0, |estimate| estimate.clusters.unwrap_or(estimate.n))
    }

    fn few(&self) -> bool {
        let estimate = self.scores.first().map(|scores| scores.estimate(ALPHA, 0));
        let is_few = |warning: &Warning| matches!(warning, Warning::SmallSample(_) | Warning::FewClusters(_));
        estimate.is_none_or(|estimate| estimate.warnings.iter().any(is_few))
    }
}

/// The front of those contenders over those grids, each with a column in every grid.
pub(super) fn front(
    axis: FrontAxis,
    grids: &[&Grid],
    contenders: &[Contender],
    absent: &[FrontAbsent],
    seed: u64,
) -> Front {
    let mut absent = absent.to_vec();
    let mut present: Vec<Contender> = Vec::new();
    for contender in contenders {
        match contender.lacks(axis, grids) {
            Some(why) => absent.push(contender.absent(why)),
            None => present.push(contender.clone()),
        }
    }
    let parts: Vec<Part> = grids
        .iter()
        .enumerate()
        .map(|(at, grid)| Part::of(axis, grid, at, &present))
        .collect();
    let empty = parts.iter().any(|part| part.cases == 0);
    let mut front = Front {
        axis,
        points: Vec::new(),
        knee: None,
        cases: parts.iter().map(|part| part.cases).sum(),
        left_out: parts.iter().map(|part| part.left_out).sum(),
        tasks: grids.len() as u64,
        absent,
        few: parts.iter().any(Part::few),
    };
    if present.is_empty() || empty {
        return front;
    }
    let told = present.len() > 1 && parts.iter().all(|part| part.units() > 1);
    let strata: Vec<FrontStratum<'_>> = parts.iter().map(Part::stratum).collect();
    // The means, and who beats whom by them, are wanted also where nothing can be drawn.
    let draws = FrontDraws {
        replicates: if told { REPLICATES } else { 0 },
        seed,
        groups: GROUPS,
    };
    let members = front_over(&strata, &draws);
    let mut points: Vec<(usize, FrontPoint)> = present
        .iter()
        .zip(&members)
        .enumerate()
        .map(|(at, (contender, member))| (at, point(&parts, at, contender, member, told)))
        .collect();
    points.sort_by(|(_, a), (_, b)| a.cost.value.total_cmp(&b.cost.value));
    let places: Vec<usize> = points.iter().map(|(at, _)| *at).collect();
    front.points = points.into_iter().map(|(_, point)| point).collect();
    for point in &mut front.points {
        let dominator = point
            .chance
            .as_mut()
            .and_then(|chance| chance.dominated_by.as_mut());
        if let Some((other, _)) = dominator {
            *other = places.iter().position(|at| at == other).unwrap_or(*other);
        }
    }
    front.knee = bend(&front.points);
    front
}

fn point(parts: &[Part], at: usize, contender: &Contender, member: &FrontMember, told: bool) -> FrontPoint {
    let chance = FrontChance {
        place: member.place(),
        on_front: member.p_on_front,
        best: member.p_best,
        dominated_by: member.dominated_by,
    };
    FrontPoint {
        candidate: contender.candidate,
        name: contender.name.clone(),
        prompt: contender.prompt.clone(),
        simulated: contender.simulated,
        quality: quality(parts, at).unwrap_or(Span {
            value: member.quality,
            ..Span::default()
        }),
        cost: cost(parts, at).unwrap_or(Span {
            value: member.cost,
            ..Span::default()
        }),
        on_front: member.on_front,
        degenerate: parts.iter().filter_map(|part| part.scores.get(at)).any(|scores| {
            let estimate = scores.estimate(ALPHA, 0);
            estimate.degenerate
        }),
        chance: told.then_some(chance),
    }
}

fn quality(parts: &[Part], at: usize) -> Option<Span> {
    if let [part] = parts {
        let estimate = part.scores.get(at)?.estimate(ALPHA, 0);
        return Some(Span {
            value: estimate.mean?,
            low: estimate.low,
            high: estimate.high,
        });
    }
    let strata: Option<Vec<Stratum>> = parts
        .iter()
        .map(|part| part.scores.get(at)?.stratum(1.0))
        .collect();
    let average = macro_average(&strata?, ALPHA)?;
    // As everywhere, one cluster gives no interval.
    let bounded = parts.iter().all(|part| part.units() > 1);
    Some(Span {
        value: average.mean,
        low: average.low.filter(|_| bounded),
        high: average.high.filter(|_| bounded),
    })
}

fn cost(parts: &[Part], at: usize) -> Option<Span> {
    let values = |part: &'_ Part| part.columns.get(at).map(|column| column.cost.clone());
    let found = if let [part] = parts {
        positive_mean(&values(part)?, part.clusters.as_deref(), ALPHA)
    } else {
        let costs: Option<Vec<Vec<f64>>> = parts.iter().map(values).collect();
        let costs = costs?;
        let parts: Vec<(&[f64], Option<&[u32]>)> = costs
            .iter()
            .zip(parts)
            .map(|(costs, part)| (costs.as_slice(), part.clusters.as_deref()))
            .collect();
        positive_average(&parts, ALPHA)
    }?;
    Some(Span {
        value: found.value,
        low: found.low,
        high: found.high,
    })
}

/// The knee among those on the front by their means.
fn bend(points: &[FrontPoint]) -> Option<usize> {
    let on: Vec<usize> = (0..points.len())
        .filter(|at| points.get(*at).is_some_and(|point| point.on_front))
        .collect();
    let line: Vec<(f64, f64)> = on
        .iter()
        .filter_map(|at| points.get(*at))
        .map(|point| (point.quality.value, point.cost.value))
        .collect();
    on.get(knee(&line)?).copied()
}
