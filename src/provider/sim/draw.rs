//! Random numbers that are pure functions of what is asked.

use crate::model::{Hasher, Subject};
use statrs::function::erf::erfc_inv;

/// A stream of random numbers: SplitMix64 (Steele, Lea and Flood 2014), seeded by a BLAKE3 hash.
#[derive(Clone, Debug)]
pub(super) struct Draw(u64);

impl Draw {
    /// Numbers for one trial.
    pub(super) fn of_trial(model: &str, subject: &Subject) -> Self {
        Self::seeded("sim trial", model, subject, u64::from(subject.epoch))
    }

    /// Numbers that all epochs of a model and case share.
    pub(super) fn of_case(model: &str, subject: &Subject) -> Self {
        Self::seeded("sim case", model, subject, 0)
    }

    /// Numbers for one attempt at a trial.
    pub(super) fn of_attempt(model: &str, subject: &Subject) -> Self {
        let number = u64::from(subject.epoch) << 32 | u64::from(subject.attempt);
        Self::seeded("sim attempt", model, subject, number)
    }

    /// Numbers of the case itself, whatever the model and the seed.
    pub(super) fn of_difficulty(subject: &Subject) -> Self {
        let mut hasher = Hasher::new("sim difficulty");
        hasher.text(&subject.task).text(&subject.case.id);
        Self(hasher.digest().as_u64())
    }

    /// Numbers of the model itself.
    pub(super) fn of_model(model: &str) -> Self {
        Self(Hasher::new("sim model").text(model).digest().as_u64())
    }

    fn seeded(kind: &str, model: &str, subject: &Subject, number: u64) -> Self {
        let mut hasher = Hasher::new(kind);
        hasher
            .number(subject.seed)
            .text(model)
            .text(&subject.task)
            .text(&subject.prompt)
            .text(&subject.case.id)
            .number(number);
        Self(hasher.digest().as_u64())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number above 0 and below 1.
    pub(super) fn uniform(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    /// A standard normal number.
    pub(super) fn normal(&mut self) -> f64 {
        probit(self.uniform())
    }

    /// A number from 0 up to, not including, `below`; 0 where that is 0.
    pub(super) fn below(&mut self, below: usize) -> usize {
        ((self.uniform() * below as f64) as usize).min(below.saturating_sub(1))
    }
}

/// The point with that share of the standard normal distribution below it; the share is kept off 0 and 1.
pub(super) fn probit(share: f64) -> f64 {
    -std::f64::consts::SQRT_2 * erfc_inv(2.0 * share.clamp(1e-12, 1.0 - 1e-12))
}
