//! Panels that judge outputs one by one.

use super::close;
use crate::analyse::judging::sample::{JudgedRun, graded, unsaid};
use crate::analyse::{Amount, Gap};
use crate::model::{ErrorClass, JudgeFault, Money, ProviderEntry};

const A: &str = "openai/gpt-5";
const B: &str = "anthropic/claude-5";
const C: &str = "google/gemini-3";

#[test]
fn every_question_is_counted_once_with_what_came_of_it() {
    let mut run = JudgedRun::new(&["x/one"], 4, None);
    let mut twice = graded(0, A, 7.0);
    twice.asked = 2;
    let mut stored = graded(1, B, 4.0);
    stored.reused = true;
    let mut dear = graded(1, B, 5.0);
    dear.cost = None;
    dear.input_tokens = None;
    run.judged(0, 0, vec![twice, stored]);
    run.judged(1, 0, vec![unsaid(0, A, None, 2), dear]);
    run.judged(
        2,
        0,
        vec![unsaid(0, A, Some(ErrorClass::Timeout), 1), unsaid(1, B, None, 0)],
    );
    run.judged(3, 0, Vec::new()).excluded = vec![A.into(), B.into()];
    let judge = run.summary();
    let questions = &judge.questions;
    assert_eq!(
        (
            questions.asked,
            questions.answered,
            questions.unreadable,
            questions.not_put
        ),
        (6, 3, 1, 1)
    );
    assert_eq!(
        questions.failures().collect::<Vec<_>>(),
        [(ErrorClass::Timeout, 1)]
    );
    assert_eq!((questions.asked_twice, questions.reused), (2, 1));
    close(questions.parse_failure_rate(), 0.25);
    // Three replies at two millionths of a dollar each, of which one was paid for before; a fourth is unknown.
    assert_eq!(questions.cost.total(), Amount::AtLeast(Money(6_000_000)));
    assert_eq!(questions.paid.total(), Amount::AtLeast(Money(4_000_000)));
    assert_eq!(questions.cost_per_verdict(), Amount::AtLeast(Money(2_000_000)));
    assert_eq!(
        (questions.tokens.sum.input, questions.tokens.unknown_trials),
        (300, 1)
    );
    assert_eq!(judge.excluded, [(B.into(), 1), (A.into(), 1)]);
    assert_eq!((judge.trials.scored, judge.trials.failed), (3, 1));
    assert_eq!(judge.members[1].questions.answered, 2);
}

#[test]
fn recorded_replies_cost_what_they_cost_and_nobody_pays_for_them() {
    let mut run = JudgedRun::new(&["x/one"], 1, None);
    run.manifest.providers.push(ProviderEntry {
        name: "openai".into(),
        api: "replay".to_owned(),
        base_url: None,
        hash: run.manifest.tasks[0].cases_hash,
    });
    run.judged(0, 0, vec![graded(0, A, 7.0)]);
    let questions = run.summary().questions;
    assert_eq!(questions.cost.total(), Amount::Known(Money(2_000_000)));
    assert_eq!(questions.paid.total(), Amount::Known(Money::ZERO));
}

#[test]
fn questions_that_were_put_before_word_for_word_are_told() {
    let mut run = JudgedRun::new(&["x/one"], 3, None);
    for case in 0..3 {
        run.judged(case, 0, vec![graded(0, A, 7.0)]);
    }
    assert_eq!(run.summary().identical, 2);
}

#[test]
fn the_mean_is_told_on_the_scale_of_the_judge() {
    let mut run = JudgedRun::new(&["x/one", "x/two"], 4, None);
    for (case, raw) in [3.0, 4.0, 8.0, 6.0].into_iter().enumerate() {
        run.judged(case as u64, 0, vec![graded(0, A, raw)]);
        run.judged(case as u64, 1, vec![graded(0, A, 9.0)]);
    }
    let judge = run.summary();
    assert_eq!(judge.scale, Some((1.0, 10.0)));
    let [one, two] = &judge.candidates[..] else {
        panic!("{:?}", judge.candidates)
    };
    close(one.raw.map(|raw| raw.value), 5.25);
    close(one.score.mean, 4.25 / 9.0);
    let (low, high) = one.raw.and_then(|raw| raw.interval).unwrap_or_default();
    assert!(
        1.0 < low && low < 5.25 && 5.25 < high && high < 10.0,
        "{low} {high}"
    );
    close(two.raw.map(|raw| raw.value), 9.0);
    assert!(two.score.degenerate && one.weighted.is_none());
}

#[test]
fn members_agree_where_they_say_exactly_the_same() {
    let mut run = JudgedRun::new(&["x/one"], 4, None);
    for (case, [a, b, c]) in [[5.0, 5.0, 5.0], [2.0, 2.0, 9.0], [7.0, 3.0, 3.0]]
        .into_iter()
        .enumerate()
    {
        run.judged(
            case as u64,
            0,
            vec![graded(0, A, a), graded(1, B, b), graded(2, C, c)],
        );
    }
    run.judged(
        3,
        0,
        vec![graded(0, A, 4.0), unsaid(1, B, None, 2), graded(2, C, 6.0)],
    );
    let agreement = run.summary().agreement;
    // 1, 1/3, 1/3 and 0 of the pairs of members.
    close(
        agreement.exact.ok().map(|exact| exact.value),
        (1.0 + 1.0 / 3.0 + 1.0 / 3.0) / 4.0,
    );
    let pairs: Vec<_> = agreement
        .pairs
        .iter()
        .map(|p| (p.a, p.b, p.same, p.units))
        .collect();
    assert_eq!(pairs, [(0, 1, 2, 3), (0, 2, 1, 4), (1, 2, 2, 3)]);
    assert_eq!(agreement.units, 4);
}

#[test]
fn agreement_is_null_with_its_reason() {
    let mut run = JudgedRun::new(&["x/one"], 2, None);
    run.judged(0, 0, vec![graded(0, A, 7.0)]);
    assert_eq!(run.summary().agreement.alpha, Err(Gap::OneMember));
    run.judged(1, 0, vec![graded(1, B, 7.0)]);
    assert_eq!(run.summary().agreement.alpha, Err(Gap::NoOverlap));
    let mut same = JudgedRun::new(&["x/one"], 5, None);
    for case in 0..5 {
        same.judged(case, 0, vec![graded(0, A, 7.0), graded(1, B, 7.0)]);
    }
    let agreement = same.summary().agreement;
    assert_eq!(agreement.alpha, Err(Gap::NoVariation));
    close(agreement.exact.ok().map(|exact| exact.value), 1.0);
    let mut silent = JudgedRun::new(&["x/one"], 1, None);
    silent.judged(0, 0, vec![unsaid(0, A, None, 2)]);
    assert_eq!(silent.summary().agreement.alpha, Err(Gap::NoVerdicts));
}

#[test]
fn the_slope_over_length_is_per_doubling() {
    let mut run = JudgedRun::new(&["x/one"], 4, None);
    // One point more on the scale from 1 to 10 for each doubling, with errors of half a point.
    for (case, (length, raw)) in [(100, 2.0), (200, 3.5), (400, 3.5), (800, 5.0)]
        .into_iter()
        .enumerate()
    {
        run.judged(case as u64, 0, vec![graded(0, A, raw)]).length = length;
    }
    let verbosity = run.summary().verbosity;
    // Sxy = (-1.5 * -1.5 + -0.5 * 0 + 0.5 * 0 + 1.5 * 1.5) / 9 = 4.5 / 9, Sxx = 5.
    close(verbosity.slope.as_ref().ok().map(|slope| slope.value), 0.1);
    assert_eq!(verbosity.slope, verbosity.within);
    let mut flat = JudgedRun::new(&["x/one"], 2, None);
    flat.judged(0, 0, vec![graded(0, A, 2.0)]);
    flat.judged(1, 0, vec![graded(0, A, 3.0)]);
    assert_eq!(flat.summary().verbosity.slope, Err(Gap::SameLength));
}

#[test]
fn levels_of_candidates_are_no_verbosity_within_candidates() {
    let mut run = JudgedRun::new(&["x/terse", "x/chatty"], 3, None);
    for (case, (length, raw)) in [(100, 2.0), (200, 3.0), (100, 4.0)].into_iter().enumerate() {
        run.judged(case as u64, 0, vec![graded(0, A, raw)]).length = length;
        run.judged(case as u64, 1, vec![graded(0, A, raw + 4.0)]).length = length * 8;
    }
    let verbosity = run.summary().verbosity;
    close(verbosity.within.ok().map(|slope| slope.value), 0.0);
    assert!(verbosity.slope.is_ok_and(|slope| slope.value > 0.1));
}

#[test]
fn self_preference_is_what_the_own_family_gives_beyond_what_others_see() {
    let mut run = JudgedRun::new(&["openai/gpt-4", "openrouter/anthropic/claude-4"], 3, None);
    for case in 0..3 {
        // Both see the first a point ahead; each gives its own family one more: the first 2 by its own, 0 by the other.
        run.judged(case, 0, vec![graded(0, A, 7.0), graded(1, B, 5.0)]);
        run.judged(case, 1, vec![graded(0, A, 5.0), graded(1, B, 5.0)]);
    }
    let preference = run.summary().self_preference;
    // openai: (7 - 5) - (5 - 5) = 2; anthropic: (5 - 5) - (5 - 7) = 2; in ninths.
    close(
        preference.contrast.as_ref().ok().map(|contrast| contrast.value),
        2.0 / 9.0,
    );
    let families: Vec<_> = preference.families.iter().map(|family| &*family.family).collect();
    assert_eq!(families, ["anthropic", "openai"]);
}

#[test]
fn self_preference_is_null_where_the_design_has_no_contrast() {
    let contrast = |candidates: &[&str], members: &[&str]| {
        let mut run = JudgedRun::new(candidates, 2, None);
        for case in 0..2 {
            for candidate in 0..candidates.len() as u32 {
                let verdicts = (0..).zip(members);
                let verdicts = verdicts
                    .map(|(at, model)| graded(at, model, 4.0 + case as f64))
                    .collect();
                run.judged(case, candidate, verdicts);
            }
        }
        run.summary().self_preference.contrast
    };
    assert_eq!(contrast(&["x/one", "x/two"], &[A, B]), Err(Gap::NoOwnFamily));
    assert_eq!(
        contrast(&["openai/gpt-4", "x/two"], &[A, "azure/gpt-5-mini"]),
        Err(Gap::OneFamily)
    );
    assert_eq!(contrast(&["openai/gpt-4"], &[A, B]), Err(Gap::NoContrast));
    assert!(contrast(&["openai/gpt-4", "x/two"], &[A, B]).is_ok());
}

#[test]
fn trials_that_wait_or_are_not_sampled_are_told_apart_from_failures() {
    let mut run = JudgedRun::new(&["x/one"], 4, None);
    run.left_out(0, 0, JudgeFault::Waiting);
    run.left_out(1, 0, JudgeFault::Failed);
    run.left_out(2, 0, JudgeFault::NotSampled);
    run.judged(3, 0, vec![graded(0, A, 7.0)]).probability = Some(0.5);
    let trials = run.summary().trials;
    assert_eq!(
        (trials.waiting, trials.failed, trials.not_sampled, trials.scored),
        (1, 1, 1, 1)
    );
}

#[test]
fn alpha_of_the_members_is_that_of_krippendorff() {
    let mut run = JudgedRun::new(&["x/one"], 10, None);
    // Reference vector krippendorff_alpha-01.
    let first = [1, 0, 1, 1, 0, 1, 1, 1, 0, 1];
    let second = [1, 0, 1, 0, 0, 1, 1, 1, 1, 1];
    for (case, (a, b)) in (0..).zip(first.into_iter().zip(second)) {
        let raw = |said: i32| 1.0 + 9.0 * f64::from(said);
        run.judged(case, 0, vec![graded(0, A, raw(a)), graded(1, B, raw(b))]);
    }
    let judge = run.summary();
    let alpha = judge.agreement.alpha.unwrap_or_else(|gap| panic!("{gap}"));
    close(Some(alpha.value), 0.547_619_047_619_047_7);
    let (low, high) = alpha.interval.unwrap_or_default();
    assert!(low < 0.3 && 0.54 < high && high <= 1.0, "{low} {high}");
    assert_eq!((alpha.cases, run.summary()), (10, judge));
}

#[test]
fn a_sample_that_prefers_the_best_does_not_flatter_the_mean() {
    let mut run = JudgedRun::new(&["x/one"], 10, None);
    for (case, (raw, chance)) in (0..).zip([(10.0, 1.0), (10.0, 1.0), (5.5, 0.25), (1.0, 0.25)]) {
        run.judged(case, 0, vec![graded(0, A, raw)]).probability = Some(chance);
    }
    for case in 4..10 {
        run.left_out(case, 0, JudgeFault::NotSampled);
    }
    let judge = run.summary();
    let candidate = &judge.candidates[0];
    close(candidate.score.mean, 2.5 / 4.0);
    let weighted = candidate.weighted.unwrap_or_else(|| panic!("{candidate:?}"));
    // Two stand for themselves, two for four each.
    close(weighted.mean, (1.0 + 1.0 + 4.0 * 0.5) / 10.0);
    assert_eq!((weighted.judged, weighted.of), (4, 10));
    assert!(
        weighted
            .interval
            .is_some_and(|(low, high)| low < 0.4 && high > 0.4)
    );
}

#[test]
fn a_sample_of_the_best_alone_tells_nothing_of_the_rest() {
    let mut run = JudgedRun::new(&["x/one"], 4, None);
    for case in 0..2 {
        run.judged(case, 0, vec![graded(0, A, 9.0 + case as f64)])
            .probability = Some(1.0);
        run.left_out(case + 2, 0, JudgeFault::NotSampled);
    }
    let weighted = run.summary().candidates[0].weighted;
    assert_eq!(
        weighted.map(|weighted| (weighted.mean, weighted.judged, weighted.of)),
        Some((None, 2, 4))
    );
}
