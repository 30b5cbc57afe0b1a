//! Numbers as people read them.

use crate::analyse::{Amount, Missing};
use crate::stats::{Estimate, MacroEstimate, Percentile};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Glyphs of our own that a plain pipe gets in ASCII.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glyphs {
    /// Before a lower bound.
    pub at_least: &'static str,
    /// Between cases and epochs.
    pub times: &'static str,
    /// In place of a number that there is not.
    pub none: &'static str,
    /// In the middle of a shortened name.
    pub gap: &'static str,
}

impl Glyphs {
    /// For Markdown and for terminals.
    pub(super) const UNICODE: Self = Self {
        at_least: "≥ ",
        times: "×",
        none: "–",
        gap: "…",
    };
    /// For pipes.
    pub(super) const ASCII: Self = Self {
        at_least: ">=",
        times: "x",
        none: "-",
        gap: "..",
    };

    /// `$0.0012`, `≥ $0.4`, `unknown`.
    pub(super) fn amount(&self, amount: Amount) -> String {
        match amount {
            Amount::Nothing => self.none.to_owned(),
            Amount::Known(money) => money.to_string(),
            Amount::AtLeast(money) => format!("{}{money}", self.at_least),
            Amount::Unknown => "unknown".to_owned(),
        }
    }

    /// `0.873 [0.81, 0.92]`, the mean alone where there is no interval.
    pub(super) fn score(&self, estimate: &Estimate) -> String {
        self.bounded(estimate.mean, estimate.interval())
    }

    /// The same of an average over tasks.
    pub(super) fn average(&self, estimate: &MacroEstimate) -> String {
        self.bounded(Some(estimate.mean), estimate.low.zip(estimate.high))
    }

    fn bounded(&self, mean: Option<f64>, interval: Option<(f64, f64)>) -> String {
        match (mean, interval) {
            (None, _) => self.none.to_owned(),
            (Some(mean), None) => format!("{mean:.3}"),
            (Some(mean), Some((low, high))) => format!("{mean:.3} [{low:.2}, {high:.2}]"),
        }
    }

    /// A difference with its interval: `+0.052 [+0.01, +0.09]`.
    pub(super) fn difference(&self, difference: Option<f64>, interval: Option<(f64, f64)>) -> String {
        // A zero that was turned round would be a negative one.
        match (difference.map(|mean| mean + 0.0), interval) {
            (None, _) => self.none.to_owned(),
            (Some(mean), None) => format!("{mean:+.3}"),
            (Some(mean), Some((low, high))) => format!("{mean:+.3} [{low:+.2}, {high:+.2}]"),
        }
    }

    /// `87.5 %`.
    pub(super) fn percent(&self, share: Option<f64>) -> String {
        share.map_or_else(|| self.none.to_owned(), percent)
    }

    /// A duration: `850 us`, `12.3 ms`, `1.23 s`, `2.1 min`.
    pub(super) fn duration(&self, percentile: Option<Percentile>) -> String {
        percentile.map_or_else(|| self.none.to_owned(), |percentile| duration(percentile.value))
    }

    /// Two durations in the unit of the longer one: `441/477 ms`.
    pub(super) fn durations(&self, pair: Option<(Percentile, Percentile)>) -> String {
        let Some((short, long)) = pair else {
            return self.none.to_owned();
        };
        let (scale, unit) = unit_of(long.value);
        format!(
            "{}/{} {unit}",
            digits(short.value as f64 / scale),
            digits(long.value as f64 / scale)
        )
    }

    /// Tokens of a trial, `812/64` for input and output.
    pub(super) fn tokens(&self, tokens: Option<(f64, f64)>) -> String {
        tokens.map_or_else(
            || self.none.to_owned(),
            |(input, output)| format!("{}/{}", count(input.round() as u64), count(output.round() as u64)),
        )
    }

    /// The text, with its middle left out where it is wider than that.
    pub(super) fn shorten(&self, text: &str, width: usize) -> String {
        if text.width() <= width {
            return text.to_owned();
        }
        let room = width.saturating_sub(self.gap.width());
        let tail_room = room / 2;
        let tail = fitting(text.chars().rev(), tail_room);
        let tail: String = text.chars().skip(text.chars().count() - tail).collect();
        let head = fitting(text.chars(), room - tail.width());
        let head: String = text.chars().take(head).collect();
        format!("{head}{}{tail}", self.gap)
    }
}

/// How many of these characters fit into that width.
fn fitting(characters: impl Iterator<Item = char>, width: usize) -> usize {
    let mut used = 0;
    characters
        .take_while(|character| {
            used += character.width().unwrap_or(0);
            used <= width
        })
        .count()
}

/// `87.5 %`.
pub(super) fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// `p 0.012`, `p < 0.001`.
pub(super) fn p_value(p: f64) -> String {
    if p < 0.001 {
        "p < 0.001".to_owned()
    } else {
        format!("p {p:.3}")
    }
}

/// Three significant digits with the unit that fits.
fn duration(microseconds: u64) -> String {
    let (scale, unit) = unit_of(microseconds);
    format!("{} {unit}", digits(microseconds as f64 / scale))
}

/// Seconds with an interval, all in the unit of the number: `1.23 [1.10, 1.38] s`.
pub(super) fn span_of_durations(seconds: f64, interval: Option<(f64, f64)>) -> String {
    let (scale, unit) = unit_of((seconds * 1e6).round() as u64);
    let shown = |seconds: f64| digits(seconds * 1e6 / scale);
    match interval {
        Some((low, high)) => format!("{} [{}, {}] {unit}", shown(seconds), shown(low), shown(high)),
        None => format!("{} {unit}", shown(seconds)),
    }
}

/// Microseconds in the unit that suits a duration, and its name.
fn unit_of(microseconds: u64) -> (f64, &'static str) {
    match microseconds {
        0..1_000 => (1.0, "us"),
        1_000..999_500 => (1e3, "ms"),
        999_500..119_500_000 => (1e6, "s"),
        _ => (6e7, "min"),
    }
}

/// Three significant digits, whole numbers as they are.
fn digits(value: f64) -> String {
    let decimals = match value {
        v if v.fract() == 0.0 => 0,
        v if v < 9.995 => 2,
        v if v < 99.95 => 1,
        _ => 0,
    };
    format!("{value:.decimals$}")
}

/// A count with three or four digits: `812`, `12.3k`, `4.56M`.
pub(super) fn count(count: u64) -> String {
    let value = count as f64;
    let (value, unit) = match value {
        v if v < 9_999.5 => return count.to_string(),
        v if v < 999_500.0 => (v / 1e3, "k"),
        v if v < 999_500_000.0 => (v / 1e6, "M"),
        v => (v / 1e9, "G"),
    };
    format!("{}{unit}", digits(value))
}

/// `10.0 % of the trials have no score: 0.700 if all of them were wrong, 0.800 if all were right`.
pub(super) fn bounds(missing: &Missing) -> Option<String> {
    let (low, high) = missing.bounds?;
    if missing.share >= 1.0 {
        return Some("no trial has a score".to_owned());
    }
    Some(format!(
        "{} of the trials have no score: mean {low:.3} if all of them were 0, {high:.3} if all were 1",
        percent(missing.share)
    ))
}
