//! `code`: a program that the model wrote, graded by the tests of its case.
//!
//! [`extract`] takes the program out of the answer, [`exercise`] reads what the case asks of it, a [`runner`] per language
//! says how such programs are run, and [`grade`] runs each test in an instance of its own. Tests judge, the program is
//! judged: whatever it does wrong is a test that fails, with a [`Verdict`](crate::model::Verdict); only bench's own
//! trouble is a failure of the scorer.

mod blame;
mod end;
mod exercise;
mod extract;
mod grade;
mod javascript;
mod options;
mod python;
mod runner;
#[cfg(test)]
mod tests;

pub use options::{CodeLanguage, CodeOptions, Given};

pub(super) use grade::compile;

use crate::model::Case;

/// What is wrong with a case for a scorer with these options; `None` where it can be graded.
pub(super) fn problem_with(options: &CodeOptions, case: &Case) -> Option<String> {
    exercise::read(options, case).err()
}
