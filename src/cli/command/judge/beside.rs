//! Verdicts that stand beside the labels: nothing but the file is needed.

use crate::analyse::calibrate::{Input, JudgedOutput, Unit, pass_of_word};
use crate::cli::failure::Failure;
use crate::cli::labelled::Gather;
use crate::model::{Digest, Label, Mark};
use camino::Utf8Path;
use std::sync::Arc;

/// What a label is about.
#[derive(PartialEq, Eq, Hash)]
enum About {
    /// Named things.
    Named {
        task: Option<Arc<str>>,
        case: Option<Arc<str>>,
        candidate: Option<Arc<str>>,
        prompt: Option<Arc<str>>,
        epoch: Option<u32>,
        against: Option<Arc<str>>,
        output: Option<Digest>,
    },
    /// A line that names nothing speaks of an output of its own.
    Line(usize),
}

/// Whose output it is: task, candidate and prompt, as far as the file tells.
pub type Whose = [Option<Arc<str>>; 3];

/// Labels with the verdicts beside them.
pub struct Beside {
    /// What was said.
    pub input: Input,
    /// Labels that say the same again.
    pub repeated: u64,
    /// Whose outputs there are.
    pub whose: Vec<Whose>,
    /// Position in `whose` of each unit.
    of_unit: Vec<u32>,
}

/// Brings labels and verdicts together.
pub fn gather(labels: &[Label], file: &Utf8Path) -> Result<Beside, Failure> {
    let mut gather = Gather::new();
    let mut whose: Vec<Whose> = Vec::new();
    let mut of_unit = Vec::new();
    for label in labels {
        let named = label.case.is_some() || label.output.is_some() || label.candidate.is_some();
        let about = match named {
            true => About::Named {
                task: label.task.clone(),
                case: label.case.clone(),
                candidate: label.candidate.clone(),
                prompt: label.prompt.clone(),
                epoch: label.epoch,
                against: label.against.clone(),
                output: label.output,
            },
            false => About::Line(label.line),
        };
        let cluster = match (&label.cluster, &label.case) {
            (Some(name), _) => format!("cluster {name}"),
            (None, Some(case)) => format!("case {} {case}", label.task.as_deref().unwrap_or("")),
            // Nothing tells what belongs together, so every output stands alone.
            (None, None) => format!("line {}", label.line),
        };
        let cluster = gather.cluster(&cluster);
        let unit = gather.unit(about, || {
            let own = [label.task.clone(), label.candidate.clone(), label.prompt.clone()];
            let position = whose.iter().position(|known| *known == own).unwrap_or_else(|| {
                whose.push(own);
                whose.len() - 1
            });
            of_unit.push(u32::try_from(position).unwrap_or(u32::MAX));
            Unit {
                cluster,
                ..Unit::default()
            }
        });
        if let Some(mark) = &label.human {
            gather.label(unit, label, mark.clone(), file)?;
        }
        gather.verdicts(unit, label, file)?;
    }
    let repeated = gather.repeated;
    Ok(Beside {
        input: gather.finish(),
        repeated,
        whose,
        of_unit,
    })
}

impl Beside {
    /// The outputs with a verdict that has a mean, where some of them have no label: those that labels can correct.
    /// Numbers need the ends of their scale.
    pub fn outputs(&self, range: Option<(f64, f64)>, least: Option<f64>) -> Vec<JudgedOutput> {
        let (low, high) = range.unwrap_or((0.0, 1.0));
        let least = least.unwrap_or(f64::midpoint(low, high));
        let outputs: Vec<JudgedOutput> = self
            .input
            .units
            .iter()
            .zip(&self.of_unit)
            .filter_map(|(unit, candidate)| {
                let (score, pass) = match &unit.alone.as_ref()?.mark {
                    Mark::Number(number) if (low..=high).contains(number) => {
                        ((number - low) / (high - low), *number >= least)
                    }
                    Mark::Number(_) => return None,
                    word => pass_of_word(word).map(|pass| (f64::from(u8::from(pass)), pass))?,
                };
                Some(JudgedOutput {
                    candidate: *candidate,
                    cluster: unit.cluster,
                    score,
                    pass,
                    human: unit
                        .human
                        .iter()
                        .map(|(_, mark, line)| (mark.clone(), *line))
                        .collect(),
                    drawn_in_band: false,
                })
            })
            .collect();
        match outputs.iter().any(|output| output.human.is_empty()) {
            true => outputs,
            false => Vec::new(),
        }
    }
}
