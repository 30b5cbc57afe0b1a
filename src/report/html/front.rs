//! Quality against cost and against latency: the drawing, and the same as a table.

use crate::analyse::{Analysis, Front, FrontAxis, FrontPair};
use crate::report::chart::panel;
use crate::report::escape_html;
use crate::report::format::Glyphs;
use crate::report::front::{beaten_by, chance, column, cost, notes, place, score, title};
use crate::report::policy;
use std::io::{self, Write};

const GLYPHS: Glyphs = Glyphs::UNICODE;

/// Both fronts of a task, or over all of them; against latency folded.
pub(super) fn fronts(of: &str, pair: &FrontPair, level: u8, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<h{level}>What quality costs</h{level}>")?;
    front(of, &pair.cost, out)?;
    writeln!(out, "<details><summary>The same against latency</summary>")?;
    front(of, &pair.latency, out)?;
    writeln!(out, "</details>")
}

fn front(of: &str, front: &Front, out: &mut dyn Write) -> io::Result<()> {
    let title = title(front.axis);
    let heading = escape_html(&format!("Q{}, {of}", title.trim_start_matches('q')));
    if front.points.len() > 1 {
        let label = format!(
            "Mean score against {} of a trial, {of}; the table below has the same numbers",
            match front.axis {
                FrontAxis::Cost => "cost",
                FrontAxis::Latency => "latency",
            }
        );
        writeln!(
            out,
            "<figure>\n<div class=\"scroll\" role=\"region\" aria-label=\"Drawing: {heading}\" tabindex=\"0\">{}</div>\n<figcaption>Bars are 95 % intervals. The broken line joins those that nobody beats on both by the \
             means; the dots tell how sure that is.</figcaption>\n</figure>",
            panel(front, &label)
        )?;
    }
    if !front.points.is_empty() {
        table(&heading, front, out)?;
    }
    writeln!(out, "<ul class=\"notes\">")?;
    for note in notes(front, &escape_html) {
        writeln!(out, "<li>{note}</li>")?;
    }
    writeln!(out, "</ul>")
}

fn table(heading: &str, front: &Front, out: &mut dyn Write) -> io::Result<()> {
    let prompts = {
        let mut prompts = front.points.iter().map(|point| &point.prompt);
        let first = prompts.next();
        prompts.any(|prompt| Some(prompt) != first)
    };
    writeln!(
        out,
        "<div class=\"scroll\" role=\"region\" aria-label=\"{heading}\" tabindex=\"0\"><table>\n\
         <caption><span>{heading}</span></caption>\n<thead><tr><th scope=\"col\">Model</th>{}\
         <th scope=\"col\">Front</th><th scope=\"col\" class=\"number\">P(on front)</th>\
         <th scope=\"col\" class=\"number\">Mean score</th><th scope=\"col\" class=\"number\">{}</th>\
         <th scope=\"col\" class=\"number\">P(best score)</th><th scope=\"col\">Beaten by</th></tr></thead>\n<tbody>",
        if prompts {
            "<th scope=\"col\">Prompt</th>"
        } else {
            ""
        },
        match front.axis {
            FrontAxis::Cost => "$ a trial",
            FrontAxis::Latency => column(front.axis),
        },
    )?;
    for (at, point) in front.points.iter().enumerate() {
        let told = point.chance.as_ref();
        let share = |share: Option<f64>| {
            let text = share.map_or_else(|| GLYPHS.none.to_owned(), chance);
            escape_html(&text)
        };
        let mark = if point.simulated {
            " <span class=\"tag\">simulated</span>"
        } else {
            ""
        };
        let knee = if front.knee == Some(at) { ", knee" } else { "" };
        let prompt = if prompts {
            format!("<td>{}</td>", escape_html(&point.prompt))
        } else {
            String::new()
        };
        writeln!(
            out,
            "<tr><th scope=\"row\">{}{mark}</th>{prompt}<td>{}{knee}</td><td class=\"number\">{}</td>\
             <td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td><td>{}</td></tr>",
            escape_html(&point.name),
            place(point, &GLYPHS),
            share(told.map(|told| told.on_front)),
            score(&point.quality),
            cost(front.axis, &point.cost),
            share(told.map(|told| told.best)),
            beaten_by(front, point, &escape_html).unwrap_or_default(),
        )?;
    }
    writeln!(out, "</tbody></table></div>")
}

/// What the ranking policy says of a task; nothing where it was not asked for.
pub(super) fn ranking(analysis: &Analysis, at: usize, out: &mut dyn Write) -> io::Result<()> {
    let Some(choice) = analysis.policies.get(at) else {
        return Ok(());
    };
    writeln!(
        out,
        "<h3>Ranking policy</h3>\n<p class=\"note\">{}</p>\n<div class=\"scroll\" role=\"region\" aria-label=\"Ranking policy\" \
         tabindex=\"0\"><table>\n<thead><tr><th scope=\"col\">Model</th><th scope=\"col\">Prompt</th>\
         <th scope=\"col\" class=\"number\">Mean score</th><th scope=\"col\" class=\"number\">Latency</th>\
         <th scope=\"col\" class=\"number\">$ a trial</th><th scope=\"col\" class=\"number\">Three-part</th>\
         <th scope=\"col\">Stands</th></tr></thead>\n<tbody>",
        policy::MEANING
    )?;
    for (at, candidate) in choice.candidates.iter().enumerate() {
        let mark = if candidate.simulated {
            " <span class=\"tag\">simulated</span>"
        } else {
            ""
        };
        write!(
            out,
            "<tr><th scope=\"row\">{}{mark}</th><td>{}</td>",
            escape_html(&candidate.name),
            escape_html(&candidate.prompt)
        )?;
        for cell in policy::cells(choice, at, candidate, &GLYPHS) {
            write!(out, "<td class=\"number\">{cell}</td>")?;
        }
        writeln!(out, "<td>{}</td></tr>", policy::stands(choice, at, &escape_html))?;
    }
    writeln!(out, "</tbody></table></div>\n<ul class=\"facts\">")?;
    for line in policy::winners(choice, &escape_html) {
        writeln!(out, "<li>{line}</li>")?;
    }
    writeln!(out, "</ul>")
}
