//! Axes: where a value stands, and which values are written.

use crate::analyse::FrontAxis;

/// Spread of the costs from which on an axis is logarithmic.
const WIDE: f64 = 12.0;

/// A horizontal axis of dollars or seconds.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    log: bool,
    /// True where something costs nothing, which has a place of its own on a logarithmic axis.
    free: bool,
}

/// Share of the axis that is kept for what costs nothing.
const FREE: f64 = 0.08;

impl Scale {
    /// The axis that shows all these values.
    pub(super) fn of(values: impl Iterator<Item = f64> + Clone) -> Self {
        let paid = || values.clone().filter(|value| *value > 0.0);
        let (least, most) = (
            paid().fold(f64::INFINITY, f64::min),
            paid().fold(0.0_f64, f64::max),
        );
        let free = values.clone().any(|value| value <= 0.0);
        if most > 0.0 && most / least > WIDE {
            return Self {
                low: least / 1.6,
                high: most * 1.6,
                log: true,
                free,
            };
        }
        Self {
            low: 0.0,
            high: if most > 0.0 { most * 1.15 } else { 1.0 },
            log: false,
            free: false,
        }
    }

    /// Position of a value in 0..=1.
    pub(super) fn at(&self, value: f64) -> f64 {
        let start = if self.free { FREE } else { 0.0 };
        if !self.log {
            return ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        }
        if value <= 0.0 {
            return FREE / 2.0;
        }
        let share = (value / self.low).ln() / (self.high / self.low).ln();
        start + share.clamp(0.0, 1.0) * (1.0 - start)
    }

    /// True for a logarithmic axis.
    pub(super) fn is_log(&self) -> bool {
        self.log
    }

    /// Values to write, with their text.
    pub(super) fn ticks(&self, axis: FrontAxis) -> Vec<(f64, String)> {
        let text = |value: f64| round(value, axis);
        let mut ticks = Vec::new();
        if self.log {
            if self.free {
                ticks.push((0.0, text(0.0)));
            }
            let decades = (self.low.log10().ceil() as i32)..=(self.high.log10().floor() as i32);
            let wanted: &[f64] = match decades.clone().count() {
                0..=2 => &[1.0, 2.0, 5.0],
                _ => &[1.0],
            };
            for decade in (decades.start() - 1)..=*decades.end() {
                for step in wanted {
                    let value = step * 10_f64.powi(decade);
                    if value >= self.low && value <= self.high {
                        ticks.push((value, text(value)));
                    }
                }
            }
            return ticks;
        }
        let rough = self.high / 4.0;
        let unit = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0]
            .into_iter()
            .map(|factor| factor * unit)
            .find(|step| *step >= rough)
            .unwrap_or(rough);
        let mut value = 0.0;
        while value <= self.high {
            ticks.push((value, text(value)));
            value += step;
        }
        ticks
    }
}

/// The shortest text of a round number of dollars or seconds.
fn round(value: f64, axis: FrontAxis) -> String {
    let decimals = match value {
        0.0 => 0,
        value => (2 - value.log10().floor() as i32).clamp(0, 12) as usize,
    };
    let text = format!("{value:.decimals$}");
    let text = match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => &text,
    };
    match axis {
        FrontAxis::Cost => format!("${text}"),
        FrontAxis::Latency => format!("{text} s"),
    }
}

/// The vertical axis: from a round score below all intervals up to 1, and the scores to write.
pub(in crate::report) fn scores(lowest: f64) -> (f64, Vec<f64>) {
    let low = ((lowest - 0.02).clamp(0.0, 0.9) * 10.0).floor() / 10.0;
    let step = match 1.0 - low {
        span if span > 0.65 => 0.2,
        span if span > 0.25 => 0.1,
        _ => 0.05,
    };
    let count = ((1.0 - low) / step + 1e-9).floor() as usize;
    (low, (0..=count).map(|at| 1.0 - step * at as f64).collect())
}
