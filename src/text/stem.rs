//! The Porter stemmer in the variant NLTK uses by default.
//!
//! Source: M. Porter, "An algorithm for suffix stripping" (1980), with the extensions
//! of NLTK's `PorterStemmer` (mode `NLTK_EXTENSIONS`), which ROUGE's reference
//! implementation relies on.

/// Words whose stem the rules would get wrong.
const IRREGULAR: [(&str, &str); 15] = [
    ("canning", "canning"),
    ("cannings", "canning"),
    ("dying", "die"),
    ("exceed", "exceed"),
    ("howe", "howe"),
    ("inning", "inning"),
    ("innings", "inning"),
    ("lying", "lie"),
    ("news", "news"),
    ("outing", "outing"),
    ("outings", "outing"),
    ("proceed", "proceed"),
    ("skies", "sky"),
    ("succeed", "succeed"),
    ("tying", "tie"),
];

/// Derivational endings of step 2: from, to. All need a measure above 0.
const STEP_2: [(&str, &str); 19] = [
    ("ational", "ate"),
    ("tional", "tion"),
    ("enci", "ence"),
    ("anci", "ance"),
    ("izer", "ize"),
    ("bli", "ble"),
    ("entli", "ent"),
    ("eli", "e"),
    ("ousli", "ous"),
    ("ization", "ize"),
    ("ation", "ate"),
    ("ator", "ate"),
    ("alism", "al"),
    ("iveness", "ive"),
    ("fulness", "ful"),
    ("ousness", "ous"),
    ("aliti", "al"),
    ("iviti", "ive"),
    ("biliti", "ble"),
];

/// Endings of step 3: from, to. All need a measure above 0.
const STEP_3: [(&str, &str); 7] = [
    ("icate", "ic"),
    ("ative", ""),
    ("alize", "al"),
    ("iciti", "ic"),
    ("ical", "ic"),
    ("ful", ""),
    ("ness", ""),
];

/// Endings that step 4 removes where the measure is above 1. An ending stands before
/// those it ends with. `ion` has a further condition and is handled apart.
const STEP_4: [&str; 18] = [
    "ement", "ment", "ent", "ance", "ence", "able", "ible", "ant", "ism", "ate", "iti", "ous", "ive", "ize",
    "al", "er", "ic", "ou",
];

/// For every letter: is it a consonant? `y` is one unless a consonant precedes it.
fn consonants(word: &str) -> Vec<bool> {
    let mut flags: Vec<bool> = Vec::with_capacity(word.len());
    for letter in word.bytes() {
        let consonant = match letter {
            b'a' | b'e' | b'i' | b'o' | b'u' => false,
            b'y' => flags.last().is_none_or(|&previous| !previous),
            _ => true,
        };
        flags.push(consonant);
    }
    flags
}

/// Porter's measure m: how often a vowel is followed by a consonant.
fn measure(stem: &str) -> usize {
    consonants(stem)
        .windows(2)
        .filter(|pair| !pair[0] && pair[1])
        .count()
}

fn has_vowel(stem: &str) -> bool {
    consonants(stem).contains(&false)
}

/// Porter's `*o`: ends consonant, vowel, consonant, the last not w, x or y. NLTK also
/// takes a whole stem of vowel and consonant.
fn ends_short(stem: &str) -> bool {
    match consonants(stem)[..] {
        [.., true, false, true] => !stem.ends_with(['w', 'x', 'y']),
        [false, true] => true,
        _ => false,
    }
}

fn ends_double_consonant(stem: &str) -> bool {
    let letters = stem.as_bytes();
    letters.len() >= 2
        && letters[letters.len() - 1] == letters[letters.len() - 2]
        && consonants(stem).last() == Some(&true)
}

/// The first rule whose ending fits decides, also when its condition then fails.
fn apply(word: &str, rules: &[(&str, &str)]) -> Option<String> {
    let (stem, ending) = rules
        .iter()
        .find_map(|(from, to)| word.strip_suffix(from).map(|stem| (stem, to)))?;
    (measure(stem) > 0).then(|| format!("{stem}{ending}"))
}

fn plurals(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ies") {
        return format!("{stem}{}", if word.len() == 4 { "ie" } else { "i" });
    }
    if let Some(stem) = word.strip_suffix("es").filter(|stem| stem.ends_with("ss")) {
        return stem.to_owned();
    }
    word.strip_suffix('s')
        .filter(|stem| !stem.ends_with('s'))
        .unwrap_or(word)
        .to_owned()
}

fn past_and_progressive(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ied") {
        return format!("{stem}{}", if word.len() == 4 { "ie" } else { "i" });
    }
    if let Some(stem) = word.strip_suffix("eed") {
        return if measure(stem) > 0 {
            format!("{stem}ee")
        } else {
            word.to_owned()
        };
    }
    let stripped = word.strip_suffix("ed").or_else(|| word.strip_suffix("ing"));
    let Some(stem) = stripped.filter(|stem| has_vowel(stem)) else {
        return word.to_owned();
    };
    if stem.ends_with("at") || stem.ends_with("bl") || stem.ends_with("iz") {
        return format!("{stem}e");
    }
    if ends_double_consonant(stem) {
        let keep = stem.ends_with(['l', 's', 'z']);
        return stem[..stem.len() - usize::from(!keep)].to_owned();
    }
    if measure(stem) == 1 && ends_short(stem) {
        return format!("{stem}e");
    }
    stem.to_owned()
}

fn final_y(word: &str) -> String {
    match word.strip_suffix('y') {
        Some(stem) if stem.len() > 1 && consonants(stem).last() == Some(&true) => {
            format!("{stem}i")
        }
        _ => word.to_owned(),
    }
}

fn derivations(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("alli") {
        if measure(stem) == 0 {
            return word.to_owned();
        }
        // The shortened word may end in another of the endings.
        return derivations(&format!("{stem}al"));
    }
    if let Some(stem) = word.strip_suffix("fulli") {
        return if measure(stem) > 0 {
            format!("{stem}ful")
        } else {
            word.to_owned()
        };
    }
    if let Some(stem) = word.strip_suffix("ogi").filter(|stem| stem.ends_with('l')) {
        // The `l` counts as part of the stem, so that `geologi` is shortened too.
        return if measure(stem) > 0 {
            format!("{stem}og")
        } else {
            word.to_owned()
        };
    }
    apply(word, &STEP_2).unwrap_or_else(|| word.to_owned())
}

fn residual_endings(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ion") {
        let go = measure(stem) > 1 && stem.ends_with(['s', 't']);
        return if go { stem } else { word }.to_owned();
    }
    let stem = STEP_4.iter().find_map(|ending| word.strip_suffix(ending));
    stem.filter(|stem| measure(stem) > 1).unwrap_or(word).to_owned()
}

fn final_e_and_double_l(word: &str) -> String {
    let mut word = word;
    if let Some(stem) = word.strip_suffix('e') {
        let size = measure(stem);
        if size > 1 || (size == 1 && !ends_short(stem)) {
            word = stem;
        }
    }
    match word.strip_suffix('l') {
        Some(stem) if stem.ends_with('l') && measure(stem) > 1 => stem.to_owned(),
        _ => word.to_owned(),
    }
}

/// The Porter stem of a lower-case ASCII word, as NLTK computes it by default.
///
/// Words of one or two letters, and words with anything but ASCII lower-case letters
/// and digits, come back unchanged.
pub fn porter(word: &str) -> String {
    let plain = word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if word.len() <= 2 || !plain {
        return word.to_owned();
    }
    if let Some((_, stem)) = IRREGULAR.iter().find(|(form, _)| *form == word) {
        return (*stem).to_owned();
    }
    if word == "sky" {
        return word.to_owned();
    }
    let word = final_y(&past_and_progressive(&plurals(word)));
    let word = derivations(&word);
    let word = apply(&word, &STEP_3).unwrap_or(word);
    final_e_and_double_l(&residual_endings(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_paper_are_reproduced() {
        for (word, stem) in [
            ("caresses", "caress"),
            ("ponies", "poni"),
            ("agreed", "agre"),
            ("plastered", "plaster"),
            ("hopping", "hop"),
            ("falling", "fall"),
            ("filing", "file"),
            ("happy", "happi"),
            ("relational", "relat"),
            ("electrical", "electr"),
            ("adjustment", "adjust"),
            ("controll", "control"),
            ("roll", "roll"),
            ("cease", "ceas"),
        ] {
            assert_eq!(porter(word), stem, "{word}");
        }
    }

    #[test]
    fn the_extensions_of_nltk_are_reproduced() {
        for (word, stem) in [
            ("dies", "die"),
            ("died", "die"),
            ("enjoy", "enjoy"),
            ("spy", "spi"),
            ("skies", "sky"),
            ("innings", "inning"),
            ("usefully", "use"),
            ("geology", "geolog"),
        ] {
            assert_eq!(porter(word), stem, "{word}");
        }
    }

    #[test]
    fn words_outside_the_alphabet_come_back_unchanged() {
        assert_eq!(porter("naïves"), "naïves");
        assert_eq!(porter("Running"), "Running");
        assert_eq!(porter(""), "");
    }

    #[test]
    fn a_very_long_word_is_no_trouble() {
        assert_eq!(porter(&"y".repeat(1_000_000)).len(), 1_000_000);
    }
}
