//! What labels of people make of a judge's scores.

use super::{Name, TOLD, called, more, plain};
use crate::analyse::{JudgeSummary, Ranged, TaskAnalysis};
use crate::model::{CorrectedMean, MeanFigure};
use crate::report::calibration::how;
use crate::report::format::Glyphs;
use crate::report::{escape_markdown, escape_terminal};
use std::io::{self, Write};

/// One line: corrected means with what the judge alone says, or why there are none.
pub(super) fn corrected_line(
    judge: &JudgeSummary,
    task: &TaskAnalysis,
    glyphs: &Glyphs,
    name: Name<'_>,
) -> Option<String> {
    let corrections = judge.corrections.as_ref()?;
    let means: Vec<&CorrectedMean> = corrections
        .means
        .iter()
        .filter(|mean| mean.corrected.value.is_some())
        .collect();
    let Some(first) = means.first() else {
        let why = corrections.notes.first().map(String::as_str);
        let none = corrections
            .means
            .iter()
            .find_map(|mean| mean.corrected.why.as_deref());
        return Some(format!(
            "not corrected by labels: {}",
            escape_terminal(why.or(none).unwrap_or("none fits"))
        ));
    };
    let told: Vec<String> = means
        .iter()
        .take(TOLD)
        .map(|mean| {
            format!(
                "{} {} (judge {})",
                called(task, mean.candidate, name),
                figure(&mean.corrected, glyphs),
                mean.raw
                    .value
                    .map_or_else(|| glyphs.none.to_owned(), |raw| format!("{raw:.3}"))
            )
        })
        .collect();
    Some(format!(
        "{} corrected by labels: {}{}",
        first.quantity.name().replace('-', " "),
        told.join("; "),
        more(means.len())
    ))
}

fn figure(figure: &MeanFigure, glyphs: &Glyphs) -> String {
    match figure.value {
        Some(value) => plain(&Ranged {
            value,
            interval: figure.low.zip(figure.high),
            cases: figure.n,
        }),
        None => glyphs.none.to_owned(),
    }
}

/// The table of corrected means beside raw ones, with the file and what there is to know of it.
pub(super) fn corrected_table(
    judge: &JudgeSummary,
    task: &TaskAnalysis,
    glyphs: &Glyphs,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Some(corrections) = &judge.corrections else {
        return Ok(());
    };
    let heading = match corrections.means.is_empty() {
        true => "Not corrected by labels of people",
        false => "Corrected by labels of people",
    };
    writeln!(
        out,
        "{heading} ({}, {}):\n",
        escape_markdown(&corrections.labels),
        corrections.labels_hash.short()
    )?;
    let mut remarks: Vec<String> = Vec::new();
    if !corrections.means.is_empty() {
        writeln!(out, "| candidate | what | judge | corrected | labels | lambda |")?;
        writeln!(out, "|---|---|--:|--:|--:|--:|")?;
    }
    for mean in &corrections.means {
        let who = called(task, mean.candidate, &escape_markdown);
        writeln!(
            out,
            "| {who} | {} | {} | {} | {} of {} | {} |",
            mean.quantity.name().replace('-', " "),
            figure(&mean.raw, glyphs),
            figure(&mean.corrected, glyphs),
            mean.labels,
            mean.labels + mean.judged,
            mean.lambda
                .map_or_else(String::new, |lambda| format!("{lambda:.2}"))
        )?;
        let why = mean
            .corrected
            .why
            .as_ref()
            .map(|why| format!("{who}: {}", escape_markdown(why)));
        for remark in how(mean.by).into_iter().chain(why) {
            if !remarks.contains(&remark) {
                remarks.push(remark);
            }
        }
    }
    if !corrections.means.is_empty() {
        writeln!(out)?;
    }
    remarks.extend(corrections.notes.iter().map(|note| escape_markdown(note)));
    for remark in &remarks {
        writeln!(out, "- {remark}")?;
    }
    match remarks.is_empty() {
        true => Ok(()),
        false => writeln!(out),
    }
}
