//! The drawing of quality against cost as SVG, by itself or inside a page.

use super::points::{FrontPoint, FrontPoints};
use super::scale::{Scale, scores};
use crate::analyse::Analysis;
use crate::report::escape_html;
use crate::report::format::Glyphs;
use std::fmt::Write as _;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// Size of a panel.
const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 320.0;
/// Margins around the plot.
const LEFT: f64 = 52.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 36.0;
const BOTTOM: f64 = 48.0;
/// Width of a character of a label and its height, about.
const LETTER: f64 = 6.6;
const LINE: f64 = 13.0;
/// Characters of a name in the drawing.
const NAME: usize = 34;
/// Panels beside each other in a file.
const COLUMNS: usize = 2;

/// Colours of a file by itself: those of the page, for both kinds of screens.
const STYLE: &str = ".bg{fill:#fff}.grid{stroke:#e1e4e8}.axis{stroke:#6a737d}text{fill:#24292f;font:12px system-ui,\
sans-serif}.muted{fill:#57606a}.title{font-weight:600;font-size:13px}.dot{fill:#0b62c4}.dot.off{fill:#fff;stroke:#0b62c4;\
stroke-width:1.6}.whisker{stroke:#0b62c4;stroke-width:1.4}.front{fill:none;stroke:#0b62c4;stroke-dasharray:5 4;opacity:.7}\
@media (prefers-color-scheme:dark){.bg{fill:#0d1117}.grid{stroke:#2b323b}.axis{stroke:#8b949e}text{fill:#e6edf3}\
.muted{fill:#9aa4af}.dot{fill:#6cb6ff}.dot.off{fill:#0d1117;stroke:#6cb6ff}.whisker,.front{stroke:#6cb6ff}}";

/// Writes a file with a panel for each task that has something to compare; `false`, and nothing written, where none has.
pub fn front_svg(analysis: &Analysis, out: &mut dyn Write) -> io::Result<bool> {
    let panels: Vec<(&str, FrontPoints)> = analysis
        .tasks
        .iter()
        .map(|task| (&*task.task.name, FrontPoints::of(task)))
        .filter(|(_, points)| points.is_telling())
        .collect();
    if panels.is_empty() {
        return Ok(false);
    }
    let columns = panels.len().min(COLUMNS);
    let (width, height) = (
        WIDTH * columns as f64,
        HEIGHT * panels.len().div_ceil(columns) as f64,
    );
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\">\n<title>Mean score against cost of a trial</title>\n<style>{STYLE}</style>\n\
         <rect class=\"bg\" width=\"{width}\" height=\"{height}\"/>"
    )?;
    for (at, (task, points)) in panels.iter().enumerate() {
        writeln!(
            out,
            "<g transform=\"translate({} {})\">\n{}</g>",
            WIDTH * (at % columns) as f64,
            HEIGHT * (at / columns) as f64,
            inside(points, Some(task))
        )?;
    }
    writeln!(out, "</svg>")?;
    Ok(true)
}

/// A panel as an element of a page.
pub(in crate::report) fn panel(points: &FrontPoints, label: &str) -> String {
    format!(
        "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">\n{}</svg>",
        escape_html(label),
        inside(points, None)
    )
}

/// Everything in a panel.
fn inside(points: &FrontPoints, title: Option<&str>) -> String {
    let mut out = String::new();
    draw(points, title, &mut out);
    out
}

/// A box that a label takes.
#[derive(Clone, Copy)]
struct Taken {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Taken {
    /// A box around a place.
    fn around(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self {
            left: x - width,
            right: x + width,
            top: y - height,
            bottom: y + height,
        }
    }

    fn meets(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }
}

/// What the plot holds already.
struct Room {
    /// Points and labels: nothing may lie on them.
    taken: Vec<Taken>,
    /// Lines, on which a label lies only where there is no better place.
    lines: Vec<Taken>,
    /// Where the plot ends.
    right: f64,
}

impl Room {
    fn is_free(&self, own: &Taken, on_lines: bool) -> bool {
        let outside =
            own.left < LEFT || own.right > self.right || own.top < TOP - 16.0 || own.bottom > HEIGHT - BOTTOM;
        let meets = |others: &[Taken]| others.iter().any(|other| other.meets(own));
        !outside && !meets(&self.taken) && (on_lines || !meets(&self.lines))
    }
}

// Writing to a string cannot fail.
fn draw(points: &FrontPoints, title: Option<&str>, out: &mut String) {
    let points = points.points.as_slice();
    let x_scale = Scale::of(points.iter().map(|point| point.dollars));
    let lowest = points
        .iter()
        .map(|point| point.interval.map_or(point.mean, |(low, _)| low))
        .fold(1.0_f64, f64::min);
    let (floor, marks) = scores(lowest);
    let (right, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
    let x = |dollars: f64| LEFT + x_scale.at(dollars) * (right - LEFT);
    let y = |score: f64| bottom - (score - floor) / (1.0 - floor) * (bottom - TOP);
    if let Some(title) = title {
        let title = Glyphs::UNICODE.shorten(title, 60);
        let _ = writeln!(
            out,
            "<text class=\"title\" x=\"{LEFT}\" y=\"20\">{}</text>",
            escape_html(&title)
        );
    }
    for mark in &marks {
        let at = y(*mark);
        let _ = writeln!(
            out,
            "<path class=\"grid\" d=\"M{LEFT} {at:.1}H{right:.1}\"/><text class=\"muted\" x=\"{:.1}\" y=\"{:.1}\" \
             text-anchor=\"end\">{mark:.2}</text>",
            LEFT - 8.0,
            at + 4.0
        );
    }
    for (value, text) in x_scale.ticks() {
        let at = x(value);
        let _ = writeln!(
            out,
            "<path class=\"axis\" d=\"M{at:.1} {bottom:.1}v5\"/><text class=\"muted\" x=\"{at:.1}\" y=\"{:.1}\" \
             text-anchor=\"middle\">{text}</text>",
            bottom + 18.0
        );
    }
    let unit = if x_scale.is_log() {
        "dollars a trial (logarithmic)"
    } else {
        "dollars a trial"
    };
    let _ = writeln!(
        out,
        "<path class=\"axis\" d=\"M{LEFT} {bottom:.1}H{right:.1}\"/>\n<text class=\"muted\" x=\"{:.1}\" y=\"{:.1}\" \
         text-anchor=\"middle\">{unit}</text>",
        (LEFT + right) / 2.0,
        HEIGHT - 10.0
    );
    let best: Vec<(f64, f64)> = points
        .iter()
        .filter(|point| point.beaten_by.is_none())
        .map(|point| (x(point.dollars), y(point.mean)))
        .collect();
    let mut room = Room {
        taken: points
            .iter()
            .map(|point| Taken::around(x(point.dollars), y(point.mean), 6.0, 6.0))
            .collect(),
        lines: Vec::new(),
        right,
    };
    let mut path = String::new();
    for pair in best.windows(2) {
        if let [from, to] = pair {
            let _ = write!(path, "M{:.1} {:.1}H{:.1}V{:.1}", from.0, from.1, to.0, to.1);
            room.lines.push(Taken::around(
                (from.0 + to.0) / 2.0,
                from.1,
                (to.0 - from.0) / 2.0,
                1.0,
            ));
        }
    }
    if !path.is_empty() {
        let _ = writeln!(out, "<path class=\"front\" d=\"{path}\"/>");
    }
    for point in points {
        if let Some((low, high)) = point.interval {
            let middle = (y(low) + y(high)) / 2.0;
            room.lines.push(Taken::around(
                x(point.dollars),
                middle,
                2.0,
                (y(low) - y(high)) / 2.0,
            ));
        }
    }
    // Those that nobody beats lie on top.
    let beaten_first = || {
        let beaten = |point: &&FrontPoint| point.beaten_by.is_some();
        let rest = points.iter().filter(move |point| !beaten(point));
        points.iter().filter(beaten).chain(rest)
    };
    for point in beaten_first() {
        mark(point, x(point.dollars), &y, out);
    }
    for point in beaten_first().collect::<Vec<_>>().into_iter().rev() {
        label(point, (x(point.dollars), y(point.mean)), &mut room, out);
    }
}

/// A point with its interval.
fn mark(point: &FrontPoint, x: f64, y: &dyn Fn(f64) -> f64, out: &mut String) {
    let off = if point.beaten_by.is_some() { " off" } else { "" };
    let mut words = format!("{}: {:.3}", Glyphs::UNICODE.shorten(&point.name, 80), point.mean);
    if let Some((low, high)) = point.interval {
        let _ = write!(words, " [{low:.2}, {high:.2}]");
        let _ = writeln!(
            out,
            "<path class=\"whisker\" d=\"M{x:.1} {:.1}V{:.1}M{:.1} {:.1}h8M{:.1} {:.1}h8\"/>",
            y(high),
            y(low),
            x - 4.0,
            y(high),
            x - 4.0,
            y(low)
        );
    }
    let _ = write!(words, " at {} a trial", point.price);
    let _ = writeln!(
        out,
        "<circle class=\"dot{off}\" cx=\"{x:.1}\" cy=\"{:.1}\" r=\"5\"><title>{}</title></circle>",
        y(point.mean),
        escape_html(&words)
    );
}

/// The name beside a point where there is room; the list below the drawing has all of them.
fn label(point: &FrontPoint, (x, y): (f64, f64), room: &mut Room, out: &mut String) {
    let name = Glyphs::UNICODE.shorten(&point.name, NAME);
    let width = name.width() as f64 * LETTER;
    let places = || {
        [-5.0, 14.0, -18.0, 27.0, 40.0]
            .into_iter()
            .flat_map(|line| [(x + 9.0, y + line, "start"), (x - 9.0, y + line, "end")])
    };
    let tries = [false, true]
        .into_iter()
        .flat_map(|on_lines| places().map(move |place| (on_lines, place)));
    for (on_lines, (at, base, anchor)) in tries {
        let left = if anchor == "start" { at } else { at - width };
        let own = Taken {
            left,
            right: left + width,
            top: base - LINE + 2.0,
            bottom: base + 3.0,
        };
        if room.is_free(&own, on_lines) {
            room.taken.push(own);
            let _ = writeln!(
                out,
                "<text x=\"{at:.1}\" y=\"{base:.1}\" text-anchor=\"{anchor}\">{}</text>",
                escape_html(&name)
            );
            return;
        }
    }
}
