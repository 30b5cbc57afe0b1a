//! Decimal text to exact pico-units: prices and costs come as text or JSON numbers and never pass through floats.

/// Digits after the decimal point that a pico-unit holds.
const SCALE: i32 = 12;

/// A decimal number, zero or more, in units of 10^-12, rounded half up; `None` where it is negative, no number, or
/// out of range.
pub(super) fn pico(text: &str) -> Option<i64> {
    let text = text.trim();
    let text = text.strip_prefix('+').unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.len() + fraction.len() == 0 || exponent.abs() > 64 || mantissa.len() > 64 {
        return None;
    }
    let shift = exponent + SCALE - i32::try_from(fraction.len()).ok()?;
    let mut value: i128 = 0;
    let mut digits = whole.bytes().chain(fraction.bytes());
    // A negative shift drops digits; one of them decides the rounding.
    let keep = i32::try_from(whole.len() + fraction.len()).ok()? + shift.min(0);
    for _ in 0..keep.max(0) {
        value = value.checked_mul(10)?.checked_add(digit(digits.next()?)?)?;
    }
    let mut round = false;
    for (position, byte) in digits.enumerate() {
        let digit = digit(byte)?;
        round |= position == 0 && keep >= 0 && shift < 0 && digit >= 5;
    }
    for _ in 0..shift.max(0) {
        value = value.checked_mul(10)?;
    }
    i64::try_from(value + i128::from(round)).ok()
}

fn digit(byte: u8) -> Option<i128> {
    byte.is_ascii_digit().then(|| i128::from(byte - b'0'))
}

#[cfg(test)]
mod tests {
    use super::pico;
    use proptest::prelude::*;

    #[test]
    fn decimals_are_exact_and_rounded_half_up() {
        let cases = [
            ("0.00000015", 150_000),
            ("1.5e-7", 150_000),
            ("8.25E-05", 82_500_000),
            ("0", 0),
            ("3", 3_000_000_000_000),
            ("0.0000000000005", 1),
            ("0.00000000000049", 0),
            ("1e-20", 0),
            ("9e-13", 1),
            (".5", 500_000_000_000),
        ];
        for (text, value) in cases {
            assert_eq!(pico(text), Some(value), "{text}");
        }
    }

    #[test]
    fn what_is_no_price_is_none() {
        for text in [
            "-1",
            "",
            ".",
            "free",
            "1e99",
            "NaN",
            "1.2.3",
            "99999999999",
            "1e",
            "é",
        ] {
            assert_eq!(pico(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_price_survives_its_own_text(value in 0i64..1_000_000_000_000_000) {
            let text = format!("{}.{:012}", value / 1_000_000_000_000, value % 1_000_000_000_000);
            prop_assert_eq!(pico(&text), Some(value));
        }

        #[test]
        fn any_text_is_taken_without_a_panic(text in "[0-9.eE+-]{0,30}") {
            let _ = pico(&text);
        }
    }
}
