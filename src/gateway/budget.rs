//! The spending cap: the worst case is reserved before each send, so that parallel calls cannot overshoot together.

use crate::model::Money;
use std::sync::Mutex;

/// The cap of a run, shared by all its calls.
#[derive(Debug)]
pub struct Budget {
    cap: Option<Money>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Paid, or taken to be paid.
    spent: Money,
    /// Worst cases of calls under way.
    reserved: Money,
    calls: u64,
}

/// What came of asking for a reservation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reservation {
    /// The amount is set aside.
    Granted,
    /// It does not fit now, but calls under way may give some back.
    Wait,
    /// It does not fit, and nothing is under way: the budget is used up.
    Exhausted,
}

impl Budget {
    /// A budget of `cap`, of which `spent` is gone already (a resumed run).
    pub fn new(cap: Option<Money>, spent: Money) -> Self {
        let state = State {
            spent,
            ..State::default()
        };
        Self {
            cap,
            state: Mutex::new(state),
        }
    }

    /// Whether there is a cap at all.
    pub fn is_capped(&self) -> bool {
        self.cap.is_some()
    }

    /// Sets the worst case of a call aside.
    pub fn reserve(&self, worst: Money) -> Reservation {
        let Some(cap) = self.cap else {
            return Reservation::Granted;
        };
        let mut state = self.lock();
        if state.spent + state.reserved + worst <= cap {
            state.reserved += worst;
            state.calls += 1;
            Reservation::Granted
        } else if state.calls > 0 {
            Reservation::Wait
        } else {
            Reservation::Exhausted
        }
    }

    /// Ends a reservation: `paid` is what the call really cost (the worst case where nobody knows).
    pub fn settle(&self, worst: Money, paid: Money) {
        if self.cap.is_none() {
            return;
        }
        let mut state = self.lock();
        state.reserved = state.reserved - worst;
        state.calls = state.calls.saturating_sub(1);
        state.spent += paid;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        // The state is plain numbers, valid after any panic of another holder.
        self.state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parallel_calls_cannot_overshoot_together() {
        let budget = Budget::new(Some(Money(100)), Money::ZERO);
        assert_eq!(budget.reserve(Money(60)), Reservation::Granted);
        assert_eq!(budget.reserve(Money(60)), Reservation::Wait);
        budget.settle(Money(60), Money(10));
        assert_eq!(budget.reserve(Money(90)), Reservation::Granted);
        budget.settle(Money(90), Money(90));
        assert_eq!(budget.reserve(Money(1)), Reservation::Exhausted);
    }

    #[test]
    fn what_an_interrupted_run_spent_counts() {
        let budget = Budget::new(Some(Money(100)), Money(95));
        assert_eq!(budget.reserve(Money(6)), Reservation::Exhausted);
        assert_eq!(budget.reserve(Money(5)), Reservation::Granted);
    }
}
