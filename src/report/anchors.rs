//! Whether judges have changed since their anchors were judged, in words.

use crate::analyse::Analysis;
use crate::model::AnchorsEntry;

/// Below so many anchors it is said that they are few.
const FEW: u64 = 30;

/// Escapes names for the format at hand.
type Name<'a> = &'a dyn Fn(&str) -> String;

/// What a judge said of its anchors: `the judge careful has moved: +0.120 [+0.05, +0.19] of its scale on 40 anchors`.
pub fn shift_in_words(entry: &AnchorsEntry, name: Name<'_>) -> String {
    let judge = name(&entry.judge);
    let anchors = |count: u64| format!("{count} {}", if count == 1 { "anchor" } else { "anchors" });
    let failed = match entry.failed {
        0 => String::new(),
        failed => format!(", {} without a verdict", anchors(failed)),
    };
    let (shift, low, high) = match (entry.shift, entry.low, entry.high) {
        (Some(shift), Some(low), Some(high)) => (shift, low, high),
        _ => {
            return format!(
                "nobody knows whether the judge {judge} has changed: verdicts on {}{failed} are too few",
                anchors(entry.n)
            );
        }
    };
    let figures = format!(
        "{shift:+.3} [{low:+.2}, {high:+.2}] of its scale on {}{failed}",
        anchors(entry.n)
    );
    match entry.moved {
        true => format!(
            "the judge {judge} has changed: {figures}; its verdicts are not those that its anchors were judged by"
        ),
        false => {
            let few = if entry.n < FEW {
                "; few anchors show large changes only"
            } else {
                ""
            };
            format!("no change of the judge {judge} is shown: {figures}{few}")
        }
    }
}

/// Whether somebody should look at it: the judge has changed, or nobody knows.
pub(super) fn is_warning(entry: &AnchorsEntry) -> bool {
    entry.moved || entry.low.is_none()
}

/// What the judges of a run said of their anchors, with whether it is a warning.
pub(super) fn anchor_notes(analysis: &Analysis, name: Name<'_>) -> Vec<(bool, String)> {
    let entries = analysis.manifest.anchors.iter();
    entries
        .map(|entry| {
            let cost = entry.cost.map_or("unknown".to_owned(), |cost| cost.to_string());
            let text = format!(
                "{} ({} replies, tokens {} in, {} out; cost {cost})",
                shift_in_words(entry, name),
                entry.replies,
                entry.input_tokens,
                entry.output_tokens
            );
            (is_warning(entry), text)
        })
        .collect()
}
