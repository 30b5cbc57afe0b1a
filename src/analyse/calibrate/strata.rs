//! Which output to label next.
//!
//! A corrected mean needs labels that are a random part of all outputs. So outputs are sorted into strata by what the
//! judge said, the order inside a stratum is fixed by chance, and labels are taken from its beginning: what is labelled of
//! a stratum is a random part of it, however many labels each stratum gets. That number is where the choice lies: the next
//! label goes where it shortens intervals most (Neyman 1934). How much people's verdicts vary in a stratum is learnt from
//! the same band of the other groups only: a stratum that got more labels because of what its own labels say would be
//! biased by them.

use std::collections::BTreeMap;

/// Lower ends of the bands of judge scores above 0; 1 is a band of its own. They do not depend on the run, so that a
/// run that goes on keeps its strata.
const BANDS: [f64; 4] = [0.25, 0.5, 0.75, 1.0];
/// Labels that the judge's score itself is worth, where the spread of people's verdicts is guessed.
const SUPPOSED: f64 = 10.0;
/// Labels that each stratum needs before its spread is known at all.
pub(super) const LEAST: u64 = 2;

/// The band of a judge's score in 0..=1: 0 for 0, then by quarters, the last for 1.
pub fn band(score: f64) -> u32 {
    match score > 0.0 {
        true => 1 + BANDS.iter().filter(|low| score >= **low).count() as u32,
        false => 0,
    }
}

/// A score in the middle of a band.
fn middle(band: u32) -> f64 {
    match band {
        0 => 0.0,
        5.. => 1.0,
        quarter => (f64::from(quarter) - 0.5) / 4.0,
    }
}

#[derive(Clone, Debug, Default)]
struct Stratum {
    /// Outputs by chance, with their number.
    outputs: Vec<(u64, usize)>,
    said: Said,
}

/// What people said.
#[derive(Clone, Copy, Debug, Default)]
struct Said {
    labels: f64,
    sum: f64,
    squares: f64,
}

impl Said {
    fn add(&mut self, value: f64) {
        self.labels += 1.0;
        self.sum += value;
        self.squares += value * value;
    }

    fn less(self, other: Self) -> Self {
        Self {
            labels: self.labels - other.labels,
            sum: self.sum - other.sum,
            squares: self.squares - other.squares,
        }
    }

    /// Variance of people's verdicts in a band, leaning on what the judge's score alone would mean.
    fn variance(&self, band: u32) -> f64 {
        let expected = middle(band).clamp(0.1, 0.9);
        let around = match self.labels > 0.0 {
            true => (self.squares - self.sum * self.sum / self.labels).max(0.0),
            false => 0.0,
        };
        (around + SUPPOSED * expected * (1.0 - expected)) / (self.labels + SUPPOSED)
    }
}

/// The outputs that may be labelled, and what was said so far.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    strata: BTreeMap<(u32, u32), Stratum>,
    /// What people said of each band, over all groups.
    bands: BTreeMap<u32, Said>,
    /// Outputs of each group.
    sizes: BTreeMap<u32, u64>,
    /// Stratum of each output, and whether it was shown.
    outputs: Vec<((u32, u32), bool)>,
}

impl Choice {
    /// Adds an output and returns its number. `group`: whose mean it counts in; `chance`: a number that was drawn for it.
    pub fn add(&mut self, group: u32, score: f64, chance: u64) -> usize {
        let key = (group, band(score));
        let number = self.outputs.len();
        self.outputs.push((key, false));
        *self.sizes.entry(group).or_default() += 1;
        self.strata.entry(key).or_default().outputs.push((chance, number));
        number
    }

    /// Notes that an output was shown, and what was said of it in 0..=1; `None` where nothing was.
    pub fn shown(&mut self, output: usize, value: Option<f64>) {
        let Some((key, shown)) = self.outputs.get_mut(output) else {
            return;
        };
        *shown = true;
        if let (Some(stratum), Some(value)) = (self.strata.get_mut(key), value) {
            stratum.said.add(value);
            self.bands.entry(key.1).or_default().add(value);
        }
    }

    /// The output whose label is worth most; `None` where all were shown.
    pub fn next(&self) -> Option<usize> {
        let mut best: Option<(f64, u64, usize)> = None;
        for ((group, band), stratum) in &self.strata {
            let left = stratum
                .outputs
                .iter()
                .filter(|(_, number)| self.outputs.get(*number).is_some_and(|(_, shown)| !shown))
                .min();
            let (Some((chance, output)), Some(size)) = (left, self.sizes.get(group)) else {
                continue;
            };
            let share = stratum.outputs.len() as f64 / *size as f64;
            let n = stratum.said.labels;
            let others = self
                .bands
                .get(band)
                .copied()
                .unwrap_or_default()
                .less(stratum.said);
            // What one more label takes off the variance of the group's mean. Strata that have too few come first, the
            // largest before the others.
            let gain = match n < LEAST as f64 {
                true => 1e6 * share * (LEAST as f64 - n),
                false => share * share * others.variance(*band) / (n * (n + 1.0)),
            };
            // Chance among equals: the order must not tell whose output it is.
            let better =
                |(most, least, _): (f64, u64, usize)| gain > most || (gain == most && *chance < least);
            if best.is_none_or(better) {
                best = Some((gain, *chance, *output));
            }
        }
        best.map(|(_, _, output)| output)
    }

    /// Outputs that were not shown.
    pub fn left(&self) -> usize {
        self.outputs.iter().filter(|(_, shown)| !shown).count()
    }
}
