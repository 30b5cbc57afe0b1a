//! The scanner behind the number finders: one pass from left to right.

use super::Number;
use super::marks::{is_vulgar, plain_decimal, value_of, vulgar_fraction};

/// Marks that may stand between groups of three digits.
const SEPARATORS: [&str; 10] = [
    ",", "{,}", "\\,", "\\!", "_", "'", "’", "\u{a0}", "\u{202f}", "\u{2009}",
];

/// Codes that may touch a number although they are letters.
const CURRENCY_CODES: [&str; 10] = [
    "USD", "EUR", "GBP", "JPY", "CNY", "INR", "CHF", "CAD", "AUD", "Rs",
];

/// The numbers of a text from left to right. The rules are those of the module.
#[derive(Debug, Clone)]
pub struct Numbers<'a> {
    text: &'a str,
    position: usize,
    /// Up to here commas are known not to separate thousands.
    no_groups_until: usize,
}

/// A number without sign, currency or percent, and where it ends.
struct Magnitude {
    value: f64,
    end: usize,
    fraction: bool,
}

impl<'a> Numbers<'a> {
    /// Starts at the beginning of `text`.
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            position: 0,
            no_groups_until: 0,
        }
    }

    pub(super) fn byte(&self, position: usize) -> u8 {
        self.text.as_bytes().get(position).copied().unwrap_or(0)
    }

    pub(super) fn rest(&self, position: usize) -> &'a str {
        self.text.get(position..).unwrap_or("")
    }

    pub(super) fn before(&self, position: usize) -> &'a str {
        self.text.get(..position).unwrap_or("")
    }

    pub(super) fn char_before(&self, position: usize) -> Option<char> {
        self.before(position).chars().next_back()
    }

    fn is_digit(&self, position: usize) -> bool {
        self.byte(position).is_ascii_digit()
    }

    fn digits_end(&self, from: usize) -> usize {
        let digits = self
            .text
            .as_bytes()
            .iter()
            .skip(from)
            .take_while(|b| b.is_ascii_digit());
        from + digits.count()
    }

    /// Whether the digits at `start` belong to a name or an exponent.
    fn part_of_a_name(&self, start: usize) -> bool {
        let before = self.before(start);
        let before_sign = before.trim_end_matches(['-', '+', '−', '(', '{']);
        if before_sign.ends_with('^') && before.len() - before_sign.len() <= 4 {
            return true;
        }
        let letter = |c: char| c.is_alphabetic() && c < '\u{2e80}';
        match before.chars().next_back() {
            Some('_') => true,
            Some(c) if letter(c) => !CURRENCY_CODES.iter().any(|code| {
                before
                    .strip_suffix(code)
                    .is_some_and(|rest| !rest.ends_with(|c: char| letter(c) || c.is_ascii_digit()))
            }),
            _ => false,
        }
    }

    /// The end of a run that looks like a number but is none: hexadecimal or a version.
    fn no_number_end(&self, start: usize) -> Option<usize> {
        let end = self.digits_end(start);
        if &self.text[start..end] == "0" && matches!(self.byte(end), b'x' | b'X') {
            let run = self
                .rest(end + 1)
                .bytes()
                .take_while(u8::is_ascii_hexdigit)
                .count();
            return (run > 0).then_some(end + 1 + run);
        }
        let dotted = |from: usize| self.byte(from) == b'.' && self.is_digit(from + 1);
        let (mut run_end, mut dots, mut groups) = (end, 0, end - start <= 3);
        while dotted(run_end) {
            let next = self.digits_end(run_end + 1);
            groups &= next - run_end == 4;
            run_end = next;
            dots += 1;
        }
        (dots >= 2 && !groups).then_some(run_end)
    }

    /// Digits with thousands separators: the digits alone, and the end.
    fn whole(&mut self, start: usize) -> (String, usize) {
        let first_end = self.digits_end(start);
        let plain = (self.text[start..first_end].to_owned(), first_end);
        let groupable = (1..=3).contains(&(first_end - start))
            && self.byte(start) != b'0'
            && start >= self.no_groups_until;
        if !groupable {
            return plain;
        }
        let dots = self.byte(first_end) == b'.';
        let rest = self.rest(first_end);
        let separator = if dots {
            "."
        } else {
            match SEPARATORS.iter().find(|mark| rest.starts_with(**mark)) {
                Some(separator) => separator,
                None => return plain,
            }
        };
        let (mut digits, mut end, mut groups) = (plain.0.clone(), first_end, 0);
        let mut valid = !self.before(start).ends_with('[');
        while self.rest(end).starts_with(separator) && self.is_digit(end + separator.len()) {
            let from = end + separator.len();
            end = self.digits_end(from);
            valid &= end - from == 3;
            digits.push_str(&self.text[from..end]);
            groups += 1;
        }
        if !valid {
            self.no_groups_until = end;
        }
        // A single dot is a decimal point.
        if groups > usize::from(dots) && valid {
            (digits, end)
        } else {
            plain
        }
    }

    /// A power of ten behind `from`: its exponent and end. `1e5`, `3 × 10^5`.
    fn exponent(&self, from: usize) -> Option<(i32, usize)> {
        if matches!(self.byte(from), b'e' | b'E') {
            return self.signed_digits(from + 1);
        }
        let rest = self.rest(from);
        let spaced = rest.trim_start_matches(' ');
        if rest.len() - spaced.len() > 1 {
            return None;
        }
        let times = ["×", "\\times", "\\cdot", "·", "*", "x"];
        let behind = times.iter().find_map(|sign| spaced.strip_prefix(sign))?;
        let power = behind.strip_prefix(' ').unwrap_or(behind).strip_prefix("10^")?;
        self.power(self.text.len() - power.len())
    }

    /// What stands behind `10^`: digits with a sign, maybe in braces.
    fn power(&self, from: usize) -> Option<(i32, usize)> {
        let close = match self.byte(from) {
            b'{' => b'}',
            b'(' => b')',
            _ => return self.signed_digits(from),
        };
        let (exponent, end) = self.signed_digits(from + 1)?;
        (self.byte(end) == close).then_some((exponent, end + 1))
    }

    fn signed_digits(&self, from: usize) -> Option<(i32, usize)> {
        let rest = self.rest(from);
        let unsigned = rest.strip_prefix(['-', '−']);
        let start = self.text.len() - unsigned.or(rest.strip_prefix('+')).unwrap_or(rest).len();
        let end = self.digits_end(start);
        // No exponent beyond four digits gives a finite number other than 0.
        let size: i32 = self.text.get(start..end.min(start + 5))?.parse().ok()?;
        Some((if unsigned.is_some() { -size } else { size }, end))
    }

    /// `3/4` at `start`, with digits only and nothing that makes it a date or a path.
    fn simple_fraction(&self, start: usize) -> Option<(f64, f64, usize)> {
        let slash = self.digits_end(start);
        let mark = ['/', '⁄']
            .into_iter()
            .find(|mark| self.rest(slash).starts_with(*mark))?;
        let from = slash + mark.len_utf8();
        let end = self.digits_end(from);
        let followed = matches!(self.byte(end), b'/' | b'.' | b',') && self.is_digit(end + 1);
        if slash == start || end == from || followed || self.byte(end) == b'/' {
            return None;
        }
        if matches!(self.char_before(start), Some('/' | '.' | ',')) {
            return None;
        }
        let top: f64 = self.text.get(start..slash)?.parse().ok()?;
        let bottom: f64 = self.text.get(from..end)?.parse().ok()?;
        (bottom != 0.0).then_some((top, bottom, end))
    }

    /// `\frac{3}{4}` at `start`: the value and the end.
    fn latex_fraction(&self, start: usize) -> Option<(f64, usize)> {
        let rest = self.rest(start);
        let commands = ["\\frac{", "\\dfrac{", "\\tfrac{"];
        let inner = commands.iter().find_map(|command| rest.strip_prefix(command))?;
        // Bounded, so that many unclosed commands do not each search the whole text.
        let limit = inner.bytes().take(64).position(|b| b == b'}')?;
        let (top, behind) = (inner.get(..limit)?, inner.get(limit + 1..)?.strip_prefix('{')?);
        let limit = behind.bytes().take(64).position(|b| b == b'}')?;
        let (bottom, behind) = (behind.get(..limit)?, behind.get(limit + 1..)?);
        let value = plain_decimal(top)? / plain_decimal(bottom)?;
        value
            .is_finite()
            .then_some((value, self.text.len() - behind.len()))
    }

    /// Digits, point and exponent, fraction or mixed number at `start`. A value that does
    /// not fit is infinite.
    fn magnitude(&mut self, start: usize) -> Magnitude {
        let fraction = |(value, end)| Magnitude {
            value,
            end,
            fraction: true,
        };
        if let Some(found) = self.latex_fraction(start) {
            return fraction(found);
        }
        if let Some((value, length)) = vulgar_fraction(self.rest(start)) {
            return fraction((value, start + length));
        }
        if let Some((top, bottom, end)) = self.simple_fraction(start) {
            return fraction((top / bottom, end));
        }
        let (mut literal, mut end) = self.whole(start);
        let short = end - start <= 3 && !literal.is_empty();
        if let Some((part, end)) = self.fraction_part(end, short) {
            return fraction((value_of(&literal) + part, end));
        }
        if literal == "10"
            && self.byte(end) == b'^'
            && let Some((exponent, end)) = self.power(end + 1)
        {
            return Magnitude {
                value: value_of(&format!("1e{exponent}")),
                end,
                fraction: false,
            };
        }
        if self.byte(end) == b'.' && self.is_digit(end + 1) {
            let decimals = self.digits_end(end + 1);
            literal.push_str(&self.text[end..decimals]);
            end = decimals;
        }
        if let Some((exponent, behind)) = self.exponent(end) {
            literal.push_str(&format!("e{exponent}"));
            end = behind;
        }
        Magnitude {
            value: value_of(&literal),
            end,
            fraction: false,
        }
    }

    /// The second part of a mixed number whose whole part ends at `end`. The ASCII form
    /// needs a short whole part, or `In 2024 3/4 of them` would be one number.
    fn fraction_part(&self, end: usize, short: bool) -> Option<(f64, usize)> {
        let spaced = end + usize::from(self.byte(end) == b' ');
        if let Some((value, length)) = vulgar_fraction(self.rest(spaced)) {
            return Some((value, spaced + length));
        }
        if let Some(found) = self.latex_fraction(spaced) {
            return Some(found);
        }
        if !short || spaced == end {
            return None;
        }
        let (top, bottom, end) = self.simple_fraction(spaced)?;
        (top < bottom && top > 0.0).then_some((top / bottom, end))
    }
}

impl Iterator for Numbers<'_> {
    type Item = Number;

    fn next(&mut self) -> Option<Number> {
        let mut floor = self.position;
        loop {
            let rest = self.rest(self.position);
            let found = rest.find(|c: char| c.is_ascii_digit() || c == '\\' || is_vulgar(c))?;
            let mut start = self.position + found;
            if self.byte(start) == b'\\' && self.latex_fraction(start).is_none() {
                self.position = start + 1;
                continue;
            }
            if self.is_digit(start) {
                // A run of digits is looked at once, as a whole.
                if self.part_of_a_name(start) {
                    self.position = self.digits_end(start);
                    floor = self.position;
                    continue;
                }
                if let Some(end) = self.no_number_end(start) {
                    self.position = end;
                    floor = end;
                    continue;
                }
                let point = self.before(start).strip_suffix('.').filter(|before| {
                    start > floor && !before.ends_with(|c: char| c.is_alphanumeric() || c == '.' || c == ')')
                });
                start -= usize::from(point.is_some());
            }
            let magnitude = self.magnitude(start);
            if !magnitude.value.is_finite() {
                self.position = magnitude.end;
                floor = magnitude.end;
                continue;
            }
            let (mut from, negative, before) = self.prefix(start, floor);
            let (end, percent, behind) = self.suffix(magnitude.end);
            // `$5$` is mathematics and no money.
            let math = before == Some('$') && self.byte(end) == b'$';
            from += usize::from(math && self.byte(from) == b'$');
            self.position = end;
            return Some(Number {
                value: if negative {
                    -magnitude.value
                } else {
                    magnitude.value
                },
                span: from..end,
                percent,
                currency: before.filter(|_| !math).or(behind),
                fraction: magnitude.fraction,
            });
        }
    }
}
