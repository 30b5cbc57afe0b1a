//! Labels and verdicts brought together, output by output.

use crate::analyse::calibrate::{Input, Said, Unit};
use crate::cli::failure::Failure;
use crate::model::{Label, Mark};
use camino::Utf8Path;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

/// Collects what was said, by what it was said of.
pub struct Gather<K> {
    units: HashMap<K, usize>,
    /// Line of the label that gave a unit its verdict.
    verdict_lines: Vec<usize>,
    raters: HashMap<Arc<str>, u32>,
    clusters: HashMap<Box<str>, u32>,
    input: Input,
    /// Labels that say again what the same rater said.
    pub repeated: u64,
}

impl<K: Hash + Eq> Gather<K> {
    pub fn new() -> Self {
        Self {
            units: HashMap::new(),
            verdict_lines: Vec::new(),
            raters: HashMap::new(),
            clusters: HashMap::new(),
            input: Input::default(),
            repeated: 0,
        }
    }

    /// The unit of that key, made by `make` where it is new.
    pub fn unit(&mut self, key: K, make: impl FnOnce() -> Unit) -> usize {
        let input = &mut self.input;
        let lines = &mut self.verdict_lines;
        *self.units.entry(key).or_insert_with(|| {
            input.units.push(make());
            lines.push(0);
            input.units.len() - 1
        })
    }

    /// The number of a cluster.
    pub fn cluster(&mut self, name: &str) -> u32 {
        let next = u32::try_from(self.clusters.len()).unwrap_or(u32::MAX);
        if let Some(number) = self.clusters.get(name) {
            return *number;
        }
        self.clusters.insert(name.into(), next);
        next
    }

    /// Adds what a person said of a unit.
    pub fn label(&mut self, unit: usize, label: &Label, mark: Mark, file: &Utf8Path) -> Result<(), Failure> {
        let next = u32::try_from(self.raters.len()).unwrap_or(u32::MAX);
        let rater = *self.raters.entry(label.rater.clone()).or_insert_with(|| {
            self.input.raters.push(label.rater.clone());
            next
        });
        let Some(unit) = self.input.units.get_mut(unit) else {
            return Ok(());
        };
        let earlier = unit.human.iter().find(|(by, _, _)| *by == rater);
        match earlier {
            Some((_, said, _)) if *said == mark => self.repeated += 1,
            Some((_, said, line)) => {
                let advice = match label.rater.is_empty() {
                    true => "name the raters in `rater`, or remove one of the two",
                    false => "remove one of the two",
                };
                return Err(Failure::Usage(format!(
                    "{file}:{}: this label says `{mark}`, and line {line} says `{said}` of the same output by the same \
                     rater; {advice}",
                    label.line
                )));
            }
            None => unit.human.push((rater, mark, label.line)),
        }
        Ok(())
    }

    /// Adds the verdicts that a label tells.
    pub fn verdicts(&mut self, unit: usize, label: &Label, file: &Utf8Path) -> Result<(), Failure> {
        let (Some(unit), Some(earlier)) = (self.input.units.get_mut(unit), self.verdict_lines.get_mut(unit))
        else {
            return Ok(());
        };
        let told = [
            (&mut unit.alone, &label.judge),
            (&mut unit.first, &label.judge_first),
            (&mut unit.second, &label.judge_second),
        ];
        for (known, mark) in told {
            let Some(mark) = mark else { continue };
            match known {
                Some(said) if said.mark != *mark => {
                    return Err(Failure::Usage(format!(
                        "{file}:{}: the judge says `{mark}` here, and `{}` of the same output in line {earlier}; remove \
                         one of the two",
                        label.line, said.mark
                    )));
                }
                Some(_) => {}
                None => {
                    *known = Some(Said::written(mark.clone()));
                    *earlier = label.line;
                }
            }
        }
        Ok(())
    }

    /// Everything that was said.
    pub fn finish(self) -> Input {
        self.input
    }
}
