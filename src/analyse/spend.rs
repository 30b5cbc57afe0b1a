//! Sums of money and tokens in which an unknown part stays visible.

use crate::model::{Money, Usage};

/// Money spent on some trials, of which some may be unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spend {
    /// Sum of what is known.
    pub known: Money,
    /// Answered trials whose cost is known.
    pub known_trials: u64,
    /// Answered trials whose cost is unknown.
    pub unknown_trials: u64,
}

/// An amount of money that may be unknown. Never written as $0 where a part is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// There is nothing to pay for: no trial was answered.
    Nothing,
    /// Exact.
    Known(Money),
    /// A lower bound: a part is unknown.
    AtLeast(Money),
    /// Nothing is known of it.
    Unknown,
}

impl Amount {
    /// The exact amount.
    pub fn known(self) -> Option<Money> {
        match self {
            Self::Known(money) => Some(money),
            _ => None,
        }
    }
}

impl Spend {
    /// Adds the cost of an answered trial.
    pub fn add(&mut self, cost: Option<Money>) {
        match cost {
            Some(cost) => {
                self.known += cost;
                self.known_trials += 1;
            }
            None => self.unknown_trials += 1,
        }
    }

    /// Adds another sum.
    pub fn merge(&mut self, other: &Self) {
        self.known += other.known;
        self.known_trials += other.known_trials;
        self.unknown_trials += other.unknown_trials;
    }

    /// The total.
    pub fn total(&self) -> Amount {
        match (self.known_trials, self.unknown_trials) {
            (0, 0) => Amount::Nothing,
            (_, 0) => Amount::Known(self.known),
            _ if self.known == Money::ZERO => Amount::Unknown,
            _ => Amount::AtLeast(self.known),
        }
    }

    /// The mean of an answered trial, rounded to a pico-dollar.
    pub fn per_trial(&self) -> Amount {
        let trials = i128::from(self.known_trials) + i128::from(self.unknown_trials);
        let share = |total: Money| {
            let rounded = (i128::from(total.0) + trials / 2) / trials.max(1);
            Money(i64::try_from(rounded).unwrap_or(i64::MAX))
        };
        match self.total() {
            Amount::Known(total) => Amount::Known(share(total)),
            Amount::AtLeast(total) => Amount::AtLeast(share(total)),
            other => other,
        }
    }
}

/// Tokens of some trials, of which some may be unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Sum of what is known.
    pub sum: Usage,
    /// Answered trials whose usage is known.
    pub known_trials: u64,
    /// Answered trials without a usage.
    pub unknown_trials: u64,
}

impl Tokens {
    /// Adds the usage of an answered trial.
    pub fn add(&mut self, usage: Option<Usage>) {
        match usage {
            Some(usage) => {
                self.sum = self.sum.plus(usage);
                self.known_trials += 1;
            }
            None => self.unknown_trials += 1,
        }
    }

    /// Adds another sum.
    pub fn merge(&mut self, other: &Self) {
        self.sum = self.sum.plus(other.sum);
        self.known_trials += other.known_trials;
        self.unknown_trials += other.unknown_trials;
    }

    /// Mean of input and output tokens over the trials whose usage is known.
    pub fn per_trial(&self) -> Option<(f64, f64)> {
        let trials = self.known_trials as f64;
        (self.known_trials > 0).then(|| (self.sum.input as f64 / trials, self.sum.output as f64 / trials))
    }
}
