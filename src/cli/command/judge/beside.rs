//! Verdicts that stand beside the labels: nothing but the file is needed.

use super::gather::Gather;
use crate::analyse::calibrate::{Input, Unit};
use crate::cli::failure::Failure;
use crate::model::{Digest, Label};
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

/// Labels with the verdicts beside them; how many say the same again.
pub fn gather(labels: &[Label], file: &Utf8Path) -> Result<(Input, u64), Failure> {
    let mut gather = Gather::new();
    for label in labels {
        let about = match label.case.is_some() || label.output.is_some() || label.candidate.is_some() {
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
        let unit = gather.unit(about, || Unit {
            cluster,
            ..Unit::default()
        });
        if let Some(mark) = &label.human {
            gather.label(unit, label, mark.clone(), file)?;
        }
        gather.verdicts(unit, label, file)?;
    }
    let repeated = gather.repeated;
    Ok((gather.finish(), repeated))
}
