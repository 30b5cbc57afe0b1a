//! The calibration: all figures of a judge against people.

use super::code::{Coded, Value, code};
use super::figure::{Figure, Share, share};
use super::numbers::{kappa, resampled, weights};
use super::raters::Raters;
use super::versus::PairFigures;
use super::warn::warnings;
use super::{CalibrationWarning, Confusion, Declared, Input, Kind, Picture, Resampling, Scale, ScaleError};
use crate::stats::{KappaWeights, kendall_tau_b, pearson, spearman};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A judge against people.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    /// The scale on which they are compared.
    pub scale: Scale,
    /// How intervals were resampled that no formula gives.
    pub resampling: Resampling,
    /// What there is to compare.
    pub counts: Counts,
    /// Judge by human; `None` where there are no categories and no threshold.
    pub confusion: Option<Confusion>,
    /// How often the judge says what people say together.
    pub accuracy: Figure,
    /// How often the judge and one person say the same, over all persons.
    pub agreement: Figure,
    /// Agreement beyond chance, by weights; the first is the one that suits the scale.
    pub kappas: Vec<KappaFigure>,
    /// Sensitivity and specificity, by category.
    pub classes: Vec<ClassFigures>,
    /// Of numbers.
    pub correlations: Option<Correlations>,
    /// How far people agree with each other, and with the judge as one of them.
    pub raters: Raters,
    /// By order, where pairs were judged.
    pub pairs: Option<PairFigures>,
    /// Judge against human; `None` without numbers.
    pub picture: Option<Picture>,
    /// What to know before it is trusted.
    pub warnings: Vec<CalibrationWarning>,
}

/// What there is to compare.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Verdicts of people.
    pub labels: u64,
    /// Outputs, or pairs of outputs, with a verdict of somebody.
    pub units: u64,
    /// Those with a verdict of the judge.
    pub judged: u64,
    /// Those without a majority of people, or between two categories.
    pub undecided: u64,
    /// Groups of units that are not independent.
    pub clusters: u64,
}

/// Agreement beyond chance.
#[derive(Clone, Debug, PartialEq)]
pub struct KappaFigure {
    /// How disagreements count.
    pub weights: KappaWeights,
    /// Cohen's kappa.
    pub kappa: Figure,
}

/// How well the judge finds one category.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassFigures {
    /// The category.
    pub name: Arc<str>,
    /// Of the units that people give it, those that the judge gives it.
    pub sensitivity: Figure,
    /// Of the units that people do not give it, those that the judge does not give it.
    pub specificity: Figure,
}

/// Correlations of the judge's numbers with those of people.
#[derive(Clone, Debug, PartialEq)]
pub struct Correlations {
    /// Of the numbers.
    pub pearson: Figure,
    /// Of their ranks.
    pub spearman: Figure,
    /// Kendall's tau-b.
    pub kendall_tau_b: Figure,
}

/// A unit that both judge and people put into a category.
#[derive(Clone, Copy, Debug)]
struct Matched {
    cluster: u32,
    probability: f64,
    judge: usize,
    human: usize,
}

impl Calibration {
    /// Compares everything that was said. An error names what cannot be read.
    pub fn of(input: &Input, declared: &Declared, resampling: Resampling) -> Result<Self, ScaleError> {
        let mut scale = Scale::of(input, declared)?;
        let units: Vec<Coded> = code(input, &scale)?
            .into_iter()
            .filter(|unit| !unit.human.is_empty())
            .collect();
        let clusters: BTreeSet<u32> = units.iter().map(|unit| unit.cluster).collect();
        let clustered = clusters.len() < units.len();
        let said = |unit: &&Coded| unit.judge.is_some() || unit.orders.iter().any(Option::is_some);
        let by_threshold = scale.kind == Kind::Graded;
        let singly = scale.kind == Kind::Ordinal && units.iter().any(|unit| unit.together.category.is_none());
        if singly {
            scale.notes.push(
                "people's verdicts count one by one in accuracy, kappa and table, for the middle of some is no step"
                    .to_owned(),
            );
        }
        let counts = Counts {
            labels: units.iter().map(|unit| unit.human.len() as u64).sum(),
            units: units.len() as u64,
            judged: units.iter().filter(said).count() as u64,
            undecided: match scale.kind {
                Kind::Graded | Kind::Ordinal => 0,
                _ => units
                    .iter()
                    .filter(|unit| unit.together.category.is_none())
                    .count() as u64,
            },
            clusters: clusters.len() as u64,
        };
        let names: Vec<Arc<str>> = match by_threshold {
            true => vec!["pass".into(), "fail".into()],
            false => scale.categories.clone(),
        };
        let passes = matched(&units, singly, |value| value.pass.map(|pass| usize::from(!pass)));
        let matched = match by_threshold {
            true => passes.clone(),
            false => matched(&units, singly, |value| value.category),
        };
        let has_names = !names.is_empty() && (!by_threshold || scale.pass.is_some());
        let confusion = has_names.then(|| {
            let pairs = matched.iter().map(|unit| (unit.judge, unit.human));
            Confusion::of(names.clone(), by_threshold, pairs)
        });
        let numbers: Vec<(u32, f64, f64)> = units
            .iter()
            .filter_map(|unit| Some((unit.cluster, unit.judge?.number?, unit.together.number?)))
            .collect();
        let figures = Figures {
            clustered: clustered || singly,
            matched: &matched,
            passes: &passes,
            names: &names,
            has_names,
            resampling: &resampling,
        };
        let picture_range = scale.range.filter(|_| scale.kind != Kind::PassFail);
        let weighted = units.iter().any(|unit| unit.probability < 1.0);
        let pairs_of_numbers: Vec<(f64, f64)> =
            numbers.iter().map(|(_, judge, human)| (*judge, *human)).collect();
        let graded = matches!(scale.kind, Kind::Graded | Kind::Ordinal);
        let spread = scale.kind == Kind::PassFail
            && pairs_of_numbers
                .iter()
                .any(|(judge, _)| *judge != 0.0 && *judge != 1.0);
        let calibration = Self {
            accuracy: figures.accuracy(),
            agreement: agreement(&units, clustered, by_threshold, has_names),
            kappas: figures.kappas(scale.kind, by_threshold),
            classes: figures.classes(&scale),
            correlations: (graded || spread).then(|| Correlations::of(&numbers, &resampling)),
            raters: Raters::of(input, &units, &scale, &resampling),
            pairs: (scale.kind == Kind::Pair).then(|| PairFigures::of(&units, clustered, &resampling)),
            picture: (graded || spread)
                .then(|| Picture::of(&pairs_of_numbers, picture_range))
                .flatten(),
            warnings: warnings(
                &counts,
                confusion.as_ref(),
                clustered,
                weighted,
                scale.kind == Kind::Ordinal,
            ),
            confusion,
            counts,
            scale,
            resampling,
        };
        Ok(calibration)
    }
}

/// The units that both judge and people put somewhere; with every verdict of a person by itself where they count
/// singly.
fn matched(units: &[Coded], singly: bool, of: impl Fn(&Value) -> Option<usize>) -> Vec<Matched> {
    let rows = units.iter().flat_map(|unit| {
        let people: Vec<&Value> = match singly {
            true => unit.human.iter().map(|(_, value)| value).collect(),
            false => vec![&unit.together],
        };
        people.into_iter().map(move |human| (unit, human))
    });
    let matched = rows.filter_map(|(unit, human)| {
        Some(Matched {
            cluster: unit.cluster,
            probability: unit.probability,
            judge: of(unit.judge.as_ref()?)?,
            human: of(human)?,
        })
    });
    matched.collect()
}

const NO_NAMES: &str = "numbers need a threshold to be counted: --pass SCORE";
const NOTHING: &str = "no output has both a label and a verdict";

struct Figures<'a> {
    clustered: bool,
    matched: &'a [Matched],
    /// The same by pass and fail.
    passes: &'a [Matched],
    names: &'a [Arc<str>],
    has_names: bool,
    resampling: &'a Resampling,
}

impl Figures<'_> {
    fn missing(&self) -> Option<Figure> {
        match (self.has_names, self.matched.is_empty()) {
            (false, _) => Some(Figure::none(0, NO_NAMES)),
            (true, true) => Some(Figure::none(0, NOTHING)),
            _ => None,
        }
    }

    fn accuracy(&self) -> Figure {
        self.missing().unwrap_or_else(|| {
            share(
                self.clustered,
                self.matched
                    .iter()
                    .map(|unit| (unit.cluster, unit.probability, unit.judge == unit.human)),
            )
        })
    }

    fn kappas(&self, kind: Kind, by_threshold: bool) -> Vec<KappaFigure> {
        weights(kind, by_threshold)
            .iter()
            .map(|weights| KappaFigure {
                weights: *weights,
                kappa: self.missing().unwrap_or_else(|| self.kappa(*weights)),
            })
            .collect()
    }

    fn kappa(&self, weights: KappaWeights) -> Figure {
        let clusters: Vec<u32> = self.matched.iter().map(|unit| unit.cluster).collect();
        let why = "judge and people always say the same one thing, or the judge or people never vary";
        resampled(&clusters, self.resampling, why, |chosen| {
            let pairs = chosen.iter().filter_map(|at| self.matched.get(*at));
            kappa(
                self.names.len(),
                pairs.map(|unit| (unit.judge, unit.human)),
                weights,
            )
        })
    }

    /// Each category against the rest; of pass and fail only the pass, since the fail is its mirror. Numbers and steps
    /// pass or fail.
    fn classes(&self, scale: &Scale) -> Vec<ClassFigures> {
        let cut = matches!(scale.kind, Kind::Graded | Kind::Ordinal);
        if !self.has_names || (cut && scale.pass.is_none()) {
            return Vec::new();
        }
        let (names, matched): (Vec<Arc<str>>, _) = match (cut, scale.kind) {
            (true, _) => (vec!["pass".into()], self.passes),
            (_, Kind::PassFail) => (vec!["pass".into()], self.matched),
            _ => (self.names.to_vec(), self.matched),
        };
        let of = |class: usize, human: bool| {
            if let Some(missing) = self.missing() {
                return missing;
            }
            let units = matched.iter().filter(|unit| (unit.human == class) == human);
            let figure = share(
                self.clustered,
                units.map(|unit| (unit.cluster, unit.probability, (unit.judge == class) == human)),
            );
            match figure.n {
                0 if human => Figure::none(0, "people never gave this category"),
                0 => Figure::none(0, "people gave this category to all"),
                _ => figure,
            }
        };
        names
            .iter()
            .enumerate()
            .map(|(class, name)| ClassFigures {
                name: name.clone(),
                sensitivity: of(class, true),
                specificity: of(class, false),
            })
            .collect()
    }
}

/// How often the judge and one person say the same: the average over the persons of a unit, then over units.
fn agreement(units: &[Coded], clustered: bool, by_threshold: bool, has_names: bool) -> Figure {
    if !has_names {
        return Figure::none(0, NO_NAMES);
    }
    let mut sum = Share::new(clustered);
    for unit in units {
        let of = |value: &Value| match by_threshold {
            true => value.pass.map(usize::from),
            false => value.category,
        };
        let Some(judge) = unit.judge.as_ref().and_then(of) else {
            continue;
        };
        let said: Vec<usize> = unit.human.iter().filter_map(|(_, value)| of(value)).collect();
        if !said.is_empty() {
            let same = said.iter().filter(|human| **human == judge).count();
            sum.add(same as f64 / said.len() as f64, unit.cluster, unit.probability);
        }
    }
    let figure = sum.figure();
    match figure.n {
        0 => Figure::none(0, NOTHING),
        _ => figure,
    }
}

impl Correlations {
    fn of(numbers: &[(u32, f64, f64)], resampling: &Resampling) -> Self {
        let clusters: Vec<u32> = numbers.iter().map(|(cluster, _, _)| *cluster).collect();
        let figure = |correlation: fn(&[f64], &[f64]) -> Option<f64>| {
            if numbers.is_empty() {
                return Figure::none(0, NOTHING);
            }
            let why = "the judge's or the people's numbers do not vary";
            resampled(&clusters, resampling, why, |chosen| {
                let (judge, human): (Vec<f64>, Vec<f64>) = chosen
                    .iter()
                    .filter_map(|at| numbers.get(*at))
                    .map(|(_, judge, human)| (*judge, *human))
                    .unzip();
                correlation(&judge, &human)
            })
        };
        Self {
            pearson: figure(pearson),
            spearman: figure(spearman),
            kendall_tau_b: figure(kendall_tau_b),
        }
    }
}
