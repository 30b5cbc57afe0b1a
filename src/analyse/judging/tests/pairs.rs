//! Judges that compare.

use super::close;
use crate::analyse::judging::sample::{JudgedRun, both, compared, unsaid};
use crate::analyse::{Gap, Player};
use crate::model::{MemberVerdict, Shown};

const A: &str = "openai/gpt-5";
const B: &str = "anthropic/claude-5";

fn against_golden(results: &[(f64, f64)]) -> JudgedRun {
    let mut run = JudgedRun::new(&["x/one"], results.len() as u64, None);
    for (case, (first, second)) in results.iter().enumerate() {
        run.judged(case as u64, 0, both(0, A, None, *first, *second).to_vec());
    }
    run
}

#[test]
fn orders_that_contradict_each_other_are_a_flip_and_a_tie() {
    let judge = against_golden(&[(1.0, 1.0), (1.0, 0.0), (0.0, 0.0), (0.5, 0.5)]).summary();
    let swaps = judge.swaps.clone().unwrap_or_else(|| panic!("{judge:?}"));
    assert_eq!((swaps.pairs, swaps.agree, swaps.flips), (4, 3, 1));
    close(swaps.consistency.ok().map(|share| share.value), 0.75);
    // What is shown first wins half, all, half and half of both orders.
    close(swaps.position_bias.ok().map(|bias| bias.value), 0.125);
    close(swaps.shown_first, 2.5 / 4.0);
    close(swaps.shown_second, 1.5 / 4.0);
    let pairwise = judge.pairwise.unwrap_or_else(|| panic!("nothing was compared"));
    assert_eq!((pairwise.games, pairwise.draws, pairwise.flips), (4, 2, 1));
    let one = &pairwise.standings[0];
    assert_eq!((one.wins, one.losses, one.draws, one.flips), (1, 1, 2, 1));
    close(one.win_rate.mean, 0.5);
}

#[test]
fn a_judge_that_always_prefers_the_first_has_all_of_the_bias() {
    let judge = against_golden(&[(1.0, 0.0); 40]).summary();
    let swaps = judge.swaps.unwrap_or_else(|| panic!("nothing was compared"));
    close(swaps.position_bias.as_ref().ok().map(|bias| bias.value), 0.5);
    close(swaps.consistency.ok().map(|share| share.value), 0.0);
    assert!(
        swaps
            .position_bias
            .is_ok_and(|bias| bias.interval.is_some_and(|(low, _)| low > 0.4))
    );
}

#[test]
fn pairs_in_one_order_tell_nothing_of_swaps() {
    let mut run = JudgedRun::new(&["x/one"], 2, None);
    for case in 0..2 {
        run.judged(case, 0, vec![compared(0, A, Shown::First, None, 1.0)]);
    }
    let judge = run.summary();
    let swaps = judge.swaps.unwrap_or_else(|| panic!("nothing was compared"));
    assert_eq!(swaps.consistency, Err(Gap::OneOrder));
    assert_eq!(swaps.position_bias, Err(Gap::OneOrder));
    assert_eq!(judge.pairwise.map(|pairwise| pairwise.standings[0].wins), Some(2));
}

#[test]
fn a_preference_between_counts_as_it_is_and_wins_where_it_is_above_a_half() {
    let judge = against_golden(&[(0.9, 0.9), (0.6, 0.6), (0.5, 0.5), (0.2, 0.2)]).summary();
    let pairwise = judge.pairwise.unwrap_or_else(|| panic!("nothing was compared"));
    let one = &pairwise.standings[0];
    assert_eq!((one.wins, one.losses, one.draws), (2, 1, 1));
    close(one.win_rate.mean, 0.55);
    // Squared deviations 0.1225 + 0.0025 + 0.0025 + 0.1225 over 3, over 4.
    close(one.win_rate.se, (0.25_f64 / 12.0).sqrt());
}

#[test]
fn a_game_between_candidates_counts_for_both() {
    let mut run = JudgedRun::new(&["x/one", "x/two", "x/three"], 2, None);
    for case in 0..2 {
        let mut verdicts = both(0, A, Some(1), 1.0, 1.0).to_vec();
        verdicts.extend(both(0, A, Some(2), 1.0, 0.0));
        run.judged(case, 0, verdicts).length = 400;
        run.judged(case, 1, both(0, A, Some(2), 0.0, 0.0).to_vec()).length = 100;
        run.judged(case, 2, Vec::new()).length = 100;
    }
    let judge = run.summary();
    let pairwise = judge.pairwise.unwrap_or_else(|| panic!("nothing was compared"));
    assert_eq!((pairwise.games, pairwise.draws, pairwise.flips), (6, 2, 2));
    let told: Vec<_> = pairwise
        .standings
        .iter()
        .map(|one| {
            (
                one.candidate,
                one.games,
                one.wins,
                one.losses,
                one.draws,
                one.flips,
            )
        })
        .collect();
    assert_eq!(told, [(0, 4, 2, 0, 2, 2), (1, 4, 0, 4, 0, 0), (2, 4, 2, 0, 2, 2)]);
    let rates: Vec<_> = pairwise.standings.iter().map(|one| one.win_rate.mean).collect();
    assert_eq!(rates, [Some(0.75), Some(0.0), Some(0.75)]);
    assert_eq!(pairwise.ratings, Err(Gap::FewCases(2)));
}

#[test]
fn a_panel_makes_one_game_of_what_its_members_say() {
    let mut run = JudgedRun::new(&["x/one", "x/two"], 1, None);
    let mut verdicts: Vec<MemberVerdict> = both(0, A, Some(1), 1.0, 1.0).to_vec();
    verdicts.extend(both(1, B, Some(1), 1.0, 0.0));
    verdicts[0].weight = 3.0;
    verdicts[1].weight = 3.0;
    verdicts.push(unsaid(2, "google/gemini-3", None, 2));
    run.judged(0, 0, verdicts);
    let judge = run.summary();
    let pairwise = judge.pairwise.unwrap_or_else(|| panic!("nothing was compared"));
    // A win with weight 3 and a flip, which is a tie, with weight 1.
    close(pairwise.standings[0].win_rate.mean, 3.5 / 4.0);
    assert_eq!((pairwise.games, pairwise.flips), (1, 1));
}

#[test]
fn a_member_that_was_read_in_one_of_two_orders_says_nothing() {
    let mut run = JudgedRun::new(&["x/one", "x/two"], 1, None);
    let mut verdicts: Vec<MemberVerdict> = both(0, A, Some(1), 1.0, 1.0).to_vec();
    verdicts.push(compared(1, B, Shown::First, Some(1), 0.0));
    verdicts.push(MemberVerdict {
        order: Shown::Second,
        opponent: Some(1),
        ..unsaid(1, B, None, 2)
    });
    run.judged(0, 0, verdicts);
    let judge = run.summary();
    let pairwise = judge.pairwise.unwrap_or_else(|| panic!("nothing was compared"));
    assert_eq!(pairwise.standings[0].win_rate.mean, Some(1.0));
    assert_eq!((judge.questions.answered, judge.agreement.units), (3, 0));
    assert_eq!(judge.swaps.map(|swaps| swaps.pairs), Some(1));
}

#[test]
fn what_the_panel_gave_no_score_for_is_no_game() {
    let mut run = JudgedRun::new(&["x/one"], 2, None);
    run.judged(0, 0, both(0, A, None, 1.0, 1.0).to_vec());
    run.judged(1, 0, vec![unsaid(0, A, None, 2)]);
    let judge = run.summary();
    assert_eq!(judge.pairwise.map(|pairwise| pairwise.games), Some(1));
    assert_eq!(judge.trials.failed, 1);
}

/// Games of two candidates against each other and the golden output, over that many cases.
fn tournament(cases: u64) -> JudgedRun {
    let mut run = JudgedRun::new(&["x/one", "x/two"], cases, None);
    for case in 0..cases {
        let win = |chance: u64| f64::from(u8::from(case * 7 % 10 < chance));
        let mut verdicts = both(0, A, Some(1), win(7), win(7)).to_vec();
        verdicts.extend(both(0, A, None, win(6), win(6)));
        run.judged(case, 0, verdicts).length = 100 + case;
        run.judged(case, 1, both(0, A, None, win(4), win(4)).to_vec())
            .length = 150;
    }
    run
}

#[test]
fn ratings_are_over_all_games_golden_outputs_among_the_players() {
    let judge = tournament(40).summary();
    let pairwise = judge.pairwise.unwrap_or_else(|| panic!("nothing was compared"));
    let ratings = pairwise.ratings.unwrap_or_default();
    let order: Vec<Player> = ratings.iter().map(|rated| rated.player).collect();
    assert_eq!(
        order,
        [Player::Candidate(0), Player::Golden, Player::Candidate(1)]
    );
    close(Some(ratings.iter().map(|rated| rated.theta).sum()), 0.0);
    for rated in &ratings {
        close(
            Some(rated.elo),
            1000.0 + 400.0 / std::f64::consts::LN_10 * rated.theta,
        );
        let (low, high) = rated.elo_interval;
        assert!(low < rated.elo && rated.elo < high, "{rated:?}");
    }
}

#[test]
fn a_win_rate_at_equal_lengths_takes_out_what_length_explains() {
    let mut run = JudgedRun::new(&["x/one"], 60, None);
    for case in 0..60 {
        // Twice as often longer than shorter; the longer output wins nine in ten.
        let longer = case % 3 != 0;
        let won = f64::from(u8::from(longer != (case % 10 == 0)));
        run.judged(case, 0, both(0, A, None, won, won).to_vec()).length = if longer { 180 } else { 20 };
    }
    let judge = run.summary();
    let standing = judge.pairwise.map(|pairwise| pairwise.standings[0].clone());
    let standing = standing.unwrap_or_else(|| panic!("nothing was compared"));
    let controlled = standing
        .length_controlled
        .map(|rate| rate.value)
        .unwrap_or_default();
    let raw = standing.win_rate.mean.unwrap_or_default();
    assert!(
        raw > 0.6 && (controlled - 0.5).abs() < 0.1,
        "{raw} and {controlled}"
    );
    assert!(judge.verbosity.slope.is_ok_and(|slope| slope.value > 0.1));
    let few = against_golden(&[(1.0, 1.0); 9]).summary();
    let few = few
        .pairwise
        .map(|pairwise| pairwise.standings[0].length_controlled);
    assert_eq!(few, Some(Err(Gap::FewGames(9))));
}

#[test]
fn a_candidate_that_won_every_game_has_no_rating() {
    let judge = against_golden(&[(1.0, 1.0); 40]).summary();
    let pairwise = judge.pairwise.unwrap_or_else(|| panic!("nothing was compared"));
    assert_eq!(pairwise.ratings, Err(Gap::Separated));
    assert_eq!(pairwise.standings[0].win_rate.mean, Some(1.0));
}
