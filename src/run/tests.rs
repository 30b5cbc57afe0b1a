//! The engine on a paused clock, with a scripted provider and a sink in memory.

mod support;

use super::*;
use crate::model::{ErrorClass, Limits, Money, Outcome};
use std::sync::atomic::Ordering;
use std::time::Duration;
use support::{Bed, Reply, fail, fail_after, ok, ok_after};
use tokio::time::Instant;

#[tokio::test(start_paused = true)]
async fn every_trial_is_scored_once_whatever_the_concurrency() {
    for jobs in [1, 7, 64] {
        let bed = Bed::new(20, 2).concurrency(jobs);
        let end = bed.run(|_| ok("yes")).await;
        assert_eq!(end.cause, None);
        assert_eq!(bed.recorded(Outcome::Scored), 40);
        assert_eq!(bed.keys().len(), 40);
    }
}

#[tokio::test(start_paused = true)]
async fn no_more_requests_are_in_flight_than_allowed() {
    let bed = Bed::new(100, 1).concurrency(8);
    bed.run(|_| ok_after("yes", 50)).await;
    assert_eq!(bed.most_in_flight(), 8);
}

#[tokio::test(start_paused = true)]
async fn transient_failures_are_retried_until_the_trial_is_scored() {
    let bed = Bed::new(30, 1).concurrency(4);
    let end = bed
        .run(|call| match call.attempt {
            0 if call.case % 3 == 0 => fail(ErrorClass::Overloaded),
            1 if call.case % 6 == 0 => fail(ErrorClass::Malformed),
            _ => ok("yes"),
        })
        .await;
    assert_eq!(end.cause, None);
    assert_eq!(bed.recorded(Outcome::Scored), 30);
    assert_eq!(bed.progress().total().retries, 15);
}

#[tokio::test(start_paused = true)]
async fn a_throttled_provider_is_left_alone_as_long_as_it_asks() {
    let bed = Bed::new(40, 1).concurrency(4);
    let start = Instant::now();
    let end = bed
        .run(move |call| match call.attempt {
            0 if call.case == 0 => fail_after(ErrorClass::Throttled, 30),
            _ => ok_after("yes", 10),
        })
        .await;
    assert_eq!(end.cause, None);
    assert_eq!(bed.recorded(Outcome::Scored), 40);
    // The three requests that were under way when the 429 came, and nothing else before the pause was over.
    let early = bed
        .sent_at()
        .iter()
        .filter(|at| at.duration_since(start) < Duration::from_secs(30))
        .count();
    assert_eq!(early, 4);
}

#[tokio::test(start_paused = true)]
async fn a_dead_provider_is_given_up_and_the_other_goes_on() {
    let bed = Bed::new(200, 1).concurrency(8).second_provider();
    let end = bed
        .run(|call| {
            if call.provider == "first" {
                fail(ErrorClass::Network)
            } else {
                ok("yes")
            }
        })
        .await;
    assert_eq!(end.given_up.len(), 1);
    assert_eq!(&*end.given_up[0].0, "first");
    assert_eq!(bed.recorded(Outcome::Scored), 200);
    let lost = bed.recorded(Outcome::ProviderError);
    assert!((10..=26).contains(&lost), "{lost} trials used up their retries");
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_is_away_for_ten_seconds_costs_no_trial() {
    let bed = Bed::new(500, 1).concurrency(64);
    let start = Instant::now();
    let away = Duration::from_secs(2)..Duration::from_secs(12);
    let end = bed
        .run(move |_| match away.contains(&start.elapsed()) {
            true => fail(ErrorClass::Network),
            false => ok_after("yes", 500),
        })
        .await;
    assert_eq!(end.cause, None);
    assert!(end.given_up.is_empty());
    assert_eq!(bed.recorded(Outcome::Scored), 500);
}

#[tokio::test(start_paused = true)]
async fn a_wrong_key_stops_a_provider_at_once() {
    let bed = Bed::new(500, 1).concurrency(4);
    let end = bed.run(|_| fail(ErrorClass::Auth)).await;
    assert_eq!(end.given_up[0].1.class, ErrorClass::Auth);
    assert!(bed.sent_at().len() <= 4);
}

#[tokio::test(start_paused = true)]
async fn a_model_that_does_not_exist_costs_no_further_requests() {
    let bed = Bed::new(100, 2).concurrency(1);
    let end = bed
        .run(|call| {
            if call.model == "m0" {
                fail(ErrorClass::NotFound)
            } else {
                ok("yes")
            }
        })
        .await;
    assert_eq!(end.cause, None);
    assert_eq!(bed.recorded(Outcome::ProviderError), 1);
    assert_eq!(bed.recorded(Outcome::Scored), 100);
}

#[tokio::test(start_paused = true)]
async fn the_first_stop_lets_requests_under_way_finish() {
    let bed = Bed::new(1000, 1).concurrency(10);
    let stopper = bed.stopper();
    let (end, ()) = tokio::join!(bed.run(|_| ok_after("yes", 100)), async {
        tokio::time::sleep(Duration::from_millis(250)).await;
        stopper.drain(StopCause::Interrupted);
    });
    assert_eq!(end.cause, Some(StopCause::Interrupted));
    assert_eq!(bed.recorded(Outcome::Scored), 30);
    assert_eq!(bed.sent_at().len(), 30);
}

#[tokio::test(start_paused = true)]
async fn the_second_stop_drops_requests_under_way() {
    let bed = Bed::new(1000, 1).concurrency(10);
    let stopper = bed.stopper();
    let start = Instant::now();
    let (end, ()) = tokio::join!(bed.run(|_| ok_after("yes", 60_000)), async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        stopper.abort();
    });
    assert_eq!(end.cause, Some(StopCause::Interrupted));
    assert_eq!(start.elapsed(), Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn the_deadline_ends_the_sending() {
    let bed = Bed::new(1000, 1)
        .concurrency(1)
        .deadline(Duration::from_millis(1050));
    let end = bed.run(|_| ok_after("yes", 100)).await;
    assert_eq!(end.cause, Some(StopCause::Deadline));
    assert_eq!(bed.recorded(Outcome::Scored), 11);
}

#[tokio::test(start_paused = true)]
async fn the_budget_is_never_exceeded() {
    // A call costs 20 pico-dollars at most: one token out at 10, and input at 0 but for a reservation of its bytes.
    let bed = Bed::new(100, 1)
        .concurrency(16)
        .budget(Money(105))
        .price(0, 10)
        .most_output(2);
    let end = bed.run(|_| ok_after("yes", 10)).await;
    assert!(matches!(end.cause, Some(StopCause::Budget { worst, .. }) if worst == Money(20)));
    let paid = bed.progress().total().paid;
    assert!(paid <= Money(105) && paid >= Money(86), "{paid:?}");
}

#[tokio::test(start_paused = true)]
async fn requests_per_minute_are_kept() {
    let bed = Bed::new(66, 1).concurrency(32).limits(Limits {
        rpm: Some(60),
        ..Limits::default()
    });
    let start = Instant::now();
    bed.run(|_| ok("yes")).await;
    let seconds = start.elapsed().as_secs();
    assert!((61..=64).contains(&seconds), "{seconds}");
}

#[tokio::test(start_paused = true)]
async fn concurrency_adapts_where_nobody_set_it() {
    let bed = Bed::new(4000, 1).adaptive(4, 64);
    bed.run(|_| ok_after("yes", 100)).await;
    assert_eq!(bed.most_in_flight(), 64);

    let throttled = Bed::new(4000, 1).adaptive(4, 64);
    let in_flight = throttled.in_flight();
    let end = throttled
        .run(move |_| {
            // A server that takes 20 requests at a time and turns the rest away.
            if in_flight.load(Ordering::Relaxed) > 20 {
                fail(ErrorClass::Throttled)
            } else {
                ok_after("yes", 100)
            }
        })
        .await;
    assert_eq!(end.cause, None);
    assert_eq!(throttled.recorded(Outcome::Scored), 4000);
}

#[tokio::test(start_paused = true)]
async fn finished_trials_are_not_sent_again() {
    let bed = Bed::new(50, 1).concurrency(5).finished(|key| key.case < 30);
    bed.run(|_| ok("yes")).await;
    assert_eq!(bed.sent_at().len(), 20);
}

#[tokio::test(start_paused = true)]
async fn fail_fast_stops_at_the_first_failure() {
    let bed = Bed::new(1000, 1).concurrency(1).fail_fast();
    let end = bed
        .run(|call| {
            if call.case == 5 {
                fail(ErrorClass::BadRequest)
            } else {
                ok("yes")
            }
        })
        .await;
    assert_eq!(end.cause, Some(StopCause::FailFast));
    assert_eq!(bed.keys().len(), 6);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_cannot_be_written_stops_the_run() {
    let bed = Bed::new(1000, 1).concurrency(4).sink_fails_after(10);
    let end = bed.run(|_| ok("yes")).await;
    assert_eq!(end.cause, Some(StopCause::Store("disk full".to_owned())));
    assert_eq!(bed.recorded(Outcome::Scored), 10);
}

#[tokio::test(start_paused = true)]
async fn a_filtered_prompt_is_its_own_outcome() {
    let bed = Bed::new(4, 1).concurrency(1);
    bed.run(|call| {
        if call.case == 1 {
            fail(ErrorClass::Filtered)
        } else {
            ok("yes")
        }
    })
    .await;
    assert_eq!(bed.recorded(Outcome::Filtered), 1);
    assert_eq!(bed.recorded(Outcome::Scored), 3);
}

#[tokio::test(start_paused = true)]
async fn the_share_of_right_answers_is_what_the_provider_gave() {
    let bed = Bed::new(10, 1).concurrency(3);
    bed.run(|call| -> Reply { ok(if call.case < 7 { "yes" } else { "no" }) })
        .await;
    let right = bed
        .records()
        .iter()
        .filter(|record| record.score == Some(1.0))
        .count();
    assert_eq!(right, 7);
}
