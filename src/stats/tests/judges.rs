//! Laws of what judges are measured with: what must not matter does not, and what is undefined is said to be.

use crate::stats::*;
use proptest::collection::vec;
use proptest::{prop_assert, prop_assert_eq, prop_assume, proptest};

fn game(a: u32, b: u32, outcome: f64, case: u32) -> Game {
    Game { a, b, outcome, case }
}

/// A round of each pair in each case, with outcomes drawn by the strengths.
fn tournament(strengths: &[f64], cases: u32, seed: u64) -> Vec<Game> {
    let mut rng = Rng::stream(seed, 0);
    let mut games = Vec::new();
    for case in 0..cases {
        for a in 0..strengths.len() {
            for b in 0..a {
                let chance = 1.0 / (1.0 + (strengths[b] - strengths[a]).exp());
                let drawn = rng.unit();
                let outcome = if drawn < 0.1 {
                    0.5
                } else {
                    f64::from(u8::from(rng.unit() < chance))
                };
                games.push(game(a as u32, b as u32, outcome, case));
            }
        }
    }
    games
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs())
}

#[test]
fn two_players_are_rated_by_the_odds_of_their_games() {
    let games: Vec<Game> = (0..40)
        .map(|case| game(0, 1, f64::from(u8::from(case < 30)), case))
        .collect();
    let found = bradley_terry(2, &games).unwrap();
    assert!(near(found.theta[0] - found.theta[1], 3.0_f64.ln()));
    let (elo, low, high) = found.elo(0, 0.05).unwrap();
    assert!(near(elo + found.elo(1, 0.05).unwrap().0, 2000.0));
    assert!(low < elo && elo < high);
    // Both ratings move together, so that the difference is less certain than two independent ratings would say.
    let difference = found.se_of_difference(0, 1).unwrap();
    assert!(near(difference, found.se[0] + found.se[1]));
    assert!(found.se_of_difference(0, 2).is_none() && found.elo(2, 0.05).is_none());
}

#[test]
fn neither_the_order_of_games_nor_the_side_of_a_player_matters() {
    let strengths = [0.0, 0.8, -0.5, 1.5];
    let games = tournament(&strengths, 25, 4);
    let found = bradley_terry(4, &games).unwrap();
    let mut shuffled: Vec<Game> = games
        .iter()
        .enumerate()
        .map(|(at, one)| match at % 2 {
            0 => *one,
            _ => game(one.b, one.a, 1.0 - one.outcome, one.case),
        })
        .collect();
    Rng::stream(5, 0).shuffle(&mut shuffled);
    let again = bradley_terry(4, &shuffled).unwrap();
    // Players under other numbers get the same ratings.
    let renamed: Vec<Game> = games
        .iter()
        .map(|one| game(3 - one.a, 3 - one.b, one.outcome, one.case))
        .collect();
    let renamed = bradley_terry(4, &renamed).unwrap();
    for player in 0..4 {
        assert!(near(found.theta[player], again.theta[player]));
        assert!(near(found.se[player], again.se[player]));
        assert!(near(found.theta[player], renamed.theta[3 - player]));
        assert!(near(found.se[player], renamed.se[3 - player]));
    }
    assert!(near(found.theta.iter().sum::<f64>(), 0.0));
}

#[test]
fn the_same_game_again_in_its_case_makes_no_rating_more_certain() {
    let games = tournament(&[0.0, 0.4, -0.3], 40, 8);
    let once = bradley_terry(3, &games).unwrap();
    let fourfold: Vec<Game> = games
        .iter()
        .flat_map(|one| std::iter::repeat_n(*one, 4))
        .collect();
    let again = bradley_terry(3, &fourfold).unwrap();
    for player in 0..3 {
        assert!(near(once.theta[player], again.theta[player]));
        // Only the correction for the number of games differs.
        assert!((once.se[player] / again.se[player] - 1.0).abs() < 0.02);
    }
}

#[test]
fn ratings_far_apart_settle() {
    // Each of 60 players beats the next a thousand times for one loss.
    let mut games = Vec::new();
    for player in 0..59 {
        for round in 0..1000 {
            games.push(game(player, player + 1, 1.0, round % 50));
        }
        games.push(game(player, player + 1, 0.0, player % 50));
    }
    let found = bradley_terry(60, &games).unwrap();
    for player in 0..59 {
        let ahead = found.theta[player] - found.theta[player + 1];
        assert!((ahead - 1000.0_f64.ln()).abs() < 1e-6, "{ahead}");
    }
}

#[test]
fn games_that_are_none_are_left_out_and_counted() {
    let mut games = tournament(&[0.0, 0.3], 40, 2);
    let sound = bradley_terry(2, &games).unwrap();
    assert_eq!(
        (sound.left_out, sound.cases, sound.too_few_cases()),
        (0, 40, false)
    );
    games.extend([
        game(0, 0, 1.0, 1),
        game(0, 7, 1.0, 1),
        game(0, 1, f64::NAN, 1),
        game(0, 1, 1.5, 1),
    ]);
    let found = bradley_terry(2, &games).unwrap();
    assert_eq!(found.left_out, 4);
    assert_eq!(found.theta, sound.theta);
    let few = bradley_terry(2, &tournament(&[0.0, 0.3], 29, 2)).unwrap();
    assert!(few.too_few_cases());
}

#[test]
fn agreement_is_undefined_where_there_is_nothing_to_agree_on() {
    let every = [KappaWeights::None, KappaWeights::Linear, KappaWeights::Quadratic];
    for weights in every {
        assert_eq!(Confusion::new(0).kappa(weights), None);
        assert_eq!(Confusion::new(3).kappa(weights), None);
        let mut same = Confusion::new(3);
        (0..9).for_each(|_| same.add(1, 1));
        assert_eq!((same.agreement(), same.kappa(weights)), (Some(1.0), None));
    }
    assert_eq!(Confusion::new(3).agreement(), None);
    for metric in [AlphaMetric::Nominal, AlphaMetric::Ordinal, AlphaMetric::Interval] {
        assert_eq!(krippendorff_alpha(&[], metric), None);
        assert_eq!(krippendorff_alpha(&[vec![Some(1.0), Some(2.0)]], metric), None);
        let apart = [vec![Some(1.0), None], vec![None, Some(2.0)]];
        assert_eq!(krippendorff_alpha(&apart, metric), None);
        // Percentages that are all the same are no perfect agreement, though their sums round.
        for value in [0.1, 77.7, 1e9 / 3.0] {
            let constant = vec![vec![Some(value); 700]; 3];
            assert_eq!(krippendorff_alpha(&constant, metric), None, "{value}");
        }
    }
}

#[test]
fn correlations_are_undefined_where_a_list_does_not_vary_or_holds_no_numbers() {
    let numbers = [3.0, 1.0, 2.0, 9.0, 4.0, 5.0, 6.0];
    for correlation in [pearson, spearman, kendall_tau_b] {
        assert_eq!(correlation(&[0.1; 7], &numbers), None);
        assert_eq!(correlation(&numbers, &[0.1; 7]), None);
        assert_eq!(correlation(&[f64::NAN, 1.0, 2.0], &[1.0, 2.0, 3.0]), None);
        assert_eq!(correlation(&[1.0], &[1.0]), None);
        assert_eq!(correlation(&[], &numbers), None);
        let own = correlation(&numbers, &numbers).unwrap();
        assert!((own - 1.0).abs() < 1e-15 && own <= 1.0);
    }
}

#[test]
fn a_bootstrap_interval_always_has_a_width() {
    let values = [5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 7.0, 8.0];
    let median = |drawn: &[usize]| {
        let mut drawn: Vec<f64> = drawn.iter().map(|at| values[*at]).collect();
        drawn.sort_by(f64::total_cmp);
        drawn.get(drawn.len() / 2).copied()
    };
    assert_eq!(bca(9, 5.0, median, 0.05, 2000, 1), None);
    // An estimate that no draw comes near to is not the statistic of these clusters.
    assert_eq!(bca(9, 500.0, median, 0.05, 2000, 1), None);
    assert_eq!(bca(1, 5.0, median, 0.05, 2000, 1), None);
    assert_eq!(bca(9, 5.0, |_| None, 0.05, 2000, 1), None);
}

#[test]
fn a_bootstrap_interval_moves_with_the_statistic() {
    let values: Vec<f64> = (0..40).map(|at| f64::from((at * 7) % 11)).collect();
    let mean = values.iter().sum::<f64>() / 40.0;
    let of = |shift: f64| {
        let statistic =
            |drawn: &[usize]| Some(drawn.iter().map(|at| values[*at]).sum::<f64>() / 40.0 - shift);
        bca(40, mean - shift, statistic, 0.05, 2000, 3).unwrap()
    };
    // Around 0, where an estimate has no size to compare rounding with, it is the same interval.
    let (here, there) = (of(0.0), of(mean));
    assert!((here.0 - there.0 - mean).abs() < 1e-9 && (here.1 - there.1 - mean).abs() < 1e-9);
}

#[test]
fn kappa_gets_its_interval_from_clusters_of_cases() {
    let mut rng = Rng::stream(6, 0);
    let pairs: Vec<(usize, usize)> = (0..80)
        .map(|_| {
            let first = rng.index(3);
            let second = if rng.unit() < 0.7 { first } else { rng.index(3) };
            (first, second)
        })
        .collect();
    let statistic = |drawn: &[usize]| {
        let mut table = Confusion::new(3);
        drawn.iter().for_each(|at| table.add(pairs[*at].0, pairs[*at].1));
        table.kappa(KappaWeights::None)
    };
    let all: Vec<usize> = (0..80).collect();
    let kappa = statistic(&all).unwrap();
    let (low, high) = bca(80, kappa, statistic, 0.05, 2000, 7).unwrap();
    assert!(-1.0 <= low && low < kappa && kappa < high && high <= 1.0);
}

/// Cases with a person's verdict and that of a judge who is right with that chance.
fn labelled(count: u32, right: f64, seed: u64) -> Vec<Labelled> {
    let mut rng = Rng::stream(seed, 0);
    (0..count)
        .map(|cluster| {
            let human = f64::from(u8::from(rng.unit() < 0.7));
            let judge = if rng.unit() < right { human } else { 1.0 - human };
            Labelled {
                human,
                judge,
                cluster,
            }
        })
        .collect()
}

fn judged(count: u32, right: f64, seed: u64) -> Vec<(f64, u32)> {
    labelled(count, right, seed)
        .iter()
        .map(|case| (case.judge, 100_000 + case.cluster))
        .collect()
}

fn width(found: &Corrected) -> f64 {
    found.high.unwrap() - found.low.unwrap()
}

#[test]
fn a_good_judge_shortens_the_interval_and_a_useless_one_is_left_out() {
    let (labels, more) = (labelled(80, 0.95, 1), judged(2000, 0.95, 2));
    let alone = ppi_mean(&labels, &[], false, 0.05, FEWEST_LABELS).unwrap();
    let helped = ppi_mean(&labels, &more, false, 0.05, FEWEST_LABELS).unwrap();
    assert!(alone.human_only && !helped.human_only);
    assert!(
        width(&helped) < 0.8 * width(&alone),
        "{} {}",
        width(&helped),
        width(&alone)
    );
    let constant: Vec<Labelled> = labels
        .iter()
        .map(|case| Labelled { judge: 0.5, ..*case })
        .collect();
    let useless = ppi_mean(&constant, &[(0.5, 0); 500], false, 0.05, FEWEST_LABELS).unwrap();
    assert_eq!(useless.lambda, 0.0);
    assert!(near(useless.mean, alone.mean));
}

#[test]
fn with_fewer_than_fifty_labels_the_labels_speak_alone() {
    let (labels, more) = (labelled(49, 0.95, 1), judged(2000, 0.95, 2));
    let found = ppi_mean(&labels, &more, false, 0.05, FEWEST_LABELS).unwrap();
    let scores: Vec<Option<f64>> = labels.iter().map(|case| Some(case.human)).collect();
    let human = effective_n_wilson(&scores, None, 0.05);
    assert!(found.human_only && found.labels == 49 && found.lambda == 0.0);
    assert_eq!(
        (Some(found.mean), found.low, found.high),
        (human.mean, human.low, human.high)
    );
    assert!(ppi_mean(&[], &more, false, 0.05, FEWEST_LABELS).is_none());
}

#[test]
fn a_corrected_mean_covers_the_truth_that_the_judge_misses() {
    // The judge passes three in ten of what people fail, and never fails what they pass.
    let (rounds, mut covered, mut missed) = (300_u32, 0, 0);
    for round in 0..rounds {
        let mut rng = Rng::stream(40, u64::from(round));
        let mut draw = || {
            let human = f64::from(u8::from(rng.unit() < 0.7));
            let judge = if human == 0.0 && rng.unit() < 0.3 {
                1.0
            } else {
                human
            };
            (human, judge)
        };
        let labels: Vec<Labelled> = (0..60)
            .map(|cluster| {
                let (human, judge) = draw();
                Labelled {
                    human,
                    judge,
                    cluster,
                }
            })
            .collect();
        let more: Vec<(f64, u32)> = (0..600).map(|cluster| (draw().1, 1000 + cluster)).collect();
        let holds = |low: Option<f64>, high: Option<f64>| (low.unwrap()..=high.unwrap()).contains(&0.7);
        let found = ppi_mean(&labels, &more, false, 0.05, FEWEST_LABELS).unwrap();
        covered += u32::from(holds(found.low, found.high));
        let raw: Vec<Option<f64>> = more.iter().map(|(score, _)| Some(*score)).collect();
        let raw = effective_n_wilson(&raw, None, 0.05);
        missed += u32::from(!holds(raw.low, raw.high));
    }
    assert!(covered >= 273, "covered {covered} of {rounds}");
    assert!(
        missed > 280,
        "the judge alone was right {} times",
        rounds - missed
    );
}

#[test]
fn labels_of_one_cluster_give_no_interval_and_few_clusters_a_wide_one() {
    let (labels, more) = (labelled(60, 0.9, 3), judged(300, 0.9, 4));
    let grouped = |size: u32| -> Vec<Labelled> {
        let cluster = |case: &Labelled| case.cluster / size;
        labels
            .iter()
            .map(|case| Labelled {
                cluster: cluster(case),
                ..*case
            })
            .collect()
    };
    let one = ppi_mean(&grouped(60), &more, true, 0.05, FEWEST_LABELS).unwrap();
    assert_eq!((one.low, one.high), (None, None));
    let few = ppi_mean(&grouped(15), &more, true, 0.05, FEWEST_LABELS).unwrap();
    let apart = ppi_mean(&labels, &more, false, 0.05, FEWEST_LABELS).unwrap();
    assert!(width(&few) > width(&apart));
    // Twenty good answers to the same document are no twenty documents.
    let perfect: Vec<Labelled> = grouped(20)
        .iter()
        .map(|case| Labelled {
            human: 1.0,
            judge: 1.0,
            ..*case
        })
        .collect();
    let all = ppi_mean(&perfect, &[(1.0, 900), (1.0, 901)], true, 0.05, FEWEST_LABELS).unwrap();
    assert!(all.low.unwrap() < 0.5, "{all:?}");
}

#[test]
fn what_is_no_number_is_left_out_of_a_corrected_mean() {
    let (mut labels, mut more) = (labelled(60, 0.9, 3), judged(300, 0.9, 4));
    let sound = ppi_mean(&labels, &more, false, 0.05, FEWEST_LABELS);
    labels.push(Labelled {
        human: f64::NAN,
        judge: 1.0,
        cluster: 0,
    });
    more.push((f64::INFINITY, 0));
    assert_eq!(ppi_mean(&labels, &more, false, 0.05, FEWEST_LABELS), sound);
}

#[test]
fn scores_that_differ_by_rounding_only_give_no_interval_without_width() {
    let shifted = [0.3 - 0.2, 0.2 - 0.1, 0.9 - 0.8, 0.4 - 0.3, 0.7 - 0.6, 0.6 - 0.5];
    let differences: Vec<Option<f64>> = shifted.iter().cycle().take(30).map(|d| Some(*d)).collect();
    let paired = paired_difference(&differences, None, false, 0.05);
    assert!(paired.degenerate);
    assert!(paired.high.unwrap() - paired.low.unwrap() > 0.1, "{paired:?}");
    let labels: Vec<Labelled> = (0..60)
        .map(|cluster| Labelled {
            human: 0.1,
            judge: 0.3,
            cluster,
        })
        .collect();
    let corrected = ppi_mean(&labels, &[(0.3, 99); 100], false, 0.05, FEWEST_LABELS).unwrap();
    assert!(width(&corrected) > 0.1, "{corrected:?}");
    let exact: Vec<LengthGame> = (0..40)
        .map(|at| LengthGame {
            outcome: if at % 2 == 0 { 0.25 } else { 0.75 },
            longer: if at % 2 == 0 { -1.0 } else { 1.0 },
            cluster: at,
        })
        .collect();
    let controlled = length_controlled(&exact, 0.05).unwrap();
    assert!(
        controlled.high.unwrap() - controlled.low.unwrap() > 0.1,
        "{controlled:?}"
    );
}

/// Games whose outcome depends on strength and length.
fn lengths(count: u32, strength: f64, taste: f64, seed: u64) -> Vec<LengthGame> {
    let mut rng = Rng::stream(seed, 0);
    (0..count)
        .map(|cluster| {
            let longer = 400.0 * (rng.unit() - 0.3);
            let chance = 1.0 / (1.0 + (-strength - taste * (longer / 100.0).tanh()).exp());
            LengthGame {
                outcome: f64::from(u8::from(rng.unit() < chance)),
                longer,
                cluster,
            }
        })
        .collect()
}

#[test]
fn the_unit_of_lengths_and_the_side_of_the_judged_output_do_not_matter() {
    let games = lengths(400, 0.5, 1.0, 1);
    let found = length_controlled(&games, 0.05).unwrap();
    let mapped = |change: fn(&LengthGame) -> LengthGame| {
        let games: Vec<LengthGame> = games.iter().map(change).collect();
        length_controlled(&games, 0.05).unwrap()
    };
    let words = mapped(|one| LengthGame {
        longer: one.longer / 5.0,
        ..*one
    });
    assert!(near(words.win_rate, found.win_rate) && near(words.se, found.se));
    let mirrored = mapped(|one| LengthGame {
        outcome: 1.0 - one.outcome,
        longer: -one.longer,
        ..*one
    });
    assert!(near(mirrored.win_rate, 1.0 - found.win_rate) && near(mirrored.slope, found.slope));
    assert!(near(mirrored.low.unwrap(), 1.0 - found.high.unwrap()));
}

#[test]
fn a_win_rate_at_equal_lengths_needs_games_that_tell_one() {
    let games = lengths(400, 0.5, 1.0, 1);
    let with = |change: fn(&LengthGame) -> LengthGame| {
        let games: Vec<LengthGame> = games.iter().map(change).collect();
        length_controlled(&games, 0.05)
    };
    assert_eq!(length_controlled(&games[..9], 0.05), None);
    assert_eq!(length_controlled(&[], 0.05), None);
    assert_eq!(with(|one| LengthGame { longer: 0.1, ..*one }), None);
    assert_eq!(with(|one| LengthGame { outcome: 1.0, ..*one }), None);
    let nothing = |one: &LengthGame| LengthGame {
        longer: f64::NAN,
        ..*one
    };
    assert_eq!(with(nothing), None);
    let separated = |one: &LengthGame| LengthGame {
        outcome: f64::from(u8::from(one.longer > 0.0)),
        ..*one
    };
    assert_eq!(with(separated), None);
    let alone = with(|one| LengthGame { cluster: 0, ..*one }).unwrap();
    assert_eq!((alone.low, alone.high), (None, None));
}

#[test]
fn the_mean_of_a_two_phase_sample_is_right_over_all_samples() {
    // Of six cases the best two are certain, and each pair of the other four is as likely.
    let scores = [0.1, 0.35, 0.2, 0.6, 0.9, 1.0];
    let (mut sum, mut samples) = (0.0, 0.0);
    for first in 0..4 {
        for second in 0..first {
            let drawn = [(first, 0.5), (second, 0.5), (4, 1.0), (5, 1.0)];
            let sample = drawn.map(|(case, probability)| Sampled {
                value: scores[case],
                probability,
                cluster: case as u32,
            });
            let found = weighted_mean(&sample, false, 0.05).unwrap();
            assert!(near(found.stands_for, 6.0) && found.sampled == 4);
            sum += found.mean;
            samples += 1.0;
        }
    }
    assert!(near(sum / samples, scores.iter().sum::<f64>() / 6.0));
}

fn sampled(values: impl Iterator<Item = (f64, f64)>) -> Vec<Sampled> {
    let of = |((value, probability), cluster)| Sampled {
        value,
        probability,
        cluster,
    };
    values.zip(0..).map(of).collect()
}

#[test]
fn equal_chances_give_the_plain_mean_and_unequal_ones_a_wider_interval() {
    let graded: Vec<f64> = (0..50).map(|at| f64::from((at * 7) % 10) / 10.0).collect();
    let plain: Vec<Option<f64>> = graded.iter().map(|value| Some(*value)).collect();
    let plain = effective_n_wilson(&plain, None, 0.05);
    let equal = sampled(graded.iter().map(|value| (*value, 0.25)));
    let equal = weighted_mean(&equal, false, 0.05).unwrap();
    assert!(near(equal.mean, plain.mean.unwrap()) && near(equal.stands_for, 200.0));
    // Up to the factor n/(n-1) of the plain one.
    assert!((equal.low.unwrap() - plain.low.unwrap()).abs() < 0.005);
    assert!((equal.high.unwrap() - plain.high.unwrap()).abs() < 0.005);
    // All pass: sixteen that stand for ten each do not count as much as fifty-six that stand for themselves.
    let passes = sampled((0..56).map(|at| (1.0, if at < 40 { 1.0 } else { 0.1 })));
    let passes = weighted_mean(&passes, false, 0.05).unwrap();
    let (low, _) = wilson(1.0, 56.0, normal_quantile(0.975)).unwrap();
    assert!(passes.low.unwrap() < low - 0.05, "{passes:?}");
}

#[test]
fn impossible_chances_are_left_out_of_a_weighted_mean() {
    let cases = sampled([(0.2, 1.0), (0.4, 0.5), (0.6, 0.0), (0.8, 1.5), (f64::NAN, 1.0)].into_iter());
    let found = weighted_mean(&cases, false, 0.05).unwrap();
    assert_eq!(found.sampled, 2);
    assert!(near(found.mean, (0.2 + 0.8) / 3.0));
    assert!(weighted_mean(&cases[2..], false, 0.05).is_none());
    let one = weighted_mean(&cases[..1], false, 0.05).unwrap();
    assert_eq!((one.low, one.high), (None, None));
}

proptest! {
    #[test]
    fn kappa_does_not_depend_on_who_is_first_or_where_the_scale_begins(
        pairs in vec((0_usize..4, 0_usize..4), 0..40),
    ) {
        let table = |change: &dyn Fn(usize, usize) -> (usize, usize)| {
            let mut table = Confusion::new(4);
            for (first, second) in &pairs {
                let (first, second) = change(*first, *second);
                table.add(first, second);
            }
            table
        };
        let own = table(&|first, second| (first, second));
        let swapped = table(&|first, second| (second, first));
        let reversed = table(&|first, second| (3 - first, 3 - second));
        for weights in [KappaWeights::None, KappaWeights::Linear, KappaWeights::Quadratic] {
            let kappa = own.kappa(weights);
            for other in [swapped.kappa(weights), reversed.kappa(weights)] {
                prop_assert_eq!(kappa.is_some(), other.is_some());
                prop_assert!(near(kappa.unwrap_or(0.0), other.unwrap_or(0.0)));
            }
            prop_assert!(kappa.is_none_or(|kappa| kappa.is_finite() && kappa <= 1.0));
        }
        prop_assert_eq!(own.total(), pairs.len() as u64);
    }

    #[test]
    fn alpha_does_not_depend_on_the_order_of_raters_and_cases(
        rows in vec(vec(proptest::option::weighted(0.8, 1_u8..6), 8), 1..4),
        shift in -50.0_f64..50.0,
    ) {
        let rated: Vec<Vec<Option<f64>>> = rows
            .iter()
            .map(|row| row.iter().map(|value| value.map(f64::from)).collect())
            .collect();
        let mut turned: Vec<Vec<Option<f64>>> = rated.clone();
        turned.reverse();
        turned.iter_mut().for_each(|row| row.reverse());
        for metric in [AlphaMetric::Nominal, AlphaMetric::Ordinal, AlphaMetric::Interval] {
            let (own, other) = (krippendorff_alpha(&rated, metric), krippendorff_alpha(&turned, metric));
            prop_assert_eq!(own.is_some(), other.is_some());
            prop_assert!(near(own.unwrap_or(0.0), other.unwrap_or(0.0)));
            prop_assert!(own.is_none_or(|alpha| alpha.is_finite() && alpha <= 1.0 + 1e-12));
        }
        let moved: Vec<Vec<Option<f64>>> = rated
            .iter()
            .map(|row| row.iter().map(|value| value.map(|value| 3.0 * value + shift)).collect())
            .collect();
        let interval = |rows: &[Vec<Option<f64>>]| krippendorff_alpha(rows, AlphaMetric::Interval);
        let (own, other) = (interval(&rated), interval(&moved));
        prop_assert_eq!(own.is_some(), other.is_some());
        prop_assert!(near(own.unwrap_or(0.0), other.unwrap_or(0.0)));
    }

    #[test]
    fn rank_correlations_see_only_the_order(pairs in vec((-3_i8..4, -3_i8..4), 0..30)) {
        let a: Vec<f64> = pairs.iter().map(|pair| f64::from(pair.0)).collect();
        let b: Vec<f64> = pairs.iter().map(|pair| f64::from(pair.1)).collect();
        let curved: Vec<f64> = a.iter().map(|value| (0.5 * value).exp()).collect();
        let turned: Vec<f64> = b.iter().map(|value| -value).collect();
        for correlation in [spearman, kendall_tau_b] {
            let own = correlation(&a, &b);
            prop_assert_eq!(own.is_some(), correlation(&b, &a).is_some());
            let Some(own) = own else { continue };
            prop_assert!(own.abs() <= 1.0 + 1e-12);
            prop_assert!(near(own, correlation(&b, &a).unwrap()));
            prop_assert!(near(own, correlation(&curved, &b).unwrap()));
            prop_assert!(near(own, -correlation(&a, &turned).unwrap()));
        }
    }

    #[test]
    fn ratings_of_any_games_are_finite_or_refused(
        games in vec((0_u32..6, 0_u32..6, 0_u8..3, 0_u32..8), 0..60),
    ) {
        let games: Vec<Game> = games
            .into_iter()
            .map(|(a, b, outcome, case)| game(a, b, f64::from(outcome) / 2.0, case))
            .collect();
        match bradley_terry(6, &games) {
            Ok(found) => {
                prop_assert!(found.theta.iter().chain(&found.se).all(|value| value.is_finite()));
                // At the best ratings every player won as often as expected.
                let mut excess = [0.0; 6];
                for one in games.iter().filter(|one| one.a != one.b) {
                    let (a, b) = (one.a as usize, one.b as usize);
                    let expected = 1.0 / (1.0 + (found.theta[b] - found.theta[a]).exp());
                    excess[a] += one.outcome - expected;
                    excess[b] -= one.outcome - expected;
                }
                prop_assert!(excess.iter().all(|excess| excess.abs() < 1e-7), "{:?}", excess);
            }
            Err(why) => prop_assert!(why != NoRatings::NotConverged && !why.reason().is_empty()),
        }
    }

    #[test]
    fn corrected_and_weighted_means_never_panic_nor_lose_their_mean(
        cases in vec((0.0_f64..=1.0, 0.0_f64..=1.0, 0_u32..9, 0.01_f64..=1.0), 0..60),
        split in 0_usize..60,
        clustered in proptest::bool::ANY,
        rounded in proptest::bool::ANY,
    ) {
        let value = |value: f64| if rounded { value.round() } else { value };
        let split = split.min(cases.len());
        let labels: Vec<Labelled> = cases[..split]
            .iter()
            .map(|(human, judge, cluster, _)| Labelled {
                human: value(*human),
                judge: value(*judge),
                cluster: *cluster,
            })
            .collect();
        let more: Vec<(f64, u32)> = cases[split..].iter().map(|case| (value(case.1), case.2)).collect();
        if let Some(found) = ppi_mean(&labels, &more, clustered, 0.05, 0) {
            prop_assert!((0.0..=1.0).contains(&found.mean) && (0.0..=1.0).contains(&found.lambda));
            if let Some((low, high)) = found.low.zip(found.high) {
                prop_assert!(low <= found.mean && found.mean <= high && low < high);
            }
        }
        let sample: Vec<Sampled> = cases
            .iter()
            .map(|(score, _, cluster, probability)| Sampled {
                value: value(*score),
                probability: *probability,
                cluster: *cluster,
            })
            .collect();
        let found = weighted_mean(&sample, clustered, 0.05);
        prop_assert_eq!(found.is_some(), !sample.is_empty());
        if let Some((mean, (low, high))) = found.and_then(|found| Some((found.mean, found.low.zip(found.high)?))) {
            prop_assert!(low <= mean && mean <= high && low < high);
        }
    }

    #[test]
    fn a_length_controlled_win_rate_is_between_its_bounds(
        games in vec((0_u8..3, -300.0_f64..300.0), 10..60),
        clusters in 2_u32..20,
    ) {
        let games: Vec<LengthGame> = games
            .into_iter()
            .zip(0..)
            .map(|((outcome, longer), at): (_, u32)| LengthGame {
                outcome: f64::from(outcome) / 2.0,
                longer,
                cluster: at % clusters,
            })
            .collect();
        let found = length_controlled(&games, 0.05);
        prop_assume!(found.is_some());
        let found = found.unwrap();
        let (low, high) = (found.low.unwrap(), found.high.unwrap());
        prop_assert!(low <= found.win_rate && found.win_rate <= high && low < high);
        prop_assert!(found.se.is_finite() && found.slope.is_finite());
    }
}
