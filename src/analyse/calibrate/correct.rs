//! A run's judge scores, corrected by labels: PPI++.

use super::figure::ALPHA;
use super::scale::pass_of_word;
use super::strata::{LEAST, band};
use super::{Figure, ScaleError};
use crate::model::{CorrectedMean, Correcting, Mark, Quantity};
use crate::stats::{
    FEWEST_LABELS, Labelled, MeanAccumulator, Sampled, Stratum, macro_average, ppi_mean, weighted_mean,
};
use std::collections::{BTreeMap, BTreeSet};

/// An output that the judge scored, with what people said of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JudgedOutput {
    /// Whose mean it counts in: position of the candidate.
    pub candidate: u32,
    /// Outputs with the same number are not independent.
    pub cluster: u32,
    /// The judge's score in 0..=1.
    pub score: f64,
    /// Whether the judge passes it.
    pub pass: bool,
    /// What people said, with the lines.
    pub human: Vec<(Mark, usize)>,
    /// Whether the label was drawn by chance inside a band of judge scores, and not among all outputs.
    pub drawn_in_band: bool,
}

/// A candidate's mean, as the judge has it and as people would.
#[derive(Clone, Debug, PartialEq)]
pub struct Correction {
    /// Position of the candidate.
    pub candidate: u32,
    /// Which mean.
    pub quantity: Quantity,
    /// What the judge alone says.
    pub raw: Figure,
    /// What is to be expected of people.
    pub corrected: Figure,
    /// How that was found.
    pub by: Correcting,
    /// How much the judge counts beside the labels, from 0 to 1; `None` where it differs by band.
    pub lambda: Option<f64>,
    /// Labelled outputs.
    pub labels: u64,
    /// Outputs with a judge's score alone.
    pub judged: u64,
}

impl Correction {
    /// The same as it is kept with a run.
    pub fn kept(&self) -> CorrectedMean {
        CorrectedMean {
            candidate: self.candidate,
            quantity: self.quantity,
            raw: self.raw.kept(),
            corrected: self.corrected.kept(),
            by: self.by,
            lambda: self.lambda,
            labels: self.labels,
            judged: self.judged,
        }
    }
}

/// A judged output on the scale of the mean.
struct Placed {
    cluster: u32,
    band: u32,
    judge: f64,
    human: Option<f64>,
}

/// The means of all candidates with judged outputs, raw and corrected. `range`: the ends of the judge's scale, on which
/// labels are numbers. An error names the label that cannot be read.
///
/// Labelled outputs must be a random part of each candidate's outputs, or of each band of judge scores where they were
/// drawn so; no formula mends labels that were taken where the judge looked wrong.
pub fn correct(outputs: &[JudgedOutput], range: (f64, f64)) -> Result<Vec<Correction>, ScaleError> {
    let quantity = quantity(outputs, range);
    let mut placed: BTreeMap<u32, (Vec<Placed>, bool)> = BTreeMap::new();
    for output in outputs {
        let (rows, in_bands) = placed.entry(output.candidate).or_default();
        *in_bands |= output.drawn_in_band && !output.human.is_empty();
        rows.push(Placed {
            cluster: output.cluster,
            band: band(output.score),
            judge: match quantity {
                Quantity::PassRate => f64::from(u8::from(output.pass)),
                Quantity::MeanScore => output.score.clamp(0.0, 1.0),
            },
            human: human(output, quantity, range)?,
        });
    }
    let corrections = placed.into_iter().map(|(candidate, (rows, in_bands))| {
        let clusters: BTreeSet<u32> = rows.iter().map(|row| row.cluster).collect();
        let clustered = clusters.len() < rows.len();
        let mut raw = MeanAccumulator::new(clustered);
        rows.iter()
            .for_each(|row| raw.add(row.judge, Some(row.cluster), false));
        let labels = rows.iter().filter(|row| row.human.is_some()).count() as u64;
        let rows: Vec<&Placed> = rows.iter().collect();
        let (corrected, by, lambda) = match (labels, in_bands) {
            (0, _) => (
                Figure::none(0, "no output of it has a label"),
                Correcting::Not,
                None,
            ),
            (_, true) => by_band(&rows, clustered),
            (_, false) => over_all(&rows, clustered),
        };
        Correction {
            candidate,
            quantity,
            raw: raw.estimate(ALPHA, 0).into(),
            corrected,
            by,
            lambda,
            labels,
            judged: rows.len() as u64 - labels,
        }
    });
    Ok(corrections.collect())
}

/// Labels in words, and numbers that are all 0 or 1 on another scale, say pass or fail.
fn quantity(outputs: &[JudgedOutput], range: (f64, f64)) -> Quantity {
    let marks = || {
        outputs
            .iter()
            .flat_map(|output| &output.human)
            .map(|(mark, _)| mark)
    };
    let words = marks().any(|mark| matches!(mark, Mark::Word(_)));
    let yes_no = marks().all(|mark| matches!(mark, Mark::Number(0.0 | 1.0)));
    let both = [0.0, 1.0]
        .iter()
        .all(|end| marks().any(|mark| *mark == Mark::Number(*end)));
    let unit = range == (0.0, 1.0);
    match words || (yes_no && (unit || both || range.0 > 0.0)) {
        true => Quantity::PassRate,
        false => Quantity::MeanScore,
    }
}

/// What people said of an output together, in 0..=1.
fn human(
    output: &JudgedOutput,
    quantity: Quantity,
    (low, high): (f64, f64),
) -> Result<Option<f64>, ScaleError> {
    let mut sum = 0.0;
    for (mark, line) in &output.human {
        sum += match (quantity, mark) {
            (Quantity::PassRate, Mark::Word(_)) => {
                let pass = pass_of_word(mark).ok_or_else(|| {
                    ScaleError::new(Some(*line), format!("`{mark}` says neither pass nor fail"))
                })?;
                f64::from(u8::from(pass))
            }
            (Quantity::PassRate, Mark::Number(number)) => *number,
            (Quantity::MeanScore, Mark::Number(number)) => (number - low) / (high - low),
            (Quantity::MeanScore, Mark::Word(_)) => {
                return Err(ScaleError::new(Some(*line), format!("`{mark}` is not a number")));
            }
        }
        .clamp(0.0, 1.0);
    }
    Ok((!output.human.is_empty()).then(|| sum / output.human.len() as f64))
}

/// Labels and judge's scores as `stats` takes them.
fn split(rows: &[&Placed]) -> (Vec<Labelled>, Vec<(f64, u32)>) {
    let labelled = rows.iter().filter_map(|row| {
        Some(Labelled {
            human: row.human?,
            judge: row.judge,
            cluster: row.cluster,
        })
    });
    let judged = rows.iter().filter(|row| row.human.is_none());
    (
        labelled.collect(),
        judged.map(|row| (row.judge, row.cluster)).collect(),
    )
}

fn over_all(rows: &[&Placed], clustered: bool) -> (Figure, Correcting, Option<f64>) {
    let (labelled, judged) = split(rows);
    let Some(found) = ppi_mean(&labelled, &judged, clustered, ALPHA, FEWEST_LABELS) else {
        return (
            Figure::none(0, "no output of it has a label"),
            Correcting::Not,
            None,
        );
    };
    let figure = Figure {
        value: Some(found.mean),
        low: found.low,
        high: found.high,
        n: found.labels,
        why: found
            .low
            .is_none()
            .then_some("no interval: too few labels, or all in one cluster"),
    };
    match found.human_only {
        true => (figure, Correcting::LabelsAlone, None),
        false => (figure, Correcting::Ppi, Some(found.lambda)),
    }
}

/// The mean over bands, each by its share of the outputs. The shares are those of a sample themselves: the variance has
/// a second part, that of the bands' means over all outputs (Cochran 1977, section 12.2).
fn by_band(rows: &[&Placed], clustered: bool) -> (Figure, Correcting, Option<f64>) {
    let mut bands: BTreeMap<u32, Vec<&Placed>> = BTreeMap::new();
    for row in rows {
        bands.entry(row.band).or_default().push(row);
    }
    let few = |rows: &Vec<&Placed>| {
        let labels = rows.iter().filter(|row| row.human.is_some()).count();
        (labels as u64) < LEAST.min(rows.len() as u64)
    };
    if bands.values().any(few) {
        let labels = rows.iter().filter(|row| row.human.is_some()).count() as u64;
        let why = "a band of judge scores has too few labels; `bench judge label` takes them";
        return (Figure::none(labels, why), Correcting::Not, None);
    }
    if clustered {
        return weighted(&bands);
    }
    let mut parts = Vec::new();
    for rows in bands.values() {
        let (labelled, judged) = split(rows);
        if let Some(found) = ppi_mean(&labelled, &judged, false, ALPHA, FEWEST_LABELS) {
            parts.push((rows.len() as f64, found));
        }
    }
    let all: f64 = rows.len() as f64;
    let mean: f64 = parts.iter().map(|(size, found)| size / all * found.mean).sum();
    let strata: Vec<Stratum> = parts
        .iter()
        .map(|(size, found)| Stratum {
            weight: *size,
            mean: found.mean,
            variance: match found.se > 0.0 {
                true => found.se.powi(2) + (found.mean - mean).powi(2) / size,
                // Without variation `macro_average` takes a variance that is not zero.
                false => 0.0,
            },
            n: found.labels as f64,
            df: (found.labels as f64 - 1.0).max(1.0),
            better: 0.0,
            worse: 0.0,
        })
        .collect();
    let labels = parts.iter().map(|(_, found)| found.labels).sum();
    match macro_average(&strata, ALPHA) {
        Some(average) => {
            let figure = Figure {
                value: Some(average.mean),
                low: average.low,
                high: average.high,
                n: labels,
                why: None,
            };
            (figure, Correcting::PpiByBand, None)
        }
        None => (
            Figure::none(labels, "no output of it has a label"),
            Correcting::Not,
            None,
        ),
    }
}

/// The labels, each weighted by the outputs of its band that it stands for; the variance is cluster-robust over bands.
fn weighted(bands: &BTreeMap<u32, Vec<&Placed>>) -> (Figure, Correcting, Option<f64>) {
    let mut cases = Vec::new();
    for rows in bands.values() {
        let labelled: Vec<(f64, u32)> = rows
            .iter()
            .filter_map(|row| Some((row.human?, row.cluster)))
            .collect();
        let probability = labelled.len() as f64 / rows.len() as f64;
        cases.extend(labelled.into_iter().map(|(value, cluster)| Sampled {
            value,
            probability,
            cluster,
        }));
    }
    match weighted_mean(&cases, true, ALPHA) {
        Some(found) => {
            let figure = Figure {
                value: Some(found.mean),
                low: found.low,
                high: found.high,
                n: found.sampled,
                why: found
                    .low
                    .is_none()
                    .then_some("no interval: all labels are in one cluster"),
            };
            (figure, Correcting::WeightedLabels, None)
        }
        None => (
            Figure::none(0, "no output of it has a label"),
            Correcting::Not,
            None,
        ),
    }
}
