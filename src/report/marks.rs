//! Warnings beside the numbers they qualify: a letter at the number, its meaning below the table.

use crate::stats::{Estimate, Warning};

/// The letters of a table.
#[derive(Clone, Debug, Default)]
pub(super) struct Marks {
    words: Vec<&'static str>,
}

impl Marks {
    /// Letters for the warnings of these numbers, in the order in which they first come.
    pub(super) fn of<'a>(warnings: impl IntoIterator<Item = &'a Warning>) -> Self {
        let mut words = Vec::new();
        for text in warnings.into_iter().map(in_words) {
            if !words.contains(&text) {
                words.push(text);
            }
        }
        Self { words }
    }

    /// What stands behind a number: ` a,b`, or nothing.
    pub(super) fn beside(&self, estimate: &Estimate) -> String {
        self.beside_warnings(&estimate.warnings)
    }

    /// The same for these warnings.
    pub(super) fn beside_warnings(&self, warnings: &[Warning]) -> String {
        let letters: Vec<String> = warnings
            .iter()
            .filter_map(|warning| self.words.iter().position(|known| *known == in_words(warning)))
            .map(letter)
            .collect();
        if letters.is_empty() {
            String::new()
        } else {
            format!(" {}", letters.join(","))
        }
    }

    /// What the letters mean, in one line; `None` without any.
    pub(super) fn legend(&self) -> Option<String> {
        let meanings = self.words.iter().enumerate();
        let meanings: Vec<String> = meanings
            .map(|(at, words)| format!("{}: {words}", letter(at)))
            .collect();
        (!meanings.is_empty()).then(|| meanings.join("; "))
    }
}

/// There are fewer warnings than letters.
fn letter(at: usize) -> String {
    char::from(b'a' + (at % 26) as u8).to_string()
}

/// A warning without its figures, so that rows can share it.
fn in_words(warning: &Warning) -> &'static str {
    match warning {
        Warning::SmallSample(_) => "small sample (fewer than 30 cases)",
        Warning::FewClusters(_) => "few clusters (fewer than 10)",
        Warning::DominantCluster(_) => "one cluster holds more than 20 % of the cases",
        Warning::Degenerate => "no variation, so the interval comes from the number of cases alone",
        Warning::RareFailures => "rare failures: the interval is driven by cases not seen",
        Warning::Missing(_) => "more than 2 % of the cases have no score",
    }
}
