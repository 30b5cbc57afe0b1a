//! A comparison that may stop after any case.

use super::{ConfidenceSequence, Decision, EProcess};

/// Decides whether a candidate is not worse than a baseline by more than a margin, while cases come in: one may look after
/// every case, and stop at the first decision.
///
/// Passes when the evidence against "the mean difference is at most -M" reaches 1/alpha, fails when that against "it is at
/// least -M" does: each is wrong with a chance of at most alpha, however often one looks (Ville 1939). Assumes that cases
/// come in random order (seeded), one value each; of cases in clusters, the mean of each cluster.
#[derive(Clone, Debug)]
pub struct SequentialGate {
    alpha: f64,
    above: EProcess,
    below: EProcess,
    band: ConfidenceSequence,
    cases: u64,
    decided: Option<(Decision, u64)>,
}

impl SequentialGate {
    /// Nothing seen yet. `margin` is in 0..1; `size` is the number of cases of the finite set that is run through in random
    /// order, where the question is about this very set: then far fewer cases are needed.
    pub fn new(margin: f64, alpha: f64, size: Option<u64>) -> Self {
        let m0 = f64::midpoint(1.0, -margin);
        Self {
            alpha,
            above: EProcess::new(m0, size),
            below: EProcess::new(1.0 - m0, size),
            band: ConfidenceSequence::new(alpha, size),
            cases: 0,
            decided: None,
        }
    }

    /// Takes the difference candidate - baseline of the next case, in -1..=1, and gives the decision so far. One that is not
    /// a number is left out.
    pub fn add(&mut self, difference: f64) -> Decision {
        if !difference.is_nan() {
            let x = f64::midpoint(difference.clamp(-1.0, 1.0), 1.0);
            self.cases += 1;
            self.above.add(x);
            self.below.add(1.0 - x);
            self.band.add(x);
            self.decided = self.decided.or_else(|| {
                Some(self.judged())
                    .filter(|now| *now != Decision::Inconclusive)
                    .map(|now| (now, self.cases))
            });
        }
        self.decision()
    }

    fn judged(&self) -> Decision {
        if self.above.rejects(self.alpha) {
            Decision::Pass
        } else if self.below.rejects(self.alpha) {
            Decision::Fail
        } else {
            Decision::Inconclusive
        }
    }

    /// The first decision that was reached; it stays.
    pub fn decision(&self) -> Decision {
        self.decided
            .map_or(Decision::Inconclusive, |(decision, _)| decision)
    }

    /// Cases after which it was reached.
    pub fn decided_after(&self) -> Option<u64> {
        self.decided.map(|(_, cases)| cases)
    }

    /// Cases so far.
    pub fn cases(&self) -> u64 {
        self.cases
    }

    /// A band around the mean difference that holds at every moment at once with confidence 1 - alpha: what may be shown
    /// while the run goes on. The effective-n interval holds only at an end that was planned.
    pub fn band(&self) -> (f64, f64) {
        let (low, high) = self.band.band();
        (2.0 * low - 1.0, 2.0 * high - 1.0)
    }
}
