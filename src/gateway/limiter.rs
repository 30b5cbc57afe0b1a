//! Requests and tokens per minute: two token buckets that are reserved before a call and settled after it.

use crate::model::Limits;
use std::sync::Mutex;
use std::time::Duration;
use tokio::time::Instant;

/// Seconds' worth of a minute's limit that may be used at once.
const BURST_SECONDS: f64 = 3.0;

/// The rate limits of one provider.
#[derive(Debug)]
pub struct Limiter {
    buckets: Option<Mutex<Buckets>>,
}

#[derive(Debug)]
struct Buckets {
    requests: Option<Bucket>,
    tokens: Option<Bucket>,
}

/// A bucket that refills steadily; a reservation may take it below zero, and the caller waits until it is back.
#[derive(Debug)]
struct Bucket {
    per_second: f64,
    capacity: f64,
    level: f64,
    updated: Instant,
}

impl Bucket {
    fn new(per_minute: f64, now: Instant) -> Self {
        let per_second = per_minute / 60.0;
        let capacity = (per_second * BURST_SECONDS).max(1.0);
        Self {
            per_second,
            capacity,
            level: capacity,
            updated: now,
        }
    }

    fn take(&mut self, amount: f64, now: Instant) -> Duration {
        let passed = now.saturating_duration_since(self.updated).as_secs_f64();
        self.level = (self.level + passed * self.per_second).min(self.capacity);
        self.updated = now;
        // An amount above the capacity waits until the bucket is full, then takes it into debt.
        let missing = amount.min(self.capacity) - self.level;
        self.level -= amount;
        Duration::from_secs_f64((missing / self.per_second).max(0.0))
    }

    fn give_back(&mut self, amount: f64) {
        self.level = (self.level + amount).min(self.capacity);
    }
}

impl Limiter {
    /// Buckets for the limits that are given; without any, [`Limiter::reserve`] never waits.
    pub fn new(limits: &Limits, now: Instant) -> Self {
        let requests = limits.rpm.map(|rpm| Bucket::new(f64::from(rpm), now));
        let tokens = limits.tpm.map(|tpm| Bucket::new(tpm as f64, now));
        let any = requests.is_some() || tokens.is_some();
        Self {
            buckets: any.then(|| Mutex::new(Buckets { requests, tokens })),
        }
    }

    /// Takes one request and the estimated tokens; the caller waits the returned time before it sends.
    pub fn reserve(&self, tokens: u64, now: Instant) -> Duration {
        let Some(mut buckets) = self.lock() else {
            return Duration::ZERO;
        };
        let for_request = buckets.requests.as_mut().map(|bucket| bucket.take(1.0, now));
        let for_tokens = buckets
            .tokens
            .as_mut()
            .map(|bucket| bucket.take(tokens as f64, now));
        for_request
            .unwrap_or_default()
            .max(for_tokens.unwrap_or_default())
    }

    /// Corrects the estimate by what was really used.
    pub fn settle(&self, estimated: u64, used: u64) {
        if let Some(mut buckets) = self.lock()
            && let Some(bucket) = buckets.tokens.as_mut()
        {
            bucket.give_back(estimated as f64 - used as f64);
        }
    }

    fn lock(&self) -> Option<std::sync::MutexGuard<'_, Buckets>> {
        let buckets = self.buckets.as_ref()?;
        Some(buckets.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn requests_are_spread_over_the_minute_after_a_short_burst() {
        let limiter = Limiter::new(
            &Limits {
                rpm: Some(60),
                ..Limits::default()
            },
            Instant::now(),
        );
        let start = Instant::now();
        for _ in 0..63 {
            let wait = limiter.reserve(0, Instant::now());
            tokio::time::sleep(wait).await;
        }
        let seconds = start.elapsed().as_secs_f64();
        assert!((59.0..61.5).contains(&seconds), "{seconds}");
    }

    #[tokio::test(start_paused = true)]
    async fn tokens_that_were_not_used_are_given_back() {
        let limits = Limits {
            tpm: Some(6000),
            ..Limits::default()
        };
        let limiter = Limiter::new(&limits, Instant::now());
        assert_eq!(limiter.reserve(300, Instant::now()), Duration::ZERO);
        limiter.settle(300, 0);
        assert_eq!(limiter.reserve(300, Instant::now()), Duration::ZERO);
        assert_eq!(limiter.reserve(100, Instant::now()), Duration::from_secs(1));
    }
}
