//! Laws that hold for any verdicts.

use crate::analyse::judging::sample::{JudgedRun, both, graded, unsaid};
use crate::analyse::{JudgeSummary, Player};
use crate::model::ErrorClass;
use proptest::prelude::*;

const MEMBERS: [&str; 3] = ["openai/gpt-5", "anthropic/claude-5", "google/gemini-3"];
const CANDIDATES: [&str; 4] = ["openai/gpt-4", "x/claude-4", "x/two", "local/gemma-3"];

/// A run in which everything happens.
fn drawn(seed: u64, cases: u64, pairs: bool) -> JudgedRun {
    let mut run = JudgedRun::new(&CANDIDATES, cases, Some("group"));
    let mut state = seed;
    let mut draw = move |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for case in 0..cases {
        for candidate in 0..CANDIDATES.len() as u32 {
            let mut verdicts = Vec::new();
            for (member, model) in (0..).zip(MEMBERS) {
                if draw(12) == 0 {
                    let class = (draw(2) == 0).then_some(ErrorClass::Timeout);
                    verdicts.push(unsaid(member, model, class, 1 + draw(2) as u32));
                } else if pairs {
                    for opponent in candidate + 1..CANDIDATES.len() as u32 {
                        let [first, second] = [draw(3) as f64 / 2.0, draw(3) as f64 / 2.0];
                        verdicts.extend(both(member, model, Some(opponent), first, second));
                    }
                } else {
                    verdicts.push(graded(member, model, 1.0 + draw(10) as f64));
                }
            }
            let judged = run.judged(case, candidate, verdicts);
            judged.length = 1 + draw(2_000);
        }
    }
    run
}

/// The candidates in another order: their positions, and those of their opponents.
fn turned(run: &JudgedRun, place: impl Fn(u32) -> u32) -> JudgedRun {
    let mut manifest = run.manifest.clone();
    for (position, entry) in (0..).zip(&run.manifest.candidates) {
        manifest.candidates[place(position) as usize] = entry.clone();
    }
    let mut trials = run.trials.clone();
    for trial in &mut trials {
        trial.key.candidate = place(trial.key.candidate);
        for judged in trial
            .scores
            .iter_mut()
            .filter_map(|entry| entry.judged.as_deref_mut())
        {
            for verdict in &mut judged.verdicts {
                verdict.opponent = verdict.opponent.map(&place);
            }
        }
    }
    trials.sort_by_key(|trial| trial.key);
    JudgedRun { manifest, trials }
}

/// All figures of a judge with the names of candidates in place of their positions, for comparison within rounding.
fn figures(judge: &JudgeSummary, run: &JudgedRun) -> Vec<(String, f64)> {
    let name = |candidate: u32| {
        run.manifest.candidates[candidate as usize]
            .candidate
            .model
            .to_string()
    };
    let mut all = Vec::new();
    let mut add = |label: &str, figure: &Result<crate::analyse::Ranged, crate::analyse::Gap>| {
        if let Ok(figure) = figure {
            all.push((label.to_owned(), figure.value));
            if let Some((low, high)) = figure.interval {
                all.push((format!("{label} low"), low));
                all.push((format!("{label} high"), high));
            }
        }
    };
    add("alpha", &judge.agreement.alpha);
    add("exact", &judge.agreement.exact);
    add("slope", &judge.verbosity.slope);
    add("within", &judge.verbosity.within);
    add("own", &judge.self_preference.contrast);
    if let Some(swaps) = &judge.swaps {
        add("swaps", &swaps.consistency);
        add("position", &swaps.position_bias);
    }
    if let Some(pairwise) = &judge.pairwise {
        for one in &pairwise.standings {
            add(
                &format!("equal length {}", name(one.candidate)),
                &one.length_controlled,
            );
        }
        for one in &pairwise.standings {
            all.push((
                format!("rate {}", name(one.candidate)),
                one.win_rate.mean.unwrap_or(-1.0),
            ));
            all.push((format!("flips {}", name(one.candidate)), one.flips as f64));
        }
        for rated in pairwise.ratings.iter().flatten() {
            let who = match rated.player {
                Player::Candidate(candidate) => name(candidate),
                Player::Golden => "golden".to_owned(),
            };
            all.push((format!("elo {who}"), rated.elo));
        }
    }
    for one in &judge.candidates {
        all.push((
            format!("mean {}", name(one.candidate)),
            one.score.mean.unwrap_or(-1.0),
        ));
        all.push((
            format!("low {}", name(one.candidate)),
            one.score.low.unwrap_or(-1.0),
        ));
    }
    all.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn the_order_in_which_trials_of_a_case_arrive_changes_no_bit(seed in 0_u64..1000, pairs in any::<bool>()) {
        let run = drawn(seed, 12, pairs);
        let mut shuffled = JudgedRun { manifest: run.manifest.clone(), trials: run.trials.clone() };
        shuffled.trials.sort_by_key(|trial| (trial.key.case, (u64::from(trial.key.candidate) + seed) % 4));
        prop_assert_eq!(run.summary(), shuffled.summary());
    }

    #[test]
    fn the_order_of_candidates_does_not_matter(seed in 0_u64..1000, pairs in any::<bool>()) {
        let run = drawn(seed, 34, pairs);
        let other = turned(&run, |position| (position + 1 + seed as u32 % 3) % 4);
        let (ours, theirs) = (figures(&run.summary(), &run), figures(&other.summary(), &other));
        prop_assert_eq!(ours.len(), theirs.len());
        for ((label, a), (other, b)) in ours.iter().zip(&theirs) {
            prop_assert_eq!(label, other);
            prop_assert!((a - b).abs() < 1e-6, "{}: {} and {}", label, a, b);
        }
    }

    #[test]
    fn figures_stay_in_their_ranges(seed in 0_u64..1000, cases in 0_u64..9, pairs in any::<bool>()) {
        let run = drawn(seed, cases, pairs);
        let Some(judge) = run.analysis().tasks.remove(0).judges.pop() else {
            prop_assert_eq!(cases, 0);
            return Ok(());
        };
        let questions = &judge.questions;
        let ends = questions.answered + questions.unreadable + questions.not_put + questions.without_reply();
        prop_assert_eq!(questions.asked, ends);
        if let Ok(alpha) = judge.agreement.alpha {
            prop_assert!(alpha.value <= 1.0);
        }
        if let Ok(contrast) = judge.self_preference.contrast {
            prop_assert!((-2.0..=2.0).contains(&contrast.value));
        }
        for pairwise in judge.pairwise.iter() {
            let sum: f64 = pairwise.standings.iter().map(|one| one.wins as f64 - one.losses as f64).sum();
            prop_assert_eq!(sum, 0.0);
        }
    }
}
