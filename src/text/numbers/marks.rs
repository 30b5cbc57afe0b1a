//! Single marks and characters that belong to numbers.

/// Whether `c` is a currency sign.
pub(super) fn is_currency(c: char) -> bool {
    matches!(
        c,
        '$' | '¢' | '£' | '¥' | '฿' | '\u{20a0}'..='\u{20c0}' | '＄' | '￡' | '￥'
    )
}

/// Whether `c` is a fraction in one character.
pub(super) fn is_vulgar(c: char) -> bool {
    matches!(c, '¼'..='¾' | '⅐'..='⅞')
}

/// The value and length in bytes of a character such as `½` at the start of `text`.
pub(super) fn vulgar_fraction(text: &str) -> Option<(f64, usize)> {
    let c = text.chars().next().filter(|&c| is_vulgar(c))?;
    let (top, bottom) = match c {
        '¼' => (1, 4),
        '½' => (1, 2),
        '¾' => (3, 4),
        '⅐' => (1, 7),
        '⅑' => (1, 9),
        '⅒' => (1, 10),
        '⅓' => (1, 3),
        '⅔' => (2, 3),
        '⅕'..='⅘' => (u32::from(c) - u32::from('⅕') + 1, 5),
        '⅙' => (1, 6),
        '⅚' => (5, 6),
        '⅛' => (1, 8),
        '⅜' => (3, 8),
        '⅝' => (5, 8),
        _ => (7, 8),
    };
    Some((f64::from(top) / f64::from(bottom), c.len_utf8()))
}

/// A signed decimal and nothing else, as in the arguments of a LaTeX fraction.
pub(super) fn plain_decimal(text: &str) -> Option<f64> {
    let text = text.trim();
    let allowed = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+');
    text.chars().all(allowed).then(|| text.parse().ok()).flatten()
}

/// The value of an unsigned decimal literal; infinite if it is none.
pub(super) fn value_of(literal: &str) -> f64 {
    literal.parse().unwrap_or(f64::INFINITY)
}
