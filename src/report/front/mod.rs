//! Quality against cost and latency: tables for `report.md` and for the terminal, and the part of `summary.json`.

mod document;
mod markdown;
mod text;

pub(super) use document::{FrontPairEntry, SpanEntry};
pub(super) use markdown::{overall_brief, overall_section, task_brief, task_section};
pub use text::fronts_text;

use super::format::{Glyphs, percent, span_of_durations};
use crate::analyse::{Absence, Front, FrontAbsent, FrontAxis, FrontPoint, Span};
use crate::model::Money;
use crate::stats::FrontPlace;

/// Escapes names for the format at hand.
type Name<'a> = &'a dyn Fn(&str) -> String;

/// What a front is called.
pub(super) fn title(axis: FrontAxis) -> &'static str {
    match axis {
        FrontAxis::Cost => "quality against cost",
        FrontAxis::Latency => "quality against latency",
    }
}

/// Heading of the column of costs.
pub(super) fn column(axis: FrontAxis) -> &'static str {
    match axis {
        FrontAxis::Cost => "$/trial",
        FrontAxis::Latency => "latency",
    }
}

/// `0.873 [0.81, 0.92]`.
pub(super) fn score(span: &Span) -> String {
    match span.low.zip(span.high) {
        Some((low, high)) => format!("{:.3} [{low:.2}, {high:.2}]", span.value),
        None => format!("{:.3}", span.value),
    }
}

/// Dollars to the pico-dollar, for display.
pub(super) fn money(dollars: f64) -> Money {
    Money((dollars * 1e12).round() as i64)
}

/// `$0.00143 [$0.0012, $0.0017]`.
pub(super) fn dollars(span: &Span) -> String {
    match span.low.zip(span.high) {
        Some((low, high)) => format!("{} [{}, {}]", money(span.value), money(low), money(high)),
        None => money(span.value).to_string(),
    }
}

/// `1.23 [1.10, 1.38] s`.
pub(super) fn seconds(span: &Span) -> String {
    span_of_durations(span.value, span.low.zip(span.high))
}

pub(super) fn cost(axis: FrontAxis, span: &Span) -> String {
    match axis {
        FrontAxis::Cost => dollars(span),
        FrontAxis::Latency => seconds(span),
    }
}

/// `on`, `off`, `unclear`.
pub(super) fn place(point: &FrontPoint, glyphs: &Glyphs) -> String {
    let place = point.chance.as_ref().map(|chance| chance.place.name());
    place.unwrap_or(glyphs.none).to_owned()
}

/// A share of replicates, never rounded up to certainty.
pub(super) fn chance(share: f64) -> String {
    match share {
        share if share > 0.0 && share < 0.001 => "<0.001".to_owned(),
        share if share < 1.0 && share > 0.999 => ">0.999".to_owned(),
        share => format!("{share:.3}"),
    }
}

/// Who beats it most often, where it is not on the front for certain.
pub(super) fn beaten_by(front: &Front, point: &FrontPoint, name: Name<'_>) -> Option<String> {
    let chance = point
        .chance
        .as_ref()
        .filter(|chance| chance.place != FrontPlace::On)?;
    let (other, share) = chance.dominated_by?;
    let other = front.points.get(other)?;
    Some(format!("{} ({})", called(front, other, name), percent(share)))
}

/// The model, with its prompt where the front holds several.
pub(super) fn called(front: &Front, point: &FrontPoint, name: Name<'_>) -> String {
    with_prompt(front, &point.name, &point.prompt, name)
}

fn with_prompt(front: &Front, model: &str, prompt: &str, name: Name<'_>) -> String {
    let mut prompts = front.points.iter().map(|point| point.prompt.as_str());
    let several = prompts.any(|other| other != prompt);
    if several && !prompt.is_empty() {
        format!("{}, {}", name(model), name(prompt))
    } else {
        name(model)
    }
}

/// What to know beside the table.
pub(super) fn notes(front: &Front, name: Name<'_>) -> Vec<String> {
    let what = match front.axis {
        FrontAxis::Cost => "a cost",
        FrontAxis::Latency => "a latency",
    };
    let mut notes = Vec::new();
    if front.points.is_empty() {
        notes.push(format!(
            "no front: no case has a score and {what} of all candidates that could be in it"
        ));
    } else {
        let cases = if front.cases == 1 { "case" } else { "cases" };
        let mut text = format!("{} {cases} with a score and {what} of each of these", front.cases);
        if front.left_out > 0 {
            text += &match front.left_out {
                1 => "; 1 that lacks one is left out".to_owned(),
                count => format!("; {count} that lack one are left out"),
            };
        }
        if front.tasks > 1 {
            text += &format!(
                "; averages over {} tasks, each of which counts the same",
                front.tasks
            );
        }
        notes.push(text);
    }
    if let Some(knee) = front.knee.and_then(|knee| front.points.get(knee)) {
        let what = match front.axis {
            FrontAxis::Cost => "money",
            FrontAxis::Latency => "time",
        };
        notes.push(format!(
            "the knee is {}: beyond it, more {what} buys less quality than before",
            called(front, knee, name)
        ));
    }
    if !front.absent.is_empty() {
        let absent: Vec<String> = front
            .absent
            .iter()
            .map(|absent| {
                let FrontAbsent {
                    name: model,
                    prompt,
                    why,
                } = absent;
                format!("{} ({})", with_prompt(front, model, prompt, name), reason(*why))
            })
            .collect();
        notes.push(format!("not in it: {}", absent.join(", ")));
    }
    if front.few && front.points.len() > 1 {
        notes.push(
            "few cases (under 30, or under 10 clusters): the shares are surer of themselves than they should be"
                .to_owned(),
        );
    }
    let still: Vec<String> = front
        .points
        .iter()
        .filter(|point| point.degenerate)
        .map(|point| called(front, point, name))
        .collect();
    if front.points.len() > 1 && !still.is_empty() {
        notes.push(format!(
            "no variation in the scores of {}: what would change them was not seen, and no resampling shows it",
            still.join(", ")
        ));
    }
    notes
}

/// Why somebody is left out.
pub(super) fn reason(why: Absence) -> String {
    match why {
        Absence::NoScore => "no score".to_owned(),
        Absence::FewScores { scored, of } => format!("a score for {scored} of {of} cases only"),
        Absence::UnknownCost => "cost unknown".to_owned(),
        Absence::UnknownLatency => "latency unknown".to_owned(),
        Absence::NotAllTasks => "did not run all tasks".to_owned(),
    }
}
