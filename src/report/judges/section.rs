//! The judges of a task in Markdown.

use super::labels::corrected_table;
use super::{called, corrected, plain, questions, share, signed, spent};
use crate::analyse::{Gap, JudgeSummary, Pairwise, Player, Ranged, TaskAnalysis};
use crate::report::format::Glyphs;
use crate::report::{escape_markdown, tournament_in_words};
use std::io::{self, Write};

const GLYPHS: Glyphs = Glyphs::UNICODE;

/// Everything about the judges of a task, in Markdown.
pub(in crate::report) fn judges_section(task: &TaskAnalysis, out: &mut dyn Write) -> io::Result<()> {
    for judge in &task.judges {
        writeln!(out, "### Judge {}\n", escape_markdown(&judge.scorer))?;
        writeln!(out, "- {}", questions(judge, &GLYPHS))?;
        writeln!(out, "- {}", spent(&judge.questions, &GLYPHS))?;
        for (label, text) in all_figures(judge) {
            writeln!(out, "- {label}: {text}")?;
        }
        writeln!(out)?;
        members(judge, out)?;
        candidates(judge, task, out)?;
        corrected_table(judge, task, &GLYPHS, out)?;
        if let Some(tournament) = &judge.tournament {
            writeln!(out, "It {}.\n", tournament_in_words(tournament))?;
        }
        if let Some(pairwise) = &judge.pairwise {
            games(pairwise, task, out)?;
        }
    }
    Ok(())
}

/// All figures, those that there are not with the reason.
fn all_figures(judge: &JudgeSummary) -> Vec<(&'static str, String)> {
    let told = |figure: &Result<Ranged, Gap>, show: fn(&Ranged) -> String| match figure {
        Ok(figure) => show(figure),
        Err(gap) => format!("{} ({gap})", GLYPHS.none),
    };
    let mut rows = vec![
        (
            "agreement between members (Krippendorff's alpha)",
            told(&judge.agreement.alpha, plain),
        ),
        (
            "pairs of members with the same verdict",
            told(&judge.agreement.exact, share),
        ),
    ];
    if let Some(swaps) = &judge.swaps {
        rows.push(("pairs whose two orders agree", told(&swaps.consistency, share)));
        rows.push((
            "position bias: for what is shown first",
            told(&swaps.position_bias, signed),
        ));
    }
    rows.push((
        "verbosity: for twice the length, within candidates",
        told(&judge.verbosity.within, signed),
    ));
    rows.push((
        "verbosity: for twice the length, over all",
        told(&judge.verbosity.slope, signed),
    ));
    rows.push((
        "self-preference: for candidates of the own family",
        told(&judge.self_preference.contrast, signed),
    ));
    rows
}

fn members(judge: &JudgeSummary, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<details><summary>Members</summary>\n")?;
    writeln!(
        out,
        "| member | role | weight | verdicts | unreadable | without a reply | asked twice | reused | mean | a verdict |"
    )?;
    writeln!(out, "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|")?;
    for member in &judge.members {
        let models: Vec<String> = member.models.iter().map(|model| escape_markdown(model)).collect();
        let questions = &member.questions;
        writeln!(
            out,
            "| {} | {} | {} | {}/{} | {} | {} | {} | {} | {} | {} |",
            models.join(", "),
            member.role.as_deref().map_or_else(String::new, escape_markdown),
            member.weight,
            questions.answered,
            questions.asked,
            questions.unreadable,
            questions.without_reply(),
            questions.asked_twice,
            questions.reused,
            decimals(member.mean),
            GLYPHS.amount(questions.cost_per_verdict())
        )?;
    }
    if !(judge.excluded.is_empty() && judge.agreement.pairs.is_empty()) {
        writeln!(out)?;
    }
    for (model, times) in &judge.excluded {
        writeln!(
            out,
            "- {} was left out {times} times (`exclude`)",
            escape_markdown(model)
        )?;
    }
    let model = |position: u32| {
        let member = judge.members.iter().find(|member| member.member == position);
        let model = member.and_then(|member| member.models.first());
        model.map_or_else(String::new, |model| escape_markdown(model))
    };
    for pair in &judge.agreement.pairs {
        writeln!(
            out,
            "- {} and {} say the same of {} of {}",
            model(pair.a),
            model(pair.b),
            pair.same,
            pair.units
        )?;
    }
    writeln!(out, "\n</details>\n")
}

fn decimals(value: Option<f64>) -> String {
    value.map_or_else(|| GLYPHS.none.to_owned(), |value| format!("{value:.3}"))
}

fn candidates(judge: &JudgeSummary, task: &TaskAnalysis, out: &mut dyn Write) -> io::Result<()> {
    // Who was compared stands in the table of games.
    let sampled = judge
        .candidates
        .iter()
        .any(|candidate| candidate.weighted.is_some());
    if judge.candidates.is_empty() || (judge.pairwise.is_some() && !sampled) {
        return Ok(());
    }
    writeln!(out, "<details><summary>Judged candidates</summary>\n")?;
    writeln!(
        out,
        "| candidate | cases | mean | on its scale | judged | corrected for the sample |"
    )?;
    writeln!(out, "|---|--:|--:|--:|--:|--:|")?;
    for candidate in &judge.candidates {
        let judged = candidate.weighted.map_or_else(String::new, |weighted| {
            format!("{} of {}", weighted.judged, weighted.of)
        });
        let corrected = match candidate.weighted {
            Some(_) => corrected(candidate, &GLYPHS),
            None => String::new(),
        };
        writeln!(
            out,
            "| {} | {} | {} | {} | {judged} | {corrected} |",
            called(task, candidate.candidate, &escape_markdown),
            candidate.score.n,
            GLYPHS.score(&candidate.score),
            candidate
                .raw
                .as_ref()
                .map_or_else(|| GLYPHS.none.to_owned(), plain)
        )?;
    }
    writeln!(out, "\n</details>\n")
}

fn games(pairwise: &Pairwise, task: &TaskAnalysis, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "{} games, {} draws; in {} a member named different winners in the two orders.\n",
        pairwise.games, pairwise.draws, pairwise.flips
    )?;
    writeln!(
        out,
        "| candidate | games | won | lost | drawn | flips | win rate | at equal length | Elo |"
    )?;
    writeln!(out, "|---|--:|--:|--:|--:|--:|--:|--:|--:|")?;
    let rating = |player: Player| {
        let all = pairwise.ratings.as_ref().ok()?;
        let rated = all.iter().find(|rated| rated.player == player)?;
        let (low, high) = rated.elo_interval;
        Some(format!("{:.0} [{low:.0}, {high:.0}]", rated.elo))
    };
    let or_none = |text: Option<String>| text.unwrap_or_else(|| GLYPHS.none.to_owned());
    for standing in &pairwise.standings {
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            called(task, standing.candidate, &escape_markdown),
            standing.games,
            standing.wins,
            standing.losses,
            standing.draws,
            standing.flips,
            GLYPHS.score(&standing.win_rate),
            or_none(standing.length_controlled.as_ref().ok().map(plain)),
            or_none(rating(Player::Candidate(standing.candidate)))
        )?;
    }
    if let Some(elo) = rating(Player::Golden) {
        writeln!(out, "| golden outputs | | | | | | | | {elo} |")?;
    }
    writeln!(out)?;
    if let Err(gap) = &pairwise.ratings {
        writeln!(out, "No ratings: {gap}.\n")?;
    }
    Ok(())
}
