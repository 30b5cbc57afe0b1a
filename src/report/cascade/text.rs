//! Ladders for the terminal.

use super::{CascadePart, CascadeReport};
use crate::analyse::{Cascade, CascadeRules, Ladder, Span};
use crate::report::TerminalOptions;
use crate::report::escape_terminal;
use crate::report::format::{Glyphs, count, percent};
use crate::report::front::{dollars, money, reason, score, seconds};
use crate::report::layout::{align, paragraph};
use crate::stats::Decision;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// Width of a name in running text.
const NAME: usize = 40;
/// Ladders that are shown unless all are asked for.
const SHOWN: usize = 12;

/// Writes the ladders in the width of a terminal: with `all` every one, else those that no other beats, and single models.
pub fn cascade_text(
    report: &CascadeReport,
    all: bool,
    options: &TerminalOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let screen = Screen {
        width: options.width.max(80),
        glyphs: if options.unicode {
            Glyphs::UNICODE
        } else {
            Glyphs::ASCII
        },
        all,
    };
    for part in &report.parts {
        screen.part(part, &report.rules, out)?;
    }
    for (what, why) in &report.left_out {
        screen.paragraph(&format!("{}: {}", screen.name(what), screen.text(why)), 0, out)?;
    }
    Ok(())
}

struct Screen {
    width: usize,
    glyphs: Glyphs,
    all: bool,
}

impl Screen {
    fn part(&self, part: &CascadePart, rules: &CascadeRules, out: &mut dyn Write) -> io::Result<()> {
        let cascade = &part.cascade;
        let mark = if cascade.simulated { " (simulated)" } else { "" };
        let cases = if cascade.cases == 1 { "case" } else { "cases" };
        let title = format!(
            "{}, prompt {}: {} {cases}{mark}",
            self.name(&part.task),
            self.name(&part.prompt),
            cascade.cases
        );
        self.paragraph(&title, 0, out)?;
        if cascade.ladders.is_empty() {
            self.paragraph(
                "no ladder: no case has an answer of all candidates that could be in one",
                2,
                out,
            )?;
        } else {
            for line in self.table(cascade) {
                writeln!(out, "{line}")?;
            }
        }
        for note in self.notes(part) {
            self.paragraph(&note, 2, out)?;
        }
        if let Some(answer) = self.answer(part, rules) {
            writeln!(out)?;
            self.paragraph(&answer, 0, out)?;
        }
        writeln!(out)
    }

    /// Which ladders are worth a line, by position.
    fn shown(&self, cascade: &Cascade) -> Vec<usize> {
        let worth = |(at, ladder): (usize, &Ladder)| {
            let singled_out = cascade.chosen == Some(at) || ladder.rungs.len() == 1;
            (self.all || ladder.on_front || singled_out).then_some(at)
        };
        let mut shown: Vec<usize> = cascade.ladders.iter().enumerate().filter_map(worth).collect();
        if !self.all {
            // Of many, the best: those in the lower places go, but not the two that the answer speaks of.
            while shown.len() > SHOWN {
                let spoken_of = |at: &usize| cascade.chosen == Some(*at) || cascade.best == Some(*at);
                let quality = |at: &usize| {
                    cascade
                        .ladders
                        .get(*at)
                        .map_or(0.0, |ladder| ladder.quality.value)
                };
                let worst = (0..shown.len())
                    .filter(|place| shown.get(*place).is_some_and(|at| !spoken_of(at)))
                    .min_by(|a, b| {
                        let of = |place: &usize| shown.get(*place).map_or(0.0, quality);
                        of(a).total_cmp(&of(b))
                    });
                match worst {
                    Some(place) => drop(shown.remove(place)),
                    None => break,
                }
            }
        }
        shown
    }

    /// Intervals go, then providers where models are told apart without, then the middle of names, until the lines fit.
    fn table(&self, cascade: &Cascade) -> Vec<String> {
        let bare = tells_apart(cascade);
        let tries = [
            (NAME, true, false),
            (NAME, false, false),
            (NAME, true, bare),
            (NAME, false, bare),
        ];
        let mut lines = Vec::new();
        for (name, intervals, bare) in tries
            .into_iter()
            .chain((6..NAME).rev().map(|name| (name, false, bare)))
        {
            lines = self.lines(cascade, name, intervals, bare);
            if lines.iter().all(|line| line.width() <= self.width) {
                break;
            }
        }
        lines
    }

    fn lines(&self, cascade: &Cascade, name: usize, intervals: bool, bare: bool) -> Vec<String> {
        let none = || self.glyphs.none.to_owned();
        let narrow = |span: &Span| {
            if intervals {
                *span
            } else {
                Span {
                    value: span.value,
                    ..Span::default()
                }
            }
        };
        let rows: Vec<Vec<String>> = self
            .shown(cascade)
            .into_iter()
            .filter_map(|at| Some((at, cascade.ladders.get(at)?)))
            .map(|(at, ladder)| {
                let first = ladder.answers.first().copied().unwrap_or(1.0);
                vec![
                    self.verdict(cascade, at, ladder).to_owned(),
                    self.ladder(cascade, ladder, name, bare),
                    score(&ladder.quality),
                    dollars(&narrow(&ladder.cost)),
                    ladder
                        .latency
                        .as_ref()
                        .map_or_else(none, |span| seconds(&narrow(span))),
                    if ladder.rungs.len() > 1 {
                        percent(1.0 - first)
                    } else {
                        none()
                    },
                    if ladder.unusable > 0.0 {
                        percent(ladder.unusable)
                    } else {
                        none()
                    },
                ]
            })
            .collect();
        let header = ["", "ladder", "score", "$/case", "latency", "passed on", "no use"];
        align(&header, &rows)
    }

    fn verdict(&self, cascade: &Cascade, at: usize, ladder: &Ladder) -> &'static str {
        match ladder.against.decision {
            _ if cascade.best == Some(at) => "best",
            Decision::Pass => "not worse",
            Decision::Fail => "worse",
            Decision::Inconclusive => "unclear",
        }
    }

    /// The models; `bare` leaves their providers out.
    fn ladder(&self, cascade: &Cascade, ladder: &Ladder, name: usize, bare: bool) -> String {
        let models: Vec<String> = ladder
            .rungs
            .iter()
            .filter_map(|rung| cascade.candidates.get(*rung))
            .map(|candidate| {
                let shown = if bare {
                    without_provider(&candidate.name)
                } else {
                    &candidate.name
                };
                let mark = if candidate.simulated && !cascade.simulated {
                    " (sim)"
                } else {
                    ""
                };
                format!("{}{mark}", self.glyphs.shorten(&escape_terminal(shown), name))
            })
            .collect();
        models.join(" > ")
    }

    fn notes(&self, part: &CascadePart) -> Vec<String> {
        let cascade = &part.cascade;
        let mut notes = Vec::new();
        let form = "an answer is taken if it is complete, no refusal, and has the task's form";
        notes.push(match part.accept.as_slice() {
            [] => form.to_owned(),
            names => {
                let names: Vec<String> = names.iter().map(|name| self.name(name)).collect();
                format!(
                    "{form}, and {} {}",
                    names.join(", "),
                    if names.len() == 1 { "passes" } else { "pass" }
                )
            }
        });
        notes.extend(part.notes.iter().map(|note| self.text(note)));
        if cascade.judged {
            notes.push("costs hold what judges cost, latencies do not hold their time".to_owned());
        }
        if cascade.left_out > 0 {
            let cases = if cascade.left_out == 1 {
                "case lacks"
            } else {
                "cases lack"
            };
            notes.push(format!(
                "{} {cases} an answer of somebody and are left out",
                cascade.left_out
            ));
        }
        if !cascade.absent.is_empty() {
            let absent = cascade.absent.iter();
            let absent: Vec<String> = absent
                .map(|(candidate, why)| format!("{} ({})", self.name(&candidate.name), reason(*why)))
                .collect();
            notes.push(format!("in no ladder: {}", absent.join(", ")));
        }
        let hidden = cascade.ladders.len() - self.shown(cascade).len();
        if hidden > 0 {
            notes.push(match hidden {
                1 => "1 ladder that another beats is not shown (`--all`)".to_owned(),
                _ => format!("{hidden} ladders that others beat are not shown (`--all`)"),
            });
        }
        notes
    }

    /// The answer: which ladder, and how sure.
    fn answer(&self, part: &CascadePart, rules: &CascadeRules) -> Option<String> {
        let cascade = &part.cascade;
        let best = cascade.ladders.get(cascade.best?)?;
        let chosen = cascade.ladders.get(cascade.chosen?)?;
        let best_name = self.ladder(cascade, best, NAME, false);
        let margin = rules.margin;
        let simulated = if cascade.simulated { "Simulated: " } else { "" };
        if cascade.chosen == cascade.best {
            let cheaper = cascade.ladders.iter().take(cascade.best?);
            // The cheapest of those that may be as good, judged by what it would take to show it.
            let hopeful = cheaper
                .filter(|ladder| ladder.against.decision == Decision::Inconclusive)
                .filter_map(|ladder| Some((ladder.against.cases_needed?, ladder)))
                .filter(|(cases, _)| *cases > cascade.cases)
                .min_by_key(|(cases, _)| *cases);
            let more = hopeful.map_or_else(String::new, |(cases, ladder)| {
                format!(
                    " {} ({}, {}) comes closest: if it differs as much as it did here, {} cases would show it.",
                    self.ladder(cascade, ladder, NAME, false),
                    score(&ladder.quality),
                    money(ladder.cost.value),
                    count(cases)
                )
            });
            return Some(format!(
                "{simulated}Nothing cheaper is shown to be within {margin} of {best_name} ({}, {} a case).{more}",
                score(&best.quality),
                money(best.cost.value)
            ));
        }
        let times = chosen
            .against
            .saving
            .map_or_else(String::new, |times| format!(", {times:.1} times cheaper"));
        let low = chosen
            .against
            .difference
            .low
            .map_or_else(String::new, |low| format!(", at worst {low:+.3}"));
        let tried = cascade.ladders.len();
        Some(format!(
            "{simulated}{} is the cheapest that is not worse than {best_name} by more than {margin}: {} at {} a case{times}; \
             the difference is {:+.3}{low}. It was chosen from {tried} on these very cases: run it on others before you \
             rely on it.",
            self.ladder(cascade, chosen, NAME, false),
            score(&chosen.quality),
            money(chosen.cost.value),
            chosen.against.difference.value,
        ))
    }

    fn name(&self, name: &str) -> String {
        self.glyphs.shorten(&escape_terminal(name), NAME)
    }

    fn text(&self, text: &str) -> String {
        escape_terminal(text).into_owned()
    }

    fn paragraph(&self, text: &str, indent: usize, out: &mut dyn Write) -> io::Result<()> {
        paragraph(text, self.width, indent, out)
    }
}

fn without_provider(name: &str) -> &str {
    name.split_once('/').map_or(name, |(_, model)| model)
}

/// Whether the models have names of their own without their providers.
fn tells_apart(cascade: &Cascade) -> bool {
    let mut names: Vec<&str> = cascade
        .candidates
        .iter()
        .map(|candidate| without_provider(&candidate.name))
        .collect();
    names.sort_unstable();
    names.windows(2).all(|pair| pair[0] != pair[1])
}
