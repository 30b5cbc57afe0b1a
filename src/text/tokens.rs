//! Tokenizers of the reference metric implementations.

use super::normalize::is_space;
use super::stem::porter;

/// Splits at white space (Python's `str.split`).
pub fn words(text: &str) -> Vec<&str> {
    text.split(is_space).filter(|word| !word.is_empty()).collect()
}

/// The characters that stand alone in `13a`: ASCII punctuation but for the apostrophe,
/// comma, hyphen and period.
fn stands_alone(c: char) -> bool {
    c.is_ascii_punctuation() && !matches!(c, '\'' | ',' | '-' | '.')
}

/// Period and comma are split off only away from digits.
fn is_stop(c: char) -> bool {
    matches!(c, '.' | ',')
}

/// Rewrites non-overlapping pairs of neighbours, from left to right: where `matches`
/// says so, both characters are written by `write`; otherwise the first one is copied.
fn rewrite_pairs(
    text: &str,
    matches: impl Fn(char, char) -> bool,
    write: impl Fn(&mut String, char, char),
) -> String {
    let mut rewritten = String::with_capacity(text.len() + text.len() / 4);
    let mut chars = text.chars().peekable();
    while let Some(first) = chars.next() {
        match chars.next_if(|&second| matches(first, second)) {
            Some(second) => write(&mut rewritten, first, second),
            None => rewritten.push(first),
        }
    }
    rewritten
}

/// The `13a` tokenizer: the one of `mteval-v13a`, BLEU's default in sacrebleu.
///
/// Source: sacrebleu 2.6, `Tokenizer13a`. Case is kept. Trailing white space is
/// removed first, as sacrebleu's BLEU does before it tokenizes.
pub fn tokenize_13a(text: &str) -> Vec<String> {
    let mut line = text.trim_end_matches(is_space).replace("<skipped>", "");
    // A hyphen at the end of a line is taken for a broken word.
    line = line.replace("-\n", "").replace('\n', " ");
    if line.contains('&') {
        // In this order: `&amp;lt;` is unescaped twice, as in the reference.
        line = line.replace("&quot;", "\"").replace("&amp;", "&");
        line = line.replace("&lt;", "<").replace("&gt;", ">");
    }
    let mut spaced = String::with_capacity(line.len() + line.len() / 4 + 2);
    spaced.push(' ');
    for c in line.chars() {
        if stands_alone(c) {
            spaced.extend([' ', c, ' ']);
        } else {
            spaced.push(c);
        }
    }
    spaced.push(' ');
    let spaced = rewrite_pairs(
        &spaced,
        |before, stop| !before.is_ascii_digit() && is_stop(stop),
        |out, before, stop| out.extend([before, ' ', stop, ' ']),
    );
    let spaced = rewrite_pairs(
        &spaced,
        |stop, after| is_stop(stop) && !after.is_ascii_digit(),
        |out, stop, after| out.extend([' ', stop, ' ', after]),
    );
    let spaced = rewrite_pairs(
        &spaced,
        |digit, dash| digit.is_ascii_digit() && dash == '-',
        |out, digit, dash| out.extend([digit, ' ', dash, ' ']),
    );
    words(&spaced).into_iter().map(str::to_owned).collect()
}

/// The default tokenizer of google's rouge-score: lower case, runs of `[a-z0-9]`,
/// everything else separates. With `stem`, tokens longer than three characters are
/// reduced by [`porter`].
///
/// Text in other scripts than Latin has no tokens here, as in the reference.
pub fn tokenize_rouge(text: &str, stem: bool) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit()))
        .filter(|token| !token.is_empty())
        .map(|token| {
            if stem && token.len() > 3 {
                porter(token)
            } else {
                token.to_owned()
            }
        })
        .filter(|token| !token.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stops_between_digits_stay_and_others_are_split_off() {
        assert_eq!(
            tokenize_13a("Pi is 3.14, e.g. 1,000."),
            ["Pi", "is", "3.14", ",", "e", ".", "g", ".", "1,000", "."]
        );
    }

    #[test]
    fn a_hyphen_is_split_off_only_after_a_digit() {
        assert_eq!(tokenize_13a("well-known 3-day"), ["well-known", "3", "-", "day"]);
    }

    #[test]
    fn entities_are_unescaped_and_the_marks_split_off() {
        assert_eq!(
            tokenize_13a("a&lt;b &quot;c&quot;"),
            ["a", "<", "b", "\"", "c", "\""]
        );
    }

    #[test]
    fn rouge_tokens_are_lower_case_latin_letters_and_digits() {
        assert_eq!(
            tokenize_rouge("Don't STOP! naïve 日本 42", false),
            ["don", "t", "stop", "na", "ve", "42"]
        );
    }

    #[test]
    fn only_tokens_longer_than_three_characters_are_stemmed() {
        assert_eq!(tokenize_rouge("was runs running", true), ["was", "run", "run"]);
    }
}
