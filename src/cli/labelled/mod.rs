//! Labels of people brought together with what a run's scorers said, output by output.

mod asked;
mod checked;
mod corrected;
mod gather;
mod recorded;
mod sides;

pub use asked::{Asked, asked};
pub use checked::{check_all, check_labels, told};
pub use corrected::{SAMPLED, correct_run, means};
pub use gather::Gather;
pub use recorded::{Wanted, gather, is_called};
