//! Whether members of a panel prefer candidates of their own family.
//!
//! That a member gives its own family's candidates more than others may mean that they are better. So the figure is a
//! double difference on the same case: (own minus others, as members of the family see it) minus (the same, as all
//! other members see it). How good the candidates are cancels out, and so does how strict the members are.

use super::Gap;
use super::family::family;
use super::index::{JudgeIndex, JudgedTrial, NOBODY};
use super::means::CaseMeans;
use super::result::{FamilyPreference, Ranged, SelfPreference};
use super::units::{MemberOpinion, Unit, Units};
use crate::model::Manifest;
use std::collections::BTreeMap;

/// A mean, in the making.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    sum: f64,
    count: u32,
}

impl Sum {
    fn add(&mut self, value: f64) {
        self.sum += value;
        self.count += 1;
    }

    fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / f64::from(self.count))
    }
}

/// What members of a family, and all others, gave to candidates of the family, and to all others, in one case.
#[derive(Clone, Copy, Debug, Default)]
struct Cells {
    own_by_own: Sum,
    others_by_own: Sum,
    own_by_others: Sum,
    others_by_others: Sum,
}

impl Cells {
    fn add(&mut self, own_member: bool, own_candidate: bool, value: f64) {
        match (own_member, own_candidate) {
            (true, true) => self.own_by_own.add(value),
            (true, false) => self.others_by_own.add(value),
            (false, true) => self.own_by_others.add(value),
            (false, false) => self.others_by_others.add(value),
        }
    }

    /// The double difference, in -2..=2.
    fn contrast(&self) -> Option<f64> {
        let by_own = self.own_by_own.mean()? - self.others_by_own.mean()?;
        let by_others = self.own_by_others.mean()? - self.others_by_others.mean()?;
        Some(by_own - by_others)
    }
}

/// One family with its cells of the case at hand and its mean so far.
struct Family<'a> {
    name: &'a str,
    cells: Cells,
    means: CaseMeans,
    /// Whether a member judged a candidate of it that is its own.
    judged_own: bool,
}

pub(super) fn self_preference(units: &Units, index: &JudgeIndex, manifest: &Manifest) -> SelfPreference {
    let names: Vec<String> = manifest
        .candidates
        .iter()
        .map(|entry| entry.candidate.model.to_string())
        .collect();
    let of_candidate = |candidate: u32| names.get(candidate as usize).map_or("", |name| family(name));
    let of_models: Vec<&str> = index.models.iter().map(|model| family(model)).collect();
    let mut candidates: Vec<&str> = units
        .trials
        .iter()
        .map(|trial| of_candidate(trial.candidate))
        .collect();
    candidates.sort_unstable();
    candidates.dedup();
    // By name, so that the order of members and candidates does not matter.
    let shared: BTreeMap<&str, ()> = of_models
        .iter()
        .filter(|name| candidates.binary_search(name).is_ok())
        .map(|name| (*name, ()))
        .collect();
    let mut families: Vec<Family<'_>> = shared
        .into_keys()
        .map(|name| Family {
            name,
            cells: Cells::default(),
            means: CaseMeans::new(units.clustered),
            judged_own: false,
        })
        .collect();
    let mut all = CaseMeans::new(units.clustered);
    let mut open: Option<JudgedTrial> = None;
    for (unit, trial, opinions) in units.each() {
        if open.is_some_and(|open| open.case != trial.case) {
            close(&mut families, &mut all, open.take());
        }
        open = Some(*trial);
        for family in &mut families {
            add(family, unit, trial, opinions, &of_models, &of_candidate);
        }
    }
    close(&mut families, &mut all, open);
    let gap = gap(&families, &of_models);
    SelfPreference {
        contrast: figure(all, gap),
        families: families
            .into_iter()
            .map(|family| FamilyPreference {
                family: family.name.to_owned(),
                contrast: figure(family.means, gap),
            })
            .collect(),
    }
}

fn add<'a>(
    family: &mut Family<'_>,
    unit: &Unit,
    trial: &JudgedTrial,
    opinions: &[MemberOpinion],
    of_models: &[&str],
    of_candidate: &dyn Fn(u32) -> &'a str,
) {
    let own = of_candidate(trial.candidate) == family.name;
    for opinion in opinions {
        let own_member = of_models
            .get(opinion.model as usize)
            .is_some_and(|model| *model == family.name);
        family.judged_own |= own_member && own;
        family.cells.add(own_member, own, opinion.value);
        if unit.pair && unit.opponent != NOBODY {
            let own = of_candidate(unit.opponent) == family.name;
            family.judged_own |= own_member && own;
            family.cells.add(own_member, own, 1.0 - opinion.value);
        }
    }
}

/// Adds the contrasts of a case. They go in as values of 0..=1 and come out of [`figure`] as they were.
fn close(families: &mut [Family<'_>], all: &mut CaseMeans, case: Option<JudgedTrial>) {
    let Some(trial) = case else { return };
    for family in families {
        if let Some(contrast) = std::mem::take(&mut family.cells).contrast() {
            let value = (contrast + 2.0) / 4.0;
            family.means.add(&trial, value);
            all.add(&trial, value);
        }
    }
}

fn figure(means: CaseMeans, gap: Option<Gap>) -> Result<Ranged, Gap> {
    let estimate = means.estimate();
    if estimate.n == 0 {
        return Err(gap.unwrap_or(Gap::NoContrast));
    }
    Ranged::of(&estimate, 4.0, -2.0)
}

/// Why the design may have no contrast.
fn gap(families: &[Family<'_>], of_models: &[&str]) -> Option<Gap> {
    let one_family = of_models.windows(2).all(|pair| pair.first() == pair.last());
    match of_models {
        [] => Some(Gap::NoVerdicts),
        _ if !families.iter().any(|family| family.judged_own) => Some(Gap::NoOwnFamily),
        _ if one_family => Some(Gap::OneFamily),
        _ => None,
    }
}
