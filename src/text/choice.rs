//! Finding the letter of a multiple-choice answer in free text.

use std::sync::LazyLock;

use regex::Regex;

/// Marks and words that may stand between a cue and its letter.
const WRAPPING: &str = concat!(
    r#"(?:[\s*_`"'“”‘’$:(\[{]|\\(?:text|textbf|mathrm|mathbf|boxed)\s*\{"#,
    r"|\b(?:option|choice|letter|most likely|probably|likely|clearly|definitely)\b)*",
);

/// Ends right before the letter that answers.
static CUE: LazyLock<Regex> = LazyLock::new(|| {
    let cues = concat!(
        r"(?:\b(?:answer|option|choice|letter)(?:\s+(?:to|for|of|among|from)\s[^.:\n]{0,60}?)?",
        r"[\s*_)]*(?:\b(?:is|was|would be|should be|must be)\b|[:=])",
        r"|\bi(?:['’]d|['’]ll|\s+would|\s+will)?\s+(?:choose|chose|pick|select|go with|went with)\s",
        r"|^[ \t*]*a:)",
    );
    pattern(&format!("(?im){cues}{WRAPPING}"))
});
static BOXED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\\f?box(?:ed)?\s*\{\s*(?:\\(?:text|textbf|mathrm|mathbf)\s*\{)?[\s(*]*([A-Za-z])[\s*]*[).:},]")
});
static VERDICT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r#"\b([A-Z])[\s)*_`"'”’]*\s(?:is|was|would be|must be|seems)\s+(?:the\s+|indeed\s+)?"#,
        r"(?:(?:most|only|best|single)\s+)?(?:correct|right|best|answer|accurate|appropriate)\b",
    ))
});
static OPTION: LazyLock<Regex> = LazyLock::new(|| pattern(r#"\b(?i:option|choice)[\s(*_`"'“‘]+([A-Z])\b"#));
static BOLD: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:\*\*|__)[\s(]*([A-Z])(?:[).:\s]*(?:\*\*|__)|[).:]+\s)"));
static LINE_START: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?m)^[ \t>*_#-]*\(?([A-Z])(?:[).:][).:*_]*)(?:\s|$)"));
static PARENTHESES: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)(?:^|[\s(\[*_,;:])\(?([A-Z])\)"));
static ALTERNATIVE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"^[)\]}*_`"'”’\s]{0,20}(?:,|/|&|\bor\b|\band\b)[\s*_`("'“‘]{0,20}(?:and\s|or\s)?[\s(]{0,4}([A-Z])\b"#,
    )
});

#[allow(clippy::expect_used)]
fn pattern(source: &str) -> Regex {
    Regex::new(source).expect("the patterns are constants that compile")
}

/// What one place in the text says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Finding {
    Letter(char),
    Ambiguous,
}

impl Finding {
    fn letter(self) -> Option<char> {
        match self {
            Self::Letter(letter) => Some(letter),
            Self::Ambiguous => None,
        }
    }
}

/// The letter a reply chooses, in upper case, or `None` if there is none or more than
/// one. `allowed` holds the letters of the offered options, of either case.
///
/// The first of these that is present decides:
/// 1. the whole reply is one letter;
/// 2. `\boxed{B}`: the last one;
/// 3. `answer is (B)`, `Answer: B`, `I choose B` and the like: the last one, because
///    replies correct themselves;
/// 4. `B is correct`; 5. `option B`; 6. `**B**`; 7. one letter alone on the last or first
///    line; 8. a line that starts with `B)`, `B.`, `(B)` or `B:`; 9. `(B)` or `B)`
///    anywhere. All letters found by the same one of these must agree.
///
/// `A` and `I` are not read as letters where they read as words (`the answer is A good
/// one`). Lower-case letters count only in 1, 2, 7, and in 3 when closed (`answer: (b)`,
/// `answer is b.`). `answer is A or B` is ambiguous.
pub fn choice_letter(text: &str, allowed: &[char]) -> Option<char> {
    let options = Options { allowed };
    let tiers: [fn(&Options<'_>, &str) -> Option<Finding>; 9] = [
        |options, text| options.alone(text).map(Finding::Letter),
        |options, text| {
            let last = options.captured(&BOXED, text).last();
            last.map(|(letter, _)| Finding::Letter(letter))
        },
        |options, text| options.by_cue(text),
        |options, text| options.agreed(&VERDICT, text),
        |options, text| options.agreed(&OPTION, text),
        |options, text| options.agreed(&BOLD, text),
        |options, text| options.by_lone_line(text),
        |options, text| options.by_line_start(text),
        |options, text| options.agreed(&PARENTHESES, text),
    ];
    tiers
        .iter()
        .find_map(|tier| tier(&options, text))
        .and_then(Finding::letter)
}

struct Options<'a> {
    allowed: &'a [char],
}

impl Options<'_> {
    /// The letter in upper case, if it is one of the options.
    fn accept(&self, letter: char) -> Option<char> {
        let upper = letter.to_ascii_uppercase();
        let offered = self
            .allowed
            .iter()
            .any(|option| option.to_ascii_uppercase() == upper);
        (upper.is_ascii_uppercase() && offered).then_some(upper)
    }

    /// The only letter or digit in the text.
    fn alone(&self, text: &str) -> Option<char> {
        let mut letters = text.chars().filter(|c| c.is_alphanumeric());
        let letter = letters.next()?;
        // `C++` and `B-` are more than the letter.
        let bare = !text.contains(['+', '#', '=', '°', '%', '-']) || text.starts_with(['-', '#']);
        if letters.next().is_some() || !bare {
            return None;
        }
        self.accept(letter)
    }

    /// All offered letters that the pattern captures, each with what follows it.
    fn captured<'t>(&self, pattern: &'static Regex, text: &'t str) -> impl Iterator<Item = (char, &'t str)> {
        pattern.captures_iter(text).filter_map(move |captures| {
            let found = captures.get(1)?;
            let letter = self.accept(found.as_str().chars().next()?)?;
            Some((letter, text.get(found.end()..)?))
        })
    }

    fn agreed(&self, pattern: &'static Regex, text: &str) -> Option<Finding> {
        let found = self
            .captured(pattern, text)
            .filter(|&(letter, rest)| !reads_as_word(letter, rest) && !goes_on(rest));
        agreement(found.map(|(letter, rest)| self.with_alternative(letter, rest)))
    }

    /// The letter, unless the text goes on with `or`, `and` and another one.
    fn with_alternative(&self, letter: char, rest: &str) -> Finding {
        let other = ALTERNATIVE.captures(rest).and_then(|captures| captures.get(1));
        let other = other.and_then(|found| {
            let other = self.accept(found.as_str().chars().next()?)?;
            let rest = rest.get(found.end()..)?;
            (other != letter && !reads_as_word(other, rest) && !goes_on(rest)).then_some(other)
        });
        other.map_or(Finding::Letter(letter), |_| Finding::Ambiguous)
    }

    fn by_cue(&self, text: &str) -> Option<Finding> {
        CUE.find_iter(text)
            .filter_map(|cue| self.behind_cue(text.get(cue.end()..)?))
            .last()
    }

    /// What the text right behind a cue says.
    fn behind_cue(&self, behind: &str) -> Option<Finding> {
        let written = behind.chars().next()?;
        let letter = self.accept(written)?;
        let rest = behind.get(1..)?;
        let lone = !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        if !lone || goes_on(rest) || reads_as_word(letter, rest) {
            return None;
        }
        if written.is_ascii_lowercase() && !is_closed(rest) {
            return None;
        }
        Some(self.with_alternative(letter, rest))
    }

    fn by_lone_line(&self, text: &str) -> Option<Finding> {
        let mut lines = text.lines().filter(|line| line.contains(char::is_alphanumeric));
        let first = lines.next()?;
        let last = lines.next_back().unwrap_or(first);
        agreement(
            [first, last]
                .into_iter()
                .filter_map(|line| self.alone(line).map(Finding::Letter)),
        )
    }

    fn by_line_start(&self, text: &str) -> Option<Finding> {
        // `A:` marks an answer in a dialogue of questions and answers.
        let found = self
            .captured(&LINE_START, text)
            .filter(|&(letter, rest)| letter != 'A' || !rest.starts_with(':'));
        agreement(found.map(|(letter, rest)| self.with_alternative(letter, rest)))
    }
}

/// One finding if all are the same.
fn agreement(mut findings: impl Iterator<Item = Finding>) -> Option<Finding> {
    let first = findings.next()?;
    let agreed = findings.all(|finding| finding == first);
    Some(if agreed { first } else { Finding::Ambiguous })
}

/// Whether `A` or `I` followed by `rest` is rather the article or the pronoun: a word
/// comes next that does not speak about a letter.
fn reads_as_word(letter: char, rest: &str) -> bool {
    let Some(next) = rest.strip_prefix(' ').filter(|_| matches!(letter, 'A' | 'I')) else {
        return rest.starts_with(['\'', '’']) && letter == 'I';
    };
    let next = next.trim_start_matches(' ');
    let end = next.find(|c: char| !c.is_alphanumeric()).unwrap_or(next.len());
    let word = next.get(..end).unwrap_or("");
    let about = ["is", "because", "since", "or", "and", "due", "based", "as"];
    !word.is_empty() && !about.contains(&word)
}

/// Whether the letter is the start of a longer name: `C++`, `A-level`, `D.C.`.
fn goes_on(rest: &str) -> bool {
    let mut chars = rest.chars();
    match (chars.next(), chars.next(), chars.next()) {
        (Some('+' | '#' | '°'), _, _) => true,
        (Some('-' | '\'' | '’'), Some(next), _) => next.is_alphanumeric(),
        (Some('.'), Some(next), after) => next.is_alphanumeric() && !after.is_some_and(char::is_alphanumeric),
        _ => false,
    }
}

/// Whether a bracket, emphasis or the end of the line or sentence follows.
fn is_closed(rest: &str) -> bool {
    let Some(next) = rest.chars().next() else {
        return true;
    };
    let behind_stop = rest
        .strip_prefix('.')
        .map(|rest| rest.starts_with(char::is_whitespace));
    matches!(next, ')' | ']' | '}' | '*' | '`' | '"' | '”' | '\n' | '\r' | '$')
        || behind_stop.is_some_and(|space| space || rest.len() == 1)
}

#[cfg(test)]
mod tests;
