//! What stands around the contents: head, header, places that the script fills, footer.

use super::select::PickedCases;
use crate::analyse::Analysis;
use crate::report::escape_html;
use std::io::{self, Write};

/// Tasks that the header links to, at most.
const LINKED: usize = 8;

/// Everything up to the contents.
pub(super) fn head(
    analysis: &Analysis,
    policy: &str,
    style: &str,
    changes: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let run = escape_html(&analysis.manifest.run);
    writeln!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>Which model should do this job? {run}</title>\n<style>{style}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#main\">Skip to the answer</a>"
    )?;
    writeln!(
        out,
        "<header class=\"top\">\n<p class=\"brand\"><span class=\"mark\" aria-hidden=\"true\"></span>bench \
         <span class=\"muted\">run {run}</span></p>\n\
         <button type=\"button\" id=\"theme\" class=\"quiet\" hidden>Theme: auto</button>"
    )?;
    writeln!(
        out,
        "<nav aria-label=\"Pages of the report\"><ul>\n<li><a href=\"#overview\">Overview</a></li>"
    )?;
    // More of them would hide the rest; the overview links to all.
    let tasks = if analysis.tasks.len() > LINKED {
        &[]
    } else {
        analysis.tasks.as_slice()
    };
    for (position, task) in tasks.iter().enumerate() {
        writeln!(
            out,
            "<li><a href=\"#task-{position}\">{}</a></li>",
            escape_html(&task.task.name)
        )?;
    }
    if changes {
        writeln!(out, "<li><a href=\"#changes\">Changes</a></li>")?;
    }
    writeln!(
        out,
        "<li><a href=\"#cases\">Cases</a></li>\n<li><a href=\"#method\">Method</a></li>\n</ul></nav>\n</header>\n\
         <main id=\"main\" tabindex=\"-1\">"
    )
}

/// The places of the list of cases and of one case.
pub(super) fn cases(picked: &PickedCases, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<section id=\"cases\" class=\"view\" aria-labelledby=\"cases-title\">\n<h2 id=\"cases-title\">Cases</h2>"
    )?;
    if !picked.is_whole() {
        writeln!(
            out,
            "<p class=\"note\">This page holds {} of the {} trials of the run: of each task first the cases that some \
             candidates pass and others do not, then those that none passes, then the others. Leaderboards, intervals \
             and counts are of all trials. <code>bench report RUN --format jsonl</code> has everything.</p>",
            picked.shown, picked.trials
        )?;
    }
    writeln!(
        out,
        "<noscript><p class=\"note\">The list of cases needs JavaScript, which is in this file and loads nothing.</p>\
         </noscript>\n<div id=\"browser\"></div>\n</section>\n\
         <section id=\"case\" class=\"view\" aria-labelledby=\"case-title\" hidden></section>"
    )
}

/// The end of the contents.
pub(super) fn foot(analysis: &Analysis, out: &mut dyn Write) -> io::Result<()> {
    let manifest = &analysis.manifest;
    writeln!(
        out,
        "</main>\n<footer><p>Made by bench {} from run {}, started {}, seed {}.</p></footer>\n\
         <div id=\"status\" class=\"hidden-text\" role=\"status\"></div>",
        escape_html(&manifest.bench_version),
        escape_html(&manifest.run),
        escape_html(&manifest.started),
        manifest.seed
    )
}
