//! Whole numbers compared digit by digit: `f64` cannot tell whole numbers above 2^53 apart.

use serde_json::Number;

/// The whole number that a JSON number is written as; `None` for those with a fraction or an exponent.
pub(super) fn of_json(number: &Number) -> Option<i128> {
    number
        .as_i64()
        .map(i128::from)
        .or_else(|| number.as_u64().map(i128::from))
}

/// The whole number whose digits stand in `source`, a number of the given value in free text. `None` where the
/// digits alone are not the number: a fraction, an exponent, a word.
pub(super) fn of_text(source: &str, value: f64) -> Option<i128> {
    let mut digits: Option<i128> = None;
    for digit in source.chars().filter_map(|c| c.to_digit(10)) {
        let number = digits.unwrap_or(0).checked_mul(10)?;
        digits = Some(number.checked_add(i128::from(digit))?);
    }
    let number = if value < 0.0 { -digits? } else { digits? };
    (number as f64 == value).then_some(number)
}

/// Whether two JSON numbers are the same: whole numbers to the last digit, others as floating point.
pub(super) fn same_number(left: &Number, right: &Number) -> bool {
    match (of_json(left), of_json(right)) {
        (Some(left), Some(right)) => left == right,
        _ => left == right || left.as_f64() == right.as_f64(),
    }
}

/// Whether two whole numbers differ by at most `allowed`, an amount that may itself be rounded.
pub(super) fn within(left: i128, right: i128, allowed: f64) -> bool {
    left == right || left.abs_diff(right) as f64 <= allowed * (1.0 + 1e-12)
}
