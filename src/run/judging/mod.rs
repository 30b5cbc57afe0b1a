//! Judging: the second half of a run. Walks over stored answers, asks the members of each judge's panel through the
//! queues of their providers, and stores the verdicts with the trials.
//!
//! A trial is judged in one go: all questions about it are under way at once, and its record is replaced when the last
//! is answered. Each reply is on disk before it counts, so that a run that is cut off asks no question twice.

mod engine;
mod matter;
mod member;
mod question;
mod stripes;
mod trial;

pub use engine::{JudgingEngine, JudgingOptions, Paid};
pub use matter::{Judgeable, JudgingJob, LeftOut, Matter};
pub use member::{JudgeRuntime, MemberRuntime, MemberWay, Reached};
