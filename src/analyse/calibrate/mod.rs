//! A judge against people: how far its verdicts agree with labels, and a run's scores corrected by them.
//!
//! Takes what was said as it was written ([`Input`]), reads it on one scale ([`Scale`]), and gives figures with
//! intervals ([`Calibration`]). Knows nothing of files and of the store.

mod code;
mod correct;
mod figure;
mod input;
mod numbers;
mod picture;
mod raters;
mod scale;
mod single;
mod strata;
mod table;
mod versus;
mod warn;

pub use correct::{Correction, JudgedOutput, correct};
pub use figure::Figure;
pub use input::{Input, Resampling, Said, Unit};
pub use numbers::{metric_name, weights_name};
pub use picture::{Cell as PictureCell, Picture};
pub use raters::{AlphaFigure, RaterPair, Raters};
pub use scale::{Declared, Kind, Scale, ScaleError, is_number, mirrored, pass_of_word};
pub use single::{Calibration, ClassFigures, Correlations, Counts, KappaFigure};
pub use strata::{Choice, band};
pub use table::Confusion;
pub use versus::{OrderFigures, PairFigures};
pub use warn::CalibrationWarning;

#[cfg(test)]
mod tests;
