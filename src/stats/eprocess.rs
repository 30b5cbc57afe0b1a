//! Tests and bands that hold at every moment, for runs that stop as soon as they know enough.
//!
//! Betting e-process and empirical-Bernstein confidence sequence of Waudby-Smith and Ramdas 2024, "Estimating means of
//! bounded random variables by betting", JRSS B 86(1); finite sets after their "Confidence sequences for sampling
//! without replacement" (NeurIPS 2020).

/// Evidence against "the mean is at most m0": reject as soon as it reaches 1/alpha, whenever one looks.
///
/// K = product of 1 + bet (x - m), with the bet (mean so far - m) / (variance so far + (mean so far - m)^2), clipped to
/// 0..=.75/m. In a finite set of N, m is what the values not yet seen may have on average at most, (N m0 - sum) / (N - t + 1):
/// it falls as high values come. Assumes that values come in random order.
#[derive(Clone, Debug)]
pub struct EProcess {
    m0: f64,
    /// Size of the finite set that is drawn from without replacement.
    size: Option<u64>,
    /// Largest share of the stake: bets are clipped to this over m.
    clip: f64,
    t: u64,
    sum: f64,
    squares: f64,
    log_e: f64,
    /// The mean of the whole set is above m0 whatever comes.
    settled: bool,
}

impl EProcess {
    /// Nothing seen yet. Values are in 0..=1.
    pub fn new(m0: f64, size: Option<u64>) -> Self {
        Self {
            m0,
            size,
            clip: 0.75,
            t: 0,
            sum: 0.0,
            squares: 0.0,
            log_e: 0.0,
            settled: false,
        }
    }

    /// Takes the next value.
    pub fn add(&mut self, x: f64) {
        let seen = self.t as f64;
        let mut mean = (0.5 + self.sum) / (seen + 1.0);
        let variance = (0.25 + self.squares) / (seen + 1.0);
        let mut m = self.m0;
        if let Some(size) = self.size {
            let left = (size as f64 - seen).max(1.0);
            m = ((size as f64 * self.m0 - self.sum) / left).max(0.0);
            mean = (size as f64 * mean - self.sum) / left;
        }
        if m <= 1.0 {
            let lead = mean - m;
            let bet = lead / (variance + lead * lead);
            let most = if m > 0.0 { self.clip / m } else { f64::INFINITY };
            self.log_e += (1.0 + bet.clamp(0.0, most) * (x - m)).ln();
        }
        self.t += 1;
        self.sum += x;
        let mean_now = (0.5 + self.sum) / (self.t as f64 + 1.0);
        self.squares += (x - mean_now).powi(2);
        // Even if all that is left were 0. What rounding could make of an equal sum does not count.
        self.settled |= self
            .size
            .is_some_and(|size| self.sum - size as f64 * self.m0 > 1e-9 * size as f64);
    }

    /// Logarithm of the evidence; infinite where it is settled for certain.
    pub fn log_evidence(&self) -> f64 {
        if self.settled { f64::INFINITY } else { self.log_e }
    }

    /// Whether "the mean is at most m0" is rejected at that level.
    pub fn rejects(&self, alpha: f64) -> bool {
        self.log_evidence() >= -alpha.ln()
    }
}

/// A lower bound of a mean of values in 0..=1 that holds at every moment at once.
#[derive(Clone, Debug)]
struct LowerSequence {
    /// Logarithm of 1 / alpha.
    evidence: f64,
    size: Option<u64>,
    t: u64,
    sum: f64,
    squares: f64,
    weights: f64,
    weighted: f64,
    penalty: f64,
    /// The highest bound so far: all of them hold at once.
    bound: f64,
}

impl LowerSequence {
    fn new(alpha: f64, size: Option<u64>) -> Self {
        Self {
            evidence: -alpha.ln(),
            size,
            t: 0,
            sum: 0.0,
            squares: 0.0,
            weights: 0.0,
            weighted: 0.0,
            penalty: 0.0,
            bound: 0.0,
        }
    }

    fn add(&mut self, x: f64) {
        let seen = self.t as f64;
        let variance = (0.25 + self.squares) / (seen + 1.0);
        let mean = if self.t == 0 { 0.0 } else { self.sum / seen };
        let t = seen + 1.0;
        let weight = (2.0 * self.evidence / (t * (1.0 + t).ln() * variance))
            .sqrt()
            .min(0.5);
        // Drawn from a finite set, what is left tells less and what was seen is known.
        let (known, share) = match self.size {
            Some(size) => {
                let left = (size as f64 - seen).max(1.0);
                (self.sum / left, seen / left)
            }
            None => (0.0, 0.0),
        };
        self.weights += weight * (1.0 + share);
        self.weighted += weight * (x + known);
        self.penalty += (x - mean).powi(2) * (-(1.0 - weight).ln() - weight);
        self.bound = self
            .bound
            .max((self.weighted - self.evidence - self.penalty) / self.weights);
        self.t += 1;
        self.sum += x;
        let mean_now = (0.5 + self.sum) / (t + 1.0);
        self.squares += (x - mean_now).powi(2);
    }
}

/// A band around a mean of values in 0..=1 that holds at every moment at once with confidence 1 - alpha: empirical
/// Bernstein with predictable plug-in weights, each side at alpha / 2.
#[derive(Clone, Debug)]
pub struct ConfidenceSequence {
    lower: LowerSequence,
    upper: LowerSequence,
}

impl ConfidenceSequence {
    /// Nothing seen yet; `size` is that of the finite set that values are drawn from without replacement.
    pub fn new(alpha: f64, size: Option<u64>) -> Self {
        Self {
            lower: LowerSequence::new(alpha / 2.0, size),
            upper: LowerSequence::new(alpha / 2.0, size),
        }
    }

    /// Takes the next value.
    pub fn add(&mut self, x: f64) {
        self.lower.add(x);
        self.upper.add(1.0 - x);
    }

    /// The band now.
    pub fn band(&self) -> (f64, f64) {
        (self.lower.bound.min(1.0), (1.0 - self.upper.bound).max(0.0))
    }
}
