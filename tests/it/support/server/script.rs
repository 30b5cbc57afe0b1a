//! What the server does to requests: latency, and faults drawn from a seed.

use std::time::Duration;

/// How the server behaves. Which attempts fail depends on the seed, the request and the number of its attempts only,
/// so every client meets the same faults in whatever order it sends.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// Seed of the draws.
    pub seed: u64,
    /// Wait before each answer.
    pub latency: Duration,
    /// Faults with the percentage of attempts that meet each.
    pub faults: Vec<(f64, Fault)>,
    /// The only key that is let in; `None` lets everybody in.
    pub key: Option<String>,
    /// When the server is away.
    pub outage: Option<Outage>,
}

/// A time in which the server is gone: its listener and all its connections are closed.
#[derive(Clone, Copy, Debug)]
pub struct Outage {
    /// Requests after which it goes.
    pub after: u64,
    /// How long it stays away; `None` is for good.
    pub lasts: Option<Duration>,
}

/// What can go wrong with one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// 429, with the time to wait in one of the forms that vendors use.
    Throttled(RetryAfter),
    /// 500 with a JSON error.
    ServerError,
    /// 502 with an HTML page, as a reverse proxy sends it.
    HtmlGateway,
    /// The connection is reset before any byte of the answer.
    Reset,
    /// 200 with half of the JSON, complete as far as HTTP can tell.
    TruncatedJson,
    /// 200, and the connection closes halfway through the body.
    CutBody,
    /// A whole answer that takes this many milliseconds to arrive, in pieces.
    SlowBody(u64),
    /// No answer ever.
    Hang,
}

/// The forms of a 429's waiting time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// `Retry-After` in seconds.
    Seconds(u64),
    /// `Retry-After` as an HTTP date, this many seconds from now.
    Date(i64),
    /// `retry-after-ms`.
    Milliseconds(u64),
}

impl Script {
    /// A script that does nothing but answer after `milliseconds`.
    pub fn latency(milliseconds: u64) -> Self {
        Self {
            latency: Duration::from_millis(milliseconds),
            ..Self::default()
        }
    }

    /// A script under which every attempt meets `fault`.
    pub fn always(fault: Fault) -> Self {
        Self {
            faults: vec![(100.0, fault)],
            ..Self::default()
        }
    }

    /// Five in a hundred attempts throttled, two failed, one reset, one cut off, some slow.
    pub fn flaky(seed: u64) -> Self {
        let faults = vec![
            (3.0, Fault::Throttled(RetryAfter::Milliseconds(30))),
            (1.0, Fault::Throttled(RetryAfter::Seconds(1))),
            (1.0, Fault::Throttled(RetryAfter::Date(1))),
            (2.0, Fault::ServerError),
            (1.0, Fault::Reset),
            (0.5, Fault::TruncatedJson),
            (0.5, Fault::CutBody),
            (2.0, Fault::SlowBody(150)),
        ];
        Self {
            seed,
            faults,
            ..Self::latency(5)
        }
    }

    /// The fault that the `attempt`th sending of the request `key` meets.
    pub fn fault(&self, key: u64, attempt: u32) -> Option<Fault> {
        if self.faults.is_empty() {
            return None;
        }
        let mut roll = uniform(self.seed ^ key.rotate_left(17) ^ (u64::from(attempt) << 40)) * 100.0;
        for &(percent, fault) in &self.faults {
            if roll < percent {
                return Some(fault);
            }
            roll -= percent;
        }
        None
    }
}

/// A number in 0..1 from any bits (SplitMix64's finaliser).
pub fn uniform(bits: u64) -> f64 {
    let mut bits = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}
