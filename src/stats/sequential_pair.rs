//! Two candidates that are told apart, or called the same, while cases come in.

use super::EProcess;

/// What is proven of the mean difference a - b.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// It is above 0.
    Better,
    /// It is below 0.
    Worse,
    /// It is within the margin, on both sides.
    Same,
}

/// Tells two candidates apart on a finite set of units that come in random order; one may look after every unit.
///
/// Four betting e-processes ([`EProcess`]) stand against "at most 0", "at least 0", "at most -margin" and "at least margin",
/// each at alpha / 2. Whatever the true difference is, no more than two of these claims are true and could be rejected
/// wrongly, so the chance that anything wrong is ever told is at most alpha.
///
/// A unit of which a score is missing has a lowest and a highest difference that it may have: each claim is tested with
/// the value that speaks for it. With lower values a process for "at most" grows less, and so does what it takes the values
/// to come to be at most: the chance of an error is kept whatever made the scores go missing.
#[derive(Clone, Debug)]
pub struct SequentialPair {
    alpha: f64,
    size: u64,
    better: EProcess,
    worse: EProcess,
    not_worse: EProcess,
    not_better: EProcess,
    /// Lowest and highest value of each unit so far, moved into 0..=1.
    seen: Vec<(f64, f64)>,
    told: Option<(Told, u64)>,
}

/// Points at which limits are looked for, before the last stretch is halved.
const SCAN: u32 = 64;
/// How often it is halved.
const HALVINGS: u32 = 16;

impl SequentialPair {
    /// Nothing seen yet. `margin` is in 0..1, `size` the number of units of the finite set.
    pub fn new(margin: f64, alpha: f64, size: u64) -> Self {
        let process = |m0| EProcess::new(m0, Some(size));
        let below = f64::midpoint(1.0, -margin);
        Self {
            alpha,
            size,
            better: process(0.5),
            worse: process(0.5),
            not_worse: process(below),
            not_better: process(below),
            seen: Vec::new(),
            told: None,
        }
    }

    /// Takes the difference a - b of the next unit, in -1..=1: the lowest and the highest that it may be, which are the same
    /// where no score is missing. Gives what is told so far.
    pub fn add(&mut self, lowest: f64, highest: f64) -> Option<Told> {
        let share = |difference: f64| f64::midpoint(difference.clamp(-1.0, 1.0), 1.0);
        let (low, high) = (share(lowest), share(highest));
        self.better.add(low);
        self.not_worse.add(low);
        self.worse.add(1.0 - high);
        self.not_better.add(1.0 - high);
        self.seen.push((low, high));
        if self.told.is_none() {
            self.told = self.judged().map(|told| (told, self.units()));
        }
        self.told()
    }

    fn judged(&self) -> Option<Told> {
        let rejects = |process: &EProcess| process.rejects(self.alpha / 2.0);
        // Both may be proven at once: then the difference is there and is of no matter.
        if rejects(&self.not_worse) && rejects(&self.not_better) {
            Some(Told::Same)
        } else if rejects(&self.better) {
            Some(Told::Better)
        } else {
            rejects(&self.worse).then_some(Told::Worse)
        }
    }

    /// The first thing that was told; it stays.
    pub fn told(&self) -> Option<Told> {
        self.told.map(|(told, _)| told)
    }

    /// Units after which it was told.
    pub fn told_after(&self) -> Option<u64> {
        self.told.map(|(_, units)| units)
    }

    /// Units so far.
    pub fn units(&self) -> u64 {
        self.seen.len() as u64
    }

    /// Limits of the mean difference that hold at every moment at once with confidence 1 - alpha: all that the same
    /// processes, put up against every other value in place of 0, do not reject. They agree with what is told of 0.
    pub fn interval(&self) -> (f64, f64) {
        let low = self.limit(&|value| value.0);
        let high = self.limit(&|value| 1.0 - value.1);
        (2.0 * low - 1.0, 1.0 - 2.0 * high)
    }

    /// The lowest mean in 0..=1 that is not rejected, looked for from below.
    fn limit(&self, of: &dyn Fn(&(f64, f64)) -> f64) -> f64 {
        let rejected = |m0: f64| {
            let mut process = EProcess::new(m0, Some(self.size));
            self.seen.iter().any(|value| {
                process.add(of(value));
                process.rejects(self.alpha / 2.0)
            })
        };
        let point = |at: u32| f64::from(at) / f64::from(SCAN);
        let Some(kept) = (0..=SCAN).find(|at| !rejected(point(*at))) else {
            return 1.0;
        };
        let Some(before) = kept.checked_sub(1) else {
            return 0.0;
        };
        let (mut low, mut high) = (point(before), point(kept));
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(low, high);
            if rejected(middle) {
                low = middle;
            } else {
                high = middle;
            }
        }
        low
    }
}
