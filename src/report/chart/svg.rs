//! The drawing of quality against cost or latency as SVG, by itself or inside a page.

use super::scale::{Scale, scores};
use crate::analyse::{Analysis, Front, FrontAxis, FrontPoint};
use crate::report::escape_html;
use crate::report::format::Glyphs;
use crate::report::front::{called, chance, cost, score};
use crate::stats::FrontPlace;
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
sans-serif}.muted{fill:#57606a}.title{font-weight:600;font-size:13px}.dot{fill:#0b62c4;stroke:#0b62c4;stroke-width:1.6}\
.dot.unclear{fill:#b5d0f0}.dot.off{fill:#fff}.whisker{stroke:#0b62c4;stroke-width:1.4}.front{fill:none;stroke:#0b62c4;\
stroke-dasharray:5 4;opacity:.7}@media (prefers-color-scheme:dark){.bg{fill:#0d1117}.grid{stroke:#2b323b}\
.axis{stroke:#8b949e}text{fill:#e6edf3}.muted{fill:#9aa4af}.dot{fill:#6cb6ff;stroke:#6cb6ff}.dot.unclear{fill:#2c5580}\
.dot.off{fill:#0d1117}.whisker,.front{stroke:#6cb6ff}}";

/// Writes a file with a panel for each task that has something to compare, and one over all of them where there are
/// several; `false`, and nothing written, where there is nothing to draw.
pub fn front_svg(analysis: &Analysis, out: &mut dyn Write) -> io::Result<bool> {
    let overall = analysis.fronts.overall.iter().map(|pair| ("all tasks", pair));
    let tasks = analysis.tasks.iter().zip(&analysis.fronts.tasks);
    let tasks = tasks.filter_map(|(task, pair)| Some((&*task.task.name, pair.as_ref()?)));
    let panels: Vec<(&str, &Front)> = overall
        .chain(tasks)
        .map(|(title, pair)| (title, &pair.cost))
        .filter(|(_, front)| front.points.len() > 1)
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
    for (at, (title, front)) in panels.iter().enumerate() {
        writeln!(
            out,
            "<g transform=\"translate({} {})\">\n{}</g>",
            WIDTH * (at % columns) as f64,
            HEIGHT * (at / columns) as f64,
            inside(front, Some(title))
        )?;
    }
    writeln!(out, "</svg>")?;
    Ok(true)
}

/// A panel as an element of a page.
pub(in crate::report) fn panel(front: &Front, label: &str) -> String {
    format!(
        "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">\n{}</svg>",
        escape_html(label),
        inside(front, None)
    )
}

/// Everything in a panel.
fn inside(front: &Front, title: Option<&str>) -> String {
    let mut out = String::new();
    draw(front, title, &mut out);
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

/// The dots of the legend, from the left.
const LEGEND: [(FrontPlace, &str, f64); 3] = [
    (FrontPlace::On, "on the front", 92.0),
    (FrontPlace::Unclear, "unclear", 66.0),
    (FrontPlace::Off, "off", 34.0),
];

/// How sure a place on the front is; by the means alone nothing is sure.
fn place(point: &FrontPoint) -> FrontPlace {
    point
        .chance
        .as_ref()
        .map_or(FrontPlace::Unclear, |chance| chance.place)
}

/// Classes of a dot.
fn dot(place: FrontPlace) -> &'static str {
    match place {
        FrontPlace::On => "dot",
        FrontPlace::Off => "dot off",
        FrontPlace::Unclear => "dot unclear",
    }
}

// Writing to a string cannot fail.
fn draw(front: &Front, title: Option<&str>, out: &mut String) {
    let points = front.points.as_slice();
    let x_scale = Scale::of(points.iter().flat_map(|point| {
        let ends = [point.cost.low, point.cost.high];
        // An interval that reaches zero would make any axis logarithmic without an end.
        let ends = ends.into_iter().flatten().filter(|end| *end > 0.0);
        std::iter::once(point.cost.value).chain(ends)
    }));
    let lowest = points
        .iter()
        .map(|point| point.quality.low.unwrap_or(point.quality.value))
        .fold(1.0_f64, f64::min);
    let (floor, marks) = scores(lowest);
    let (right, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
    let x = |cost: f64| LEFT + x_scale.at(cost) * (right - LEFT);
    let y = |score: f64| bottom - (score - floor) / (1.0 - floor) * (bottom - TOP);
    if let Some(title) = title {
        let title = Glyphs::UNICODE.shorten(title, 40);
        let _ = writeln!(
            out,
            "<text class=\"title\" x=\"{LEFT}\" y=\"16\">{}</text>",
            escape_html(&title)
        );
    }
    let mut at = right - LEGEND.iter().map(|(_, _, width)| width).sum::<f64>();
    for (place, text, width) in LEGEND {
        let _ = writeln!(
            out,
            "<circle class=\"{}\" cx=\"{:.1}\" cy=\"12\" r=\"4\"/><text class=\"muted\" x=\"{:.1}\" y=\"16\">{text}</text>",
            dot(place),
            at + 6.0,
            at + 14.0
        );
        at += width;
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
    for (value, text) in x_scale.ticks(front.axis) {
        let at = x(value);
        let _ = writeln!(
            out,
            "<path class=\"axis\" d=\"M{at:.1} {bottom:.1}v5\"/><text class=\"muted\" x=\"{at:.1}\" y=\"{:.1}\" \
             text-anchor=\"middle\">{text}</text>",
            bottom + 18.0
        );
    }
    let what = match front.axis {
        FrontAxis::Cost => "dollars a trial",
        FrontAxis::Latency => "seconds a trial",
    };
    let unit = if x_scale.is_log() {
        format!("{what} (logarithmic)")
    } else {
        what.to_owned()
    };
    let _ = writeln!(
        out,
        "<path class=\"axis\" d=\"M{LEFT} {bottom:.1}H{right:.1}\"/>\n<text class=\"muted\" x=\"{:.1}\" y=\"{:.1}\" \
         text-anchor=\"middle\">{unit}</text>",
        (LEFT + right) / 2.0,
        HEIGHT - 10.0
    );
    let place_of = |point: &FrontPoint| (x(point.cost.value), y(point.quality.value));
    let best: Vec<(f64, f64)> = points
        .iter()
        .filter(|point| point.on_front)
        .map(place_of)
        .collect();
    let mut room = Room {
        taken: points
            .iter()
            .map(place_of)
            .map(|(x, y)| Taken::around(x, y, 6.0, 6.0))
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
    // Those that nobody beats lie on top.
    let beaten_first = || {
        let beaten = |point: &&FrontPoint| !point.on_front;
        let rest = points.iter().filter(move |point| !beaten(point));
        points.iter().filter(beaten).chain(rest)
    };
    for point in beaten_first() {
        whiskers(point, &x, &y, &mut room, out);
    }
    for point in beaten_first() {
        mark(front, point, place_of(point), out);
    }
    let knee = front.knee.and_then(|at| points.get(at));
    for point in beaten_first().collect::<Vec<_>>().into_iter().rev() {
        let is_knee = knee.is_some_and(|knee| std::ptr::eq(knee, point));
        let name = Glyphs::UNICODE.shorten(&called(front, point, &str::to_owned), NAME);
        let name = if is_knee { format!("{name} (knee)") } else { name };
        label(&name, place_of(point), &mut room, out);
    }
}

/// The intervals of a point in both directions.
fn whiskers(
    point: &FrontPoint,
    x: &dyn Fn(f64) -> f64,
    y: &dyn Fn(f64) -> f64,
    room: &mut Room,
    out: &mut String,
) {
    let (at_x, at_y) = (x(point.cost.value), y(point.quality.value));
    if let Some((low, high)) = point.quality.low.zip(point.quality.high) {
        let (low, high) = (y(low), y(high));
        let _ = writeln!(
            out,
            "<path class=\"whisker\" d=\"M{at_x:.1} {high:.1}V{low:.1}M{:.1} {high:.1}h8M{:.1} {low:.1}h8\"/>",
            at_x - 4.0,
            at_x - 4.0,
        );
        let middle = (low + high) / 2.0;
        room.lines
            .push(Taken::around(at_x, middle, 2.0, (low - high) / 2.0));
    }
    if let Some((low, high)) = point.cost.low.zip(point.cost.high) {
        let (low, high) = (x(low), x(high));
        // Under the dot nothing of it would be seen.
        if high - low > 12.0 {
            let _ = writeln!(
                out,
                "<path class=\"whisker\" d=\"M{low:.1} {at_y:.1}H{high:.1}M{low:.1} {:.1}v8M{high:.1} {:.1}v8\"/>",
                at_y - 4.0,
                at_y - 4.0,
            );
            let middle = (low + high) / 2.0;
            room.lines
                .push(Taken::around(middle, at_y, (high - low) / 2.0, 2.0));
        }
    }
}

/// A dot that tells its numbers.
fn mark(front: &Front, point: &FrontPoint, (x, y): (f64, f64), out: &mut String) {
    let name = Glyphs::UNICODE.shorten(&called(front, point, &str::to_owned), 80);
    let mut words = format!(
        "{name}: {} at {} a trial",
        score(&point.quality),
        cost(front.axis, &point.cost)
    );
    if let Some(told) = &point.chance {
        let _ = write!(words, ", P(on front) {}", chance(told.on_front));
    }
    let _ = writeln!(
        out,
        "<circle class=\"{}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"5\"><title>{}</title></circle>",
        dot(place(point)),
        escape_html(&words)
    );
}

/// The name beside a point where there is room; the list below the drawing has all of them.
fn label(name: &str, (x, y): (f64, f64), room: &mut Room, out: &mut String) {
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
                escape_html(name)
            );
            return;
        }
    }
}
