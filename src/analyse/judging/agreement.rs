//! Agreement between the members of a panel.

use super::Gap;
use super::means::{ALPHA, CaseMeans, FEWEST_GROUPS};
use super::result::{Agreement, MemberAgreement, Ranged};
use super::units::{MemberOpinion, Units};
use crate::stats::{AlphaUnit, REPLICATES, bca};

/// Verdicts that differ by less are the same.
const SAME: f64 = 1e-9;

/// Groups that are resampled at most. Many more clusters are put together into that many groups of about the same size,
/// which are as independent as they are: the interval stays, and the work stays small.
const MOST_GROUPS: usize = 2_000;

pub(super) fn agreement(units: &Units, members: usize, seed: u64) -> Agreement {
    let mut exact = CaseMeans::new(units.clustered);
    let mut pairs: Vec<MemberAgreement> = Vec::new();
    let mut both = 0;
    for (_, trial, opinions) in units.each().filter(|(.., opinions)| opinions.len() > 1) {
        both += 1;
        let (mut compared, mut same) = (0_u32, 0_u32);
        for (nth, a) in opinions.iter().enumerate() {
            for b in opinions.iter().skip(nth + 1) {
                let agree = (a.value - b.value).abs() < SAME;
                compared += 1;
                same += u32::from(agree);
                count(&mut pairs, a, b, agree);
            }
        }
        exact.add(trial, f64::from(same) / f64::from(compared.max(1)));
    }
    let gap = match (units.units.is_empty(), members, both) {
        (true, ..) => Some(Gap::NoVerdicts),
        (_, 0 | 1, _) => Some(Gap::OneMember),
        (_, _, 0) => Some(Gap::NoOverlap),
        _ => None,
    };
    pairs.sort_by_key(|pair| (pair.a, pair.b));
    Agreement {
        units: both,
        alpha: gap.map_or_else(|| alpha(units, seed), Err),
        exact: gap.map_or_else(|| Ranged::of(&exact.estimate(), 1.0, 0.0), Err),
        pairs,
    }
}

/// Opinions are in the order of the members.
fn count(pairs: &mut Vec<MemberAgreement>, a: &MemberOpinion, b: &MemberOpinion, agree: bool) {
    let known = pairs
        .iter_mut()
        .find(|pair| (pair.a, pair.b) == (a.member, b.member));
    match known {
        Some(pair) => {
            pair.units += 1;
            pair.same += u64::from(agree);
        }
        None => pairs.push(MemberAgreement {
            a: a.member,
            b: b.member,
            units: 1,
            same: u64::from(agree),
        }),
    }
}

/// Krippendorff's alpha of verdicts as numbers, with its interval over clusters.
fn alpha(units: &Units, seed: u64) -> Result<Ranged, Gap> {
    let mut groups: Vec<AlphaUnit> = Vec::new();
    let mut values: Vec<f64> = Vec::new();
    let (mut all, mut cases, mut last) = (AlphaUnit::default(), 0, None);
    for (unit, trial, opinions) in units.each().filter(|(.., opinions)| opinions.len() > 1) {
        values.clear();
        values.extend(opinions.iter().map(|opinion| opinion.value));
        let sums = AlphaUnit::of(&values);
        all = all.plus(sums);
        let group = unit.cluster as usize % MOST_GROUPS;
        if group >= groups.len() {
            groups.resize(group + 1, AlphaUnit::default());
        }
        if let Some(group) = groups.get_mut(group) {
            *group = group.plus(sums);
        }
        cases += u64::from(last != Some(trial.case));
        last = Some(trial.case);
    }
    groups.retain(|group| group.n > 0.0);
    let value = all.alpha().ok_or(Gap::NoVariation)?;
    let drawn = |indices: &[usize]| {
        let sums = indices.iter().filter_map(|at| groups.get(*at));
        sums.fold(AlphaUnit::default(), |sum, group| sum.plus(*group))
            .alpha()
    };
    let told = groups.len() >= FEWEST_GROUPS;
    Ok(Ranged {
        value,
        interval: told
            .then(|| bca(groups.len(), value, drawn, ALPHA, REPLICATES, seed))
            .flatten(),
        cases,
    })
}
