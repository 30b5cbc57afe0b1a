//! Annotations that GitHub Actions shows beside the file with the rule.

use super::markdown::ordered;
use super::{advice, rule_words, scope, seen};
use crate::analyse::gate::GateVerdict;
use crate::report::escape_terminal;
use crate::stats::Decision;
use camino::{Utf8Path, Utf8PathBuf};
use std::fmt::Write as _;

/// One line for each check that did not pass: errors for failures, warnings for what is open. `file` is the path of a file of
/// the workspace as GitHub knows it.
pub fn annotations(verdict: &GateVerdict, file: &dyn Fn(&Utf8Path) -> Utf8PathBuf) -> String {
    let mut text = String::new();
    for check in ordered(verdict) {
        let kind = match check.decision {
            Decision::Fail => "error",
            Decision::Inconclusive => "warning",
            Decision::Pass => continue,
        };
        let place = check.place.as_ref().map_or_else(String::new, |place| {
            let file = file(&place.file);
            format!("file={},line={},", property(file.as_str()), place.line)
        });
        let title = format!("bench gate: {} {}", scope(check), rule_words(check.rule));
        let message = format!(
            "{}: {}; {}",
            check.candidate,
            seen(check),
            advice(check, &str::to_owned).unwrap_or_default()
        );
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "::{kind} {place}title={}::{}",
            property(&title),
            data(&message)
        );
    }
    text
}

/// The message of a command: no line breaks, and no sequence that ends it.
fn data(text: &str) -> String {
    escape_terminal(text)
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
