//! What to know before a calibration is trusted.

use super::{Confusion, Counts};
use std::fmt;
use std::sync::Arc;

/// Labelled units below which a judge's figures say little.
pub(super) const FEW_LABELS: u64 = 50;
/// Times that a category must occur for its figures to say something.
pub(super) const FEW_OF_ONE: u64 = 10;

/// What to know before a calibration is trusted.
#[derive(Clone, Debug, PartialEq)]
pub enum CalibrationWarning {
    /// Nothing could be compared.
    Nothing,
    /// Fewer than 50 labelled units.
    FewLabels(u64),
    /// People said the same of all: chance-corrected figures show nothing.
    OneClass(Arc<str>),
    /// People said these so seldom that figures on them say little; with how often.
    RareClasses(Vec<(Arc<str>, u64)>),
    /// Labelled units without a verdict of the judge.
    NoVerdict(u64),
    /// Units on which people do not agree, so that there is nothing to compare the judge with.
    NoMajority(u64),
    /// Labels were drawn by bands of judge scores: what is not weighted describes the labelled outputs alone.
    DrawnByBand,
    /// Fewer than ten clusters: intervals are rough.
    FewClusters(u64),
}

impl CalibrationWarning {
    /// The word used in documents.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing-to-compare",
            Self::FewLabels(_) => "few-labels",
            Self::OneClass(_) => "one-class",
            Self::RareClasses(_) => "rare-classes",
            Self::NoVerdict(_) => "no-verdict",
            Self::NoMajority(_) => "no-majority",
            Self::DrawnByBand => "drawn-by-band",
            Self::FewClusters(_) => "few-clusters",
        }
    }
}

impl fmt::Display for CalibrationWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("no output has both a label and a verdict"),
            Self::FewLabels(n) => write!(
                f,
                "few labels ({n}): below {FEW_LABELS} the intervals say more than the figures"
            ),
            Self::OneClass(name) => write!(
                f,
                "people said `{name}` of all: kappa shows nothing, and one of sensitivity and specificity is not defined"
            ),
            Self::RareClasses(classes) => {
                let said: Vec<String> = classes.iter().map(|(name, n)| format!("`{name}` {n} times")).collect();
                write!(f, "people said {} only: figures on it say little", said.join(", "))
            }
            Self::NoVerdict(n) => write!(f, "{n} labelled without a verdict of the judge: left out"),
            Self::NoMajority(n) => write!(
                f,
                "{n} without a majority among people: left out where a category is needed"
            ),
            Self::DrawnByBand => f.write_str(
                "labels were drawn by bands of judge scores: accuracy, agreement, sensitivity and specificity are weighted \
                 for that; kappa, alpha, correlations and tables describe the labelled outputs alone",
            ),
            Self::FewClusters(n) => write!(f, "few clusters ({n}): intervals are rough"),
        }
    }
}

/// The warnings that these counts call for.
pub(super) fn warnings(
    counts: &Counts,
    confusion: Option<&Confusion>,
    clustered: bool,
    weighted: bool,
    ordinal: bool,
) -> Vec<CalibrationWarning> {
    let mut warnings = Vec::new();
    if counts.judged == 0 {
        warnings.push(CalibrationWarning::Nothing);
    }
    if counts.units > 0 && counts.units < FEW_LABELS {
        warnings.push(CalibrationWarning::FewLabels(counts.units));
    }
    if let Some(confusion) = confusion {
        let human = confusion.human();
        let said: Vec<(&Arc<str>, u64)> = confusion
            .names
            .iter()
            .zip(human)
            .filter(|(_, count)| *count > 0)
            .collect();
        match said.as_slice() {
            [(name, _)] => warnings.push(CalibrationWarning::OneClass(Arc::clone(name))),
            // Steps of a scale have no figures of their own.
            several if !ordinal => {
                let rare = several.iter().filter(|(_, count)| *count < FEW_OF_ONE);
                let rare: Vec<(Arc<str>, u64)> =
                    rare.map(|(name, count)| (Arc::clone(name), *count)).collect();
                if !rare.is_empty() {
                    warnings.push(CalibrationWarning::RareClasses(rare));
                }
            }
            _ => {}
        }
    }
    let without = counts.units - counts.judged;
    if counts.judged > 0 && without > 0 {
        warnings.push(CalibrationWarning::NoVerdict(without));
    }
    if counts.undecided > 0 {
        warnings.push(CalibrationWarning::NoMajority(counts.undecided));
    }
    if weighted {
        warnings.push(CalibrationWarning::DrawnByBand);
    }
    if clustered && counts.clusters < 10 {
        warnings.push(CalibrationWarning::FewClusters(counts.clusters));
    }
    warnings
}
