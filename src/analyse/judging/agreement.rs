//! Agreement between the members of a panel.

use super::Gap;
use super::means::CaseMeans;
use super::result::{Agreement, MemberAgreement, Ranged};
use super::units::{MemberOpinion, Units};

/// Verdicts that differ by less are the same.
const SAME: f64 = 1e-9;

pub(super) fn agreement(units: &Units, members: usize) -> Agreement {
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
        alpha: gap.map_or_else(|| alpha(units), Err),
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

fn alpha(_units: &Units) -> Result<Ranged, Gap> {
    Err(Gap::NotSettled)
}
