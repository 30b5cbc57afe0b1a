//! Whether a judge says the same of a pair in both orders, and whether it prefers what it sees first.

use super::Gap;
use super::means::CaseMeans;
use super::result::{Ranged, Swaps};
use super::units::Units;

/// `None` where nothing was compared.
pub(super) fn swaps(units: &Units) -> Option<Swaps> {
    if !units.units.iter().any(|unit| unit.pair) {
        return None;
    }
    let mut swaps = Swaps {
        pairs: 0,
        agree: 0,
        flips: 0,
        consistency: Err(Gap::OneOrder),
        position_bias: Err(Gap::OneOrder),
        shown_first: None,
        shown_second: None,
    };
    let mut consistency = CaseMeans::new(units.clustered);
    let mut first_wins = CaseMeans::new(units.clustered);
    let (mut firsts, mut seconds) = (Sum::default(), Sum::default());
    for (_, trial, opinions) in units.each() {
        for opinion in opinions {
            firsts.add(opinion.first);
            seconds.add(opinion.second);
            let (Some(agrees), Some((first, second))) = (opinion.agrees(), opinion.first.zip(opinion.second))
            else {
                continue;
            };
            swaps.pairs += 1;
            swaps.agree += u64::from(agrees);
            swaps.flips += u64::from(opinion.is_flip());
            consistency.add(trial, f64::from(u8::from(agrees)));
            // What is shown first wins with `first` in one order, and with `1 - second` in the other.
            first_wins.add(trial, (first + 1.0 - second) / 2.0);
        }
    }
    swaps.shown_first = firsts.mean();
    swaps.shown_second = seconds.mean();
    if swaps.pairs > 0 {
        swaps.consistency = Ranged::of(&consistency.estimate(), 1.0, 0.0);
        swaps.position_bias = Ranged::of(&first_wins.estimate(), 1.0, -0.5);
    }
    Some(swaps)
}

#[derive(Default)]
struct Sum {
    sum: f64,
    count: u64,
}

impl Sum {
    fn add(&mut self, value: Option<f64>) {
        if let Some(value) = value {
            self.sum += value;
            self.count += 1;
        }
    }

    fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / self.count as f64)
    }
}
