//! What may stand around the digits of a number: signs, currency and percent.

use super::marks::is_currency;
use super::scan::Numbers;

impl Numbers<'_> {
    /// The sign and currency sign before `start`: where the number starts with them,
    /// whether it is negative, and the currency.
    pub(super) fn prefix(&self, start: usize, floor: usize) -> (usize, bool, Option<char>) {
        let mut from = start;
        let mut currency = None;
        let mut negative = false;
        let (mut at_sign, mut gap) = (false, false);
        // At most: sign, currency, one space, sign.
        for _ in 0..4 {
            let Some(c) = self.char_before(from).filter(|c| from - c.len_utf8() >= floor) else {
                break;
            };
            let place = from - c.len_utf8();
            if is_currency(c) && currency.is_none() {
                currency = Some(c);
                (from, gap) = (place, false);
            } else if c == ' ' && currency.is_none() && !at_sign && !gap {
                // Only a currency sign may be followed by a space.
                let before = self.char_before(place).filter(|&c| is_currency(c));
                if before.is_none() || place - before.map_or(0, char::len_utf8) < floor {
                    break;
                }
                (from, gap) = (place, true);
            } else if matches!(c, '-' | '+' | '−') && !at_sign && self.may_be_sign(place) {
                negative = c != '+';
                at_sign = true;
                from = place;
            } else {
                break;
            }
        }
        (from, negative, currency)
    }

    /// Whether a sign at `place` can start a number: not behind something it connects.
    fn may_be_sign(&self, place: usize) -> bool {
        self.char_before(place).is_none_or(|c| {
            // Scripts written without spaces put no space before a number either.
            let word = c.is_alphanumeric() && c < '\u{2e80}';
            !(word || matches!(c, ')' | ']' | '}' | '%' | '-' | '+' | '−' | '_' | '±'))
        })
    }

    /// What follows: percent or a currency sign. Returns the end with a percent sign.
    pub(super) fn suffix(&self, end: usize) -> (usize, bool, Option<char>) {
        let spaced = end + usize::from(self.byte(end) == b' ');
        let rest = self.rest(spaced);
        for sign in ["%", "\\%", "percent", "per cent", "Percent"] {
            let ends_word = |rest: &str| !rest.starts_with(|c: char| c.is_alphabetic());
            if rest
                .strip_prefix(sign)
                .is_some_and(|rest| sign.ends_with('%') || ends_word(rest))
            {
                return (spaced + sign.len(), true, None);
            }
        }
        // A dollar sign behind a number closes LaTeX mathematics.
        let mut behind = rest.chars();
        let currency = behind.next().filter(|&c| is_currency(c) && c != '$');
        let of_the_next = behind.next().is_some_and(|c| c.is_ascii_digit());
        (end, false, currency.filter(|_| !of_the_next))
    }
}
