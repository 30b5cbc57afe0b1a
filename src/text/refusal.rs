//! A heuristic for replies that decline the task, in English.

use std::sync::LazyLock;

use regex::Regex;

use super::normalize::collapse_whitespace;

/// A refusal says so at once: only this much of a reply is looked at, in characters.
const HEAD: usize = 400;

/// A reply longer than this, in bytes, is taken to contain an answer, whatever its start.
const LONGEST: usize = 2_000;

/// Apologies and other words that come before the refusal proper, each with its comma.
const OPENING: &str = concat!(
    r"(?:(?:(?:i am|i'm|we are|we're) (?:(?:very|so|really|truly|terribly) )?(?:sorry|afraid)|sorry",
    r"|(?:i|we) (?:(?:sincerely|do|must) )?apologi[sz]e|my apologies|apologies|unfortunately|regrettably",
    r"|no|hi|hello|hey|thanks|oh|well|hmm|okay|ok|look|honestly|respectfully|at this time",
    r"|(?:i|we) (?:understand|appreciate|hear|know|see|recognize|realize)\b[^.!?]{0,150}?",
    r"|thank you\b[^.!?]{0,80}?",
    r"|as an? (?:responsible |helpful )?(?:ai|artificial intelligence|large language model|language model)\b[^.!?,]{0,80}?",
    r"|for (?:safety|legal|ethical|privacy) reasons|due to\b[^.!?,]{0,80}?|while\b[^.!?]{0,120}?",
    r")(?: (?:for|about) (?:the|any|that|this)\b[^.!?,]{0,60}?)?[\s,.!:;—–-]+(?:(?:but|however|that|and|so)[\s,]+)*)*",
);

/// What says that it will not be done.
const INABILITY: &str = concat!(
    r"(?:(?:i|we) (?:really |simply |just |absolutely |also |must (?:respectfully |politely )?|will |would |have to |need to |am going to |'m going to )*",
    r"(?:can't|cannot|can not|couldn't|won't|will not|wouldn't|shouldn't|am unable to|are unable to|not be able to",
    r"|am not able to|are not able to|don't feel comfortable|do not feel comfortable|am not comfortable",
    r"|am not going to|am not allowed to|am not permitted to|am not authorized to|am prohibited from|refuse to|decline to)",
    r"|(?:i'm|we're) (?:unable to|not able to|not comfortable|not going to|not allowed to|not permitted to|prohibited from|not willing to))",
    r"(?: (?:in good conscience|ethically|legally|responsibly|safely|directly|really|simply|personally|actually|knowingly))*,? ",
);

/// What is refused. Words such as `find` or `see` are missing on purpose: they tell of a
/// task that was tried.
const DEED: &str = concat!(
    r"(?:be able to )?(?:(?:help|assist|aid|support)(?:ing)?\b(?P<with>(?: you| anyone)?(?:[.!,;:]| with\b| in\b| to\b| on\b| by\b| further\b|$))?",
    r"|(?:comply|complying|fulfill?|engage|participate|partake|facilitate|encourage|promote|condone|endorse|accommodate|assume|roleplay|role-play)\b",
    r"|(?:provid|shar|writ|creat|generat|produc|giv|mak|discuss|offer|teach|tell|show|explain|describ|advis|carry out|do|disclos|reveal|continu|proceed|answer|respond|support|perform|impersonat|reproduc)(?:e|ing)?\b)",
);

static REFUSAL: LazyLock<Regex> = LazyLock::new(|| pattern(&format!("^{OPENING}{INABILITY}{DEED}")));

/// Sentences that are refusals as they stand.
static FIXED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        "^{OPENING}(?:{}|{}|{}|{}|{})",
        r"(?:i|we) (?:must|have to|need to|will have to|'ll have to|'m going to have to|am going to have to|respectfully|politely)(?: (?:respectfully|politely))? (?:decline|refuse)\b",
        r"(?:that|this|it)(?:'s| is)(?: not|n't) (?:something|a request|a topic) (?:that )?(?:i|we)(?:'m| am|'re| are)? (?:can|able to|allowed to|comfortable|willing to)\b",
        r"(?:that|this|it)(?:'s| is) (?:something|a request|a topic) (?:that )?(?:i|we)(?:'m| am|'re| are)? (?:can't|cannot|can not|won't|unable to|not able to|not comfortable)\b",
        r"(?:your|this|that|the) request (?:violates|goes against|is against|cannot be (?:fulfilled|completed))",
        r"[^.!?]{0,80} (?:goes|is|would be) against (?:my|our) (?:\w+ )?(?:guidelines|policy|policies|programming|principles|values|rules)\b",
    ))
});

/// `As an AI ... I cannot`, within one sentence.
static AS_AN_AI: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"^(?:(?:i'm|i am) sorry[,.]? (?:but )?)?as an? (?:\w+ )?(?:ai|artificial intelligence|(?:large )?language model)\b[^.!?]{0,160}?",
        r"\bi (?:simply |just |really )?(?:can't|cannot|can not|am unable to|am not able to|won't|will not|must decline)\b ?(?P<but>help but)?",
    ))
});

#[allow(clippy::expect_used)]
fn pattern(source: &str) -> Regex {
    Regex::new(source).expect("the patterns are constants that compile")
}

/// Whether a reply declines the task: it starts, maybe after an apology, by saying that
/// it cannot or will not help, provide, write and so on. English only.
///
/// Conservative: an apology later in the text, a failed attempt (`I can't find ...`) and
/// replies of more than 2,000 bytes are no refusals. Neither is a lack of knowledge (`I
/// don't know`). An empty reply is none.
pub fn looks_like_refusal(text: &str) -> bool {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return false;
    }
    let head: String = text.chars().take(HEAD).map(straight).collect();
    let head = collapse_whitespace(&head.to_lowercase());
    let head = head.trim_start_matches(|c: char| !c.is_alphanumeric());
    if AS_AN_AI
        .captures(head)
        .is_some_and(|found| found.name("but").is_none())
    {
        return true;
    }
    if FIXED.is_match(head) {
        return true;
    }
    REFUSAL.captures(head).is_some_and(|found| {
        let Some(deed) = found.get(0) else {
            return false;
        };
        // `I can't help but notice` and `I can't help feeling` refuse nothing.
        let helping = ["help", "helping"]
            .iter()
            .any(|word| deed.as_str().ends_with(word));
        !helping || found.name("with").is_some()
    })
}

/// Typographic apostrophes become plain ones; emphasis marks become spaces.
fn straight(c: char) -> char {
    match c {
        '’' | '‘' | 'ʼ' | '＇' | '`' | '´' => '\'',
        '*' | '_' | '"' | '“' | '”' => ' ',
        c => c,
    }
}

#[cfg(test)]
mod tests;
