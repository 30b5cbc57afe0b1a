//! What is known of the judges, in words: a few lines for the terminal, all of it for `report.md`.

mod labels;
mod section;

pub(super) use section::judges_section;

use super::format::{Glyphs, count, percent};
use crate::analyse::{
    Analysis, JudgeSummary, JudgedCandidate, Pairwise, Questions, Ranged, Standing, TaskAnalysis,
};

/// Candidates that a line of the terminal tells.
const TOLD: usize = 3;

/// Escapes names for the format at hand.
type Name<'a> = &'a dyn Fn(&str) -> String;

/// A few lines on each judge of a task. The first is not indented, those that belong to it are.
pub(super) fn judge_notes(task: &TaskAnalysis, glyphs: &Glyphs, name: Name<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    for judge in &task.judges {
        lines.push(format!(
            "judge {}: {}",
            name(&judge.scorer),
            questions(judge, glyphs)
        ));
        let figures = figures(judge);
        if !figures.is_empty() {
            lines.push(format!("  {}", figures.join("; ")));
        }
        lines.extend(sampled(judge, task, glyphs, name).map(|text| format!("  {text}")));
        let corrected = labels::corrected_line(judge, task, glyphs, name);
        lines.extend(corrected.map(|text| format!("  {text}")));
        if let Some(pairwise) = &judge.pairwise {
            lines.extend(winners(pairwise, task, glyphs, name).map(|text| format!("  {text}")));
        }
    }
    lines
}

/// What all judges of the run used, in one line.
pub(super) fn judging_totals(analysis: &Analysis, glyphs: &Glyphs) -> Option<String> {
    let questions = analysis.judging()?;
    let judges = &analysis.manifest.judges;
    let simulated = !judges.is_empty() && judges.iter().all(|judge| judge.simulated);
    Some(format!(
        "judges, not in these sums: {} {}; {}{}",
        count(questions.answered),
        plural(questions.answered, "verdict"),
        spent(&questions, glyphs),
        if simulated { " (simulated)" } else { "" }
    ))
}

/// `tokens 12.3k in, 800 out; cost $0.2, paid $0.1`.
fn spent(questions: &Questions, glyphs: &Glyphs) -> String {
    let tokens = &questions.tokens;
    let mut text = match (tokens.known_trials, tokens.unknown_trials) {
        (0, 1..) => "tokens unknown".to_owned(),
        (_, unknown) => {
            let known = format!(
                "tokens {} in, {} out",
                count(tokens.sum.input),
                count(tokens.sum.output)
            );
            match unknown {
                0 => known,
                unknown => format!(
                    "{known} ({unknown} {} without token counts)",
                    plural(unknown, "question")
                ),
            }
        }
    };
    text += &format!("; cost {}", glyphs.amount(questions.cost.total()));
    if questions.cost.known_trials > 0 && questions.cost.unknown_trials > 0 {
        let unknown = questions.cost.unknown_trials;
        text += &format!(" ({unknown} {} of unknown cost)", plural(unknown, "question"));
    }
    text + &format!(", paid {}", glyphs.amount(questions.paid.total()))
}

/// `290 verdicts on 300 questions to 3 members; 4 unreadable (1.4 %), 6 without reply (6 timeout)`.
fn questions(judge: &JudgeSummary, glyphs: &Glyphs) -> String {
    let questions = &judge.questions;
    let mut parts = vec![match questions.asked {
        0 => "not asked".to_owned(),
        asked => format!(
            "{} {} on {asked} {} to {} {}",
            questions.answered,
            plural(questions.answered, "verdict"),
            plural(asked, "question"),
            judge.members.len(),
            plural(judge.members.len() as u64, "member")
        ),
    }];
    if questions.unreadable > 0 {
        let rate = glyphs.percent(questions.parse_failure_rate());
        parts.push(format!("{} unreadable ({rate})", questions.unreadable));
    }
    if questions.without_reply() > 0 {
        let classes: Vec<String> = questions
            .failures()
            .map(|(class, count)| format!("{count} {class}"))
            .collect();
        parts.push(format!(
            "{} without a reply ({})",
            questions.without_reply(),
            classes.join(", ")
        ));
    }
    if questions.not_put > 0 {
        parts.push(format!("{} could not be put", questions.not_put));
    }
    if questions.asked_twice > 0 {
        parts.push(format!("{} asked twice", questions.asked_twice));
    }
    if questions.reused > 0 {
        parts.push(format!("{} reused", questions.reused));
    }
    if judge.identical > 0 {
        parts.push(format!("{} the same as an earlier one", judge.identical));
    }
    let excluded: u64 = judge.excluded.iter().map(|(_, times)| times).sum();
    if excluded > 0 {
        parts.push(format!("{excluded} times a member was left out by `exclude`"));
    }
    let trials = &judge.trials;
    if trials.failed > 0 {
        let noun = plural(trials.failed, "trial");
        parts.push(format!("{} {noun} without a score for it", trials.failed));
    }
    if trials.waiting > 0 {
        let noun = plural(trials.waiting, "trial");
        parts.push(format!("{} {noun} not judged yet", trials.waiting));
    }
    if questions.answered > 0 {
        parts.push(format!(
            "{} a verdict",
            glyphs.amount(questions.cost_per_verdict())
        ));
    }
    parts.join("; ")
}

fn plural(count: u64, noun: &str) -> String {
    if count == 1 {
        noun.to_owned()
    } else {
        format!("{noun}s")
    }
}

/// The figures that there are.
fn figures(judge: &JudgeSummary) -> Vec<String> {
    let mut parts = Vec::new();
    if let Ok(alpha) = &judge.agreement.alpha {
        parts.push(format!("members agree: alpha {}", plain(alpha)));
    }
    if let Ok(exact) = &judge.agreement.exact {
        parts.push(format!("the same verdict {}", share(exact)));
    }
    if let Some(swaps) = &judge.swaps {
        if let Ok(consistency) = &swaps.consistency {
            parts.push(format!("both orders agree {}", share(consistency)));
        }
        if let Ok(bias) = &swaps.position_bias {
            parts.push(format!("for what is shown first {}", signed(bias)));
        }
    }
    if let Ok(slope) = &judge.verbosity.within {
        parts.push(format!("for twice the length {}", signed(slope)));
    }
    if let Ok(contrast) = &judge.self_preference.contrast {
        parts.push(format!("for the own family {}", signed(contrast)));
    }
    parts
}

/// `0.712 [0.60, 0.79]`.
fn plain(figure: &Ranged) -> String {
    match figure.interval {
        Some((low, high)) => format!("{:.3} [{low:.2}, {high:.2}]", figure.value),
        None => format!("{:.3}", figure.value),
    }
}

/// `+0.021 [-0.01, +0.05]`.
fn signed(figure: &Ranged) -> String {
    match figure.interval {
        Some((low, high)) => format!("{:+.3} [{low:+.2}, {high:+.2}]", figure.value),
        None => format!("{:+.3}", figure.value),
    }
}

/// `83.2 % [75.0, 89.1]`.
fn share(figure: &Ranged) -> String {
    match figure.interval {
        Some((low, high)) => {
            format!(
                "{} [{:.1}, {:.1}]",
                percent(figure.value),
                low * 100.0,
                high * 100.0
            )
        }
        None => percent(figure.value),
    }
}

/// The candidate as leaderboards name it, with its prompt where there are several.
fn called(task: &TaskAnalysis, candidate: u32, name: Name<'_>) -> String {
    let Some(row) = task.row(candidate) else {
        return String::new();
    };
    if task.boards.len() > 1 {
        format!("{} with prompt {}", name(&row.name), name(&row.prompt))
    } else {
        name(&row.name)
    }
}

fn more(all: usize) -> String {
    match all.saturating_sub(TOLD) {
        0 => String::new(),
        more => format!("; {more} more"),
    }
}

/// What a judge that sees a sample only says of all trials.
fn sampled(judge: &JudgeSummary, task: &TaskAnalysis, glyphs: &Glyphs, name: Name<'_>) -> Option<String> {
    let sampled: Vec<&JudgedCandidate> = judge
        .candidates
        .iter()
        .filter(|candidate| candidate.weighted.is_some())
        .collect();
    let told: Vec<String> = sampled
        .iter()
        .take(TOLD)
        .filter_map(|candidate| {
            let weighted = candidate.weighted?;
            let who = called(task, candidate.candidate, name);
            Some(format!(
                "{who} {} ({} of {})",
                corrected(candidate, glyphs),
                weighted.judged,
                weighted.of
            ))
        })
        .collect();
    (!told.is_empty()).then(|| {
        format!(
            "judged a sample; means over all trials, corrected for it: {}{}",
            told.join("; "),
            more(sampled.len())
        )
    })
}

/// The design-weighted mean with its interval.
fn corrected(candidate: &JudgedCandidate, glyphs: &Glyphs) -> String {
    let weighted = candidate
        .weighted
        .and_then(|weighted| Some((weighted.mean?, weighted.interval)));
    match weighted {
        None => glyphs.none.to_owned(),
        Some((value, interval)) => plain(&Ranged {
            value,
            interval,
            cases: candidate.score.n,
        }),
    }
}

/// Who won most, best first.
fn winners(pairwise: &Pairwise, task: &TaskAnalysis, glyphs: &Glyphs, name: Name<'_>) -> Option<String> {
    let mut best: Vec<&Standing> = pairwise.standings.iter().filter(|one| one.games > 0).collect();
    let rate = |standing: &Standing| standing.win_rate.mean.unwrap_or(f64::NEG_INFINITY);
    best.sort_by(|a, b| rate(b).total_cmp(&rate(a)));
    let told: Vec<String> = best
        .iter()
        .take(TOLD)
        .map(|standing| {
            format!(
                "{} {} ({}/{}/{})",
                called(task, standing.candidate, name),
                glyphs.score(&standing.win_rate),
                standing.wins,
                standing.losses,
                standing.draws
            )
        })
        .collect();
    (!told.is_empty()).then(|| {
        format!(
            "{} games, flips in {}; win rates (won/lost/drawn): {}{}",
            pairwise.games,
            pairwise.flips,
            told.join("; "),
            more(best.len())
        )
    })
}
