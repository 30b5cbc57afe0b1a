//! Exact money: integer pico-dollars, never floats.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};

/// Pico-dollars in a US dollar.
const PICO: i64 = 1_000_000_000_000;

/// An amount of US dollars in pico-dollars (10^-12 $). The range is about ±9.2 million dollars; sums saturate.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct Money(pub i64);

/// A price of one token in pico-dollars, which is the same number as micro-dollars per million tokens.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct Rate(pub i64);

/// Why a price or an amount in a file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Below zero, infinite or not a number.
    #[error("a price is a number of US dollars, zero or more")]
    NotAPrice,
    /// Finer than bench can hold exactly.
    #[error("has more than {0} decimals, which cannot be held exactly")]
    TooFine(u32),
    /// Beyond the range of 64-bit pico-dollars.
    #[error("is too large")]
    TooLarge,
}

/// `value` times `scale` as an integer, exact to the last decimal that the scale can hold.
fn scaled(value: f64, scale: i64, decimals: u32) -> Result<i64, MoneyError> {
    if !value.is_finite() || value < 0.0 {
        return Err(MoneyError::NotAPrice);
    }
    let exact = value * scale as f64;
    if exact >= 9.0e18 {
        return Err(MoneyError::TooLarge);
    }
    let rounded = exact.round();
    // A decimal literal is off by half a unit in the last place of a double at most.
    if (exact - rounded).abs() > exact.abs() * 4.0 * f64::EPSILON + 1e-9 {
        return Err(MoneyError::TooFine(decimals));
    }
    Ok(rounded as i64)
}

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// An amount written in dollars, with up to 12 decimals.
    pub fn from_dollars(dollars: f64) -> Result<Self, MoneyError> {
        scaled(dollars, PICO, 12).map(Self)
    }

    /// The amount in dollars, for display and plots only.
    pub fn dollars(self) -> f64 {
        self.0 as f64 / PICO as f64
    }

    /// Adds without wrapping.
    pub fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The exact decimal text in dollars, without trailing zeros: `0.00137`.
    pub fn exact(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let magnitude = self.0.unsigned_abs();
        let (whole, rest) = (magnitude / PICO as u64, magnitude % PICO as u64);
        let decimals = format!("{rest:012}");
        match decimals.trim_end_matches('0') {
            "" => format!("{sign}{whole}"),
            digits => format!("{sign}{whole}.{digits}"),
        }
    }
}

impl fmt::Display for Money {
    /// For people: two decimals from a dollar up, else three significant digits (`$12.30`, `$0.0123`, `$0`).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dollars = self.dollars();
        let text = if self.0 == 0 {
            "$0".to_owned()
        } else if dollars.abs() >= 0.9995 {
            format!("${dollars:.2}")
        } else {
            let decimals = (2 - dollars.abs().log10().floor() as i32).clamp(2, 12) as usize;
            let text = format!("{dollars:.decimals$}");
            format!("${}", text.trim_end_matches('0').trim_end_matches('.'))
        };
        f.pad(&text)
    }
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        self.saturating_add(other)
    }
}

impl Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Add::add)
    }
}

impl Rate {
    /// A price in dollars per million tokens, with up to six decimals.
    pub fn from_dollars_per_million(dollars: f64) -> Result<Self, MoneyError> {
        scaled(dollars, 1_000_000, 6).map(Self)
    }

    /// The price in dollars per million tokens, for display.
    pub fn dollars_per_million(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// The price of that many tokens, exact (saturating at the range of [`Money`]).
    pub fn of(self, tokens: u64) -> Money {
        let total = i128::from(self.0) * i128::from(tokens);
        Money(i64::try_from(total).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_prices_are_held_exactly() {
        assert_eq!(Rate::from_dollars_per_million(0.025), Ok(Rate(25_000)));
        assert_eq!(Rate::from_dollars_per_million(0.1), Ok(Rate(100_000)));
        assert_eq!(Rate::from_dollars_per_million(14.99), Ok(Rate(14_990_000)));
        assert_eq!(
            Rate::from_dollars_per_million(0.0000001),
            Err(MoneyError::TooFine(6))
        );
        assert_eq!(Rate::from_dollars_per_million(-1.0), Err(MoneyError::NotAPrice));
    }

    #[test]
    fn amounts_are_written_for_people_and_exactly() {
        let shown: Vec<String> = [0, 1_230_000_000, 12_300_000_000_000, 999_600_000_000, 15_000_000]
            .map(|pico| Money(pico).to_string())
            .to_vec();
        assert_eq!(shown, ["$0", "$0.00123", "$12.30", "$1.00", "$0.000015"]);
        assert_eq!(Money(1_374_000_000).exact(), "0.001374");
        assert_eq!(Money(-5_000_000_000_000).exact(), "-5");
    }

    #[test]
    fn sums_saturate_instead_of_wrapping() {
        assert_eq!(Money(i64::MAX) + Money(1), Money(i64::MAX));
        assert_eq!(Rate(i64::MAX).of(u64::MAX), Money(i64::MAX));
    }
}
