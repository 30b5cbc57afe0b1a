//! Answer normalisation: what two answers are reduced to before they are compared.

use unicode_normalization::char::is_combining_mark;

/// White space as the reference implementations (all Python) see it: Unicode's, and
/// the four ASCII information separators.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// A letter or digit as far as word boundaries are concerned. Combining marks do not
/// count, as in Python's `\w`.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() && !is_combining_mark(c)
}

/// Removes white space at both ends and changes nothing else.
pub fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// Replaces every run of white space by one space and removes it at both ends.
pub fn collapse_whitespace(text: &str) -> String {
    let mut collapsed = String::with_capacity(text.len());
    for word in text.split(is_space).filter(|word| !word.is_empty()) {
        if !collapsed.is_empty() {
            collapsed.push(' ');
        }
        collapsed.push_str(word);
    }
    collapsed
}

/// Normalises an answer as SQuAD's evaluation script does: lower case, ASCII
/// punctuation removed (not replaced: `it's` becomes `its`), the articles `a`, `an`
/// and `the` removed, white space collapsed.
///
/// Source: the official `evaluate-v2.0.py` of SQuAD (Rajpurkar et al., 2018),
/// `normalize_answer`. Only ASCII punctuation is removed there too, so `’` stays.
pub fn squad(text: &str) -> String {
    let lowered = text.to_lowercase();
    let bare: String = lowered.chars().filter(|c| !c.is_ascii_punctuation()).collect();
    let mut kept = String::with_capacity(bare.len());
    let mut rest = bare.as_str();
    while !rest.is_empty() {
        let word_end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(word_end);
        kept.push_str(if matches!(word, "a" | "an" | "the") {
            " "
        } else {
            word
        });
        let gap_end = after.find(is_word).unwrap_or(after.len());
        let (gap, next) = after.split_at(gap_end);
        kept.push_str(gap);
        rest = next;
    }
    collapse_whitespace(&kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squad_removes_case_punctuation_articles_and_extra_space() {
        assert_eq!(squad("  The  Cat's\tA-team, an  hour! "), "cats ateam hour");
    }

    #[test]
    fn articles_inside_words_stay() {
        assert_eq!(squad("theatre banana Anna"), "theatre banana anna");
    }

    #[test]
    fn an_answer_of_articles_only_becomes_empty() {
        assert_eq!(squad("The a AN."), "");
        assert_eq!(squad(""), "");
    }

    #[test]
    fn trimming_leaves_inner_space_alone() {
        assert_eq!(trim("\u{a0} a  b \n"), "a  b");
        assert_eq!(collapse_whitespace(" a \u{3000}\n b "), "a b");
    }
}
