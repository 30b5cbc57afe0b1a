//! What the ranking policy says: for `report.md`, for the terminal and for `summary.json`.

use super::format::Glyphs;
use super::front::{money, seconds};
use super::layout::paragraph;
use super::{TerminalOptions, escape_markdown, escape_terminal};
use crate::analyse::{Analysis, PolicyCandidate, PolicyChoice, PolicyStanding, Span};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::{self, Write};

/// Escapes names for the format at hand.
type Name<'a> = &'a dyn Fn(&str) -> String;

/// What the policy is, in one sentence.
pub(super) const MEANING: &str = "A convention by the means, which no interval stands behind: of the candidates within 5 % of the best \
                       mean score, 0.60 score + 0.25 fastest/latency + 0.15 cheapest/cost.";

/// What the ranking policy says of a task. Candidates are positions in `candidates`.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PolicyEntry<'a> {
    candidates: Vec<CandidateEntry<'a>>,
    /// The best mean score of those that are not disqualified.
    baseline: Option<usize>,
    /// The best mean score.
    quality: Option<usize>,
    /// The best three-part score.
    balanced: Option<usize>,
    /// The best three-part score of those that are twice as cheap or half as fast again as the baseline.
    value: Option<usize>,
    /// The one to use: the value winner where it gives up less than 5 % of the score and is more than twice as cheap, else
    /// the baseline.
    default: Option<usize>,
}

/// A candidate as the policy sees it.
#[derive(Debug, Serialize, JsonSchema)]
struct CandidateEntry<'a> {
    name: &'a str,
    prompt: &'a str,
    simulated: bool,
    /// Mean score.
    score: Option<f64>,
    /// Mean latency; null where that of a scored trial is unknown.
    latency_s: Option<f64>,
    /// Mean cost; null where that of a scored trial is unknown.
    cost_usd: Option<f64>,
    /// Score per dollar.
    score_per_usd: Option<f64>,
    /// `contender`, `dominated`, `below-window`, `disqualified` or `unscored`.
    standing: &'static str,
    /// Of a contender.
    three_part: Option<f64>,
    /// Who is at least as good, fast and cheap.
    dominated_by: Option<usize>,
}

impl<'a> PolicyEntry<'a> {
    pub(super) fn of(choice: &'a PolicyChoice) -> Self {
        let verdict = &choice.verdict;
        let entry = |(at, candidate): (usize, &'a PolicyCandidate)| {
            let standing = verdict.standings.get(at).copied();
            CandidateEntry {
                name: &candidate.name,
                prompt: &candidate.prompt,
                simulated: candidate.simulated,
                score: candidate.entry.score,
                latency_s: candidate.entry.latency,
                cost_usd: candidate.entry.cost,
                score_per_usd: verdict.score_per_cost.get(at).copied().flatten(),
                standing: standing.map_or("unscored", word),
                three_part: match standing {
                    Some(PolicyStanding::Contender { three_part }) => Some(three_part),
                    _ => None,
                },
                dominated_by: match standing {
                    Some(PolicyStanding::Dominated(other)) => Some(other),
                    _ => None,
                },
            }
        };
        Self {
            candidates: choice.candidates.iter().enumerate().map(entry).collect(),
            baseline: verdict.baseline,
            quality: verdict.quality,
            balanced: verdict.balanced,
            value: verdict.value,
            default: verdict.default,
        }
    }
}

fn word(standing: PolicyStanding) -> &'static str {
    match standing {
        PolicyStanding::Unscored => "unscored",
        PolicyStanding::Disqualified => "disqualified",
        PolicyStanding::BelowWindow => "below-window",
        PolicyStanding::Dominated(_) => "dominated",
        PolicyStanding::Contender { .. } => "contender",
    }
}

/// The policy's part of a task in Markdown; nothing where it was not asked for.
pub(super) fn section(analysis: &Analysis, at: usize, out: &mut dyn Write) -> io::Result<()> {
    let Some(choice) = analysis.policies.get(at) else {
        return Ok(());
    };
    writeln!(out, "### Ranking policy\n\n{MEANING}\n")?;
    writeln!(
        out,
        "| model | prompt | mean score | latency | $/trial | three-part | stands |"
    )?;
    writeln!(out, "|---|---|--:|--:|--:|--:|---|")?;
    for (at, candidate) in choice.candidates.iter().enumerate() {
        let [score, latency, cost, three_part] = cells(choice, at, candidate, &Glyphs::UNICODE);
        writeln!(
            out,
            "| {}{} | {} | {score} | {latency} | {cost} | {three_part} | {} |",
            escape_markdown(&candidate.name),
            if candidate.simulated { " (simulated)" } else { "" },
            escape_markdown(&candidate.prompt),
            stands(choice, at, &escape_markdown),
        )?;
    }
    writeln!(out)?;
    for line in winners(choice, &escape_markdown) {
        writeln!(out, "- {line}")?;
    }
    writeln!(out)
}

/// Writes what the policy says of every task, for a terminal.
pub fn policy_text(analysis: &Analysis, options: &TerminalOptions, out: &mut dyn Write) -> io::Result<()> {
    let width = options.width.max(80);
    let name = |name: &str| Glyphs::ASCII.shorten(&escape_terminal(name), 40);
    let mut paragraph = |text: &str, indent: usize| paragraph(text, width, indent, out);
    if !analysis.policies.is_empty() {
        paragraph(&format!("Ranking policy. {MEANING}"), 0)?;
    }
    for (task, choice) in analysis.tasks.iter().zip(&analysis.policies) {
        paragraph(&format!("{}:", name(&task.task.name)), 0)?;
        for (at, candidate) in choice.candidates.iter().enumerate() {
            let [_, _, _, three_part] = cells(choice, at, candidate, &Glyphs::ASCII);
            let contends = matches!(
                choice.verdict.standings.get(at),
                Some(PolicyStanding::Contender { .. })
            );
            let stands = match contends {
                true => format!("contender with {three_part}"),
                false => stands(choice, at, &name),
            };
            paragraph(&format!("{}: {stands}", called(choice, at, &name)), 2)?;
        }
        for line in winners(choice, &name) {
            paragraph(&line, 2)?;
        }
    }
    if analysis.policies.is_empty() {
        Ok(())
    } else {
        writeln!(out)
    }
}

/// Score, latency, cost and three-part score.
pub(super) fn cells(
    choice: &PolicyChoice,
    at: usize,
    candidate: &PolicyCandidate,
    glyphs: &Glyphs,
) -> [String; 4] {
    let none = || glyphs.none.to_owned();
    let entry = &candidate.entry;
    let alone = |value: f64| Span {
        value,
        ..Span::default()
    };
    [
        entry.score.map_or_else(none, |score| format!("{score:.3}")),
        entry
            .latency
            .map_or_else(none, |latency| seconds(&alone(latency))),
        entry
            .cost
            .map_or_else(|| "unknown".to_owned(), |cost| money(cost).to_string()),
        match choice.verdict.standings.get(at) {
            Some(PolicyStanding::Contender { three_part }) => format!("{three_part:.4}"),
            _ => none(),
        },
    ]
}

pub(super) fn stands(choice: &PolicyChoice, at: usize, name: Name<'_>) -> String {
    match choice.verdict.standings.get(at) {
        Some(PolicyStanding::Contender { .. }) => "contender".to_owned(),
        Some(PolicyStanding::Dominated(other)) => {
            format!(
                "{} is at least as good, fast and cheap",
                called(choice, *other, name)
            )
        }
        Some(PolicyStanding::BelowWindow) => "more than 5 % below the best".to_owned(),
        Some(PolicyStanding::Disqualified) => {
            "disqualified: under 90 % of its trials have a score".to_owned()
        }
        Some(PolicyStanding::Unscored) | None => "no score".to_owned(),
    }
}

pub(super) fn winners(choice: &PolicyChoice, name: Name<'_>) -> Vec<String> {
    let verdict = &choice.verdict;
    let told = |what: &str, at: Option<usize>| {
        let who = at.map_or_else(|| "nobody".to_owned(), |at| called(choice, at, name));
        format!("{what}: {who}")
    };
    let adopted = verdict.default.is_some() && verdict.default == verdict.value;
    let why = match adopted {
        true => "; it gives up less than 5 % of the best score and is more than twice as cheap",
        false if verdict.value.is_some() => {
            "; the value winner gives up 5 % of the score or more, or is not more than twice as cheap"
        }
        false => "",
    };
    vec![
        told("quality", verdict.quality),
        told("balanced", verdict.balanced),
        told("value", verdict.value),
        format!("{}{why}", told("to use by default", verdict.default)),
    ]
}

/// The model, with its prompt where the task has several.
fn called(choice: &PolicyChoice, at: usize, name: Name<'_>) -> String {
    let Some(candidate) = choice.candidates.get(at) else {
        return String::new();
    };
    let mut others = choice.candidates.iter();
    if others.any(|other| other.prompt != candidate.prompt) {
        format!("{}, {}", name(&candidate.name), name(&candidate.prompt))
    } else {
        name(&candidate.name)
    }
}
