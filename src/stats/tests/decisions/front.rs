//! Fronts and ranks.

use super::near;
use crate::stats::*;

/// Candidates with that share of passes and that cost a case, in random order.
fn columns(candidates: &[(f64, f64)], cases: usize) -> Vec<FrontColumn> {
    candidates
        .iter()
        .enumerate()
        .map(|(number, (rate, cost))| {
            let mut rng = Rng::stream(99, number as u64);
            FrontColumn {
                quality: (0..cases)
                    .map(|_| f64::from(u8::from(rng.unit() < *rate)))
                    .collect(),
                cost: (0..cases).map(|_| cost * (0.5 + rng.unit())).collect(),
            }
        })
        .collect()
}

#[test]
fn who_is_worse_and_dearer_is_off_the_front_and_is_told_by_whom() {
    let found = front_membership(
        &columns(&[(0.9, 1.0), (0.5, 3.0), (0.97, 9.0)], 300),
        None,
        999,
        1,
    );
    assert_eq!(
        found.iter().map(FrontMember::place).collect::<Vec<_>>(),
        [FrontPlace::On, FrontPlace::Off, FrontPlace::On]
    );
    assert_eq!(found[1].dominated_by, Some((0, 1.0)));
    assert!(found[2].p_best > 0.95 && found[2].on_front && !found[1].on_front);
    assert!(near(found.iter().map(|member| member.p_best).sum(), 1.0, 1e-9));
}

#[test]
fn sums_in_another_order_are_no_difference() {
    // The same scores of tenths, in another order: in every replicate of one cluster per half both have the same sum.
    let first = [0.1, 0.2, 0.3, 0.7, 0.6, 0.1, 0.9, 0.4];
    let second = [0.7, 0.3, 0.2, 0.1, 0.4, 0.9, 0.1, 0.6];
    let column = |quality: &[f64]| FrontColumn {
        quality: quality.to_vec(),
        cost: vec![1.0; 8],
    };
    let clusters = [0, 0, 0, 0, 1, 1, 1, 1];
    let found = front_membership(&[column(&first), column(&second)], Some(&clusters), 500, 3);
    for member in found {
        assert_eq!(
            (member.p_on_front, member.p_best, member.dominated_by),
            (1.0, 0.5, None)
        );
    }
}

#[test]
fn cases_without_a_number_are_left_out_of_all_columns() {
    let mut with = columns(&[(0.9, 1.0), (0.8, 0.5)], 60);
    let without: Vec<FrontColumn> = with
        .iter()
        .map(|column| FrontColumn {
            quality: column.quality[2..].to_vec(),
            cost: column.cost[2..].to_vec(),
        })
        .collect();
    with[0].quality[0] = f64::NAN;
    with[1].cost[1] = f64::INFINITY;
    assert_eq!(
        front_membership(&with, None, 200, 5),
        front_membership(&without, None, 200, 5)
    );
    with[0].quality.fill(f64::NAN);
    assert_eq!(front_membership(&with, None, 200, 5), []);
    assert_eq!(front_membership(&[], None, 200, 5), []);
}

#[test]
fn so_many_clusters_that_they_are_grouped_say_the_same() {
    let few = columns(&[(0.90, 1.0), (0.905, 1.002)], 10_000);
    let many: Vec<FrontColumn> = few
        .iter()
        .map(|column| FrontColumn {
            quality: column.quality.repeat(2),
            cost: column.cost.repeat(2),
        })
        .collect();
    // Twice the same cases, each pair a cluster of its own, is the same evidence ..
    let clusters: Vec<u32> = (0..20_000).map(|case| case % 10_000).collect();
    let paired = front_membership(&many, Some(&clusters), 60, 5);
    let plain = front_membership(&few, None, 60, 5);
    for (paired, plain) in paired.iter().zip(&plain) {
        assert_eq!(
            (paired.p_on_front, paired.p_best),
            (plain.p_on_front, plain.p_best)
        );
    }
    // .. and 20,000 of them as single cases are put together into 10,000 groups.
    let grouped = front_membership(&many, None, 60, 5);
    assert!(near(grouped[0].quality, plain[0].quality, 1e-12) && near(grouped[1].cost, plain[1].cost, 1e-12));
    assert_eq!(grouped, front_membership(&many, None, 60, 5));
}

#[test]
fn the_knee_is_where_more_money_begins_to_buy_little() {
    assert_eq!(knee(&[(0.5, 1.0), (0.85, 2.0), (0.9, 10.0)]), Some(1));
    assert_eq!(knee(&[(0.5, 1.0), (0.9, 10.0)]), None);
    assert_eq!(
        knee(&[(0.5, 1.0), (0.7, 5.5), (0.9, 10.0)]),
        None,
        "a straight line has none"
    );
    assert_eq!(knee(&[(0.5, 1.0); 3]), None);
}

#[test]
fn columns_that_are_told_apart_have_places_and_others_share_them() {
    let quality: Vec<Vec<Option<f64>>> = columns(&[(0.95, 1.0), (0.93, 1.0), (0.4, 1.0)], 400)
        .into_iter()
        .map(|column| column.quality.into_iter().map(Some).collect())
        .collect();
    let ranking = rank_intervals(&quality, None, false, 0.05);
    let places: Vec<(u32, u32)> = ranking
        .intervals
        .iter()
        .map(|place| (place.best, place.worst))
        .collect();
    assert_eq!(places, [(1, 2), (1, 2), (3, 3)]);
    assert_eq!(ranking.tied_with(0, 0.05), [true, true, false]);
    let pair = ranking.pair(2, 0).unwrap();
    assert_eq!((pair.a, pair.b, pair.n), (0, 2, 400));
    assert!(pair.low.unwrap() > 0.4 && pair.low < pair.difference && pair.difference < pair.high);
    let other = paired_difference(
        &quality[0]
            .iter()
            .zip(&quality[2])
            .map(|(a, b)| Some((*a)? - (*b)?))
            .collect::<Vec<_>>(),
        None,
        false,
        0.05,
    );
    assert_eq!((pair.difference, pair.p), (other.difference, other.p.unwrap()));
}
