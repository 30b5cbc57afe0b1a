//! Random numbers that are pure functions of what is asked.

use crate::model::Subject;
use statrs::function::erf::erfc_inv;

/// The random streams of one request, all from one hash.
pub(super) struct Streams {
    seeds: [u64; 4],
    epoch: u64,
    attempt: u64,
}

impl Streams {
    /// Streams of a model's trial.
    pub(super) fn new(model: &str, subject: &Subject) -> Self {
        let seed = subject.seed.to_le_bytes();
        let [task, prompt, case] =
            [&subject.task, &subject.prompt, &subject.case.id].map(|text| text.as_bytes());
        let seeds = match &subject.judged {
            None => hash(&[b"sim answer", &seed, model.as_bytes(), task, prompt, case]),
            Some(judged) => {
                let other = judged.other.as_deref().unwrap_or_default().as_bytes();
                let order = [judged.order as u8];
                let output = judged.output.as_bytes();
                hash(&[
                    b"sim verdict",
                    &seed,
                    model.as_bytes(),
                    task,
                    prompt,
                    case,
                    output,
                    other,
                    &order,
                ])
            }
        };
        Self {
            seeds,
            epoch: u64::from(subject.epoch),
            attempt: u64::from(subject.attempt),
        }
    }

    /// Numbers that all epochs share.
    pub(super) fn case(&self) -> Draw {
        Draw(self.seeds[0])
    }

    /// Numbers of this epoch.
    pub(super) fn trial(&self) -> Draw {
        Draw(self.seeds[1]).nth(self.epoch)
    }

    /// Numbers of this attempt.
    pub(super) fn attempt(&self) -> Draw {
        Draw(self.seeds[2]).nth(self.epoch << 32 | self.attempt)
    }
}

/// A stream of random numbers: SplitMix64 (Steele, Lea and Flood 2014).
#[derive(Clone, Debug)]
pub(super) struct Draw(u64);

impl Draw {
    /// Numbers of the case itself, whatever the model and the seed.
    pub(super) fn of_difficulty(subject: &Subject) -> Self {
        let [seed, ..] = hash(&[
            b"sim difficulty",
            subject.task.as_bytes(),
            subject.case.id.as_bytes(),
        ]);
        Self(seed)
    }

    /// Numbers of the model itself.
    pub(super) fn of_model(model: &str) -> Self {
        let [seed, ..] = hash(&[b"sim model", model.as_bytes()]);
        Self(seed)
    }

    /// An unrelated stream for each number.
    fn nth(self, number: u64) -> Self {
        let mut mixer = Self(self.0 ^ Self(number).next());
        Self(mixer.next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number above 0 and below 1.
    pub(super) fn uniform(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    /// A standard normal number.
    pub(super) fn normal(&mut self) -> f64 {
        probit(self.uniform())
    }

    /// A number from 0 up to, not including, `below`; 0 where that is 0.
    pub(super) fn below(&mut self, below: usize) -> usize {
        ((self.uniform() * below as f64) as usize).min(below.saturating_sub(1))
    }
}

/// BLAKE3 over length-prefixed fields, as four numbers.
fn hash(fields: &[&[u8]]) -> [u64; 4] {
    let mut bytes = Vec::with_capacity(160);
    for field in fields {
        bytes.extend_from_slice(&(field.len() as u64).to_le_bytes());
        bytes.extend_from_slice(field);
    }
    let digest = blake3::hash(&bytes);
    let mut numbers = [0; 4];
    for (number, chunk) in numbers.iter_mut().zip(digest.as_bytes().chunks_exact(8)) {
        *number = chunk
            .iter()
            .rev()
            .fold(0, |number, byte| number << 8 | u64::from(*byte));
    }
    numbers
}

/// The point with that share of the standard normal distribution below it; the share is kept off 0 and 1.
pub(super) fn probit(share: f64) -> f64 {
    -std::f64::consts::SQRT_2 * erfc_inv(2.0 * share.clamp(1e-12, 1.0 - 1e-12))
}
