//! How many requests may be in flight where nobody said: additive increase, multiplicative decrease.
//!
//! Starts low and doubles with each full window of successes until the first sign of trouble, then grows by one a
//! window; each episode of trouble halves it once (Chiu and Jain 1989; TCP's slow start).

/// The limit of requests in flight of one provider.
#[derive(Clone, Debug)]
pub struct Adaptive {
    limit: usize,
    most: usize,
    fixed: bool,
    slow_start: bool,
    successes: usize,
    /// Results still to come of requests sent before the last cut: they belong to the same episode.
    in_episode: usize,
}

impl Adaptive {
    /// A limit that never changes.
    pub fn fixed(limit: usize) -> Self {
        let limit = limit.max(1);
        Self {
            limit,
            most: limit,
            fixed: true,
            slow_start: false,
            successes: 0,
            in_episode: 0,
        }
    }

    /// A limit that finds its level between 1 and `most`, from `start`.
    pub fn between(start: usize, most: usize) -> Self {
        let limit = start.clamp(1, most.max(1));
        Self {
            limit,
            most: most.max(1),
            fixed: false,
            slow_start: true,
            successes: 0,
            in_episode: 0,
        }
    }

    /// The limit now.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// The highest limit that it may reach.
    pub fn most(&self) -> usize {
        self.most
    }

    /// A request succeeded. Returns true if the limit grew.
    pub fn succeeded(&mut self) -> bool {
        self.in_episode = self.in_episode.saturating_sub(1);
        if self.fixed || self.limit >= self.most {
            return false;
        }
        self.successes += 1;
        if self.successes < self.limit {
            return false;
        }
        self.successes = 0;
        self.limit = if self.slow_start {
            self.limit * 2
        } else {
            self.limit + 1
        }
        .min(self.most);
        true
    }

    /// A request was throttled, timed out or lost, with `in_flight` others under way.
    pub fn troubled(&mut self, in_flight: usize) {
        if self.fixed {
            return;
        }
        if self.in_episode > 0 {
            self.in_episode -= 1;
            return;
        }
        self.slow_start = false;
        self.successes = 0;
        self.limit = (self.limit / 2).max(1);
        self.in_episode = in_flight;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_until_the_first_trouble_then_creeps() {
        let mut adaptive = Adaptive::between(4, 64);
        (0..4).for_each(|_| {
            adaptive.succeeded();
        });
        assert_eq!(adaptive.limit(), 8);
        (0..8).for_each(|_| {
            adaptive.succeeded();
        });
        assert_eq!(adaptive.limit(), 16);
        adaptive.troubled(0);
        assert_eq!(adaptive.limit(), 8);
        (0..8).for_each(|_| {
            adaptive.succeeded();
        });
        assert_eq!(adaptive.limit(), 9);
    }

    #[test]
    fn one_episode_of_throttling_cuts_once() {
        let mut adaptive = Adaptive::between(32, 64);
        (0..20).for_each(|_| adaptive.troubled(19));
        assert_eq!(adaptive.limit(), 16);
        adaptive.troubled(19);
        assert_eq!(adaptive.limit(), 8);
    }

    #[test]
    fn a_configured_limit_stays() {
        let mut adaptive = Adaptive::fixed(10);
        adaptive.troubled(3);
        (0..100).for_each(|_| {
            adaptive.succeeded();
        });
        assert_eq!(adaptive.limit(), 10);
    }
}
