//! Whether and when a failed attempt is tried again.
//!
//! Exponential backoff with jitter (AWS Architecture Blog, "Exponential Backoff And Jitter"): the wait before attempt
//! n+1 is drawn from the upper half of `base * 2^n`, capped. Bounded in count and in time.

use crate::model::{ErrorClass, ProviderError};
use std::time::Duration;

/// The retry policy of a provider.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// Attempts that may fail for other reasons than throttling, the first included.
    pub max_attempts: u32,
    /// Attempts that may be throttled: a vendor that says when to come back is believed for longer.
    pub max_throttled: u32,
    /// First wait.
    pub base: Duration,
    /// Longest wait of our own choosing.
    pub cap: Duration,
    /// Time after the first send beyond which no further attempt is made.
    pub give_up_after: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            max_attempts: 8,
            max_throttled: 60,
            base: Duration::from_millis(500),
            cap: Duration::from_secs(30),
            give_up_after: Duration::from_secs(600),
        }
    }
}

/// What to do about a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Try again after this wait.
    Retry(Duration),
    /// Stop trying.
    GiveUp,
}

impl Backoff {
    /// Decides after a failure: `failed` attempts and `throttled` attempts so far (this one included in its count),
    /// `elapsed` since the first send, `draw` uniform in 0..1.
    pub fn verdict(
        &self,
        error: &ProviderError,
        failed: u32,
        throttled: u32,
        elapsed: Duration,
        draw: f64,
    ) -> Verdict {
        if !error.class.is_transient() {
            return Verdict::GiveUp;
        }
        let (count, most) = if error.class == ErrorClass::Throttled {
            (throttled, self.max_throttled)
        } else {
            (failed, self.max_attempts)
        };
        if count >= most {
            return Verdict::GiveUp;
        }
        let wait = error.retry_after.unwrap_or_else(|| self.wait(count, draw));
        if elapsed.saturating_add(wait) > self.give_up_after {
            return Verdict::GiveUp;
        }
        Verdict::Retry(wait)
    }

    /// The wait after the `count`th failure (from 1) where the vendor names none.
    pub fn wait(&self, count: u32, draw: f64) -> Duration {
        let doublings = count.saturating_sub(1).min(20);
        let longest = self.base.saturating_mul(1 << doublings).min(self.cap);
        longest.mul_f64(0.5 + 0.5 * draw.clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(class: ErrorClass, retry_after: Option<u64>) -> ProviderError {
        ProviderError {
            retry_after: retry_after.map(Duration::from_secs),
            ..ProviderError::new(class, "x")
        }
    }

    #[test]
    fn waits_double_up_to_the_cap_and_stay_in_the_upper_half() {
        let policy = Backoff::default();
        let longest: Vec<_> = (1..=9).map(|n| policy.wait(n, 1.0).as_millis()).collect();
        assert_eq!(longest, [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
        assert_eq!(policy.wait(3, 0.0), Duration::from_secs(1));
    }

    #[test]
    fn the_vendors_own_waiting_time_is_kept() {
        let verdict =
            Backoff::default().verdict(&error(ErrorClass::Throttled, Some(7)), 0, 1, Duration::ZERO, 0.3);
        assert_eq!(verdict, Verdict::Retry(Duration::from_secs(7)));
    }

    #[test]
    fn errors_that_cannot_heal_are_not_retried() {
        for class in [
            ErrorClass::Auth,
            ErrorClass::BadRequest,
            ErrorClass::ContextTooLong,
            ErrorClass::Filtered,
        ] {
            let verdict = Backoff::default().verdict(&error(class, Some(1)), 1, 0, Duration::ZERO, 0.5);
            assert_eq!(verdict, Verdict::GiveUp, "{class}");
        }
    }

    #[test]
    fn retries_end_by_count_and_by_time() {
        let policy = Backoff::default();
        let overloaded = error(ErrorClass::Overloaded, None);
        assert_eq!(
            policy.verdict(&overloaded, 8, 0, Duration::ZERO, 0.5),
            Verdict::GiveUp
        );
        assert_eq!(
            policy.verdict(&overloaded, 1, 0, Duration::from_secs(600), 0.5),
            Verdict::GiveUp
        );
        assert_eq!(
            policy.verdict(
                &error(ErrorClass::Throttled, Some(3600)),
                0,
                1,
                Duration::ZERO,
                0.5
            ),
            Verdict::GiveUp
        );
    }
}
