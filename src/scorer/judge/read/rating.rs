//! `[[rating]]`: text between double square brackets.

use super::super::form::Form;
use super::words::verdict;
use super::{Said, contradiction};
use regex::Regex;
use std::sync::LazyLock;

/// A short word without brackets, commas or white space in it: code and nested lists are not ratings.
static RATING: LazyLock<Regex> = LazyLock::new(|| pattern(r"\[\[\s*([^\[\]\s,]{1,24})\s*\]\]"));

#[allow(clippy::expect_used)]
pub(super) fn pattern(source: &str) -> Regex {
    Regex::new(source).expect("the patterns are constants that compile")
}

/// Reads the rating. It may stand several times if it is always the same.
pub(super) fn read(form: &Form, text: &str) -> Result<Said, String> {
    let mut found = None;
    for rating in RATING.captures_iter(text).filter_map(|captures| captures.get(1)) {
        let value = verdict(form, rating.as_str())?;
        match found {
            Some(earlier) if earlier != value => return Err(contradiction()),
            _ => found = Some(value),
        }
    }
    found
        .map(Said::One)
        .ok_or_else(|| "the reply holds no `[[verdict]]`".to_owned())
}
